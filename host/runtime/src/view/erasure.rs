//! What was erased of a person.

use schemars::JsonSchema;
use serde::Serialize;
use shop_journal::Erased;

/// What was erased of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Erasure {
    /// What of the records.
    #[serde(flatten)]
    pub erased: Erased,
    /// Whether the journal's file was written anew, so that nothing of it can be found there; else it is done within a day.
    pub compacted: bool,
}
