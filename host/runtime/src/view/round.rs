//! What came of going on with what was unfinished.

use schemars::JsonSchema;
use serde::Serialize;
use shop_core::words::period::Timestamp;
use shop_journal::Blocked;

use super::{Came, Outcome};

/// What came of going on with what was unfinished, and what remains to be done.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Round {
    /// The orders that were gone on with.
    pub resumed: Vec<Came<Outcome>>,
    /// When the next try is due; none: nothing waits for one.
    pub next_try: Option<Timestamp>,
    /// The orders for which somebody must act.
    pub blocked: Vec<Blocked>,
}
