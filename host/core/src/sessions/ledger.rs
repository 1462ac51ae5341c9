//! The ledger: what was there before the shop came, and which lines claim what.

use serde::{Deserialize, Serialize};

use crate::sessions::session::{Fact, Terms};
use crate::words::order::OrderId;
use crate::words::period::Period;

/// What was there before the first claim on a fact: what retracting the last one must leave. So it is also how the ledger
/// decides what the shop has made:
///
/// - It is written down just before the request is sent that is to change the fact. About what was never sent, because a
///   step could not be put, or the platform or this program stopped earlier, the ledger knows nothing: whatever is there the
///   next time was there before.
/// - It is struck out again when the platform answers that it did not do it, or that somebody else had done it.
/// - Where the answer was lost, the platform may or may not have done it. Then what is there is taken for the shop's: a
///   cancelled order leaves nothing behind. But an enrolment is a right that somebody may have given for longer, so it
///   counts as the shop's only if it is just as the shop had asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Before {
    /// Nothing: the shop made it.
    Absent,
    /// Nothing, and the platform has not yet answered the request for an enrolment of this period.
    Asked(Period),
    /// Nothing, and the platform has not answered the request for the account. If it is there, it is the shop's; but platforms
    /// mail invitations afterwards, and what cut off the answer may have cut off the mail.
    Unanswered,
    /// It was there.
    Present,
    /// An enrolment was there.
    Enrolled {
        /// Its period.
        period: Period,
        /// Whether it was suspended.
        suspended: bool,
    },
}

impl Before {
    /// Of what is the shop's work, if it is there.
    pub const MADE: [Before; 2] = [Before::Absent, Before::Unanswered];

    /// Whether it is the shop's work, if it is there.
    pub fn is_made(self) -> bool {
        Before::MADE.contains(&self)
    }
}

/// All claims, of whichever line and order, on one fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// Of orders in force.
    pub active: Vec<Terms>,
    /// Of suspended orders.
    pub suspended: Vec<Terms>,
}

impl Claims {
    /// One claim more.
    pub fn add(&mut self, terms: Terms, suspended: bool) {
        if suspended { self.suspended.push(terms) } else { self.active.push(terms) }
    }

    /// Whether there is any.
    pub fn any(&self) -> bool {
        !self.active.is_empty() || !self.suspended.is_empty()
    }
}

/// A claim of an order.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names tell it")]
pub struct OwnClaim {
    pub line: u32,
    pub fact: Fact,
    pub terms: Terms,
    /// Whether the line still claims it; else what it made is still to be taken away.
    pub held: bool,
    /// Whether it stays for now although the line no longer claims it, because somebody is kept in a course.
    pub kept: bool,
    /// Whether it was claimed already when the order passed to somebody else that made the account which it attaches.
    pub granted: bool,
}

/// A claim of another order.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names tell it")]
pub struct OtherClaim {
    pub order: OrderId,
    pub fact: Fact,
    pub terms: Terms,
    /// Whether that order is suspended.
    pub suspended: bool,
    /// Whether it was claimed already when the order passed to somebody else that made the account which it attaches.
    pub granted: bool,
}
