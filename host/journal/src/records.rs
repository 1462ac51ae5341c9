//! What is recorded, for those who only read it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::as_of::{AsOf, as_of, namesake};
use super::endings::ending;
use super::recorded::order;
use super::unfinished::unfinished;
use super::{Journal, JournalError, from_json, keys, order_id, timestamp, to_json};
use shop_core::orders::recorded::Recorded;
use shop_core::orders::said::Ending;
use shop_core::orders::waiting::Unfinished;
use shop_core::platform::names::Names;
use shop_core::platform::{CourseId, RoleId};
use shop_core::sessions::ledger::{Before, OtherClaim, OwnClaim};
use shop_core::sessions::receipt::Report;
use shop_core::sessions::session::Fact;
use shop_core::words::email::Email;
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;
use shop_core::words::seat::SeatId;
use shop_store::{Statement, Store, Tx, query};

/// What the journal has, to be read: whoever holds only this cannot write an order, a plan or a handler.
#[derive(Clone)]
pub struct Records {
    store: Store,
}

impl Records {
    pub(super) fn of(store: Store) -> Self {
        Records { store }
    }

    /// Whether hosts on other machines may have the same journal.
    pub fn is_shared(&self) -> bool {
        matches!(self.store, Store::Postgres(_))
    }

    /// What is recorded in a folder, in the form that this version needs, to which it is brought, unless it may not be written.
    pub async fn open(folder: &Path) -> Result<Self, JournalError> {
        Ok(Journal::open_or_read(folder).await?.records)
    }

    /// What single statements are sent to.
    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// Waits until what was read in it survives a power cut: before somebody is answered on the strength of that alone.
    pub async fn lasts(&self) -> Result<(), JournalError> {
        Ok(self.store().flush().await?)
    }

    /// What is read in it is of one moment.
    pub(super) async fn begin_read(&self) -> Result<Tx, JournalError> {
        Ok(self.store.begin_read().await?)
    }
}

/// What is known of an order.
#[derive(Clone, Debug)]
pub struct Known {
    /// The order, if there is one that is accepted or waits to be, whose id differs from this one's in case only.
    pub namesake: Option<String>,
    /// The order.
    pub recorded: Option<Recorded>,
    /// What waits to be done about it.
    pub waits: Option<Unfinished>,
    /// How it ended, if that is all that was ever heard of it.
    pub ended: Option<Ending>,
    /// What all this is as of.
    pub as_of: AsOf,
}

impl Records {
    /// All orders' ids, as they came.
    pub async fn order_ids(&self) -> Result<Vec<OrderId>, JournalError> {
        self.ids(query("SELECT id FROM orders ORDER BY rowid")).await
    }

    /// The ids of the orders that came after one, or of the first ones: so many of them, as they came. None: there is no such
    /// order to begin after.
    pub async fn orders_after(&self, after: Option<&OrderId>, most: u32) -> Result<Option<Vec<OrderId>>, JournalError> {
        let last: i64 = match after {
            None => i64::MIN,
            Some(after) => {
                let row = query("SELECT rowid FROM orders WHERE id = $1").bind(after.as_str());
                let Some(row) = row.first(self.store()).await? else { return Ok(None) };
                row
            }
        };
        let sql = "SELECT id FROM orders WHERE rowid > $1 ORDER BY rowid LIMIT $2";
        self.ids(query(sql).bind(last).bind(most)).await.map(Some)
    }

    /// The ids of all orders that were accepted, as they came.
    pub async fn accepted_orders(&self) -> Result<Vec<OrderId>, JournalError> {
        self.ids(query("SELECT id FROM orders WHERE accepted ORDER BY rowid")).await
    }

    async fn ids(&self, statement: Statement<'_>) -> Result<Vec<OrderId>, JournalError> {
        let rows: Vec<String> = statement.all(self.store()).await?;
        rows.into_iter().map(order_id).collect()
    }

    /// The order that has a seat.
    pub async fn order_of_seat(&self, seat: &SeatId) -> Result<Option<OrderId>, JournalError> {
        let sql = "SELECT order_id FROM seats WHERE id = $1";
        let id: Option<String> = query(sql).bind(seat.as_str()).first(self.store()).await?;
        id.map(order_id).transpose()
    }

    /// Whether anything was ever heard of an order.
    pub async fn is_heard_of(&self, id: &OrderId) -> Result<bool, JournalError> {
        Ok(self.order(id).await?.is_some() || self.ending(id).await?.is_some())
    }

    /// What is known of an order, all at one moment.
    pub async fn known(&self, id: &OrderId) -> Result<Known, JournalError> {
        let mut moment = self.begin_read().await?;
        Ok(Known {
            namesake: namesake(&mut moment, id).await?,
            recorded: order(&mut moment, id).await?,
            waits: unfinished(&mut moment, id).await?,
            ended: ending(&mut moment, id).await?,
            as_of: as_of(&mut moment, id).await?,
        })
    }

    /// An order, as it is at one moment.
    pub async fn order(&self, id: &OrderId) -> Result<Option<Recorded>, JournalError> {
        order(&mut self.begin_read().await?, id).await
    }

    /// All claims of an order, those too that it gave up and whose facts are still to be taken away.
    pub async fn claims(&self, order: &OrderId) -> Result<Vec<OwnClaim>, JournalError> {
        let rows = query("SELECT line, fact, terms, held, kept, granted FROM claims WHERE order_id = $1")
            .bind(order.as_str())
            .rows(self.store())
            .await?;
        rows.iter()
            .map(|row| {
                Ok(OwnClaim {
                    line: row.get("line")?,
                    fact: from_json(row.get("fact")?)?,
                    terms: from_json(row.get("terms")?)?,
                    held: row.get("held")?,
                    kept: row.get("kept")?,
                    granted: row.get("granted")?,
                })
            })
            .collect()
    }

    /// The claims of other orders on these facts.
    pub async fn claims_of_others(
        &self,
        order: &OrderId,
        facts: &BTreeSet<&Fact>,
    ) -> Result<Vec<OtherClaim>, JournalError> {
        let sql = "SELECT c.order_id, c.fact, c.terms, o.state = 'suspended' AS suspended, c.granted
            FROM json_each($1) AS f JOIN claims AS c ON c.fact = f.atom JOIN orders AS o ON o.id = c.order_id
            WHERE c.order_id <> $2 AND c.held";
        let rows = query(sql).bind(keys(facts)?).bind(order.as_str()).rows(self.store()).await?;
        rows.iter()
            .map(|row| {
                Ok(OtherClaim {
                    order: order_id(row.get("order_id")?)?,
                    fact: from_json(row.get("fact")?)?,
                    terms: from_json(row.get("terms")?)?,
                    suspended: row.get("suspended")?,
                    granted: row.get("granted")?,
                })
            })
            .collect()
    }

    /// What the orders other than this one no longer claim in whose groups any of these people are kept, and what stays for now.
    pub async fn kept(&self, order: &OrderId, people: &BTreeSet<&Email>) -> Result<Vec<Fact>, JournalError> {
        let sql = "WITH leavers AS (SELECT DISTINCT order_id FROM facts_people JOIN claims USING (fact)
                WHERE email IN (SELECT atom FROM json_each($1)) AND kept AND order_id <> $2)
            SELECT fact FROM leavers JOIN claims USING (order_id) WHERE kept";
        let facts = query(sql).bind(to_json(people)?).bind(order.as_str());
        let facts: Vec<String> = facts.all(self.store()).await?;
        facts.iter().map(|fact| from_json(fact)).collect()
    }

    /// What was there before these facts were claimed, and which order claimed them first.
    pub async fn before(&self, facts: &BTreeSet<&Fact>) -> Result<BTreeMap<Fact, (Before, OrderId)>, JournalError> {
        let sql = "SELECT p.fact, p.before, p.order_id FROM json_each($1) AS f JOIN provenance AS p ON p.fact = f.atom";
        let rows = query(sql).bind(keys(facts)?).rows(self.store()).await?;
        rows.iter()
            .map(|row| {
                let order = order_id(row.get("order_id")?)?;
                Ok((from_json(row.get("fact")?)?, (from_json(row.get("before")?)?, order)))
            })
            .collect()
    }

    /// All roles that have a name here: every one that was ever claimed.
    pub async fn roles(&self) -> Result<BTreeSet<RoleId>, JournalError> {
        let sql = "SELECT id FROM names WHERE kind = 'role'";
        let ids: Vec<i64> = query(sql).all(self.store()).await?;
        Ok(ids.into_iter().map(RoleId).collect())
    }

    /// What these courses and roles are called, as far as that is known.
    pub async fn names(&self, courses: &BTreeSet<CourseId>, roles: &BTreeSet<RoleId>) -> Result<Names, JournalError> {
        let wanted = courses.iter().map(|course| ("course", course.0)).chain(roles.iter().map(|role| ("role", role.0)));
        let sql = "SELECT names.kind, names.id, names.name FROM json_each($1) AS wanted
            JOIN names ON names.kind = wanted.value ->> 0 AND names.id = CAST(wanted.value ->> 1 AS BIGINT)";
        let wanted = to_json(&wanted.collect::<Vec<_>>())?;
        let mut names = Names::default();
        for row in query(sql).bind(wanted).rows(self.store()).await? {
            let (id, name) = (row.get("id")?, row.get("name")?);
            match row.get("kind")? {
                "course" => _ = names.courses.insert(CourseId(id), name),
                _ => _ = names.roles.insert(RoleId(id), name),
            }
        }
        Ok(names)
    }

    /// The newest receipt of an order, and when it was made.
    pub async fn last_receipt(&self, order: &OrderId) -> Result<Option<(Timestamp, Report)>, JournalError> {
        let sql =
            "SELECT closed, receipt FROM plans WHERE order_id = $1 AND receipt IS NOT NULL ORDER BY id DESC LIMIT 1";
        let row = query(sql).bind(order.as_str()).row(self.store()).await?;
        row.map(|row| Ok((timestamp(row.get("closed")?)?, from_json(row.get("receipt")?)?))).transpose()
    }
}
