//! From claims and what there is to steps.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Outcome, Plan, Step};
use crate::lines::catalogue::Leavers;
use crate::platform::{CourseId, Enrolment, NewAccount, RoleId};
use crate::sessions::accounts::AccountOf;
use crate::sessions::attachment::Attachments;
use crate::sessions::ledger::{Before, Claims};
use crate::sessions::session::{Fact, Terms};
use crate::sessions::standing::Standing;
use crate::words::email::Email;
use crate::words::order::OrderId;
use crate::words::period::{Period, Timestamp};

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
                (Before::Absent, Some(Change::Enrol { period, outcome: Outcome::Made, .. }))
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

    fn roles<'a>(&'a self, course: CourseId, email: &'a Email) -> impl Iterator<Item = (RoleId, &'a Claims)> {
        let from = Fact::CourseRole(course, email.clone(), RoleId(i64::MIN));
        let to = Fact::CourseRole(course, email.clone(), RoleId(i64::MAX));
        self.claims.range(from..=to).filter_map(|(fact, claims)| match fact {
            Fact::CourseRole(_, _, role) => Some((*role, claims)),
            _ => None,
        })
    }

    fn missing_roles(&self, course: CourseId, email: &Email) -> Vec<RoleId> {
        let held = self.standing.roles(course, email);
        self.roles(course, email)
            .filter(|(_, claims)| self.has_role(course, email, claims) == Some(true))
            .filter(|(role, _)| !held.contains(role))
            .map(|(role, _)| role)
            .collect()
    }

    /// Platforms want a role with each enrolment, also when only its period changes: one that the person has, best of those
    /// that the shop gives.
    fn any_role(&self, course: CourseId, email: &Email) -> Option<RoleId> {
        let held = self.standing.roles(course, email);
        let ours = || self.roles(course, email).map(|(role, _)| role);
        // Of somebody who is there in another way too, a new one would be in effect although nobody claims it.
        let new = || ours().next().filter(|_| !self.standing.is_otherwise_in(course, email));
        ours().find(|role| held.contains(role)).or_else(|| held.first().copied()).or_else(new)
    }

    /// Whether somebody is in a course, or can be enrolled there: where there is no role to give, nobody is, nor a member then.
    fn can_be_in(&self, course: CourseId, email: &Email) -> bool {
        let is_there =
            || self.standing.enrolment(course, email).is_some() || self.standing.is_otherwise_in(course, email);
        let has_role = || !self.missing_roles(course, email).is_empty() || self.any_role(course, email).is_some();
        self.wanted(course, email).is_none() || is_there() || has_role()
    }

    fn wanted(&self, course: CourseId, email: &Email) -> Option<Wanted> {
        let fact = Fact::Enrolment(course, email.clone());
        let claims = self.claims.get(&fact)?;
        Some(want(claims, self.before(&fact, claims)?))
    }

    /// Whether an enrolment is over, or was ended since it was made, as all claims on it are over. Platforms suspend
    /// or end such enrolments by themselves, and would again.
    fn is_over(&self, course: CourseId, email: &Email) -> bool {
        let fact = Fact::Enrolment(course, email.clone());
        let is_past = |period: Period| period.end.is_some_and(|end| end <= self.now);
        let is_claimed = self.claims.get(&fact).is_some_and(Claims::any);
        let was_made = || self.known(&fact).is_some() && !matches!(self.before.get(&fact), Some(Before::Asked(_)));
        is_claimed
            && matches!(self.wanted(course, email), Some(Wanted::Be { period, .. }) if is_past(period))
            && match self.standing.enrolment(course, email) {
                Some(current) => self.standing.is_certain(&fact) && is_past(current.period),
                None => was_made(),
            }
    }

    /// Whether a claimed enrolment is over and not as it was claimed any more; or a membership has gone with it.
    fn has_run_out(&self, fact: &Fact) -> bool {
        match fact {
            Fact::Enrolment(course, email) if self.is_over(*course, email) => {
                let is_whole = |current: Enrolment| !current.suspended && self.missing_roles(*course, email).is_empty();
                !self.standing.enrolment(*course, email).is_some_and(is_whole)
            }
            Fact::Member(course, _, email) => !self.standing.is_in(*course, email) && self.is_over(*course, email),
            _ => false,
        }
    }

    /// Work that somebody did must not be lost. It is not, if the person stays in the course in another way.
    fn keeps_leaver(&self, course: CourseId, email: &Email) -> bool {
        let entered = self.standing.has_entered(course, email) && !self.standing.is_otherwise_in(course, email);
        entered && self.leavers == Leavers::Suspend
    }

    /// Whether the person has a role that is claimed so: the rule is told in the docs of `plan`. None where it makes no
    /// difference: with an enrolment that ends the roles end anyway, and a leaver who is kept keeps them.
    fn has_role(&self, course: CourseId, email: &Email, claims: &Claims) -> Option<bool> {
        let otherwise = self.standing.is_otherwise_in(course, email);
        match self.wanted(course, email)? {
            Wanted::Be { suspended: true, .. } if !otherwise => Some(claims.any()),
            Wanted::Leave if !otherwise => None,
            Wanted::Be { .. } | Wanted::Leave => Some(!claims.active.is_empty()),
        }
    }

    /// Whether a role that the person has is the shop's, and is to be taken away.
    fn goes(&self, course: CourseId, email: &Email, role: RoleId, claims: &Claims) -> bool {
        let is_ours = self.before(&Fact::CourseRole(course, email.clone(), role), claims) == Some(Before::Absent);
        let is_held = self.standing.roles(course, email).contains(&role);
        is_ours && is_held && self.has_role(course, email, claims) == Some(false)
    }

    /// The role that somebody keeps who is in the course in another way too, and would be left without any. That may have come
    /// that way since, with a role that the shop had given already. Of several it is the one with the highest id: platforms
    /// number their own roles from the most powerful one on.
    fn last_role(&self, course: CourseId, email: &Email) -> Option<RoleId> {
        if !self.standing.is_otherwise_in(course, email) || !self.missing_roles(course, email).is_empty() {
            return None;
        }
        let going = self.roles(course, email).filter(|(role, claims)| self.goes(course, email, *role, claims));
        let going: BTreeSet<RoleId> = going.map(|(role, _)| role).collect();
        let stays = self.standing.roles(course, email).iter().any(|role| !going.contains(role));
        if stays { None } else { going.last().copied() }
    }

    /// Whether a member whom nobody claims must be taken out: not one who is kept, nor one whose unenrolment takes them out
    /// anyway.
    fn leaves_group(&self, course: CourseId, email: &Email) -> bool {
        match self.wanted(course, email) {
            Some(Wanted::Be { .. }) => true,
            Some(Wanted::Leave) => self.standing.is_otherwise_in(course, email),
            None => !self.keeps_member(course, email),
        }
    }

    /// Whether a member whom nobody claims stays: for as long as they are kept in the course for the sake of their work, some
    /// of which may be the group's. Once they are let in again, they would see people there who are no longer theirs.
    fn keeps_member(&self, course: CourseId, email: &Email) -> bool {
        let is_suspended = || self.standing.enrolment(course, email).is_some_and(|current| current.suspended);
        match self.wanted(course, email) {
            Some(Wanted::Be { .. }) => false,
            Some(Wanted::Leave) => self.keeps_leaver(course, email),
            // Left earlier, and what becomes of the enrolment is not decided here.
            None => self.keeps_leaver(course, email) && is_suspended(),
        }
    }

    /// Whether a fact that the shop made and that nobody claims stays for now: a member, and a group with any.
    fn keeps(&self, fact: &Fact, claims: &Claims, before: Before) -> bool {
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
    fn empties(&self, course: CourseId, order: &OrderId) -> bool {
        let is_ours = |email: &&Email| {
            let member = Fact::Member(course, order.clone(), (*email).clone());
            let leaves = matches!(self.wanted(course, email), Some(Wanted::Leave));
            !self.keeps_member(course, email) && (leaves || self.known(&member) == Some(Before::Absent))
        };
        let ours: BTreeSet<&Email> = self.members_without_claim(course, order).filter(is_ours).collect();
        self.standing
            .members(course, order)
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
