//! What a line was sold with: the courses and roles that its parameters named, by the platform's ids.
//!
//! Names are the platform's to change. What a name stood for when the line was accepted, it stands for in this line ever after:
//! what was renamed is gone on with, also if another has that name by now. What was deleted takes away only what depends on it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::platform::{Course, CourseId, Role, RoleId};
use crate::session::{Fact, Session};
use crate::standing::people;

/// What the names in a line's parameters stand for, as that was when they were looked up first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct Gone {
    /// Courses.
    pub courses: BTreeSet<CourseId>,
    /// Roles.
    pub roles: BTreeSet<RoleId>,
}

impl Gone {
    /// What is left of a session, and who lacks something of it.
    pub fn leave_out(&self, session: Session) -> (Session, BTreeSet<Email>) {
        let (lost, left): (Vec<_>, Vec<_>) =
            Vec::from(session).into_iter().partition(|(fact, _)| self.is_needed_by(fact));
        let lacking = lost.iter().flat_map(|(fact, _)| people(fact)).cloned().collect();
        (Session::from(left), lacking)
    }

    fn is_needed_by(&self, fact: &Fact) -> bool {
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
