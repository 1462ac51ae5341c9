//! What came, or would come, of an order.

use std::sync::Arc;

use shop_core::calls::budget::Budget;
use shop_core::calls::stopped::Stopped;
use shop_core::lines::bargain::Bargain;
use shop_core::lines::catalogue::Price;
use shop_core::lines::line::CheckedSeat;
use shop_core::orders::state::{LineState, Reason};
use shop_core::orders::waiting::Deferred;
use shop_core::sessions::receipt::Report;
use shop_core::words::message::Message;
use shop_core::words::order::{Order, OrderId};
use shop_core::words::period::Timestamp;
use shop_sandbox::Handler;

/// What came, or would come, of an order.
pub struct Outcome {
    /// Its id.
    pub order: OrderId,
    /// The order as it stands then, which calls its people by name; none, if nothing was ever heard of it but that it ends.
    pub stands: Option<Order>,
    /// Its readers' language.
    pub language: String,
    /// What was said about it as a whole; what was said about a line stands there.
    pub messages: Vec<Message>,
    /// Its lines; none if their handlers were not asked.
    pub lines: Vec<LineOutcome>,
    /// The state that the lines are in now; in a preview, would be in. If they differ, that of the worst.
    pub state: LineState,
    /// What was done, or would be; none if the order came to nothing.
    pub report: Option<Report>,
    /// Why some of it remains to be done, and when it is tried again.
    pub until: Option<Deferred>,
}

impl Outcome {
    /// After how many tries it was left to wait, if that may pass by itself, and this soon.
    pub(super) fn waits_after(&self, soon: Timestamp) -> Option<u32> {
        self.until
            .as_ref()
            .filter(|until| !until.blocked && until.next_try.is_some_and(|next| next <= soon))
            .map(|until| until.tries)
    }
}

/// What came, or would come, of a line.
pub struct LineOutcome {
    /// Its number.
    pub line: u32,
    /// The product's reference.
    pub product: String,
    /// What it was bought with; none if there is no such product, or the line has ended.
    pub bargain: Option<Bargain>,
    /// Its seats.
    pub seats: Vec<CheckedSeat>,
    /// How many seats are ordered; if that is more than can be sold, `seats` has fewer.
    pub quantity: u32,
    /// What was said about it.
    pub messages: Vec<Message>,
    /// Whose texts word what the handler said.
    pub handler: Option<Arc<Handler>>,
    /// If it came to nothing: how.
    pub failed: Option<LineState>,
    /// What stopped its handler; there is a message of it too.
    pub stopped: Option<Stopped>,
    /// What its handler's call took of what it may take.
    pub budget: Option<Budget>,
}

impl LineOutcome {
    pub(super) fn reason(&self) -> Reason {
        Reason { messages: self.messages.clone(), stopped: None, budget: self.budget }
    }

    /// The price of all seats that are ordered.
    pub fn total(&self) -> Option<Price> {
        self.bargain.as_ref()?.price.times(self.quantity)
    }
}
