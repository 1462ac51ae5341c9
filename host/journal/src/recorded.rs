//! Reading an order as it is recorded.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::{JournalError, digest, from_json};
use shop_core::orders::named::Named;
use shop_core::orders::recorded::{Changed, Fate, Recorded, RecordedLine, RecordedSeat};
use shop_core::words::order::{Order, OrderId};
use shop_store::{Row, Tx, query};

pub(super) async fn order(moment: &mut Tx, id: &OrderId) -> Result<Option<Recorded>, JournalError> {
    let sql = "SELECT accepted, body, handed, handed_digest, void, heard, changed, changed_by, bought,
            operator, (SELECT email FROM pseudonyms WHERE name = operator) AS named
        FROM orders WHERE id = $1";
    let row = query(sql).bind(id.as_str()).row(&mut *moment).await?;
    let Some(row) = row else { return Ok(None) };
    let handed: Order = from_json(row.get("handed")?)?;
    let latest = row.get::<Option<&str>>("changed")?.map(from_json).transpose()?;
    let latest = latest.unwrap_or_else(|| handed.clone());
    let changed_by: Option<String> = row.get("changed_by")?;
    Ok(Some(Recorded {
        order: from_json(row.get("body")?)?,
        handed_digest: row.get::<Option<&str>>("handed_digest")?.map(digest).transpose()?,
        fate: fate(row.get("void")?)?,
        named: named(&row)?,
        heard: row.get("heard")?,
        changed: changed_by.map(|by| Changed { order: latest.clone(), by }),
        accepted: row.get("accepted")?,
        bought: row.get::<Option<&str>>("bought")?.map(from_json).transpose()?.unwrap_or_default(),
        lines: lines(moment, id).await?,
        handed,
        latest,
    }))
}

/// Whom the shop has named: of whoever was erased, only a pseudonym is left that stands for nobody.
pub(super) fn named(row: &Row) -> Result<Named, JournalError> {
    let (pseudonym, email): (Option<&str>, Option<String>) = (row.get("operator")?, row.get("named")?);
    Ok(match (pseudonym, email) {
        (_, Some(email)) => Named::Known(email),
        (Some(_), None) => Named::Erased,
        (None, None) => Named::Unknown,
    })
}

fn fate(void: u32) -> Result<Fate, JournalError> {
    match void {
        0 => Ok(Fate::Counts),
        1 => Ok(Fate::Nothing),
        2 => Ok(Fate::Outdone),
        other => Err(JournalError::Content(format!("{other} is nothing that can become of a message"))),
    }
}

async fn lines(moment: &mut Tx, id: &OrderId) -> Result<BTreeMap<u32, RecordedLine>, JournalError> {
    let sql = "SELECT line, bargain, ended, state, in_place, reason FROM lines WHERE order_id = $1";
    let rows = query(sql).bind(id.as_str()).rows(&mut *moment).await?;
    let mut lines = rows.iter().map(line).collect::<Result<BTreeMap<_, _>, _>>()?;
    let sql = "SELECT line, number, id, role, occupant FROM seats WHERE order_id = $1 ORDER BY line, number";
    for row in query(sql).bind(id.as_str()).rows(&mut *moment).await? {
        let Some(line) = lines.get_mut(&row.get("line")?) else { continue };
        let id: String = row.get("id")?;
        line.seats.push(RecordedSeat {
            number: row.get("number")?,
            id: id.parse().map_err(|error| JournalError::Content(format!("{error}")))?,
            role: word(row.get("role")?)?,
            occupant: row.get("occupant")?,
        });
    }
    Ok(lines)
}

/// A word that is written without the quotes of its JSON.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, JournalError> {
    from_json(&format!("{text:?}"))
}

fn line(row: &Row) -> Result<(u32, RecordedLine), JournalError> {
    let bargain: Option<&str> = row.get("bargain")?;
    let in_place: Option<&str> = row.get("in_place")?;
    let line = RecordedLine {
        bargain: bargain.map(from_json).transpose()?,
        ended: row.get("ended")?,
        state: word(row.get("state")?)?,
        in_place: in_place.map(word).transpose()?,
        reason: from_json(row.get("reason")?)?,
        seats: Vec::new(),
    };
    Ok((row.get("line")?, line))
}
