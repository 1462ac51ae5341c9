//! Orders that contradict what is recorded under their id.

use crate::orders::bought::Known;
use crate::words::order::{Order, OrderState};

/// An order contradicts what is recorded under its id. Nothing is changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message tells it")]
pub enum Conflict {
    /// Another operator, and no higher revision that would say that this is meant.
    #[error(
        "the order is in the charge of {recorded}, and now comes with the operator {found}: if it is to pass to that one, count \
         its revision up"
    )]
    Operator { recorded: String, found: String },
    #[error(
        "line {line} was bought for the product {recorded:?}, and now comes with {found:?}: end that line, by handing it over \
         with quantity 0, and add another, with a number of its own, in one message"
    )]
    Product { line: u32, recorded: String, found: String },
    /// An id that is another order's, but for case and accents.
    #[error(
        "the order {0} is recorded, whose id differs in case or accents only: learning platforms do not tell these apart, so no \
         two orders may have such ids"
    )]
    Namesake(String),
    #[error("line {0} is recorded, and now missing: hand it over with quantity 0 to end it")]
    LineMissing(u32),
    /// An older state of the order.
    #[error("revision {found} is older than revision {recorded}, which was heard before")]
    Stale { recorded: u32, found: u32 },
    /// Two contents under one revision.
    #[error("revision {0} is recorded with another content: count the revision up with each change")]
    RevisionReused(u32),
    /// Out of the grave.
    #[error("the order was cancelled, which is final: sell again under a new id")]
    Cancelled,
    /// A payment taken back.
    #[error("the order was paid, and now comes as placed: pay, suspend or cancel it")]
    Unpaid,
    /// One that came to nothing, come again, after the staff has changed the order.
    #[error(
        "this message was rejected, and the shop's staff has changed the order since: it is not tried again, which would undo \
         that. Hand over how the order is to be now, in another message"
    )]
    Outdone,
    /// Somebody who may be in charge, or may not.
    #[error(
        "the order is in the charge of {recorded}, and now comes with the operator {found}. Whom the shop had named before was \
         erased, so nobody knows whether that is somebody else: name {recorded}, or have the staff hand the order over"
    )]
    Erased { recorded: String, found: String },
}

/// Whether an order that is to be as it was said, or decided, last can become as a message has it. `was_paid`: whether it ever was.
pub fn may_become(is: OrderState, was_paid: bool, is_to_be: OrderState) -> Result<(), Conflict> {
    match (is, is_to_be) {
        (OrderState::Cancelled, OrderState::Placed | OrderState::Paid | OrderState::Suspended) => {
            Err(Conflict::Cancelled)
        }
        (OrderState::Paid, OrderState::Placed) => Err(Conflict::Unpaid),
        (OrderState::Suspended, OrderState::Placed) if was_paid => Err(Conflict::Unpaid),
        _ => Ok(()),
    }
}

/// Compares the lines of a message with those that were bought, by what waits or was decided on last.
pub fn check<'a>(order: &Order, bought: impl IntoIterator<Item = Known<'a>>) -> Result<(), Conflict> {
    for Known { number, product, .. } in bought {
        match order.lines.iter().find(|line| line.line == number) {
            None => return Err(Conflict::LineMissing(number)),
            // Whatever it is called, it ends.
            Some(line) if line.ends() => {}
            Some(line) if line.product != product => {
                let (recorded, found) = (product.to_owned(), line.product.clone());
                return Err(Conflict::Product { line: number, recorded, found });
            }
            Some(_) => {}
        }
    }
    Ok(())
}
