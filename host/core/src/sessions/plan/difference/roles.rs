//! Which roles somebody is given in a course, and which go. The rule is told in the docs of [`plan`](crate::sessions::plan).

use std::collections::BTreeSet;

use super::{Difference, Right};
use crate::platform::{CourseId, RoleId};
use crate::sessions::ledger::{Before, Claims};
use crate::sessions::session::Fact;
use crate::words::email::Email;

impl Difference<'_> {
    fn roles<'a>(&'a self, course: CourseId, email: &'a Email) -> impl Iterator<Item = (RoleId, &'a Claims)> {
        let from = Fact::CourseRole(course, email.clone(), RoleId(i64::MIN));
        let to = Fact::CourseRole(course, email.clone(), RoleId(i64::MAX));
        self.claims.range(from..=to).filter_map(|(fact, claims)| match fact {
            Fact::CourseRole(_, _, role) => Some((*role, claims)),
            _ => None,
        })
    }

    pub(super) fn missing_roles(&self, course: CourseId, email: &Email) -> Vec<RoleId> {
        let held = self.standing.roles(course, email);
        self.roles(course, email)
            .filter(|(_, claims)| self.has_role(course, email, claims) == Some(true))
            .filter(|(role, _)| !held.contains(role))
            .map(|(role, _)| role)
            .collect()
    }

    /// Platforms want a role with each enrolment, also when only its period changes: one that the person has, best of those
    /// that the shop gives.
    pub(super) fn any_role(&self, course: CourseId, email: &Email) -> Option<RoleId> {
        let held = self.standing.roles(course, email);
        let ours = || self.roles(course, email).map(|(role, _)| role);
        // Of somebody who is there in another way too, a new one would be in effect although nobody claims it.
        let new = || ours().next().filter(|_| !self.standing.is_otherwise_in(course, email));
        ours().find(|role| held.contains(role)).or_else(|| held.first().copied()).or_else(new)
    }

    /// Whether the person has a role that is claimed so: the rule is told in the docs of `plan`. None where it makes no
    /// difference: with an enrolment that ends the roles end anyway, and a leaver who is kept keeps them.
    fn has_role(&self, course: CourseId, email: &Email, claims: &Claims) -> Option<bool> {
        let otherwise = self.standing.is_otherwise_in(course, email);
        match self.right(course, email)? {
            Right::Held { suspended: true, .. } if !otherwise => Some(claims.any()),
            Right::Gone if !otherwise => None,
            Right::Held { .. } | Right::Gone => Some(!claims.active.is_empty()),
        }
    }

    /// Whether a role that the person has is the shop's, and is to be taken away.
    pub(super) fn goes(&self, course: CourseId, email: &Email, role: RoleId, claims: &Claims) -> bool {
        let is_ours = self.before(&Fact::CourseRole(course, email.clone(), role), claims) == Some(Before::Absent);
        let is_held = self.standing.roles(course, email).contains(&role);
        is_ours && is_held && self.has_role(course, email, claims) == Some(false)
    }

    /// The role that somebody keeps who is in the course in another way too, and would be left without any. That may have come
    /// that way since, with a role that the shop had given already. Of several it is the one with the highest id: platforms
    /// number their own roles from the most powerful one on.
    pub(super) fn last_role(&self, course: CourseId, email: &Email) -> Option<RoleId> {
        if !self.standing.is_otherwise_in(course, email) || !self.missing_roles(course, email).is_empty() {
            return None;
        }
        let going = self.roles(course, email).filter(|(role, claims)| self.goes(course, email, *role, claims));
        let going: BTreeSet<RoleId> = going.map(|(role, _)| role).collect();
        let stays = self.standing.roles(course, email).iter().any(|role| !going.contains(role));
        if stays { None } else { going.last().copied() }
    }
}
