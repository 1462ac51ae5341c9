//! What came of one of several: a result, or what ended the work at it.

use schemars::JsonSchema;
use serde::Serialize;
use shop_core::orders::state::LineState;
use shop_core::orders::waiting::Unfinished;
use shop_core::platform::Problem;
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;

/// What came of one of several.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Came<T> {
    /// This.
    Done(T),
    /// Nothing: it failed.
    Failed(Failure),
}

/// What ended the work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Failure {
    /// What was expected, what was found, and what to do.
    pub error: String,
    /// The kind of failure: the exit status of a command that ends with it.
    pub status: u8,
    /// What is wrong with the learning platform, if it is that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// At which order, where there are several, or it is kept all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// If the order is kept all the same.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
}

/// An order that waits, whatever ended the work at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Kept {
    /// Waiting, or blocked until somebody acts.
    pub state: LineState,
    /// When it is tried again; none: only when somebody says so.
    pub next_try: Option<Timestamp>,
}

impl Failure {
    /// What ended the work as a whole.
    pub fn new(error: String, status: u8, problem: Option<&Problem>) -> Failure {
        Failure { error, status, problem: problem.cloned(), order: None, kept: None }
    }

    /// The same at one of several orders.
    pub fn at(self, order: &OrderId) -> Failure {
        Failure { order: Some(order.clone()), ..self }
    }

    /// The same of an order that waits.
    pub fn kept(self, left: &Unfinished) -> Failure {
        let state = if left.blocked { LineState::Blocked } else { LineState::Waiting };
        Failure { kept: Some(Kept { state, next_try: left.next_try }), ..self.at(&left.order.id) }
    }
}
