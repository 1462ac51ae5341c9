//! The audit log: who did what, and when.
//!
//! It is only ever added to, and each entry has the SHA-256 of the one before it in its own: whoever changes, inserts or
//! drops an entry has to change all that follow, and cannot if somebody has noted the last one's. It holds no personal
//! data but the names of the staff: people stand in it by pseudonyms, and whom one stands for can be forgotten.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::words::order::OrderId;
use crate::words::period::Timestamp;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A change of an order was decided: its state, the seats that change hands, and from whom to whom it passes.
    Decided,
    /// It was carried out, as far as it could be: the state, and how many facts were made, changed, retracted, or failed.
    CarriedOut,
    /// An attempt at an order came to nothing: the states of its lines.
    CameToNothing,
    /// A handler's version was installed, activated, rolled back to, or removed.
    Handler,
    /// Somebody's account may be attached to an operator's, since its holder agrees or the merchant says so.
    Attached,
    /// That is taken back.
    Detached,
    /// A person was erased from all records.
    Erased,
    /// Records that were kept long enough were deleted.
    Pruned,
    /// A copy of all data was made.
    BackedUp,
    /// The learning platform has another address.
    Moved,
    /// A token for the API was made: its number and name, whose orders it is for, and what it permits.
    TokenMade,
    /// A token no longer counts.
    TokenRevoked,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Entry {
    /// Its number, from 1, without gaps.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who set to work: the shop, the host by itself, or one of the staff by name. If that was on behalf of somebody else,
    /// who decided so, the details have `on_behalf_of`.
    pub who: String,
    /// What.
    pub action: String,
    /// About which order.
    pub order: Option<OrderId>,
    /// More of it; people stand here by their pseudonyms.
    pub details: Value,
    /// What chains it to the entry before.
    pub chain: String,
}

/// What stands before the first entry.
pub const START: &str = "";

/// The chain value of an entry: the SHA-256, in hexadecimal digits, of a JSON array of the value of the entry before, and of
/// number, seconds since 1970, who, action, order (or null) and details as text.
pub fn link(before: &str, id: i64, at: i64, who: &str, action: &str, order: Option<&str>, details: &str) -> String {
    let entry = serde_json::json!([before, id, at, who, action, order, details]);
    format!("{:x}", Sha256::digest(entry.to_string()))
}

/// The log is not what was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message tells it")]
pub enum Broken {
    /// An entry is missing.
    #[error("the audit log is broken: entry {expected} is missing, {found} follows")]
    Missing {
        expected: i64,
        /// The next that is there.
        found: i64,
    },
    /// An entry was changed; or one before it, and all until here.
    #[error("the audit log is broken: entry {0} is not what was written, or does not follow the one before it")]
    Changed(i64),
    /// No entry has the chain value that somebody noted earlier.
    #[error("the audit log is broken: no entry has the chain value {0}: entries after it, or all, were written anew")]
    Unknown(String),
}

/// The end of a log that is what was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Head {
    /// How many entries there are.
    pub entries: i64,
    /// The chain value of the last one: noted elsewhere, it proves later that nothing before it was changed.
    pub chain: String,
}
