//! Who agrees to whose charge over the own account; and which orders made whose accounts, and are whose.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::audit::{append, name_people};
use super::platform::bind;
use super::store::{Tx, query};
use super::{Journal, JournalError, Records, order_id, to_json};
use shop_core::audit::Action;
use shop_core::platform::AccountId;
use shop_core::sessions::ledger::Before;
use shop_core::words::email::{Email, Typed};
use shop_core::words::order::OrderId;

/// An order passes to another operator: over the accounts that it has made, the former one stays in charge where other orders
/// want that, since it was an order of theirs that made them.
pub(super) async fn keep_charge(tx: &mut Tx, order: &OrderId, former: &Email) -> Result<(), JournalError> {
    let sql = "INSERT INTO consents (operator, person, agrees, operator_email, person_email)
        SELECT operator.id, person.id, TRUE, operator.email, person.email
        FROM order_accounts AS operator JOIN orders_people AS named USING (order_id)
        JOIN accounts AS person ON person.email = named.email AND NOT person.former
        JOIN provenance ON provenance.fact = '{\"account\":\"' || person.email || '\"}'
        WHERE operator.order_id = $1 AND operator.email = $2 AND person.id <> operator.id
            AND provenance.order_id = $1 AND provenance.before IN (SELECT atom FROM json_each($3))
        ON CONFLICT DO NOTHING";
    let made = Before::MADE.iter().map(to_json).collect::<Result<Vec<_>, _>>()?;
    query(sql).bind(order.as_str()).bind(former.as_str()).bind(to_json(&made)?).execute(tx).await?;
    Ok(())
}

/// Somebody with an account on the platform.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The account.
    pub account: AccountId,
    /// The address that it has.
    pub email: Email,
}

impl Records {
    /// Who of these agrees to whose charge: operator, person.
    pub async fn consents(
        &self,
        accounts: &BTreeSet<AccountId>,
    ) -> Result<BTreeMap<(AccountId, AccountId), bool>, JournalError> {
        let sql = "SELECT operator, person, agrees FROM consents
            WHERE operator IN (SELECT CAST(atom AS BIGINT) FROM json_each($1))
                AND person IN (SELECT CAST(atom AS BIGINT) FROM json_each($1))";
        let rows = query(sql).bind(to_json(accounts)?).rows(self.store()).await?;
        rows.iter()
            .map(|row| {
                let pair = (AccountId(row.get("operator")?), AccountId(row.get("person")?));
                Ok((pair, row.get("agrees")?))
            })
            .collect()
    }

    /// The accounts of those who are in charge of these orders; none, where the shop has never acted on it.
    pub async fn in_charge(&self, orders: &BTreeSet<&OrderId>) -> Result<BTreeMap<OrderId, AccountId>, JournalError> {
        let mut moment = self.begin_read().await?;
        let sql = "SELECT id, json_extract(body, '$.operator.email') FROM orders
            WHERE id IN (SELECT atom FROM json_each($1)) AND accepted";
        let named = query(sql).bind(to_json(orders)?).pairs(&mut moment).await?;
        let named: Vec<(String, String)> =
            named.into_iter().map(|(id, email): (_, String)| (id, Email::folded(&email))).collect();
        let sql = "SELECT order_id, order_accounts.id FROM json_each($1) JOIN order_accounts
            ON order_id = value ->> 0 AND email = value ->> 1";
        let rows = query(sql).bind(to_json(&named)?).rows(&mut moment).await?;
        rows.iter().map(|row| Ok((order_id(row.get("order_id")?)?, AccountId(row.get("id")?)))).collect()
    }

    /// The accepted orders that claim something between two people, by all of their addresses.
    pub async fn orders_between(&self, one: &[Typed], other: &[Typed]) -> Result<Vec<OrderId>, JournalError> {
        let sql = "SELECT id FROM orders WHERE accepted AND id IN (
                SELECT claims.order_id
                FROM facts_people AS one JOIN facts_people AS other USING (fact) JOIN claims USING (fact)
                WHERE one.email IN (SELECT atom FROM json_each($1)) AND other.email IN (SELECT atom FROM json_each($2))
                    AND one.email <> other.email AND claims.held)
            ORDER BY rowid";
        let statement = query(sql).bind(to_json(&one)?).bind(to_json(&other)?);
        let ids: Vec<String> = statement.all(self.store()).await?;
        ids.into_iter().map(order_id).collect()
    }
}

impl Journal {
    /// Notes whether somebody agrees to an operator's charge over the own account, on a platform. False: that was noted before.
    pub async fn consent(
        &self,
        operator: &Holder,
        person: &Holder,
        agrees: bool,
        platform: &str,
        who: &str,
    ) -> Result<bool, JournalError> {
        let mut tx = self.begin_tx().await?;
        bind(&mut tx, platform).await?;
        let sql =
            "INSERT INTO consents (operator, person, agrees, operator_email, person_email) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (operator, person) DO UPDATE SET agrees = excluded.agrees,
                operator_email = excluded.operator_email, person_email = excluded.person_email
            WHERE consents.agrees <> excluded.agrees RETURNING operator";
        let statement = query(sql).bind(operator.account.0).bind(person.account.0).bind(agrees);
        let statement = statement.bind(operator.email.as_str()).bind(person.email.as_str());
        if statement.row(&mut tx).await?.is_none() {
            return Ok(false);
        }
        let (operator, person) = (operator.email.as_str(), person.email.as_str());
        let names = name_people(&mut tx, &[operator, person]).await?;
        let details = json!({ "person": names.get(person), "operator": names.get(operator) });
        let action = if agrees { Action::Attached } else { Action::Detached };
        append(&mut tx, who, action, None, &details).await?;
        tx.commit("consent").await?;
        Ok(true)
    }
}
