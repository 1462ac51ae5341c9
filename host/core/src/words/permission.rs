//! What somebody may do through the API.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::text;

/// What whoever has a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Permission {
    /// See orders, with the people in them, and what has happened to them.
    #[serde(rename = "orders:read")]
    ReadOrders,
    /// Hand over what is said of orders, change their state and who is in charge, and preview it. Not single seats.
    #[serde(rename = "orders:write")]
    WriteOrders,
    /// Say who sits in which seat and until when, and preview that; nothing else of orders.
    #[serde(rename = "seats:write")]
    WriteSeats,
}

/// What was read is no permission.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a permission ({all}), found {0:?}", all = all())]
pub struct UnknownPermission(String);

fn all() -> String {
    Permission::ALL.map(Permission::as_str).join(", ")
}

impl Permission {
    /// All of them.
    pub const ALL: [Permission; 3] = [Permission::ReadOrders, Permission::WriteOrders, Permission::WriteSeats];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Permission::ReadOrders => "orders:read",
            Permission::WriteOrders => "orders:write",
            Permission::WriteSeats => "seats:write",
        }
    }
}

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, UnknownPermission> {
        let is_meant = |permission: &Permission| permission.as_str() == text;
        Permission::ALL.into_iter().find(is_meant).ok_or_else(|| UnknownPermission(text::excerpt(text)))
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
