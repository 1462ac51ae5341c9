//! The shop's count of an order's changes: an older revision undoes no newer one, and one revision has one content.

use crate::orders::conflict::Conflict;
use crate::orders::recorded::{Fate, Recorded};
use crate::orders::said::{Ending, Said};
use crate::words::order::OrderState;

/// What was heard last on an order.
#[derive(Clone, Copy, Debug)]
pub struct Last {
    /// The highest revision, whatever became of that message.
    heard: u32,
    /// The revision of what was handed over last, and did not contradict.
    revision: u32,
    /// Its state.
    state: OrderState,
    /// Whether it did not come to nothing.
    counts: bool,
}

impl From<&Recorded> for Last {
    fn from(recorded: &Recorded) -> Last {
        let Recorded { heard, handed, fate, .. } = recorded;
        Last { heard: *heard, revision: handed.revision, state: handed.state, counts: *fate == Fate::Counts }
    }
}

impl From<&Ending> for Last {
    fn from(ending: &Ending) -> Last {
        let revision = ending.revision;
        Last { heard: revision, revision, state: ending.end.into(), counts: true }
    }
}

impl Last {
    /// Whether a message of the shop comes after all that was heard, by their revisions. One that came to nothing binds by its
    /// revision only: what was put right may come under the same.
    pub fn precedes(self, said: &Said) -> Result<(), Conflict> {
        let found = said.revision();
        if found < self.heard {
            return Err(Conflict::Stale { recorded: self.heard, found });
        }
        let says_the_same = said.order().is_none() && said.state() == self.state;
        if found == self.revision && found > 0 && self.counts && !says_the_same {
            return Err(Conflict::RevisionReused(found));
        }
        Ok(())
    }

    /// Whether a message means what it says when it differs: it is counted up, or puts right what came to nothing.
    pub fn is_counted_up(self, said: u32) -> bool {
        said > self.revision || !self.counts && said > 0
    }
}
