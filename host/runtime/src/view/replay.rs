//! A recorded call that was made again.

use schemars::JsonSchema;
use serde::Serialize;
use shop_core::calls::answer::Answer;
use shop_core::calls::recording::Recording;
use shop_core::calls::stopped::Stopped;
use shop_core::words::digest::Digest;
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;

/// A recorded call that was made again.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Replay {
    /// For which order it was made.
    pub order: OrderId,
    /// For which of its lines.
    pub line: u32,
    /// When.
    pub at: Timestamp,
    /// What came of it this time.
    pub replay: Again,
    /// The call; none: it cannot be read.
    pub recording: Option<Recording>,
    /// What is answered now, if that differs.
    pub answer: Option<Result<Answer, Stopped>>,
    /// Why the call cannot be read.
    pub damaged: Option<String>,
    /// Which version was called.
    #[serde(skip)]
    pub handler: Digest,
}

/// What comes of a call that is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Again {
    /// The same.
    Same,
    /// Another answer.
    Differs,
    /// Nothing: its handler is no longer there.
    Gone,
    /// Nothing: what was recorded cannot be read.
    Damaged,
}

impl Again {
    /// As it is written in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Again::Same => "same",
            Again::Differs => "differs",
            Again::Gone => "gone",
            Again::Damaged => "damaged",
        }
    }
}

impl Replay {
    /// How many facts the call declared then; none: it was stopped, or cannot be read.
    pub fn facts(&self) -> Option<usize> {
        self.recording.as_ref()?.answer.as_ref().ok().map(|answer| answer.declared.session.claims().len())
    }
}
