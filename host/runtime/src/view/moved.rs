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

/// The journal is on a server from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JournalMoved {
    /// Where, without the password.
    pub server: String,
    /// How many rows were copied.
    pub rows: u64,
    /// What its file is called now. It names people, and what is erased from now on stays in it: it is to be deleted.
    pub file: String,
}

impl From<shop_journal::Moved> for JournalMoved {
    fn from(moved: shop_journal::Moved) -> Self {
        JournalMoved { server: moved.server, rows: moved.rows, file: moved.file.display().to_string() }
    }
}
