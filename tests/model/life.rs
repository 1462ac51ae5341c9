//! A shop that lives by its orders, beside the models that may be right about it.

mod foreign;
mod refused;

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::sync::Arc;

use shop_core::orders::amendment::Amendment;
use shop_core::orders::state::LineState;
use shop_core::words::order::OrderId;
use shop_harness::World;
use shop_host::host::{Host, HostError, Outcome};

use crate::durability::flapping::{Flapping, first_settled, settled};
use crate::fixtures::disturbed::Disturbed;
use crate::fixtures::faults::{self, Fault, Faulty};
use crate::fixtures::shop::*;
use crate::model::called::Called;
use crate::model::facts::{Account, Name, State};
use crate::model::flaws::{Flaw, Flawed};
use crate::model::orders::{Beside, Change, Contradiction, Draft, Line};
use crate::model::rules::{Model, Reach};
use crate::model::{KNOWN, Meanwhile, Operation, THERE};

/// A shop with its orders, and the models that may be right about it.
pub(crate) struct Life {
    world: World,
    flawed: Arc<Flawed>,
    /// One host.
    host: Host,
    faulty: Arc<Faulty>,
    /// Another, at which nothing goes wrong.
    steady: Host,
    /// A third.
    unsteady: Host,
    flapping: Arc<Disturbed<Flapping>>,
    drafts: Vec<Draft>,
    /// By order the shop's last message, if it came to nothing.
    in_vain: BTreeMap<usize, String>,
    /// The same, if the staff has changed the order since. Come again, it is no news.
    outdone: BTreeMap<usize, String>,
    models: Vec<Model>,
    /// What has happened.
    log: String,
}

/// Why a life is not as it must be.
pub(crate) type Wrong = String;

impl Life {
    pub(crate) async fn begin(before: &World, lines: Vec<Line>, flaw: Flaw) -> Life {
        let world = moved_to_chosen(before.copy().await).await;
        let (flawed, post) = (flaw.in_platform(world.platform.clone()), flaw.post());
        let faulty = faults::faulty_by_post(flawed.clone(), None, &post);
        let host = host_through(&world, faulty.clone()).await;
        let steady = faults::faulty_by_post(flawed.clone(), None, &post);
        let steady = host_through(&world, steady).await;
        let flapping = Disturbed::by_post(flawed.clone(), Flapping::new(0, None), post);
        let unsteady = host_through(&world, flapping.clone()).await;
        let drafts = lines.into_iter().enumerate().map(|(number, line)| Draft::new(number, line)).collect();
        let mut model = Model::default();
        (model.courses, model.roles) = (Called::like(THERE), Called::like(["student", "teacher"]));
        for name in KNOWN {
            model.accounts.insert(name, Account { invited: false, suspended: false });
        }
        Life {
            world,
            flawed,
            host,
            faulty,
            steady,
            unsteady,
            flapping,
            drafts,
            in_vain: BTreeMap::new(),
            outdone: BTreeMap::new(),
            models: vec![model],
            log: String::new(),
        }
    }

    fn tell(&mut self, what: &str, order: usize) {
        _ = writeln!(self.log, "{what}: {}", self.drafts[order]);
    }

    pub(crate) async fn goes_on(&mut self, operation: &Operation) -> Result<(), Wrong> {
        self.flawed.by.goes_on(&self.world).await;
        match operation {
            Operation::Comes(order, change) => {
                self.changes(*order, change);
                self.comes(*order).await
            }
            Operation::Twice(order, change) => {
                self.changes(*order, change);
                self.together(*order, *order).await
            }
            Operation::Together(one, first, two, second) => {
                self.changes(*one, first);
                if one != two {
                    self.changes(*two, second);
                }
                self.together(*one, *two).await
            }
            Operation::Interrupted(order, change, fault, meanwhile) => {
                self.changes(*order, change);
                if self.interrupted(*order, *fault).await? && self.may_be_overtaken(*fault) {
                    self.overtakes(*order, meanwhile).await?;
                }
                self.comes(*order).await
            }
            Operation::Flaps(order, change, seed) => {
                self.changes(*order, change);
                if self.is_outdone(*order) {
                    return self.comes(*order).await;
                }
                self.tell(&format!("flapping by {seed}"), *order);
                self.flapping.by.becomes(*seed);
                let outcome =
                    first_settled(&self.unsteady, &self.drafts[*order].sale(), &self.flapping.post, &self.log).await;
                self.ends(*order, outcome.state).await
            }
            Operation::Blocked(order, change, tries, otherwise) => {
                self.changes(*order, change);
                self.blocked(*order, *tries, *otherwise).await
            }
            Operation::Contradicted(order, otherwise) => self.contradicted(*order, *otherwise).await,
            Operation::Pauses(order, beside) => {
                for (state, beside) in [(State::Suspended, *beside), (State::Paid, Beside::Nothing)] {
                    self.drafts[*order].change(&Change::State(state, beside));
                    self.comes(*order).await?;
                }
                Ok(())
            }
            Operation::HandedOver(order, to) => self.handed_over(*order, to).await,
            Operation::Foreign(whim) => self.happens(whim).await,
        }
    }

    async fn comes(&mut self, order: usize) -> Result<(), Wrong> {
        self.tell("comes", order);
        if self.is_outdone(order) {
            return self.is_refused(&self.drafts[order].sale()).await;
        }
        let state = self.fulfils(&self.host, order).await?;
        self.ends(order, state).await
    }

    async fn ends(&mut self, order: usize, state: LineState) -> Result<(), Wrong> {
        let end = |model: &Model| {
            let mut model = model.clone();
            (self.decide(&mut model, order), model)
        };
        let possible = self.models.iter().map(end).collect();
        self.came_to(order, state).await?;
        self.find(state, possible).await
    }

    fn decide(&self, model: &mut Model, order: usize) -> LineState {
        let stands = model.heard(&self.drafts[order]);
        model.decide(self.drafts[order].id, &stands, Reach::END)
    }

    async fn came_to(&mut self, order: usize, state: LineState) -> Result<(), Wrong> {
        let message = self.drafts[order].sale().json();
        self.outdone.retain(|of, outdone| *of != order || *outdone == message);
        self.in_vain.remove(&order);
        if state == LineState::Rejected {
            self.in_vain.insert(order, message);
            let id = self.drafts[order].order_id();
            if self.host.journal().unfinished(&id).await.unwrap().is_some() {
                self.is_gone_on_with(&id, self.steady.retry(&id, "vera", &|_, _| ()).await).await?;
            }
        }
        Ok(())
    }

    async fn fulfils(&self, host: &Host, order: usize) -> Result<LineState, Wrong> {
        let draft = &self.drafts[order];
        let state = first_settled(host, &draft.sale(), &self.flapping.post, &self.log).await.state;
        if self.flawed.by.hands_back(draft) {
            self.amended(order, draft.operator).await?;
        }
        Ok(state)
    }

    /// By the staff.
    async fn handed_over(&mut self, order: usize, to: Name) -> Result<(), Wrong> {
        self.tell(&format!("handed over to {to}"), order);
        let came = self.amended(order, to).await?;
        let hand_over = |model: &Model| {
            let mut model = model.clone();
            (model.hand_over_by_staff(self.drafts[order].id, to), model)
        };
        let possible = self.models.iter().map(hand_over).collect();
        if came.is_some_and(|state| state != LineState::Rejected) {
            self.outdone.extend(self.in_vain.remove(&order).map(|message| (order, message)));
        }
        self.find(came, possible).await
    }

    /// What comes of it; none, if the order cannot be handed over so.
    async fn amended(&self, order: usize, to: Name) -> Result<Option<LineState>, Wrong> {
        let id = self.drafts[order].order_id();
        let amendment = Amendment::HandOver(serde_json::from_value(person(to)).unwrap());
        let came = self.steady.amend(&id, &amendment, "vera", &|_, _| ()).await;
        if let Err(HostError::Unamendable { .. } | HostError::UnknownOrder(_)) = came {
            return Ok(None);
        }
        self.is_gone_on_with(&id, came).await.map(Some)
    }

    /// Until it is settled.
    async fn is_gone_on_with(&self, id: &OrderId, mut came: Result<Outcome, HostError>) -> Result<LineState, Wrong> {
        loop {
            if let Some(outcome) = settled(came, &self.flapping.post, &self.log) {
                return Ok(outcome.state);
            }
            came = self.steady.retry(id, "vera", &|_, _| ()).await;
        }
    }

    /// At once, each in one of two hosts.
    async fn together(&mut self, one: usize, two: usize) -> Result<(), Wrong> {
        if self.is_outdone(one) || self.is_outdone(two) {
            self.comes(one).await?;
            return self.comes(two).await;
        }
        self.tell("comes", one);
        self.tell("at once", two);
        let (first, second) = tokio::join!(self.fulfils(&self.host, one), self.fulfils(&self.steady, two));
        let states = (first?, second?);
        let mut possible = Vec::new();
        for model in &self.models {
            let (mut forth, mut back) = (model.clone(), model.clone());
            let first = self.decide(&mut forth, one);
            possible.push(((first, self.decide(&mut forth, two)), forth));
            let second = self.decide(&mut back, two);
            possible.push(((self.decide(&mut back, one), second), back));
        }
        self.came_to(one, states.0).await?;
        self.came_to(two, states.1).await?;
        self.find(states, possible).await
    }

    /// An attempt with a fault. False if it did not get so far, and so was none. Else the models stay as they were: what they
    /// say of the end does not depend on how often it is tried.
    async fn interrupted(&mut self, order: usize, fault: Fault) -> Result<bool, Wrong> {
        if self.is_outdone(order) {
            return Ok(false);
        }
        self.tell(&format!("{fault:?}"), order);
        self.faulty.by.becomes(Some(fault));
        let sale = self.drafts[order].sale();
        let outcome = tokio::select! {
            outcome = fulfil_in(&self.host, &sale) => Some(outcome),
            () = self.faulty.by.hangs.notified() => None,
        };
        let struck = self.faulty.by.struck();
        self.faulty.by.becomes(None);
        match outcome {
            Some(Ok(outcome)) if !struck => self.ends(order, outcome.state).await.map(|()| false),
            Some(Err(error)) if !struck || !matches!(error, HostError::Platform(_)) => {
                Err(format!("{}=> {error}", self.log))
            }
            _ => {
                self.outdone.remove(&order);
                Ok(true)
            }
        }
    }

    /// Nothing is done about it until the platform can be looked at again; and then all of it.
    async fn blocked(&mut self, order: usize, tries: usize, otherwise: Contradiction) -> Result<(), Wrong> {
        if self.is_outdone(order) {
            return self.comes(order).await;
        }
        self.tell(&format!("refused {tries} times"), order);
        self.faulty.by.becomes(Some(Fault::Down));
        // Once: while the platform is down, it never comes to anything.
        let came = fulfil_in(&self.host, &self.drafts[order].sale()).await;
        let mut state = came.map_err(|error| format!("{}=> {error}", self.log))?.state;
        let id = self.drafts[order].order_id();
        if state == LineState::Waiting {
            for _ in 0..tries {
                self.faulty.by.becomes(Some(Fault::Forbids(1)));
                let refused = self.host.retry(&id, "vera", &|_, _| ()).await;
                if !matches!(refused, Err(HostError::Platform(_))) {
                    return Err(format!("{}=> it is not blocked", self.log));
                }
            }
            self.faulty.by.becomes(None);
            self.contradicted(order, otherwise).await?;
            let done = self.host.retry(&id, "vera", &|_, _| ()).await;
            state = done.map_err(|error| format!("{}=> {error}", self.log))?.state;
        }
        self.faulty.by.becomes(None);
        self.ends(order, state).await
    }

    fn may_be_overtaken(&self, fault: Fault) -> bool {
        let mut accounts = self.models.iter().flat_map(|model| model.accounts.values());
        !matches!(fault, Fault::Forbids(_)) && !accounts.any(|account| account.suspended)
    }

    /// What the platform is like afterwards is seen when the interrupted order has come again.
    async fn overtakes(&mut self, order: usize, meanwhile: &Meanwhile) -> Result<(), Wrong> {
        match meanwhile {
            Meanwhile::Changes(change) => {
                self.models = self.reached(order);
                self.changes(order, change);
            }
            Meanwhile::Comes(other, change) if *other != order => {
                self.models = self.reached(order);
                self.changes(*other, change);
                if self.is_outdone(*other) {
                    return Ok(());
                }
                self.tell("meanwhile", *other);
                let state = self.fulfils(&self.host, *other).await?;
                let mut models = std::mem::take(&mut self.models);
                models.retain_mut(|model| self.decide(model, *other) == state);
                self.models = models;
                self.came_to(*other, state).await?;
            }
            Meanwhile::Contradicted(otherwise) => {
                self.contradicted(order, *otherwise).await?;
                // It comes again with another revision, and so is news.
                self.models = self.reached(order);
            }
            Meanwhile::Nothing | Meanwhile::Comes(..) => {}
        }
        Ok(())
    }

    /// What may have come of an interrupted order: nothing, or some of it.
    fn reached(&self, order: usize) -> Vec<Model> {
        let id = self.drafts[order].id;
        let mut reached = Vec::new();
        for model in &self.models {
            let stands = model.heard(&self.drafts[order]);
            let so_far = |reach: Reach| {
                let mut model = model.clone();
                model.decide(id, &stands, reach);
                model
            };
            let all = [model.clone()].into_iter().chain(Reach::interrupted().map(so_far));
            // It waits, and so is what the next message follows.
            reached.extend(all.map(|model| model.waiting(id, &stands)));
        }
        reached
    }

    /// Which of the possible models are right, each with what it says that comes of the orders. There must be one.
    async fn find<S: PartialEq + Debug>(&mut self, came: S, possible: Vec<(S, Model)>) -> Result<(), Wrong> {
        self.flapping.post.empty().await;
        let there = lines(&self.world.census().await);
        let mut wrong = String::new();
        self.models.clear();
        for (says, model) in possible {
            let must = model.lines();
            if says == came && must == there {
                if let Some(who) = model.not_apart() {
                    return Err(format!("{}=> {who:?} is in the group of an order that does not claim so", self.log));
                }
                if !self.models.contains(&model) {
                    self.models.push(model);
                }
                continue;
            }
            _ = writeln!(wrong, "the model says {says:?}, and of the platform");
            must.difference(&there).for_each(|line| _ = writeln!(wrong, "  missing: {line}"));
            there.difference(&must).for_each(|line| _ = writeln!(wrong, "  too much: {line}"));
        }
        match self.models.is_empty() {
            true => Err(format!("{}=> {came:?}, but\n{wrong}", self.log)),
            false => Ok(()),
        }
    }

    /// All orders are cancelled; before that, if told so, every order comes once more, which makes all good, and then again,
    /// which changes nothing more.
    pub(crate) async fn end(&mut self, settles: bool) -> Result<(), Wrong> {
        let live: Vec<usize> = (0..self.drafts.len()).filter(|order| self.drafts[*order].is_live()).collect();
        for order in live.iter().chain(&live).filter(|_| settles) {
            self.comes(*order).await?;
        }
        for order in live {
            self.drafts[order].change(&Change::State(State::Cancelled, Beside::Nothing));
            self.comes(order).await?;
        }
        Ok(())
    }
}
