//! The difference between what must be true and what is in place: idempotent steps.
//!
//! A pure function of the claims, of what was there before the shop came, and of what the platform has now. So a plan that
//! was interrupted is simply made again, from what is then in place.
//!
//! What somebody has in a course follows from all orders' claims together, and not from the sequence in which they came:
//!
//! - While an order in force claims the enrolment, or it was there before the shop came, it is active. The shop gives it the
//!   roles that orders in force claim, and no others: a suspended order's role would be in effect again.
//! - While only suspended orders claim it, it is suspended, and has the roles that they claim. So none of them is in effect,
//!   and each is there when its order is resumed.
//! - Of somebody who is known to be in the course in another way too, such as a self-enrolment, the roles would be in effect
//!   all the same: the shop gives those that orders in force claim, and no others. But if that person would be left without
//!   any, one stays: it may be that of the other way.

mod difference;
mod done;
mod rights;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lines::catalogue::Leavers;
use crate::platform::{CourseId, NewAccount, RoleId};
use crate::sessions::accounts::Accounts;
use crate::sessions::attachment::{Attachments, Withheld};
use crate::sessions::ledger::{Before, Claims};
use crate::sessions::session::Fact;
use crate::sessions::standing::Standing;
use crate::words::email::Email;
use crate::words::period::{Period, Timestamp};

pub use difference::Difference;
pub use done::Done;

/// What became, or will become, of one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FactOutcome {
    /// It was in place already.
    Found,
    /// The account is in place: the shop has asked for it, and whether its holder was invited is not known.
    InvitationUncertain,
    /// It was made.
    Made,
    /// It was there, but otherwise.
    Changed,
    /// It was taken away, or put back to what it was.
    Retracted,
    /// It could not be done.
    Failed,
    /// It waits until somebody agrees, and the rest does not wait for it.
    AwaitsConsent,
    /// It is wanted, and the shop does not allow it.
    Withheld,
    /// Its time is over, and it is not as it was any more.
    Over,
}

impl FactOutcome {
    /// Whether nothing was, or is, to be done.
    pub fn is_nothing_to_do(self) -> bool {
        match self {
            FactOutcome::Found
            | FactOutcome::InvitationUncertain
            | FactOutcome::AwaitsConsent
            | FactOutcome::Withheld
            | FactOutcome::Over => true,
            FactOutcome::Made | FactOutcome::Changed | FactOutcome::Retracted | FactOutcome::Failed => false,
        }
    }
}

impl From<Withheld> for FactOutcome {
    fn from(why: Withheld) -> Self {
        match why {
            Withheld::Consent => FactOutcome::AwaitsConsent,
            Withheld::Never => FactOutcome::Withheld,
        }
    }
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
        outcome: FactOutcome,
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
    pub fn outcome(&self) -> FactOutcome {
        match self {
            Change::CreateAccount(_) | Change::CreateGroup(_) | Change::AddMember | Change::AssignAccountRole => {
                FactOutcome::Made
            }
            Change::Enrol { outcome, .. } => *outcome,
            Change::Unenrol
            | Change::UnassignCourseRole
            | Change::DeleteGroup
            | Change::RemoveMember
            | Change::UnassignAccountRole => FactOutcome::Retracted,
        }
    }

    /// Whether it changes an enrolment that stays in force, without a role: that can wait. Who should be let in no longer cannot.
    fn lacks_role(&self) -> bool {
        matches!(self, Change::Enrol { roles, suspended: false, .. } if roles.is_empty())
    }
}

impl Step {
    /// The facts that it is about: roles in a course are given with the enrolment.
    fn facts(&self) -> Vec<Fact> {
        let mut facts = vec![self.fact.clone()];
        if let (Fact::Enrolment(course, email), Change::Enrol { roles, .. }) = (&self.fact, &self.change) {
            facts.extend(roles.iter().map(|role| Fact::CourseRole(*course, email.clone(), *role)));
        }
        facts
    }
}

/// Steps, and what was there before them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is to be done.
    pub steps: Vec<Step>,
    /// Claimed facts about which nothing is to be done.
    pub in_place: Vec<Fact>,
    /// Claimed enrolments that are over, and that the platform has ended or suspended since; and memberships that went with them.
    pub over: BTreeSet<Fact>,
    /// Whose account the shop has asked for without an answer, and who has not been seen in a course yet: of these people
    /// nobody knows whether they were invited.
    pub uninvited: BTreeSet<Email>,
    /// Whose enrolment should be changed and stays as it is: platforms want a role with each change, and there is none to give.
    pub roleless: BTreeSet<Email>,
    /// The state before the first claim, for facts that are not in the ledger yet, or otherwise.
    pub before: BTreeMap<Fact, Before>,
    /// Attachments that are wanted, and not made.
    pub withheld: BTreeMap<Fact, Withheld>,
    /// Memberships, and groups with them, that nobody claims any longer and that stay as long as somebody is kept in a course.
    pub kept: BTreeSet<Fact>,
}

/// The courses in which all who are to be enrolled get their accounts first: nobody is looked for there before, and everybody
/// will be once they have them.
pub fn new_courses(claims: &BTreeMap<Fact, Claims>, accounts: &Accounts) -> Vec<CourseId> {
    let (mut known, mut new) = (BTreeSet::new(), BTreeSet::new());
    for (fact, claims) in claims {
        let Fact::Enrolment(course, email) = fact else { continue };
        match accounts.of(email) {
            Some(_) => _ = known.insert(*course),
            None if !claims.active.is_empty() => _ = new.insert(*course),
            None => {}
        }
    }
    new.difference(&known).copied().collect()
}

/// All that a plan follows from but what the platform has. So it can be made again from what is there by then.
pub struct Grounds {
    /// The facts that the order claims or claimed, with all claims on them, those of other orders too.
    pub claims: BTreeMap<Fact, Claims>,
    /// What was there before the first claim, for facts that were claimed before.
    pub before: BTreeMap<Fact, Before>,
    /// The people whose accounts may have to be made.
    pub people: BTreeMap<Email, NewAccount>,
    /// The attachments that the order wants and does not get: they are not among the claims.
    pub attachments: Attachments,
    /// What the merchant wants to become of leavers.
    pub leavers: Leavers,
    /// When the work at the order began.
    pub now: Timestamp,
}

impl Grounds {
    /// The plan, if the platform has this.
    pub fn plan(&self, standing: &Standing) -> Plan {
        let Grounds { claims, before, people, attachments, leavers, now } = self;
        Difference { claims, before, standing, people, attachments, leavers: *leavers, now: *now }.plan()
    }

    /// Somebody's account was to be made, and is there already. The attachments that are withheld for that.
    pub fn turns_out_found(&mut self, email: &Email) -> Vec<Fact> {
        let halves = self.attachments.turns_out_found(email, self.claims.keys());
        halves.iter().for_each(|fact| _ = self.claims.insert(fact.clone(), Claims::default()));
        halves
    }

    /// The ledger knows more.
    pub fn notes(&mut self, before: &[(&Fact, &Before)]) {
        self.before.extend(before.iter().map(|(fact, before)| ((*fact).clone(), **before)));
    }

    /// Somebody has an account now: what there was before it went with an earlier one.
    pub fn begins_anew(&mut self, email: &Email) {
        self.before.retain(|fact, _| !fact.people().contains(&email));
    }
}

impl Plan {
    /// Goes on from another plan, of which some steps are settled: these are kept, and they come first.
    pub fn after(self, earlier: Plan, is_settled: impl Fn(usize) -> bool) -> Plan {
        let settled = earlier.steps.into_iter().enumerate().filter(|(place, _)| is_settled(*place));
        let mut steps: Vec<Step> = settled.map(|(_, step)| step).collect();
        let asked: BTreeSet<Fact> = steps.iter().flat_map(Step::facts).collect();
        let mut before = earlier.before;
        before.retain(|fact, _| asked.contains(fact));
        before.extend(self.before.into_iter().filter(|(fact, _)| !asked.contains(fact)));
        let about: BTreeSet<Fact> = steps.iter().map(|step| step.fact.clone()).collect();
        let in_place = self.in_place.into_iter().filter(|fact| !about.contains(fact)).collect();
        steps.extend(self.steps.into_iter().filter(|step| !about.contains(&step.fact)));
        Plan { steps, in_place, before, ..self }
    }

    /// What was there before, for facts about which the platform is asked nothing.
    pub fn before_all(&self) -> Vec<(&Fact, &Before)> {
        let asked: BTreeSet<Fact> = self.steps.iter().flat_map(Step::facts).collect();
        self.before.iter().filter(|(fact, _)| !asked.contains(fact)).collect()
    }

    /// What was there before these steps, by their places.
    pub fn before_steps(&self, places: &[usize]) -> Vec<(&Fact, &Before)> {
        let steps: BTreeSet<usize> = places.iter().copied().collect();
        let facts = steps.iter().filter_map(|place| self.steps.get(*place)).flat_map(Step::facts);
        facts.filter_map(|fact| self.before.get_key_value(&fact)).collect()
    }

    /// Which accounts and enrolments the platform has answered to have made.
    pub fn made(&self, done: &[Done]) -> Vec<&Fact> {
        let steps = self.steps.iter().zip(done).filter(|(_, done)| matches!(done, Done::Yes | Done::Partly { .. }));
        let facts = steps.map(|(step, _)| &step.fact);
        facts.filter(|fact| matches!(self.before.get(fact), Some(Before::Asked(_) | Before::Unanswered))).collect()
    }

    /// Facts that were to be made and are not the shop's work after all: refused, or made meanwhile by somebody else.
    pub fn not_made(&self, done: &[Done]) -> Vec<Fact> {
        let facts = self.steps.iter().zip(done).flat_map(|(step, done)| match done {
            Done::Found | Done::No(_) => step.facts(),
            Done::Partly { given, .. } => {
                let refused = |fact: &Fact| matches!(fact, Fact::CourseRole(_, _, role) if !given.contains(role));
                step.facts().into_iter().filter(refused).collect()
            }
            Done::Yes | Done::Untried(_) | Done::Withheld(_) | Done::Remains => Vec::new(),
        });
        let not_made = facts.filter(|fact| self.before.contains_key(fact));
        not_made.chain(self.taken_back(done)).collect()
    }

    /// Attachments that the shop has made and that are wanted, but were taken back: whoever makes them now is not the shop.
    fn taken_back(&self, done: &[Done]) -> impl Iterator<Item = Fact> {
        let done = self.steps.iter().zip(done).filter(|(_, done)| **done == Done::Yes);
        let taken_back = done.filter(|(step, _)| step.change == Change::UnassignAccountRole);
        taken_back.map(|(step, _)| &step.fact).filter(|fact| self.withheld.contains_key(fact)).cloned()
    }
}

#[cfg(test)]
mod tests;
