//! Which accounts the shop has acted on; and the ledger's following of addresses that are changed on the platform.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Row, Sqlite, SqliteConnection, Transaction};

use super::people::{forget_facts, index_facts};
use super::{Journal, JournalError, Records, commit, email_of, from_json, keys, to_json};
use shop_core::platform::AccountId;
use shop_core::sessions::accounts::Moved;
use shop_core::sessions::ledger::Before;
use shop_core::sessions::session::Fact;
use shop_core::words::email::Email;
use shop_core::words::order::OrderId;

impl Records {
    /// Which accounts the shop has acted on as these people's, and as whose it has acted on these accounts; but for addresses
    /// that were changed and are followed already.
    pub async fn acted_on(
        &self,
        people: &BTreeSet<&Email>,
        accounts: &[AccountId],
    ) -> Result<Vec<(Email, AccountId)>, JournalError> {
        let sql = "SELECT email, id FROM accounts WHERE email IN (SELECT value FROM json_each(?1)) AND NOT former
            UNION SELECT email, id FROM accounts WHERE id IN (SELECT value FROM json_each(?2)) AND NOT former";
        let rows = sqlx::query(sql).bind(to_json(people)?).bind(to_json(&accounts)?).fetch_all(self.readers()).await?;
        rows.iter().map(|row| Ok((email_of(row.try_get("email")?)?, AccountId(row.try_get("id")?)))).collect()
    }

    /// Which accounts an order has acted on, by the addresses that it names people by.
    pub async fn acted_on_by(&self, order: &OrderId) -> Result<BTreeMap<Email, AccountId>, JournalError> {
        let sql = "SELECT email, id FROM order_accounts WHERE order_id = ?";
        let rows = sqlx::query(sql).bind(order.as_str()).fetch_all(self.readers()).await?;
        rows.iter().map(|row| Ok((email_of(row.try_get("email")?)?, AccountId(row.try_get("id")?)))).collect()
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
        let sql = "DELETE FROM provenance WHERE fact IN (SELECT value FROM json_each(?))";
        sqlx::query(sql).bind(keys(of_others)?).execute(&mut *tx).await?;
        let facts: Vec<Fact> = accounts.iter().map(|(email, _)| Fact::Account((*email).clone())).collect();
        let sql = "UPDATE provenance SET before = ?2 WHERE fact IN (SELECT value FROM json_each(?1))";
        let answered = sqlx::query(sql).bind(keys(&facts.iter().collect::<Vec<_>>())?);
        answered.bind(to_json(&Before::Absent)?).execute(&mut *tx).await?;
        commit(tx, "accounts").await
    }
}

/// Notes which accounts are acted on, by the addresses that they have.
pub(super) async fn act_on(
    tx: &mut Transaction<'_, Sqlite>,
    accounts: &[(&Email, AccountId)],
) -> Result<(), JournalError> {
    let tx: &mut SqliteConnection = tx;
    let sql = "INSERT INTO accounts (email, id) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true
        ON CONFLICT (email) DO UPDATE SET id = excluded.id, former = former AND id = excluded.id";
    sqlx::query(sql).bind(to_json(&accounts)?).execute(&mut *tx).await?;
    Ok(())
}

/// Notes which accounts an order acts on, by the addresses that it names people by.
pub(super) async fn act_as(
    tx: &mut Transaction<'_, Sqlite>,
    order: &OrderId,
    accounts: &[(&Email, AccountId)],
) -> Result<(), JournalError> {
    let tx: &mut SqliteConnection = tx;
    let sql = "INSERT INTO order_accounts (order_id, email, id)
        SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2) WHERE true
        ON CONFLICT (order_id, email) DO UPDATE SET id = excluded.id";
    sqlx::query(sql).bind(order.as_str()).bind(to_json(&accounts)?).execute(&mut *tx).await?;
    Ok(())
}

/// Forgets as whom an order has acted on accounts, but for these people, and whom the shop means as the operator though the staff
/// has handed the order over: of others, the address is whoever has it.
pub(super) async fn act_as_only(
    tx: &mut Transaction<'_, Sqlite>,
    order: &OrderId,
    named: &BTreeSet<Email>,
) -> Result<(), JournalError> {
    let tx: &mut SqliteConnection = tx;
    let sql = "DELETE FROM order_accounts WHERE order_id = ?1 AND email NOT IN (SELECT value FROM json_each(?2)
        UNION SELECT email FROM orders JOIN pseudonyms ON name = operator WHERE id = ?1)";
    sqlx::query(sql).bind(order.as_str()).bind(to_json(named)?).execute(&mut *tx).await?;
    Ok(())
}

/// Rewrites all that the ledger has of people by the addresses that their accounts have now.
pub(super) async fn follow(tx: &mut Transaction<'_, Sqlite>, moved: &Moved) -> Result<(), JournalError> {
    if moved.is_empty() {
        return Ok(());
    }
    rename(tx, moved).await?;
    let pairs = to_json(&moved.iter().collect::<Vec<_>>())?;
    for sql in [
        // What names somebody by the old address is about the new one, too.
        "INSERT INTO orders_people (email, order_id) SELECT value ->> 1, order_id
            FROM json_each(?) JOIN orders_people ON email = value ->> 0 WHERE true ON CONFLICT DO NOTHING",
        "UPDATE accounts SET former = 1 WHERE email IN (SELECT value ->> 0 FROM json_each(?))",
        "UPDATE accounts SET former = 0 WHERE email IN (SELECT value ->> 1 FROM json_each(?))",
    ] {
        sqlx::query(sql).bind(&pairs).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Rewrites the facts of claims and of provenance by other addresses.
pub(super) async fn rename(tx: &mut Transaction<'_, Sqlite>, moved: &Moved) -> Result<(), JournalError> {
    let tx: &mut SqliteConnection = tx;
    let emails = to_json(&moved.keys().collect::<Vec<_>>())?;
    let sql = "SELECT DISTINCT fact FROM facts_people WHERE email IN (SELECT value FROM json_each(?))";
    let texts: Vec<String> = sqlx::query_scalar(sql).bind(emails).fetch_all(&mut *tx).await?;
    let old = texts.iter().map(|text| from_json(text)).collect::<Result<Vec<Fact>, _>>()?;
    let about = |fact: Fact| fact.about(|email| moved.get(&email).cloned().unwrap_or(email));
    let new: Vec<Fact> = old.iter().cloned().map(about).collect();
    let renamed = texts.iter().zip(&new).map(|(text, new)| Ok((text, to_json(new)?)));
    let renamed = to_json(&renamed.collect::<Result<Vec<_>, JournalError>>()?)?;
    // All are taken out before any is put back, since one address can have become another's that has become a third's.
    for (take, put) in [
        (
            "DELETE FROM claims WHERE fact IN (SELECT value ->> 0 FROM json_each(?))
                RETURNING json_array(fact, order_id, line, terms, held, kept)",
            "INSERT OR REPLACE INTO claims (order_id, line, fact, terms, held, kept)
                SELECT was.value ->> 1, was.value ->> 2, renamed.value ->> 1, was.value ->> 3, was.value ->> 4,
                    was.value ->> 5
                FROM json_each(?1) AS was JOIN json_each(?2) AS renamed ON renamed.value ->> 0 = was.value ->> 0",
        ),
        (
            "DELETE FROM provenance WHERE fact IN (SELECT value ->> 0 FROM json_each(?))
                RETURNING json_array(fact, before, order_id)",
            "INSERT OR REPLACE INTO provenance (fact, before, order_id)
                SELECT renamed.value ->> 1, was.value ->> 1, was.value ->> 2
                FROM json_each(?1) AS was JOIN json_each(?2) AS renamed ON renamed.value ->> 0 = was.value ->> 0",
        ),
    ] {
        let was: Vec<String> = sqlx::query_scalar(take).bind(&renamed).fetch_all(&mut *tx).await?;
        sqlx::query(put).bind(format!("[{}]", was.join(","))).bind(&renamed).execute(&mut *tx).await?;
    }
    forget_facts(tx, &old).await?;
    index_facts(tx, &new).await
}
