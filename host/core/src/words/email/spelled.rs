//! An address with its spelling.

use std::str::FromStr;

use super::{Email, InvalidEmail};

/// Whom somebody means by what was typed: the address, and how it is spelled, since a platform that minds case may know it by no
/// other spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelled {
    /// The address in the form in which addresses are compared.
    pub email: Email,
    /// The address as it was typed, if case tells it from that.
    pub otherwise: Option<String>,
}

impl FromStr for Spelled {
    type Err = InvalidEmail;

    fn from_str(typed: &str) -> Result<Self, InvalidEmail> {
        Ok(Spelled { email: typed.parse()?, otherwise: Email::spelled(typed) })
    }
}

impl From<Email> for Spelled {
    fn from(email: Email) -> Self {
        Spelled { email, otherwise: None }
    }
}
