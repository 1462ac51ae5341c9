//! Erasing people from the journal. What they had is kept under a pseudonym that nobody can resolve any more; recorded calls
//! that name them are deleted, since a call that is not as it was made proves nothing.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::TryStreamExt;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::accounts::follow;
use super::audit::{append, name_people};
use super::{Journal, JournalError, commit, email_of, from_json, order_id, timestamp, to_json};
use crate::accounts::Moved;
use crate::audit::Action;
use crate::email::Email;
use crate::order::{Order, OrderId, OrderState, Person};
use crate::period::Timestamp;
use crate::plan::Step;
use crate::standing::people;

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Erased {
    /// Orders, lines, seats and plans that named somebody, and no longer do.
    pub rewritten: u64,
    /// Recorded calls that named somebody, and are gone.
    pub recordings: u64,
    /// Whether the file was written anew, so that nothing of it can be found there.
    pub compacted: bool,
}

/// Whom an order names.
#[derive(Clone, Debug)]
pub struct Naming {
    /// Which order.
    pub order: OrderId,
    /// When it came to its end; none, if it is in force, or may be again.
    pub ended: Option<Timestamp>,
    /// Whom it names.
    pub current: BTreeSet<Email>,
    /// For whom it ever did anything.
    pub former: BTreeSet<Email>,
}

/// Where the addresses of people who were erased seem to be. No real address is there (RFC 2606).
pub(crate) const ERASED: &str = "@erased.invalid";

/// The texts in which people stand: table, key, column.
const TEXTS: [(&str, &str, &str); 6] = [
    ("lines", "rowid", "reason"),
    ("orders", "rowid", "body"),
    ("orders", "rowid", "handed"),
    ("orders", "rowid", "changed"),
    ("plans", "id", "steps"),
    ("plans", "id", "receipt"),
];

impl Journal {
    /// All addresses that the shop knows somebody by whose account it has acted on: one that was changed is as personal.
    pub async fn addresses(&self, email: &Email) -> Result<Vec<Email>, JournalError> {
        let sql = "SELECT email FROM accounts WHERE id IN (SELECT id FROM accounts WHERE email = ?1
                UNION SELECT id FROM order_accounts WHERE email = ?1)
            UNION SELECT email FROM order_accounts WHERE id IN (SELECT id FROM accounts WHERE email = ?1
                UNION SELECT id FROM order_accounts WHERE email = ?1)";
        let known: Vec<String> = sqlx::query_scalar(sql).bind(email.as_str()).fetch_all(&self.pool).await?;
        let mut all = known.into_iter().map(email_of).collect::<Result<Vec<Email>, _>>()?;
        all.sort();
        if !all.contains(email) {
            all.push(email.clone());
        }
        Ok(all)
    }

    /// Whom the orders name. An order that was never accepted binds nobody: it ended when it began.
    pub async fn naming(&self) -> Result<Vec<Naming>, JournalError> {
        let sql = "SELECT id, accepted, body, handed, coalesce(changed, handed) AS latest,
                (SELECT max(closed) FROM plans WHERE order_id = orders.id) AS closed
            FROM orders";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        let mut all = rows.iter().map(naming).collect::<Result<Vec<_>, _>>()?;
        let mut did = self.did_for().await?;
        all.iter_mut().for_each(|of| of.former = did.remove(&of.order).unwrap_or_default());
        for left in self.all_unfinished().await? {
            all.push(Naming {
                order: left.order.id.clone(),
                ended: None,
                current: addresses(left.order.people()),
                former: BTreeSet::new(),
            });
        }
        Ok(all)
    }

    /// For whom the orders ever did anything.
    async fn did_for(&self) -> Result<BTreeMap<OrderId, BTreeSet<Email>>, JournalError> {
        let mut did: BTreeMap<OrderId, BTreeSet<Email>> = BTreeMap::new();
        let mut rows = sqlx::query("SELECT order_id, steps FROM plans").fetch(&self.pool);
        while let Some(row) = rows.try_next().await? {
            let steps: Vec<Step> = from_json(row.try_get("steps")?)?;
            let people = steps.iter().flat_map(|step| people(&step.fact)).cloned();
            did.entry(order_id(row.try_get("order_id")?)?).or_default().extend(people);
        }
        Ok(did)
    }

    /// Who, of these, is claimed something for by which order; or something that is still to be taken away.
    pub async fn claimed(&self, people: &BTreeSet<Email>) -> Result<Vec<(OrderId, Email)>, JournalError> {
        let quoted =
            people.iter().map(|email| Ok((email, to_json(email)?))).collect::<Result<Vec<_>, JournalError>>()?;
        let sql = "SELECT DISTINCT order_id, value ->> 0 AS email FROM claims, json_each(?)
            WHERE instr(fact, value ->> 1) > 0";
        let rows = sqlx::query(sql).bind(to_json(&quoted)?).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((order_id(row.try_get("order_id")?)?, email_of(row.try_get("email")?)?))).collect()
    }

    /// Deletes recorded calls, and receipts that a newer one has taken the place of, from before an instant.
    pub async fn prune(&self, before: Timestamp, who: &str) -> Result<u64, JournalError> {
        let mut tx = self.begin_tx().await?;
        let mut pruned = 0;
        for sql in [
            "DELETE FROM recordings WHERE at < ?",
            "DELETE FROM plans WHERE closed < ? AND id < (SELECT max(id) FROM plans AS newer
                WHERE newer.order_id = plans.order_id AND newer.receipt IS NOT NULL)",
        ] {
            pruned += sqlx::query(sql).bind(before.seconds()).execute(&mut *tx).await?.rows_affected();
        }
        if pruned == 0 {
            return Ok(0);
        }
        append(&mut tx, who, Action::Pruned, None, &json!({ "before": before, "records": pruned })).await?;
        sqlx::query(COMPACT_LATER).execute(&mut *tx).await?;
        commit(tx, "pruned").await?;
        Ok(pruned)
    }

    /// Erases people, each by all of his addresses.
    pub async fn erase(&self, people: impl IntoIterator<Item = Vec<Email>>, who: &str) -> Result<Erased, JournalError> {
        let mut tx = self.begin_tx().await?;
        let mut pseudonyms = Pseudonyms::default();
        for person in people {
            let addresses: Vec<&str> = person.iter().map(Email::as_str).collect();
            let named = name_people(&mut tx, &addresses).await?;
            let names: Vec<&String> = named.values().collect();
            append(&mut tx, who, Action::Erased, None, &json!({ "people": names })).await?;
            pseudonyms.add(&person, &named)?;
        }
        pseudonyms.names = names(&mut tx, &pseudonyms).await?;
        let mut erased = Erased::default();
        erased.rewritten += forget_messages(&mut tx, &pseudonyms).await?;
        for (table, key, column) in TEXTS {
            erased.rewritten += rewrite(&mut tx, table, key, column, &pseudonyms).await?;
        }
        erased.recordings = forget_recordings(&mut tx, &pseudonyms).await?;
        follow(&mut tx, &pseudonyms.addresses).await?;
        let all = to_json(&pseudonyms.addresses.keys().collect::<Vec<_>>())?;
        let sql = "UPDATE seats SET occupant = (SELECT value ->> 1 FROM json_each(?1) WHERE value ->> 0 = occupant)
            WHERE occupant IN (SELECT value ->> 0 FROM json_each(?1))";
        let pairs: Vec<_> = pseudonyms.addresses.iter().collect();
        erased.rewritten += sqlx::query(sql).bind(to_json(&pairs)?).execute(&mut *tx).await?.rows_affected();
        for sql in [
            "DELETE FROM accounts WHERE email IN (SELECT value FROM json_each(?))",
            "DELETE FROM order_accounts WHERE email IN (SELECT value FROM json_each(?))",
            "DELETE FROM pseudonyms WHERE email IN (SELECT value FROM json_each(?))",
        ] {
            sqlx::query(sql).bind(&all).execute(&mut *tx).await?;
        }
        if erased == Erased::default() {
            // Nobody was named, so there is nothing to tell the audit log either.
            return Ok(Erased { compacted: true, ..erased });
        }
        sqlx::query(COMPACT_LATER).execute(&mut *tx).await?;
        commit(tx, "erased").await?;
        erased.compacted = self.compact().await?;
        Ok(erased)
    }

    /// Writes the file anew if something was deleted in it, so that nothing of that can be found there. False: somebody
    /// reads in it, and it remains to be done.
    pub async fn compact(&self) -> Result<bool, JournalError> {
        let due: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM chores WHERE name = 'compact')")
            .fetch_one(&self.pool)
            .await?;
        if !due {
            return Ok(true);
        }
        sqlx::query("VACUUM").execute(&self.pool).await?;
        let busy = |row: SqliteRow| -> Result<bool, JournalError> { Ok(row.try_get::<i64, _>(0)? != 0) };
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        if busy(sqlx::query(checkpoint).fetch_one(&self.pool).await?)? {
            return Ok(false);
        }
        sqlx::query("DELETE FROM chores WHERE name = 'compact'").execute(&self.pool).await?;
        Ok(true)
    }
}

const COMPACT_LATER: &str = "INSERT INTO chores (name) VALUES ('compact') ON CONFLICT DO NOTHING";

fn addresses<'a>(people: impl Iterator<Item = &'a Person>) -> BTreeSet<Email> {
    people.filter_map(|person| person.email.parse().ok()).collect()
}

fn naming(row: &SqliteRow) -> Result<Naming, JournalError> {
    let order = |column| -> Result<Order, JournalError> { from_json(row.try_get(column)?) };
    let (latest, accepted): (Order, bool) = (order("latest")?, row.try_get("accepted")?);
    let in_force = accepted && latest.state != OrderState::Cancelled;
    let closed: Option<i64> = row.try_get("closed")?;
    // What an order in force no longer names may be erased from it.
    let of: Vec<Order> = if in_force { vec![latest] } else { vec![order("body")?, order("handed")?, latest] };
    Ok(Naming {
        order: order_id(row.try_get("id")?)?,
        ended: match (in_force, closed) {
            (true, _) => None,
            (false, Some(closed)) => Some(timestamp(closed)?),
            (false, None) => of.first().map(|order| order.time),
        },
        current: addresses(of.iter().flat_map(Order::people)),
        former: BTreeSet::new(),
    })
}

/// What stands for people from now on.
#[derive(Default)]
struct Pseudonyms {
    /// By their addresses.
    addresses: Moved,
    /// Their names as orders have them, in small letters: those of groups, for instance, are made of them.
    names: BTreeSet<String>,
}

impl Pseudonyms {
    fn add(&mut self, person: &[Email], named: &BTreeMap<String, String>) -> Result<(), JournalError> {
        for email in person {
            let name = named.get(email.as_str()).cloned().unwrap_or_default();
            let address = format!("{name}{ERASED}");
            self.addresses.insert(email.clone(), email_of(address)?);
        }
        Ok(())
    }

    fn of(&self, text: &str) -> Option<&Email> {
        // Addresses stand in orders as they were typed.
        self.addresses.get(&text.parse::<Email>().ok()?)
    }

    /// Whether a text is one of the addresses, however it is typed, or has one in it.
    fn is_in(&self, text: &str) -> bool {
        let small = text.to_lowercase();
        let named = || self.names.iter().any(|name| mentions(&small, name));
        self.of(text).is_some() || self.addresses.keys().any(|email| mentions(&small, email.as_str())) || named()
    }

    /// Whether somebody is named anywhere.
    fn are_in(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.is_in(text),
            Value::Array(values) => values.iter().any(|value| self.are_in(value)),
            Value::Object(fields) => fields.iter().any(|(name, value)| self.is_in(name) || self.are_in(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// Puts pseudonyms for people. A message that names somebody is dropped: it has more of him than the address.
    fn put_into(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(pseudonym) = self.of(text) {
                    *text = pseudonym.to_string();
                } else if self.is_in(text) {
                    // A sentence of the platform's.
                    "-".clone_into(text);
                }
            }
            Value::Array(values) => {
                values.retain(|value| !(is_message(value) && self.are_in(value)));
                values.iter_mut().for_each(|value| self.put_into(value));
            }
            Value::Object(fields) => {
                let email = fields.get("email").and_then(Value::as_str);
                if email.is_some_and(|email| self.is_in(email)) {
                    for (field, nothing) in [
                        ("first_name", json!("-")),
                        ("last_name", json!("-")),
                        ("language", json!(null)),
                        ("extra", json!({})),
                    ] {
                        if let Some(of_person) = fields.get_mut(field) {
                            *of_person = nothing;
                        }
                    }
                }
                // Why something about him failed can name him in ways that nobody knows, such as by a user name.
                if fields.get("fact").is_some_and(|fact| self.are_in(fact))
                    && let Some(problem) = fields.get_mut("problem").and_then(Value::as_object_mut)
                {
                    problem.remove("said");
                    problem.insert("reason".to_owned(), json!("-"));
                }
                fields.values_mut().for_each(|value| self.put_into(value));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Whether a text in small letters has an address in it that is not a part of a longer one.
fn mentions(text: &str, email: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    text.match_indices(email).any(|(at, _)| {
        let (before, mut after) = (&text[..at], text[at + email.len()..].chars());
        let longer_before = before.ends_with(|c: char| goes_on(c) || c == '.');
        let longer_after = match after.next() {
            // A full stop may end the sentence.
            Some('.') => after.next().is_some_and(goes_on),
            next => next.is_some_and(goes_on),
        };
        !longer_before && !longer_after
    })
}

fn is_message(value: &Value) -> bool {
    value.get("key").is_some() && value.get("audience").is_some()
}

/// The full names that orders call these people by.
async fn names(tx: &mut SqliteConnection, people: &Pseudonyms) -> Result<BTreeSet<String>, JournalError> {
    let sql = "SELECT body FROM orders UNION ALL SELECT handed FROM orders
        UNION ALL SELECT changed FROM orders WHERE changed IS NOT NULL";
    let mut names = BTreeSet::new();
    for body in sqlx::query_scalar::<_, String>(sql).fetch_all(tx).await? {
        let order: Order = from_json(&body)?;
        let called = order.people().filter(|person| people.is_in(&person.email));
        names.extend(called.map(|person| format!("{} {}", person.first_name, person.last_name).to_lowercase()));
    }
    names.retain(|name| !name.trim().is_empty() && name != "- -");
    Ok(names)
}

/// Forgets what was said about the lines of orders that name somebody: it can have names, rightly typed or not.
async fn forget_messages(tx: &mut SqliteConnection, people: &Pseudonyms) -> Result<u64, JournalError> {
    let sql = "SELECT id, body, handed, changed FROM orders";
    let mut forgotten = 0;
    for row in sqlx::query(sql).fetch_all(&mut *tx).await? {
        let texts: [Option<String>; 3] = [row.try_get("body")?, row.try_get("handed")?, row.try_get("changed")?];
        let values = texts.iter().flatten().map(|text| from_json::<Value>(text)).collect::<Result<Vec<_>, _>>()?;
        if !values.iter().any(|value| people.are_in(value)) {
            continue;
        }
        let sql = "UPDATE lines SET reason = json_set(reason, '$.messages', json('[]'), '$.stopped', NULL) WHERE order_id = ?";
        forgotten += sqlx::query(sql).bind(row.try_get::<String, _>("id")?).execute(&mut *tx).await?.rows_affected();
    }
    Ok(forgotten)
}

async fn rewrite(
    tx: &mut SqliteConnection,
    table: &str,
    key: &str,
    column: &str,
    people: &Pseudonyms,
) -> Result<u64, JournalError> {
    let all = format!("SELECT {key} AS row, {column} AS text FROM {table} WHERE {column} IS NOT NULL");
    let rows = sqlx::query(sqlx::AssertSqlSafe(all)).fetch_all(&mut *tx).await?;
    let mut rewritten = 0;
    for row in rows {
        let (row, text): (i64, String) = (row.try_get("row")?, row.try_get("text")?);
        let mut value: Value = from_json(&text)?;
        if !people.are_in(&value) {
            continue;
        }
        people.put_into(&mut value);
        let sql = format!("UPDATE {table} SET {column} = ? WHERE {key} = ?");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(value.to_string()).bind(row).execute(&mut *tx).await?;
        rewritten += 1;
    }
    Ok(rewritten)
}

async fn forget_recordings(tx: &mut SqliteConnection, people: &Pseudonyms) -> Result<u64, JournalError> {
    let ids: Vec<i64> = sqlx::query_scalar("SELECT id FROM recordings").fetch_all(&mut *tx).await?;
    let mut gone = 0;
    for id in ids {
        let body: String =
            sqlx::query_scalar("SELECT body FROM recordings WHERE id = ?").bind(id).fetch_one(&mut *tx).await?;
        if people.are_in(&from_json(&body)?) {
            sqlx::query("DELETE FROM recordings WHERE id = ?").bind(id).execute(&mut *tx).await?;
            gone += 1;
        }
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_in_a_sentence_and_not_in_a_longer_address() {
        for (text, expected) in [
            ("an@x.org", true),
            ("several accounts have the address an@x.org.", true),
            ("<an@x.org>, \"an@x.org\"", true),
            ("jan@x.org", false),
            ("j.an@x.org", false),
            ("an@x.org.uk", false),
            ("an@x.orga", false),
            ("jan@x.org and an@x.org", true),
            ("", false),
        ] {
            assert_eq!(mentions(text, "an@x.org"), expected, "{text}");
        }
    }
}
