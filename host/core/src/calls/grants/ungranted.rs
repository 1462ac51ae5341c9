//! What a handler may not ask and declare.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lines::line::Stage;
use crate::words::email::Email;
use crate::words::message::{Message, Value};

/// A handler asked for, or declared, what its order does not grant. The call was stopped, and nothing of it applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ungranted {
    /// An address that the order does not name.
    Email(String),
    /// A course that no parameter names.
    Course(String),
    /// A role that no parameter names.
    Role(String),
    /// An id that no import returned in this call.
    Id {
        /// The kind of id.
        noun: Noun,
        /// The id.
        id: u32,
    },
    /// More than the stage of the order allows.
    Stage {
        /// What was declared.
        noun: Noun,
        /// How far the purchase has got.
        stage: Stage,
    },
    /// An enrolment where nobody can be enrolled.
    NoEnrolment(String),
    /// A role where it may not be assigned.
    RoleContext {
        /// Which role.
        role: String,
        /// In a course, or in an account.
        context: Noun,
    },
    /// A period that is none.
    Period {
        /// As declared.
        start: u64,
        /// As declared.
        end: Option<u64>,
    },
    /// A group name that cannot be one.
    GroupName(String),
    /// A group member who would not be enrolled.
    MemberNotEnrolled(Email),
    /// The operator attached to the operator.
    #[serde(rename = "self")]
    Self_,
    /// An import called by `describe`.
    Describing,
}

/// What a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Noun {
    Account,
    Course,
    Role,
    Group,
    Enrolment,
    Attachment,
}

impl Noun {
    fn as_str(self) -> &'static str {
        match self {
            Noun::Account => "account",
            Noun::Course => "course",
            Noun::Role => "role",
            Noun::Group => "group",
            Noun::Enrolment => "enrolment",
            Noun::Attachment => "attachment",
        }
    }
}

impl Ungranted {
    /// The refusal, to be told to the shop's staff.
    pub fn message(&self) -> Message {
        let about = |key: &str, name: &str, value: Value| Message::fault(key).with(name, value);
        match self {
            Ungranted::Email(email) => about("refused-email", "email", email.as_str().into()),
            Ungranted::Course(name) => about("refused-course", "course", name.as_str().into()),
            Ungranted::Role(name) => about("refused-role", "role", name.as_str().into()),
            Ungranted::Id { noun, id } => about("refused-id", "noun", noun.as_str().into()).with("id", *id),
            Ungranted::Stage { noun, stage } => {
                let stage = match stage {
                    Stage::Offered => "offered",
                    Stage::Placed => "placed",
                    Stage::Paid => "paid",
                };
                about("refused-stage", "noun", noun.as_str().into()).with("stage", stage)
            }
            Ungranted::NoEnrolment(course) => about("refused-no-enrolment", "course", course.as_str().into()),
            Ungranted::RoleContext { role, context } => {
                about("refused-role-context", "role", role.as_str().into()).with("noun", context.as_str())
            }
            Ungranted::Period { start, end } => about("refused-period", "start", start.to_string().into())
                .with("end", end.map_or("none".to_owned(), |end| end.to_string())),
            Ungranted::GroupName(name) => about("refused-group-name", "group", name.as_str().into()),
            Ungranted::MemberNotEnrolled(email) => about("refused-member", "email", email.as_str().into()),
            Ungranted::Self_ => Message::fault("refused-self"),
            Ungranted::Describing => Message::fault("refused-describing"),
        }
    }
}

/// In English, for logs.
impl fmt::Display for Ungranted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message().worded("en", None))
    }
}

impl std::error::Error for Ungranted {}
