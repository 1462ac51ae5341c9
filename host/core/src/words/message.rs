//! Messages: what is said about a result, by the host or by a handler, before it is worded.

use std::collections::HashSet;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::period::Timestamp;
use crate::words::seat::SeatId;

/// Of people whom a message is about, so many are named; an order may have thousands.
const NAMED: usize = 40;

/// How grave a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The order cannot be fulfilled as it stands.
    Error,
    /// It can, but somebody should look.
    Warning,
    /// Good to know.
    Notice,
}

impl Level {
    /// As it is written in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        }
    }
}

/// Whom a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Whoever sees the order's page.
    Public,
    /// The customer who bought.
    Operator,
    /// The shop's staff.
    Sales,
}

impl Audience {
    /// As it is written in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Audience::Public => "public",
            Audience::Operator => "operator",
            Audience::Sales => "sales",
        }
    }
}

/// What a message is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The order, or one of its lines, as a whole.
    Order,
    /// A parameter of the product.
    Parameter(String),
    /// A field of the operator.
    Operator(String),
    /// A field of the occupant of a seat.
    Seat(SeatId, String),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Order => f.write_str("order"),
            Subject::Parameter(name) => f.write_str(name),
            Subject::Operator(field) => write!(f, "operator, {field}"),
            Subject::Seat(id, field) => write!(f, "{id}, {field}"),
        }
    }
}

/// An argument of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Selects plural forms.
    Number(i64),
    /// Shown as date and time of day.
    Time(Timestamp),
    /// Any text.
    Text(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Value::Time(time)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Value::Number(number.into())
    }
}

/// Whose texts word a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The host's.
    Host,
    /// The handler's manifest's.
    Handler,
}

/// Something said about the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// Who says it.
    pub source: Source,
    /// How grave it is.
    pub level: Level,
    /// Whom it is for.
    pub audience: Audience,
    /// What it is about.
    pub subject: Subject,
    /// The id of its text.
    pub key: String,
    /// What the text is filled in with.
    pub arguments: Vec<(String, Value)>,
}

impl Message {
    /// Something that the host says.
    pub fn host(level: Level, audience: Audience, subject: Subject, key: &str) -> Self {
        Message { source: Source::Host, level, audience, subject, key: key.to_owned(), arguments: Vec::new() }
    }

    /// An error that the host has found, for the operator to mend.
    pub fn error(subject: Subject, key: &str) -> Self {
        Self::host(Level::Error, Audience::Operator, subject, key)
    }

    /// An error in how things are set up, for the shop's staff to mend.
    pub fn fault(key: &str) -> Self {
        Self::host(Level::Error, Audience::Sales, Subject::Order, key)
    }

    /// Something about the order as a whole that the shop's staff should know.
    pub fn warning(key: &str) -> Self {
        Self::host(Level::Warning, Audience::Sales, Subject::Order, key)
    }

    /// The same message with one more argument.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.arguments.push((name.to_owned(), value.into()));
        self
    }

    /// The same message about these people, as `people`, and how many more there are, as `more`.
    pub fn naming(self, people: impl ExactSizeIterator<Item = impl fmt::Display>) -> Self {
        let more = people.len().saturating_sub(NAMED);
        let named: Vec<String> = people.take(NAMED).map(|who| who.to_string()).collect();
        self.with("people", named.join(", ")).with("more", more)
    }

    /// Whether it rejects the order.
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }
}

/// All that host and handler say about one line, the gravest first. About a subject of which the host has found an error,
/// the handler's errors are left out: they would say the same in other words.
pub fn merge(host: Vec<Message>, handler: Vec<Message>) -> Vec<Message> {
    let told: HashSet<Subject> = host.iter().filter(|m| m.is_error()).map(|m| m.subject.clone()).collect();
    let is_news = |m: &Message| !m.is_error() || m.subject == Subject::Order || !told.contains(&m.subject);
    let mut all = host;
    all.extend(handler.into_iter().filter(is_news));
    all.sort_by_key(|m| m.level);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_back_as_the_kind_that_it_was() {
        let time = "2027-01-11T09:00:00+01:00";
        let instant = Timestamp::try_from(time.to_owned()).unwrap();
        for value in [Value::from(time), Value::from("3"), Value::Number(3), Value::Time(instant)] {
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value, "{json}");
        }
    }
}
