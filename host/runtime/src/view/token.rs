//! Tokens for the API.

use schemars::JsonSchema;
use serde::Serialize;
use shop_journal::Token;

/// A token that was made.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Made {
    /// What is known of it from now on.
    #[serde(flatten)]
    pub token: Token,
    /// What its holder sends. It is told here, and never again.
    pub secret: String,
}

/// A token that no longer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Revoked {
    /// Its number.
    pub revoked: i64,
}
