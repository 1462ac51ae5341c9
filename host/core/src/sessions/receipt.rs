//! Reports of what was done about an order, or would be.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::platform::names::Names;
use crate::platform::{Known, Problem, RoleId};
use crate::sessions::plan::{Change, Done, FactOutcome, Plan};
use crate::sessions::session::Fact;
use crate::sessions::standing::Standing;
use crate::words::email::Email;
use crate::words::order::OrderId;
use crate::words::period::Period;

/// What became, or would become, of everything that an order claims or claimed: its preview and its receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Fact by fact.
    pub entries: Vec<Entry>,
    /// What courses and roles are called.
    pub names: Names,
}

/// What became of a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Which fact.
    pub fact: Fact,
    /// What became of it; none: it remains to be done.
    pub outcome: Option<FactOutcome>,
    /// What a group is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How an enrolment is, or will be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrolment: Option<EnrolmentIs>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// Whether it was in place when the platform answered so, and the platform does not tell whether it still is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untold: bool,
}

/// How an enrolment is, or will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnrolmentIs {
    /// For how long.
    pub period: Period,
    /// Whether it is suspended.
    pub suspended: bool,
    /// With which roles.
    pub roles: BTreeSet<RoleId>,
}

impl Report {
    /// Reports on an order's plan; `done` says what became of each of its steps (all of them, in a preview). What those who left
    /// other orders leave there too is those orders' business, and told only if it could not be done, and they are the same shop's.
    pub fn new(order: &OrderId, plan: &Plan, standing: &Standing, done: &[Done], names: Names) -> Report {
        let found = plan.in_place.iter().map(|fact| Entry {
            fact: fact.clone(),
            outcome: Some(found_as(fact, plan)),
            name: group_name(fact, standing),
            enrolment: enrolment_found(fact, standing),
            problem: None,
            untold: standing.known(fact) == Known::Answered,
        });
        let steps = plan.steps.iter().zip(done).map(|(step, done)| {
            let (outcome, problem) = match done {
                Done::Yes => (Some(step.change.outcome()), None),
                Done::Found => (Some(FactOutcome::Found), None),
                Done::Withheld(why) => (Some((*why).into()), None),
                Done::No(problem) | Done::Untried(problem) | Done::Partly { problem, .. } => {
                    (Some(FactOutcome::Failed), Some(problem.clone()))
                }
                Done::Remains => (None, None),
            };
            Entry {
                fact: step.fact.clone(),
                outcome,
                name: match &step.change {
                    Change::CreateGroup(name) => Some(name.clone()),
                    _ => group_name(&step.fact, standing),
                },
                enrolment: enrolment_made(&step.fact, &step.change, standing),
                problem,
                untold: false,
            }
        });
        let about: BTreeSet<&Fact> = plan.steps.iter().map(|step| &step.fact).collect();
        let beside = |fact: &Fact, outcome| Entry {
            fact: fact.clone(),
            outcome: Some(outcome),
            name: None,
            enrolment: enrolment_found(fact, standing),
            problem: None,
            untold: false,
        };
        let withheld = plan.withheld.iter().map(|(fact, why)| (fact, FactOutcome::from(*why)));
        let over = plan.over.iter().map(|fact| (fact, FactOutcome::Over));
        let beside = withheld.chain(over).filter(|(fact, _)| !about.contains(fact)).map(|(fact, is)| beside(fact, is));
        let is_told = |of: &OrderId, entry: &Entry| of == order || entry.problem.is_some() && of.shop() == order.shop();
        let is_own = |entry: &Entry| entry.fact.of_group().is_none_or(|of| is_told(of, entry));
        let mut entries: Vec<Entry> = found.chain(steps).chain(beside).filter(is_own).collect();
        entries.sort_by(|a, b| a.fact.cmp(&b.fact));
        Report { entries, names }
    }

    /// How many facts had each outcome.
    pub fn count(&self, outcome: FactOutcome) -> usize {
        self.entries.iter().filter(|entry| entry.outcome == Some(outcome)).count()
    }

    /// How many facts had each outcome; those that remain are not counted.
    pub fn counts(&self) -> BTreeMap<FactOutcome, usize> {
        let mut counts = BTreeMap::new();
        for outcome in self.entries.iter().filter_map(|entry| entry.outcome) {
            *counts.entry(outcome).or_default() += 1;
        }
        counts
    }

    /// Whether there was nothing to do. What is withheld is not to be done, and what is over no longer.
    pub fn is_in_place(&self) -> bool {
        self.entries.iter().all(|entry| entry.outcome.is_some_and(FactOutcome::is_nothing_to_do))
    }

    /// Each reason why something failed once, with those whom it concerns: one thing that failed is often the reason of several.
    /// What only follows from another failure is not told beside that.
    pub fn reasons(&self) -> BTreeMap<&str, BTreeSet<&Email>> {
        let problems = || self.entries.iter().filter_map(|entry| Some((entry, entry.problem.as_ref()?)));
        let is_cause = |problem: &Problem| !problem.follows;
        let causes = problems().any(|(_, problem)| is_cause(problem));
        let mut reasons: BTreeMap<&str, BTreeSet<&Email>> = BTreeMap::new();
        for (entry, problem) in problems().filter(|(_, problem)| !causes || is_cause(problem)) {
            reasons.entry(&problem.reason).or_default().extend(entry.fact.people());
        }
        reasons
    }

    /// What was in place when the platform answered so, and may be otherwise by now.
    pub fn untold(&self) -> impl Iterator<Item = &Fact> {
        self.entries.iter().filter(|entry| entry.untold).map(|entry| &entry.fact)
    }

    /// The same person by person.
    pub fn people(&self) -> BTreeMap<&Email, Vec<&Entry>> {
        let mut rows: BTreeMap<&Email, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.entries {
            for person in entry.fact.people() {
                rows.entry(person).or_default().push(entry);
            }
        }
        rows
    }
}

fn found_as(fact: &Fact, plan: &Plan) -> FactOutcome {
    match fact {
        Fact::Account(email) if plan.uninvited.contains(email) => FactOutcome::InvitationUncertain,
        _ => FactOutcome::Found,
    }
}

fn group_name(fact: &Fact, standing: &Standing) -> Option<String> {
    match fact {
        Fact::Group(course, order) => standing.group_name(*course, order).map(str::to_owned),
        _ => None,
    }
}

fn enrolment_found(fact: &Fact, standing: &Standing) -> Option<EnrolmentIs> {
    match fact {
        Fact::Enrolment(course, email) => standing.enrolment(*course, email).map(|e| EnrolmentIs {
            period: e.period,
            suspended: e.suspended,
            roles: standing.roles(*course, email).iter().copied().collect(),
        }),
        _ => None,
    }
}

fn enrolment_made(fact: &Fact, change: &Change, standing: &Standing) -> Option<EnrolmentIs> {
    let (Fact::Enrolment(course, email), Change::Enrol { roles, period, suspended, .. }) = (fact, change) else {
        return None;
    };
    let roles = roles.iter().chain(standing.roles(*course, email)).copied().collect();
    Some(EnrolmentIs { period: *period, suspended: *suspended, roles })
}
