//! Moving an order's lines to another version of their handlers.

use super::fulfil::Attempt;
use super::{Host, HostError, Outcome, Progress, Versions};
use shop_core::orders::recorded::Recorded;
use shop_core::orders::waiting::Seq;
use shop_core::words::author::{Acting, Author};
use shop_core::words::order::{OrderId, OrderState};
use shop_journal::Basis;

impl Host {
    /// What fulfilling an order as it stands would do with other versions of its lines' handlers. Changes nothing.
    pub async fn preview_upgrade(&self, order: &OrderId, to: Versions) -> Result<Outcome, HostError> {
        let _turn = self.take_turn().await?;
        let (recorded, _) = self.upgradable(order, to).await?;
        Ok(self.prepare(&recorded.order, Some(&recorded), to).await?.preview())
    }

    /// Fulfils an order as it stands with other versions of its lines' handlers, to which they keep from now on.
    pub async fn upgrade(
        &self,
        order: &OrderId,
        to: Versions,
        by: &str,
        progress: &Progress,
    ) -> Result<Outcome, HostError> {
        self.persist(order, by, progress, Box::pin(self.first_upgrade(order, to, by, progress))).await
    }

    /// Once it is begun, the lines have the version, and what remains is like any other attempt.
    async fn first_upgrade(
        &self,
        order: &OrderId,
        to: Versions,
        by: &str,
        progress: &Progress,
    ) -> Result<Outcome, HostError> {
        let _turn = self.take_turn().await?;
        let (recorded, waits) = self.upgradable(order, to).await?;
        let prepared = self.prepare(&recorded.order, Some(&recorded), to).await?;
        let (order, author) = (&recorded.order, &Author::staff(by)?);
        let attempt = Attempt::first(order, Acting { who: author.name(), author }, Basis::Recorded(waits));
        self.carry_out(prepared, &attempt, progress).await
    }

    /// What is recorded of an order that can be moved; and what waits of it.
    async fn upgradable(&self, order: &OrderId, to: Versions) -> Result<(Recorded, Option<Seq>), HostError> {
        let cannot = |reason| HostError::NotUpgradable { order: order.clone(), reason };
        let (recorded, waits) = match self.recorded_order(order).await {
            Ok(known) if known.0.accepted => known,
            Ok(_) | Err(HostError::UnknownOrder(_) | HostError::Unamendable { .. }) => {
                return Err(cannot("no accepted order with this id is recorded"));
            }
            Err(error) => return Err(error),
        };
        match recorded.order.state {
            OrderState::Placed | OrderState::Paid => {}
            OrderState::Suspended => return Err(cannot("it is suspended: resume it first")),
            OrderState::Cancelled => return Err(cannot("it is cancelled")),
        }
        for line in recorded.lines.values() {
            let Some(bargain) = &line.bargain else { continue };
            if to.of(self, bargain.handler).await? != bargain.handler {
                return Ok((recorded, waits));
            }
        }
        Err(cannot("its lines have this version already, or another handler"))
    }
}
