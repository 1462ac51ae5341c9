//! What stands in what is recorded for people who are erased: a pseudonym that nobody can resolve any more.

use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::people::words;
use super::{JournalError, from_json};
use crate::accounts::Moved;
use crate::email::Email;
use crate::name::{self, STAND_IN};
use crate::order::{Order, Person};

/// People who are being erased.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Erasing {
    /// What stands for them from now on, by their addresses.
    pub(super) addresses: Moved,
    /// Their names as orders have them, in small letters: those of groups, for instance, are made of them.
    names: BTreeSet<String>,
}

impl Erasing {
    /// Goes by the full names, too, that these orders call them by.
    pub(super) fn name(&mut self, orders: &[Order]) {
        let people = orders.iter().flat_map(Order::people).filter(|person| self.has_address(&person.email));
        self.names = people.filter_map(called).collect();
    }

    /// What stands for an address, however it is typed.
    fn of(&self, text: &str) -> Option<&Email> {
        self.addresses.get(&text.parse::<Email>().ok()?)
    }

    fn has_address(&self, text: &str) -> bool {
        text.contains('@') && (self.of(text).is_some() || words(text).any(|word| self.of(word).is_some()))
    }
}

/// Puts pseudonyms for people. However many they are, a text is read once.
pub(super) struct Pseudonyms {
    people: Erasing,
    names: AhoCorasick,
}

impl Pseudonyms {
    pub(super) fn new(people: Erasing) -> Result<Self, JournalError> {
        let names = AhoCorasick::new(&people.names).map_err(|error| JournalError::Content(error.to_string()))?;
        Ok(Pseudonyms { people, names })
    }

    /// What stands for whom.
    pub(super) fn addresses(&self) -> &Moved {
        &self.people.addresses
    }

    /// A text of JSON with pseudonyms for people; none, if nobody is in it.
    pub(super) fn rewritten(&self, text: &str) -> Result<Option<String>, JournalError> {
        let mut value: Value = from_json(text)?;
        if !self.are_in(&value) {
            return Ok(None);
        }
        self.put_into(&mut value);
        Ok(Some(value.to_string()))
    }

    /// Whether a text is one of the addresses, or has one or a name in it.
    fn is_in(&self, text: &str) -> bool {
        let small = text.to_lowercase();
        let mut names = self.names.find_overlapping_iter(&small);
        self.people.has_address(text) || names.any(|found| stands_alone(&small, found.range()))
    }

    /// Whether somebody is named anywhere.
    pub(super) fn are_in(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.is_in(text),
            Value::Array(values) => values.iter().any(|value| self.are_in(value)),
            Value::Object(fields) => fields.iter().any(|(name, value)| self.is_in(name) || self.are_in(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// Puts pseudonyms for people. A message that names somebody is dropped: it has more of the person than the address.
    fn put_into(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(pseudonym) = self.people.of(text) {
                    *text = pseudonym.to_string();
                } else if self.is_in(text) {
                    // A sentence of the platform's.
                    "-".clone_into(text);
                }
            }
            Value::Array(values) => {
                values.retain(|value| !(is_message(value) && self.are_in(value)));
                values.iter_mut().for_each(|value| self.put_into(value));
            }
            Value::Object(fields) => {
                let email = fields.get("email").and_then(Value::as_str);
                if email.is_some_and(|email| self.is_in(email)) {
                    for (field, nothing) in [
                        ("first_name", json!("-")),
                        ("last_name", json!("-")),
                        ("language", json!(null)),
                        ("extra", json!({})),
                    ] {
                        if let Some(of_person) = fields.get_mut(field) {
                            *of_person = nothing;
                        }
                    }
                }
                // Why something about the person failed can name the person in ways that nobody knows, such as by a user name.
                if fields.get("fact").is_some_and(|fact| self.are_in(fact))
                    && let Some(problem) = fields.get_mut("problem").and_then(Value::as_object_mut)
                {
                    problem.remove("said");
                    problem.insert("reason".to_owned(), json!("-"));
                }
                fields.values_mut().for_each(|value| self.put_into(value));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// What handlers may make of somebody's names, in small letters. Who has one name only is meant by it only where no other one
/// follows: it may be anybody's first name.
fn called(person: &Person) -> Option<String> {
    let kept = |name: &str| Some(name::kept(name)).filter(|name| !name.is_empty() && name != STAND_IN);
    let name = match (kept(&person.first_name), kept(&person.last_name)) {
        (None, None) => return None,
        (Some(only), None) | (None, Some(only)) => only + " ",
        (Some(first), Some(last)) => format!("{first} {last}"),
    };
    Some(name.to_lowercase())
}

/// Whether what is found in a text is not a part of a longer word.
fn stands_alone(text: &str, found: Range<usize>) -> bool {
    let (before, after) = (&text[..found.start], &text[found.end..]);
    !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
}

fn is_message(value: &Value) -> bool {
    value.get("key").is_some() && value.get("audience").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_found_by_names_however_they_are_typed() {
        let is_in = |first: &str, last: &str, text: &str| {
            let person = json!({"email": "an@x.org", "first_name": first, "last_name": last});
            let person: Person = serde_json::from_value(person).unwrap();
            let people = Erasing { names: called(&person).into_iter().collect(), ..Erasing::default() };
            Pseudonyms::new(people).unwrap().is_in(text)
        };
        for (first, last, text, expected) in [
            ("Anne", "Durand", "Anne Durand – A1", true),
            (" Anne\u{200b}", "Due\u{301} ", "Anne Dué – A1", true),
            ("Anne", "Durand", "Anne Durandal – A1", false),
            ("Suharto", "", "Suharto – A1", true),
            ("", "Suharto", "Suharto – A1", true),
            ("Suharto", "", "Suharto - – A1", true),
            ("", "Suharto", "- Suharto – A1", true),
            ("Suharto", "", "Suharto Wijaya – A1", false),
            // Somebody else's first name.
            ("Suharto", "", "Suharto", false),
            ("", "", "- – A1", false),
            ("-", "-", "- - – A1", false),
        ] {
            assert_eq!(is_in(first, last, text), expected, "{first:?} {last:?} in {text:?}");
        }
    }

    #[test]
    fn people_are_found_in_a_sentence_and_not_in_longer_words() {
        let an: Email = "an@x.org".parse().unwrap();
        let people = Erasing { addresses: [(an.clone(), an)].into(), names: ["an lee".to_owned()].into() };
        let people = Pseudonyms::new(people).unwrap();
        for (text, expected) in [
            ("an@x.org", true),
            (" An@X.ORG ", true),
            ("several accounts have the address an@x.org.", true),
            ("<an@x.org>, \"an@x.org\"", true),
            ("“an@x.org” and «an@x.org»", true),
            ("jan@x.org", false),
            ("j.an@x.org", false),
            ("an@x.org.uk", false),
            ("an@x.orga", false),
            ("jan@x.org and an@x.org", true),
            ("An Lee – 2026-0142", true),
            ("Jan Lee, An Leeds", false),
            ("", false),
        ] {
            assert_eq!(people.is_in(text), expected, "{text}");
        }
    }
}
