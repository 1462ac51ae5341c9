//! The service.

use schemars::JsonSchema;
use serde::Serialize;

/// The service is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Serving {
    /// Where, as an address and a port.
    pub listening: String,
}
