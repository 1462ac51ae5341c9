//! What a line was sold with: the courses and roles that its parameters named, by the platform's ids.
//!
//! Names are the platform's to change. What a name stood for when the line was accepted, it stands for in this line ever after:
//! what was renamed is gone on with, also if another has that name by now. What was deleted takes away only what depends on it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::platform::{Course, CourseId, Role, RoleId};
use crate::sessions::session::{Fact, Session};
use crate::words::email::Email;
use crate::words::message::Message;

/// What the names in a line's parameters stand for, as that was when they were looked up first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sold {
    /// Its courses, by the names in the parameters.
    pub courses: BTreeMap<String, Course>,
    /// Its roles, by the names in the parameters.
    pub roles: BTreeMap<String, Role>,
}

/// What a name stands for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is<'a, T> {
    /// It is there.
    There(&'a T),
    /// It was there when the line was accepted, and is gone.
    Gone(&'a T),
    /// There never was such a thing.
    Unknown,
}

/// What was deleted of what a line was sold with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names tell it")]
pub struct Gone {
    pub courses: BTreeSet<CourseId>,
    /// Those of them that a line must have. Of others, such as a support course, nobody lacks anything.
    pub required: BTreeSet<CourseId>,
    pub roles: BTreeSet<RoleId>,
}

/// Roles that a line was bought with and that nobody is to have anew, each with what is said then. What somebody has by the line
/// stays.
#[derive(Debug, Default)]
pub struct Barred(BTreeMap<RoleId, Message>);

impl Barred {
    /// Adds one.
    pub fn add(&mut self, role: RoleId, said: Message) {
        self.0.insert(role, said);
    }

    /// What is said if somebody were to have one anew: more than the line has `claimed`.
    pub fn refuse(&self, session: &Session, claimed: &BTreeSet<&Fact>) -> Vec<Message> {
        let role = |fact: &Fact| match fact {
            Fact::CourseRole(_, _, role) | Fact::AccountRole { role, .. } => Some(*role),
            Fact::Account(_) | Fact::Enrolment(..) | Fact::Group(..) | Fact::Member(..) => None,
        };
        let facts = session.claims().keys().filter_map(|fact| Some((fact, role(fact)?)));
        let anew = facts.filter(|(fact, role)| self.0.contains_key(role) && !claimed.contains(fact));
        let roles: BTreeSet<RoleId> = anew.map(|(_, role)| role).collect();
        roles.iter().filter_map(|role| self.0.get(role).cloned()).collect()
    }
}

impl Gone {
    /// What is told of it, each course and role once; of those only that some fact needs which is still claimed.
    pub fn news<'a>(&self, sold: impl IntoIterator<Item = &'a Sold>, claimed: &[&Fact]) -> Vec<Message> {
        let is_missed = |gone: Gone| claimed.iter().any(|fact| gone.is_needed_by(fact));
        let mut told = BTreeSet::new();
        for sold in sold {
            for (name, course) in sold.courses.iter().filter(|(_, course)| self.courses.contains(&course.id)) {
                let gone = Gone { courses: [course.id].into(), ..Gone::default() };
                told.extend(is_missed(gone).then_some(("course-gone-since", name)));
            }
            for (name, role) in sold.roles.iter().filter(|(_, role)| self.roles.contains(&role.id)) {
                let gone = Gone { roles: [role.id].into(), ..Gone::default() };
                told.extend(is_missed(gone).then_some(("role-gone-since", name)));
            }
        }
        told.into_iter().map(|(key, name)| Message::warning(key).with("name", name.as_str())).collect()
    }

    /// What is left of a session, and who lacks something of it.
    pub fn leave_out(&self, session: Session) -> (Session, BTreeSet<Email>) {
        let (lost, left): (Vec<_>, Vec<_>) =
            Vec::from(session).into_iter().partition(|(fact, _)| self.is_needed_by(fact));
        let lacking = lost.iter().filter(|(fact, _)| !self.is_spared(fact)).flat_map(|(fact, _)| fact.people());
        let lacking = lacking.cloned().collect();
        (Session::from(left), lacking)
    }

    /// Whether it is about a course that a line can do without.
    fn is_spared(&self, fact: &Fact) -> bool {
        fact.course().is_some_and(|course| self.courses.contains(&course) && !self.required.contains(&course))
    }

    /// Whether a fact cannot be without it.
    pub fn is_needed_by(&self, fact: &Fact) -> bool {
        match fact {
            Fact::Account(_) => false,
            Fact::Enrolment(course, _) | Fact::Group(course, _) | Fact::Member(course, ..) => {
                self.courses.contains(course)
            }
            Fact::CourseRole(course, _, role) => self.courses.contains(course) || self.roles.contains(role),
            Fact::AccountRole { role, .. } => self.roles.contains(role),
        }
    }
}
