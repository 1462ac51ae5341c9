//! The audit log in the journal.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Journal, JournalError, Records, from_json, order_id, random, timestamp, to_json};
use shop_core::audit::{self, Action, Broken, Entry, Head};
use shop_core::words::author::Acting;
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;
use shop_store::{Row, Tx, query};

/// So many entries are read at once.
const PIECE: u32 = 500;

impl Records {
    /// The entries about an order, or all, the oldest first.
    pub async fn audit(&self, order: Option<&OrderId>) -> Result<Vec<Entry>, JournalError> {
        let sql = "SELECT * FROM audit WHERE $1 IS NULL OR order_id = $1 ORDER BY id";
        let rows = query(sql).bind(order.map(OrderId::as_str)).rows(self.store()).await?;
        rows.iter().map(entry).collect()
    }

    /// Whether the log is what was written; and whether it has an entry with this chain value, if one is given.
    pub async fn check_audit(&self, noted: Option<&str>) -> Result<Result<Head, Broken>, JournalError> {
        let (mut head, mut known) = (Head { entries: 0, chain: audit::START.to_owned() }, noted.is_none());
        let mut moment = self.begin_read().await?;
        let mut last = i64::MIN;
        loop {
            let sql = "SELECT * FROM audit WHERE id > $1 ORDER BY id LIMIT $2";
            let rows = query(sql).bind(last).bind(PIECE).rows(&mut moment).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                last = row.get("id")?;
                if last != head.entries + 1 {
                    return Ok(Err(Broken::Missing { expected: head.entries + 1, found: last }));
                }
                let (at, who, action): (i64, &str, &str) = (row.get("at")?, row.get("who")?, row.get("action")?);
                let (order, details): (Option<&str>, &str) = (row.get("order_id")?, row.get("details")?);
                let chain = audit::link(&head.chain, last, at, who, action, order, details);
                if chain != row.get::<&str>("chain")? {
                    return Ok(Err(Broken::Changed(last)));
                }
                known |= noted == Some(&chain);
                head = Head { entries: last, chain };
            }
        }
        // It may be noted elsewhere.
        self.lasts().await?;
        Ok(if known { Ok(head) } else { Err(Broken::Unknown(noted.unwrap_or_default().to_owned())) })
    }

    /// Whom the pseudonyms of the log stand for, as far as that is known.
    pub async fn pseudonyms(&self) -> Result<BTreeMap<String, String>, JournalError> {
        Ok(query("SELECT name, email FROM pseudonyms").pairs(self.store()).await?.into_iter().collect())
    }

    /// From whom to whom an order has passed, the oldest first.
    pub async fn hand_overs(&self, order: &OrderId) -> Result<Vec<HandedOver>, JournalError> {
        let mut moment = self.begin_read().await?;
        let sql =
            "SELECT at, who, details FROM audit WHERE order_id = $1 AND details LIKE '%\"operator\"%' ORDER BY id";
        let mut all = Vec::new();
        for row in query(sql).bind(order.as_str()).rows(&mut moment).await? {
            let details: Value = from_json(row.get("details")?)?;
            let [from, to] = ["from", "to"].map(|which| details["operator"][which].as_str().map(str::to_owned));
            if let (Some(from), Some(to)) = (from, to) {
                all.push(HandedOver { at: timestamp(row.get("at")?)?, who: row.get("who")?, from, to });
            }
        }
        let names: Vec<&String> = all.iter().flat_map(|passed| [&passed.from, &passed.to]).collect();
        let sql = "SELECT name, email FROM pseudonyms WHERE name IN (SELECT atom FROM json_each($1))";
        let known = query(sql).bind(to_json(&names)?).pairs(&mut moment).await?;
        let known: BTreeMap<String, String> = known.into_iter().collect();
        for name in all.iter_mut().flat_map(|passed| [&mut passed.from, &mut passed.to]) {
            if let Some(email) = known.get(name) {
                name.clone_from(email);
            }
        }
        Ok(all)
    }
}

impl Journal {
    /// Adds an entry that stands for itself.
    pub async fn add_to_audit(&self, who: &str, action: Action, details: &Value) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        append(&mut tx, who, action, None, details).await?;
        Ok(tx.commit("audited").await?)
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

fn entry(row: &Row) -> Result<Entry, JournalError> {
    let order: Option<String> = row.get("order_id")?;
    Ok(Entry {
        id: row.get("id")?,
        at: timestamp(row.get("at")?)?,
        who: row.get("who")?,
        action: row.get("action")?,
        order: order.map(order_id).transpose()?,
        details: from_json(row.get("details")?)?,
        chain: row.get("chain")?,
    })
}

/// Adds an entry about an order, with who acts, and for whom.
pub(super) async fn append_for(
    tx: &mut Tx,
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
    tx: &mut Tx,
    who: &str,
    action: Action,
    order: Option<&OrderId>,
    details: &Value,
) -> Result<(), JournalError> {
    let last = query("SELECT id, chain FROM audit ORDER BY id DESC LIMIT 1").row(&mut *tx).await?;
    let (before, id) = match last {
        Some(last) => (last.get("chain")?, last.get::<i64>("id")? + 1),
        None => (audit::START.to_owned(), 1),
    };
    let (at, order, details) = (Timestamp::now().seconds(), order.map(OrderId::as_str), details.to_string());
    let action = to_json(&action)?.trim_matches('"').to_owned();
    let chain = audit::link(&before, id, at, who, &action, order, &details);
    let sql = "INSERT INTO audit (id, at, who, action, order_id, details, chain) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let entry = query(sql).bind(id).bind(at).bind(who).bind(action).bind(order).bind(details).bind(chain);
    entry.execute(&mut *tx).await?;
    Ok(())
}

/// The pseudonyms of these people, by their folded addresses; who has none gets one.
pub(super) async fn name_people(tx: &mut Tx, people: &[&str]) -> Result<BTreeMap<String, String>, JournalError> {
    let people: BTreeSet<&str> = people.iter().copied().collect();
    let new: Vec<(&str, String)> = people.iter().map(|email| (*email, new_name())).collect();
    let sql = "INSERT INTO pseudonyms (email, name) SELECT value ->> 0, value ->> 1 FROM json_each($1) WHERE TRUE
        ON CONFLICT (email) DO NOTHING";
    query(sql).bind(to_json(&new)?).execute(&mut *tx).await?;
    let sql = "SELECT email, name FROM pseudonyms WHERE email IN (SELECT atom FROM json_each($1))";
    Ok(query(sql).bind(to_json(&people)?).pairs(&mut *tx).await?.into_iter().collect())
}

/// A pseudonym that nobody has.
fn new_name() -> String {
    format!("person-{:016x}", random())
}

/// A seat that changes hands, by the folded addresses of its occupants.
pub(super) struct Handed {
    pub(super) seat: String,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

/// The seats that change hands, with pseudonyms.
pub(super) async fn pseudonymous(tx: &mut Tx, seats: &[Handed]) -> Result<Vec<Value>, JournalError> {
    let people: Vec<&str> =
        seats.iter().flat_map(|seat| seat.from.iter().chain(&seat.to)).map(String::as_str).collect();
    let names = name_people(tx, &people).await?;
    let name = |person: &Option<String>| person.as_ref().and_then(|person| names.get(person));
    Ok(seats.iter().map(|s| json!({ "seat": s.seat, "from": name(&s.from), "to": name(&s.to) })).collect())
}
