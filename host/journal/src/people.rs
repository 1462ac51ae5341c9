//! Whom what is recorded is about: an index, written in the same transactions as what it is of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Journal, JournalError, Records, from_json, order_id, recordings, to_json};
use shop_core::platform::AccountId;
use shop_core::sessions::session::Fact;
use shop_core::words::email::{Email, Typed};
use shop_core::words::order::OrderId;
use shop_store::{Tx, query};

/// Where the addresses of people who were erased seem to be. No real address is there (RFC 2606).
pub const ERASED: &str = "@erased.invalid";

/// So many orders are indexed in a transaction.
const PIECE: u32 = 100;

impl Records {
    /// The people, each with all addresses that the shop knows somebody by whose account it has acted on: one that was changed
    /// is as personal.
    pub async fn with_all_addresses(&self, emails: &BTreeSet<Typed>) -> Result<BTreeSet<Vec<Typed>>, JournalError> {
        let mut moment = self.begin_read().await?;
        let sql = "SELECT id, email FROM accounts WHERE email IN (SELECT atom FROM json_each($1))
            UNION SELECT id, email FROM order_accounts WHERE email IN (SELECT atom FROM json_each($1))";
        let known: Vec<(i64, String)> = query(sql).bind(to_json(emails)?).pairs(&mut moment).await?;
        let sql = "SELECT id, email FROM accounts WHERE id IN (SELECT CAST(atom AS BIGINT) FROM json_each($1))
            UNION SELECT id, email FROM order_accounts WHERE id IN (SELECT CAST(atom AS BIGINT) FROM json_each($1))";
        let ids: BTreeSet<i64> = known.iter().map(|(id, _)| *id).collect();
        let mut also: BTreeMap<i64, Vec<Typed>> = BTreeMap::new();
        for (id, email) in query(sql).bind(to_json(&ids)?).pairs::<i64, String>(&mut moment).await? {
            also.entry(id).or_default().push(Typed::folded(email));
        }
        let mut people: BTreeMap<&str, BTreeSet<Typed>> =
            emails.iter().map(|email| (email.as_str(), BTreeSet::from([email.clone()]))).collect();
        for (id, email) in &known {
            if let (Some(all), Some(also)) = (people.get_mut(email.as_str()), also.get(id)) {
                all.extend(also.iter().cloned());
            }
        }
        Ok(people.into_values().map(|all| all.into_iter().collect()).collect())
    }

    /// All addresses that the shop knows the holder of an account by, whatever the platform says now.
    pub async fn addresses_of(&self, account: AccountId) -> Result<BTreeSet<Typed>, JournalError> {
        let sql = "SELECT email FROM accounts WHERE id = $1 UNION SELECT email FROM order_accounts WHERE id = $1";
        let known: Vec<String> = query(sql).bind(account.0).all(self.store()).await?;
        Ok(known.into_iter().map(Typed::folded).collect())
    }

    /// The orders that need somebody: those in force that name the person now, and those that claim something for the person,
    /// or still have to take it away. What stays because the person is kept in a course hinders nobody.
    pub async fn needing(&self, person: &[Typed]) -> Result<BTreeSet<OrderId>, JournalError> {
        let emails = to_json(&person)?;
        let mut moment = self.begin_read().await?;
        let sql = "WITH named AS (SELECT DISTINCT order_id FROM orders_people
                WHERE email IN (SELECT atom FROM json_each($1)))
            SELECT id, coalesce(changed, handed) AS body FROM named JOIN orders ON id = order_id
                WHERE accepted AND ended IS NULL
            UNION ALL SELECT order_id, body FROM named JOIN unfinished USING (order_id)";
        let mut needing = BTreeSet::new();
        for row in query(sql).bind(&emails).rows(&mut moment).await? {
            // Whom an order in force no longer names can go, once what it did is taken away.
            let named = addresses_in(&from_json(row.get("body")?)?);
            if person.iter().any(|email| named.contains(email)) {
                needing.insert(order_id(row.get("id")?)?);
            }
        }
        let sql = "SELECT DISTINCT order_id FROM facts_people JOIN claims USING (fact)
            WHERE email IN (SELECT atom FROM json_each($1)) AND NOT kept";
        let claiming: Vec<String> = query(sql).bind(&emails).all(&mut moment).await?;
        claiming.into_iter().try_for_each(|id| order_id(id).map(|id| _ = needing.insert(id)))?;
        Ok(needing)
    }
}

impl Journal {
    /// Fills the index for a journal that had none. Interrupted, it begins anew: nothing is indexed twice.
    pub(super) async fn index_people(&self) -> Result<(), JournalError> {
        let due = "SELECT EXISTS (SELECT 1 FROM chores WHERE name = 'index-people')";
        if !query(due).one(self.store()).await? {
            return Ok(());
        }
        let mut last = i64::MIN;
        loop {
            let mut tx = self.begin_tx().await?;
            let sql = "SELECT rowid, id, body, handed, changed FROM orders WHERE rowid > $1 ORDER BY rowid LIMIT $2";
            let rows = query(sql).bind(last).bind(PIECE).rows(&mut tx).await?;
            let Some(newest) = rows.last() else { break };
            last = newest.get("rowid")?;
            for row in rows {
                let id: String = row.get("id")?;
                let texts: [Option<String>; 3] = [row.get("body")?, row.get("handed")?, row.get("changed")?];
                index_recorded(&mut tx, &id, texts.into_iter().flatten().collect()).await?;
            }
            tx.commit("indexed").await?;
        }
        let mut tx = self.begin_tx().await?;
        let waiting: Vec<(String, String)> = query("SELECT order_id, body FROM unfinished").pairs(&mut tx).await?;
        for (id, body) in waiting {
            index_recorded(&mut tx, &id, vec![body]).await?;
        }
        query("DELETE FROM chores WHERE name = 'index-people'").execute(&mut tx).await?;
        Ok(tx.commit("indexed").await?)
    }
}

/// Indexes an order with all that was ever done about it.
async fn index_recorded(tx: &mut Tx, id: &str, mut texts: Vec<String>) -> Result<(), JournalError> {
    // Somebody can stand in a recorded call, or in what was said of a line, and nowhere else: the message was rejected.
    let sql = "SELECT steps FROM plans WHERE order_id = $1 UNION ALL SELECT fact FROM claims WHERE order_id = $1
        UNION ALL SELECT receipt FROM plans WHERE order_id = $1 AND receipt IS NOT NULL
        UNION ALL SELECT reason FROM lines WHERE order_id = $1";
    texts.extend(query(sql).bind(id).all(&mut *tx).await?);
    let mut named = BTreeSet::new();
    for text in texts {
        named.append(&mut addresses_in(&from_json(&text)?));
    }
    let sql = "SELECT body FROM recordings WHERE order_id = $1";
    let calls = query(sql).bind(id).rows(&mut *tx).await?;
    // Damaged ones go with whomever else is erased from the order.
    for call in calls.iter().filter_map(|row| recordings::read(row).ok()) {
        named.append(&mut addresses_in(&call));
    }
    index(tx, id, named.iter().map(Typed::as_str)).await
}

/// Notes whom an order names, or does something for.
pub(super) async fn index<'a>(
    tx: &mut Tx,
    order: &str,
    people: impl IntoIterator<Item = &'a str>,
) -> Result<(), JournalError> {
    let sql = "INSERT INTO orders_people (email, order_id) SELECT atom, $1 FROM json_each($2) WHERE TRUE
        ON CONFLICT DO NOTHING";
    // Those erased already are nobody.
    let people: BTreeSet<&str> = people.into_iter().filter(|email| !email.ends_with(ERASED)).collect();
    query(sql).bind(order).bind(to_json(&people)?).execute(tx).await?;
    Ok(())
}

/// Notes whom an order names, wherever it does: in a field for something else, or among other words.
pub(super) async fn index_order(tx: &mut Tx, order: &shop_core::words::order::Order) -> Result<(), JournalError> {
    let named = serde_json::to_value(order).map_err(|error| JournalError::Content(error.to_string()))?;
    index(tx, order.id.as_str(), addresses_in(&named).iter().map(Typed::as_str)).await
}

/// Notes whom facts are about.
pub(super) async fn index_facts<'a>(
    tx: &mut Tx,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Result<(), JournalError> {
    let sql = "INSERT INTO facts_people (email, fact) SELECT value ->> 0, value ->> 1 FROM json_each($1) WHERE TRUE
        ON CONFLICT DO NOTHING";
    query(sql).bind(pairs(facts)?).execute(tx).await?;
    Ok(())
}

/// Forgets whom facts are about that nothing is known of any more.
pub(super) async fn forget_facts<'a>(
    tx: &mut Tx,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Result<(), JournalError> {
    let sql = "DELETE FROM facts_people WHERE (email, fact) IN (SELECT value ->> 0, value ->> 1 FROM json_each($1))
        AND NOT EXISTS (SELECT 1 FROM claims WHERE claims.fact = facts_people.fact)
        AND NOT EXISTS (SELECT 1 FROM provenance WHERE provenance.fact = facts_people.fact)";
    query(sql).bind(pairs(facts)?).execute(tx).await?;
    Ok(())
}

fn pairs<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Result<String, JournalError> {
    let mut pairs = Vec::new();
    for fact in facts {
        let text = to_json(fact)?;
        pairs.extend(fact.people().into_iter().map(|email| (email, text.clone())));
    }
    to_json(&pairs)
}

/// All addresses that stand anywhere in a value, also within other words; and what stands in the place of one.
pub(super) fn addresses_in(value: &Value) -> BTreeSet<Typed> {
    let mut found = BTreeSet::new();
    collect(value, &mut found);
    found
}

fn collect(value: &Value, found: &mut BTreeSet<Typed>) {
    let email = |text: &str| text.parse::<Email>().ok().map(Typed::from);
    match value {
        Value::String(text) if text.contains('@') => match email(text) {
            Some(email) => _ = found.insert(email),
            None => found.extend(words(text).filter_map(email)),
        },
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            if name == "email" {
                found.extend(value.as_str().and_then(|typed| typed.parse::<Typed>().ok()));
            }
            collect(&Value::String(name.clone()), found);
            collect(value, found);
        }),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What could be an address in a sentence, without the full stop after it.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let apart = |c: char| !c.is_alphanumeric() && !"@.!#$%&'*+/=?^_`{|}~-".contains(c);
    text.split(apart).map(|word| word.trim_matches('.')).filter(|word| word.contains('@'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_are_found_wherever_they_stand() {
        for (value, expected) in [
            (json!("  Anne@Example.org "), vec!["anne@example.org"]),
            (json!({"to": "anne@example.org, <bob@example.org>;"}), vec!["anne@example.org", "bob@example.org"]),
            (json!({"email": "Anne at  X", "name": "Anne at X"}), vec!["anne at  x"]),
            (json!([{"email": "(anne@x.org)"}, {"email": " - "}, {"email": null}]), vec!["(anne@x.org)", "anne@x.org"]),
            (json!([{"note": "Ask “anne@example.org”."}, 7, null]), vec!["anne@example.org"]),
            (json!({"anne@example.org": ["bob@bébé.example"]}), vec!["anne@example.org", "bob@xn--bb-bjab.example"]),
            (json!("several accounts have the address (o'neil@x.org)"), vec!["o'neil@x.org"]),
            (json!(["@", "anne", "a@", "@b", ""]), vec![]),
        ] {
            let found: Vec<String> = addresses_in(&value).iter().map(Typed::to_string).collect();
            assert_eq!(found, expected, "{value}");
        }
    }
}
