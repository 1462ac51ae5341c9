//! What is written of an attempt at an order.

use std::collections::BTreeSet;
use std::time::Duration;

use shop_core::calls::recording::Written;
use shop_core::lines::bargain::Bargain;
use shop_core::lines::line::CheckedSeat;
use shop_core::orders::hand_over::HandOver;
use shop_core::orders::state::{LineState, Reason};
use shop_core::orders::waiting::{Deferred, Seq};
use shop_core::platform::AccountId;
use shop_core::platform::names::Names;
use shop_core::sessions::accounts::Moved;
use shop_core::sessions::plan::Plan;
use shop_core::sessions::receipt::Report;
use shop_core::sessions::session::{Fact, Terms};
use shop_core::words::author::Acting;
use shop_core::words::email::Email;
use shop_core::words::order::Order;

/// A plan that was begun, and for which message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    pub(super) plan: i64,
    pub(super) seq: Seq,
}

/// What an attempt is made on. If that is so no longer when it is decided, or has come to nothing, the attempt changes
/// nothing: what is newer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// What waits is this message, and the attempt is at it.
    Waiting(Seq),
    /// The attempt is at what is recorded, and beside it nothing waits but what is recorded already, if anything.
    Recorded(Option<Seq>),
}

impl Basis {
    /// What must wait.
    pub(super) fn waits(self) -> Option<Seq> {
        match self {
            Basis::Waiting(seq) => Some(seq),
            Basis::Recorded(seq) => seq,
        }
    }

    /// What the attempt is at.
    pub fn message(self) -> Option<Seq> {
        match self {
            Basis::Waiting(seq) => Some(seq),
            Basis::Recorded(_) => None,
        }
    }
}

/// A change of an order that is decided: it is written before it is applied.
pub struct Intent<'a> {
    /// The order as it stands from now on.
    pub order: &'a Order,
    /// The order as it was handed over or amended: what a suspension or a cancellation says beside that does not count.
    pub wanted: &'a Order,
    /// Who decided so.
    pub by: Acting<'a>,
    /// What that was decided on.
    pub basis: Basis,
    /// Whether another operator is in charge from now on.
    pub hand_over: Option<&'a HandOver>,
    /// Its lines, if their handlers were asked; none for a suspension or a cancellation, which change claims only by the
    /// order's state.
    pub lines: Option<Vec<AcceptedLine<'a>>>,
    /// Whether all claims are given up.
    pub cancelled: bool,
    /// Addresses that were changed on the platform.
    pub moved: &'a Moved,
    /// Whom its lines name, if their handlers were asked.
    pub named: &'a BTreeSet<Email>,
    /// On which platform: from now on, the journal's ids are of that one.
    pub platform: &'a str,
    /// Which accounts are acted on, by the addresses that they have.
    pub accounts: Vec<(&'a Email, AccountId)>,
    /// Which of them are whose, by the addresses that the order names people by.
    pub own: Vec<(&'a Email, AccountId)>,
    /// What is to be done.
    pub plan: &'a Plan,
    /// What the courses and roles are called that were looked up.
    pub names: &'a Names,
    /// The calls that were made for it, by line.
    pub calls: &'a [(u32, Written)],
    /// Whether just this was decided before, and is tried again.
    pub again: bool,
}

/// What became of a plan.
pub struct Ended<'a> {
    /// The state that the order's lines are in.
    pub state: LineState,
    /// Who did it.
    pub by: Acting<'a>,
    /// Why some steps remain, and when they are tried again.
    pub until: Option<&'a Deferred>,
    /// For how long its last request may still be carried out, if the answer was lost.
    pub lost: Option<Duration>,
    /// Step by step.
    pub receipt: &'a Report,
    /// Enrolments that the platform has answered to have made.
    pub made: Vec<&'a Fact>,
    /// Facts of which the ledger must not remember that the shop made them.
    pub not_made: Vec<Fact>,
    /// What is no longer claimed and stays for now.
    pub kept: Vec<&'a Fact>,
    /// What stayed of other orders until now.
    pub left: Vec<&'a Fact>,
}

/// A line of a decided change.
pub struct AcceptedLine<'a> {
    /// Its number.
    pub line: u32,
    /// What it was bought with; none, if it has ended.
    pub bargain: Option<&'a Bargain>,
    /// Who sits where.
    pub seats: &'a [CheckedSeat],
    /// What it claims.
    pub claims: Vec<(&'a Fact, &'a Terms)>,
    /// What was said about it.
    pub reason: &'a Reason,
}
