//! Accounts, their roles and enrolments.

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs)]
pub struct User {
    /// Unique, in small letters.
    pub username: String,
    /// As it was written.
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    /// The city; empty: none.
    pub city: String,
    /// The language pack; empty: the site's.
    pub lang: String,
    /// Whether it is suspended.
    pub suspended: bool,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Whether its holder has not confirmed it yet.
    pub unconfirmed: bool,
    /// Whether Moodle has mailed an invitation.
    pub invited: bool,
    /// When its holder first logged in, in seconds since 1970; 0: never.
    pub first_access: i64,
}

/// A role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// What others name it by.
    pub short_name: String,
    /// Whether it may be assigned in courses.
    pub in_course: bool,
    /// Whether it may be assigned in accounts.
    pub in_user: bool,
    /// Whether the shop's account may assign it.
    pub assignable: bool,
}

/// A manual enrolment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enrolled {
    /// From when, in seconds since 1970; 0: from ever.
    pub start: i64,
    /// Until when; 0: for ever.
    pub end: i64,
    /// Whether it is suspended.
    pub suspended: bool,
    /// When the person was last in the course; 0: never.
    pub last_access: i64,
}
