//! Reading an order as it is recorded.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::{JournalError, digest, from_json};
use shop_core::orders::recorded::{Changed, Fate, Recorded, RecordedLine, RecordedSeat};
use shop_core::words::order::{Order, OrderId};

pub(super) async fn order(moment: &mut SqliteConnection, id: &OrderId) -> Result<Option<Recorded>, JournalError> {
    let sql = "SELECT accepted, body, handed, handed_digest, void, heard, changed, changed_by,
            (SELECT email FROM pseudonyms WHERE name = operator) AS named
        FROM orders WHERE id = ?";
    let row = sqlx::query(sql).bind(id.as_str()).fetch_optional(&mut *moment).await?;
    let Some(row) = row else { return Ok(None) };
    let handed: Order = from_json(row.try_get("handed")?)?;
    let latest = row.try_get::<Option<&str>, _>("changed")?.map(from_json).transpose()?;
    let latest = latest.unwrap_or_else(|| handed.clone());
    let changed_by: Option<String> = row.try_get("changed_by")?;
    Ok(Some(Recorded {
        order: from_json(row.try_get("body")?)?,
        handed_digest: row.try_get::<Option<&str>, _>("handed_digest")?.map(digest).transpose()?,
        fate: fate(row.try_get("void")?)?,
        named: row.try_get("named")?,
        heard: row.try_get("heard")?,
        changed: changed_by.map(|by| Changed { order: latest.clone(), by }),
        accepted: row.try_get("accepted")?,
        lines: lines(moment, id).await?,
        handed,
        latest,
    }))
}

fn fate(void: u32) -> Result<Fate, JournalError> {
    match void {
        0 => Ok(Fate::Counts),
        1 => Ok(Fate::Nothing),
        2 => Ok(Fate::Outdone),
        other => Err(JournalError::Content(format!("{other} is nothing that can become of a message"))),
    }
}

async fn lines(moment: &mut SqliteConnection, id: &OrderId) -> Result<BTreeMap<u32, RecordedLine>, JournalError> {
    let sql = "SELECT line, bargain, ended, state, in_place, reason FROM lines WHERE order_id = ?";
    let rows = sqlx::query(sql).bind(id.as_str()).fetch_all(&mut *moment).await?;
    let mut lines = rows.iter().map(line).collect::<Result<BTreeMap<_, _>, _>>()?;
    let sql = "SELECT line, number, id, role, occupant FROM seats WHERE order_id = ? ORDER BY line, number";
    for row in sqlx::query(sql).bind(id.as_str()).fetch_all(&mut *moment).await? {
        let Some(line) = lines.get_mut(&row.try_get("line")?) else { continue };
        let id: String = row.try_get("id")?;
        line.seats.push(RecordedSeat {
            number: row.try_get("number")?,
            id: id.parse().map_err(|error| JournalError::Content(format!("{error}")))?,
            role: word(row.try_get("role")?)?,
            occupant: row.try_get("occupant")?,
        });
    }
    Ok(lines)
}

/// A word that is written without the quotes of its JSON.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, JournalError> {
    from_json(&format!("{text:?}"))
}

fn line(row: &SqliteRow) -> Result<(u32, RecordedLine), JournalError> {
    let bargain: Option<&str> = row.try_get("bargain")?;
    let in_place: Option<&str> = row.try_get("in_place")?;
    let line = RecordedLine {
        bargain: bargain.map(from_json).transpose()?,
        ended: row.try_get("ended")?,
        state: word(row.try_get("state")?)?,
        in_place: in_place.map(word).transpose()?,
        reason: from_json(row.try_get("reason")?)?,
        seats: Vec::new(),
    };
    Ok((row.try_get("line")?, line))
}
