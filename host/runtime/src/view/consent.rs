//! Whether somebody agrees to an operator's charge over the own account.

use schemars::JsonSchema;
use serde::Serialize;
use shop_core::words::email::Email;

use super::{Came, Outcome};

/// Whether somebody agrees to an operator's charge over the own account, and what came of that.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Consent {
    /// Who agrees, or does not.
    pub person: Email,
    /// To whose charge.
    pub operator: Email,
    /// Whether the person agrees.
    pub agrees: bool,
    /// Whether that was not noted before.
    pub news: bool,
    /// The orders concerned, each with what came of putting it right.
    pub orders: Vec<Came<Outcome>>,
}
