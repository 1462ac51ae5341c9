//! Orders of which something remains to be done.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::platform::bind;
use super::write::attempted;
use super::{Journal, JournalError, commit, from_json, timestamp, to_json};
use crate::author::Author;
use crate::order::{Order, OrderId, OrderState};
use crate::period::Timestamp;

/// An order of which something remains to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// As it is to be.
    pub order: Order,
    /// Who made it so.
    pub author: Author,
    /// How often in a row the platform did not answer.
    pub tries: u32,
    /// When it is to be tried again.
    pub next_try: Timestamp,
    /// Why it was not done yet; none if it was interrupted, or is being worked at.
    pub reason: Option<String>,
}

/// When, after how many tries, an order is to be tried again, and why it was not done yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deferred {
    /// How often in a row it was tried in vain.
    pub tries: u32,
    /// When it is to be tried again.
    pub next_try: Timestamp,
    /// Why.
    pub reason: String,
}

impl Journal {
    /// Notes that something is to be done about an order on a platform, before anything is. An earlier note is replaced.
    pub async fn receive(&self, order: &Order, author: &Author, platform: &str) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        bind(&mut tx, platform).await?;
        receive(&mut tx, order, author).await?;
        if matches!(order.state, OrderState::Placed | OrderState::Paid) {
            announce(&mut tx, order).await?;
        }
        commit(tx, "received").await
    }

    /// What remains to be done about an order.
    pub async fn unfinished(&self, id: &OrderId) -> Result<Option<Unfinished>, JournalError> {
        let sql = "SELECT * FROM unfinished WHERE order_id = ?";
        let row = sqlx::query(sql).bind(id.as_str()).fetch_optional(&self.pool).await?;
        row.as_ref().map(unfinished).transpose()
    }

    /// All orders of which something remains to be done, those whose time comes first before the others.
    pub async fn all_unfinished(&self) -> Result<Vec<Unfinished>, JournalError> {
        let rows = sqlx::query("SELECT * FROM unfinished ORDER BY next_try, rowid").fetch_all(&self.pool).await?;
        rows.iter().map(unfinished).collect()
    }

    /// When the next order is to be tried again; none if nothing remains to be done about any.
    pub async fn next_try(&self) -> Result<Option<Timestamp>, JournalError> {
        let seconds: Option<i64> =
            sqlx::query_scalar("SELECT min(next_try) FROM unfinished").fetch_one(&self.pool).await?;
        seconds.map(timestamp).transpose()
    }

    /// Notes that an order could not be worked at, and when that is to be tried again.
    pub async fn defer(&self, order: &OrderId, until: &Deferred) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        defer(&mut tx, order, until).await?;
        commit(tx, "deferred").await
    }

    /// Notes that nothing remains to be done about an order.
    pub async fn settle(&self, order: &OrderId) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        end(&mut tx, order, None).await?;
        commit(tx, "settled").await
    }
}

fn unfinished(row: &SqliteRow) -> Result<Unfinished, JournalError> {
    Ok(Unfinished {
        order: from_json(row.try_get("body")?)?,
        author: Author::from(row.try_get::<Option<String>, _>("who")?),
        tries: row.try_get("tries")?,
        next_try: timestamp(row.try_get("next_try")?)?,
        reason: row.try_get("reason")?,
    })
}

pub(super) async fn receive(tx: &mut SqliteConnection, order: &Order, author: &Author) -> Result<(), JournalError> {
    let sql = "INSERT INTO unfinished (order_id, body, who, tries, next_try) VALUES (?1, ?2, ?3, 0, ?4)
        ON CONFLICT (order_id) DO UPDATE SET body = ?2, who = ?3, tries = 0, next_try = ?4, reason = NULL";
    sqlx::query(sql)
        .bind(order.id.as_str())
        .bind(to_json(order)?)
        .bind(author.who())
        .bind(Timestamp::now().seconds())
        .execute(tx)
        .await?;
    Ok(())
}

/// An order that nobody has accepted yet is told of, too. There is nothing to tell of one that is to end before it began.
async fn announce(tx: &mut SqliteConnection, order: &Order) -> Result<(), JournalError> {
    attempted(tx, order).await?;
    let sql = "INSERT INTO lines (order_id, line, state, reason)
        SELECT ?1, value, 'applying', '{\"messages\":[]}' FROM json_each(?2)
        WHERE NOT (SELECT accepted FROM orders WHERE id = ?1)
        ON CONFLICT (order_id, line) DO UPDATE SET state = 'applying'";
    let lines: Vec<u32> = order.lines.iter().map(|line| line.line).collect();
    sqlx::query(sql).bind(order.id.as_str()).bind(to_json(&lines)?).execute(tx).await?;
    Ok(())
}

/// Ends the work at an order, for now or for good.
pub(super) async fn end(
    tx: &mut SqliteConnection,
    order: &OrderId,
    until: Option<&Deferred>,
) -> Result<(), JournalError> {
    match until {
        Some(until) => defer(tx, order, until).await,
        None => {
            sqlx::query("DELETE FROM unfinished WHERE order_id = ?").bind(order.as_str()).execute(tx).await?;
            Ok(())
        }
    }
}

async fn defer(tx: &mut SqliteConnection, order: &OrderId, until: &Deferred) -> Result<(), JournalError> {
    let sql = "UPDATE unfinished SET tries = ?2, next_try = ?3, reason = ?4 WHERE order_id = ?1";
    sqlx::query(sql)
        .bind(order.as_str())
        .bind(until.tries)
        .bind(until.next_try.seconds())
        .bind(&until.reason)
        .execute(tx)
        .await?;
    Ok(())
}
