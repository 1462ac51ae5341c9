//! What stands in what is recorded for people who are erased: a pseudonym that nobody can resolve any more.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::named::{Named, Names};
use super::people::words;
use super::{JournalError, from_json};
use shop_core::sessions::accounts::Moved;
use shop_core::words::email::{Email, Typed};
use shop_core::words::name;
use shop_core::words::order::Order;

/// People who are being erased.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Erasing {
    /// What stands for them from now on, by their addresses.
    pub(super) addresses: Moved,
    /// The same, by what was typed for an address and is none.
    #[serde(default)]
    typed: BTreeMap<Typed, Email>,
    /// Their names as orders have them: those of groups, for instance, are made of them.
    names: Names,
}

impl Erasing {
    /// Goes by the names, too, that these orders call them by.
    pub(super) fn name(&mut self, orders: &[Order]) {
        let people = orders.iter().flat_map(Order::people).filter(|person| self.has_address(&person.email));
        self.names = people.map(|person| (name::kept(&person.first_name), name::kept(&person.last_name))).collect();
    }

    /// This stands for somebody from now on.
    pub(super) fn put(&mut self, to: Email, who: Typed) {
        match who.email() {
            Some(email) => _ = self.addresses.insert(email, to),
            None => _ = self.typed.insert(who, to),
        }
    }

    /// What stands for an address, however it is typed; or for what was typed for one.
    fn of(&self, text: &str) -> Option<&Email> {
        let email = text.contains('@').then(|| text.parse::<Email>().ok()).flatten();
        match email {
            Some(email) => self.addresses.get(&email),
            None => self.of_typed(text),
        }
    }

    fn of_typed(&self, text: &str) -> Option<&Email> {
        if self.typed.is_empty() {
            return None;
        }
        let typed = text.parse::<Typed>().ok()?;
        let told = || self.typed.iter().find(|(who, _)| who.is_told_as(typed.as_str())).map(|(_, to)| to);
        self.typed.get(text).or_else(|| self.typed.get(&typed)).or_else(told)
    }

    fn has_address(&self, text: &str) -> bool {
        text.contains('@') && (self.of(text).is_some() || words(text).any(|word| self.of(word).is_some()))
    }
}

/// Puts pseudonyms for people. However many they are, a text is read once.
pub(super) struct Pseudonyms {
    people: Erasing,
    named: Named,
}

impl Pseudonyms {
    pub(super) fn new(people: Erasing) -> Self {
        Pseudonyms { named: Named::new(&people.names), people }
    }

    /// What stands for whom, by the addresses.
    pub(super) fn addresses(&self) -> &Moved {
        &self.people.addresses
    }

    /// By what people are known: addresses, and what was typed for one.
    pub(super) fn known(&self) -> impl Iterator<Item = &str> {
        self.people.addresses.keys().map(Email::as_str).chain(self.people.typed.keys().map(Typed::as_str))
    }

    /// What stands for people.
    pub(super) fn names(&self) -> impl Iterator<Item = &Email> {
        self.people.addresses.values().chain(self.people.typed.values())
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

    /// Whether a text that stands for somebody's address is somebody's, or has an address or a name in it.
    pub(super) fn is_known_by(&self, text: &str) -> bool {
        self.people.of(text).is_some() || self.is_in(text)
    }

    /// Whether a text is one of the addresses, or has one or a name in it.
    fn is_in(&self, text: &str) -> bool {
        self.people.has_address(text) || self.named.are_in(&beside_addresses(text))
    }

    /// Whether somebody is named in one of these fields.
    fn are_in_field(&self, fields: &Map<String, Value>, name: &str, value: &Value) -> bool {
        let Value::String(text) = value else {
            return self.are_in(value);
        };
        let is_group = matches!(name, "create-group" | "named") || (name == "name" && fields.contains_key("fact"));
        // By these is called whose address stands beside them.
        let is_own = matches!(name, "first_name" | "last_name") && fields.contains_key("email");
        let is_email = name == "email" && self.is_known_by(text);
        !is_own && (is_email || self.is_in(text) || (is_group && self.named.gave_name_to(text)))
    }

    /// Whether somebody is named anywhere.
    pub(super) fn are_in(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.is_in(text),
            Value::Array(values) => values.iter().any(|value| self.are_in(value)),
            Value::Object(fields) => {
                is_message(value) && self.are_told(value)
                    || fields.iter().any(|(name, value)| self.is_in(name) || self.are_in_field(fields, name, value))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// Whether a message tells what somebody has typed.
    fn are_told(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.people.of_typed(text).is_some(),
            Value::Array(values) => values.iter().any(|value| self.are_told(value)),
            Value::Object(fields) => fields.values().any(|value| self.are_told(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// Puts pseudonyms for people. A message that names somebody is dropped: it has more of the person than the address.
    fn put_into(&self, value: &mut Value) {
        match value {
            Value::String(text) if self.is_in(text) => self.put_for(text),
            Value::Array(values) => {
                values.retain(|value| !(is_message(value) && self.are_in(value)));
                values.iter_mut().for_each(|value| self.put_into(value));
            }
            Value::Object(fields) => {
                let email = fields.get("email").and_then(Value::as_str);
                if email.is_some_and(|email| self.is_known_by(email)) {
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
                let in_fields: Vec<bool> =
                    fields.iter().map(|(name, value)| self.are_in_field(fields, name, value)).collect();
                for (value, _) in fields.values_mut().zip(in_fields).filter(|(_, is_in)| *is_in) {
                    match value {
                        Value::String(text) => self.put_for(text),
                        value => self.put_into(value),
                    }
                }
            }
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Puts a pseudonym for an address, and nothing for what has more than an address: a sentence of the platform's, or what
    /// a group was called.
    fn put_for(&self, text: &mut String) {
        *text = self.people.of(text).map_or_else(|| "-".to_owned(), Email::to_string);
    }
}

/// A text without its addresses: there are names in them, of the same person or of another one.
fn beside_addresses(text: &str) -> Cow<'_, str> {
    match text.contains('@') {
        true => text.split(' ').filter(|word| !word.contains('@')).collect::<Vec<_>>().join(" ").into(),
        false => text.into(),
    }
}

fn is_message(value: &Value) -> bool {
    value.get("key").is_some() && value.get("audience").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_in_a_sentence_and_not_in_longer_words() {
        let an: Email = "an@x.org".parse().unwrap();
        let people = Erasing {
            addresses: [(an.clone(), an)].into(),
            names: [("An".to_owned(), "Lee".to_owned())].into(),
            ..Erasing::default()
        };
        let people = Pseudonyms::new(people);
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
            ("An Leeds, Jan Lee", false),
            ("", false),
        ] {
            assert_eq!(people.is_in(text), expected, "{text}");
        }
    }

    #[test]
    fn what_was_typed_for_an_address_goes_from_where_addresses_stand_and_from_messages() {
        let mut people = Erasing::default();
        let long = "x".repeat(2_000);
        for typed in ["Anne at X", "anné@x.org", &long] {
            people.put("p1@erased.invalid".parse().unwrap(), typed.parse().unwrap());
        }
        let people = Pseudonyms::new(people);
        let person = |email: &str| json!({"email": email, "first_name": "Anne", "last_name": "-", "extra": {}});
        let gone = json!({"email": "p1@erased.invalid", "first_name": "-", "last_name": "-", "extra": {}});
        let message =
            |found: &str| json!([{"key": "k", "audience": "sales", "arguments": [["found", {"text": found}]]}]);
        let told = format!("{}…", "x".repeat(120));
        for (value, expected) in [
            (person(" anne  at x"), None),
            (person(" anne AT x"), Some(gone.clone())),
            (person("ANNÉ@x.org"), Some(gone.clone())),
            (person(&long), Some(gone)),
            (json!({"product": "Anne at X"}), None),
            (json!({"note": "anné@x.org"}), Some(json!({"note": "p1@erased.invalid"}))),
            (message("Anne at X"), Some(json!([]))),
            (message(&told), Some(json!([]))),
            (message("Anne at Y"), None),
        ] {
            let found = people.rewritten(&value.to_string()).unwrap();
            let found = found.map(|text| serde_json::from_str::<Value>(&text).unwrap());
            assert_eq!(found, expected, "{value}");
        }
    }

    #[test]
    fn people_go_from_wherever_they_are_named_and_others_stay() {
        let [anne, gone] = ["anne@x.org", "p1@erased.invalid"].map(|email| email.parse::<Email>().unwrap());
        let names = [("Anne".to_owned(), "Durand".to_owned())].into();
        let people = Pseudonyms::new(Erasing { addresses: [(anne, gone)].into(), names, ..Erasing::default() });
        let group = |name: &str| json!({"fact": {"group": [2, "A"]}, "change": {"create-group": name}});
        let receipt = |name: &str| json!({"fact": {"group": [2, "A"]}, "outcome": "made", "name": name});
        let bob = |note: &str| json!({"email": "bob@x.org", "first_name": "Bob", "last_name": "Durand", "extra": {"note": note}});
        let namesake = json!({"email": "anne.durand@y.org", "first_name": "Anne", "last_name": "Durand", "extra": {}});
        for (value, expected) in [
            (group("DURAND Anne – A"), Some(group("-"))),
            (group("Session Durand"), Some(group("-"))),
            (group("Les élèves d’Anne"), Some(group("-"))),
            (group("Session Martin"), None),
            (receipt("Session Durand"), Some(receipt("-"))),
            (json!({"named": "Session Durand"}), Some(json!({"named": "-"}))),
            (bob("Mme DURAND, Anne"), Some(bob("-"))),
            (bob("asks anne@x.org"), Some(bob("-"))),
            (bob("Anne"), None),
            (bob("asks anne.durand@y.org"), None),
            (namesake.clone(), None),
            (json!([namesake, "anne@x.org"]), Some(json!([namesake, "p1@erased.invalid"]))),
            (json!({"title": "Durand"}), None),
        ] {
            let found = people.rewritten(&value.to_string()).unwrap();
            let found = found.map(|text| serde_json::from_str::<Value>(&text).unwrap());
            assert_eq!(found, expected, "{value}");
        }
    }
}
