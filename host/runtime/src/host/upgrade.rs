//! Moving an order's lines to another version of their handlers.

use super::redo::Redo;
use super::tag::Provided;
use super::{Host, HostError, Outcome, Progress, Versions};
use shop_core::orders::recorded::Recorded;
use shop_core::orders::waiting::Seq;
use shop_core::words::order::{OrderId, OrderState};

impl Host {
    /// What fulfilling an order as it stands would do with other versions of its lines' handlers. Changes nothing.
    pub async fn preview_upgrade(&self, order: &OrderId, to: Versions) -> Result<Outcome, HostError> {
        self.preview_again(order, Redo::Lines(to)).await
    }

    /// Fulfils an order as it stands with other versions of its lines' handlers, to which they keep from now on.
    pub async fn upgrade(
        &self,
        order: &OrderId,
        to: Versions,
        by: &str,
        progress: &Progress,
    ) -> Result<Outcome, HostError> {
        self.redo(order, Redo::Lines(to), by, &Provided::Anyhow, progress).await
    }

    /// What is recorded of an order that can be moved; and what waits of it.
    pub(super) async fn upgradable(&self, order: &OrderId, to: Versions) -> Result<(Recorded, Option<Seq>), HostError> {
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
