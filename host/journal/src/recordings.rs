//! Recorded calls in the journal.

use serde::de::DeserializeOwned;

use super::handlers::is_installed;
use super::{JournalError, Records, digest, order_id, timestamp};
use shop_core::calls::recording::{Recording, Written};
use shop_core::words::digest::Digest;
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;
use shop_store::{Row, Tx, query};

/// A recorded call, and for what it was made.
#[derive(Clone, Debug)]
pub struct RecordingAt {
    /// What it is recorded as.
    pub id: i64,
    /// For which order.
    pub order: OrderId,
    /// For which of its lines.
    pub line: u32,
    /// When.
    pub at: Timestamp,
    /// What was called.
    pub handler: Digest,
    /// The call; or why it cannot be read.
    pub recording: Result<Recording, Damaged>,
}

/// What is recorded of a call is not what was written: others can be read all the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Damaged(String);

impl Records {
    /// The recorded calls for an order, the oldest first.
    pub async fn recordings_of(&self, order: &OrderId) -> Result<Vec<i64>, JournalError> {
        let sql = "SELECT id FROM recordings WHERE order_id = $1 ORDER BY id";
        Ok(query(sql).bind(order.as_str()).all(self.store()).await?)
    }

    /// The last recorded call of each of the lines that a handler of this name was last called for, the newest first.
    pub async fn last_recordings(&self, handler: &str, last: u32) -> Result<Vec<i64>, JournalError> {
        // Removed versions are known by what was done to them.
        let sql = "SELECT max(id) AS newest FROM recordings
            WHERE digest IN (SELECT to_digest FROM handler_events WHERE name = $1)
            GROUP BY order_id, line ORDER BY newest DESC LIMIT $2";
        Ok(query(sql).bind(handler).bind(last).all(self.store()).await?)
    }

    /// A recorded call.
    pub async fn recording(&self, id: i64) -> Result<Option<RecordingAt>, JournalError> {
        let sql = "SELECT order_id, line, at, digest, body FROM recordings WHERE id = $1";
        let Some(row) = query(sql).bind(id).row(self.store()).await? else { return Ok(None) };
        Ok(Some(RecordingAt {
            id,
            order: order_id(row.get("order_id")?)?,
            line: row.get("line")?,
            at: timestamp(row.get("at")?)?,
            handler: digest(row.get("digest")?)?,
            recording: read(&row),
        }))
    }
}

/// What a row has of a call.
pub(super) fn read<T: DeserializeOwned>(row: &Row) -> Result<T, Damaged> {
    let body = row.get("body").map_err(|error| Damaged(error.to_string()))?;
    serde_json::from_str(body).map_err(|error| Damaged(error.to_string()))
}

/// Records calls that were made for an order. Of a version that was removed meanwhile none is: its component is gone, and
/// what it answered says nothing of the order.
pub(super) async fn record(tx: &mut Tx, order: &OrderId, calls: &[(u32, Written)]) -> Result<(), JournalError> {
    for (line, call) in calls {
        if !is_installed(&mut *tx, call.handler()).await? {
            return Err(JournalError::HandlerGone(call.handler()));
        }
        let sql = "INSERT INTO recordings (order_id, line, at, digest, body) VALUES ($1, $2, $3, $4, $5)";
        query(sql)
            .bind(order.as_str())
            .bind(*line)
            .bind(Timestamp::now().seconds())
            .bind(call.handler().to_string())
            .bind(call.body())
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
