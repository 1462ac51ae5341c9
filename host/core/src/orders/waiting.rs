//! What waits: an order of which something remains to be done, and until when.

use crate::orders::named::Named;
use crate::words::author::Author;
use crate::words::order::Order;
use crate::words::period::Timestamp;

/// The number of a message that waits: whatever takes its place has another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seq(pub i64);

/// An order of which something remains to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// The number of this message.
    pub seq: Seq,
    /// As it is to be.
    pub order: Order,
    /// Who made it so.
    pub author: Author,
    /// The operator whom the shop's message names, if it is that, or was made of one: as in what is recorded of an order.
    pub named: Named,
    /// How often in a row work at it began.
    pub tries: u32,
    /// How often of these, last in a row, it never came to an end: the program went down.
    pub lost: u32,
    /// When it is to be tried again; none: only when somebody says so.
    pub next_try: Option<Timestamp>,
    /// Whether it will not go away by itself, so that somebody must act.
    pub blocked: bool,
    /// Why it was not done yet; none if it was interrupted, or is being worked at.
    pub reason: Option<String>,
}

/// When, after how many tries, an order is to be tried again, and why it was not done yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deferred {
    /// How often in a row it was tried in vain.
    pub tries: u32,
    /// When it is to be tried again; none: only when somebody says so.
    pub next_try: Option<Timestamp>,
    /// Whether somebody must act before that is of use.
    pub blocked: bool,
    /// Why.
    pub reason: String,
}

impl From<&Unfinished> for Deferred {
    fn from(left: &Unfinished) -> Self {
        let reason = left.reason.clone().unwrap_or_default();
        Deferred { tries: left.tries, next_try: left.next_try, blocked: left.blocked, reason }
    }
}
