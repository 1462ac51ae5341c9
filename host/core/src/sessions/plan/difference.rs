//! From claims and what there is to steps.
//!
//! What becomes of a fact follows from what the ledger knows of it, as far as that still holds. What was there before a person's
//! account went with that account, so each address is held against the accounts that it stands for:
//!
//! | somebody whom the fact is about | then |
//! | --- | --- |
//! | has no account, and will not get one (`concerns_nobody`) | the fact is left out |
//! | has no account yet (`lacks_account`), or another than the one that the shop acted on (`has_another_account`) | the ledger's word no longer holds: the fact is claimed as if for the first time |
//! | has several accounts (`is_ambiguous`) | taking away is tried all the same: that it fails says why |
//! | has another enrolment than the one that the shop asked for without an answer (`is_anothers`) | that one is not the shop's: it was there before |
//! | has an account for which the shop asked without an answer, and was never seen (`is_uninvited`) | it is in place, and the report says that nobody knows of an invitation |
//!
//! What the ledger is to know once the steps are done, the first line that fits decides:
//!
//! | there was before | the ledger says | to be done | the ledger notes |
//! | --- | --- | --- | --- |
//! | nothing | whatever | make the enrolment, of one account | [`Before::Asked`], until there is an answer |
//! | nothing | whatever | make the account | [`Before::Unanswered`], until there is an answer |
//! | whatever | asked, without an answer | nothing, and it is not there | nothing: nothing came of it, so whoever makes it now is not the shop |
//! | nothing | asked for the account, without an answer; never seen | nothing | [`Before::Unanswered`] still |
//! | whatever | whatever | whatever | what there was before |

mod leavers;
mod over;
mod roles;

use std::collections::{BTreeMap, BTreeSet};

use super::rights::Right;
use super::{Change, FactOutcome, Plan, Step};
use crate::lines::catalogue::Leavers;
use crate::platform::{CourseId, NewAccount};
use crate::sessions::accounts::AccountOf;
use crate::sessions::attachment::Attachments;
use crate::sessions::ledger::{Before, Claims};
use crate::sessions::session::{Fact, Terms};
use crate::sessions::standing::Standing;
use crate::words::email::Email;
use crate::words::order::OrderId;
use crate::words::period::Timestamp;

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
    /// The attachments that the order wants and does not get.
    pub attachments: &'a Attachments,
    /// What the merchant wants to become of leavers.
    pub leavers: Leavers,
    /// When it is made.
    pub now: Timestamp,
}

impl Difference<'_> {
    /// Makes the plan.
    pub fn plan(&self) -> Plan {
        let mut plan = Plan::default();
        for (fact, claims) in self.claims.iter().filter(|(fact, _)| !self.concerns_nobody(fact)) {
            match self.attachments.withheld(fact).filter(|_| !claims.any()) {
                // Somebody else has made it.
                Some(_) if self.known(fact) != Some(Before::Absent) && self.standing.surely_has(fact) => {
                    plan.in_place.push(fact.clone());
                    continue;
                }
                Some(why) => _ = plan.withheld.insert(fact.clone(), why),
                None => {}
            }
            // What is neither claimed nor known to be made is not the shop's.
            let Some(before) = self.before(fact, claims) else { continue };
            let mut change = self.change(fact, claims, before);
            if change.take_if(|change| change.lacks_role()).is_some() {
                plan.roleless.extend(fact.people().into_iter().cloned());
            }
            if self.keeps(fact, claims, before) {
                plan.kept.insert(fact.clone());
            }
            let ledger = self.before.get(fact);
            let noted = match (before, &change) {
                (Before::Absent, Some(Change::Enrol { period, outcome: FactOutcome::Made, .. }))
                    if !self.is_ambiguous(fact) =>
                {
                    Before::Asked(*period)
                }
                (Before::Absent, Some(Change::CreateAccount(_))) => Before::Unanswered,
                // Nothing came of what was asked, so the shop has not made it.
                (_, None)
                    if matches!(ledger, Some(Before::Asked(_) | Before::Unanswered)) && !self.standing.has(fact) =>
                {
                    continue;
                }
                (Before::Absent, None) if self.is_uninvited(fact) => Before::Unanswered,
                _ => before,
            };
            if noted == Before::Unanswered && change.is_none() {
                plan.uninvited.extend(fact.people().into_iter().cloned());
            }
            // What is asked again is answered again.
            if ledger != Some(&noted)
                || matches!(noted, Before::Asked(_))
                || (noted == Before::Unanswered && change.is_some())
            {
                plan.before.insert(fact.clone(), noted);
            }
            match change {
                Some(change) => plan.steps.push(Step { fact: fact.clone(), change }),
                // What becomes of a role in a course is told with the enrolment.
                None if matches!(fact, Fact::CourseRole(..)) => {}
                None if claims.any() && self.has_run_out(fact) => _ = plan.over.insert(fact.clone()),
                None if claims.any() && self.standing.has(fact) => plan.in_place.push(fact.clone()),
                None => {}
            }
        }
        // What is not there, and not asked for either, may yet come from somebody else.
        let asked: BTreeSet<Fact> = plan.steps.iter().flat_map(Step::facts).collect();
        let is_news = |fact: &Fact| asked.contains(fact) || self.before.contains_key(fact);
        plan.before.retain(|fact, before| *before != Before::Absent || is_news(fact));
        plan
    }

    /// What was there before the first claim on a fact; none: it is not claimed, and was never made.
    fn before(&self, fact: &Fact, claims: &Claims) -> Option<Before> {
        self.known(fact).or_else(|| claims.any().then(|| self.standing.before(fact)))
    }

    /// What the ledger knows of it, as far as that still holds.
    fn known(&self, fact: &Fact) -> Option<Before> {
        // What there was before went with an earlier account.
        if self.lacks_account(fact) || self.has_another_account(fact) || self.is_anothers(fact) {
            return None;
        }
        self.before.get(fact).map(|before| match before {
            Before::Asked(_) | Before::Unanswered => Before::Absent,
            known => *known,
        })
    }

    /// Whether the shop had asked for an account without an answer, and its holder has not been seen since.
    fn is_uninvited(&self, fact: &Fact) -> bool {
        let Fact::Account(email) = fact else { return false };
        self.before.get(fact) == Some(&Before::Unanswered) && !self.standing.was_seen(email)
    }

    /// Whether the shop had asked for an enrolment, and there is another one.
    fn is_anothers(&self, fact: &Fact) -> bool {
        let (Fact::Enrolment(course, email) | Fact::CourseRole(course, email, _)) = fact else {
            return false;
        };
        match (self.before.get(&Fact::Enrolment(*course, email.clone())), self.standing.enrolment(*course, email)) {
            (Some(Before::Asked(period)), Some(current)) => current.period != *period || current.suspended,
            _ => false,
        }
    }

    /// Whether somebody whom the fact is about has no account any longer, and will not get one: an order that no longer
    /// names the person, or that is suspended, goes on without.
    fn concerns_nobody(&self, fact: &Fact) -> bool {
        fact.people().iter().any(|email| self.standing.account_of(email).is_none() && !self.people.contains_key(*email))
    }

    fn lacks_account(&self, fact: &Fact) -> bool {
        fact.people().iter().any(|email| self.standing.account_of(email).is_none())
    }

    fn has_another_account(&self, fact: &Fact) -> bool {
        fact.people().iter().any(|email| self.standing.is_another(email))
    }

    /// Whether somebody's address has come to stand for several accounts. One of them may have what is to be taken away:
    /// trying fails, and so says why it is not.
    fn is_ambiguous(&self, fact: &Fact) -> bool {
        fact.people().iter().any(|email| self.standing.account_of(email) == Some(AccountOf::Several))
    }

    fn change(&self, fact: &Fact, claims: &Claims, before: Before) -> Option<Change> {
        let present = self.standing.has(fact);
        // A suspended order has nothing made; what it has stays.
        // Nobody can do anything for an account that was deleted, until it is restored.
        let deleted = fact.people().iter().any(|email| self.standing.is_deleted(email));
        let surely_present = present && self.standing.is_certain(fact);
        let makes = !claims.active.is_empty() && !surely_present && !deleted;
        let drops = !claims.any() && before == Before::Absent && (present || self.is_ambiguous(fact));
        match fact {
            // An account that is there stays, claimed or not.
            Fact::Account(email) => self.people.get(email).filter(|_| makes).cloned().map(Change::CreateAccount),
            Fact::Enrolment(course, email) => self.enrolment(*course, email, claims, before),
            // Roles are given together with the enrolment.
            Fact::CourseRole(course, email, role) => {
                let goes = self.goes(*course, email, *role, claims) && self.last_role(*course, email) != Some(*role);
                goes.then_some(Change::UnassignCourseRole)
            }
            Fact::Group(_, order) if makes => Some(Change::CreateGroup(group_name(claims, order))),
            Fact::Group(course, order) if drops && self.empties(*course, order) => Some(Change::DeleteGroup),
            Fact::Member(course, _, email) if makes && !self.has_run_out(fact) && self.can_be_in(*course, email) => {
                Some(Change::AddMember)
            }
            Fact::Member(course, _, email) if drops && self.leaves_group(*course, email) => Some(Change::RemoveMember),
            Fact::AccountRole { .. } if makes => Some(Change::AssignAccountRole),
            Fact::AccountRole { .. } if drops => Some(Change::UnassignAccountRole),
            Fact::Group(..) | Fact::Member(..) | Fact::AccountRole { .. } => None,
        }
    }

    fn enrolment(&self, course: CourseId, email: &Email, claims: &Claims, before: Before) -> Option<Change> {
        let current = self.standing.enrolment(course, email);
        let ambiguous = self.standing.account_of(email) == Some(AccountOf::Several);
        let nothing_to_change = current.is_none() && claims.active.is_empty() && !ambiguous;
        if nothing_to_change || (claims.any() && self.standing.is_deleted(email)) || self.is_over(course, email) {
            return None;
        }
        let (period, suspended) = match (Right::of(claims, before), current) {
            // What an administrator has suspended meanwhile, only a claim in force lets in again.
            (Right::Held { period, suspended }, Some(current)) if claims.active.is_empty() => {
                (period, suspended || current.suspended)
            }
            (Right::Held { period, suspended }, _) => (period, suspended),
            (Right::Gone, Some(current)) if self.keeps_leaver(course, email) => (current.period, true),
            (Right::Gone, _) => return Some(Change::Unenrol),
        };
        let missing = self.missing_roles(course, email);
        let outcome = match current {
            None => FactOutcome::Made,
            Some(_) if !claims.any() => FactOutcome::Retracted,
            Some(_) => FactOutcome::Changed,
        };
        let same = current.is_some_and(|current| current.period == period && current.suspended == suspended);
        let is_certain = || self.standing.is_certain(&Fact::Enrolment(course, email.clone()));
        if same && missing.is_empty() && is_certain() {
            return None;
        }
        let roles = if missing.is_empty() { self.any_role(course, email).into_iter().collect() } else { missing };
        // Without a role nobody is enrolled, and who is there in another way needs no enrolment of ours.
        if roles.is_empty() && (current.is_none() || self.standing.is_otherwise_in(course, email)) {
            return None;
        }
        Some(Change::Enrol { roles, period, suspended, outcome })
    }

    /// Whether somebody is in a course, or can be enrolled there: where there is no role to give, nobody is, nor a member then.
    fn can_be_in(&self, course: CourseId, email: &Email) -> bool {
        let is_there =
            || self.standing.enrolment(course, email).is_some() || self.standing.is_otherwise_in(course, email);
        let has_role = || !self.missing_roles(course, email).is_empty() || self.any_role(course, email).is_some();
        self.right(course, email).is_none() || is_there() || has_role()
    }

    /// What somebody has a right to in a course, if any order claims or claimed it.
    fn right(&self, course: CourseId, email: &Email) -> Option<Right> {
        let fact = Fact::Enrolment(course, email.clone());
        let claims = self.claims.get(&fact)?;
        Some(Right::of(claims, self.before(&fact, claims)?))
    }
}

fn group_name(claims: &Claims, order: &OrderId) -> String {
    let named = claims.active.iter().chain(&claims.suspended).find_map(|terms| match terms {
        Terms::Named(name) => Some(name.clone()),
        _ => None,
    });
    named.unwrap_or_else(|| order.to_string())
}
