//! Recordings: what a call of a handler was given, and what it answered. With one, the call can be made again, bit for
//! bit, on any machine and by any later version of this host; or be made with another version of the handler.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::calls::answer::Answer;
use crate::calls::budget::Budget;
use crate::calls::snapshot::Snapshot;
use crate::calls::stopped::Stopped;
use crate::lines::bargain::Parameters;
use crate::lines::check;
use crate::lines::line::LineOrder;
use crate::lines::manifest::{Kind, Manifest};
use crate::words::digest::Digest;
use crate::words::message::{self, Message};
use crate::words::text;

/// A call that was made.
///
/// Its JSON is read for ever: what is added must have a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recording {
    /// What was called.
    pub handler: Digest,
    /// In which language the order's readers were told.
    pub language: String,
    /// The order as the handler got it.
    pub line: Arc<LineOrder>,
    /// What the host had looked up.
    pub snapshot: Arc<Snapshot>,
    /// What the host had found of the line.
    pub host: Vec<Message>,
    /// How the call ended.
    pub answer: Result<Answer, Stopped>,
    /// What it took.
    pub budget: Option<Budget>,
}

/// A recording as the journal keeps it, from which it was read again.
#[derive(Clone, Debug)]
pub struct Written {
    handler: Digest,
    body: String,
}

/// What was written does not tell what was recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwritten {
    /// It cannot be written, or not be read.
    #[error("{0}")]
    Unreadable(String),
    /// Something else is read.
    #[error("what would be read of it is something else")]
    Otherwise,
}

/// A value as JSON from which the same value is read.
fn written<T: Serialize + DeserializeOwned + PartialEq>(value: &T) -> Result<String, Unwritten> {
    let unreadable = |error: serde_json::Error| Unwritten::Unreadable(text::excerpt(&error.to_string()));
    let body = serde_json::to_string(value).map_err(unreadable)?;
    let read: T = serde_json::from_str(&body).map_err(unreadable)?;
    if read == *value { Ok(body) } else { Err(Unwritten::Otherwise) }
}

impl Written {
    /// A recording to be kept. Of one that could not be read again nothing is: it would stand in the way whenever the calls of
    /// its handler are made again. What the call was for goes on; that it is not recorded is told among these messages.
    pub fn or_told(recording: &Recording, messages: &mut Vec<Message>) -> Option<Written> {
        or_told(recording, messages).map(|body| Written { handler: recording.handler, body })
    }

    /// What was called.
    pub fn handler(&self) -> Digest {
        self.handler
    }

    /// The recording, in JSON.
    pub fn body(&self) -> &str {
        &self.body
    }
}

fn or_told<T: Serialize + DeserializeOwned + PartialEq>(value: &T, messages: &mut Vec<Message>) -> Option<String> {
    let told = |error: Unwritten| Message::warning("call-unrecorded").with("reason", error.to_string());
    written(value).map_err(|error| messages.push(told(error))).ok()
}

impl Recording {
    /// The line and the snapshot as a handler with this manifest would have got them, and what the host would have said
    /// of the line by it; or what it asks for and nobody asked for then. `defaults`: the parameters that the shop has for
    /// all products; of those that `old` did not know, nothing was recorded.
    pub fn adapted(&self, old: &Manifest, new: &Manifest, defaults: &str) -> Result<Adapted, Vec<Unasked>> {
        let parameters = Parameters::with_defaults(&self.line.parameters, defaults, old, new);
        let granted = |kind| parameters.granted(new, kind).map(|(_, name)| name.to_owned()).collect::<Vec<_>>();
        let (courses, roles) = (granted(&Kind::Course), granted(&Kind::Role));
        let courses_unasked = courses.iter().filter(|name| !self.snapshot.courses.contains_key(*name));
        let roles_unasked = roles.iter().filter(|name| !self.snapshot.roles.contains_key(*name));
        let unasked = courses_unasked.cloned().map(Unasked::Course).chain(roles_unasked.cloned().map(Unasked::Role));
        let unasked: Vec<Unasked> = unasked.chain(unsupplied(old, new)).collect();
        if !unasked.is_empty() {
            return Err(unasked);
        }
        let mut snapshot = Snapshot::clone(&self.snapshot);
        snapshot.courses.retain(|name, _| courses.contains(name));
        snapshot.roles.retain(|name, _| roles.contains(name));
        // What the host finds by the manifest it finds anew; all else it finds again.
        let by_manifest = |key: &str| key.starts_with("parameter-") || key.starts_with("field-");
        let again = self.host.iter().filter(|message| !by_manifest(&message.key)).cloned();
        let anew = parameters.messages.iter().cloned().chain(check::fields(&self.line, &new.fields));
        let messages = again.chain(anew).collect();
        let line = LineOrder { parameters: parameters.encoded(), ..LineOrder::clone(&self.line) };
        Ok(Adapted { line: Arc::new(line), snapshot: Arc::new(snapshot), messages })
    }

    /// What was answered then, in the same terms.
    pub fn conclusion(&self) -> Conclusion {
        Conclusion::new(self.answer.clone(), self.budget, self.host.clone())
    }
}

/// What a version asks for, and nobody asked for when a call was made with another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unasked {
    /// A course, by its short name: it was not looked up.
    Course(String),
    /// A role, by its short name: it was not looked up.
    Role(String),
    /// A field that people must supply: what they supplied beyond those of then was left out of the recording.
    Field(String),
}

/// The fields that the new manifest requires and the old one did not know.
fn unsupplied(old: &Manifest, new: &Manifest) -> impl Iterator<Item = Unasked> {
    let fields = new.fields.iter().filter(|field| field.required);
    let fields = fields.filter(|field| old.fields.iter().all(|known| known.name != field.name));
    fields.map(|field| Unasked::Field(field.name.clone()))
}

/// A call that was made, as another version would have been asked.
pub struct Adapted {
    /// The order as it would get it.
    pub line: Arc<LineOrder>,
    /// What the host would have looked up.
    pub snapshot: Arc<Snapshot>,
    /// What the host would have found of the line.
    pub messages: Vec<Message>,
}

/// What becomes of a call: by its handler, and by what the host says of the line by the handler's manifest.
#[derive(Clone, Debug)]
pub struct Conclusion {
    /// How the call ended.
    pub answer: Result<Answer, Stopped>,
    /// What the call took.
    pub budget: Option<Budget>,
    /// Whether nothing comes of the line.
    pub rejected: bool,
    /// All that is said.
    pub messages: Vec<Message>,
}

impl Conclusion {
    /// What becomes of a call that ended so, and took this, of which the host says that.
    pub fn new(answer: Result<Answer, Stopped>, budget: Option<Budget>, host: Vec<Message>) -> Self {
        let faulty = host.iter().any(Message::is_error);
        let rejected = faulty || answer.as_ref().map_or(true, |answer| answer.rejected);
        let said = match &answer {
            Ok(answer) => answer.messages.clone(),
            Err(stopped) => vec![stopped.message()],
        };
        Conclusion { budget, rejected, messages: message::merge(host, said), answer }
    }

    /// What stopped the call.
    pub fn stopped(&self) -> Option<&Stopped> {
        self.answer.as_ref().err()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads another number than it writes.
    #[derive(PartialEq, Serialize, Deserialize)]
    struct Forgetful {
        #[serde(skip)]
        number: u32,
    }

    #[test]
    fn what_would_be_read_otherwise_is_not_recorded_and_told_at_once() {
        let mut messages = Vec::new();
        assert_eq!(or_told(&Forgetful { number: 0 }, &mut messages).as_deref(), Some("{}"));
        assert_eq!(or_told(&vec![0.5], &mut messages).as_deref(), Some("[0.5]"));
        assert_eq!(messages, []);
        assert_eq!(or_told(&Forgetful { number: 1 }, &mut messages), None);
        assert_eq!(or_told(&vec![f64::NAN], &mut messages), None);
        let told: Vec<String> = messages.iter().map(|message| message.worded("en", None)).collect();
        for (told, why) in told.iter().zip(["something else", "invalid type: null, expected f64"]) {
            assert!(told.contains(why) && told.contains("goes on"), "{told}");
        }
        assert_eq!(told.len(), 2);
    }
}
