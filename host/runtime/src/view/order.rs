//! An order as it is recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use shop_core::calls::budget::Budget;
use shop_core::lines::bargain::Bargain;
use shop_core::lines::line::SeatRole;
use shop_core::orders::recorded::{Recorded, RecordedLine, RecordedSeat};
use shop_core::orders::said::Ending;
use shop_core::orders::state::LineState;
use shop_core::orders::waiting::Unfinished;
use shop_core::sessions::receipt::Report;
use shop_core::words::order;
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;
use shop_journal::{HandedOver, Held};
use shop_sandbox::Handler;

use super::{Message, People, Person, Sheet, Voice};
use crate::host::goal;

/// An order among others.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Listed {
    /// One that is recorded.
    Recorded(Brief),
    /// One of which nothing is known but its end.
    Ended(Ended),
}

/// An order by itself.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Shown {
    /// One that is recorded.
    Recorded(Box<Order>),
    /// One of which nothing is known but its end.
    Ended(Ended),
}

/// The state of an order.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Brief {
    /// The order as it was last accepted; if it never was, as it was last handed over.
    pub order: order::Order,
    /// Whether it was ever accepted.
    pub accepted: bool,
    /// What is recorded of its lines.
    pub lines: Vec<BriefLine>,
}

/// The state of a line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BriefLine {
    /// Its number.
    pub line: u32,
    /// What it was bought with; none until it is accepted, and once it has ended.
    pub bargain: Option<Bargain>,
    /// How the last attempt ended.
    pub state: LineState,
    /// How far the last plan got that was begun for it: what is in place, or may be.
    pub in_place: Option<LineState>,
    /// Why the platform did not answer, or this machine could not call a handler.
    pub unavailable: Option<String>,
    /// What its handler's call took of what it may take; none if it was not called.
    pub budget: Option<Budget>,
    /// All its seats, by their numbers.
    pub seats: Vec<RecordedSeat>,
}

/// An order of which nothing is known but its end.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Ended {
    /// What was said of it.
    pub order: Ending,
    /// False: it never was.
    pub accepted: bool,
    /// None.
    pub lines: Vec<BriefLine>,
}

/// All that is recorded of an order.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "RecordedOrder")]
pub struct Order {
    /// The order as it was last accepted; if it never was, as it was last handed over.
    pub order: order::Order,
    /// Whether it was ever accepted.
    pub accepted: bool,
    /// What is recorded of its lines.
    pub lines: Vec<Line>,
    /// When what remains to be done is tried again; none: only when somebody says so, or nothing remains.
    pub next_try: Option<Timestamp>,
    /// Why something remains to be done, if somebody must act.
    pub blocked: Option<String>,
    /// From whom to whom it has passed.
    pub hand_overs: Vec<HandedOver>,
    /// For whom it waits.
    pub held: Vec<Held>,
    /// What was done last.
    pub receipt: Option<Receipt>,
    /// Whether something remains to be done, and is not tried again by itself.
    #[serde(skip)]
    pub set_aside: bool,
}

/// All that is recorded of a line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "RecordedLine")]
pub struct Line {
    /// Its state.
    #[serde(flatten)]
    pub line: BriefLine,
    /// What was said about it.
    pub messages: Vec<Message>,
}

/// What was done about an order.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// When.
    pub time: Timestamp,
    /// What.
    pub report: Report,
}

/// What the journal has of an order beside the order itself.
#[derive(Clone)]
pub struct Beside {
    /// When something was done last, and what.
    pub receipt: Option<(Timestamp, Report)>,
    /// What remains to be done.
    pub left: Option<Unfinished>,
    /// From whom to whom it has passed.
    pub hand_overs: Vec<HandedOver>,
    /// For whom it waits.
    pub held: Vec<Held>,
    /// The handlers that its lines were bought with, by line, to word what they said.
    pub handlers: BTreeMap<u32, Arc<Handler>>,
}

/// A line among others, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Of which order.
    pub order: OrderId,
    /// Who is in charge of that; none: not known.
    pub operator: Option<Person>,
    /// What was ordered; none: not known.
    pub ordered: Option<Ordered>,
    /// Its state, in words; empty: nothing is recorded of it.
    pub state: String,
}

/// What was ordered with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// Its number.
    pub line: u32,
    /// The product's reference.
    pub product: String,
    /// How many seats are taken.
    pub taken: usize,
    /// How many there are.
    pub quantity: u32,
}

impl Listed {
    /// Orders, and those of which nothing is known but their end.
    pub fn all(orders: &[Recorded], endings: &[Ending]) -> Vec<Listed> {
        let orders = orders.iter().map(|order| Listed::Recorded(Brief::from(order)));
        orders.chain(endings.iter().map(|ending| Listed::Ended(Ended::from(ending)))).collect()
    }

    /// A row for each line; and one for an order of which nothing is known but its end.
    pub fn rows(&self, voice: Voice) -> Vec<Row> {
        match self {
            Listed::Recorded(brief) => rows(&brief.order, brief.lines.iter(), voice),
            Listed::Ended(ended) => vec![ended.row(voice)],
        }
    }
}

impl From<&Recorded> for Brief {
    fn from(recorded: &Recorded) -> Brief {
        let lines = recorded.lines.iter().map(|(number, line)| BriefLine::of(*number, line));
        Brief { order: recorded.order.clone(), accepted: recorded.accepted, lines: lines.collect() }
    }
}

impl BriefLine {
    fn of(number: u32, line: &RecordedLine) -> BriefLine {
        BriefLine {
            line: number,
            bargain: line.bargain.clone(),
            state: line.state,
            in_place: line.in_place,
            unavailable: line.reason.stopped.clone(),
            budget: line.reason.budget,
            seats: line.seats.clone(),
        }
    }

    fn taken(&self) -> usize {
        self.seats.iter().filter(|seat| seat.occupant.is_some()).count()
    }
}

impl From<&Ending> for Ended {
    fn from(ending: &Ending) -> Ended {
        Ended { order: ending.clone(), accepted: false, lines: Vec::new() }
    }
}

impl Ended {
    /// All that is known of it, for people.
    pub fn row(&self, voice: Voice) -> Row {
        let state = voice.state(goal(self.order.end.into()), None);
        Row { order: self.order.id.clone(), operator: None, ordered: None, state }
    }
}

impl Order {
    /// An order with all that the journal has of it.
    pub fn of(recorded: &Recorded, beside: Beside, voice: Voice) -> Order {
        let Beside { receipt, left, hand_overs, held, handlers } = beside;
        let line = |(number, line): (&u32, &RecordedLine)| Line {
            line: BriefLine::of(*number, line),
            messages: Message::all(&line.reason.messages, handlers.get(number).map(AsRef::as_ref), voice),
        };
        Order {
            order: recorded.order.clone(),
            accepted: recorded.accepted,
            lines: recorded.lines.iter().map(line).collect(),
            next_try: left.as_ref().and_then(|left| left.next_try),
            set_aside: left.as_ref().is_some_and(|left| left.next_try.is_none()),
            blocked: left.filter(|left| left.blocked).and_then(|left| left.reason),
            hand_overs,
            held,
            receipt: receipt.map(|(time, report)| Receipt { time, report }),
        }
    }

    /// A row for each line.
    pub fn rows(&self, voice: Voice) -> Vec<Row> {
        rows(&self.order, self.lines.iter().map(|line| &line.line), voice)
    }

    /// What a line is called.
    pub fn title(&self, line: &BriefLine, voice: Voice) -> String {
        let ordered = self.order.lines.iter().find(|ordered| ordered.line == line.line);
        let title = line.bargain.as_ref().map_or("", |bargain| &bargain.title);
        voice.line(line.line, ordered.map_or("", |ordered| &ordered.product), title)
    }

    /// Who is called how.
    pub fn people(&self) -> People {
        People::of(&self.order)
    }

    /// What was done last, as people read it.
    pub fn sheet(&self, voice: Voice) -> Option<Sheet> {
        self.receipt.as_ref().map(|receipt| Sheet::of(&receipt.report, &self.people(), voice))
    }
}

/// A row for each of its lines; for those, too, that have ended, and that nobody speaks of any more. One that was never bought is
/// none.
fn rows<'a>(order: &order::Order, lines: impl Iterator<Item = &'a BriefLine>, voice: Voice) -> Vec<Row> {
    let known: BTreeMap<u32, &BriefLine> = lines.map(|line| (line.line, line)).collect();
    let operator = Person { name: Some(order.operator.name()), email: order.operator.email.clone() };
    let row = |line: u32, product: &str, quantity: u32| {
        let known = known.get(&line);
        let taken = known.map_or(0, |known| known.taken());
        Row {
            order: order.id.clone(),
            operator: Some(operator.clone()),
            ordered: Some(Ordered { line, product: product.to_owned(), taken, quantity }),
            state: known.map(|known| voice.state(known.state, known.in_place)).unwrap_or_default(),
        }
    };
    let said: BTreeSet<u32> = order.lines.iter().map(|line| line.line).collect();
    let bought = order.lines.iter().filter(|line| !line.ends() || known.contains_key(&line.line));
    let bought = bought.map(|line| row(line.line, &line.product, line.quantity));
    bought.chain(known.keys().filter(|number| !said.contains(number)).map(|number| row(*number, "", 0))).collect()
}

impl Voice<'_> {
    /// What the person in a seat is there for.
    pub fn role(self, role: SeatRole) -> String {
        self.word(match role {
            SeatRole::Learner => "role-learner",
            SeatRole::Tutor => "role-tutor",
        })
    }

    /// From whom to whom an order has passed.
    pub fn handed_over(self, it: &HandedOver) -> String {
        let arguments = [
            ("time", it.at.to_the_minute().into()),
            ("from", it.from.as_str().into()),
            ("to", it.to.as_str().into()),
            ("by", it.who.as_str().into()),
        ];
        self.say("handed-over", &arguments)
    }

    /// For whom an order waits, and until when.
    pub fn held(self, it: &Held) -> String {
        let person = it.person.as_ref().map_or_else(|| self.word("held-order"), ToString::to_string);
        let until = it.until.map(|until| until.to_the_second()).unwrap_or_default();
        let id = if it.until.is_some() { "held-until" } else { "held-under-way" };
        self.say(id, &[("person", person.into()), ("until", until.into())])
    }

    /// When something is tried again.
    pub fn next_try(self, time: Timestamp) -> String {
        self.say("next-try", &[("time", time.to_the_second().into())])
    }
}
