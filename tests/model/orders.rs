//! The orders of the model: as they are handed over to the shop, and what they claim.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;
use shop_core::words::order::OrderId;

use crate::fixtures::shop::{Sale, sale};
use crate::model::facts::{Claims, Fact, Name, Span, State, Time, day};

pub(crate) const DAY: Time = 86_400;

/// No line is bought later: before any end that is agreed.
const LATEST: Time = DECEMBER + 18 * DAY;

/// 2026-12-01
pub(crate) const DECEMBER: Time = 20_788 * DAY;

pub(crate) const PEOPLE: [Name; 5] = ["anne", "bob", "claire", "tess", "zoe"];

/// Their ids, operators and times.
const ORDERS: [(Name, Name, Time); 3] =
    [("A", "claire", DECEMBER), ("B", "zoe", DECEMBER + 9 * DAY), ("C", "claire", DECEMBER - 11 * DAY)];

/// A product: its reference, its course, its duration in days, and whether people are attached.
type Product = (Name, Name, Option<Time>, bool);

const PRODUCTS: [Product; 5] = [
    ("SPOC", "SPOC", Some(35), true),
    ("LONG", "SPOC", Some(70), true),
    ("OPEN", "SPOC", None, true),
    ("OTHER", "OTHER", Some(35), true),
    ("NONE", "SPOC", Some(35), false),
];

/// Ends that are agreed for a line: before that of any product, and after it.
const ENDS: [Time; 2] = [DECEMBER + 20 * DAY, DECEMBER + 120 * DAY];

/// Who sits where: a tutor, or a learner.
type Seats = BTreeMap<Name, bool>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    product: Product,
    /// None: nothing is said of them, they are as they were.
    pub(crate) seats: Option<Seats>,
    end: Option<Time>,
    /// Handed over with quantity 0.
    ended: bool,
}

/// An order as its customer has it in mind.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: Name,
    pub(crate) operator: Name,
    /// Counted from when the order is handed over to another operator: till then the shop does not count.
    revision: u32,
    pub(crate) time: Time,
    state: Option<State>,
    lines: Vec<Line>,
    beside: Beside,
}

/// What a message can say that was never meant: the order was bought otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Contradiction {
    /// The last line is not there.
    LineLess,
    /// The first line is another product.
    Product(Name),
    /// Somebody else is in charge, though nobody counts.
    Operator(Name),
}

/// What a customer changes before the order is handed over.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Nothing,
    Seats(usize, Seats),
    /// Nothing is said of a line's seats any more.
    Silent(usize),
    /// A line ends; or one that has ended is bought again.
    Ends(usize),
    /// A line that has ended is bought again, as another.
    Again(usize, Line),
    End(usize, Option<Time>),
    Line(Line),
    /// Somebody else is in charge.
    HandOver(Name),
    /// Another state. With it comes what is not looked at, if the order ends.
    State(State, Beside),
}

/// What a message says beside the id of an order that it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    /// The same as before.
    Nothing,
    /// That nobody is in charge, and who is not in the order.
    Nobody,
    /// Products that were never bought, for ever.
    Products,
    /// That somebody else is in charge.
    Operator(Name),
}

impl Draft {
    /// The order with this number, which was not handed over yet.
    pub(crate) fn new(number: usize, line: Line) -> Self {
        let (id, operator, time) = ORDERS[number];
        Draft { id, operator, revision: 0, time, state: None, lines: vec![line], beside: Beside::Nothing }
    }

    pub(crate) fn order_id(&self) -> OrderId {
        OrderId::try_from(self.id.to_owned()).unwrap()
    }

    pub(crate) fn is_live(&self) -> bool {
        !matches!(self.state, None | Some(State::Cancelled))
    }

    /// Changed; but it does not begin as suspended, nor does it become placed again, or live after it was cancelled, nor
    /// has it many lines. What is left of such a change is that the order comes again.
    pub(crate) fn change(&mut self, change: &Change) {
        self.becomes(change);
        self.state.get_or_insert(State::Paid);
        if !matches!(change, Change::Nothing) {
            self.time = (self.time + DAY).min(LATEST);
            self.count();
        }
    }

    fn count(&mut self) {
        if self.revision > 0 {
            self.revision += 1;
        }
    }

    /// What contradicts the order as it is in mind, if that is in force. It is counted, and so the next message must be.
    pub(crate) fn contradicts(&mut self, contradiction: Contradiction) -> Option<Sale> {
        let first = self.lines.first().filter(|line| !line.ended);
        match contradiction {
            _ if self.state().ends() => return None,
            Contradiction::LineLess if self.lines.len() < 2 => return None,
            Contradiction::Product(_) if first.is_none() => return None,
            Contradiction::Operator(_) if self.revision > 0 => return None,
            _ => self.count(),
        }
        Some(match contradiction {
            Contradiction::LineLess => self.sale().without_last_line(),
            Contradiction::Product(product) => self.sale().of(product),
            Contradiction::Operator(who) => self.sale().by(who),
        })
    }

    /// The number of the line that a change buys again as another.
    pub(crate) fn bought_again(&self, change: &Change) -> Option<u32> {
        let Change::Again(line, _) = change else { return None };
        let line = line % self.lines.len();
        self.lines[line].ended.then_some(line as u32 + 1)
    }

    /// The number of its last line.
    pub(crate) fn last_line(&self) -> u32 {
        self.lines.len() as u32
    }

    fn becomes(&mut self, change: &Change) {
        let number = |line: &usize| line % self.lines.len();
        match change {
            _ if self.state == Some(State::Cancelled) => {}
            Change::Seats(line, seats) => {
                let line = number(line);
                self.lines[line].seats = Some(seats.clone());
            }
            Change::Silent(line) => {
                let line = number(line);
                self.lines[line].seats = None;
            }
            Change::Ends(line) => {
                let line = number(line);
                self.lines[line].ended = !self.lines[line].ended;
            }
            Change::Again(line, other) => {
                let line = number(line);
                if self.lines[line].ended {
                    self.lines[line] = other.clone();
                }
            }
            Change::End(line, end) => {
                let line = number(line);
                self.lines[line].end = *end;
            }
            Change::Line(line) if self.lines.len() < 3 => self.lines.push(line.clone()),
            Change::State(State::Placed, _) if self.state.is_some() => {}
            Change::State(State::Suspended | State::Cancelled, _) if self.state.is_none() => {}
            Change::State(state, beside) => (self.state, self.beside) = (Some(*state), *beside),
            Change::HandOver(who) if *who != self.operator => {
                self.operator = who;
                self.revision = self.revision.max(1);
            }
            Change::Nothing | Change::Line(_) | Change::HandOver(_) => {}
        }
    }

    /// As the shop hands it over.
    pub(crate) fn sale(&self) -> Sale {
        let state = match self.state() {
            State::Placed => "placed",
            State::Paid => "paid",
            State::Suspended => "suspended",
            State::Cancelled => "cancelled",
        };
        let start = format!("{}T00:00:00Z", day(self.time));
        let order = sale(self.id, &[])
            .by(self.operator)
            .with("revision", self.revision)
            .with("time", start)
            .state(state)
            .without_last_line();
        let order = self.lines.iter().zip(1..).fold(order, |order, (line, number)| {
            let seats: Vec<String> = line.seats().collect();
            let seats: Vec<&str> = seats.iter().map(String::as_str).collect();
            let parameters = line.end.map(|end| format!("endtime={}", day(end - DAY))).unwrap_or_default();
            let quantity = if line.ended { 0 } else { 5 };
            let order = order.line(line.product.0, quantity, &seats).in_line(number, "parameters", parameters);
            if line.seats.is_none() { order.silent(number) } else { order }
        });
        match self.beside {
            Beside::Nobody if self.state().ends() => {
                order.with("operator", json!({"email": "", "first_name": "", "last_name": ""})).seats(&["stranger"])
            }
            Beside::Products if self.state().ends() => order.of("NOPE").with("time", "1999-01-01T00:00:00Z"),
            Beside::Operator(who) if self.state().ends() => order.by(who),
            Beside::Nothing | Beside::Nobody | Beside::Products | Beside::Operator(_) => order,
        }
    }

    pub(crate) fn state(&self) -> State {
        self.state.unwrap_or(State::Paid)
    }

    /// Its lines that have not ended, by their numbers.
    pub(crate) fn lines_in_force(&self) -> impl Iterator<Item = (u32, &Line)> {
        (1..).zip(&self.lines).filter(|(_, line)| !line.ended)
    }

    /// Whom a message names that ends the order.
    pub(crate) fn names_beside(&self) -> Option<Name> {
        match self.beside {
            Beside::Operator(who) if self.state().ends() => Some(who),
            _ => None,
        }
    }
}

impl Line {
    /// What it is bought for.
    pub(crate) fn product(&self) -> Name {
        self.product.0
    }

    /// For one learner, of the first product.
    pub(crate) fn of_learner(who: Name) -> Line {
        Line { product: PRODUCTS[0], seats: Some([(who, false)].into()), end: None, ended: false }
    }

    fn seats(&self) -> impl Iterator<Item = String> {
        let taken = self.seats.iter().flatten();
        taken.map(|(name, tutors)| if *tutors { format!("tutor {name}") } else { (*name).to_owned() })
    }

    /// The same with these seats.
    pub(crate) fn with(&self, seats: Seats) -> Line {
        Line { seats: Some(seats), ..self.clone() }
    }

    /// Rule 1.
    pub(crate) fn claims(&self, order: Name, operator: Name, time: Time) -> Claims {
        let (_, course, duration, attaches) = self.product;
        let end = self.end.or(duration.map(|days| time + days * DAY));
        let mut claims = Claims::new();
        let mut enrols = |course, person, role, end| {
            claims.insert(Fact::Enrolled(course, person), Some(Span { start: time, end }));
            claims.insert(Fact::Role(course, person, role), None);
        };
        enrols(course, operator, "teacher", end);
        enrols("SUPPORT", operator, "student", None);
        for (person, tutors) in self.seats.iter().flatten() {
            enrols(course, *person, if *tutors { "teacher" } else { "student" }, end);
        }
        claims.insert(Fact::Group(course, order), None);
        claims.insert(Fact::Member(course, order, operator), None);
        for person in self.seats.iter().flatten().map(|(person, _)| *person) {
            claims.insert(Fact::Member(course, order, person), None);
            if attaches && person != operator {
                claims.insert(Fact::Attached("teacher", operator, person), None);
                claims.insert(Fact::Attached("student", person, operator), None);
            }
        }
        claims
    }
}

/// What a failure tells of an order.
impl std::fmt::Display for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}, {} in charge", self.id, self.state(), self.operator)?;
        if self.beside != Beside::Nothing && self.state().ends() {
            write!(f, ", beside: {:?}", self.beside)?;
        }
        for line in &self.lines {
            let silent = if line.seats.is_none() { ", silent" } else { "" };
            let ended = if line.ended { ", ended" } else { "" };
            write!(f, ", {} [{}]{silent}{ended}", line.product.0, line.seats().collect::<Vec<_>>().join(", "))?;
            if let Some(end) = line.end {
                write!(f, " until {}", day(end))?;
            }
        }
        Ok(())
    }
}

pub(crate) fn person() -> impl Strategy<Value = Name> {
    select(&PEOPLE[..])
}

fn seats() -> impl Strategy<Value = Seats> {
    prop::collection::btree_map(person(), prop::bool::weighted(0.3), 0..4)
}

fn end() -> impl Strategy<Value = Option<Time>> {
    prop::option::weighted(0.3, select(&ENDS[..]))
}

pub(crate) fn line() -> impl Strategy<Value = Line> {
    (select(&PRODUCTS[..]), seats(), end()).prop_map(|(product, seats, end)| Line {
        product,
        seats: Some(seats),
        end,
        ended: false,
    })
}

pub(crate) fn beside() -> impl Strategy<Value = Beside> {
    prop_oneof![
        1 => Just(Beside::Nothing),
        1 => Just(Beside::Nobody),
        1 => Just(Beside::Products),
        2 => person().prop_map(Beside::Operator),
    ]
}

pub(crate) fn contradiction() -> impl Strategy<Value = Contradiction> {
    prop_oneof![
        Just(Contradiction::LineLess),
        (0..PRODUCTS.len()).prop_map(|number| Contradiction::Product(PRODUCTS[number].0)),
        person().prop_map(Contradiction::Operator),
    ]
}

pub(crate) fn change() -> impl Strategy<Value = Change> {
    let state =
        select(vec![State::Placed, State::Paid, State::Paid, State::Suspended, State::Suspended, State::Cancelled]);
    prop_oneof![
        2 => Just(Change::Nothing),
        4 => (0..3_usize, seats()).prop_map(|(line, seats)| Change::Seats(line, seats)),
        2 => (0..3_usize).prop_map(Change::Silent),
        2 => (0..3_usize).prop_map(Change::Ends),
        2 => (0..3_usize, line()).prop_map(|(line, other)| Change::Again(line, other)),
        1 => (0..3_usize, end()).prop_map(|(line, end)| Change::End(line, end)),
        1 => line().prop_map(Change::Line),
        2 => person().prop_map(Change::HandOver),
        4 => (state, beside()).prop_map(|(state, beside)| Change::State(state, beside)),
    ]
}
