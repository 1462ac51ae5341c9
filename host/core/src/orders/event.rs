//! What happens to orders, as whoever wants to know is told of it. Events name nobody: who sits where, the order tells.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::orders::said::End;
use crate::orders::state::LineState;
use crate::words::author::Author;
use crate::words::order::{OrderId, OrderState};
use crate::words::period::Timestamp;
use crate::words::seat::SeatId;

/// Something that has happened to an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Event {
    /// Its place in the sequence of all events: later ones have higher numbers, not always the next.
    pub number: i64,
    /// What no other event has, in a restored copy of the journal either: whoever has seen it has seen this event.
    pub id: String,
    /// When it was written down.
    pub at: Timestamp,
    /// To which order.
    pub order: OrderId,
    /// What.
    #[serde(flatten)]
    pub what: Happened,
}

/// What has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Happened {
    /// What was said of it is written down, and is to be done.
    OrderAccepted {
        /// Which message of the shop that is, or is based on.
        revision: u32,
        /// What the order is to be.
        state: OrderState,
        /// Who said so.
        by: By,
    },
    /// It waits, since the platform does not answer or this machine cannot work at it. That is told once, and not at each try.
    OrderWaiting {
        /// When it is tried again.
        next_try: Option<Timestamp>,
    },
    /// It waits until somebody acts. That is told once, and not at each try.
    OrderBlocked {
        /// When it is tried again all the same.
        next_try: Option<Timestamp>,
    },
    /// What was said of it came to nothing: nothing was changed.
    OrderFailed {
        /// Why, line by line.
        lines: Vec<Failed>,
    },
    /// It is not paid yet, and its operator has an account.
    OrderPlaced,
    /// Its session is in place, as was not so before.
    OrderFulfilled,
    /// What was in place is otherwise now.
    OrderChanged,
    /// Its enrolments are suspended.
    OrderSuspended,
    /// It is cancelled, and what it made is taken away.
    OrderEnded,
    /// Somebody is to sit in a seat.
    SeatTaken(Place),
    /// Whoever was to sit in a seat is not any more.
    SeatFreed(Place),
    /// An account was made for whoever sits in a seat, which the platform invites to. Told if the platform has answered so.
    SeatInvited(Place),
    /// An account was made for its operator, who has no seat in it.
    OperatorInvited,
}

/// A seat of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// In which line.
    pub line: u32,
    /// Which.
    pub seat: SeatId,
}

/// A line at which an attempt came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failed {
    /// Its number.
    pub line: u32,
    /// How the attempt ended.
    pub state: LineState,
}

/// Who says something of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The shop that sold it.
    Shop,
    /// One of its staff.
    Staff,
}

impl From<&Author> for By {
    fn from(author: &Author) -> Self {
        match author {
            Author::Shop => By::Shop,
            Author::Staff(_) => By::Staff,
        }
    }
}

impl From<End> for Happened {
    fn from(end: End) -> Self {
        match end {
            End::Suspended => Happened::OrderSuspended,
            End::Cancelled => Happened::OrderEnded,
        }
    }
}

impl Happened {
    /// What an attempt that left nothing undone has made of an order. `before`: as was told of it last, if anything was.
    pub fn by(state: LineState, before: Option<LineState>, has_changed: bool) -> Option<Happened> {
        let is_news = before != Some(state);
        match state {
            LineState::Placed if is_news => Some(Happened::OrderPlaced),
            LineState::Fulfilled if is_news => Some(Happened::OrderFulfilled),
            LineState::Suspended if is_news => Some(Happened::OrderSuspended),
            LineState::Cancelled if is_news => Some(Happened::OrderEnded),
            LineState::Placed | LineState::Fulfilled | LineState::Suspended | LineState::Cancelled => {
                has_changed.then_some(Happened::OrderChanged)
            }
            LineState::Rejected
            | LineState::Refused
            | LineState::Stopped
            | LineState::Applying
            | LineState::Waiting
            | LineState::Blocked
            | LineState::Incomplete
            | LineState::Ended => None,
        }
    }
}
