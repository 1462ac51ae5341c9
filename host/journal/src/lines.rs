//! Writing the lines of an order: how attempts at them ended, and what they are from when they are accepted.

use std::collections::BTreeMap;

use super::attempt::AcceptedLine;
use super::audit::Handed;
use super::handlers::is_installed;
use super::people::{index, index_facts};
use super::{JournalError, from_json, to_json};
use shop_core::orders::state::{LineState, Reason};
use shop_core::sessions::session::Fact;
use shop_core::words::email::Email;
use shop_core::words::order::OrderId;
use shop_store::{Tx, query};

/// Notes how attempts at lines ended.
pub(super) async fn attempted(
    tx: &mut Tx,
    order: &OrderId,
    attempts: &[(u32, LineState, Reason)],
) -> Result<(), JournalError> {
    for (line, state, reason) in attempts {
        let sql = "INSERT INTO lines (order_id, line, state, reason) VALUES ($1, $2, $3, $4)
            ON CONFLICT (order_id, line) DO UPDATE SET state = $3, reason = $4";
        let statement = query(sql).bind(order.as_str()).bind(*line).bind(state.as_str()).bind(to_json(reason)?);
        statement.execute(&mut *tx).await?;
    }
    Ok(())
}

/// Nothing waits any more of an order: its lines are as the last plan has left them.
pub(super) async fn as_in_place(tx: &mut Tx, order: &OrderId) -> Result<(), JournalError> {
    let sql = "UPDATE lines SET state = coalesce(in_place, 'ended')
        WHERE order_id = $1 AND state IN ('waiting', 'blocked') AND (ended OR in_place IS NOT NULL)
        RETURNING line, reason";
    let lines = query(sql).bind(order.as_str()).pairs(&mut *tx).await?;
    tell(tx, order.as_str(), lines, |reason| reason.stopped = None).await
}

/// Changes why lines, with the reasons that are recorded of them, are in their states.
pub(super) async fn tell(
    tx: &mut Tx,
    order: &str,
    lines: Vec<(u32, String)>,
    change: impl Fn(&mut Reason),
) -> Result<(), JournalError> {
    for (line, text) in lines {
        let was: Reason = from_json(&text)?;
        let mut reason = was.clone();
        change(&mut reason);
        if reason != was {
            let sql = "UPDATE lines SET reason = $3 WHERE order_id = $1 AND line = $2";
            query(sql).bind(order).bind(line).bind(to_json(&reason)?).execute(&mut *tx).await?;
        }
    }
    Ok(())
}

/// The states of an order's lines.
pub(super) async fn states(tx: &mut Tx, order: &OrderId) -> Result<BTreeMap<u32, String>, JournalError> {
    let sql = "SELECT line, state FROM lines WHERE order_id = $1";
    Ok(query(sql).bind(order.as_str()).pairs(tx).await?.into_iter().collect())
}

/// Forgets attempts at lines that the order may not have, after all.
pub(super) async fn drop_attempts(tx: &mut Tx, order: &OrderId) -> Result<(), JournalError> {
    let sql = "DELETE FROM lines WHERE order_id = $1 AND bargain IS NULL AND NOT ended";
    query(sql).bind(order.as_str()).execute(tx).await?;
    Ok(())
}

pub(super) async fn accept(tx: &mut Tx, order: &OrderId, line: &AcceptedLine<'_>) -> Result<Vec<Handed>, JournalError> {
    if let Some(handler) = line.bargain.map(|bargain| bargain.handler)
        && !is_installed(&mut *tx, handler).await?
    {
        return Err(JournalError::HandlerGone(handler));
    }
    if line.bargain.is_none() && !is_known(tx, order, line.line).await? {
        // It was never bought, and so does not end, either.
        return Ok(Vec::new());
    }
    // A line that has ended and has nothing in place has nothing to be applied, either.
    let sql = "INSERT INTO lines (order_id, line, bargain, ended, state, in_place, reason)
        VALUES ($1, $2, $3, $3 IS NULL, CASE WHEN $3 IS NULL THEN 'ended' ELSE 'applying' END,
            CASE WHEN $3 IS NOT NULL THEN 'applying' END, $4)
        ON CONFLICT (order_id, line) DO UPDATE SET bargain = $3, ended = $3 IS NULL, reason = $4,
            state = CASE WHEN $3 IS NULL AND lines.in_place IS NULL THEN 'ended' ELSE 'applying' END,
            in_place = CASE WHEN $3 IS NOT NULL OR lines.in_place IS NOT NULL THEN 'applying' END";
    query(sql)
        .bind(order.as_str())
        .bind(line.line)
        .bind(line.bargain.map(to_json).transpose()?)
        .bind(to_json(line.reason)?)
        .execute(&mut *tx)
        .await?;
    let handed = hand_over(tx, order, line).await?;
    let sql = "DELETE FROM seats WHERE order_id = $1 AND line = $2";
    query(sql).bind(order.as_str()).bind(line.line).execute(&mut *tx).await?;
    let seats: Vec<_> = line
        .seats
        .iter()
        .map(|seat| (seat.number, &seat.id, seat.role, seat.occupant.as_ref().map(|occupant| &occupant.email)))
        .collect();
    let sql = "INSERT INTO seats (order_id, line, number, id, role, occupant)
        SELECT $1, $2, CAST(value ->> 0 AS BIGINT), value ->> 1, value ->> 2, value ->> 3 FROM json_each($3)";
    query(sql).bind(order.as_str()).bind(line.line).bind(to_json(&seats)?).execute(&mut *tx).await?;
    let claims = line
        .claims
        .iter()
        .map(|(fact, terms)| Ok((to_json(fact)?, to_json(terms)?)))
        .collect::<Result<Vec<_>, JournalError>>()?;
    let sql = "INSERT INTO claims (order_id, line, fact, terms, held)
        SELECT $1, $2, value ->> 0, value ->> 1, TRUE FROM json_each($3) WHERE TRUE
        ON CONFLICT (order_id, line, fact) DO UPDATE SET terms = excluded.terms, held = TRUE, kept = FALSE";
    query(sql).bind(order.as_str()).bind(line.line).bind(to_json(&claims)?).execute(&mut *tx).await?;
    let facts = || line.claims.iter().map(|(fact, _)| *fact);
    index_facts(tx, facts()).await?;
    index(tx, order.as_str(), facts().flat_map(Fact::people).map(Email::as_str)).await?;
    Ok(handed)
}

/// Whether a line is recorded.
async fn is_known(tx: &mut Tx, order: &OrderId, line: u32) -> Result<bool, JournalError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM lines WHERE order_id = $1 AND line = $2)";
    Ok(query(sql).bind(order.as_str()).bind(line).one(tx).await?)
}

/// The seats of a line that change hands; those too that the line no longer has.
async fn hand_over(tx: &mut Tx, order: &OrderId, line: &AcceptedLine<'_>) -> Result<Vec<Handed>, JournalError> {
    let sql = "SELECT id, occupant FROM seats WHERE order_id = $1 AND line = $2 AND occupant IS NOT NULL";
    let rows = query(sql).bind(order.as_str()).bind(line.line).rows(tx).await?;
    let mut seats: BTreeMap<String, Handed> = BTreeMap::new();
    for row in rows {
        let (seat, from): (String, _) = (row.get("id")?, row.get("occupant")?);
        seats.insert(seat.clone(), Handed { seat, from, to: None });
    }
    for (seat, occupant) in line.seats.iter().filter_map(|seat| Some((seat.id.to_string(), seat.occupant.as_ref()?))) {
        let handed = seats.entry(seat.clone()).or_insert(Handed { seat, from: None, to: None });
        handed.to = Some(occupant.email.to_string());
    }
    Ok(seats.into_values().filter(|seat| seat.from != seat.to).collect())
}
