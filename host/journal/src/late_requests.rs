//! People about whom a request whose answer was lost may still be carried out.
//!
//! A learning platform that is reached over a network cannot be told to forget a request. So whoever a request is about is
//! noted before it is sent, and stays noted until its answer comes, or it can no longer arrive. Nothing newer is asked about
//! them meanwhile: it could be undone.

use std::collections::BTreeSet;
use std::time::Duration;

use schemars::JsonSchema;

use super::tickets::milliseconds;
use super::{Journal, JournalError, Records, email_of, timestamp, to_json};
use shop_core::words::email::Email;
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;
use shop_store::{Tx, query};

/// Somebody about whom a request to the learning platform may still be carried out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct Held {
    /// Who, by the address; none: the order itself, whose group the request may be about.
    pub person: Option<Email>,
    /// Until when; none: the request is under way, or its sender was stopped.
    pub until: Option<Timestamp>,
}

/// A moment by the clock of the database, which all hosts have in common.
#[derive(Clone, Copy, Debug)]
pub struct Moment(i64);

impl Records {
    /// This moment.
    pub async fn now(&self) -> Result<Moment, JournalError> {
        Ok(Moment(query("SELECT now FROM clock").one(self.store()).await?))
    }

    /// Whom an order of these people has to wait for at this moment. Changes nothing.
    pub async fn held_now(&self, order: &OrderId, people: &BTreeSet<&Email>) -> Result<Vec<Held>, JournalError> {
        let sql = "SELECT person, CASE WHEN count(until) = count(*) THEN max(until) END FROM quarantine
            WHERE (order_id = $1 OR person IN (SELECT atom FROM json_each($2))) AND (until IS NULL OR until > (SELECT now FROM clock))
            GROUP BY person ORDER BY person";
        let statement = query(sql).bind(order.as_str()).bind(to_json(people)?);
        let rows: Vec<(String, Option<i64>)> = statement.pairs(self.store()).await?;
        let held = |(person, until): (String, Option<i64>)| {
            Ok(Held {
                person: Some(person).filter(|person| !person.is_empty()).map(email_of).transpose()?,
                until: until.map(|until| timestamp(until / 1000)).transpose()?,
            })
        };
        rows.into_iter().map(held).collect()
    }

    /// The same of whomever the order has ever named.
    pub async fn held_of(&self, order: &OrderId) -> Result<Vec<Held>, JournalError> {
        let sql = "SELECT email FROM orders_people WHERE order_id = $1";
        let named: Vec<String> = query(sql).bind(order.as_str()).all(self.store()).await?;
        // Nothing is asked about what is no address.
        let named: Vec<Email> = named.into_iter().filter_map(|typed| typed.parse().ok()).collect();
        self.held_now(order, &named.iter().collect()).await
    }
}

impl Journal {
    /// Until when a request may still be carried out that is about one of these people, or was this order's; none: there was
    /// no such request any more when the platform was looked at. `settles`: how long after it was given up.
    ///
    /// Whoever calls this works at all of them. So what is noted of them as under way is not: whoever sent it was stopped.
    pub async fn held(
        &self,
        order: &OrderId,
        people: &BTreeSet<&Email>,
        settles: Duration,
        looked_at: Moment,
    ) -> Result<Option<Timestamp>, JournalError> {
        let any = "SELECT EXISTS (SELECT 1 FROM quarantine)";
        if !query(any).one(self.store()).await? {
            return Ok(None);
        }
        let mut tx = self.begin_tx().await?;
        // Nobody was ever held for longer: a later time comes from a clock that was wrong.
        let sql = "UPDATE quarantine SET until = (SELECT now + $1 FROM clock)
            WHERE until > (SELECT now + $1 FROM clock) OR until IS NULL AND (order_id = $2 OR person IN (SELECT atom FROM json_each($3)))";
        let statement = query(sql).bind(milliseconds(settles)).bind(order.as_str());
        statement.bind(to_json(people)?).execute(&mut tx).await?;
        // Of others, whoever works at them has perhaps looked earlier.
        let sql = "DELETE FROM quarantine
            WHERE until <= $1 AND (order_id = $2 OR person IN (SELECT atom FROM json_each($3)))";
        let statement = query(sql).bind(looked_at.0).bind(order.as_str());
        statement.bind(to_json(people)?).execute(&mut tx).await?;
        let sql = "SELECT max(until) FROM quarantine
            WHERE order_id = $1 OR person IN (SELECT atom FROM json_each($2))";
        let until: Option<i64> = query(sql).bind(order.as_str()).bind(to_json(people)?).one(&mut tx).await?;
        tx.commit("held").await?;
        // Whoever comes a part of a second too early is told again.
        until.map(|until| timestamp(until / 1000)).transpose()
    }
}

/// A request of an order's is about to be sent about these people; what it has asked before was answered.
pub(super) async fn ask(tx: &mut Tx, order: &OrderId, people: &BTreeSet<&Email>) -> Result<(), JournalError> {
    answered(tx, order).await?;
    let sql = "INSERT INTO quarantine (order_id, person) SELECT $1, '' UNION ALL SELECT $1, atom FROM json_each($2)
        WHERE TRUE ON CONFLICT (order_id, person) DO UPDATE SET until = NULL";
    query(sql).bind(order.as_str()).bind(to_json(people)?).execute(tx).await?;
    Ok(())
}

/// What an order has asked is answered.
pub(super) async fn answered(tx: &mut Tx, order: &OrderId) -> Result<(), JournalError> {
    let sql = "DELETE FROM quarantine WHERE order_id = $1 AND until IS NULL";
    query(sql).bind(order.as_str()).execute(tx).await?;
    Ok(())
}

/// What an order has asked last will not be answered any more, and may be carried out for so long.
pub(super) async fn lost(tx: &mut Tx, order: &OrderId, settles: Duration) -> Result<(), JournalError> {
    let sql = "UPDATE quarantine SET until = (SELECT now + $2 FROM clock) WHERE order_id = $1 AND until IS NULL";
    query(sql).bind(order.as_str()).bind(milliseconds(settles)).execute(tx).await?;
    Ok(())
}
