//! What is recorded of orders, read for whoever shows it.

use std::collections::{BTreeMap, BTreeSet};

use shop_core::orders::recorded::Recorded;
use shop_core::orders::said::Ending;
use shop_core::orders::scope::Scope;
use shop_core::orders::state::LineState;
use shop_core::words::order::OrderId;
use shop_journal::{JournalError, Records};

use crate::handlers::{HandlerError, Handlers};
use crate::view::order::Beside;

/// Which orders are listed.
#[derive(Clone, Debug)]
pub struct Which {
    /// Whose.
    pub scope: Scope,
    /// With a line in this state; blocked is also one whose lines are incomplete, since somebody must act.
    pub state: Option<LineState>,
    /// Those that came after this one.
    pub after: Option<OrderId>,
    /// At most so many.
    pub most: usize,
}

/// Some orders, as they came.
#[derive(Clone, Debug)]
pub struct Page {
    /// The orders.
    pub orders: Vec<Recorded>,
    /// After which order the next page begins; none: there are no more. Few of many orders can be in a state: then a page can have fewer
    /// than were asked for, and end all the same.
    pub next: Option<OrderId>,
}

/// An order, as far as it is known.
pub enum Found {
    /// It is recorded.
    Recorded(Box<(Recorded, Beside)>),
    /// Nothing is known of it but its end.
    Ended(Ending),
}

/// So many orders are looked through at once.
const PIECE: u32 = 500;

/// So many of the orders are read for a page, listed or not, unless whoever asks wants all.
const MOST_READ: usize = 2_000;

/// Lists orders. None: there is no such order to begin after.
pub async fn page(records: &Records, which: &Which) -> Result<Option<Page>, JournalError> {
    let blocked: BTreeSet<OrderId> = match which.state {
        Some(LineState::Blocked) => records.blocked().await?.into_iter().map(|blocked| blocked.order).collect(),
        _ => BTreeSet::new(),
    };
    let is_listed = |order: &Recorded| match which.state {
        None => true,
        Some(state) => blocked.contains(&order.order.id) || order.lines.values().any(|line| line.state == state),
    };
    let (mut orders, mut after) = (Vec::new(), which.after.clone());
    // Whoever sees some orders only is told of no others, as the last one either.
    let (mut last, mut read) = (which.after.clone(), 0);
    loop {
        let Some(piece) = records.orders_after(after.as_ref(), PIECE).await? else { return Ok(None) };
        if piece.is_empty() {
            return Ok(Some(Page { orders, next: None }));
        }
        for id in piece {
            if which.scope.has(&id) {
                if orders.len() == which.most || (read == MOST_READ && which.most != usize::MAX) {
                    return Ok(Some(Page { orders, next: last }));
                }
                orders.extend(records.order(&id).await?.filter(is_listed));
                (last, read) = (Some(id.clone()), read + 1);
            }
            after = Some(id);
        }
    }
}

impl Handlers {
    /// All that is known of an order.
    pub async fn find_order(&self, id: &OrderId) -> Result<Option<Found>, HandlerError> {
        let records = self.records();
        let Some(recorded) = records.order(id).await? else {
            return Ok(records.ending(id).await?.map(Found::Ended));
        };
        let mut handlers = BTreeMap::new();
        for (number, line) in &recorded.lines {
            let Some(bargain) = &line.bargain else { continue };
            // What it said is told without its words then.
            if let Ok(handler) = self.load(bargain.handler).await {
                handlers.insert(*number, handler);
            }
        }
        let beside = Beside {
            receipt: records.last_receipt(id).await?,
            left: records.unfinished(id).await?,
            hand_overs: records.hand_overs(id).await?,
            held: records.held_of(id).await?,
            handlers,
        };
        Ok(Some(Found::Recorded(Box::new((recorded, beside)))))
    }
}
