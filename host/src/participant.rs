//! People of an order, checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use crate::email::Email;
use crate::manifest::Field;
use crate::message::{Level, Message, Subject};
use crate::order::Person;
use crate::text::{is_unprintable, printable};

/// A person whose data are as a learning platform takes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// By which the person is identified.
    pub email: Email,
    /// 1 to 100 characters.
    pub first_name: String,
    /// 1 to 100 characters.
    pub last_name: String,
    /// If known.
    pub language: Option<String>,
    /// What the manifest asks for, as far as it was supplied.
    pub extra: BTreeMap<String, String>,
}

impl Participant {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// Moodle's limit for each of the two names.
const MAX_NAME: usize = 100;
const MAX_EXTRA: usize = 1000;

/// Checks a person; `subject` makes the subject of a message from a field's name. A person with any error is none.
pub fn check(
    person: &Person,
    fields: &[Field],
    subject: impl Fn(&str) -> Subject,
) -> (Option<Participant>, Vec<Message>) {
    let mut messages = Vec::new();
    let email = person.email.parse::<Email>().map_err(|_| {
        let found: String = person.email.chars().take(80).collect();
        messages.push(Message::error(subject("email"), "email-invalid").with("found", found));
    });
    for (field, name) in [("first-name", &person.first_name), ("last-name", &person.last_name)] {
        messages.extend(check_name(name).map(|fault| fault.message(subject(field))));
    }
    if let Some(language) = person.language.as_ref().filter(|tag| tag.parse::<LanguageIdentifier>().is_err()) {
        let found: String = language.chars().take(40).collect();
        messages.push(Message::error(subject("language"), "language-invalid").with("found", found));
    }
    messages.extend(check_extra(&person.extra, fields, &subject));
    let sound = !messages.iter().any(Message::is_error);
    let participant = email.ok().filter(|_| sound).map(|email| Participant {
        email,
        first_name: person.first_name.trim().to_owned(),
        last_name: person.last_name.trim().to_owned(),
        language: person.language.clone(),
        extra: person
            .extra
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect(),
    });
    (participant, messages)
}

/// What a learning platform would not take in a name (Moodle: markup is refused, more than 100 characters fail).
enum NameFault {
    Missing,
    TooLong(usize),
    Unprintable(String),
    Markup(String),
}

fn check_name(name: &str) -> Option<NameFault> {
    let name = name.trim();
    let length = name.chars().count();
    let fault: fn(String) -> NameFault = match () {
        () if length == 0 => return Some(NameFault::Missing),
        () if length > MAX_NAME => return Some(NameFault::TooLong(length)),
        () if name.chars().any(is_unprintable) => NameFault::Unprintable,
        () if name.contains(['<', '>']) => NameFault::Markup,
        () => return None,
    };
    Some(fault(printable(name)))
}

impl NameFault {
    fn message(self, subject: Subject) -> Message {
        match self {
            NameFault::Missing => Message::error(subject, "name-missing"),
            NameFault::TooLong(found) => {
                Message::error(subject, "name-too-long").with("found", found).with("allowed", MAX_NAME)
            }
            NameFault::Unprintable(found) => Message::error(subject, "name-unprintable").with("found", found),
            NameFault::Markup(found) => Message::error(subject, "name-markup").with("found", found),
        }
    }
}

/// Checks what a person supplies beside the usual.
pub(crate) fn check_extra(
    extra: &BTreeMap<String, String>,
    fields: &[Field],
    subject: &impl Fn(&str) -> Subject,
) -> Vec<Message> {
    let mut messages = Vec::new();
    for field in fields.iter().filter(|field| field.required) {
        if extra.get(&field.name).is_none_or(|value| value.trim().is_empty()) {
            messages.push(Message::error(subject(&field.name), "field-missing").with("field", field.name.as_str()));
        }
    }
    for (name, value) in extra {
        let shown: String = name.chars().take(64).collect();
        if !fields.iter().any(|field| field.name == *name) {
            let mut message = Message::error(subject(&shown), "field-unknown").with("field", shown);
            message.level = Level::Warning;
            messages.push(message);
        } else if value.chars().count() > MAX_EXTRA || value.chars().any(is_unprintable) {
            messages.push(Message::error(subject(&shown), "field-malformed").with("field", shown));
        }
    }
    messages
}
