//! Who agrees to whose charge over the own account; and which orders made whose accounts, and are whose.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::audit::{append, name_people};
use super::platform::bind;
use super::{Journal, JournalError, Records, order_id, to_json};
use shop_core::audit::Action;
use shop_core::orders::hand_over::HandOver;
use shop_core::platform::AccountId;
use shop_core::sessions::ledger::Before;
use shop_core::words::email::{Email, Typed};
use shop_core::words::order::OrderId;
use shop_store::{Tx, query};

/// An order passes to another operator. The former one's account does not go with it; and over the accounts that the order has
/// made, the former one stays in charge in the other orders of theirs that claim that now. Whom that is about, by order.
pub(super) async fn keep_charge(
    tx: &mut Tx,
    order: &OrderId,
    hand_over: &HandOver,
) -> Result<BTreeSet<(OrderId, String)>, JournalError> {
    let Some(former) = hand_over.account else { return Ok(BTreeSet::new()) };
    let sql = "INSERT INTO formerly_in_charge (order_id, account) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    query(sql).bind(order.as_str()).bind(former.0).execute(&mut *tx).await?;
    let made = Before::MADE.iter().map(to_json).collect::<Result<Vec<_>, _>>()?;
    let sql = "SELECT claims.order_id, claims.fact, person.email FROM orders_people AS named
        JOIN accounts AS person ON person.email = named.email AND NOT person.former
        JOIN provenance ON provenance.fact = '{\"account\":\"' || person.email || '\"}'
        JOIN facts_people AS theirs ON theirs.email = person.email
        JOIN accounts AS operator ON operator.id = $2 AND NOT operator.former AND operator.email <> person.email
        JOIN facts_people AS shared ON shared.email = operator.email AND shared.fact = theirs.fact
        JOIN claims ON claims.fact = shared.fact
        WHERE named.order_id = $1 AND provenance.order_id = $1
            AND provenance.before IN (SELECT atom FROM json_each($3)) AND claims.order_id <> $1 AND claims.held";
    let rows = query(sql).bind(order.as_str()).bind(former.0).bind(to_json(&made)?).rows(&mut *tx).await?;
    let claims = rows
        .iter()
        .map(|row| Ok((order_id(row.get("order_id")?)?, row.get::<String>("fact")?, row.get::<String>("email")?)));
    let mut claims = claims.collect::<Result<Vec<_>, JournalError>>()?;
    let in_charge = in_charge(tx, &claims.iter().map(|(of, ..)| of).collect()).await?;
    claims.retain(|(of, ..)| in_charge.get(of) == Some(&former));
    let sql = "UPDATE claims SET granted = TRUE
        WHERE (order_id, fact) IN (SELECT value ->> 0, value ->> 1 FROM json_each($1))";
    let granted: Vec<(&str, &str)> = claims.iter().map(|(of, fact, _)| (of.as_str(), fact.as_str())).collect();
    query(sql).bind(to_json(&granted)?).execute(&mut *tx).await?;
    Ok(claims.into_iter().map(|(of, _, person)| (of, person)).collect())
}

/// The accounts of those who are in charge of these orders; none, where the shop has never acted on it.
async fn in_charge(moment: &mut Tx, orders: &BTreeSet<&OrderId>) -> Result<BTreeMap<OrderId, AccountId>, JournalError> {
    let sql = "SELECT id, json_extract(body, '$.operator.email') FROM orders
        WHERE id IN (SELECT atom FROM json_each($1)) AND accepted";
    let named = query(sql).bind(to_json(orders)?).pairs(&mut *moment).await?;
    let named: Vec<(String, String)> =
        named.into_iter().map(|(id, email): (_, String)| (id, Email::folded(&email))).collect();
    let sql = "SELECT order_id, order_accounts.id FROM json_each($1) JOIN order_accounts
        ON order_id = value ->> 0 AND email = value ->> 1";
    let rows = query(sql).bind(to_json(&named)?).rows(&mut *moment).await?;
    rows.iter().map(|row| Ok((order_id(row.get("order_id")?)?, AccountId(row.get("id")?)))).collect()
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
        in_charge(&mut self.begin_read().await?, orders).await
    }

    /// The accounts of those who were in charge of these orders before they passed to somebody else.
    pub async fn formerly_in_charge(
        &self,
        orders: &BTreeSet<&OrderId>,
    ) -> Result<BTreeMap<OrderId, BTreeSet<AccountId>>, JournalError> {
        let sql = "SELECT order_id, account FROM formerly_in_charge
            WHERE order_id IN (SELECT atom FROM json_each($1))";
        let mut former: BTreeMap<OrderId, BTreeSet<AccountId>> = BTreeMap::new();
        for row in query(sql).bind(to_json(orders)?).rows(self.store()).await? {
            let of = former.entry(order_id(row.get("order_id")?)?).or_default();
            of.insert(AccountId(row.get("account")?));
        }
        Ok(former)
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
