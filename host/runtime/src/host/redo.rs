//! Working once more at what is recorded of an order: putting back what the platform has otherwise, or moving to other versions of
//! its handlers.

use super::fulfil::{Attempt, Tried};
use super::lease::Lease;
use super::prepare::{Believes, Prepared};
use super::tag::Provided;
use super::{Host, HostError, Outcome, Progress, Versions};
use shop_core::orders::recorded::Recorded;
use shop_core::orders::waiting::Seq;
use shop_core::words::author::{Acting, Author};
use shop_core::words::order::OrderId;
use shop_journal::Basis;

/// What is done once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redo {
    /// What the order claims, and the platform has otherwise.
    Claims(Believes),
    /// The order, with these versions of its lines' handlers.
    Lines(Versions),
}

impl Host {
    /// What repairing an order would do: the difference between what it claims and what the platform has. Nothing is
    /// changed, and no handler asked.
    pub async fn verify(&self, id: &OrderId) -> Result<Outcome, HostError> {
        self.preview_again(id, Redo::Claims(Believes::Answers)).await
    }

    /// What stating an order again would do.
    pub async fn preview_restatement(&self, id: &OrderId) -> Result<Outcome, HostError> {
        self.preview_again(id, Redo::Claims(Believes::Nothing)).await
    }

    /// Puts back what an order claims and the platform has otherwise, or no longer.
    pub async fn repair(&self, id: &OrderId, by: &str, progress: &Progress) -> Result<Outcome, HostError> {
        self.redo(id, Redo::Claims(Believes::Answers), by, &Provided::Anyhow, progress).await
    }

    /// The same, and all that an order claims is stated again where the platform does not tell whether it still is so.
    pub async fn restate(&self, id: &OrderId, by: &str, progress: &Progress) -> Result<Outcome, HostError> {
        self.redo(id, Redo::Claims(Believes::Nothing), by, &Provided::Anyhow, progress).await
    }

    /// What doing it once more would do.
    pub async fn preview_again(&self, id: &OrderId, what: Redo) -> Result<Outcome, HostError> {
        self.check_platform().await?;
        let (recorded, _) = self.to_redo(id, what).await?;
        Ok(self.prepare_again(&recorded, what).await?.preview())
    }

    /// Does it once more, if the order is as it must be. Once it is begun, what remains is like any other attempt.
    pub async fn redo(
        &self,
        id: &OrderId,
        what: Redo,
        by: &str,
        provided: &Provided,
        progress: &Progress,
    ) -> Result<Outcome, HostError> {
        let redone = Box::pin(self.redo_once(id, what, by, provided, progress));
        match what {
            Redo::Claims(_) => redone.await,
            Redo::Lines(_) => self.persist(id, by, progress, redone).await,
        }
    }

    async fn redo_once(
        &self,
        id: &OrderId,
        what: Redo,
        by: &str,
        provided: &Provided,
        progress: &Progress,
    ) -> Result<Outcome, HostError> {
        let author = Author::staff(by)?;
        let mut keys = self.keys(id).await?;
        loop {
            let lease = self.lease(self.leases.line_up(keys).await?).await?;
            let done = lease.during(self.redo_with(&lease, id, what, (&author, provided), progress)).await;
            lease.end().await;
            match done? {
                Tried::Done(outcome) => return Ok(*outcome),
                Tried::Lacks(more) => keys = more,
            }
        }
    }

    async fn redo_with(
        &self,
        lease: &Lease,
        id: &OrderId,
        what: Redo,
        (author, provided): (&Author, &Provided),
        progress: &Progress,
    ) -> Result<Tried, HostError> {
        self.check_provided(id, provided).await?;
        let (recorded, waits) = self.to_redo(id, what).await?;
        let prepared = self.prepare_again(&recorded, what).await?;
        if let Some(more) = prepared.lacks(lease) {
            return Ok(Tried::Lacks(more));
        }
        let (by, basis) = (Acting { who: author.name(), author }, Basis::Recorded(waits));
        let attempt = Attempt { order: prepared.order, by, basis, tries: 1, lease };
        Ok(Tried::Done(self.carry_out(prepared, &attempt, progress).await?.into()))
    }

    async fn to_redo(&self, id: &OrderId, what: Redo) -> Result<(Recorded, Option<Seq>), HostError> {
        match what {
            Redo::Claims(_) => self.accepted_order(id).await,
            Redo::Lines(to) => self.upgradable(id, to).await,
        }
    }

    async fn prepare_again<'a>(&self, recorded: &'a Recorded, what: Redo) -> Result<Prepared<'a>, HostError> {
        match what {
            Redo::Claims(believes) => self.prepare_as_recorded(recorded, believes).await,
            Redo::Lines(to) => self.prepare(&recorded.order, Some(recorded), to).await,
        }
    }
}
