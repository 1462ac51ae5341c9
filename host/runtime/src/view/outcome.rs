//! What came, or would come, of an order.

use schemars::JsonSchema;
use serde::Serialize;
use shop_core::calls::budget::Budget;
use shop_core::calls::stopped::Stopped;
use shop_core::lines::bargain::Bargain;
use shop_core::lines::catalogue::Price;
use shop_core::lines::line::CheckedSeat;
use shop_core::orders::state::LineState;
use shop_core::sessions::receipt::Report;
use shop_core::words::order;
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;

use super::{Message, People, Sheet, Voice};
use crate::host;

/// What came, or would come, of an order.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Outcome {
    /// Its id.
    pub order: OrderId,
    /// The state that its lines are in now; in a preview, would be in. If they differ, that of the worst.
    pub state: LineState,
    /// What is said about it as a whole; what is said about a line stands there.
    pub messages: Vec<Message>,
    /// Its lines; none if their handlers were not asked.
    pub lines: Vec<Line>,
    /// What was done, or would be; none if the order came to nothing.
    pub report: Option<Report>,
    /// Why some of it waits, if that may pass by itself.
    pub unavailable: Option<String>,
    /// Why some of it waits, if somebody must act.
    pub blocked: Option<String>,
    /// When what waits is tried again; none: only when somebody says so, or nothing waits.
    pub next_try: Option<Timestamp>,
    /// Who is called how.
    #[serde(skip)]
    pub people: People,
}

/// What came, or would come, of a line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Line {
    /// Its number.
    pub line: u32,
    /// The product's reference.
    pub product: String,
    /// How many seats are ordered.
    pub quantity: u32,
    /// What it was bought with; none if there is no such product, or the line has ended.
    pub bargain: Option<Bargain>,
    /// The price of all seats that are ordered; none if there is none, or nobody could pay that much.
    pub total: Option<Price>,
    /// Its seats; fewer than are ordered, if that is more than can be sold.
    pub seats: Vec<CheckedSeat>,
    /// What is said about it.
    pub messages: Vec<Message>,
    /// If it came to nothing: how.
    pub failed: Option<LineState>,
    /// What stopped its handler; there is a message of it too.
    pub stopped: Option<Stopped>,
    /// What its handler's call took of what it may take.
    pub budget: Option<Budget>,
    /// How many of its places are taken, where the order has the line.
    #[serde(skip)]
    pub places: Option<Places>,
}

/// The places of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// How many are ordered.
    pub ordered: u32,
    /// How many of them are vacant.
    pub vacant: usize,
}

impl Outcome {
    /// What came of an order.
    pub fn of(outcome: &host::Outcome, voice: Voice) -> Outcome {
        let order = outcome.stands.as_ref();
        let reason = |blocked| outcome.until.as_ref().filter(|until| until.blocked == blocked);
        Outcome {
            order: outcome.order.clone(),
            state: outcome.state,
            messages: Message::all(&outcome.messages, None, voice),
            lines: outcome.lines.iter().map(|line| Line::of(line, order, voice)).collect(),
            report: outcome.report.clone(),
            unavailable: reason(false).map(|until| until.reason.clone()),
            blocked: reason(true).map(|until| until.reason.clone()),
            next_try: outcome.until.as_ref().and_then(|until| until.next_try),
            people: order.map(People::of).unwrap_or_default().with(&outcome.lines),
        }
    }

    /// What was done, or would be, as people read it.
    pub fn sheet(&self, voice: Voice) -> Option<Sheet> {
        self.report.as_ref().map(|report| Sheet::of(report, &self.people, voice))
    }

    /// Why some of it waits.
    pub fn waits_for(&self) -> Option<&str> {
        self.unavailable.as_deref().or(self.blocked.as_deref())
    }
}

impl Line {
    fn of(line: &host::LineOutcome, order: Option<&order::Order>, voice: Voice) -> Line {
        let ordered = order.into_iter().flat_map(|order| &order.lines).find(|ordered| ordered.line == line.line);
        Line {
            line: line.line,
            product: line.product.clone(),
            quantity: line.quantity,
            bargain: line.bargain.clone(),
            total: line.total(),
            seats: line.seats.clone(),
            messages: Message::all(&line.messages, line.handler.as_deref(), voice),
            failed: line.failed,
            stopped: line.stopped.clone(),
            budget: line.budget,
            places: ordered.map(|ordered| Places::of(ordered, &line.seats)),
        }
    }

    /// What it is called.
    pub fn title(&self, voice: Voice) -> String {
        voice.line(self.line, &self.product, self.bargain.as_ref().map_or("", |bargain| &bargain.title))
    }

    /// How many seats it has for which price; none where that is not known.
    pub fn purchase(&self, voice: Voice) -> Option<String> {
        let (bargain, places) = (self.bargain.as_ref()?, self.places?);
        let total = self.total.map(|total| total.to_string());
        let arguments = [
            ("seats", places.ordered.into()),
            ("vacant", places.vacant.into()),
            ("price", bargain.price.to_string().into()),
            ("total", total.unwrap_or_else(|| "?".to_owned()).into()),
        ];
        Some(voice.say("heading-seats", &arguments))
    }
}

impl Places {
    /// By the list of seats, if the order has one; by those that are taken already, if it leaves them as they are.
    fn of(ordered: &order::Line, seats: &[CheckedSeat]) -> Places {
        let taken = match &ordered.seats {
            Some(seats) => seats.iter().filter(|seat| seat.occupant.is_some()).count(),
            None => seats.iter().filter(|seat| seat.occupant.is_some()).count(),
        };
        Places { ordered: ordered.quantity, vacant: (ordered.quantity as usize).saturating_sub(taken) }
    }
}

impl Voice<'_> {
    /// A line, with the product's title, if it is known.
    pub(super) fn line(self, line: u32, product: &str, title: &str) -> String {
        let arguments = [("line", line.into()), ("product", product.into()), ("title", title.into())];
        self.say(if title.is_empty() { "heading-line-unknown" } else { "heading-line" }, &arguments)
    }

    /// What a handler's call took of what it may take, in per cent.
    pub fn budget(self, budget: Budget) -> String {
        let arguments = [
            ("fuel", budget.fuel.percent().into()),
            ("memory", budget.memory.percent().into()),
            ("calls", budget.host_calls.percent().into()),
            ("facts", budget.facts.percent().into()),
            ("messages", budget.messages.percent().into()),
            ("bytes", budget.bytes.percent().into()),
            ("wording", budget.wording.percent().into()),
        ];
        self.say("heading-budget", &arguments)
    }
}
