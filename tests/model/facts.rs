//! The words of the reference model: people, times, what can be claimed and what there can be.

use std::collections::{BTreeMap, BTreeSet};

use shop_core::words::period::Timestamp;

/// Somebody, as in the other tests.
pub(crate) type Name = &'static str;

/// Seconds since 1970.
pub(crate) type Time = i64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: Time,
    pub(crate) end: Option<Time>,
}

impl Span {
    pub(crate) fn union(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.zip(other.end).map(|(one, two)| one.max(two)) }
    }
}

/// What an order can claim, beside accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fact {
    Enrolled(Name, Name),
    /// In a course, somebody, a role.
    Role(Name, Name, Name),
    /// In a course, of an order.
    Group(Name, Name),
    Member(Name, Name, Name),
    /// A role, its holder, in whose account.
    Attached(Name, Name, Name),
}

impl Fact {
    /// In which course; none, if it is about accounts.
    pub(crate) fn course(self) -> Option<Name> {
        match self {
            Fact::Enrolled(course, _) | Fact::Role(course, ..) | Fact::Group(course, _) | Fact::Member(course, ..) => {
                Some(course)
            }
            Fact::Attached(..) => None,
        }
    }

    /// The same in another course.
    pub(crate) fn in_course(self, course: Name) -> Fact {
        match self {
            Fact::Enrolled(_, who) => Fact::Enrolled(course, who),
            Fact::Role(_, who, role) => Fact::Role(course, who, role),
            Fact::Group(_, order) => Fact::Group(course, order),
            Fact::Member(_, order, who) => Fact::Member(course, order, who),
            Fact::Attached(..) => self,
        }
    }

    /// The role, if it is about one.
    pub(crate) fn role(self) -> Option<Name> {
        match self {
            Fact::Role(_, _, role) | Fact::Attached(role, ..) => Some(role),
            Fact::Enrolled(..) | Fact::Group(..) | Fact::Member(..) => None,
        }
    }

    /// The same of another role.
    pub(crate) fn with_role(self, role: Name) -> Fact {
        match self {
            Fact::Role(course, who, _) => Fact::Role(course, who, role),
            Fact::Attached(_, holder, context) => Fact::Attached(role, holder, context),
            Fact::Enrolled(..) | Fact::Group(..) | Fact::Member(..) => self,
        }
    }

    pub(crate) fn is_about(self, person: Name) -> bool {
        match self {
            Fact::Enrolled(_, who) | Fact::Role(_, who, _) | Fact::Member(_, _, who) => who == person,
            Fact::Group(..) => false,
            Fact::Attached(_, holder, context) => holder == person || context == person,
        }
    }

    pub(crate) fn enrols(self, person: Name) -> bool {
        matches!(self, Fact::Enrolled(_, who) if who == person)
    }
}

/// What a line claims: enrolments for a period.
pub(crate) type Claims = BTreeMap<Fact, Option<Span>>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Enrolment {
    pub(crate) span: Span,
    pub(crate) suspended: bool,
    pub(crate) roles: BTreeSet<Name>,
    pub(crate) entered: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// The operator whose name it has.
    pub(crate) of: Name,
    pub(crate) members: BTreeSet<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Before {
    Absent,
    Present,
    Enrolled(Span, bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) invited: bool,
    pub(crate) suspended: bool,
}

pub(crate) fn day(time: Time) -> String {
    Timestamp::new(time.into()).unwrap().to_string()[..10].to_owned()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Placed,
    Paid,
    Suspended,
    Cancelled,
}

impl State {
    /// For a while, or for good.
    pub(crate) fn ends(self) -> bool {
        matches!(self, State::Suspended | State::Cancelled)
    }
}
