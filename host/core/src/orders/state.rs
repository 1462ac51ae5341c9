//! The states of a line.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calls::budget::Budget;
use crate::words::message::Message;

/// How the last attempt at a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LineState {
    /// Findings speak against it. Nothing was applied.
    Rejected,
    /// Its handler asked for more than the order grants. Nothing was applied.
    Refused,
    /// Its handler failed or exceeded a limit. Nothing was applied.
    Stopped,
    /// A plan was begun; if nothing is running, it was interrupted, and fulfilling the order again resumes it.
    Applying,
    /// The platform did not answer, or this machine could not call a handler; fulfilling the order again resumes it.
    Waiting,
    /// The platform would not be looked at, or the order has brought the program down: somebody must act.
    Blocked,
    /// The platform would not do some steps.
    Incomplete,
    /// The operator has an account; the rest waits for the payment.
    Placed,
    /// Every step succeeded: the session is in place.
    Fulfilled,
    /// Its enrolments are suspended.
    Suspended,
    /// What it made is taken away.
    Cancelled,
    /// It ended before its order: what it made is taken away, and it has no bargain until it is bought again.
    Ended,
}

impl LineState {
    /// All of them.
    pub const ALL: [LineState; 12] = [
        LineState::Rejected,
        LineState::Refused,
        LineState::Stopped,
        LineState::Applying,
        LineState::Waiting,
        LineState::Blocked,
        LineState::Incomplete,
        LineState::Placed,
        LineState::Fulfilled,
        LineState::Suspended,
        LineState::Cancelled,
        LineState::Ended,
    ];

    /// The one that is written so.
    pub fn named(text: &str) -> Option<LineState> {
        LineState::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// As it is written in the journal and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            LineState::Rejected => "rejected",
            LineState::Refused => "refused",
            LineState::Stopped => "stopped",
            LineState::Applying => "applying",
            LineState::Waiting => "waiting",
            LineState::Blocked => "blocked",
            LineState::Incomplete => "incomplete",
            LineState::Placed => "placed",
            LineState::Fulfilled => "fulfilled",
            LineState::Suspended => "suspended",
            LineState::Cancelled => "cancelled",
            LineState::Ended => "ended",
        }
    }
}

impl fmt::Display for LineState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a line's state is what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What was said about the line, by the host and its handler. What stopped the handler is among it.
    pub messages: Vec<Message>,
    /// Why the platform did not answer, or this machine could not call a handler.
    pub stopped: Option<String>,
    /// What its handler's call took of what it may take; none if it was not called.
    #[serde(default)]
    pub budget: Option<Budget>,
}
