//! How a call ends that does not return.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calls::grants::Ungranted;
use crate::calls::limits::Exceeded;
use crate::words::message::Message;

/// How a call ended when it did not return. Nothing that it declared is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    /// It asked for more than its order grants.
    Refused(Ungranted),
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
}

impl From<Ungranted> for Stopped {
    fn from(refusal: Ungranted) -> Self {
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
    use crate::calls::grants::Noun;
    use crate::calls::limits::Limit;
    use crate::lines::line::Stage;
    use crate::words::wording;

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
            Ungranted::Email("stranger@example.org".to_owned()),
            Ungranted::Course("SECRET".to_owned()),
            Ungranted::Role("manager".to_owned()),
            Ungranted::Id { noun: Noun::Course, id: 4242 },
            Ungranted::Stage { noun: Noun::Enrolment, stage: Stage::Placed },
            Ungranted::NoEnrolment("SPOC".to_owned()),
            Ungranted::RoleContext { role: "marker".to_owned(), context: Noun::Account },
            Ungranted::Period { start: 2, end: Some(1) },
            Ungranted::Period { start: u64::MAX, end: None },
            Ungranted::GroupName("<b>".to_owned()),
            Ungranted::MemberNotEnrolled("anne@example.org".parse().unwrap()),
            Ungranted::Self_,
            Ungranted::Describing,
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
