//! E-mail addresses, the key by which people are identified.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::words::text;

mod spelled;
mod typed;
mod validity;

pub use spelled::Spelled;
pub use typed::{NothingTyped, Typed};
pub use validity::EmailFault;

/// An e-mail address in the one form in which addresses are compared: without spaces and invisible characters at its ends,
/// in Unicode form NFC, in small letters, its domain in ASCII (IDNA). Two addresses are the same person exactly if their
/// `Email`s are equal.
///
/// The syntax is that of a valid e-mail address in the HTML standard (section "Email state"), and the length limit is SMTP's
/// (RFC 5321, 4.5.3.1): so whatever has ever been an address on a learning platform can be read. Whom an order names must
/// have an address with which an account can be made, which is more: see [`Email::for_account`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Email(#[schemars(with = "String")] Arc<str>);

/// What was typed is not a valid e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an e-mail address such as anne@example.org, found {0:?}")]
pub struct InvalidEmail(pub String);

const MAX_BYTES: usize = 254;

/// Nothing longer can become valid by folding; no work is spent on megabytes.
const MAX_TYPED: usize = 4 * MAX_BYTES;

const NAMELESS: &str = "@nameless.invalid";

impl Email {
    /// An address with which a learning platform makes an account, or what it would refuse about it.
    pub fn for_account(typed: &str) -> Result<Email, EmailFault> {
        if typed.len() > MAX_TYPED {
            return Err(EmailFault::TooLong(typed.chars().count()));
        }
        // Before it is folded: domains lose some of them by that, without a word.
        let invisible = text::invisible(text::trim(typed));
        if !invisible.is_empty() {
            return Err(EmailFault::Invisible(invisible));
        }
        let folded = Self::folded(typed);
        match EmailFault::of(&folded) {
            None => Ok(Email(folded.into())),
            Some(fault) => Err(fault),
        }
    }

    /// What a learning platform would refuse about the address if an account were to be made with it.
    pub fn fault(&self) -> Option<EmailFault> {
        EmailFault::of(&self.0)
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Stands in for the address of an account that has none that is valid, by its id on the platform. No real address is there
    /// (RFC 2606).
    pub fn nameless(id: i64) -> Email {
        Email(format!("account-{id}{NAMELESS}").into())
    }

    /// An address as it was typed, if case is all that tells it from the form in which it is compared.
    pub fn spelled(typed: &str) -> Option<String> {
        let spelled = text::trim(typed);
        let email: Email = spelled.parse().ok()?;
        (spelled != email.as_str() && spelled.to_ascii_lowercase() == email.as_str()).then(|| spelled.to_owned())
    }

    /// Whether it only stands in for one.
    pub fn is_nameless(&self) -> bool {
        self.0.ends_with(NAMELESS)
    }

    /// The form in which a text would be compared if it were an address: what two typings of an invalid address have
    /// in common.
    pub fn folded(typed: &str) -> String {
        let folded: String = text::trim(typed).nfc().flat_map(char::to_lowercase).nfc().collect();
        match folded.rsplit_once('@') {
            Some((local, domain)) => match idna::domain_to_ascii(domain) {
                // What was dropped may have stood behind a blank.
                Ok(domain) => format!("{local}@{}", text::trim(&domain)),
                Err(_) => folded,
            },
            None => folded,
        }
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(typed: &str) -> Result<Self, InvalidEmail> {
        if typed.len() > MAX_TYPED {
            return Err(InvalidEmail(text::excerpt(typed)));
        }
        let folded = Self::folded(typed);
        if folded.len() <= MAX_BYTES && is_valid(&folded) {
            Ok(Email(folded.into()))
        } else {
            Err(InvalidEmail(text::excerpt(typed)))
        }
    }
}

/// The HTML standard's `1*( atext / "." ) "@" label *( "." label )`, after folding.
fn is_valid(address: &str) -> bool {
    let parts = address.split_once('@');
    parts.is_some_and(|(local, domain)| {
        !local.is_empty() && local.chars().all(|c| c == '.' || is_atom(c)) && domain.split('.').all(is_label)
    })
}

/// What stands between the dots before the @ (RFC 5322's `atext`).
fn is_atom(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c)
}

/// What stands between the dots of a domain.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Equal, ordered and hashed as its text.
impl Borrow<str> for Email {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(typed: String) -> Result<Self, InvalidEmail> {
        typed.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> String {
        email.0.to_string()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_however_the_address_is_typed() {
        for (a, b) in [
            ("Anne@Example.ORG", "anne@example.org"),
            ("  anne@example.org\t", "anne@example.org"),
            ("\u{200b}\u{a0}anne@example.org", "anne@example.org"),
            ("anne@example.org\u{feff}\u{ad} \u{2060}", "anne@example.org"),
            ("anne@b\u{e9}b\u{e9}.example", "anne@be\u{301}be\u{301}.EXAMPLE"),
            ("anne@b\u{e9}b\u{e9}.example", "anne@xn--bb-bjab.example"),
        ] {
            assert_eq!(a.parse::<Email>().unwrap(), b.parse::<Email>().unwrap(), "{a:?} and {b:?}");
        }
    }

    #[test]
    fn an_address_is_spelled_otherwise_if_case_alone_tells_it_apart() {
        for (typed, spelled) in [
            ("Anne@Example.ORG", Some("Anne@Example.ORG")),
            (" anne@Example.org\t", Some("anne@Example.org")),
            (" anne@example.org", None),
            ("Anne@b\u{e9}b\u{e9}.example", None),
            ("Anne@B\u{c9}B\u{c9}.example", None),
            ("Anne", None),
        ] {
            assert_eq!(Email::spelled(typed).as_deref(), spelled, "{typed:?}");
        }
    }

    #[test]
    fn people_with_different_addresses_are_different() {
        for (a, b) in [("anne@example.org", "anna@example.org"), ("a.b@example.org", "ab@example.org")] {
            assert_ne!(a.parse::<Email>().unwrap(), b.parse::<Email>().unwrap());
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(250));
        let huge = "a".repeat(10_000_000);
        for typed in [
            "",
            " ",
            "anne",
            "@",
            "anne@",
            "@example.org",
            "a@b@c",
            "a b@example.org",
            "a@-b.org",
            "a@b-.org",
            "a@b..org",
            "a@b.org.",
            "ren\u{e9}@example.org",
            "a\u{0}@example.org",
            "a@example.org\u{1b}[31m",
            "a,b@example.org",
            "<a@example.org>",
            &long,
            &huge,
        ] {
            assert!(typed.parse::<Email>().is_err(), "{:?}", typed.chars().take(40).collect::<String>());
        }
    }

    #[test]
    fn what_platforms_may_have_is_read_though_they_would_make_no_account_with_it() {
        for typed in ["a@b", ".a.@example.org", "1@1.1", "a..b@example.org"] {
            let read = typed.parse::<Email>();
            assert!(read.is_ok_and(|email| email.fault().is_some()), "{typed:?}");
        }
    }
}
