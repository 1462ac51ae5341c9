//! The audit log in the journal.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::{Journal, JournalError, Records, from_json, order_id, timestamp, to_json};
use shop_core::audit::{self, Action, Broken, Entry, Head};
use shop_core::words::author::Acting;
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;

impl Records {
    /// The entries about an order, or all, the oldest first.
    pub async fn audit(&self, order: Option<&OrderId>) -> Result<Vec<Entry>, JournalError> {
        let sql = "SELECT * FROM audit WHERE ?1 IS NULL OR order_id = ?1 ORDER BY id";
        let rows = sqlx::query(sql).bind(order.map(OrderId::as_str)).fetch_all(self.readers()).await?;
        rows.iter().map(entry).collect()
    }

    /// Whether the log is what was written; and whether it has an entry with this chain value, if one is given.
    pub async fn check_audit(&self, noted: Option<&str>) -> Result<Result<Head, Broken>, JournalError> {
        let (mut head, mut known) = (Head { entries: 0, chain: audit::START.to_owned() }, noted.is_none());
        let mut rows = sqlx::query("SELECT * FROM audit ORDER BY id").fetch(self.readers());
        while let Some(row) = rows.try_next().await? {
            let id: i64 = row.try_get("id")?;
            if id != head.entries + 1 {
                return Ok(Err(Broken::Missing { expected: head.entries + 1, found: id }));
            }
            let (at, who, action): (i64, &str, &str) =
                (row.try_get("at")?, row.try_get("who")?, row.try_get("action")?);
            let (order, details): (Option<&str>, &str) = (row.try_get("order_id")?, row.try_get("details")?);
            let chain = audit::link(&head.chain, id, at, who, action, order, details);
            if chain != row.try_get::<&str, _>("chain")? {
                return Ok(Err(Broken::Changed(id)));
            }
            known |= noted == Some(&chain);
            head = Head { entries: id, chain };
        }
        Ok(if known { Ok(head) } else { Err(Broken::Unknown(noted.unwrap_or_default().to_owned())) })
    }

    /// Whom the pseudonyms of the log stand for, as far as that is known.
    pub async fn pseudonyms(&self) -> Result<BTreeMap<String, String>, JournalError> {
        let rows = sqlx::query("SELECT name, email FROM pseudonyms").fetch_all(self.readers()).await?;
        rows.iter().map(|row| Ok((row.try_get("name")?, row.try_get("email")?))).collect()
    }

    /// From whom to whom an order has passed, the oldest first.
    pub async fn hand_overs(&self, order: &OrderId) -> Result<Vec<HandedOver>, JournalError> {
        let sql = "SELECT at, who, coalesce(f.email, details ->> '$.operator.from') AS former,
                coalesce(t.email, details ->> '$.operator.to') AS present
            FROM audit LEFT JOIN pseudonyms AS f ON f.name = details ->> '$.operator.from'
                LEFT JOIN pseudonyms AS t ON t.name = details ->> '$.operator.to'
            WHERE order_id = ? AND details ->> '$.operator' IS NOT NULL ORDER BY id";
        let rows = sqlx::query(sql).bind(order.as_str()).fetch_all(self.readers()).await?;
        let handed_over = |row: &SqliteRow| {
            let (from, to) = (row.try_get("former")?, row.try_get("present")?);
            Ok(HandedOver { at: timestamp(row.try_get("at")?)?, who: row.try_get("who")?, from, to })
        };
        rows.iter().map(handed_over).collect()
    }
}

impl Journal {
    /// Adds an entry that stands for itself.
    pub async fn add_to_audit(&self, who: &str, action: Action, details: &Value) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        append(&mut tx, who, action, None, details).await?;
        super::commit(tx, "audited").await
    }
}

/// An order that passed from one operator to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HandedOver {
    /// When.
    pub at: Timestamp,
    /// Who decided so: the shop, or one of its staff by name.
    pub who: String,
    /// Who was in charge until then: the address, or the pseudonym of somebody who was erased.
    pub from: String,
    /// Who is in charge since.
    pub to: String,
}

fn entry(row: &SqliteRow) -> Result<Entry, JournalError> {
    let order: Option<String> = row.try_get("order_id")?;
    Ok(Entry {
        id: row.try_get("id")?,
        at: timestamp(row.try_get("at")?)?,
        who: row.try_get("who")?,
        action: row.try_get("action")?,
        order: order.map(order_id).transpose()?,
        details: from_json(row.try_get("details")?)?,
        chain: row.try_get("chain")?,
    })
}

/// Adds an entry about an order, with who acts, and for whom.
pub(super) async fn append_for(
    tx: &mut SqliteConnection,
    by: Acting<'_>,
    action: Action,
    order: &OrderId,
    mut details: Value,
) -> Result<(), JournalError> {
    if let Some(author) = by.on_behalf_of() {
        details["on_behalf_of"] = json!(author);
    }
    append(tx, by.who, action, Some(order), &details).await
}

/// Adds an entry, in the transaction of what it is about: neither is there without the other.
pub(super) async fn append(
    tx: &mut SqliteConnection,
    who: &str,
    action: Action,
    order: Option<&OrderId>,
    details: &Value,
) -> Result<(), JournalError> {
    let last = sqlx::query("SELECT id, chain FROM audit ORDER BY id DESC LIMIT 1").fetch_optional(&mut *tx).await?;
    let (before, id) = match last {
        Some(last) => (last.try_get("chain")?, last.try_get::<i64, _>("id")? + 1),
        None => (audit::START.to_owned(), 1),
    };
    let (at, order, details) = (Timestamp::now().seconds(), order.map(OrderId::as_str), details.to_string());
    let action = to_json(&action)?.trim_matches('"').to_owned();
    let chain = audit::link(&before, id, at, who, &action, order, &details);
    let sql = "INSERT INTO audit (id, at, who, action, order_id, details, chain) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let entry = sqlx::query(sql).bind(id).bind(at).bind(who).bind(action).bind(order).bind(details).bind(chain);
    entry.execute(&mut *tx).await?;
    Ok(())
}

/// The pseudonyms of these people, by their folded addresses; who has none gets one.
pub(super) async fn name_people(
    tx: &mut SqliteConnection,
    people: &[&str],
) -> Result<BTreeMap<String, String>, JournalError> {
    let people = to_json(&people)?;
    let sql = "INSERT INTO pseudonyms (email, name)
        SELECT DISTINCT value, 'person-' || lower(hex(randomblob(8))) FROM json_each(?) WHERE true
        ON CONFLICT (email) DO NOTHING";
    sqlx::query(sql).bind(&people).execute(&mut *tx).await?;
    let sql = "SELECT email, name FROM pseudonyms WHERE email IN (SELECT value FROM json_each(?))";
    let rows = sqlx::query(sql).bind(&people).fetch_all(&mut *tx).await?;
    rows.iter().map(|row| Ok((row.try_get("email")?, row.try_get("name")?))).collect()
}

/// A seat that changes hands, by the folded addresses of its occupants.
pub(super) struct Handed {
    pub(super) seat: String,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

/// The seats that change hands, with pseudonyms.
pub(super) async fn pseudonymous(tx: &mut SqliteConnection, seats: &[Handed]) -> Result<Vec<Value>, JournalError> {
    let people: Vec<&str> =
        seats.iter().flat_map(|seat| seat.from.iter().chain(&seat.to)).map(String::as_str).collect();
    let names = name_people(tx, &people).await?;
    let name = |person: &Option<String>| person.as_ref().and_then(|person| names.get(person));
    Ok(seats.iter().map(|s| json!({ "seat": s.seat, "from": name(&s.from), "to": name(&s.to) })).collect())
}
