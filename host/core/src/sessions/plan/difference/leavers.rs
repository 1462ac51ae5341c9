//! Whoever leaves a course: who stays there, suspended, so that no work is lost; and the group, which goes with its last member.

use std::collections::BTreeSet;

use super::{Difference, Right};
use crate::lines::catalogue::Leavers;
use crate::platform::CourseId;
use crate::sessions::ledger::{Before, Claims};
use crate::sessions::session::Fact;
use crate::words::email::Email;
use crate::words::order::OrderId;

impl Difference<'_> {
    /// Work that somebody did must not be lost. It is not, if the person stays in the course in another way.
    pub(super) fn keeps_leaver(&self, course: CourseId, email: &Email) -> bool {
        let entered = self.standing.has_entered(course, email) && !self.standing.is_otherwise_in(course, email);
        entered && self.leavers == Leavers::Suspend
    }

    /// Whether a member whom nobody claims must be taken out: not one who is kept, nor one whose unenrolment takes them out
    /// anyway.
    pub(super) fn leaves_group(&self, course: CourseId, email: &Email) -> bool {
        match self.right(course, email) {
            Some(Right::Held { .. }) => true,
            Some(Right::Gone) => self.standing.is_otherwise_in(course, email),
            None => !self.keeps_member(course, email),
        }
    }

    /// Whether a member whom nobody claims stays: for as long as they are kept in the course for the sake of their work, some
    /// of which may be the group's. Once they are let in again, they would see people there who are no longer theirs.
    fn keeps_member(&self, course: CourseId, email: &Email) -> bool {
        let is_suspended = || self.standing.enrolment(course, email).is_some_and(|current| current.suspended);
        match self.right(course, email) {
            Some(Right::Held { .. }) => false,
            Some(Right::Gone) => self.keeps_leaver(course, email),
            // Left earlier, and what becomes of the enrolment is not decided here.
            None => self.keeps_leaver(course, email) && is_suspended(),
        }
    }

    /// Whether a fact that the shop made and that nobody claims stays for now: a member, and a group with any.
    pub(super) fn keeps(&self, fact: &Fact, claims: &Claims, before: Before) -> bool {
        if claims.any() || before != Before::Absent || !self.standing.has(fact) {
            return false;
        }
        match fact {
            Fact::Member(course, _, email) => self.keeps_member(*course, email),
            Fact::Group(course, order) => !self.empties(*course, order),
            _ => false,
        }
    }

    fn members_without_claim<'a>(&'a self, course: CourseId, order: &'a OrderId) -> impl Iterator<Item = &'a Email> {
        self.claims.iter().filter_map(move |(fact, claims)| match fact {
            Fact::Member(c, o, email) if (*c, o) == (course, order) && !claims.any() => Some(email),
            _ => None,
        })
    }

    /// Whether nobody will be left in the group.
    pub(super) fn empties(&self, course: CourseId, order: &OrderId) -> bool {
        let is_ours = |email: &&Email| {
            let member = Fact::Member(course, order.clone(), (*email).clone());
            let leaves = matches!(self.right(course, email), Some(Right::Gone));
            !self.keeps_member(course, email) && (leaves || self.known(&member) == Some(Before::Absent))
        };
        let ours: BTreeSet<&Email> = self.members_without_claim(course, order).filter(is_ours).collect();
        self.standing
            .members(course, order)
            .is_some_and(|mut members| members.all(|member| member.is_some_and(|m| ours.contains(m))))
    }
}
