//! Which addresses an account can be made with, and what is wrong about one: at most 64 characters before the @, and so on.

use super::{NAMELESS, is_atom, is_label};
use crate::words::message::{Message, Subject};
use crate::words::text;

/// Why a learning platform would make no account with an address.
///
/// Moodle asks PHP's `filter_var`, and has room for 100 characters. What PHP takes beyond this, quoted names and the numbers of
/// computers in brackets, is nobody's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailFault {
    /// There is none.
    Missing,
    /// It has characters that cannot be seen: which.
    Invisible(String),
    /// It has not one @, with something before and behind it.
    At,
    /// A character that is not possible before the @.
    Character(char),
    /// A dot begins or ends what stands before the @, or follows another one.
    Dots,
    /// What stands before the @ has so many characters.
    LocalTooLong(usize),
    /// The domain is the number of a computer, or its last part begins with a digit.
    Number,
    /// The domain is one word.
    Dotless,
    /// The domain is no name of one.
    Domain(String),
    /// It has so many characters.
    TooLong(usize),
    /// It is there that the addresses of accounts without one seem to be.
    Reserved,
}

const MAX: usize = 100;
const MAX_LOCAL: usize = 64;

impl EmailFault {
    /// Of an address in the form in which addresses are compared.
    pub(super) fn of(folded: &str) -> Option<EmailFault> {
        let invisible = text::invisible(folded);
        let parts = folded.split_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
        Some(match parts {
            _ if folded.is_empty() => EmailFault::Missing,
            _ if !invisible.is_empty() => EmailFault::Invisible(invisible),
            None => EmailFault::At,
            Some((_, domain)) if domain.contains('@') => EmailFault::At,
            Some((local, domain)) => return of_local(local).or_else(|| of_domain(domain)).or_else(|| of_whole(folded)),
        })
    }

    /// Tells what is wrong about what was typed, and what to do.
    pub fn message(&self, subject: Subject, typed: &str) -> Message {
        let error = |key| Message::error(subject.clone(), key).with("found", text::excerpt(text::trim(typed)));
        match self {
            EmailFault::Missing => Message::error(subject, "email-missing"),
            EmailFault::Invisible(characters) => error("email-invisible").with("characters", characters.as_str()),
            EmailFault::At => error("email-at"),
            EmailFault::Character(c) => {
                error("email-character").with("character", c.to_string()).with("number", text::number(*c))
            }
            EmailFault::Dots => error("email-dots"),
            EmailFault::LocalTooLong(length) => {
                error("email-local-too-long").with("length", *length).with("allowed", MAX_LOCAL)
            }
            EmailFault::Number => error("email-number"),
            EmailFault::Dotless => error("email-dotless"),
            EmailFault::Domain(domain) => error("email-domain").with("domain", text::excerpt(domain)),
            EmailFault::TooLong(length) => error("email-too-long").with("length", *length).with("allowed", MAX),
            EmailFault::Reserved => error("email-reserved"),
        }
    }
}

fn of_local(local: &str) -> Option<EmailFault> {
    let foreign = local.chars().find(|c| *c != '.' && !is_atom(*c));
    match foreign {
        Some(foreign) => Some(EmailFault::Character(foreign)),
        None if local.split('.').any(str::is_empty) => Some(EmailFault::Dots),
        None if local.len() > MAX_LOCAL => Some(EmailFault::LocalTooLong(local.len())),
        None => None,
    }
}

fn of_domain(domain: &str) -> Option<EmailFault> {
    let last = domain.rsplit('.').next().unwrap_or(domain);
    let is_number = domain.starts_with('[') || last.starts_with(|c: char| c.is_ascii_digit());
    match () {
        () if is_number => Some(EmailFault::Number),
        () if !domain.split('.').all(is_label) => Some(EmailFault::Domain(domain.to_owned())),
        () if !domain.contains('.') => Some(EmailFault::Dotless),
        () => None,
    }
}

fn of_whole(address: &str) -> Option<EmailFault> {
    match () {
        () if address.len() > MAX => Some(EmailFault::TooLong(address.len())),
        () if address.ends_with(NAMELESS) => Some(EmailFault::Reserved),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::email::Email;

    /// Each was held against PHP's `filter_var`, which Moodle asks, except for lengths over 100, quotes and brackets.
    #[test]
    fn what_a_platform_would_refuse_is_named() {
        let local = |length: usize| format!("{}@example.org", "a".repeat(length));
        let whole = |length: usize| format!("{}@{}.org", "a".repeat(60), "b".repeat(length - 65));
        for (typed, fault) in [
            ("anne@example.org", None),
            ("o'neil+moodle@example.org", None),
            ("1!#$%&'*+/=?^_`{|}~-@1.example", None),
            ("anne@a--b.c1-d", None),
            ("anne@bébé.example", None),
            ("anne@xn--bb-bjab.xn--p1ai", None),
            ("\u{200b} anne@example.org\u{feff}", None),
            (&local(64), None),
            (&whole(100), None),
            ("", Some(EmailFault::Missing)),
            (" \u{200b}\u{a0}", Some(EmailFault::Missing)),
            ("an\u{200b}ne\u{2060}@example.org", Some(EmailFault::Invisible("U+200B, U+2060".to_owned()))),
            ("anne@\u{200d}example.org", Some(EmailFault::Invisible("U+200D".to_owned()))),
            ("anne@exam\u{ad}ple.org", Some(EmailFault::Invisible("U+00AD".to_owned()))),
            ("anne@exam\u{200b}ple.org", Some(EmailFault::Invisible("U+200B".to_owned()))),
            ("anne@example.o\u{2060}rg\u{200b}", Some(EmailFault::Invisible("U+2060".to_owned()))),
            ("anne", Some(EmailFault::At)),
            ("anne@", Some(EmailFault::At)),
            ("@example.org", Some(EmailFault::At)),
            ("anne@example.org, bob@example.org", Some(EmailFault::At)),
            ("anne durand@example.org", Some(EmailFault::Character(' '))),
            ("Anne <anne@example.org>", Some(EmailFault::Character(' '))),
            ("mailto:anne@example.org", Some(EmailFault::Character(':'))),
            ("\"anne\"@example.org", Some(EmailFault::Character('"'))),
            ("ren\u{e9}@example.org", Some(EmailFault::Character('é'))),
            ("an\u{0}ne@example.org", Some(EmailFault::Character('\0'))),
            ("an..ne@example.org", Some(EmailFault::Dots)),
            (".anne@example.org", Some(EmailFault::Dots)),
            ("anne.@example.org", Some(EmailFault::Dots)),
            (&local(65), Some(EmailFault::LocalTooLong(65))),
            ("anne@192.0.2.1", Some(EmailFault::Number)),
            ("anne@[192.0.2.1]", Some(EmailFault::Number)),
            ("anne@[IPv6:2001:db8::1]", Some(EmailFault::Number)),
            ("anne@example.1a", Some(EmailFault::Number)),
            ("anne@intranet", Some(EmailFault::Dotless)),
            ("anne@example..org", Some(EmailFault::Domain("example..org".to_owned()))),
            ("anne@example.org.", Some(EmailFault::Domain("example.org.".to_owned()))),
            ("anne@-example.org", Some(EmailFault::Domain("-example.org".to_owned()))),
            ("anne@exam_ple.org", Some(EmailFault::Domain("exam_ple.org".to_owned()))),
            ("anne@example.org\u{1b}[31m", Some(EmailFault::Domain("example.org\u{1b}[31m".to_owned()))),
            (&format!("anne@{}.org", "b".repeat(64)), Some(EmailFault::Domain(format!("{}.org", "b".repeat(64))))),
            (&whole(101), Some(EmailFault::TooLong(101))),
            (&"a".repeat(10_000_000), Some(EmailFault::TooLong(10_000_000))),
            ("account-7@NAMELESS.invalid", Some(EmailFault::Reserved)),
        ] {
            assert_eq!(Email::for_account(typed).err(), fault, "{}", text::excerpt(typed));
        }
    }

    #[test]
    fn each_fault_is_worded_and_shows_what_was_typed() {
        let (local, whole) = (format!("{}@b.org", "a".repeat(65)), format!("a@{}org", "b.".repeat(50)));
        for (typed, shown) in [
            ("an\u{2060}ne@b.org", "an<U+2060>ne@b.org"),
            ("anne.b.org", "anne.b.org"),
            ("anne\u{a0}durand@b.org", "U+00A0"),
            ("an..ne@b.org", "an..ne@b.org"),
            (&local, "65"),
            ("anne@[192.0.2.1]", "anne@[192.0.2.1]"),
            ("anne@b", "anne@b"),
            ("anne@b..org", "b..org"),
            (&whole, "105"),
            ("account-7@nameless.invalid", "account-7@nameless.invalid"),
        ] {
            let message = Email::for_account(typed).unwrap_err().message(Subject::Order, typed);
            for language in ["en", "fr"] {
                let text = message.worded(language, None);
                assert!(text.contains(shown) && text != message.key, "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_an_account_is_made_with_can_be_read_back(typed in "[ -~é\u{200b}]{0,9}[@.]{1,2}[a-z1.-]{0,9}") {
            if let Ok(email) = Email::for_account(&typed) {
                prop_assert_eq!(email.as_str().parse::<Email>(), Ok(email.clone()));
                prop_assert_eq!(email.fault(), None);
            }
        }
    }
}
