//! From the sessions of an order's lines to what is in place: plan, journal, apply, receipt.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::{Asked, AskedLine};
use super::{LineOutcome, Outcome, Progress, Shop, ShopError, Versions, goal};
use crate::apply::{self, Applied, Done};
use crate::check::LineOrder;
use crate::email::Email;
use crate::journal::{AcceptedLine, Ended, Intent, OwnClaim, Recorded};
use crate::order::{Order, OrderState};
use crate::plan::{Claims, Difference, Plan};
use crate::platform::NewAccount;
use crate::receipt::{Names, Report};
use crate::recording::Recording;
use crate::session::{Fact, Terms};
use crate::standing::Standing;
use crate::state::{LineState, Reason};

/// An order with all that is to be done about it, and nothing done yet.
pub(super) struct Prepared<'a> {
    order: &'a Order,
    language: String,
    /// None if their handlers were not asked.
    lines: Option<Vec<AskedLine>>,
    /// None if the order comes to nothing.
    change: Option<Prepare>,
    unchanged: bool,
}

struct Prepare {
    plan: Plan,
    standing: Standing,
    names: Names,
}

impl Prepared<'_> {
    /// How the lines end that come to nothing; the worst, if they differ.
    fn failed(&self) -> Option<LineState> {
        let lines = self.lines.iter().flatten();
        lines.filter_map(|line| line.outcome.failed).max_by_key(|state| match state {
            LineState::Stopped => 2,
            LineState::Refused => 1,
            _ => 0,
        })
    }

    /// The calls that were made for it, by line: they are taken out.
    fn calls(&mut self) -> Vec<(u32, Recording)> {
        let lines = self.lines.iter_mut().flatten();
        lines.filter_map(|line| Some((line.outcome.line, line.recording.take()?))).collect()
    }

    /// What would come of it.
    pub(super) fn preview(self) -> Outcome {
        let report = self.change.as_ref().map(|change| {
            let done = vec![Done::Yes; change.plan.steps.len()];
            Report::new(&change.plan, &change.standing, &done, change.names.clone())
        });
        let state = self.failed().unwrap_or(goal(self.order.state));
        self.outcome(state, report, None)
    }

    fn outcome(self, state: LineState, report: Option<Report>, unavailable: Option<String>) -> Outcome {
        let lines: Vec<LineOutcome> = self.lines.into_iter().flatten().map(|line| line.outcome).collect();
        Outcome { order: self.order.id.clone(), language: self.language, lines, state, report, unavailable }
    }
}

impl Shop {
    /// Finds out what is to be done about an order.
    pub(super) async fn prepare<'a>(
        &self,
        order: &'a Order,
        recorded: Option<&Recorded>,
        versions: Versions,
    ) -> Result<Prepared<'a>, ShopError> {
        let accepted = recorded.filter(|recorded| recorded.accepted);
        let asked = match order.state {
            OrderState::Placed | OrderState::Paid => Some(self.ask(order, recorded, versions).await?),
            OrderState::Suspended | OrderState::Cancelled => None,
        };
        let mut prepared =
            Prepared { order, language: self.language(order), lines: None, change: None, unchanged: false };
        let fails = asked.iter().flat_map(|asked| &asked.lines).any(|line| line.outcome.failed.is_some());
        if !fails {
            let own = self.journal.claims(&order.id).await?;
            prepared.unchanged = unchanged(order, accepted, &own, asked.as_ref());
            prepared.change = Some(self.compare(order, &own, asked.as_ref()).await?);
        }
        prepared.lines = asked.map(|asked| asked.lines);
        Ok(prepared)
    }

    async fn compare(&self, order: &Order, own: &[OwnClaim], asked: Option<&Asked>) -> Result<Prepare, ShopError> {
        let mut claims: BTreeMap<Fact, Claims> =
            own.iter().map(|claim| (claim.fact.clone(), Claims::default())).collect();
        match asked {
            Some(asked) => {
                for (fact, terms) in asked.lines.iter().flat_map(|line| line.session.claims()) {
                    claims.entry(fact.clone()).or_default().active.push(terms.clone());
                }
            }
            None if order.state == OrderState::Suspended => {
                for claim in own.iter().filter(|claim| claim.held) {
                    claims.entry(claim.fact.clone()).or_default().suspended.push(claim.terms.clone());
                }
            }
            None => {}
        }
        let facts: BTreeSet<Fact> = claims.keys().cloned().collect();
        let facts: BTreeSet<&Fact> = facts.iter().collect();
        for other in self.journal.claims_of_others(&order.id, &facts).await? {
            let of_fact = claims.entry(other.fact).or_default();
            if other.suspended { of_fact.suspended.push(other.terms) } else { of_fact.active.push(other.terms) }
        }
        let before = self.journal.before(&facts).await?.into_iter().map(|(fact, (before, _))| (fact, before)).collect();
        let known: BTreeSet<Email> = asked.map(|asked| asked.found.asked()).unwrap_or_default();
        let accounts = asked.into_iter().flat_map(|asked| asked.found.accounts());
        let standing = Standing::read(&*self.platform, order.id.as_str(), &facts, &known, accounts).await?;
        let people = new_accounts(asked);
        let leavers = self.catalogue.shop.leavers;
        let plan =
            Difference { claims: &claims, before: &before, standing: &standing, people: &people, leavers }.plan();
        let mut names = self.journal.names().await?;
        if let Some(asked) = asked {
            asked.found.name(&mut names);
        }
        Ok(Prepare { plan, standing, names })
    }

    /// Does what is to be done about an order, and records it.
    pub(super) async fn carry_out(
        &self,
        mut prepared: Prepared<'_>,
        progress: &Progress,
    ) -> Result<Outcome, ShopError> {
        let calls = prepared.calls();
        let Some(change) = &prepared.change else {
            let failed = prepared.failed().unwrap_or(LineState::Rejected);
            self.journal.fail(prepared.order, &attempts(&prepared), &calls).await?;
            tracing::info!(order = %prepared.order.id, state = %failed, "an order came to nothing");
            return Ok(prepared.outcome(failed, None, None));
        };
        let steps = change.plan.steps.len();
        if steps == 0 && prepared.unchanged {
            let report = Report::new(&change.plan, &change.standing, &[], change.names.clone());
            let state = goal(prepared.order.state);
            return Ok(prepared.outcome(state, Some(report), None));
        }
        let reasons: Vec<Reason> = prepared.lines.iter().flatten().map(|line| line.outcome.reason()).collect();
        let intent = Intent {
            order: prepared.order,
            lines: prepared.lines.as_ref().map(|lines| lines.iter().zip(&reasons).filter_map(accepted).collect()),
            cancelled: prepared.order.state == OrderState::Cancelled,
            plan: &change.plan,
            names: &change.names,
            calls: &calls,
        };
        let plan = self.journal.begin(&intent).await?;
        let heard = |done| progress(done, steps);
        let Applied { steps, unavailable } =
            apply::apply(&change.plan, &prepared.order.id, &change.standing, &*self.platform, &self.journal, &heard)
                .await?;
        let report = Report::new(&change.plan, &change.standing, &steps, change.names.clone());
        let state = match &unavailable {
            Some(_) => LineState::Waiting,
            None if steps.iter().all(|step| matches!(step, Done::Yes | Done::Found)) => goal(prepared.order.state),
            None => LineState::Incomplete,
        };
        let ended = Ended {
            state,
            stopped: unavailable.as_deref(),
            receipt: &report,
            made: change.plan.made(&steps),
            not_made: change.plan.not_made(&steps),
        };
        self.journal.finish(&prepared.order.id, plan, &ended).await?;
        tracing::info!(order = %prepared.order.id, %state, steps = steps.len(), "an order was carried out");
        Ok(prepared.outcome(state, Some(report), unavailable))
    }
}

/// How each line's attempt ended when the order came to nothing. A line that was fine waits for the others.
fn attempts(prepared: &Prepared) -> Vec<(u32, LineState, Reason)> {
    let lines = prepared.lines.iter().flatten().map(|line| &line.outcome);
    lines.map(|line| (line.line, line.failed.unwrap_or(LineState::Rejected), line.reason())).collect()
}

fn accepted<'a>((line, reason): (&'a AskedLine, &'a Reason)) -> Option<AcceptedLine<'a>> {
    Some(AcceptedLine {
        line: line.outcome.line,
        bargain: line.outcome.bargain.as_ref()?,
        seats: &line.outcome.seats,
        claims: line.session.claims().iter().collect(),
        reason,
    })
}

/// Whether an order is just what is recorded and in place.
fn unchanged(order: &Order, accepted: Option<&Recorded>, own: &[OwnClaim], asked: Option<&Asked>) -> bool {
    let Some(recorded) = accepted else {
        return false;
    };
    let settled = recorded.lines.values().all(|line| line.state == goal(order.state));
    let claimed: BTreeSet<(u32, &Fact, String)> = own.iter().map(|c| (c.line, &c.fact, terms_key(&c.terms))).collect();
    let same_bargains = asked.into_iter().flat_map(|asked| &asked.lines).all(|line| {
        let recorded = recorded.lines.get(&line.outcome.line);
        recorded.is_some_and(|recorded| recorded.bargain == line.outcome.bargain)
    });
    let same_claims = match asked {
        None => true,
        Some(asked) => {
            let wanted = asked.lines.iter().flat_map(|line| {
                line.session.claims().iter().map(|(fact, terms)| (line.outcome.line, fact, terms_key(terms)))
            });
            wanted.collect::<BTreeSet<_>>() == claimed
        }
    };
    recorded.order == *order && settled && same_bargains && same_claims
}

fn terms_key(terms: &Terms) -> String {
    format!("{terms:?}")
}

/// The people of an order as accounts to make.
fn new_accounts(asked: Option<&Asked>) -> BTreeMap<Email, NewAccount> {
    let orders = asked.into_iter().flat_map(|asked| &asked.lines).filter_map(|line| line.order.as_ref());
    orders
        .flat_map(LineOrder::people)
        .map(|person| {
            let account = NewAccount {
                email: person.email.clone(),
                first_name: person.first_name.clone(),
                last_name: person.last_name.clone(),
                language: person.language.clone(),
            };
            (person.email.clone(), account)
        })
        .collect()
}
