//! What stands in the place of an address.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Email, MAX_TYPED};
use crate::words::text;

/// Somebody by what was typed for an address, whether it is one or not, in the form in which addresses are compared. An order
/// that comes to nothing for it has it all the same. Of what is longer than any address, the start is what it is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed(String);

/// Nothing was typed by which somebody could be known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an address as it was typed in an order, found {0:?}")]
pub struct NothingTyped(String);

/// Of a longer text, this much at least is told in a message.
const TOLD: usize = 100;

impl Typed {
    /// As it was folded before.
    pub fn folded(text: String) -> Typed {
        Typed(text)
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address, if it is one.
    pub fn email(&self) -> Option<Email> {
        self.0.parse().ok()
    }

    /// Whether a folded text is the start of this one, such as is told of what is too long to be told.
    pub fn is_told_as(&self, text: &str) -> bool {
        let start = text.strip_suffix('…').filter(|start| start.len() >= TOLD);
        start.is_some_and(|start| self.0.starts_with(start))
    }
}

impl FromStr for Typed {
    type Err = NothingTyped;

    /// By blanks and signs alone nobody is known.
    fn from_str(typed: &str) -> Result<Self, NothingTyped> {
        match typed.chars().any(char::is_alphanumeric) {
            true => {
                let mut folded = Email::folded(typed);
                folded.truncate(folded.floor_char_boundary(MAX_TYPED));
                Ok(Typed(folded))
            }
            false => Err(NothingTyped(text::excerpt(typed))),
        }
    }
}

impl From<Email> for Typed {
    fn from(email: Email) -> Typed {
        Typed(email.into())
    }
}

impl From<&Email> for Typed {
    fn from(email: &Email) -> Typed {
        Typed(email.as_str().to_owned())
    }
}

impl From<&Typed> for Typed {
    fn from(typed: &Typed) -> Typed {
        typed.clone()
    }
}

/// Equal, ordered and hashed as its text.
impl Borrow<str> for Typed {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_known_by_what_was_typed_however_long_it_is() {
        let long = "é".repeat(100_000);
        for (typed, known_by) in [
            (" Anne@Example.org", "anne@example.org"),
            ("Anne at X", "anne at x"),
            (&long.to_uppercase(), &long[..MAX_TYPED]),
        ] {
            assert_eq!(typed.parse::<Typed>().unwrap().as_str(), known_by);
        }
    }

    #[test]
    fn nobody_is_known_by_nothing() {
        for typed in ["", " - ", "@"] {
            assert!(typed.parse::<Typed>().is_err(), "{typed:?}");
        }
    }
}
