//! Whether an order is still as somebody has read it: of two who change what they have read, one succeeds.

use super::{Host, HostError};
use crate::recorded::Found;
use crate::view::Voice;
use crate::view::order::{Ended, Order, Shown};
use shop_core::words::digest::Digest;
use shop_core::words::order::OrderId;
use shop_journal::{AsOf, JournalError};

/// Stands for all that is told of an order: whenever anything of that changes, another one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag(pub Digest);

/// How an order must be for something to be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provided {
    /// In whatever way.
    Anyhow,
    /// It was heard of.
    Known,
    /// It is as one of these stands for.
    Is(Vec<Tag>),
    /// Nothing was heard of it, and nothing decided, since then.
    AsOf(AsOf),
}

impl Host {
    /// All that is known of an order, and what stands for that.
    pub async fn find_order(&self, id: &OrderId) -> Result<Option<(Found, Tag)>, HostError> {
        // Read before what is told: what comes between them makes a tag that stands for nothing, and never one for more than was told.
        let as_of = self.journal.as_of(id).await?;
        let found = self.handlers.find_order(id).await?;
        found.map(|found| tag(&found, &as_of).map(|tag| (found, tag))).transpose()
    }

    /// Fails if an order is not as it must be.
    pub async fn check_provided(&self, id: &OrderId, provided: &Provided) -> Result<(), HostError> {
        match provided {
            Provided::Anyhow => Ok(()),
            Provided::Known | Provided::Is(_) | Provided::AsOf(_) => {
                self.check_then(id, provided, &self.journal.as_of(id).await?).await
            }
        }
    }

    /// The same before something is written down that is decided on as of then: if anybody else decides meanwhile, that is not written.
    pub(super) async fn check_then(&self, id: &OrderId, provided: &Provided, as_of: &AsOf) -> Result<(), HostError> {
        let holds = match provided {
            Provided::Anyhow => true,
            Provided::Known => self.journal.is_heard_of(id).await?,
            Provided::AsOf(then) => then == as_of,
            Provided::Is(tags) => match self.handlers.find_order(id).await? {
                Some(found) => tags.contains(&tag(&found, as_of)?),
                None => false,
            },
        };
        if holds { Ok(()) } else { Err(HostError::Changed(id.clone())) }
    }
}

/// Of what is told in one language: in each of them, the same is told.
fn tag(found: &Found, as_of: &AsOf) -> Result<Tag, HostError> {
    let shown = match found {
        Found::Ended(ending) => Shown::Ended(Ended::from(ending)),
        Found::Recorded(found) => {
            let (recorded, beside) = &**found;
            Shown::Recorded(Order::of(recorded, beside.clone(), Voice::of_what_is("en")).into())
        }
    };
    let all = serde_json::to_vec(&(shown, as_of)).map_err(|error| JournalError::Content(error.to_string()))?;
    Ok(Tag(Digest::of(&all)))
}
