//! Why a platform did not do something.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The platform did not do a whole request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// It does not answer or cannot work now, and nothing more will come of the request. Trying again later helps.
    #[error("the learning platform is not available: {0}")]
    Unavailable(Problem),
    /// It was asked to change something, and the answer was lost: it may have been done, or may yet be.
    #[error("the learning platform is not available: {0}")]
    Lost(Problem),
    /// It will not do this until somebody changes something there.
    #[error("the learning platform refused: {0}")]
    Refused(Problem),
    /// It can be read, but not as it should be: what it leaves out may be there all the same. So nothing follows from it, until
    /// somebody changes something there.
    #[error("the learning platform is not readable as it should be: {0}")]
    Unreadable(Problem),
}

/// What is wrong with a request, or with one element of it. Of an element, trying again does not help until somebody changes
/// something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, JsonSchema)]
#[error("{reason}")]
pub struct Problem {
    /// What kind of problem it is, for programs: the platform's own code, or the host's where that tells more.
    pub code: String,
    /// What is wrong, and what would help, for people.
    pub reason: String,
    /// Which field of the element is at fault, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<ElementField>,
    /// Whether it only follows from another one, which is told of another step.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub follows: bool,
    /// What the platform said, if the problem is one that it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Box<OwnWords>>,
}

/// A field of an element of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ElementField {
    /// The person's address.
    Email,
    /// The person's first name.
    FirstName,
    /// The person's last name.
    LastName,
    /// The account.
    Account,
    /// The course.
    Course,
    /// The role.
    Role,
    /// The period.
    Period,
    /// The group, or its name.
    Group,
    /// The group's id number.
    IdNumber,
}

/// How a platform told a problem.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnWords {
    /// Which of its functions was called.
    pub function: String,
    /// The code that it gave. Of [`Problem::code`] it is the source, unless the host has found out more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The permissions of which one is missing, by the platform's names; none, if none is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
    /// What it only says to those who debug it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debug: Option<String>,
}

impl PlatformError {
    /// What is wrong.
    pub fn problem(&self) -> &Problem {
        match self {
            PlatformError::Unavailable(problem)
            | PlatformError::Lost(problem)
            | PlatformError::Refused(problem)
            | PlatformError::Unreadable(problem) => problem,
        }
    }

    /// Of what became of several requests, what counts most: that the answer to one was lost more than that another could not
    /// be made, and that more than that it was refused.
    pub fn foremost(errors: impl IntoIterator<Item = PlatformError>) -> Option<PlatformError> {
        errors.into_iter().min_by_key(|error| match error {
            PlatformError::Lost(_) => 0,
            PlatformError::Unavailable(_) => 1,
            PlatformError::Unreadable(_) => 2,
            PlatformError::Refused(_) => 3,
        })
    }
}

impl Problem {
    /// A problem that the host sees by itself.
    pub fn new(code: &str, reason: impl Into<String>) -> Problem {
        Problem { code: code.to_owned(), reason: reason.into(), field: None, follows: false, said: None }
    }

    /// The same as the platform told it.
    pub fn as_said(self, said: OwnWords) -> Problem {
        Problem { said: Some(Box::new(said)), ..self }
    }

    /// The same, where it only follows from another one.
    pub fn following(self) -> Problem {
        Problem { follows: true, ..self }
    }

    /// The same of one field.
    pub fn in_field(self, field: ElementField) -> Problem {
        Problem { field: Some(field), ..self }
    }
}
