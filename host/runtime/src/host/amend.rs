//! What the shop's staff changes about orders.

use super::fulfil::Work;
use super::tag::Provided;
use super::{Host, HostError, Outcome, Progress, Versions};
use shop_core::orders::amendment::{Amendment, SeatAmendment, Unamendable};
use shop_core::orders::recorded::Recorded;
use shop_core::orders::said::{End, Ending};
use shop_core::orders::unsaid::InCharge;
use shop_core::orders::waiting::{Seq, Unfinished};
use shop_core::words::author::{Acting, Author};
use shop_core::words::order::{Order, OrderId};
use shop_journal::{AsOf, JournalError, Known, Received, When};

/// An amendment that is written down: from here on it is done, whatever interrupts that. Whoever keeps this sets to work at it; dropped,
/// it is [`Host::resume`] that goes on with it.
pub struct Amended<'a> {
    host: &'a Host,
    order: &'a OrderId,
    author: Author,
    taken: Taken,
}

/// What was taken in.
enum Taken {
    /// It waits to be done, and is to be like this.
    Waits(Seq, Box<Order>),
    /// The order ends, of which nothing else was ever heard.
    Ended(Ending),
}

impl Amended<'_> {
    /// Sets to work at once, and waits for what comes of it.
    pub async fn fulfil(self, progress: &Progress) -> Result<Outcome, HostError> {
        let Amended { host, order: id, author, taken } = self;
        let (seq, order) = match taken {
            Taken::Waits(seq, order) => (seq, order),
            Taken::Ended(ending) => return Ok(host.nothing_to_end(&ending)),
        };
        let first = Box::pin(async {
            let work = Work { order: id, when: When::Received(seq), who: author.name(), by_staff: None, progress };
            match host.work_at(&work).await? {
                Some(outcome) => Ok(outcome),
                // Somebody else has gone on with it, or something else was heard meanwhile.
                None => {
                    let (recorded, left, _) = host.known_order(id).await?;
                    match recorded.stands(left.as_ref()) == Some(&order) {
                        true => host.came_of(id).await,
                        false => Err(JournalError::Meanwhile(id.clone()).into()),
                    }
                }
            }
        });
        host.persist(id, author.name(), progress, first).await
    }
}

impl Host {
    /// What amending an order would do. Changes nothing.
    pub async fn preview_amendment(&self, id: &OrderId, amendment: &Amendment) -> Result<Outcome, HostError> {
        self.check_platform().await?;
        if let Some(ending) = self.cancels_unheard(id, amendment).await? {
            return Ok(self.nothing_to_end(&ending));
        }
        let (recorded, order, _) = self.amended(id, amendment, &Provided::Anyhow).await?;
        Ok(self.prepare(&order, Some(&recorded), Versions::Bought).await?.preview())
    }

    /// Amends an order, and fulfils it as it is then. The shop's last message on the order, should it come again, leaves
    /// that as it is; another message takes its place.
    pub async fn amend(
        &self,
        id: &OrderId,
        amendment: &Amendment,
        by: &str,
        progress: &Progress,
    ) -> Result<Outcome, HostError> {
        self.accept_amendment(id, amendment, by, &Provided::Anyhow).await?.fulfil(progress).await
    }

    /// Writes an amendment down, if the order can be amended so, and is as it must be. Of several who change what they have read, one
    /// succeeds.
    pub async fn accept_amendment<'a>(
        &'a self,
        id: &'a OrderId,
        amendment: &Amendment,
        by: &str,
        provided: &Provided,
    ) -> Result<Amended<'a>, HostError> {
        let author = Author::staff(by)?;
        let taken = self.guarded(id, Box::pin(self.take_in_amendment(id, amendment, &author, provided))).await?;
        Ok(Amended { host: self, order: id, author, taken })
    }

    async fn take_in_amendment(
        &self,
        id: &OrderId,
        amendment: &Amendment,
        author: &Author,
        provided: &Provided,
    ) -> Result<Taken, HostError> {
        loop {
            self.pass().await?;
            if let Some(ending) = self.cancels_unheard(id, amendment).await? {
                match self.cancel_unheard(&ending, author, provided).await {
                    Err(HostError::Journal(JournalError::Meanwhile(_) | JournalError::Alone)) => continue,
                    ended => return ended.map(|()| Taken::Ended(ending)),
                }
            }
            let (recorded, order, as_of) = self.amended(id, amendment, provided).await?;
            let bought = &recorded.bought;
            let message = Received { order: &order, author, is_anew: true, news: None, bought, as_of: &as_of };
            match self.journal.passing().receive(&message).await {
                Err(JournalError::Meanwhile(_) | JournalError::Alone) => {}
                received => return Ok(Taken::Waits(received?, order.into())),
            }
        }
    }

    async fn cancel_unheard(&self, ending: &Ending, author: &Author, provided: &Provided) -> Result<(), HostError> {
        let Known { recorded, ended, as_of, .. } = self.journal.known(&ending.id).await?;
        self.check_then(&ending.id, provided, &as_of).await?;
        match ended {
            _ if recorded.is_some() => Err(JournalError::Meanwhile(ending.id.clone()).into()),
            Some(ended) if ended == *ending => Ok(()),
            _ => Ok(self.journal.passing().end_unheard(ending, Acting { who: author.name(), author }, &as_of).await?),
        }
    }

    async fn amended(
        &self,
        id: &OrderId,
        amendment: &Amendment,
        provided: &Provided,
    ) -> Result<(Recorded, Order, AsOf), HostError> {
        self.catalogue_of(id)?;
        let (recorded, left, as_of) = self.known_order(id).await?;
        self.check_then(id, provided, &as_of).await?;
        let recorded = match (amendment, left) {
            (_, None) => recorded,
            (Amendment::Seat(..) | Amendment::HandOver(_) | Amendment::Resume, Some(left)) => {
                settled(recorded, Some(left))?.0
            }
            // It can end, or be interrupted, whatever waits; one that is not accepted yet, too: then it is not set up at all.
            (Amendment::Suspend | Amendment::Cancel, Some(left)) => Recorded { latest: left.order, ..recorded },
        };
        let order = amendment.amend(&recorded);
        let order = order.map_err(|reason| HostError::Unamendable { order: id.clone(), reason })?;
        let order = match amendment {
            Amendment::Seat(_, SeatAmendment::Reassign(_) | SeatAmendment::Occupy(..)) => {
                self.complete(order, recorded.latest(), InCharge::AsSaid).await?
            }
            _ => order,
        };
        let bought = recorded.buys(&order, None);
        Ok((Recorded { bought, ..recorded }, order, as_of))
    }

    /// What an amendment makes of an order that was suspended before anything else was heard of it: it can end for good.
    async fn cancels_unheard(&self, id: &OrderId, amendment: &Amendment) -> Result<Option<Ending>, HostError> {
        self.catalogue_of(id)?;
        let ended = match amendment {
            Amendment::Cancel => self.journal.ending(id).await?,
            _ => None,
        };
        Ok(ended.map(|ended| Ending { end: End::Cancelled, ..ended }))
    }

    /// The recorded order, and the number of what waits of it. Fails if that is a change.
    pub(super) async fn recorded_order(&self, id: &OrderId) -> Result<(Recorded, Option<Seq>), HostError> {
        let (recorded, left, _) = self.known_order(id).await?;
        settled(recorded, left)
    }

    /// What is recorded of an order, and what waits to be done about it, and as of when.
    async fn known_order(&self, id: &OrderId) -> Result<(Recorded, Option<Unfinished>, AsOf), HostError> {
        let Known { recorded, waits, ended, as_of, .. } = self.journal.known(id).await?;
        match (recorded, ended) {
            (Some(recorded), _) => Ok((recorded, waits, as_of)),
            (None, Some(ended)) => {
                let reason = Unamendable::unheard(&ended);
                Err(HostError::Unamendable { order: id.clone(), reason })
            }
            (None, None) => Err(HostError::UnknownOrder(id.clone())),
        }
    }

    /// The same of an order that was accepted: others claim nothing.
    pub(super) async fn accepted_order(&self, id: &OrderId) -> Result<(Recorded, Option<Seq>), HostError> {
        let known = self.recorded_order(id).await?;
        match known.0.accepted {
            true => Ok(known),
            false => Err(HostError::Unamendable { order: id.clone(), reason: Unamendable::NotAccepted }),
        }
    }
}

/// The order, if what waits of it is just what is recorded.
fn settled(recorded: Recorded, left: Option<Unfinished>) -> Result<(Recorded, Option<Seq>), HostError> {
    match &left {
        Some(left) if !recorded.accepted || left.order != *recorded.latest() => {
            Err(HostError::Unfinished { order: left.order.id.clone(), next_try: left.next_try })
        }
        _ => Ok((recorded, left.map(|left| left.seq))),
    }
}
