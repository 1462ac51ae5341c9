//! What another version of a handler would have made of the last lines, before it serves: the recorded calls are made
//! with it, and what differs is told. Asks no platform, and changes nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::handlers::{HandlerError, Handlers};
use shop_core::calls::recording::{Conclusion, Recording, Unasked};
use shop_core::lines::catalogues::Catalogues;
use shop_core::platform::names::Names;
use shop_core::sessions::session::{Fact, Session, Terms};
use shop_core::words::digest::Digest;
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;
use shop_journal::RecordingAt;
use shop_sandbox::{Handler, Unable};

/// What another version would have made of one line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Line {
    /// Which order's.
    pub order: OrderId,
    /// Its number.
    pub line: u32,
    /// When it was called for.
    pub at: Timestamp,
    /// The version that was called.
    pub handler: Digest,
    /// What would differ.
    pub effect: Effect,
    /// What the call took then, and would take.
    pub fuel: Option<(u64, u64)>,
}

/// What would differ, the gravest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "effect", rename_all = "kebab-case")]
pub enum Effect {
    /// The call would be stopped; it was not.
    Stopped(Changes),
    /// The line would be rejected; it was not.
    Rejected(Changes),
    /// The line would not come to nothing any more.
    Accepted(Changes),
    /// Something else would be set up.
    Session(Changes),
    /// Just what is said would differ.
    Messages(Changes),
    /// Nothing.
    Same,
    /// It cannot be told: the version asks for what nobody asked for then.
    Unasked {
        /// What that is.
        unasked: Vec<Unasked>,
    },
    /// It cannot be told: the component of the version that was called is no longer there, or damaged.
    Gone,
    /// It cannot be told: what was recorded of the call cannot be read.
    Damaged {
        /// Why.
        reason: String,
    },
}

impl Effect {
    /// As it is written in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Effect::Stopped(_) => "stopped",
            Effect::Rejected(_) => "rejected",
            Effect::Accepted(_) => "accepted",
            Effect::Session(_) => "session",
            Effect::Messages(_) => "messages",
            Effect::Same => "same",
            Effect::Unasked { .. } => "unasked",
            Effect::Gone => "gone",
            Effect::Damaged { .. } => "damaged",
        }
    }

    /// What would change.
    pub fn changes(&self) -> Option<&Changes> {
        match self {
            Effect::Stopped(changes)
            | Effect::Rejected(changes)
            | Effect::Accepted(changes)
            | Effect::Session(changes)
            | Effect::Messages(changes) => Some(changes),
            _ => None,
        }
    }
}

/// How two calls for one line differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Changes {
    /// Facts that are claimed otherwise: then, and with the other version.
    pub facts: Vec<FactChange>,
    /// What was said, and would not be.
    pub unsaid: Vec<String>,
    /// What would be said, and was not.
    pub said: Vec<String>,
    /// What courses and roles are called.
    pub names: Names,
}

/// A fact that is claimed otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FactChange {
    /// Which fact.
    pub fact: Fact,
    /// How it was claimed; none: it was not.
    pub was: Option<Terms>,
    /// How it would be claimed; none: it would not be.
    pub would_be: Option<Terms>,
}

impl Effect {
    /// Whether the line would come to nothing, and has not.
    pub fn is_worse(&self) -> bool {
        matches!(self, Effect::Stopped(_) | Effect::Rejected(_))
    }

    /// Whether it cannot be told what would differ.
    pub fn is_untold(&self) -> bool {
        matches!(self, Effect::Unasked { .. } | Effect::Gone | Effect::Damaged { .. })
    }
}

impl Handlers {
    /// Makes the last recorded calls of a handler's versions with another version, the newest first, at most one a line.
    /// `sold` has the parameters that each shop has for all products, `told` hears of each line.
    pub async fn forecast(
        &self,
        new: &Arc<Handler>,
        last: u32,
        sold: &Catalogues,
        mut told: impl FnMut(Line),
    ) -> Result<(), HandlerError> {
        for id in self.records().last_recordings(&new.manifest.name, last).await? {
            let Some(recorded) = self.records().recording(id).await? else { continue };
            let old = match self.load(recorded.handler).await {
                Ok(old) => Some(old),
                Err(HandlerError::Lost(_) | HandlerError::Unloadable { .. }) => None,
                Err(error) => return Err(error),
            };
            let defaults = sold.of(&recorded.order).map(|catalogue| &*catalogue.shop.parameters).unwrap_or_default();
            told(line(recorded, old.as_deref(), new, defaults).await?);
        }
        Ok(())
    }
}

async fn line(
    recorded: RecordingAt,
    old: Option<&Handler>,
    new: &Arc<Handler>,
    defaults: &str,
) -> Result<Line, Unable> {
    let RecordingAt { order, line, at, handler, recording, .. } = recorded;
    let (effect, fuel) = match (recording, old) {
        (Err(damaged), _) => (Effect::Damaged { reason: damaged.to_string() }, None),
        (Ok(_), None) => (Effect::Gone, None),
        (Ok(recording), Some(old)) => match new.instead(&recording, &old.manifest, defaults).await? {
            Err(unasked) => (Effect::Unasked { unasked }, None),
            Ok(would) => {
                let was = recording.conclusion();
                let fuel = |conclusion: &Conclusion| conclusion.budget.map(|budget| budget.fuel.used);
                (effect(&recording, (&was, old), (&would, new)), fuel(&was).zip(fuel(&would)))
            }
        },
    };
    Ok(Line { order, line, at, handler, effect, fuel })
}

fn effect(recording: &Recording, (was, old): (&Conclusion, &Handler), (would, new): (&Conclusion, &Handler)) -> Effect {
    let before = words(was, &recording.language, old);
    let after = words(would, &recording.language, new);
    let changes = Changes {
        facts: facts(&session(was), &session(would)),
        unsaid: without(&before, &after),
        said: without(&after, &before),
        names: recording.snapshot.names(),
    };
    match () {
        () if would.stopped().is_some() && was.stopped().is_none() => Effect::Stopped(changes),
        () if would.rejected && !was.rejected => Effect::Rejected(changes),
        () if !would.rejected && was.rejected => Effect::Accepted(changes),
        () if !changes.facts.is_empty() => Effect::Session(changes),
        () if !changes.said.is_empty() || !changes.unsaid.is_empty() => Effect::Messages(changes),
        () => Effect::Same,
    }
}

/// What would be set up: nothing, if the line comes to nothing.
fn session(conclusion: &Conclusion) -> Session {
    match &conclusion.answer {
        Ok(answer) if !conclusion.rejected => answer.declared.session.clone(),
        _ => Session::default(),
    }
}

/// What readers of the order's language are told: how grave it is, whom it is for, about what, and the text.
fn words(conclusion: &Conclusion, language: &str, handler: &Handler) -> Vec<String> {
    let texts = Some(&handler.manifest.texts);
    let said = conclusion.messages.iter().map(|message| {
        let (level, audience) = (message.level.as_str(), message.audience.as_str());
        format!("{level} ({audience}; {}): {}", message.subject, message.worded(language, texts))
    });
    said.collect()
}

/// The texts without those that stand among the others too, each as often as it does there.
fn without(texts: &[String], others: &[String]) -> Vec<String> {
    let mut others: Vec<&String> = others.iter().collect();
    let mut left = Vec::new();
    for text in texts {
        match others.iter().position(|other| *other == text) {
            Some(place) => _ = others.swap_remove(place),
            None => left.push(text.clone()),
        }
    }
    left
}

fn facts(was: &Session, would_be: &Session) -> Vec<FactChange> {
    let (was, would_be) = (was.claims(), would_be.claims());
    let all: BTreeMap<&Fact, ()> = was.keys().chain(would_be.keys()).map(|fact| (fact, ())).collect();
    let change = |fact: &Fact| FactChange {
        fact: fact.clone(),
        was: was.get(fact).cloned(),
        would_be: would_be.get(fact).cloned(),
    };
    all.into_keys().map(change).filter(|change| change.was != change.would_be).collect()
}
