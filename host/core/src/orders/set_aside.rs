//! Orders that bring the program down: after some crashes in a row, such an order is set aside, so that others go on.

use crate::orders::waiting::Unfinished;

/// So often in a row an order may bring the program down.
pub const MOST_LOST: u32 = 8;

/// After how many crashes in a row an order that is about to be tried is to be set aside; none, if it may be tried.
pub fn after(left: &Unfinished) -> Option<u32> {
    // This try is counted already, as one that is not known to have come to an end.
    (left.lost > MOST_LOST).then(|| left.lost - 1)
}
