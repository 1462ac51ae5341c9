//! What the shop's staff does: amending orders, and comparing what is recorded with what the platform has.

use super::fulfil::Attempt;
use super::{Host, HostError, Outcome, Progress, Versions};
use shop_core::orders::amendment::{Amendment, Unamendable};
use shop_core::orders::recorded::Recorded;
use shop_core::orders::said::{End, Ending};
use shop_core::orders::waiting::{Seq, Unfinished};
use shop_core::words::author::{Acting, Author};
use shop_core::words::order::{Order, OrderId};
use shop_journal::{Basis, Known, Received};

/// What counts of what the platform does not tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Believes {
    /// What it has answered when it was asked to make it so.
    Answers,
    /// Nothing.
    Nothing,
}

impl Host {
    /// What amending an order would do. Changes nothing.
    pub async fn preview_amendment(&self, id: &OrderId, amendment: &Amendment) -> Result<Outcome, HostError> {
        let _turn = self.take_turn().await?;
        if let Some(ending) = self.cancels_unheard(id, amendment).await? {
            return Ok(self.nothing_to_end(&ending));
        }
        let (recorded, order) = self.amended(id, amendment).await?;
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
        self.persist(id, by, progress, Box::pin(self.first_amendment(id, amendment, by, progress))).await
    }

    async fn first_amendment(
        &self,
        id: &OrderId,
        amendment: &Amendment,
        by: &str,
        progress: &Progress,
    ) -> Result<Outcome, HostError> {
        let _turn = self.take_turn().await?;
        let author = &Author::staff(by)?;
        if let Some(ending) = self.cancels_unheard(id, amendment).await? {
            if self.journal.ending(id).await?.as_ref() != Some(&ending) {
                self.journal.end_unheard(&ending, Acting { who: author.name(), author }).await?;
            }
            return Ok(self.nothing_to_end(&ending));
        }
        let (recorded, order) = self.amended(id, amendment).await?;
        let order = &order;
        let message = Received { order, author, news: None, bought: &recorded.bought };
        let basis = Basis::Waiting(self.journal.receive(&message).await?);
        let attempt = Attempt::first(order, Acting { who: author.name(), author }, basis);
        self.attempt(&attempt, Some(&recorded), progress).await
    }

    async fn amended(&self, id: &OrderId, amendment: &Amendment) -> Result<(Recorded, Order), HostError> {
        let recorded = match amendment {
            Amendment::Seat(..) | Amendment::HandOver(_) | Amendment::Resume => self.recorded_order(id).await?.0,
            // It can end, or be interrupted, whatever waits.
            Amendment::Suspend | Amendment::Cancel => self.wanted_order(id).await?,
        };
        let order = amendment.amend(&recorded);
        let order = order.map_err(|reason| HostError::Unamendable { order: id.clone(), reason })?;
        let bought = recorded.buys(&order, None);
        Ok((Recorded { bought, ..recorded }, order))
    }

    /// What an amendment makes of an order that was suspended before anything else was heard of it: it can end for good.
    async fn cancels_unheard(&self, id: &OrderId, amendment: &Amendment) -> Result<Option<Ending>, HostError> {
        let ended = match amendment {
            Amendment::Cancel => self.journal.ending(id).await?,
            _ => None,
        };
        Ok(ended.map(|ended| Ending { end: End::Cancelled, ..ended }))
    }

    /// The recorded order, and the number of what waits of it. Fails if that is a change.
    pub(super) async fn recorded_order(&self, id: &OrderId) -> Result<(Recorded, Option<Seq>), HostError> {
        let (recorded, left) = self.known_order(id).await?;
        match &left {
            Some(left) if !recorded.accepted || left.order != *recorded.latest() => {
                Err(HostError::Unfinished { order: id.clone(), next_try: left.next_try })
            }
            _ => Ok((recorded, left.map(|left| left.seq))),
        }
    }

    /// What is recorded of an order, as it is to be once what waits is done.
    async fn wanted_order(&self, id: &OrderId) -> Result<Recorded, HostError> {
        let (recorded, left) = self.known_order(id).await?;
        let Some(left) = left else { return Ok(recorded) };
        // One that is not accepted yet can be ended too: then it is not set up at all.
        Ok(Recorded { latest: left.order, ..recorded })
    }

    /// What is recorded of an order, and what waits to be done about it.
    async fn known_order(&self, id: &OrderId) -> Result<(Recorded, Option<Unfinished>), HostError> {
        let Known { recorded, waits, ended, .. } = self.journal.known(id).await?;
        match (recorded, ended) {
            (Some(recorded), _) => Ok((recorded, waits)),
            (None, Some(ended)) => {
                let reason = Unamendable::unheard(&ended);
                Err(HostError::Unamendable { order: id.clone(), reason })
            }
            (None, None) => Err(HostError::UnknownOrder(id.clone())),
        }
    }

    /// The same of an order that was accepted: others claim nothing.
    async fn accepted_order(&self, id: &OrderId) -> Result<(Recorded, Option<Seq>), HostError> {
        let known = self.recorded_order(id).await?;
        match known.0.accepted {
            true => Ok(known),
            false => Err(HostError::Unamendable { order: id.clone(), reason: Unamendable::NotAccepted }),
        }
    }

    /// What repairing an order would do: the difference between what it claims and what the platform has. Nothing is
    /// changed, and no handler asked.
    pub async fn verify(&self, id: &OrderId) -> Result<Outcome, HostError> {
        self.preview_repair(id, Believes::Answers).await
    }

    /// What stating an order again would do.
    pub async fn preview_restatement(&self, id: &OrderId) -> Result<Outcome, HostError> {
        self.preview_repair(id, Believes::Nothing).await
    }

    async fn preview_repair(&self, id: &OrderId, believes: Believes) -> Result<Outcome, HostError> {
        let _turn = self.take_turn().await?;
        let (recorded, _) = self.accepted_order(id).await?;
        Ok(self.prepare_as_recorded(&recorded, believes).await?.preview())
    }

    /// Puts back what an order claims and the platform has otherwise, or no longer.
    pub async fn repair(&self, id: &OrderId, by: &str, progress: &Progress) -> Result<Outcome, HostError> {
        self.put_back(id, Believes::Answers, by, progress).await
    }

    /// The same, and all that an order claims is stated again where the platform does not tell whether it still is so.
    pub async fn restate(&self, id: &OrderId, by: &str, progress: &Progress) -> Result<Outcome, HostError> {
        self.put_back(id, Believes::Nothing, by, progress).await
    }

    async fn put_back(
        &self,
        id: &OrderId,
        believes: Believes,
        by: &str,
        progress: &Progress,
    ) -> Result<Outcome, HostError> {
        let _turn = self.take_turn().await?;
        let (recorded, waits) = self.accepted_order(id).await?;
        let prepared = self.prepare_as_recorded(&recorded, believes).await?;
        let (order, author) = (recorded.latest(), &Author::staff(by)?);
        let attempt = Attempt::first(order, Acting { who: author.name(), author }, Basis::Recorded(waits));
        self.carry_out(prepared, &attempt, progress).await
    }
}
