//! People who are named in fields of a product's page, before anything is bought: their values are meta data of the order's lines,
//! under what the merchant has called each field.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use shop_core::words::order::Person;
use shop_core::words::text;

/// What the fields are called. In each, `{n}` stands for a number: one person's fields have the same. Without it, one person is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// The field of the e-mail address: `Participant {n}: e-mail`.
    #[serde(deserialize_with = "label")]
    pub email: String,
    /// That of the first name.
    #[serde(default, deserialize_with = "optional_label", skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// That of the last name, or of the whole one.
    #[serde(deserialize_with = "label")]
    pub last_name: String,
}

const NUMBER: &str = "{n}";

/// No line names more people: as many seats as it has at most.
const MOST: u32 = 10_000;

fn label<'de, D: Deserializer<'de>>(label: D) -> Result<String, D::Error> {
    let label = String::deserialize(label)?;
    let found = text::excerpt(&label);
    match label.matches(NUMBER).count() {
        _ if label.trim().is_empty() => Err(D::Error::custom("expected what the field is called, found an empty text")),
        0 | 1 => Ok(label),
        _ => Err(D::Error::custom(format!("expected {NUMBER} once at most, found {found:?}"))),
    }
}

fn optional_label<'de, D: Deserializer<'de>>(text: D) -> Result<Option<String>, D::Error> {
    label(text).map(Some)
}

impl Fields {
    /// Who is named in a line's meta data, in the sequence of the numbers. Somebody of whom nothing is filled in is nobody.
    pub(super) fn read<'a>(&self, meta: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Person> {
        let mut people: BTreeMap<u32, Person> = BTreeMap::new();
        for (key, value) in meta.filter(|(_, value)| !value.trim().is_empty()) {
            let is = |label: &str| number(label, key);
            let first = || is(self.first_name.as_deref()?);
            let (number, place): (u32, fn(&mut Person) -> &mut String) =
                match (is(&self.email), first(), is(&self.last_name)) {
                    (Some(number), _, _) => (number, |person| &mut person.email),
                    (_, Some(number), _) => (number, |person| &mut person.first_name),
                    (_, _, Some(number)) => (number, |person| &mut person.last_name),
                    (None, None, None) => continue,
                };
            let person = people.entry(number).or_insert_with(nobody);
            *place(person) = value.trim().to_owned();
        }
        people.into_values().collect()
    }
}

fn nobody() -> Person {
    let text = String::new;
    Person { email: text(), first_name: text(), last_name: text(), language: None, extra: BTreeMap::new() }
}

/// The number in a key that is called so; 1 where there is none to be.
fn number(label: &str, key: &str) -> Option<u32> {
    let (label, key) = (label.trim().to_lowercase(), key.trim().to_lowercase());
    match label.split_once(NUMBER) {
        None => (label == key).then_some(1),
        Some((before, behind)) => {
            let number = key.strip_prefix(before)?.strip_suffix(behind)?;
            let is_plain = number.bytes().all(|byte| byte.is_ascii_digit());
            number.parse().ok().filter(|number| is_plain && (1..=MOST).contains(number))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_by_what_the_fields_are_called() {
        let fields = Fields {
            email: "Participant {n}: e-mail".to_owned(),
            first_name: Some("Participant {n}: first name".to_owned()),
            last_name: "Participant {n}: last name".to_owned(),
        };
        let meta = [
            ("Participant 2: e-mail", "NOUR.Petit@example.org"),
            ("participant 1: E-MAIL ", " alix.durand@example.org "),
            ("Participant 1: first name", "Alix"),
            ("Participant 1: last name", "Durand"),
            ("Participant 3: e-mail", "  "),
            ("Participant +4: e-mail", "plus@example.org"),
            ("Participant 0: e-mail", "zero@example.org"),
            ("Participant 99999999999: e-mail", "far@example.org"),
            ("Remarque", "Participant 5: e-mail"),
        ];
        let named = fields.read(meta.into_iter());
        let told: Vec<_> = named.iter().map(|it| (&*it.first_name, &*it.last_name, &*it.email)).collect();
        assert_eq!(told, [("Alix", "Durand", "alix.durand@example.org"), ("", "", "NOUR.Petit@example.org")]);
    }
}
