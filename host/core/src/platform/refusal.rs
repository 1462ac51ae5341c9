//! What no platform does, and how it is told: the same on all of them.

use crate::platform::{ElementField, NewAccount, Problem};

macro_rules! refusals {
    ($($name:ident $field:ident $code:literal $reason:literal)+) => {
        /// Why an element of a request is refused. The embedded platform's statements answer with the code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Refusal {
            $(#[doc = $reason] $name,)+
        }

        impl Refusal {
            /// The refusal with a code.
            pub fn of_code(code: &str) -> Option<Refusal> {
                match code {
                    $($code => Some(Refusal::$name),)+
                    _ => None,
                }
            }

            /// The code of the problem, and the sentence for people.
            pub fn code_and_reason(self) -> (&'static str, &'static str) {
                match self {
                    $(Refusal::$name => ($code, $reason),)+
                }
            }

            /// The field that is at fault.
            fn field(self) -> ElementField {
                match self {
                    $(Refusal::$name => ElementField::$field,)+
                }
            }
        }
    };
}

refusals! {
    UnknownAccount Account "unknown-account" "the platform has no such account"
    UnknownCourse Course "unknown-course" "the platform has no such course"
    UnknownRole Role "unknown-role" "the platform has no such role"
    UnknownGroup Group "unknown-group" "the platform has no such group"
    DeletedAccount Account "deleted-account" "the account has been deleted"
    SuspendedAccount Account "suspended-account" "the account is suspended"
    UnconfirmedAccount Account "unconfirmed-account" "the account is not confirmed by its holder"
    ReservedAccount Account "reserved-account" "the account is the shop's own, or the guest's"
    AmbiguousAccount Account "ambiguous-account" "several accounts have this address"
    UsernameTaken Email "username-taken" "another account has this address as its username"
    InvalidEmail Email "invalid-email" "an address has at most 100 characters, 64 of them before the @, and behind it the name of a domain with a dot; no dot begins, ends or follows another one"
    InvalidFirstName FirstName "invalid-first-name" "a first name has 1 to 100 characters, without < and > and without control characters"
    InvalidLastName LastName "invalid-last-name" "a last name has 1 to 100 characters, without < and > and without control characters"
    RoleNotAssignable Role "role-not-assignable" "the role may not be assigned there"
    NoManualEnrolment Course "no-manual-enrolment" "people cannot be enrolled in this course by hand"
    EndBeforeStart Period "end-before-start" "the enrolment would end before it starts"
    InvalidGroupName Group "invalid-group-name" "a group's name has 1 to 254 characters, without < and > and without control characters"
    InvalidIdNumber IdNumber "invalid-id-number" "an id number has 1 to 100 characters, without control characters"
    GroupNameTaken Group "group-name-taken" "another group of the course has this name"
    NotEnrolled Account "not-enrolled" "only who is enrolled in the course can be a member of its groups"
}

impl Refusal {
    /// Of an account that is to be made.
    pub fn of_account(account: &NewAccount) -> Option<Refusal> {
        let of_email = account.email.fault().map(|_| Refusal::InvalidEmail);
        of_email.or_else(|| Refusal::of_names(&account.first_name, &account.last_name))
    }

    /// Of somebody's first and last name.
    pub fn of_names(first: &str, last: &str) -> Option<Refusal> {
        match (is_valid_name(first, 100), is_valid_name(last, 100)) {
            (false, _) => Some(Refusal::InvalidFirstName),
            (true, false) => Some(Refusal::InvalidLastName),
            (true, true) => None,
        }
    }

    /// Of a group's name.
    pub fn of_group_name(name: &str) -> Option<Refusal> {
        (!is_valid_name(name, 254)).then_some(Refusal::InvalidGroupName)
    }

    /// Of a group's id number.
    pub fn of_id_number(id_number: &str) -> Option<Refusal> {
        (!is_valid_id_number(id_number)).then_some(Refusal::InvalidIdNumber)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (code, reason) = refusal.code_and_reason();
        Problem::new(code, reason).in_field(refusal.field())
    }
}

/// A name of a person or a group: shown in pages, hence without markup, and not longer than a platform stores.
fn is_valid_name(name: &str, max_chars: usize) -> bool {
    !name.trim().is_empty()
        && name.chars().count() <= max_chars
        && !name.chars().any(|c| matches!(c, '<' | '>') || c.is_control())
}

/// Platforms let groups have no id number; none could be found again by it.
fn is_valid_id_number(id_number: &str) -> bool {
    (1..=100).contains(&id_number.chars().count()) && !id_number.chars().any(char::is_control)
}
