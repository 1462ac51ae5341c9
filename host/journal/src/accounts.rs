//! Which accounts the shop has acted on; and the ledger's following of addresses that are changed on the platform.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::people::{forget_facts, index_facts};
use super::{Journal, JournalError, Records, email_of, from_json, keys, to_json};
use shop_core::platform::AccountId;
use shop_core::sessions::accounts::Moved;
use shop_core::sessions::ledger::Before;
use shop_core::sessions::session::Fact;
use shop_core::words::email::Email;
use shop_core::words::order::OrderId;
use shop_store::{Tx, query};

impl Records {
    /// Which accounts the shop has acted on as these people's, and as whose it has acted on these accounts; but for addresses
    /// that were changed and are followed already.
    pub async fn acted_on(
        &self,
        people: &BTreeSet<&Email>,
        accounts: &[AccountId],
    ) -> Result<Vec<(Email, AccountId)>, JournalError> {
        let sql = "SELECT email, id FROM accounts WHERE email IN (SELECT atom FROM json_each($1)) AND NOT former
            UNION SELECT email, id FROM accounts WHERE id IN (SELECT CAST(atom AS BIGINT) FROM json_each($2)) AND NOT former";
        let rows = query(sql).bind(to_json(people)?).bind(to_json(&accounts)?).rows(self.store()).await?;
        rows.iter().map(|row| Ok((email_of(row.get("email")?)?, AccountId(row.get("id")?)))).collect()
    }

    /// Which accounts an order has acted on, by the addresses that it names people by.
    pub async fn acted_on_by(&self, order: &OrderId) -> Result<BTreeMap<Email, AccountId>, JournalError> {
        let sql = "SELECT email, id FROM order_accounts WHERE order_id = $1";
        let rows = query(sql).bind(order.as_str()).rows(self.store()).await?;
        rows.iter().map(|row| Ok((email_of(row.get("email")?)?, AccountId(row.get("id")?)))).collect()
    }
}

impl Journal {
    /// Notes which accounts an order acts on that it wanted made: nobody else had the addresses. Of those that somebody else has
    /// made meanwhile, the ledger must never say that the shop did; of all others, the platform has answered.
    pub async fn act_on(
        &self,
        order: &OrderId,
        accounts: &[(&Email, AccountId)],
        of_others: &[&Fact],
    ) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        act_on(&mut tx, accounts).await?;
        act_as(&mut tx, order, accounts).await?;
        let sql = "DELETE FROM provenance WHERE fact IN (SELECT atom FROM json_each($1))";
        query(sql).bind(keys(of_others)?).execute(&mut tx).await?;
        let facts: Vec<Fact> = accounts.iter().map(|(email, _)| Fact::Account((*email).clone())).collect();
        let sql = "UPDATE provenance SET before = $2 WHERE fact IN (SELECT atom FROM json_each($1))";
        let answered = query(sql).bind(keys(&facts.iter().collect::<Vec<_>>())?);
        answered.bind(to_json(&Before::Absent)?).execute(&mut tx).await?;
        Ok(tx.commit("accounts").await?)
    }
}

/// One account for each address, since no statement may say two things of one row.
fn by_address(accounts: &[(&Email, AccountId)]) -> Result<String, JournalError> {
    let accounts: BTreeMap<&Email, AccountId> = accounts.iter().copied().collect();
    to_json(&accounts.into_iter().collect::<Vec<_>>())
}

/// Notes which accounts are acted on, by the addresses that they have.
pub(super) async fn act_on(tx: &mut Tx, accounts: &[(&Email, AccountId)]) -> Result<(), JournalError> {
    let sql =
        "INSERT INTO accounts (email, id) SELECT value ->> 0, CAST(value ->> 1 AS BIGINT) FROM json_each($1) WHERE TRUE
        ON CONFLICT (email) DO UPDATE
            SET id = excluded.id, former = accounts.former AND accounts.id = excluded.id";
    query(sql).bind(by_address(accounts)?).execute(&mut *tx).await?;
    Ok(())
}

/// Notes which accounts an order acts on, by the addresses that it names people by.
pub(super) async fn act_as(tx: &mut Tx, order: &OrderId, accounts: &[(&Email, AccountId)]) -> Result<(), JournalError> {
    let sql = "INSERT INTO order_accounts (order_id, email, id)
        SELECT $1, value ->> 0, CAST(value ->> 1 AS BIGINT) FROM json_each($2) WHERE TRUE
        ON CONFLICT (order_id, email) DO UPDATE SET id = excluded.id";
    query(sql).bind(order.as_str()).bind(by_address(accounts)?).execute(&mut *tx).await?;
    Ok(())
}

/// Forgets as whom an order has acted on accounts, but for these people, and whom the shop means as the operator though the staff
/// has handed the order over: of others, the address is whoever has it.
pub(super) async fn act_as_only(tx: &mut Tx, order: &OrderId, named: &BTreeSet<Email>) -> Result<(), JournalError> {
    let sql = "DELETE FROM order_accounts WHERE order_id = $1 AND email NOT IN (SELECT atom FROM json_each($2)
        UNION SELECT email FROM orders JOIN pseudonyms ON name = operator WHERE id = $1)";
    query(sql).bind(order.as_str()).bind(to_json(named)?).execute(&mut *tx).await?;
    Ok(())
}

/// Rewrites all that the ledger has of people by the addresses that their accounts have now.
pub(super) async fn follow(tx: &mut Tx, moved: &Moved) -> Result<(), JournalError> {
    if moved.is_empty() {
        return Ok(());
    }
    rename(tx, moved).await?;
    let pairs = to_json(&moved.iter().collect::<Vec<_>>())?;
    for sql in [
        // What names somebody by the old address is about the new one, too.
        "INSERT INTO orders_people (email, order_id) SELECT value ->> 1, order_id
            FROM json_each($1) JOIN orders_people ON email = value ->> 0 WHERE TRUE ON CONFLICT DO NOTHING",
        "UPDATE accounts SET former = TRUE WHERE email IN (SELECT value ->> 0 FROM json_each($1))",
        "UPDATE accounts SET former = FALSE WHERE email IN (SELECT value ->> 1 FROM json_each($1))",
    ] {
        query(sql).bind(&pairs).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Rewrites the facts of claims and of provenance by other addresses.
pub(super) async fn rename(tx: &mut Tx, moved: &Moved) -> Result<(), JournalError> {
    let emails = to_json(&moved.keys().collect::<Vec<_>>())?;
    let sql = "SELECT DISTINCT fact FROM facts_people WHERE email IN (SELECT atom FROM json_each($1))";
    let texts: Vec<String> = query(sql).bind(emails).all(&mut *tx).await?;
    let old = texts.iter().map(|text| from_json(text)).collect::<Result<Vec<Fact>, _>>()?;
    let about = |fact: Fact| fact.about(|email| moved.get(&email).cloned().unwrap_or(email));
    let new: Vec<Fact> = old.iter().cloned().map(about).collect();
    let renamed = texts.into_iter().zip(&new).map(|(text, new)| Ok((text, to_json(new)?)));
    let renamed = renamed.collect::<Result<HashMap<_, _>, JournalError>>()?;
    rename_claims(tx, &renamed).await?;
    rename_provenance(tx, &renamed).await?;
    forget_facts(tx, &old).await?;
    index_facts(tx, &new).await
}

/// All are taken out before any is put back, since one address can have become another's that has become a third's. Two can
/// have become one: the last of them counts.
async fn rename_claims(tx: &mut Tx, renamed: &HashMap<String, String>) -> Result<(), JournalError> {
    let sql = "DELETE FROM claims WHERE fact IN (SELECT atom FROM json_each($1))
        RETURNING fact, order_id, line, terms, held, kept, granted";
    let was = query(sql).bind(to_json(&renamed.keys().collect::<Vec<_>>())?).rows(&mut *tx).await?;
    let mut claims = BTreeMap::new();
    for row in &was {
        let key = (row.get::<&str>("order_id")?, row.get::<i64>("line")?, renamed.get(row.get::<&str>("fact")?));
        let state = [row.get::<bool>("held")?, row.get::<bool>("kept")?, row.get::<bool>("granted")?];
        claims.insert(key, (row.get::<&str>("terms")?, state));
    }
    let sql = "INSERT INTO claims (order_id, line, fact, terms, held, kept, granted)
        SELECT value -> 0 ->> 0, CAST(value -> 0 ->> 1 AS BIGINT), value -> 0 ->> 2,
            value -> 1 ->> 0, CAST(value -> 1 -> 1 ->> 0 AS BOOLEAN), CAST(value -> 1 -> 1 ->> 1 AS BOOLEAN),
            CAST(value -> 1 -> 1 ->> 2 AS BOOLEAN)
        FROM json_each($1) WHERE TRUE
        ON CONFLICT (order_id, line, fact) DO UPDATE
            SET terms = excluded.terms, held = excluded.held, kept = excluded.kept, granted = excluded.granted";
    query(sql).bind(to_json(&claims.into_iter().collect::<Vec<_>>())?).execute(tx).await?;
    Ok(())
}

async fn rename_provenance(tx: &mut Tx, renamed: &HashMap<String, String>) -> Result<(), JournalError> {
    let sql = "DELETE FROM provenance WHERE fact IN (SELECT atom FROM json_each($1)) RETURNING fact, before, order_id";
    let was = query(sql).bind(to_json(&renamed.keys().collect::<Vec<_>>())?).rows(&mut *tx).await?;
    let mut known = BTreeMap::new();
    for row in &was {
        let before = (row.get::<&str>("before")?, row.get::<&str>("order_id")?);
        known.insert(renamed.get(row.get::<&str>("fact")?), before);
    }
    let sql = "INSERT INTO provenance (fact, before, order_id)
        SELECT value ->> 0, value -> 1 ->> 0, value -> 1 ->> 1 FROM json_each($1) WHERE TRUE
        ON CONFLICT (fact) DO UPDATE SET before = excluded.before, order_id = excluded.order_id";
    query(sql).bind(to_json(&known.into_iter().collect::<Vec<_>>())?).execute(tx).await?;
    Ok(())
}
