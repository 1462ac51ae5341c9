//! Which accounts the shop has acted on; and the ledger's following of addresses that are changed on the platform.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Row, Sqlite, SqliteConnection, Transaction};

use super::{Journal, JournalError, commit, email_of, from_json, to_json};
use crate::accounts::Moved;
use crate::email::Email;
use crate::order::OrderId;
use crate::platform::AccountId;
use crate::session::Fact;

impl Journal {
    /// Which accounts the shop has acted on as these people's; and as whose it has acted on these accounts.
    pub async fn acted_on(
        &self,
        people: &BTreeSet<&Email>,
        accounts: &[AccountId],
    ) -> Result<Vec<(Email, AccountId)>, JournalError> {
        let sql = "SELECT email, id FROM accounts WHERE email IN (SELECT value FROM json_each(?1))
            UNION SELECT email, id FROM accounts WHERE id IN (SELECT value FROM json_each(?2))";
        let rows = sqlx::query(sql).bind(to_json(people)?).bind(to_json(&accounts)?).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((email_of(row.try_get("email")?)?, AccountId(row.try_get("id")?)))).collect()
    }

    /// Which accounts an order has acted on, by the addresses that it names people by.
    pub async fn acted_on_by(&self, order: &OrderId) -> Result<BTreeMap<Email, AccountId>, JournalError> {
        let sql = "SELECT email, id FROM order_accounts WHERE order_id = ?";
        let rows = sqlx::query(sql).bind(order.as_str()).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((email_of(row.try_get("email")?)?, AccountId(row.try_get("id")?)))).collect()
    }

    /// Notes which accounts an order acts on that it has had made: nobody else had the addresses.
    pub async fn act_on(&self, order: &OrderId, accounts: &[(&Email, AccountId)]) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        act_on(&mut tx, accounts).await?;
        act_as(&mut tx, order, accounts).await?;
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
        ON CONFLICT (email) DO UPDATE SET id = excluded.id";
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

/// Forgets as whom an order has acted on accounts, but for these people: of others, the address is whoever has it.
pub(super) async fn act_as_only(
    tx: &mut Transaction<'_, Sqlite>,
    order: &OrderId,
    named: &BTreeSet<Email>,
) -> Result<(), JournalError> {
    let tx: &mut SqliteConnection = tx;
    let sql = "DELETE FROM order_accounts WHERE order_id = ?1 AND email NOT IN (SELECT value FROM json_each(?2))";
    sqlx::query(sql).bind(order.as_str()).bind(to_json(named)?).execute(&mut *tx).await?;
    Ok(())
}

/// Rewrites all that the ledger has of people by the addresses that their accounts have now.
pub(super) async fn follow(tx: &mut Transaction<'_, Sqlite>, moved: &Moved) -> Result<(), JournalError> {
    if moved.is_empty() {
        return Ok(());
    }
    let tx: &mut SqliteConnection = tx;
    let sql =
        "SELECT DISTINCT fact FROM (SELECT fact FROM claims UNION ALL SELECT fact FROM provenance), json_each(?) AS old
        WHERE instr(fact, old.value) > 0";
    let old: Vec<String> = moved.keys().map(to_json).collect::<Result<_, _>>()?;
    let facts: Vec<String> = sqlx::query_scalar(sql).bind(to_json(&old)?).fetch_all(&mut *tx).await?;
    let follow = |text: &String| -> Result<(String, String), JournalError> {
        let fact: Fact = from_json(text)?;
        let fact = fact.about(|email| moved.get(&email).cloned().unwrap_or(email));
        // In two steps, since one address can have become another's that has become a third's. No JSON begins with this.
        Ok((text.clone(), format!("~{}", to_json(&fact)?)))
    };
    let renamed = to_json(&facts.iter().map(follow).collect::<Result<Vec<_>, _>>()?)?;
    for (first, second) in [
        (
            "UPDATE claims SET fact = new.value ->> 1 FROM json_each(?) AS new WHERE claims.fact = new.value ->> 0",
            "UPDATE OR REPLACE claims SET fact = substr(fact, 2) WHERE fact LIKE '~%'",
        ),
        (
            "UPDATE provenance SET fact = new.value ->> 1 FROM json_each(?) AS new WHERE fact = new.value ->> 0",
            "UPDATE OR REPLACE provenance SET fact = substr(fact, 2) WHERE fact LIKE '~%'",
        ),
    ] {
        sqlx::query(first).bind(&renamed).execute(&mut *tx).await?;
        sqlx::query(second).execute(&mut *tx).await?;
    }
    Ok(())
}
