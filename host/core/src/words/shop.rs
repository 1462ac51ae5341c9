//! Several shops that one host serves, on one learning platform.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::text;

/// What stands between a shop's name and its id of an order, where one host has the orders of several shops.
pub const BETWEEN: &str = "::";

/// What a shop is called by the host that it shares with others: a part of its orders' ids. The shop that a host has first,
/// or has alone, needs no name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct ShopName(#[schemars(regex(pattern = r"^[a-z0-9][a-z0-9-]{0,29}$"))] String);

/// What was read is no shop's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a shop's name of 1 to 30 characters a to z, 0 to 9 and hyphens, the first of them no hyphen, found {0:?}"
)]
pub struct InvalidShopName(String);

impl ShopName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a shop can be called so.
    pub fn fits(name: &str) -> bool {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        (1..=30).contains(&name.len()) && name.chars().all(plain) && !name.starts_with('-')
    }
}

impl FromStr for ShopName {
    type Err = InvalidShopName;

    fn from_str(name: &str) -> Result<Self, InvalidShopName> {
        match ShopName::fits(name) {
            true => Ok(ShopName(name.to_owned())),
            false => Err(InvalidShopName(text::excerpt(name))),
        }
    }
}

impl TryFrom<String> for ShopName {
    type Error = InvalidShopName;

    fn try_from(name: String) -> Result<Self, InvalidShopName> {
        name.parse()
    }
}

impl From<ShopName> for String {
    fn from(name: ShopName) -> String {
        name.0
    }
}

impl Borrow<str> for ShopName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ShopName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shops_name_is_plain() {
        for name in ["nord", "n", "2", "shop-2", "a-very-long-name-of-30-letters"] {
            assert_eq!(name.parse::<ShopName>().map(String::from).as_deref(), Ok(name));
        }
        let long = "a".repeat(31);
        for name in ["", "-nord", "Nord", "no rd", "nord::", "nörd", "../nord", "a/b", "nord\n", "n\u{200b}", &long] {
            assert!(name.parse::<ShopName>().is_err(), "{name:?}");
        }
    }
}
