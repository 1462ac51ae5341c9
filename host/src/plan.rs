//! The difference between what must be true and what is in place: idempotent steps.
//!
//! A pure function of the claims, of what was there before the shop came, and of what the platform has now. So a plan that
//! was interrupted is simply made again, from what is then in place.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::apply::Done;
use crate::catalogue::Leavers;
use crate::email::Email;
use crate::order::OrderId;
use crate::period::Period;
use crate::platform::{CourseId, NewAccount, RoleId};
use crate::session::{Fact, Terms};
use crate::standing::{AccountOf, Standing, people};

/// All claims, of whichever line and order, on one fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// Of orders in force.
    pub active: Vec<Terms>,
    /// Of suspended orders.
    pub suspended: Vec<Terms>,
}

impl Claims {
    fn any(&self) -> bool {
        !self.active.is_empty() || !self.suspended.is_empty()
    }
}

/// What was there before the first claim on a fact: what retracting the last one must leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Before {
    /// Nothing: the shop made it.
    Absent,
    /// It was there.
    Present,
    /// An enrolment was there.
    Enrolled {
        /// Its period.
        period: Period,
        /// Whether it was suspended.
        suspended: bool,
    },
}

/// What became, or will become, of one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was in place already.
    Found,
    /// It was made.
    Made,
    /// It was there, but otherwise.
    Changed,
    /// It was taken away, or put back to what it was.
    Retracted,
    /// It could not be done.
    Failed,
}

/// A change of one fact. Made twice, it changes nothing more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it is about.
    pub fact: Fact,
    /// What is to be done.
    pub change: Change,
}

/// What is to be done about a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Make the account.
    CreateAccount(NewAccount),
    /// Make the enrolment, or make it so.
    Enrol {
        /// Roles to add; at least one.
        roles: Vec<RoleId>,
        /// For how long.
        period: Period,
        /// Whether it is suspended.
        suspended: bool,
        /// What that is to the person.
        outcome: Outcome,
    },
    /// End the enrolment.
    Unenrol,
    /// Take the role in the course away.
    UnassignCourseRole,
    /// Make the group, with this name.
    CreateGroup(String),
    /// Delete the group.
    DeleteGroup,
    /// Add the person to the group.
    AddMember,
    /// Take the person out of the group.
    RemoveMember,
    /// Give the role in the other's account.
    AssignAccountRole,
    /// Take the role in the other's account away.
    UnassignAccountRole,
}

impl Change {
    /// What it will have been when it is done.
    pub fn outcome(&self) -> Outcome {
        match self {
            Change::CreateAccount(_) | Change::CreateGroup(_) | Change::AddMember | Change::AssignAccountRole => {
                Outcome::Made
            }
            Change::Enrol { outcome, .. } => *outcome,
            Change::Unenrol
            | Change::UnassignCourseRole
            | Change::DeleteGroup
            | Change::RemoveMember
            | Change::UnassignAccountRole => Outcome::Retracted,
        }
    }
}

/// What the difference is made from.
pub struct Difference<'a> {
    /// The facts that the order claims or claimed, with all claims on them, those of other orders too.
    pub claims: &'a BTreeMap<Fact, Claims>,
    /// What was there before the first claim, for facts that were claimed before.
    pub before: &'a BTreeMap<Fact, Before>,
    /// What the platform has now.
    pub standing: &'a Standing,
    /// The people whose accounts may have to be made.
    pub people: &'a BTreeMap<Email, NewAccount>,
    /// What the merchant wants to become of leavers.
    pub leavers: Leavers,
}

/// Steps, and what was there before them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is to be done.
    pub steps: Vec<Step>,
    /// Claimed facts about which nothing is to be done.
    pub in_place: Vec<Fact>,
    /// What was there before, for facts that are claimed for the first time, or whose account is a new one.
    pub before: BTreeMap<Fact, Before>,
}

impl Plan {
    /// Facts that were to be made and are not the shop's work after all: refused, or made meanwhile by somebody else. What
    /// is there before them is to be looked at again. Not so an enrolment: it may be made though one of its roles is refused.
    pub fn not_made(&self, done: &[Done]) -> Vec<&Fact> {
        let steps = self.steps.iter().zip(done).filter(|(_, done)| matches!(done, Done::Found | Done::No(_)));
        let facts = steps.map(|(step, _)| &step.fact).filter(|fact| !matches!(fact, Fact::Enrolment(..)));
        facts.filter(|fact| self.before.contains_key(fact)).collect()
    }
}

/// What must become of an enrolment.
enum Wanted {
    /// It must be so.
    Be { period: Period, suspended: bool },
    /// Nobody claims it, and the shop made it.
    Leave,
}

impl Difference<'_> {
    /// Makes the plan.
    pub fn plan(&self) -> Plan {
        let mut plan = Plan::default();
        for (fact, claims) in self.claims.iter().filter(|(fact, _)| !self.concerns_nobody(fact)) {
            // Who has no account has nothing: what there was before went with an earlier one.
            if claims.any() && (self.lacks_account(fact) || !self.before.contains_key(fact)) {
                plan.before.insert(fact.clone(), self.standing.before(fact));
            }
            // What is neither claimed nor known to be made is not the shop's.
            let Some(before) = plan.before.get(fact).or(self.before.get(fact)).copied() else { continue };
            match self.change(fact, claims, before) {
                Some(change) => plan.steps.push(Step { fact: fact.clone(), change }),
                // What becomes of a role in a course is told with the enrolment.
                None if matches!(fact, Fact::CourseRole(..)) => {}
                None if claims.any() && self.standing.has(fact) => plan.in_place.push(fact.clone()),
                None => {}
            }
        }
        plan
    }

    /// Whether somebody whom the fact is about has no account any longer, and will not get one: an order that no longer
    /// names him, or that is suspended, goes on without him.
    fn concerns_nobody(&self, fact: &Fact) -> bool {
        people(fact).iter().any(|email| self.standing.account_of(email).is_none() && !self.people.contains_key(*email))
    }

    fn lacks_account(&self, fact: &Fact) -> bool {
        people(fact).iter().any(|email| self.standing.account_of(email).is_none())
    }

    /// Whether somebody's address has come to stand for several accounts. One of them may have what is to be taken away:
    /// trying fails, and so says why it is not.
    fn is_ambiguous(&self, fact: &Fact) -> bool {
        people(fact).iter().any(|email| self.standing.account_of(email) == Some(AccountOf::Several))
    }

    fn change(&self, fact: &Fact, claims: &Claims, before: Before) -> Option<Change> {
        let present = self.standing.has(fact);
        // A suspended order has nothing made; what it has stays.
        let makes = !claims.active.is_empty() && !present;
        let drops = !claims.any() && before == Before::Absent && (present || self.is_ambiguous(fact));
        match fact {
            // An account that is there stays, claimed or not.
            Fact::Account(email) => self.people.get(email).filter(|_| makes).cloned().map(Change::CreateAccount),
            Fact::Enrolment(course, email) => self.enrolment(*course, email, claims, before),
            // Roles are given together with the enrolment.
            Fact::CourseRole(course, email, _) => {
                let goes = present && before == Before::Absent && !self.keeps_role(*course, email, claims);
                goes.then_some(Change::UnassignCourseRole)
            }
            Fact::Group(_, order) if makes => Some(Change::CreateGroup(group_name(claims, order))),
            Fact::Group(course, order) if drops && self.empties(*course, order) => Some(Change::DeleteGroup),
            Fact::Member(..) if makes => Some(Change::AddMember),
            Fact::Member(course, _, email) if drops && self.leaves_group(*course, email) => Some(Change::RemoveMember),
            Fact::AccountRole { .. } if makes => Some(Change::AssignAccountRole),
            Fact::AccountRole { .. } if drops => Some(Change::UnassignAccountRole),
            Fact::Group(..) | Fact::Member(..) | Fact::AccountRole { .. } => None,
        }
    }

    fn enrolment(&self, course: CourseId, email: &Email, claims: &Claims, before: Before) -> Option<Change> {
        let current = self.standing.enrolment(course, email);
        let ambiguous = self.standing.account_of(email) == Some(AccountOf::Several);
        if current.is_none() && claims.active.is_empty() && !ambiguous {
            return None;
        }
        let (period, suspended) = match (want(claims, before), current) {
            // What an administrator has suspended meanwhile, only a claim in force lets in again.
            (Wanted::Be { period, suspended }, Some(current)) if claims.active.is_empty() => {
                (period, suspended || current.suspended)
            }
            (Wanted::Be { period, suspended }, _) => (period, suspended),
            (Wanted::Leave, Some(current)) if self.keeps_leaver(course, email) => (current.period, true),
            (Wanted::Leave, _) => return Some(Change::Unenrol),
        };
        let missing = self.missing_roles(course, email);
        let outcome = match current {
            None => Outcome::Made,
            Some(_) if !claims.any() => Outcome::Retracted,
            Some(_) => Outcome::Changed,
        };
        let same = current.is_some_and(|current| current.period == period && current.suspended == suspended);
        if same && missing.is_empty() {
            return None;
        }
        let roles = if missing.is_empty() { self.any_role(course, email).into_iter().collect() } else { missing };
        Some(Change::Enrol { roles, period, suspended, outcome })
    }

    fn roles<'a>(&'a self, course: CourseId, email: &'a Email) -> impl Iterator<Item = (RoleId, &'a Claims)> {
        let from = Fact::CourseRole(course, email.clone(), RoleId(i64::MIN));
        let to = Fact::CourseRole(course, email.clone(), RoleId(i64::MAX));
        self.claims.range(from..=to).filter_map(|(fact, claims)| match fact {
            Fact::CourseRole(_, _, role) => Some((*role, claims)),
            _ => None,
        })
    }

    fn missing_roles(&self, course: CourseId, email: &Email) -> Vec<RoleId> {
        let current = self.standing.enrolment(course, email);
        self.roles(course, email)
            .filter(|(_, claims)| !claims.active.is_empty())
            .filter(|(role, _)| !current.is_some_and(|current| current.roles.contains(role)))
            .map(|(role, _)| role)
            .collect()
    }

    /// Platforms want a role with each enrolment, also when only its period changes: one that the person has.
    fn any_role(&self, course: CourseId, email: &Email) -> Option<RoleId> {
        let held = self.standing.enrolment(course, email).and_then(|current| current.roles.first().copied());
        held.or_else(|| self.roles(course, email).next().map(|(role, _)| role))
    }

    fn wanted(&self, course: CourseId, email: &Email) -> Option<Wanted> {
        let fact = Fact::Enrolment(course, email.clone());
        let before = self.before.get(&fact).copied().unwrap_or(Before::Absent);
        self.claims.get(&fact).map(|claims| want(claims, before))
    }

    /// Work that somebody did must not be lost.
    fn keeps_leaver(&self, course: CourseId, email: &Email) -> bool {
        let entered = self.standing.enrolment(course, email).is_some_and(|current| current.entered);
        entered && self.leavers == Leavers::Suspend
    }

    /// Whether a role stays that the shop has given: a suspended order's does not where the enrolment itself goes on for
    /// another reason. With an enrolment that ends it ends anyway, and a leaver who is kept keeps his.
    fn keeps_role(&self, course: CourseId, email: &Email, claims: &Claims) -> bool {
        match self.wanted(course, email) {
            Some(Wanted::Be { suspended: false, .. }) => !claims.active.is_empty(),
            Some(Wanted::Be { suspended: true, .. }) => claims.any(),
            Some(Wanted::Leave) | None => true,
        }
    }

    /// Whether a member whom nobody claims must be taken out: not one who is kept for his work's sake (his group's work
    /// may be his), nor one whose unenrolment takes him out anyway.
    fn leaves_group(&self, course: CourseId, email: &Email) -> bool {
        matches!(self.wanted(course, email), Some(Wanted::Be { .. }) | None)
    }

    /// Whether nobody will be left in the group.
    fn empties(&self, course: CourseId, order: &OrderId) -> bool {
        let ours: BTreeSet<&Email> = self
            .claims
            .iter()
            .filter_map(|(fact, claims)| match fact {
                Fact::Member(c, o, email) if (*c, o) == (course, order) && !claims.any() => Some(email),
                _ => None,
            })
            .filter(|email| {
                let fact = Fact::Member(course, order.clone(), (*email).clone());
                self.before.get(&fact) != Some(&Before::Present)
            })
            .filter(|email| match self.wanted(course, email) {
                Some(Wanted::Leave) => !self.keeps_leaver(course, email),
                _ => true,
            })
            .collect();
        self.standing
            .members(course)
            .is_some_and(|mut members| members.all(|member| member.is_some_and(|m| ours.contains(m))))
    }
}

fn want(claims: &Claims, before: Before) -> Wanted {
    let union = |terms: &[Terms], base: Option<Period>| {
        let periods = terms.iter().filter_map(|terms| match terms {
            Terms::For(period) => Some(*period),
            _ => None,
        });
        periods.chain(base).reduce(Period::union)
    };
    let base = match before {
        Before::Enrolled { period, suspended: false } => Some(period),
        _ => None,
    };
    if !claims.active.is_empty()
        && let Some(period) = union(&claims.active, base)
    {
        return Wanted::Be { period, suspended: false };
    }
    match (union(&claims.suspended, None), before) {
        (Some(_), Before::Enrolled { period, suspended: false }) => Wanted::Be { period, suspended: false },
        (Some(period), _) => Wanted::Be { period, suspended: true },
        (None, Before::Enrolled { period, suspended }) => Wanted::Be { period, suspended },
        (None, _) => Wanted::Leave,
    }
}

fn group_name(claims: &Claims, order: &OrderId) -> String {
    let named = claims.active.iter().chain(&claims.suspended).find_map(|terms| match terms {
        Terms::Named(name) => Some(name.clone()),
        _ => None,
    });
    named.unwrap_or_else(|| order.to_string())
}

#[cfg(test)]
mod tests;
