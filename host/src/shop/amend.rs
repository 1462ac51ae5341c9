//! What the shop's staff does: amending orders, and comparing what is recorded with what the platform has.

use super::fulfil::Attempt;
use super::{Outcome, Progress, Shop, ShopError, Versions};
use crate::amendment::{Amendment, Unamendable};
use crate::author::Author;
use crate::journal::{Changed, Recorded};
use crate::order::{Order, OrderId};

impl Shop {
    /// What amending an order would do. Changes nothing.
    pub async fn preview_amendment(&self, id: &OrderId, amendment: &Amendment) -> Result<Outcome, ShopError> {
        let _turn = self.take_turn().await?;
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
    ) -> Result<Outcome, ShopError> {
        let first = self.first_amendment(id, amendment, by, progress).await;
        self.persist(id, first, progress).await
    }

    async fn first_amendment(
        &self,
        id: &OrderId,
        amendment: &Amendment,
        by: &str,
        progress: &Progress,
    ) -> Result<Outcome, ShopError> {
        let _turn = self.take_turn().await?;
        let (recorded, order) = self.amended(id, amendment).await?;
        let author = Author::Staff(by.to_owned());
        self.journal.receive(&order, &author, self.platform.identity()).await?;
        self.attempt(&Attempt { order: &order, author: &author, tries: 0 }, Some(&recorded), progress).await
    }

    async fn amended(&self, id: &OrderId, amendment: &Amendment) -> Result<(Recorded, Order), ShopError> {
        let recorded = match amendment {
            Amendment::Seat(..) | Amendment::Resume => self.recorded_order(id).await?,
            // It can end, or be interrupted, whatever waits.
            Amendment::Suspend | Amendment::Cancel => self.wanted_order(id).await?,
        };
        let order = amendment.amend(&recorded);
        let order = order.map_err(|reason| ShopError::Unamendable { order: id.clone(), reason })?;
        Ok((recorded, order))
    }

    /// What is recorded of an order, if nothing that is to be done about it is still unrecorded.
    async fn recorded_order(&self, id: &OrderId) -> Result<Recorded, ShopError> {
        let recorded = self.journal.order(id).await?;
        let begun = recorded.as_ref().filter(|recorded| recorded.accepted).map(Recorded::latest);
        match self.journal.unfinished(id).await? {
            Some(left) if begun != Some(&left.order) => {
                Err(ShopError::Unfinished { order: id.clone(), next_try: left.next_try })
            }
            _ => recorded.ok_or_else(|| ShopError::UnknownOrder(id.clone())),
        }
    }

    /// What is recorded of an order, as it is to be once what waits is done.
    async fn wanted_order(&self, id: &OrderId) -> Result<Recorded, ShopError> {
        let recorded = self.journal.order(id).await?.ok_or_else(|| ShopError::UnknownOrder(id.clone()))?;
        let left = self.journal.unfinished(id).await?;
        let changed = left.map(|left| Changed { by: left.author.name().to_owned(), order: left.order });
        // One that is not accepted yet can be ended too: then it is not set up at all.
        let accepted = recorded.accepted || changed.is_some();
        Ok(Recorded { changed: changed.or(recorded.changed), accepted, ..recorded })
    }

    /// The same of an order that was accepted: others claim nothing.
    async fn accepted_order(&self, id: &OrderId) -> Result<Recorded, ShopError> {
        let recorded = self.recorded_order(id).await?;
        match recorded.accepted {
            true => Ok(recorded),
            false => Err(ShopError::Unamendable { order: id.clone(), reason: Unamendable::NotAccepted }),
        }
    }

    /// What repairing an order would do: the difference between what it claims and what the platform has. Nothing is
    /// changed, and no handler asked.
    pub async fn verify(&self, id: &OrderId) -> Result<Outcome, ShopError> {
        let _turn = self.take_turn().await?;
        let recorded = self.accepted_order(id).await?;
        Ok(self.prepare_as_recorded(&recorded).await?.preview())
    }

    /// Puts back what an order claims and the platform has otherwise, or no longer.
    pub async fn repair(&self, id: &OrderId, by: &str, progress: &Progress) -> Result<Outcome, ShopError> {
        let _turn = self.take_turn().await?;
        let recorded = self.accepted_order(id).await?;
        let prepared = self.prepare_as_recorded(&recorded).await?;
        let author = Author::Staff(by.to_owned());
        self.carry_out(prepared, &Attempt { order: recorded.latest(), author: &author, tries: 0 }, progress).await
    }
}
