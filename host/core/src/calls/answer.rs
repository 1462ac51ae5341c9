//! What a handler answered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calls::budget::Budget;
use crate::calls::grants::Declared;
use crate::calls::stopped::Stopped;
use crate::words::message::Message;

/// What a handler answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What it declared.
    pub declared: Declared,
    /// What it said.
    pub messages: Vec<Message>,
    /// Whether it rejected the order.
    pub rejected: bool,
}

/// What came of a call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// How it ended.
    pub answer: Result<Answer, Stopped>,
    /// What it took.
    pub budget: Budget,
}
