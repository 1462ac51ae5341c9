//! Orders of which nothing was ever heard but that they end.

use serde_json::json;

use super::as_of::{AsOf, check_as_of};
use super::audit::append_for;
use super::events::happened;
use super::{Journal, JournalError, Records, order_id};
use shop_core::audit::Action;
use shop_core::orders::said::{End, Ending};
use shop_core::words::author::Acting;
use shop_core::words::order::OrderId;
use shop_store::{On, Row, query};

impl Records {
    /// All of these orders, by their ids.
    pub async fn endings(&self) -> Result<Vec<Ending>, JournalError> {
        let sql = "SELECT order_id, revision, state FROM endings ORDER BY order_id";
        query(sql).rows(self.store()).await?.iter().map(read).collect()
    }

    /// How an order ended, if that is all that was ever heard of it.
    pub async fn ending(&self, id: &OrderId) -> Result<Option<Ending>, JournalError> {
        ending(self.store(), id).await
    }
}

impl Journal {
    /// Records that an order ended of which nothing else was ever heard: it is just that from now on. Fails if something was heard
    /// of it meanwhile.
    pub async fn end_unheard(&self, ending: &Ending, by: Acting<'_>, as_of: &AsOf) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        check_as_of(&mut tx, &ending.id, as_of).await?;
        let before = self::ending(&mut tx, &ending.id).await?;
        let sql = "INSERT INTO endings (order_id, revision, state) VALUES ($1, $2, $3)
            ON CONFLICT (order_id) DO UPDATE SET revision = $2, state = $3";
        let statement = query(sql).bind(ending.id.as_str()).bind(ending.revision).bind(ending.end.as_str());
        statement.execute(&mut tx).await?;
        append_for(&mut tx, by, Action::Decided, &ending.id, json!({ "state": ending.end })).await?;
        if before.is_none_or(|before| before.end != ending.end) {
            happened(&mut tx, &ending.id, &[ending.end.into()]).await?;
        }
        Ok(tx.commit("ended-unheard").await?)
    }
}

pub(super) async fn ending(on: impl Into<On<'_>>, id: &OrderId) -> Result<Option<Ending>, JournalError> {
    let sql = "SELECT order_id, revision, state FROM endings WHERE order_id = $1";
    query(sql).bind(id.as_str()).row(on).await?.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Ending, JournalError> {
    let state: &str = row.get("state")?;
    let end = End::ALL.into_iter().find(|end| end.as_str() == state);
    Ok(Ending {
        id: order_id(row.get("order_id")?)?,
        revision: row.get("revision")?,
        end: end.ok_or_else(|| JournalError::Content(format!("{state:?} is no end of an order")))?,
    })
}
