//! Lines that were bought and are not accepted yet. Whatever takes the place of what waits follows it: the customer has paid.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::words::order::{Line, Order, OrderState};
use crate::words::period::Timestamp;

/// What of an order's lines was bought and is not accepted yet, by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bought(BTreeMap<u32, Purchase>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Purchase {
    /// Whether the line is new, or had ended before: it has no bargain, whatever is recorded of it.
    anew: bool,
    /// When it was first paid.
    paid: Option<Timestamp>,
}

/// A line that is bought, whether that is accepted or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known<'a> {
    /// Its number.
    pub number: u32,
    /// For which product.
    pub product: &'a str,
    /// Whether it was accepted as paid.
    pub is_paid: bool,
}

impl Bought {
    /// What an order buys that takes the place of what is known.
    pub fn by<'a>(order: &Order, known: impl IntoIterator<Item = Known<'a>>, before: &Bought) -> Bought {
        let known: BTreeMap<u32, Known<'a>> = known.into_iter().map(|line| (line.number, line)).collect();
        let purchase = |line: &Line| {
            let known = known.get(&line.line);
            let before = known.and_then(|_| before.0.get(&line.line).copied());
            if order.state.ends() {
                return Some((line.line, before?));
            }
            let anew = before.map_or(known.is_none(), |before| before.anew);
            let is_paid = order.state == OrderState::Paid && !known.is_some_and(|line| line.is_paid);
            let paid = before.and_then(|before| before.paid).or(is_paid.then_some(order.time));
            (anew || paid.is_some()).then_some((line.line, Purchase { anew, paid }))
        };
        Bought(order.lines.iter().filter(|line| !line.ends()).filter_map(purchase).collect())
    }

    /// Whether nobody has bought anything that is not accepted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether anything of it is paid.
    pub fn is_paid(&self) -> bool {
        self.0.values().any(|purchase| purchase.paid.is_some())
    }

    /// Whether a line is new, or had ended before.
    pub fn is_anew(&self, line: u32) -> bool {
        self.0.get(&line).is_some_and(|purchase| purchase.anew)
    }

    /// When a line was first paid, if that is not accepted yet.
    pub fn first_paid(&self, line: u32) -> Option<Timestamp> {
        self.0.get(&line)?.paid
    }
}
