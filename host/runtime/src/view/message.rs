//! Something that is said, in words.

use schemars::JsonSchema;
use serde::Serialize;
use shop_core::words::message;
use shop_sandbox::Handler;

use super::Voice;

/// Something that is said, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Message {
    /// What is said, for programs.
    #[serde(flatten)]
    pub message: message::Message,
    /// The same, for people.
    pub text: String,
}

impl Message {
    /// All that is said; the handler words what comes from it.
    pub fn all(messages: &[message::Message], handler: Option<&Handler>, voice: Voice) -> Vec<Message> {
        let worded =
            |message: &message::Message| Message { text: voice.message(message, handler), message: message.clone() };
        messages.iter().map(worded).collect()
    }

    /// The text, what can be done about it where it is told, and what it is about.
    pub fn told(&self, hint: Option<&str>, voice: Voice) -> String {
        let text = match hint {
            Some(hint) => format!("{}; {hint}", self.text),
            None => self.text.clone(),
        };
        match voice.subject(&self.message.subject) {
            Some(subject) => voice.say("message-about", &[("subject", subject.into()), ("text", text.into())]),
            None => text,
        }
    }
}
