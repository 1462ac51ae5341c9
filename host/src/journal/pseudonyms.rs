//! What stands in what is recorded for people who are erased: a pseudonym that nobody can resolve any more.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{JournalError, from_json};
use crate::accounts::Moved;
use crate::email::Email;
use crate::order::Order;

/// What stands for people from now on.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Pseudonyms {
    /// By their addresses.
    pub(super) addresses: Moved,
    /// Their names as orders have them, in small letters: those of groups, for instance, are made of them.
    pub(super) names: BTreeSet<String>,
}

impl Pseudonyms {
    /// Those whom these orders call by one of the addresses, by their full names.
    pub(super) fn name(&mut self, orders: &[Order]) {
        let people = orders.iter().flat_map(Order::people).filter(|person| self.is_in(&person.email));
        let called = people.map(|person| format!("{} {}", person.first_name, person.last_name).to_lowercase());
        self.names = called.filter(|name| !name.trim().is_empty() && name != "- -").collect();
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

    fn of(&self, text: &str) -> Option<&Email> {
        // Addresses stand in orders as they were typed.
        self.addresses.get(&text.parse::<Email>().ok()?)
    }

    /// Whether a text is one of the addresses, however it is typed, or has one in it.
    fn is_in(&self, text: &str) -> bool {
        let small = text.to_lowercase();
        let named = || self.names.iter().any(|name| mentions(&small, name));
        self.of(text).is_some() || self.addresses.keys().any(|email| mentions(&small, email.as_str())) || named()
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

    /// Puts pseudonyms for people. A message that names somebody is dropped: it has more of him than the address.
    fn put_into(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(pseudonym) = self.of(text) {
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
                // Why something about him failed can name him in ways that nobody knows, such as by a user name.
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

/// Whether a text in small letters has an address in it that is not a part of a longer one.
fn mentions(text: &str, email: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    text.match_indices(email).any(|(at, _)| {
        let (before, mut after) = (&text[..at], text[at + email.len()..].chars());
        let longer_before = before.ends_with(|c: char| goes_on(c) || c == '.');
        let longer_after = match after.next() {
            // A full stop may end the sentence.
            Some('.') => after.next().is_some_and(goes_on),
            next => next.is_some_and(goes_on),
        };
        !longer_before && !longer_after
    })
}

fn is_message(value: &Value) -> bool {
    value.get("key").is_some() && value.get("audience").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_in_a_sentence_and_not_in_a_longer_address() {
        for (text, expected) in [
            ("an@x.org", true),
            ("several accounts have the address an@x.org.", true),
            ("<an@x.org>, \"an@x.org\"", true),
            ("jan@x.org", false),
            ("j.an@x.org", false),
            ("an@x.org.uk", false),
            ("an@x.orga", false),
            ("jan@x.org and an@x.org", true),
            ("", false),
        ] {
            assert_eq!(mentions(text, "an@x.org"), expected, "{text}");
        }
    }
}
