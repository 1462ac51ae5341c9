//! From the sessions of an order's lines to what is in place: plan, journal, apply, receipt.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use super::amend::Believes;
use super::fulfil::Attempt;
use super::ledger;
use super::lines::{Asked, AskedLine};
use super::{Host, HostError, LineOutcome, Outcome, Progress, Versions, goal};
use crate::apply::{self, Applied};
use shop_core::calls::looked_up::{LookedUp, Wanted};
use shop_core::calls::recording::Written;
use shop_core::lines::line::LineOrder;
use shop_core::lines::participant::{self, Participant};
use shop_core::orders::hand_over::HandOver;
use shop_core::orders::recorded::{Changed, Recorded};
use shop_core::orders::state::{LineState, Reason};
use shop_core::orders::waiting::Deferred;
use shop_core::platform::names::Names;
use shop_core::platform::{AccountId, Known, NewAccount, PlatformError, RoleId};
use shop_core::sessions::accounts::Accounts;
use shop_core::sessions::ledger::{Claims, OwnClaim};
use shop_core::sessions::plan::{Done, Grounds, Plan, new_courses};
use shop_core::sessions::receipt::Report;
use shop_core::sessions::session::{Fact, Terms};
use shop_core::sessions::standing::Standing;
use shop_core::words::author::Author;
use shop_core::words::email::Email;
use shop_core::words::language::UnknownLanguage;
use shop_core::words::message::{Message, Subject};
use shop_core::words::order::{Order, OrderState};
use shop_core::words::period::Timestamp;
use shop_journal::{AcceptedLine, Ended, Intent};

/// An order with all that is to be done about it, and nothing done yet.
pub(super) struct Prepared<'a> {
    order: &'a Order,
    /// What is recorded of the order if it is accepted: a suspension or a cancellation changes its state and no more.
    stands: Order,
    language: String,
    messages: Vec<Message>,
    /// None if their handlers were not asked.
    lines: Option<Vec<AskedLine>>,
    /// None if the order comes to nothing.
    change: Option<Prepare>,
    unchanged: bool,
    /// Whether just this was decided before, in place or not.
    decided: bool,
    /// Whether the staff has changed what is recorded since the shop's last message.
    amended: bool,
    hand_over: Option<HandOver>,
}

pub(super) struct Prepare {
    /// Since when the platform was looked at.
    pub(super) looked_at: SystemTime,
    pub(super) grounds: Grounds,
    plan: Plan,
    standing: Standing,
    /// What the courses and roles are called that the plan is about.
    names: Names,
    /// What those are called that were looked up.
    looked_up: Names,
    pub(super) accounts: Accounts,
    /// What members of other orders' groups were kept with whom this order is about.
    of_leavers: BTreeSet<Fact>,
}

impl Prepare {
    /// What the staff should know of people for whom something is still missing.
    fn notices(&self) -> impl Iterator<Item = Message> {
        let told =
            |key, people: &BTreeSet<Email>| (!people.is_empty()).then(|| Message::warning(key).naming(people.iter()));
        let uninvited = told("invitations-uncertain", &self.plan.uninvited);
        let roleless = told("enrolments-without-role", &self.plan.roleless);
        let renumbered = self.standing.renumbered_groups().map(|(order, group)| {
            Message::warning("group-renumbered").with("group", group).with("number", order.as_str())
        });
        self.grounds
            .attachments
            .notice(&self.plan.withheld)
            .into_iter()
            .chain(uninvited)
            .chain(roleless)
            .chain(renumbered)
    }

    /// Which accounts are acted on, by the addresses that they have.
    fn accounts(&self) -> Vec<(&Email, AccountId)> {
        self.standing.accounts().chain(self.accounts.moved_accounts()).collect()
    }

    /// Tells of what is in place by the platform's earlier answers only.
    fn untold(&self) -> Vec<Message> {
        let untold = |fact: &&Fact| self.standing.known(fact) == Known::Answered;
        let facts: Vec<&Fact> = self.plan.in_place.iter().filter(untold).collect();
        let roles = facts.iter().filter(|fact| matches!(fact, Fact::AccountRole { .. })).count();
        let told = |(key, count): (&str, usize)| (count > 0).then(|| Message::warning(key).with("count", count));
        [("enrolments-untold", facts.len() - roles), ("account-roles-untold", roles)]
            .into_iter()
            .filter_map(told)
            .collect()
    }

    /// Which of them are whose, by the addresses that the order names people by.
    fn own(&self) -> Vec<(&Email, AccountId)> {
        let standing: BTreeMap<&Email, AccountId> = self.standing.accounts().collect();
        let named = self.accounts.named().iter();
        named.filter_map(|email| Some((email, *standing.get(self.accounts.known_as(email))?))).collect()
    }
}

impl Prepared<'_> {
    /// Tells that this takes back what the staff has changed.
    pub(super) fn tell_of_replaced(&mut self, changed: Option<&Changed>) {
        if let Some(changed) = changed {
            self.messages.push(Message::warning("changes-replaced").with("by", changed.by.as_str()));
        }
    }

    /// How the lines end that come to nothing; the worst, if they differ.
    fn failed(&self) -> Option<LineState> {
        let lines = self.lines.iter().flatten();
        lines.filter_map(|line| line.outcome.failed).max_by_key(|state| match state {
            LineState::Stopped => 2,
            LineState::Refused => 1,
            _ => 0,
        })
    }

    /// The calls that were made for it, by line, to be recorded: they are taken out.
    fn calls(&mut self) -> Vec<(u32, Written)> {
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

    fn outcome(self, state: LineState, report: Option<Report>, until: Option<Deferred>) -> Outcome {
        let lines: Vec<LineOutcome> = self.lines.into_iter().flatten().map(|line| line.outcome).collect();
        let Prepared { order, language, messages, .. } = self;
        Outcome { order: order.id.clone(), language, messages, lines, state, report, until }
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
        let looked_at = SystemTime::now();
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
            prepared.messages.extend(change.notices());
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
        let (order, looked_at) = (&recorded.order, SystemTime::now());
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
        messages.extend(change.notices());
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

    async fn compare(
        &self,
        order: &Order,
        own: Vec<OwnClaim>,
        asked: Option<&[AskedLine]>,
        found: LookedUp,
        looked_at: SystemTime,
    ) -> Result<Prepare, HostError> {
        let (ledger, gone) = (self.ledger(&found), found.gone());
        // A role that is gone, nobody has any longer; and it can be given to nobody, not even for want of another.
        let has_role = |fact: &&Fact| fact.role().is_none_or(|role| !gone.roles.contains(&role));
        let own_facts = own.iter().map(|claim| &claim.fact).filter(has_role);
        let mut claims: BTreeMap<Fact, Claims> = own_facts.map(|fact| (fact.clone(), Claims::default())).collect();
        let mut wanted = wanted(order.state, &own, asked);
        // What depends on what is gone is left out, whoever claims it.
        wanted.retain(|(fact, ..)| !gone.is_needed_by(fact));
        wanted.iter().for_each(|(fact, ..)| _ = claims.entry((*fact).clone()).or_default());
        let of_leavers = ledger.kept(&order.id, claims.keys()).await?;
        of_leavers.iter().for_each(|fact| _ = claims.entry(fact.clone()).or_default());
        let concerned = concerned(claims.keys(), &self.journal.roles().await?);
        let mut others = ledger.others(&order.id, &concerned).await?;
        others.retain(|other| !gone.is_needed_by(&other.fact));
        let charges = self.charges(order, &found.accounts, claims.keys(), &others).await?;
        let mut attachments = charges.attachments();
        for (fact, terms, suspended) in wanted {
            match charges.withholds(&order.id, fact) {
                Some(why) => attachments.withhold(fact, why),
                None => claims.entry(fact.clone()).or_default().add(terms.clone(), suspended),
            }
        }
        for other in others.into_iter().filter(|other| charges.withholds(&other.order, &other.fact).is_none()) {
            claims.entry(other.fact).or_default().add(other.terms, other.suspended);
        }
        let facts: BTreeSet<Fact> = claims.keys().cloned().collect();
        let before = ledger.before(&facts).await?.into_iter().map(|(fact, (before, _))| (fact, before)).collect();
        // Before accounts are made, and not when they are; and nothing comes between the look and what it is for.
        let new = new_courses(&claims, &found.accounts);
        if !new.is_empty() {
            self.platform.see_participants(&new).await?;
        }
        let standing = Standing::read(&*self.platform, &facts, &found.accounts).await?;
        let people = match asked {
            Some(lines) => {
                new_accounts(lines.iter().filter_map(|line| line.order.as_ref()).flat_map(LineOrder::people))
            }
            None if order.state == OrderState::Suspended => BTreeMap::new(),
            None => new_accounts(&participants(order)),
        };
        let (leavers, now) = (self.catalogue.shop.leavers, (self.clock)());
        let grounds = Grounds { claims, before, people, attachments, leavers, now };
        let plan = grounds.plan(&standing);
        let looked_up = found.names();
        let names = self.names(&facts, &standing, &looked_up).await?;
        Ok(Prepare { looked_at, grounds, plan, standing, names, looked_up, accounts: found.accounts, of_leavers })
    }

    /// What the courses and roles of these facts are called; and the other roles that people have in those courses.
    async fn names(&self, facts: &BTreeSet<Fact>, standing: &Standing, looked_up: &Names) -> Result<Names, HostError> {
        let courses = facts.iter().filter_map(|fact| fact.course()).collect();
        let held = facts.iter().flat_map(|fact| match fact {
            Fact::Enrolment(course, email) => standing.roles(*course, email),
            _ => &[],
        });
        let roles = facts.iter().filter_map(|fact| fact.role()).chain(held.copied()).collect();
        let mut names = self.journal.names(&courses, &roles).await?;
        names.courses.extend(looked_up.courses.clone());
        names.courses.retain(|course, _| courses.contains(course));
        names.roles.extend(looked_up.roles.clone());
        names.roles.retain(|role, _| roles.contains(role));
        Ok(names)
    }

    /// Does what is to be done about an order, and records it.
    pub(super) async fn carry_out(
        &self,
        mut prepared: Prepared<'_>,
        attempt: &Attempt<'_>,
        progress: &Progress,
    ) -> Result<Outcome, HostError> {
        let calls = prepared.calls();
        let Some(change) = prepared.change.take() else {
            let state = prepared.failed().unwrap_or(goal(prepared.order.state));
            let Attempt { by, basis, .. } = *attempt;
            match (&prepared.lines, basis.message()) {
                // Of an order that was never accepted, there is nothing to end; but it is not to begin any more.
                (None, Some(seq)) => self.journal.end_unbegun(prepared.order, seq, by).await?,
                _ => self.journal.fail(prepared.order, basis, &attempts(&prepared), by, &calls, None).await?,
            }
            tracing::info!(order = %prepared.order.id, %state, "an order came to nothing");
            return Ok(prepared.outcome(state, None, None));
        };
        if let Some(until) = self.held(&prepared.order.id, &change).await? {
            return Err(HostError::Held { until });
        }
        let steps = change.plan.steps.len();
        // What the shop hands over itself, as the staff has made it before, is the shop's from now on.
        let adopts = *attempt.by.author == Author::Shop && prepared.amended;
        if steps == 0 && prepared.unchanged && !adopts {
            let report = Report::new(&prepared.order.id, &change.plan, &change.standing, &[], change.names.clone());
            let state = goal(prepared.order.state);
            if let Some(seq) = attempt.basis.message() {
                self.journal.settle(seq).await?;
            }
            return Ok(prepared.outcome(state, Some(report), None));
        }
        let reasons: Vec<Reason> = prepared.lines.iter().flatten().map(|line| line.outcome.reason()).collect();
        let intent = Intent {
            order: &prepared.stands,
            wanted: prepared.order,
            by: attempt.by,
            basis: attempt.basis,
            hand_over: prepared.hand_over.as_ref(),
            lines: prepared.lines.as_ref().map(|lines| lines.iter().zip(&reasons).map(accepted).collect()),
            cancelled: prepared.order.state == OrderState::Cancelled,
            moved: change.accounts.moved(),
            named: change.accounts.named(),
            accounts: change.accounts(),
            own: change.own(),
            platform: self.platform.identity(),
            plan: &change.plan,
            names: &change.looked_up,
            calls: &calls,
            again: attempt.again && prepared.decided,
        };
        let begun = self.journal.begin(&intent).await?;
        let Prepare { grounds, plan, standing, names, of_leavers, .. } = change;
        let applied =
            apply::apply(grounds, plan, standing, &prepared.order.id, &*self.platform, &self.journal, progress);
        let Applied { plan, standing, steps, unavailable } = applied.await?;
        let report = Report::new(&prepared.order.id, &plan, &standing, &steps, names);
        let state = match &unavailable {
            Some(_) => LineState::Waiting,
            None if steps.iter().all(|step| matches!(step, Done::Yes | Done::Found | Done::Withheld(_))) => {
                goal(prepared.order.state)
            }
            None => LineState::Incomplete,
        };
        let lost = matches!(unavailable, Some(PlatformError::Lost(_))).then(|| self.platform.settles_after());
        let until = match (state, &unavailable) {
            (_, Some(error)) => {
                let deferred = self.deferred(attempt, &error.problem().reason);
                // Before, nothing could be asked about the same people.
                let settled = lost.map(|settles| Timestamp::now().after(settles));
                Some(Deferred { next_try: deferred.next_try.max(settled), ..deferred })
            }
            (LineState::Incomplete, None) => Some(self.blocked(attempt, REFUSED)),
            (_, None) => None,
        };
        let ended = Ended {
            state,
            by: attempt.by,
            until: until.as_ref(),
            lost,
            receipt: &report,
            made: plan.made(&steps),
            not_made: plan.not_made(&steps),
            kept: plan.kept.iter().collect(),
            left: of_leavers.difference(&plan.kept).collect(),
        };
        self.journal.finish(&prepared.order.id, begun, &ended).await?;
        tracing::info!(order = %prepared.order.id, %state, steps = steps.len(), "an order was carried out");
        Ok(prepared.outcome(state, Some(report), until))
    }
}

/// Why an order is incomplete. Which steps, and why, is in its receipt.
const REFUSED: &str = "the learning platform would not do some steps: the receipt has them";

/// How each line's attempt ended when the order came to nothing. A line that was fine waits for the others.
fn attempts(prepared: &Prepared) -> Vec<(u32, LineState, Reason)> {
    let lines = prepared.lines.iter().flatten().map(|line| &line.outcome);
    lines.map(|line| (line.line, line.failed.unwrap_or(LineState::Rejected), line.reason())).collect()
}

fn accepted<'a>((line, reason): (&'a AskedLine, &'a Reason)) -> AcceptedLine<'a> {
    AcceptedLine {
        line: line.outcome.line,
        bargain: line.outcome.bargain.as_ref(),
        seats: &line.outcome.seats,
        claims: line.session.claims().iter().collect(),
        reason,
    }
}

/// Whether an order is just what is recorded.
fn is_decided(prepared: &Prepared, recorded: &Recorded, own: &[OwnClaim]) -> bool {
    let same_order = recorded.order == prepared.stands && *recorded.latest() == *prepared.order;
    let held = own.iter().filter(|claim| claim.held && !claim.kept);
    let claimed: BTreeSet<(u32, &Fact, String)> = held.map(|c| (c.line, &c.fact, terms_key(&c.terms))).collect();
    let same_bargains = prepared.lines.iter().flatten().all(|line| {
        let recorded = recorded.lines.get(&line.outcome.line);
        recorded.and_then(|recorded| recorded.bargain.as_ref()) == line.outcome.bargain.as_ref()
    });
    let same_claims = match &prepared.lines {
        None => true,
        Some(lines) => {
            let wanted = lines.iter().flat_map(|line| {
                line.session.claims().iter().map(|(fact, terms)| (line.outcome.line, fact, terms_key(terms)))
            });
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

fn terms_key(terms: &Terms) -> String {
    format!("{terms:?}")
}

/// What an order wants, each with whether it is suspended: what its handlers have declared, or else what is recorded.
fn wanted<'a>(
    state: OrderState,
    own: &'a [OwnClaim],
    asked: Option<&'a [AskedLine]>,
) -> Vec<(&'a Fact, &'a Terms, bool)> {
    match (asked, state) {
        (Some(lines), _) => {
            lines.iter().flat_map(|line| line.session.claims()).map(|(fact, terms)| (fact, terms, false)).collect()
        }
        (None, OrderState::Cancelled) => Vec::new(),
        (None, _) => {
            let held = own.iter().filter(|claim| claim.held);
            held.map(|claim| (&claim.fact, &claim.terms, state == OrderState::Suspended)).collect()
        }
    }
}

/// The facts that a change of these can concern: they themselves, and the roles that others' claims may give in the same
/// enrolments. Every role that was ever claimed has its name in the journal.
fn concerned<'a>(facts: impl Iterator<Item = &'a Fact>, roles: &BTreeSet<RoleId>) -> BTreeSet<Fact> {
    let in_course = |fact: &Fact| match fact {
        Fact::Enrolment(course, email) => {
            roles.iter().map(|role| Fact::CourseRole(*course, email.clone(), *role)).collect()
        }
        _ => Vec::new(),
    };
    facts.flat_map(|fact| std::iter::once(fact.clone()).chain(in_course(fact))).collect()
}

/// The people of a recorded order, who were found to be in order when it was accepted.
fn participants(order: &Order) -> Vec<Participant> {
    order.people().filter_map(|person| participant::check(person, &[], |_| Subject::Order).0).collect()
}

/// The people of an order as accounts to make, each with the first name that the order says.
fn new_accounts<'a>(people: impl IntoIterator<Item = &'a Participant>) -> BTreeMap<Email, NewAccount> {
    let mut accounts = BTreeMap::new();
    for person in people {
        accounts.entry(person.email.clone()).or_insert_with(|| NewAccount {
            email: person.email.clone(),
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            language: person.language.clone(),
        });
    }
    accounts
}
