//! An order as it is recorded: what was heard of it, what was decided, and what came of that.
//!
//! So an order has up to five bodies, and each has its name everywhere:
//!
//! | name | the order as |
//! | --- | --- |
//! | `handed` | the shop handed it over last, whatever came of that |
//! | `latest` | it is to be, by whoever decided on it last: the shop or the staff |
//! | `changed` | the same, where the staff has changed it since the shop handed it over |
//! | `order` | it was accepted last: what is in place of it, or was begun, follows from this one |
//! | `waits` | a message wants it that is not carried out yet: [`Unfinished::order`](crate::orders::waiting::Unfinished) |
//!
//! `decided` is the `latest`, if anybody ever decided so; a message that came to nothing decides nothing.

use std::collections::BTreeMap;

use crate::lines::bargain::Bargain;
use crate::lines::line::SeatRole;
use crate::lines::sold::Sold;
use crate::orders::bought::{Bought, Known};
use crate::orders::named::Named;
use crate::orders::said::Said;
use crate::orders::state::{LineState, Reason};
use crate::orders::unsaid::{self, InCharge, Previous};
use crate::orders::waiting::Unfinished;
use crate::sessions::accounts::Renamed;
use crate::words::author::Author;
use crate::words::digest::Digest;
use crate::words::order::Order;
use crate::words::seat::SeatId;
use schemars::JsonSchema;

/// An order as it is recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The order as it was last accepted; if it never was, as it was last handed over.
    pub order: Order,
    /// The order as the shop handed it over last, whatever came of that, or will.
    pub handed: Order,
    /// The digest of that, as it came; none, if it is from before digests of today's form were noted. Erasing somebody leaves it as it was.
    pub handed_digest: Option<Digest>,
    /// What became of that.
    pub fate: Fate,
    /// The operator whom the shop named last in what was decided on.
    pub named: Named,
    /// The highest revision that was ever heard, whatever became of that message.
    pub heard: u32,
    /// The order as it is to be, by whoever decided on it last; if nobody ever did, as it was last handed over.
    pub latest: Order,
    /// The same, if the staff changed it since the shop handed it over.
    pub changed: Option<Changed>,
    /// Whether it was ever accepted.
    pub accepted: bool,
    /// What of its lines was bought and is not accepted yet.
    pub bought: Bought,
    /// Its lines.
    pub lines: BTreeMap<u32, RecordedLine>,
}

impl Recorded {
    /// Whether this is the shop's last message again.
    pub fn is_handed(&self, said: &Said) -> bool {
        match (self.handed_digest, said) {
            (Some(digest), _) => said.digest() == digest,
            (None, Said::Ends(ending)) => ending.of(&self.handed) == self.handed,
            // Then, what was left unsaid was recorded as if it had been said.
            (None, Said::Stands(order)) => {
                let renamed = &Renamed::new();
                let before = Previous { order: &self.handed, in_charge: InCharge::AsSaid, renamed };
                unsaid::complete(order.clone(), Some(before)) == unsaid::complete(self.handed.clone(), None)
            }
        }
    }

    /// What its lines were sold with.
    pub fn sold(&self) -> impl Iterator<Item = &Sold> {
        self.lines.values().filter_map(|line| Some(&line.bargain.as_ref()?.sold))
    }

    /// As it is to be, by whoever changed it last.
    pub fn latest(&self) -> &Order {
        &self.latest
    }

    /// The same, if somebody ever decided so. One that was cancelled or suspended before it was ever accepted is just that.
    pub fn decided(&self) -> Option<&Order> {
        (self.accepted || self.fate != Fate::Nothing).then_some(&self.latest)
    }

    /// The order as it is to be by what waits, or else was decided on last, if anything was.
    pub fn stands<'a>(&'a self, waits: Option<&'a Unfinished>) -> Option<&'a Order> {
        waits.map(|left| &left.order).or(self.decided())
    }

    /// The lines that are bought, by what waits or was decided on last. What came to nothing, nobody has bought.
    pub fn bought_lines<'a>(&'a self, waits: Option<&'a Unfinished>) -> impl Iterator<Item = Known<'a>> {
        let lines = self.stands(waits).into_iter().flat_map(|order| &order.lines).filter(|line| !line.ends());
        lines.filter_map(|line| {
            let number = line.line;
            match self.lines.get(&number).and_then(|known| known.bargain.as_ref()) {
                _ if self.bought.is_anew(number) => Some(Known { number, product: &line.product, is_paid: false }),
                bargain => bargain.map(|it| Known { number, product: &it.product, is_paid: it.paid }),
            }
        })
    }

    /// What an order buys that takes the place of what waits, or was decided on last.
    pub fn buys(&self, order: &Order, waits: Option<&Unfinished>) -> Bought {
        Bought::by(order, self.bought_lines(waits), &self.bought)
    }

    /// How some line's last attempt ended, if it did not end well.
    pub fn failed(&self) -> Option<LineState> {
        let ends_well = |state: &LineState| match state {
            LineState::Placed | LineState::Fulfilled | LineState::Suspended => true,
            LineState::Cancelled | LineState::Ended => true,
            LineState::Rejected | LineState::Refused | LineState::Stopped => false,
            LineState::Applying | LineState::Waiting | LineState::Blocked | LineState::Incomplete => false,
        };
        self.lines.values().map(|line| line.state).find(|state| !ends_well(state))
    }

    /// Whether anything of it was ever paid.
    pub fn was_paid(&self) -> bool {
        let mut bargains = self.lines.values().filter_map(|line| line.bargain.as_ref());
        self.bought.is_paid() || bargains.any(|bargain| bargain.paid)
    }

    /// Whether anybody has bought what it names: else that binds nobody.
    pub fn is_bought(&self) -> bool {
        self.accepted || !self.bought.is_empty()
    }

    /// Who made it so.
    pub fn author(&self) -> Author {
        self.changed.as_ref().map_or(Author::Shop, |changed| Author::Staff(changed.by.clone()))
    }
}

/// What became of the shop's last message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was decided on, or may still be.
    Counts,
    /// It came to nothing.
    Nothing,
    /// It came to nothing, and the staff has changed the order since.
    Outdone,
}

/// An order as the shop's staff changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names tell it")]
pub struct Changed {
    pub order: Order,
    pub by: String,
}

/// A line as it is recorded.
#[derive(Clone, Debug)]
pub struct RecordedLine {
    /// What it was bought with; none until it is accepted, and once it has ended.
    pub bargain: Option<Bargain>,
    /// Whether it has ended, before its order: it has no seats, and claims nothing until it is bought again.
    pub ended: bool,
    /// How the last attempt ended.
    pub state: LineState,
    /// What may be on the platform: the state that the last plan begun for this line reached. None, if no plan was ever begun,
    /// or everything has been taken away again.
    pub in_place: Option<LineState>,
    /// Why the state is what it is.
    pub reason: Reason,
    /// All its seats, by their numbers.
    pub seats: Vec<RecordedSeat>,
}

/// A seat as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct RecordedSeat {
    /// Its number in the line.
    pub number: u32,
    /// Its id.
    pub id: SeatId,
    /// What its occupant is there for.
    pub role: SeatRole,
    /// The folded address of its occupant; none: it is vacant.
    pub occupant: Option<String>,
}
