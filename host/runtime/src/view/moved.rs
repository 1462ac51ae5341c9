//! A learning platform that has another address.

use schemars::JsonSchema;
use serde::Serialize;

use crate::host::Compared;

/// A learning platform that has another address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Moved {
    /// The address that it had.
    pub from: String,
    /// The address that it has.
    pub to: String,
    /// By what it is known to be the same.
    pub compared: Compared,
}
