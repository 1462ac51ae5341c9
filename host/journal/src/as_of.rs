//! Whether anything was heard of an order, or decided, since it was read: what is written then was decided on what is known no longer.

use serde::Serialize;

use super::{JournalError, Records};
use shop_core::words::order::OrderId;
use shop_store::{Tx, query};

/// By this it is seen whether anything was heard of an order, or decided, since it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AsOf(String, Option<String>);

impl Records {
    /// As of when an order is known now.
    pub async fn as_of(&self, id: &OrderId) -> Result<AsOf, JournalError> {
        as_of(&mut self.begin_read().await?, id).await
    }
}

/// What changes with whatever is heard of an order or decided.
pub(super) async fn as_of(tx: &mut Tx, id: &OrderId) -> Result<AsOf, JournalError> {
    let sql = "SELECT coalesce((SELECT max(seq) FROM unfinished WHERE order_id = $1), 0) || ' '
            || coalesce((SELECT max(id) FROM plans WHERE order_id = $1), 0) || ' '
            || coalesce((SELECT heard || ' ' || coalesce(handed_digest, '') || ' ' || accepted || void || state || revision
                || rewritten || coalesce(changed, '') FROM orders WHERE id = $1), '') || ' '
            || coalesce((SELECT state || revision FROM endings WHERE order_id = $1), '')";
    let state: String = query(sql).bind(id.as_str()).one(&mut *tx).await?;
    Ok(AsOf(state, namesake(tx, id).await?))
}

/// The order whose id differs from this one's in case only, if it is accepted or waits to be.
pub(super) async fn namesake(tx: &mut Tx, id: &OrderId) -> Result<Option<String>, JournalError> {
    let sql = "SELECT id FROM orders WHERE folded = $1 AND id <> $2
        AND (accepted OR EXISTS (SELECT 1 FROM unfinished WHERE order_id = orders.id)) ORDER BY id";
    Ok(query(sql).bind(id.folded()).bind(id.as_str()).first(tx).await?)
}

/// Fails if something was heard of an order, or decided, since it was read.
pub(super) async fn check_as_of(tx: &mut Tx, id: &OrderId, known: &AsOf) -> Result<(), JournalError> {
    match as_of(tx, id).await? == *known {
        true => Ok(()),
        false => Err(JournalError::Meanwhile(id.clone())),
    }
}
