//! What the platform does not do, and what keeps it from working.

use crate::database::describe;
use crate::platform::{PlatformError, Rejection};

macro_rules! refusals {
    ($($name:ident $code:literal $reason:literal)+) => {
        /// Why an element of a request is refused. Statements answer with the code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
        pub(super) enum Refusal {
            $(#[sqlx(rename = $code)] $name,)+
        }

        impl Refusal {
            /// The code of the rejection, and the sentence for people.
            pub(super) fn code_and_reason(self) -> (&'static str, &'static str) {
                match self {
                    $(Refusal::$name => ($code, $reason),)+
                }
            }
        }
    };
}

refusals! {
    UnknownAccount "unknown-account" "the platform has no such account"
    UnknownCourse "unknown-course" "the platform has no such course"
    UnknownRole "unknown-role" "the platform has no such role"
    UnknownGroup "unknown-group" "the platform has no such group"
    DeletedAccount "deleted-account" "the account has been deleted"
    SuspendedAccount "suspended-account" "the account is suspended"
    AmbiguousAccount "ambiguous-account" "several accounts have this address"
    UsernameTaken "username-taken" "another account has this address as its username"
    InvalidName "invalid-name" "a name has 1 to 100 characters, without < and > and without control characters"
    RoleNotAssignable "role-not-assignable" "the role may not be assigned there"
    NoManualEnrolment "no-manual-enrolment" "people cannot be enrolled in this course by hand"
    EndBeforeStart "end-before-start" "the enrolment would end before it starts"
    InvalidGroupName "invalid-group-name" "a group's name has 1 to 254 characters, without < and > and without control characters"
    InvalidIdNumber "invalid-id-number" "an id number has 1 to 100 characters, without control characters"
    GroupNameTaken "group-name-taken" "another group of the course has this name"
    NotEnrolled "not-enrolled" "only who is enrolled in the course can be a member of its groups"
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        let (code, reason) = refusal.code_and_reason();
        Rejection { code: code.to_owned(), reason: reason.to_owned() }
    }
}

/// A name of a person or a group: shown in pages, hence without markup, and not longer than a platform stores.
pub(super) fn is_valid_name(name: &str, max_chars: usize) -> bool {
    !name.trim().is_empty()
        && name.chars().count() <= max_chars
        && !name.chars().any(|c| matches!(c, '<' | '>') || c.is_control())
}

/// Whatever fails in the database is told as "not available": the request was right, and nothing of it was done.
pub(super) fn unavailable(error: sqlx::Error) -> PlatformError {
    PlatformError::Unavailable(describe(&error))
}

/// What the platform wrote in its own database does not read back.
pub(super) fn damaged(error: impl std::fmt::Display) -> PlatformError {
    PlatformError::Unavailable(format!("its database is damaged: {error}"))
}
