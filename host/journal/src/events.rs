//! What has happened to orders: written in the transaction that made it so, and read in sequence by whoever wants to know.

use std::collections::BTreeSet;

use super::{JournalError, Records, from_json, order_id, random, timestamp, to_json};
use shop_core::orders::event::{Event, Happened, Place};
use shop_core::orders::state::LineState;
use shop_core::orders::waiting::{Deferred, Seq};
use shop_core::sessions::plan::FactOutcome;
use shop_core::sessions::receipt::Report;
use shop_core::sessions::session::Fact;
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;
use shop_core::words::seat::SeatId;
use shop_store::{Row, Tx, query};

/// So many events are read at once.
const PIECE: u32 = 500;

impl Records {
    /// What has happened after an event, or at all (0): the first of it, of one order or of all. None: nothing more, until now.
    pub async fn events(&self, after: i64, order: Option<&OrderId>) -> Result<Vec<Event>, JournalError> {
        let of_one = "SELECT * FROM events WHERE order_id = $3 AND number > $1 ORDER BY number LIMIT $2";
        let of_all = "SELECT * FROM events WHERE number > $1 ORDER BY number LIMIT $2";
        let statement = match order {
            Some(order) => query(of_one).bind(after).bind(PIECE).bind(order.as_str()),
            None => query(of_all).bind(after).bind(PIECE),
        };
        let rows = statement.rows(self.store()).await?;
        if !rows.is_empty() {
            // Whoever notes a number must not meet it again with another event.
            self.lasts().await?;
        }
        rows.iter().map(event).collect()
    }

    /// The number of the last event; 0, if nothing has happened.
    pub async fn last_event(&self) -> Result<i64, JournalError> {
        Ok(query("SELECT max(number) FROM events").one::<Option<i64>>(self.store()).await?.unwrap_or(0))
    }
}

fn event(row: &Row) -> Result<Event, JournalError> {
    Ok(Event {
        number: row.get("number")?,
        id: row.get("id")?,
        at: timestamp(row.get("at")?)?,
        order: order_id(row.get("order_id")?)?,
        what: from_json(row.get("body")?)?,
    })
}

/// Tells what has happened to an order.
pub(super) async fn happened(tx: &mut Tx, order: &OrderId, all: &[Happened]) -> Result<(), JournalError> {
    if all.is_empty() {
        return Ok(());
    }
    let all = all.iter().enumerate();
    let all = all.map(|(nth, what)| Ok((nth, format!("event-{:016x}", random()), to_json(what)?)));
    let all = all.collect::<Result<Vec<_>, JournalError>>()?;
    let sql = "INSERT INTO events (id, at, order_id, body)
        SELECT value ->> 1, $2, $3, value ->> 2 FROM json_each($1) ORDER BY CAST(value ->> 0 AS BIGINT)";
    let statement = query(sql).bind(to_json(&all)?).bind(Timestamp::now().seconds()).bind(order.as_str());
    statement.execute(tx).await?;
    Ok(())
}

/// Tells what an order has come to, if that is news.
pub(super) async fn came_to(
    tx: &mut Tx,
    order: &OrderId,
    state: LineState,
    has_changed: bool,
) -> Result<(), JournalError> {
    let sql = "SELECT told FROM orders WHERE id = $1";
    let before: Option<Option<String>> = query(sql).bind(order.as_str()).first(&mut *tx).await?;
    let before = before.flatten().and_then(|told| LineState::named(&told));
    let Some(what) = Happened::by(state, before, has_changed) else { return Ok(()) };
    query("UPDATE orders SET told = $2 WHERE id = $1")
        .bind(order.as_str())
        .bind(state.as_str())
        .execute(&mut *tx)
        .await?;
    happened(tx, order, &[what]).await
}

/// Tells that an order waits from now on, unless it is known to.
pub(super) async fn waits(tx: &mut Tx, seq: Seq, until: &Deferred) -> Result<(), JournalError> {
    let sql = "SELECT order_id, blocked, reason FROM unfinished WHERE seq = $1";
    let Some(row) = query(sql).bind(seq.0).row(&mut *tx).await? else { return Ok(()) };
    let (blocked, reason): (bool, Option<String>) = (row.get("blocked")?, row.get("reason")?);
    if reason.is_some() && blocked == until.blocked {
        return Ok(());
    }
    let next_try = until.next_try;
    let what = match until.blocked {
        true => Happened::OrderBlocked { next_try },
        false => Happened::OrderWaiting { next_try },
    };
    happened(tx, &order_id(row.get("order_id")?)?, &[what]).await
}

/// Tells for whom accounts were made.
pub(super) async fn invited(tx: &mut Tx, order: &OrderId, receipt: &Report) -> Result<(), JournalError> {
    let made = receipt.entries.iter().filter(|entry| entry.outcome == Some(FactOutcome::Made));
    let people: BTreeSet<&str> = made
        .filter_map(|entry| match &entry.fact {
            Fact::Account(email) => Some(email.as_str()),
            _ => None,
        })
        .collect();
    if people.is_empty() {
        return Ok(());
    }
    let sql = "SELECT line, id, occupant FROM seats
        WHERE order_id = $1 AND occupant IN (SELECT atom FROM json_each($2)) ORDER BY line, number";
    let rows = query(sql).bind(order.as_str()).bind(to_json(&people)?).rows(&mut *tx).await?;
    let (mut all, mut seated) = (Vec::new(), BTreeSet::new());
    for row in &rows {
        let seat = seat_id(row.get("id")?)?;
        all.push(Happened::SeatInvited(Place { line: row.get("line")?, seat }));
        seated.insert(row.get::<String>("occupant")?);
    }
    if people.iter().any(|person| !seated.contains(*person)) {
        all.push(Happened::OperatorInvited);
    }
    happened(tx, order, &all).await
}

pub(super) fn seat_id(text: String) -> Result<SeatId, JournalError> {
    text.parse().map_err(|error| JournalError::Content(format!("{error}")))
}
