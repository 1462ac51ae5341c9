//! A Moodle, checked.

use schemars::JsonSchema;
use serde::Serialize;
use shop_platforms::moodle::SiteCheck;

use super::{Message, Voice};

/// What a Moodle has and lacks for the host to work.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Site {
    /// What was looked at.
    #[serde(flatten)]
    pub check: SiteCheck,
    /// Whether the host can work.
    pub green: bool,
    /// What is to be done, or known.
    pub messages: Vec<Message>,
}

impl Site {
    /// A Moodle that was checked.
    pub fn of(check: SiteCheck, voice: Voice) -> Site {
        Site { green: check.is_green(), messages: Message::all(&check.messages, None, voice), check }
    }
}
