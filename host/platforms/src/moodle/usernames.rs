//! User names for new accounts.
//!
//! Moodle takes small letters, digits and `-_.@`, at most 100. A name alone is often taken, and a token that may not see
//! user names cannot find out; so the end of each is made from the address. The same person always gets the same ones, in the
//! same sequence: should a request be made twice, the second cannot make a second account.

use deunicode::deunicode;
use sha2::{Digest, Sha256};

use super::settings::Usernames;
use shop_core::platform::NewAccount;

const MAX: usize = 100;
/// How many of the hexadecimal digits of the address's hash a user name ends with: more, where one with fewer is taken.
const MARKS: [usize; 3] = [6, 12, 18];

/// The user names for a new account, the best first; another is asked for only where the one before is taken.
pub(super) fn usernames(account: &NewAccount, policy: Usernames) -> Vec<String> {
    let email = account.email.as_str();
    let is_one = policy == Usernames::Email && email.len() <= MAX && email.chars().all(is_allowed);
    is_one.then(|| email.to_owned()).into_iter().chain(MARKS.map(|length| named(account, length))).collect()
}

fn named(account: &NewAccount, length: usize) -> String {
    let parts = [&account.first_name, &account.last_name].map(|name| latin(name));
    let name = parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(".");
    let name: String = name.chars().take(MAX - length - 1).collect();
    let name = if name.is_empty() { "account" } else { name.as_str() };
    let digest = Sha256::digest(account.email.as_str().as_bytes());
    let mark: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{name}.{}", &mark[..length])
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

    fn username(account: &NewAccount, policy: Usernames) -> String {
        usernames(account, policy).remove(0)
    }

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
            assert_eq!((start, mark.len()), (name, MARKS[0]), "{first_name} {last_name}");
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
                let account = account(&first_name, &last_name, "anne@example.org");
                let made = usernames(&account, policy);
                let different: std::collections::BTreeSet<&String> = made.iter().collect();
                prop_assert_eq!(different.len(), made.len(), "each is another one");
                for name in &made {
                    prop_assert!((1..=MAX).contains(&name.len()) && name.chars().all(is_allowed), "{}", name);
                }
            }
        }
    }
}
