//! Who is to be in charge of an order, by what somebody says of that person.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::words::object;
use crate::words::order::Person;

/// Who is to be in charge of an order: what is left out is as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Successor {
    /// The address, by which the person is identified.
    pub email: String,
    /// The first name; with neither of both, they are as in the order, or on the learning platform.
    #[serde(default)]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// The language that an invitation is written in.
    #[serde(default)]
    pub language: Option<String>,
    /// What the product's handler asks for beside that.
    #[serde(default, deserialize_with = "object::or_default")]
    pub extra: BTreeMap<String, String>,
}

impl Successor {
    /// The person, with what was said over what is known; none: nobody is known by that address, and no name was said.
    pub fn person(&self, known: Option<Person>) -> Option<Person> {
        let person = match (&self.first_name, &self.last_name) {
            (None, None) => Person { email: self.email.clone(), ..known? },
            (first, last) => Person {
                email: self.email.clone(),
                first_name: first.clone().unwrap_or_default(),
                last_name: last.clone().unwrap_or_default(),
                language: known.and_then(|person| person.language),
                extra: BTreeMap::new(),
            },
        };
        let said = self.extra.iter().map(|(name, value)| (name.clone(), value.clone()));
        let extra = person.extra.into_iter().chain(said).collect();
        Some(Person { language: self.language.clone().or(person.language), extra, ..person })
    }
}
