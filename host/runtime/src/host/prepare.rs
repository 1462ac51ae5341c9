//! From a message to all that is to be done about an order: its lines asked, or what is recorded of them, and the change that
//! this makes. Nothing is done yet; that much is a preview.

use std::collections::BTreeSet;

use super::compare::Change;
use super::ledger;
use super::lines::{Asked, AskedLine};
use super::{Host, HostError, LineOutcome, Outcome, Versions, goal};
use shop_core::calls::looked_up::{LookedUp, Wanted};
use shop_core::calls::recording::Written;
use shop_core::orders::amendment::ByStaff;
use shop_core::orders::hand_over::HandOver;
use shop_core::orders::recorded::Recorded;
use shop_core::orders::state::LineState;
use shop_core::orders::waiting::Deferred;
use shop_core::sessions::ledger::OwnClaim;
use shop_core::sessions::plan::Done;
use shop_core::sessions::receipt::Report;
use shop_core::sessions::session::{Fact, Terms};
use shop_core::words::language::UnknownLanguage;
use shop_core::words::message::Message;
use shop_core::words::order::{Order, OrderState};

/// What counts of what the platform does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Believes {
    /// What it has answered when it was asked to make it so.
    Answers,
    /// Nothing.
    Nothing,
}

/// An order with all that is to be done about it, and nothing done yet.
pub(super) struct Prepared<'a> {
    pub(super) order: &'a Order,
    /// What is recorded of the order if it is accepted: a suspension or a cancellation changes its state and no more.
    pub(super) stands: Order,
    pub(super) language: String,
    pub(super) messages: Vec<Message>,
    /// None if their handlers were not asked.
    pub(super) lines: Option<Vec<AskedLine>>,
    /// None if the order comes to nothing.
    pub(super) change: Option<Change>,
    pub(super) unchanged: bool,
    /// Whether just this was decided before, in place or not.
    pub(super) decided: bool,
    /// Whether the staff has changed what is recorded since the shop's last message.
    pub(super) amended: bool,
    pub(super) hand_over: Option<HandOver>,
}

impl Prepared<'_> {
    /// Tells of what the staff has changed, if this takes it back. What comes to nothing takes back nothing.
    pub(super) fn tell_of_replaced(&mut self, by_staff: Option<&ByStaff>) {
        let Some(change) = &self.change else { return };
        if let Some(by_staff) = by_staff.filter(|it| it.is_undone_by(self.order, &change.accounts)) {
            self.messages.push(Message::warning("changes-replaced").with("by", by_staff.by.as_str()));
        }
    }

    /// How the lines end that come to nothing; the worst, if they differ.
    pub(super) fn failed(&self) -> Option<LineState> {
        let lines = self.lines.iter().flatten();
        lines.filter_map(|line| line.outcome.failed).max_by_key(|state| match state {
            LineState::Stopped => 2,
            LineState::Refused => 1,
            _ => 0,
        })
    }

    /// The calls that were made for it, by line, to be recorded: they are taken out.
    pub(super) fn calls(&mut self) -> Vec<(u32, Written)> {
        let call = |line: &mut AskedLine| {
            let recording = line.recording.take()?;
            Some((line.outcome.line, Written::or_told(&recording, &mut line.outcome.messages)?))
        };
        self.lines.iter_mut().flatten().filter_map(call).collect()
    }

    /// What would come of it.
    pub(super) fn preview(self) -> Outcome {
        let report = self.change.as_ref().map(|change| {
            let done = vec![Done::Yes; change.plan.steps.len()];
            Report::new(&self.order.id, &change.plan, &change.standing, &done, change.names.clone())
        });
        let state = self.failed().unwrap_or(goal(self.order.state));
        self.outcome(state, report, None)
    }

    pub(super) fn outcome(self, state: LineState, report: Option<Report>, until: Option<Deferred>) -> Outcome {
        let lines: Vec<LineOutcome> = self.lines.into_iter().flatten().map(|line| line.outcome).collect();
        let Prepared { order, stands, language, messages, .. } = self;
        Outcome { order: order.id.clone(), stands: Some(stands), language, messages, lines, state, report, until }
    }
}

impl Host {
    /// Finds out what is to be done about an order.
    pub(super) async fn prepare<'a>(
        &self,
        order: &'a Order,
        recorded: Option<&Recorded>,
        versions: Versions,
    ) -> Result<Prepared<'a>, HostError> {
        let accepted = recorded.filter(|recorded| recorded.accepted);
        let mut prepared = Prepared {
            order,
            stands: order.clone(),
            language: self.language(order),
            messages: Vec::new(),
            lines: None,
            change: None,
            unchanged: false,
            decided: false,
            amended: accepted.is_some_and(|recorded| recorded.changed.is_some()),
            hand_over: None,
        };
        let looked_at = self.journal.now().await?;
        if let Err(UnknownLanguage(found)) = order.reads() {
            prepared.messages.push(Message::warning("order-language-unknown").with("found", found));
        }
        let claims = self.journal.claims(&order.id).await?;
        let (asked, own, found) = match (order.state, accepted) {
            (OrderState::Placed | OrderState::Paid, _) => {
                let Asked { lines, own, found } = self.ask(order, recorded, versions, claims).await?;
                (Some(lines), own, found)
            }
            (OrderState::Suspended | OrderState::Cancelled, Some(recorded)) => {
                prepared.stands = Order { state: order.state, revision: order.revision, ..recorded.order.clone() };
                prepared.language = self.language(&prepared.stands);
                if order.state == OrderState::Suspended && order.lines != recorded.order.lines {
                    prepared.messages.push(Message::warning("changes-wait"));
                }
                let found = self.look_up_claimed(recorded, &claims).await?;
                (None, self.ledger(&found).own(claims), found)
            }
            (OrderState::Suspended | OrderState::Cancelled, None) => {
                prepared.messages.push(Message::warning("nothing-to-end"));
                return Ok(prepared);
            }
        };
        prepared.messages.extend(ledger::news(&found));
        prepared.lines = asked;
        if prepared.failed().is_none() {
            prepared.decided = accepted.is_some_and(|recorded| is_decided(&prepared, recorded, &own));
            let ends = [goal(order.state), LineState::Ended];
            let settled = |recorded: &Recorded| recorded.lines.values().all(|line| ends.contains(&line.state));
            prepared.unchanged = prepared.decided && accepted.is_some_and(settled);
            prepared.hand_over =
                accepted.and_then(|recorded| HandOver::between(&recorded.order, &prepared.stands, &found.accounts));
            let given_up = given_up(&own, prepared.lines.as_deref());
            let change = self.compare(&prepared.stands, own, prepared.lines.as_deref(), found, looked_at).await?;
            prepared.messages.extend(change.notices(&order.id));
            prepared.messages.extend(self.tell_of_held(&order.id, &change).await?);
            if let Some(hand_over) = &prepared.hand_over {
                prepared.messages.push(hand_over.notice());
                prepared.messages.extend(hand_over.kept(&given_up, &change.plan, &change.standing, &change.names));
            }
            prepared.change = Some(change);
        }
        Ok(prepared)
    }

    /// What the platform has of all that an order claims, and that its lines were sold with.
    async fn look_up_claimed(&self, recorded: &Recorded, claims: &[OwnClaim]) -> Result<LookedUp, HostError> {
        let mut wanted = Wanted::of(&recorded.order.id, claims.iter().map(|claim| &claim.fact));
        wanted.spell(recorded.order.people());
        recorded.sold().for_each(|sold| wanted.add_sold(sold));
        self.look_up(wanted).await
    }

    /// Finds out how the platform differs from what is recorded of an order.
    pub(super) async fn prepare_as_recorded<'a>(
        &self,
        recorded: &'a Recorded,
        believes: Believes,
    ) -> Result<Prepared<'a>, HostError> {
        let (order, looked_at) = (&recorded.order, self.journal.now().await?);
        let claims = self.journal.claims(&order.id).await?;
        let found = self.look_up_claimed(recorded, &claims).await?;
        let own = self.ledger(&found).own(claims);
        let mut messages = ledger::news(&found);
        let claimed: Vec<&Fact> = own.iter().filter(|claim| claim.held).map(|claim| &claim.fact).collect();
        messages.extend(found.gone().news(recorded.sold(), &claimed));
        let unchanged =
            recorded.lines.values().all(|line| line.in_place.is_none_or(|state| state == goal(order.state)));
        let in_force = matches!(order.state, OrderState::Placed | OrderState::Paid);
        messages.extend(in_force.then(|| ledger::suspended(&found)).into_iter().flatten());
        let mut change = self.compare(order, own, None, found, looked_at).await?;
        if believes == Believes::Nothing {
            change.standing.doubt();
            change.plan = change.grounds.plan(&change.standing);
        }
        messages.extend(change.untold());
        messages.extend(change.notices(&order.id));
        messages.extend(self.tell_of_held(&order.id, &change).await?);
        Ok(Prepared {
            order: recorded.latest(),
            stands: order.clone(),
            language: self.language(order),
            messages,
            lines: None,
            change: Some(change),
            unchanged,
            decided: true,
            amended: recorded.changed.is_some(),
            hand_over: None,
        })
    }
}

/// Whether an order is just what is recorded.
fn is_decided(prepared: &Prepared, recorded: &Recorded, own: &[OwnClaim]) -> bool {
    let same_order = recorded.order == prepared.stands && *recorded.latest() == *prepared.order;
    let held = own.iter().filter(|claim| claim.held && !claim.kept);
    let claimed: BTreeSet<(u32, &Fact, &Terms)> = held.map(|c| (c.line, &c.fact, &c.terms)).collect();
    let same_bargains = prepared.lines.iter().flatten().all(|line| {
        let recorded = recorded.lines.get(&line.outcome.line);
        recorded.and_then(|recorded| recorded.bargain.as_ref()) == line.outcome.bargain.as_ref()
    });
    let same_claims = match &prepared.lines {
        None => true,
        Some(lines) => {
            let wanted = lines
                .iter()
                .flat_map(|line| line.session.claims().iter().map(|(fact, terms)| (line.outcome.line, fact, terms)));
            wanted.collect::<BTreeSet<_>>() == claimed
        }
    };
    same_order && same_bargains && same_claims
}

/// What the order has claimed so far and claims no longer.
fn given_up(own: &[OwnClaim], asked: Option<&[AskedLine]>) -> BTreeSet<Fact> {
    let asks = |fact: &Fact| asked.iter().copied().flatten().any(|line| line.session.claims().contains_key(fact));
    own.iter().map(|claim| &claim.fact).filter(|fact| !asks(fact)).cloned().collect()
}
