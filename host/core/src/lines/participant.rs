//! People of an order, checked.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lines::manifest::Field;
use crate::words::email::Email;
use crate::words::language::{self, UnknownLanguage};
use crate::words::message::{Audience, Level, Message, Subject};
use crate::words::name::{self, STAND_IN};
use crate::words::order::Person;
use crate::words::text::{self, is_unprintable, printable};

/// A person whose data are as a learning platform takes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Participant {
    /// By which the person is identified.
    pub email: Email,
    /// 1 to 100 characters, in Unicode form NFC; [`STAND_IN`] for somebody who has a last name only.
    pub first_name: String,
    /// The same; [`STAND_IN`] for somebody who has a first name only.
    pub last_name: String,
    /// If known.
    pub language: Option<String>,
    /// What the manifest asks for, as far as it was supplied; nothing else.
    pub extra: BTreeMap<String, String>,
}

impl Participant {
    /// First and last name, or the only one.
    pub fn name(&self) -> String {
        name::full(&self.first_name, &self.last_name)
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
    let (first_name, last_name) = check_names(person, &subject, &mut messages);
    let read = person.language.as_deref().map_or(Ok(None), language::read);
    let language = read.unwrap_or_else(|UnknownLanguage(found)| {
        let warning = Message::host(Level::Warning, Audience::Operator, subject("language"), "language-unknown");
        messages.push(warning.with("found", found));
        None
    });
    messages.extend(check_extra(&person.extra, fields, &subject));
    let sound = !messages.iter().any(Message::is_error);
    let participant = email.ok().filter(|_| sound).map(|email| Participant {
        email,
        first_name,
        last_name,
        language,
        extra: fields.iter().filter_map(|field| supplied(&person.extra, field)).collect(),
    });
    (participant, messages)
}

/// A field that is asked for, if something was filled in.
fn supplied(extra: &BTreeMap<String, String>, field: &Field) -> Option<(String, String)> {
    let (name, value) = extra.get_key_value(&field.name)?;
    (!text::trim(value).is_empty()).then(|| (name.clone(), value.clone()))
}

/// What a learning platform would not take in a name (Moodle: markup is refused, more than 100 characters fail).
enum NameFault {
    TooLong(usize),
    Unprintable(String),
    Markup(String),
}

/// Both names as they are kept. Somebody can have one only; then it is told what stands for the other.
fn check_names(person: &Person, subject: &impl Fn(&str) -> Subject, messages: &mut Vec<Message>) -> (String, String) {
    let [first, last] = [&person.first_name, &person.last_name].map(|name| name::kept(name));
    let stands_in = |field: &str, only: &str| {
        let notice = Message::host(Level::Notice, Audience::Operator, subject(field), "name-only");
        notice.with("name", text::excerpt(&printable(only))).with("stand-in", STAND_IN)
    };
    let mut check =
        |field: &str, name: &str| messages.extend(check_name(name).map(|fault| fault.message(subject(field))));
    match (&*first, &*last) {
        ("", "") => messages.push(Message::error(subject("last-name"), "name-missing")),
        ("", only) => {
            check("last-name", only);
            messages.push(stands_in("first-name", only));
            return (STAND_IN.to_owned(), last);
        }
        (only, "") => {
            check("first-name", only);
            messages.push(stands_in("last-name", only));
            return (first, STAND_IN.to_owned());
        }
        (first, last) => {
            check("first-name", first);
            check("last-name", last);
        }
    }
    (first, last)
}

fn check_name(name: &str) -> Option<NameFault> {
    let length = name.chars().count();
    let fault: fn(String) -> NameFault = match () {
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
            NameFault::TooLong(found) => {
                Message::error(subject, "name-too-long").with("found", found).with("allowed", MAX_NAME)
            }
            NameFault::Unprintable(found) => Message::error(subject, "name-unprintable").with("found", found),
            NameFault::Markup(found) => Message::error(subject, "name-markup").with("found", found),
        }
    }
}

/// Checks what a person supplies beside the usual.
pub fn check_extra(
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
    let shown = |name: &str| text::excerpt(name);
    for name in unknown(extra, fields).take(MOST_TOLD) {
        let mut message = Message::error(subject(&shown(name)), UNKNOWN).with("field", shown(name));
        message.level = Level::Warning;
        messages.push(message);
    }
    for (name, value) in extra.iter().filter(|(name, _)| fields.iter().any(|field| field.name == **name)) {
        if value.chars().count() > MAX_EXTRA || value.chars().any(is_unprintable) {
            messages.push(Message::error(subject(&shown(name)), "field-malformed").with("field", shown(name)));
        }
    }
    messages
}

const UNKNOWN: &str = "field-unknown";

/// So many fields that nobody asked for are told one by one, of all people of a line together.
const MOST_TOLD: usize = 100;

fn unknown<'a>(extra: &'a BTreeMap<String, String>, fields: &[Field]) -> impl Iterator<Item = &'a str> {
    let asked = |name: &str| fields.iter().any(|field| field.name == name);
    extra.keys().map(String::as_str).filter(move |name| !asked(name))
}

/// Leaves so many of the unknown fields that these people have in what is said of a line, and counts the others.
pub fn in_moderation<'a>(messages: &mut Vec<Message>, people: impl Iterator<Item = &'a Person>, fields: &[Field]) {
    let mut told = 0;
    messages.retain(|message| {
        told += usize::from(message.key == UNKNOWN);
        message.key != UNKNOWN || told <= MOST_TOLD
    });
    let all: usize = people.map(|person| unknown(&person.extra, fields).count()).sum();
    if all > MOST_TOLD {
        let more = Message::host(Level::Warning, Audience::Operator, Subject::Order, "fields-more");
        messages.push(more.with("count", all - MOST_TOLD));
    }
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
            (vec![("vat", "\u{200b}")], vec![], vec!["field-missing"]),
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
