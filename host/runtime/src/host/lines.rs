//! From an order to the sessions of its lines: check, look up, ask the handlers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ledger::Ledger;
use super::{Host, HostError, LineOutcome, Versions, handler_unusable};
use crate::handlers::HandlerError;
use shop_core::calls::answer::{Answer, Called};
use shop_core::calls::budget::Budget;
use shop_core::calls::looked_up::{LookedUp, Wanted};
use shop_core::calls::recording::Recording;
use shop_core::calls::snapshot::{self, Accepted, KnownPeople};
use shop_core::calls::stopped::Stopped;
use shop_core::lines::bargain::Bargain;
use shop_core::lines::catalogue::{Catalogue, Settings};
use shop_core::lines::check::{self, Checked};
use shop_core::lines::clock;
use shop_core::lines::departures;
use shop_core::lines::ended;
use shop_core::lines::line::{CheckedSeat, LineOrder, Stage};
use shop_core::lines::occupants::Occupants;
use shop_core::lines::sold::{Barred, Gone};
use shop_core::orders::recorded::{Recorded, RecordedLine};
use shop_core::orders::state::LineState;
use shop_core::sessions::accounts::Accounts;
use shop_core::sessions::ledger::{Before, OwnClaim};
use shop_core::sessions::session::{Fact, Session};
use shop_core::words::email::Email;
use shop_core::words::message::{self, Audience, Level, Message, Source, Subject};
use shop_core::words::order::{Line, Order, OrderId, OrderState};
use shop_core::words::period::Timestamp;
use shop_core::words::seat::SeatId;
use shop_core::words::text;
use shop_sandbox::{Handler, Unable};

/// The lines of an order with what they ask for.
pub(super) struct Asked {
    pub(super) lines: Vec<AskedLine>,
    /// What the order has claimed before.
    pub(super) own: Vec<OwnClaim>,
    pub(super) found: LookedUp,
}

/// A line with what it asks for.
pub(super) struct AskedLine {
    pub(super) outcome: LineOutcome,
    pub(super) recording: Option<Recording>,
    pub(super) session: Session,
    pub(super) order: Option<LineOrder>,
}

/// What a handler's call gave, worded or not.
#[derive(Default)]
pub(super) struct Call {
    pub(super) messages: Vec<Message>,
    pub(super) stopped: Option<Stopped>,
    pub(super) rejected: bool,
    session: Session,
    /// What is gone of what the line was sold with.
    gone: Gone,
    barred: Barred,
    budget: Option<Budget>,
    recording: Option<Recording>,
}

/// A line that is ready to be looked up for.
struct Ready<'a> {
    line: u32,
    quantity: u32,
    bargain: Bargain,
    handler: Arc<Handler>,
    checked: Checked,
    /// As it was accepted; none if it is new.
    before: Option<&'a RecordedLine>,
}

impl Ready<'_> {
    fn accepted(&self) -> Accepted<'_> {
        let bargain = self.before.and_then(|before| before.bargain.as_ref());
        Accepted { sold: bargain.map(|it| &it.sold), paid: bargain.is_some_and(|it| it.paid) }
    }
}

impl Host {
    /// Asks the handlers of all lines, after one look-up for all of them.
    pub(super) async fn ask(
        &self,
        order: &Order,
        recorded: Option<&Recorded>,
        versions: Versions,
        claims: Vec<OwnClaim>,
    ) -> Result<Asked, HostError> {
        let mut ready: Vec<Result<Ready<'_>, LineOutcome>> = Vec::new();
        for line in &order.lines {
            ready.push(self.ready(order, line, recorded, versions).await?);
        }
        let mut wanted = Wanted::of(&order.id, claims.iter().map(|claim| &claim.fact));
        wanted.spell(order.people());
        // Those that end, too: others may claim what they were sold with.
        recorded.into_iter().flat_map(Recorded::sold).for_each(|sold| wanted.add_sold(sold));
        let settings = &self.catalogue_of(&order.id)?.shop;
        for line in ready.iter().flatten() {
            wanted.add(&line.checked, &line.bargain.sold, &line.handler.manifest, settings);
        }
        let found = self.look_up(wanted).await?;
        snapshot::compare_names(ready.iter_mut().flatten().map(|line| &mut line.checked), &found);
        let own = self.ledger(&found).own(claims);
        let known = self.known(&order.id, &own, &found).await?;
        let mut lines = Vec::new();
        for line in ready {
            lines.push(match line {
                Ok(ready) => self.ask_line(ready, &own, &found, &known, settings, self.language(order)).await?,
                Err(outcome) => AskedLine { outcome, recording: None, session: Session::default(), order: None },
            });
        }
        if lines.iter().any(|line| line.outcome.failed.is_some()) {
            let others = lines.iter_mut().filter(|line| line.outcome.failed.is_none());
            others.for_each(|line| come_to_nothing(&mut line.outcome.messages));
        } else if let Some(recorded) = recorded {
            lines.iter_mut().for_each(|line| tell_departures(&mut line.outcome, recorded, &found.accounts));
        }
        Ok(Asked { lines, own, found })
    }

    async fn ready<'a>(
        &self,
        order: &Order,
        line: &Line,
        recorded: Option<&'a Recorded>,
        versions: Versions,
    ) -> Result<Result<Ready<'a>, LineOutcome>, HostError> {
        let before: Option<&'a RecordedLine> = recorded.and_then(|recorded| recorded.lines.get(&line.line));
        if let Some(messages) = ended::tell(order, line, before) {
            let failed = messages.iter().any(Message::is_error).then_some(LineState::Rejected);
            return Ok(Err(LineOutcome { failed, messages, ..unaskable(line) }));
        }
        let stage = if order.state == OrderState::Placed { Stage::Placed } else { Stage::Paid };
        let bought = recorded.map(|recorded| &recorded.bought);
        let time = bought.and_then(|bought| bought.first_paid(line.line)).unwrap_or(order.time);
        let anew = bought.is_some_and(|bought| bought.is_anew(line.line));
        let accepted = before.filter(|before| !anew && before.bargain.is_some());
        let (bargain, handler) =
            match self.bargain(self.catalogue_of(&order.id)?, line, time, accepted, versions).await? {
                Ok((bargain, handler)) => (bargain.at(stage, time), handler),
                Err(message) => return Ok(Err(LineOutcome { messages: vec![*message], ..unaskable(line) })),
            };
        let seats = before.map_or(&[][..], |before| &before.seats);
        let mut checked = check::line(order, line, stage, &bargain, &handler.manifest, seats);
        checked.messages.extend(ended::tell_bought_again(before, anew));
        Ok(Ok(Ready { line: line.line, quantity: line.quantity, bargain, handler, checked, before: accepted }))
    }

    /// The bargain that the line was accepted with, or else the one that the catalogue offers. A handler that cannot be
    /// loaded is this machine's fault, and says nothing of the order.
    async fn bargain(
        &self,
        catalogue: &Catalogue,
        line: &Line,
        time: Timestamp,
        before: Option<&RecordedLine>,
        versions: Versions,
    ) -> Result<Result<(Bargain, Arc<Handler>), Box<Message>>, HostError> {
        if let Some(mut bargain) = before.and_then(|before| before.bargain.clone()) {
            bargain.handler = versions.of(self, bargain.handler).await?;
            let handler = self.handlers.installed(bargain.handler).await?;
            return Ok(Ok((bargain, handler)));
        }
        let Some(product) = catalogue.product(&line.product) else {
            let found = text::excerpt(&line.product);
            return Ok(Err(Box::new(Message::error(Subject::Order, "product-unknown").with("product", found))));
        };
        let handler = match self.handlers.active(&product.handler).await {
            Err(error @ HandlerError::Inactive(_)) => return Ok(Err(Box::new(handler_unusable(error)?))),
            handler => handler?,
        };
        let bargain = Bargain::offered(product, &catalogue.shop, handler.digest, &handler.manifest, time);
        Ok(Ok((bargain, handler)))
    }

    /// What the ledger knows of the people whom an order names.
    async fn known(&self, order: &OrderId, own: &[OwnClaim], found: &LookedUp) -> Result<KnownPeople, HostError> {
        let named: Vec<(&Email, &Email)> =
            found.accounts.named().iter().map(|email| (email, found.accounts.known_as(email))).collect();
        let accounts = named.iter().map(|(_, known_as)| Fact::Account((*known_as).clone()));
        let facts = own.iter().map(|claim| claim.fact.clone()).chain(accounts).collect();
        let before = self.ledger(found).before(&facts).await?;
        let made = |email: &Email| {
            let before = before.get(&Fact::Account(email.clone()));
            before.is_some_and(|(before, by)| before.is_made() && by == order)
        };
        let places = places(own, &before);
        let lines: BTreeSet<u32> = places.iter().map(|(line, _)| *line).collect();
        let mut known = KnownPeople::default();
        for (email, known_as) in named {
            if made(known_as) {
                known.made.insert(email.clone());
            }
            let in_lines = lines.iter().filter(|line| places.contains(&(**line, known_as.clone())));
            known.places.extend(in_lines.map(|line| (*line, email.clone())));
        }
        Ok(known)
    }

    pub(super) fn ledger<'a>(&'a self, found: &'a LookedUp) -> Ledger<'a> {
        Ledger { journal: &self.journal, moved: found.accounts.moved() }
    }

    async fn ask_line(
        &self,
        ready: Ready<'_>,
        own: &[OwnClaim],
        found: &LookedUp,
        known: &KnownPeople,
        settings: &Settings,
        language: String,
    ) -> Result<AskedLine, Unable> {
        let mut checked = ready.checked.clone();
        let call = call(&mut checked, ready.accepted(), &ready.handler, found, known, settings, language).await?;
        let (mut session, lacking) = call.gone.leave_out(call.session);
        let before = ready.before.map(|before| &before.seats[..]);
        let sat = before.map(|before| Occupants::between(before, &checked.line.seats, &found.accounts));
        let is_seated = |who: &Email| ready.accepted().paid && sat.as_ref().is_some_and(|sat| sat.sat(who));
        let mut without: Vec<Message> = occupants(&checked.line)
            .filter(|(_, who)| lacking.contains(*who) && !is_seated(who))
            .map(without)
            .collect();
        let as_known = |session: Session| session.about(|email| found.accounts.known_as(&email).clone());
        let claimed = own.iter().filter(|claim| claim.held && claim.line == ready.line).map(|claim| &claim.fact);
        without.extend(call.barred.refuse(&as_known(session.clone()), &claimed.collect()));
        let failed = match &call.stopped {
            Some(Stopped::Refused(_)) => Some(LineState::Refused),
            Some(_) => Some(LineState::Stopped),
            None => (call.rejected || !without.is_empty()).then_some(LineState::Rejected),
        };
        for seat in &checked.line.seats {
            if let (Some(occupant), Some(until)) = (&seat.occupant, seat.until) {
                session.extend(&checked.line.order, &occupant.email, until);
            }
        }
        let mut messages = call.messages;
        if !without.is_empty() {
            come_to_nothing(&mut messages);
            messages = message::merge(messages, without);
        }
        let Ready { line, quantity, bargain, handler, .. } = ready;
        let bargain = Bargain { sold: found.sold(&checked, &handler.manifest, &bargain.sold), ..bargain };
        if failed.is_none() {
            messages.extend(clock::tell(&session, &checked.line.seats, sat.as_ref(), (self.clock)()));
            messages.sort_by_key(|message| message.level);
        }
        let outcome = LineOutcome {
            line,
            quantity,
            product: bargain.product.clone(),
            bargain: Some(bargain),
            seats: checked.line.seats.clone(),
            messages,
            handler: Some(handler),
            failed,
            stopped: call.stopped,
            budget: call.budget,
        };
        let session = as_known(session);
        Ok(AskedLine { outcome, recording: call.recording, session, order: Some(checked.line) })
    }
}

/// Calls a handler for one line. What the host found comes first; with an error among it, the call is made all the
/// same to learn what the handler finds.
pub(super) async fn call(
    checked: &mut Checked,
    accepted: Accepted<'_>,
    handler: &Arc<Handler>,
    found: &LookedUp,
    known: &KnownPeople,
    settings: &Settings,
    language: String,
) -> Result<Call, Unable> {
    let (snapshot, gone, barred) = snapshot::take(checked, accepted, &handler.manifest, found, known, settings);
    let host = std::mem::take(&mut checked.messages);
    let (line, snapshot) = (Arc::new(checked.line.for_handler()), Arc::new(snapshot));
    let Called { answer, budget } = handler.fulfil(&line, &snapshot).await?;
    let budget = Some(budget);
    let recording = Recording {
        handler: handler.digest,
        language,
        line,
        snapshot,
        host: host.clone(),
        answer: answer.clone(),
        budget,
    };
    let call = match answer {
        Ok(answer) => answered(answer, host, &checked.line),
        Err(stopped) => {
            // The caller is told, so this is no warning. What it was stopped for can hold addresses, which do not
            // belong into logs.
            let (order, line, handler) = (&checked.line.order, checked.line.line, handler.digest);
            tracing::info!(%order, line, %handler, "a handler's call was stopped");
            tracing::debug!(%stopped);
            let messages = message::merge(host, vec![stopped.message()]);
            Call { messages, stopped: Some(stopped), ..Call::default() }
        }
    };
    Ok(Call { gone, barred, budget, recording: Some(recording), ..call })
}

fn occupants(line: &LineOrder) -> impl Iterator<Item = (&SeatId, &Email)> {
    line.seats.iter().filter_map(|seat| Some((&seat.id, &seat.occupant.as_ref()?.email)))
}

/// Somebody is to be seated anew who would lack something that is gone.
fn without((seat, email): (&SeatId, &Email)) -> Message {
    Message::error(Subject::Seat(seat.clone(), "email".to_owned()), "seat-without").with("email", email.as_str())
}

/// Who loses a place is told before what is said of the rest.
fn tell_departures(line: &mut LineOutcome, recorded: &Recorded, accounts: &Accounts) {
    let before = recorded.lines.get(&line.line).map_or(&[][..], |before| &before.seats);
    if let Some(message) = departures::tell(&Occupants::between(before, &line.seats, accounts), &recorded.order) {
        line.messages.insert(0, message);
    }
}

/// Who already has a place in which line: all enrolments are in place, and not only the account.
fn places(claims: &[OwnClaim], before: &BTreeMap<Fact, (Before, OrderId)>) -> BTreeSet<(u32, Email)> {
    let (mut placed, mut outstanding) = (BTreeSet::new(), BTreeSet::new());
    for OwnClaim { line, fact, .. } in claims.iter().filter(|claim| claim.held) {
        let people = fact.people().into_iter().map(|email| (*line, email.clone()));
        match (fact, before.get(fact)) {
            (Fact::Account(_), _) => {}
            (Fact::Enrolment(..), None | Some((Before::Asked(_), _))) => outstanding.extend(people),
            (_, None) => {}
            (_, Some(_)) => placed.extend(people),
        }
    }
    &placed - &outstanding
}

fn answered(mut answer: Answer, mut host: Vec<Message>, line: &LineOrder) -> Call {
    let faulty = host.iter().any(Message::is_error);
    if faulty {
        come_to_nothing(&mut answer.messages);
    }
    host.extend(answer.declared.protected.iter().map(|email| protected(email, line)));
    Call {
        messages: message::merge(host, answer.messages),
        stopped: None,
        session: answer.declared.session,
        gone: Gone::default(),
        barred: Barred::default(),
        rejected: answer.rejected || faulty,
        budget: None,
        recording: None,
    }
}

/// A handler that is content says that all is in order. Where it is not, for a reason that the handler does not
/// know, that is left out.
fn come_to_nothing(messages: &mut Vec<Message>) {
    let news = |message: &Message| message.level == Level::Notice && message.subject == Subject::Order;
    messages.retain(|message| message.source == Source::Host || !news(message));
}

fn protected(email: &Email, line: &LineOrder) -> Message {
    let operates = line.operator.as_ref().is_some_and(|operator| operator.email == *email);
    let sits = |seat: &&CheckedSeat| seat.occupant.as_ref().is_some_and(|occupant| occupant.email == *email);
    let (subject, key) = match line.seats.iter().find(sits) {
        Some(seat) if !operates => (Subject::Seat(seat.id.clone(), "email".to_owned()), "account-protected"),
        _ => (Subject::Operator("email".to_owned()), "operator-protected"),
    };
    Message::host(Level::Warning, Audience::Sales, subject, key).with("email", email.as_str())
}

/// A line without a handler to ask.
fn unaskable(line: &Line) -> LineOutcome {
    LineOutcome {
        line: line.line,
        quantity: line.quantity,
        product: line.product.clone(),
        bargain: None,
        seats: Vec::new(),
        messages: Vec::new(),
        handler: None,
        failed: Some(LineState::Rejected),
        stopped: None,
        budget: None,
    }
}
