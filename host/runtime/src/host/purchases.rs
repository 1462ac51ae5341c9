//! Orders of web shops that are connected, for whoever reads them there.

use std::time::Duration;

use super::HostError;
use shop_core::orders::recorded::Fate;
use shop_core::words::order::{Order, OrderId};
use shop_journal::{AsOf, Hint, Journal, Looked, Remembered};

/// Which orders of web shops are to be read, and what was last told of each.
#[derive(Clone)]
pub struct Purchases {
    journal: Journal,
}

/// An order as the host has it.
#[derive(Clone, Debug)]
pub struct Had {
    /// As it is to be, by what waits or was decided on last; none: nothing was decided.
    pub stands: Option<Order>,
    /// What became of the last message about it.
    pub fate: Fate,
}

impl Purchases {
    pub(super) fn of(journal: Journal) -> Self {
        Purchases { journal }
    }

    /// Notes that something was heard of orders of a web shop; each is to be read. It survives whatever happens from now on.
    pub async fn hint(&self, connection: &str, keys: &[String]) -> Result<(), HostError> {
        Ok(self.journal.hint(connection, keys).await?)
    }

    /// Has all orders of a web shop read that may hold seats; how many.
    pub async fn hint_all(&self, connection: &str) -> Result<u64, HostError> {
        Ok(self.journal.hint_all(connection).await?)
    }

    /// Takes orders of a web shop to be read, so many at most, for so long: nobody else reads them meanwhile.
    pub async fn take(&self, connection: &str, most: u32, time: Duration) -> Result<Vec<Hint>, HostError> {
        Ok(self.journal.take_hints(connection, most, time).await?)
    }

    /// What is remembered of the order that is read.
    pub async fn remembered(&self, hint: &Hint) -> Result<Option<Remembered>, HostError> {
        Ok(self.journal.purchase(&hint.connection, &hint.key).await?)
    }

    /// Remembers something of the order that is read; false: somebody else reads it by now.
    pub async fn remember(&self, hint: &Hint, purchase: &Remembered) -> Result<bool, HostError> {
        Ok(self.journal.remember(hint, purchase).await?)
    }

    /// What it says is told.
    pub async fn done(&self, hint: &Hint) -> Result<(), HostError> {
        Ok(self.journal.hint_done(hint).await?)
    }

    /// It could not be read, and is tried again after a pause.
    pub async fn failed(&self, hint: &Hint, pause: Duration) -> Result<(), HostError> {
        Ok(self.journal.hint_failed(hint, pause).await?)
    }

    /// How far a web shop's list of orders was looked through; none: it never was.
    pub async fn looked(&self, connection: &str) -> Result<Option<Looked>, HostError> {
        Ok(self.journal.looked(connection).await?)
    }

    /// Notes that.
    pub async fn note_looked(&self, connection: &str, looked: Looked) -> Result<(), HostError> {
        Ok(self.journal.note_looked(connection, looked).await?)
    }

    /// The order as the host has it, and as of when; none: nothing was ever heard of it.
    pub async fn had(&self, id: &OrderId) -> Result<Option<(Had, AsOf)>, HostError> {
        let known = self.journal.known(id).await?;
        let Some(recorded) = &known.recorded else { return Ok(None) };
        let stands = recorded.stands(known.waits.as_ref()).cloned();
        // What waits may still come to something.
        let fate = if known.waits.is_some() { Fate::Counts } else { recorded.fate };
        Ok(Some((Had { stands, fate }, known.as_of)))
    }
}
