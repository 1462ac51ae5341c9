//! What courses and roles are called, and which of them a line was sold with.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::facts::{Claims, Fact, Name, Span};

/// Something that there can be: by what it is known here, what it is called first, and what it may be called later.
pub(crate) type Thing = (Name, Name, Name);

/// The courses.
pub(crate) const COURSES: [Thing; 4] = [
    ("SPOC", "SPOC", "SPOC-2027"),
    ("OTHER", "OTHER", "OTHER-2027"),
    ("SUPPORT", "SUPPORT", "HELP"),
    ("SPOC II", "SPOC", "SPOC-2028"),
];

/// The roles.
pub(crate) const ROLES: [Thing; 4] = [
    ("student", "student", "participant"),
    ("teacher", "teacher", "trainer"),
    ("student II", "student", "auditor"),
    ("teacher II", "teacher", "coach"),
];

/// What each of some things is called; none: it was deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Called(BTreeMap<Name, Option<Name>>);

impl Called {
    /// Things that are called by what they are known by.
    pub(crate) fn like(things: impl IntoIterator<Item = Name>) -> Called {
        Called(things.into_iter().map(|thing| (thing, Some(thing))).collect())
    }

    /// What it is called now.
    pub(crate) fn name(&self, thing: Name) -> Name {
        self.0.get(thing).copied().flatten().unwrap_or("nothing")
    }

    /// What is called so now.
    pub(crate) fn thing(&self, name: Name) -> Option<Name> {
        self.0.iter().find(|(_, called)| **called == Some(name)).map(|(thing, _)| *thing)
    }

    pub(crate) fn is_there(&self, thing: Name) -> bool {
        self.0.get(thing).is_some_and(Option::is_some)
    }

    /// Those that are there.
    pub(crate) fn there(&self) -> impl Iterator<Item = Name> {
        self.0.iter().filter_map(|(thing, called)| called.map(|_| *thing))
    }

    /// It is called so from now on; none: it is deleted.
    pub(crate) fn becomes(&mut self, thing: Name, called: Option<Name>) {
        self.0.insert(thing, called);
    }

    /// What can be called otherwise: no two by the same name.
    pub(crate) fn renamed(&self, all: &'static [Thing]) -> impl Iterator<Item = (Name, Name)> {
        let there = all.iter().filter(|(thing, ..)| self.is_there(thing));
        let other = |(thing, first, later): &Thing| (*thing, if self.name(thing) == *first { *later } else { *first });
        there.map(other).filter(|(_, to)| self.thing(to).is_none())
    }

    /// What there never was, and by whose name nothing is called.
    pub(crate) fn lacking(&self, all: &'static [Thing]) -> impl Iterator<Item = (Name, Name)> {
        let never = all.iter().filter(|(thing, ..)| !self.0.contains_key(thing));
        never.map(|(thing, name, _)| (*thing, *name)).filter(|(_, name)| self.thing(name).is_none())
    }
}

/// What a line was sold with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sold {
    /// The courses and roles, by what they were called.
    pub(crate) courses: BTreeMap<Name, Name>,
    pub(crate) roles: BTreeMap<Name, Name>,
    /// Who sits there, if it is paid.
    pub(crate) seated: Option<BTreeSet<Name>>,
}

impl Sold {
    /// What a line claims that claims this by the names of courses and roles.
    pub(crate) fn claims(&self, claims: &Claims) -> impl Iterator<Item = (Fact, Option<Span>)> {
        claims.iter().map(|(fact, span)| {
            let course = fact.course().and_then(|name| self.courses.get(name));
            let fact = course.map_or(*fact, |course| fact.in_course(course));
            let role = fact.role().and_then(|name| self.roles.get(name));
            (role.map_or(fact, |role| fact.with_role(role)), *span)
        })
    }
}
