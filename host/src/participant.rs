//! People of an order, checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::manifest::Field;
use crate::message::{Level, Message, Subject};
use crate::order::Person;
use crate::text::{self, is_unprintable, printable};

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
    /// What the manifest asks for, as far as it was supplied; nothing else.
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
    let email = Email::for_account(&person.email);
    messages.extend(email.as_ref().err().map(|fault| fault.message(subject("email"), &person.email)));
    for (field, name) in [("first-name", &person.first_name), ("last-name", &person.last_name)] {
        messages.extend(check_name(name).map(|fault| fault.message(subject(field))));
    }
    let language = person.language.as_ref().and_then(|tag| {
        let read = text::language_tag(tag);
        if read.is_none() {
            let found: String = tag.chars().take(40).collect();
            messages.push(Message::error(subject("language"), "language-invalid").with("found", found));
        }
        read
    });
    messages.extend(check_extra(&person.extra, fields, &subject));
    let sound = !messages.iter().any(Message::is_error);
    let participant = email.ok().filter(|_| sound).map(|email| Participant {
        email,
        first_name: person.first_name.trim().to_owned(),
        last_name: person.last_name.trim().to_owned(),
        language,
        extra: fields.iter().filter_map(|field| supplied(&person.extra, field)).collect(),
    });
    (participant, messages)
}

/// A field that is asked for, if something was filled in.
fn supplied(extra: &BTreeMap<String, String>, field: &Field) -> Option<(String, String)> {
    let (name, value) = extra.get_key_value(&field.name)?;
    (!value.trim().is_empty()).then(|| (name.clone(), value.clone()))
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
        if supplied(extra, field).is_none() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_asked_for_goes_on() {
        let fields = [("vat", true), ("shoe-size", false)];
        let fields = fields.map(|(name, required)| Field { name: name.to_owned(), required });
        let long = "x".repeat(MAX_EXTRA + 1);
        for (extra, passes, told) in [
            (vec![("vat", "FR1")], vec![("vat", "FR1")], vec![]),
            (vec![("vat", "FR1"), ("shoe-size", " ")], vec![("vat", "FR1")], vec![]),
            (vec![("vat", "FR1"), ("colour", "red")], vec![("vat", "FR1")], vec!["field-unknown"]),
            (vec![("vat", "FR1"), ("colour", "\u{1b}")], vec![("vat", "FR1")], vec!["field-unknown"]),
            (vec![("vat", "FR1"), ("colour", &long)], vec![("vat", "FR1")], vec!["field-unknown"]),
            (vec![("vat", " ")], vec![], vec!["field-missing"]),
            (vec![("vat", "F\nR")], vec![], vec!["field-malformed"]),
            (vec![("vat", &long)], vec![], vec!["field-malformed"]),
        ] {
            let pairs = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
                pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
            };
            let person = Person {
                email: "anne@example.org".to_owned(),
                first_name: "Anne".to_owned(),
                last_name: "Test".to_owned(),
                language: None,
                extra: pairs(&extra),
            };
            let (found, messages) = check(&person, &fields, |field| Subject::Operator(field.to_owned()));
            assert_eq!(found.map(|person| person.extra).unwrap_or_default(), pairs(&passes), "{extra:?}");
            assert_eq!(messages.iter().map(|message| message.key.as_str()).collect::<Vec<_>>(), told, "{extra:?}");
        }
    }
}
