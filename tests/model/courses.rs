//! Of the reference model's rules, those on courses and roles that are renamed, deleted and made again.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::facts::{Claims, Fact, Name, Span};
use crate::model::rules::{Handed, Model, State};

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
    courses: BTreeMap<Name, Name>,
    roles: BTreeMap<Name, Name>,
    /// Who sits there, if it is paid.
    seated: Option<BTreeSet<Name>>,
}

impl Model {
    /// Whether there is where to put it.
    pub(crate) fn has_place(&self, fact: Fact) -> bool {
        fact.course().is_none_or(|course| self.courses.is_there(course))
            && fact.role().is_none_or(|role| self.roles.is_there(role))
    }

    /// A course is deleted, with all that is in it.
    pub(crate) fn delete_course(&mut self, course: Name) {
        self.courses.becomes(course, None);
        self.enrolments.retain(|(of, _), _| *of != course);
        self.groups.retain(|(of, _), _| *of != course);
    }

    /// A role is deleted: nobody has it any longer.
    pub(crate) fn delete_role(&mut self, role: Name) {
        self.roles.becomes(role, None);
        self.enrolments.values_mut().for_each(|it| _ = it.roles.remove(role));
        self.attachments.retain(|(of, ..)| *of != role);
    }

    /// Rule 10: what an order that is handed over means by the names of courses and roles, and what it is sold with. None: it is
    /// rejected.
    pub(crate) fn meant(&self, handed: &Handed) -> Option<(Handed, BTreeMap<u32, Sold>)> {
        let (mut meant, mut sold) = (handed.clone(), BTreeMap::new());
        for (line, (people, claims)) in &mut meant.lines {
            let of_line = self.sold(handed, *line, people, claims)?;
            *claims = of_line.claims(claims).filter(|(fact, _)| self.has_place(*fact)).collect();
            sold.insert(*line, of_line);
        }
        Some((meant, sold))
    }

    fn sold(&self, handed: &Handed, line: u32, people: &BTreeSet<Name>, claims: &Claims) -> Option<Sold> {
        let before = self.orders.get(handed.id).and_then(|order| order.sold.get(&line)).cloned().unwrap_or_default();
        let is_paid = before.seated.is_some();
        let (mut courses, mut roles) = (before.courses, before.roles);
        for name in claims.keys().filter_map(|fact| fact.course()) {
            let course = courses.get(name).copied().or_else(|| self.courses.thing(name))?;
            courses.insert(name, course);
            if name != "SUPPORT" && !is_paid && !self.courses.is_there(course) {
                return None;
            }
        }
        // Also those that nobody in the line has.
        for name in ["student", "teacher"] {
            let role = roles.get(name).copied().or_else(|| self.roles.thing(name))?;
            roles.insert(name, role);
            if !is_paid && !self.roles.is_there(role) {
                return None;
            }
        }
        let sold = Sold { courses, roles, seated: (handed.state == State::Paid).then(|| people.clone()) };
        let sits = |who: &Name| before.seated.as_ref().is_some_and(|seated| seated.contains(who));
        people.iter().all(|who| sits(who) || !self.lacks(&sold, claims, who)).then_some(sold)
    }

    /// Whether something is gone that somebody would have by these claims. Of the support course nobody lacks anything.
    fn lacks(&self, sold: &Sold, claims: &Claims, who: Name) -> bool {
        let is_spared = |fact: Fact| fact.course().is_some_and(|course| self.is_support(sold, course));
        sold.claims(claims).any(|(fact, _)| fact.is_about(who) && !self.has_place(fact) && !is_spared(fact))
    }

    fn is_support(&self, sold: &Sold, course: Name) -> bool {
        sold.courses.get("SUPPORT") == Some(&course) && !self.courses.is_there(course)
    }
}

impl Sold {
    /// What a line claims that claims this by the names of courses and roles.
    fn claims(&self, claims: &Claims) -> impl Iterator<Item = (Fact, Option<Span>)> {
        claims.iter().map(|(fact, span)| {
            let course = fact.course().and_then(|name| self.courses.get(name));
            let fact = course.map_or(*fact, |course| fact.in_course(course));
            let role = fact.role().and_then(|name| self.roles.get(name));
            (role.map_or(fact, |role| fact.with_role(role)), *span)
        })
    }
}
