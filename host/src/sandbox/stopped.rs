//! How a call ends that does not return.

use std::fmt;

use serde::{Deserialize, Serialize};
use wasmtime::{OutOfMemory, PoolConcurrencyLimitError, Trap, WasmBacktrace};

use super::limits::{Exceeded, Limit, Limits, STACK};
use super::unable::Unable;
use crate::grants::Refusal;
use crate::message::Message;
use crate::text::printable;

/// How a call ended when it did not return. Nothing that it declared is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    /// It asked for more than its order grants.
    Refused(Refusal),
    /// It exceeded a limit.
    Exceeded(Exceeded),
    /// It trapped: a fault in its own code.
    Trapped(String),
    /// It broke the contract in another way.
    Broken(String),
}

impl Stopped {
    /// What stopped the call, to be told to the shop's staff.
    pub fn message(&self) -> Message {
        match self {
            Stopped::Refused(refusal) => refusal.message(),
            Stopped::Exceeded(exceeded) => exceeded.message(),
            Stopped::Trapped(reason) => Message::fault("handler-trapped").with("reason", reason.as_str()),
            Stopped::Broken(reason) => Message::fault("handler-broken").with("reason", reason.as_str()),
        }
    }

    /// Why the instance of a call could not be made. What its guest did not do while it started is this machine's fault.
    pub(super) fn starting(error: &wasmtime::Error, limits: &Limits) -> Result<Stopped, Unable> {
        match by(error, limits)? {
            Some(stopped) => Ok(stopped),
            None if error.is::<WasmBacktrace>() => Ok(Stopped::Broken(first_lines(error))),
            None => Err(Unable::Room(first_lines(error))),
        }
    }

    /// Why the call of an instance ended. What this machine lacks has types; all else is the guest's doing.
    pub(super) fn running(error: &wasmtime::Error, limits: &Limits) -> Result<Stopped, Unable> {
        Ok(by(error, limits)?.unwrap_or_else(|| Stopped::Broken(first_lines(error))))
    }
}

/// What the guest did that ended a call, from the error that ended it, or what this machine lacks; none if the error does
/// not say which of the two.
fn by(error: &wasmtime::Error, limits: &Limits) -> Result<Option<Stopped>, Unable> {
    if let Some(unable) = error.downcast_ref::<Unable>() {
        return Err(unable.clone());
    }
    if error.is::<OutOfMemory>() || error.is::<PoolConcurrencyLimitError>() {
        return Err(Unable::Room(first_lines(error)));
    }
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        return Ok(Some(Stopped::Refused(refusal.clone())));
    }
    let exceeded = match error.downcast_ref::<Trap>() {
        // An endless guest runs out of fuel long before.
        Some(Trap::Interrupt) => return Err(Unable::Slow(limits.time)),
        Some(Trap::OutOfFuel) => Some(Exceeded::all_of(Limit::Fuel, limits.fuel)),
        Some(Trap::StackOverflow) => Some(Exceeded::all_of(Limit::Stack, STACK as u64)),
        Some(trap) => return Ok(Some(Stopped::Trapped(trap.to_string()))),
        None => error.downcast_ref::<Exceeded>().copied().or_else(|| untyped(&error.root_cause().to_string(), limits)),
    };
    Ok(exceeded.map(Stopped::Exceeded))
}

/// Limits that wasmtime keeps and tells of in words only. Hostile guests test that these are its words.
fn untyped(cause: &str, limits: &Limits) -> Option<Exceeded> {
    if cause.starts_with("too much data is being copied between the host and the guest") {
        return Some(Exceeded::all_of(Limit::Bytes, limits.bytes));
    }
    let (what, used) = cause.strip_prefix("resource limit exceeded: ")?.split_once(" count too high at ")?;
    let (limit, allowed) = match what {
        "instance" => (Limit::Instances, limits.instances),
        "memory" => (Limit::Memories, limits.memories),
        "table" => (Limit::Tables, limits.tables),
        _ => return None,
    };
    Some(Exceeded { limit, used: used.parse().ok()?, allowed })
}

/// What is wrong and why, without wasmtime's backtrace.
pub(super) fn first_lines(error: &wasmtime::Error) -> String {
    let start = |text: &str, length: usize| text.chars().take(length).collect::<String>();
    let mut chain: Vec<String> = error.chain().map(|cause| printable(&cause.to_string())).collect();
    // Whatever comes before the cause, such as names of functions, must not take its place.
    let cause = start(&chain.pop().unwrap_or_default(), 300);
    let before = start(&chain.join(": "), 200);
    if before.is_empty() { cause } else { format!("{before}: {cause}") }
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Stopped::Refused(refusal)
    }
}

impl From<Exceeded> for Stopped {
    fn from(exceeded: Exceeded) -> Self {
        Stopped::Exceeded(exceeded)
    }
}

/// In English, for logs.
impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message().worded("en", None))
    }
}

impl std::error::Error for Stopped {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Stage;
    use crate::grants::Noun;
    use crate::wording;

    const LIMITS: [Limit; 22] = [
        Limit::Fuel,
        Limit::Stack,
        Limit::Memory,
        Limit::Table,
        Limit::Instances,
        Limit::Memories,
        Limit::Tables,
        Limit::HostCalls,
        Limit::Facts,
        Limit::Bytes,
        Limit::Messages,
        Limit::MessageBytes,
        Limit::Wording,
        Limit::Arguments,
        Limit::Text,
        Limit::Parameters,
        Limit::Choices,
        Limit::Fields,
        Limit::Translations,
        Limit::Translation,
        Limit::Texts,
        Limit::Time,
    ];

    /// Every way to be stopped.
    fn all() -> Vec<Stopped> {
        let refusals = [
            Refusal::Email("stranger@example.org".to_owned()),
            Refusal::Course("SECRET".to_owned()),
            Refusal::Role("manager".to_owned()),
            Refusal::Id { noun: Noun::Course, id: 4242 },
            Refusal::Stage { noun: Noun::Enrolment, stage: Stage::Placed },
            Refusal::NoEnrolment("SPOC".to_owned()),
            Refusal::RoleContext { role: "marker".to_owned(), context: Noun::Account },
            Refusal::Period { start: 2, end: Some(1) },
            Refusal::Period { start: u64::MAX, end: None },
            Refusal::GroupName("<b>".to_owned()),
            Refusal::MemberNotEnrolled("anne@example.org".parse().unwrap()),
            Refusal::Self_,
            Refusal::Describing,
        ];
        let exceeded = LIMITS.map(|limit| Exceeded { limit, used: 43, allowed: 42 });
        let others = [Stopped::Trapped("unreachable".to_owned()), Stopped::Broken("no text".to_owned())];
        let all = refusals.map(Stopped::Refused).into_iter().chain(exceeded.map(Stopped::Exceeded));
        all.chain(others).collect()
    }

    #[test]
    fn what_stopped_a_handler_is_worded_in_every_language() {
        for stopped in all() {
            let message = stopped.message();
            assert!(wording::host().has(&message.key), "{message:?}");
            let [english, french] = ["en", "fr"].map(|language| message.worded(language, None));
            assert_ne!(english, french);
            for text in [english, french] {
                assert!(!text.contains(['{', '$']), "{text}");
            }
        }
    }

    #[test]
    fn the_cause_is_told_whatever_stands_before_it() {
        let error = wasmtime::Error::msg("the cause").context("a long name ".repeat(1000));
        assert!(first_lines(&error).ends_with(": the cause") && first_lines(&error).len() <= 520);
        assert_eq!(first_lines(&wasmtime::Error::msg("x".repeat(1000))).len(), 300);
    }

    #[test]
    fn what_stopped_a_handler_can_be_recorded() {
        for stopped in all() {
            let json = serde_json::to_string(&stopped).unwrap();
            assert_eq!(serde_json::from_str::<Stopped>(&json).unwrap(), stopped, "{json}");
        }
        let exceeded = Stopped::Exceeded(Exceeded { limit: Limit::HostCalls, used: 43, allowed: 42 });
        let json = serde_json::json!({"exceeded": {"limit": "host-calls", "used": 43, "allowed": 42}});
        assert_eq!(serde_json::to_value(exceeded).unwrap(), json);
    }
}
