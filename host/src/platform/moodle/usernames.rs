//! User names for new accounts.
//!
//! Moodle takes small letters, digits and `-_.@`, at most 100. A name alone is often taken, and a token that may not see
//! user names cannot find out; so the end of each is made from the address. The same person always gets the same one: should
//! a request be made twice, the second cannot make a second account.

use deunicode::deunicode;
use sha2::{Digest, Sha256};

use super::settings::Usernames;
use crate::platform::NewAccount;

const MAX: usize = 100;
/// Of the address's hash, in hexadecimal digits.
const MARK: usize = 6;

/// The user name of a new account.
pub(super) fn username(account: &NewAccount, policy: Usernames) -> String {
    let email = account.email.as_str();
    if policy == Usernames::Email && email.len() <= MAX && email.chars().all(is_allowed) {
        return email.to_owned();
    }
    let parts = [&account.first_name, &account.last_name].map(|name| latin(name));
    let name = parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(".");
    let name: String = name.chars().take(MAX - MARK - 1).collect();
    let name = if name.is_empty() { "account" } else { name.as_str() };
    format!("{name}.{}", mark(email))
}

fn mark(email: &str) -> String {
    let digest = Sha256::digest(email.as_bytes());
    let hexadecimal: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    hexadecimal[..MARK].to_owned()
}

fn latin(name: &str) -> String {
    let letters = deunicode(name).to_lowercase();
    letters.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>().trim_matches('-').to_owned()
}

fn is_allowed(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.@".contains(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn account(first_name: &str, last_name: &str, email: &str) -> NewAccount {
        NewAccount {
            email: email.parse().unwrap(),
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            language: None,
        }
    }

    #[test]
    fn names_are_written_in_latin_letters() {
        for (first_name, last_name, name) in [
            ("Loïc", "Le Gall", "loic.legall"),
            ("Anne-Sophie", "O'Neil & Fils", "anne-sophie.oneilfils"),
            ("Søren", "Ægirsson", "soren.aegirsson"),
            ("Дмитрий", "Иванов", "dmitrii.ivanov"),
            ("عمر", "حداد", "mr.hdd"),
            ("Zoë 🎓", "-", "zoemortarboard"),
            ("", "", "account"),
        ] {
            let made = username(&account(first_name, last_name, "a@example.org"), Usernames::Names);
            let (start, mark) = made.rsplit_once('.').unwrap();
            assert_eq!((start, mark.len()), (name, MARK), "{first_name} {last_name}");
        }
    }

    #[test]
    fn the_address_tells_people_of_one_name_apart_and_nothing_else_does() {
        let name = |email| username(&account("Anne", "Durand", email), Usernames::Names);
        assert_eq!(name("anne@example.org"), name("ANNE@example.org"));
        assert_ne!(name("anne@example.org"), name("anne@example.com"));
    }

    #[test]
    fn the_address_is_the_username_where_moodle_takes_it() {
        let name = |email: &str| username(&account("Anne", "Durand", email), Usernames::Email);
        assert_eq!(name("Anne.Durand@example.org"), "anne.durand@example.org");
        let long = format!("{}@{}.example.org", "x".repeat(60), "y".repeat(40));
        for email in ["anne+moodle@example.org", "o'neil@example.org", &long] {
            assert!(name(email).starts_with("anne.durand."), "{email}");
        }
    }

    proptest! {
        #[test]
        fn moodle_takes_every_username(first_name in ".{0,120}", last_name in ".{0,120}") {
            for policy in [Usernames::Names, Usernames::Email] {
                let made = username(&account(&first_name, &last_name, "anne@example.org"), policy);
                prop_assert!((1..=MAX).contains(&made.len()) && made.chars().all(is_allowed), "{made}");
            }
        }
    }
}
