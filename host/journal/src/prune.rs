//! What was kept long enough: found by indexes, and deleted in pieces. And the file, from which what was deleted must go.

use std::collections::BTreeSet;

use serde_json::json;

use super::audit::append;
use super::{Journal, JournalError, Records, to_json};
use shop_core::audit::Action;
use shop_core::words::email::Typed;
use shop_core::words::period::Timestamp;
use shop_store::query;

/// So many records are deleted in a transaction.
const RECORDS: u32 = 500;

/// The people of so many orders are looked at in one go.
const ORDERS: u32 = 50;

pub(super) const COMPACT_LATER: &str = "INSERT INTO chores (name) VALUES ('compact') ON CONFLICT DO NOTHING";

/// Orders that ended, and whom they name.
#[derive(Debug, Default)]
pub struct Outdated {
    orders: Vec<String>,
    /// Everybody whom they have ever named.
    pub people: BTreeSet<Typed>,
}

impl Outdated {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }
}

impl Records {
    /// Some orders that ended before an instant and whose people were not looked at since.
    pub async fn outdated(&self, before: Timestamp) -> Result<Outdated, JournalError> {
        let mut moment = self.begin_read().await?;
        let sql = "SELECT id FROM orders WHERE people_kept AND ended < $1 ORDER BY ended LIMIT $2";
        let ended = query(sql).bind(before.seconds()).bind(ORDERS);
        let orders: Vec<String> = ended.all(&mut moment).await?;
        let sql = "SELECT DISTINCT email FROM orders_people WHERE order_id IN (SELECT atom FROM json_each($1))";
        let people: Vec<String> = query(sql).bind(to_json(&orders)?).all(&mut moment).await?;
        Ok(Outdated { orders, people: people.into_iter().map(Typed::folded).collect() })
    }

    /// Those of some people whom an order concerns that had not ended before an instant, or who are still claimed something
    /// for. That order's end, once it comes, has them looked at again.
    pub async fn still_concerned(
        &self,
        people: &BTreeSet<Typed>,
        before: Timestamp,
    ) -> Result<BTreeSet<Typed>, JournalError> {
        let sql = "WITH people AS (SELECT atom AS email FROM json_each($1))
            SELECT email FROM people JOIN orders_people USING (email) JOIN orders ON id = order_id
                WHERE ended IS NULL OR ended >= $2
            UNION SELECT email FROM people JOIN orders_people USING (email) JOIN unfinished USING (order_id)
            UNION SELECT email FROM people JOIN facts_people USING (email) JOIN claims USING (fact) WHERE NOT kept";
        let emails: Vec<String> = query(sql).bind(to_json(people)?).bind(before.seconds()).all(self.store()).await?;
        Ok(emails.into_iter().map(Typed::folded).collect())
    }
}

impl Journal {
    /// Deletes recorded calls, events, and receipts that a newer one has taken the place of, from before an instant.
    pub async fn prune(&self, before: Timestamp, who: &str) -> Result<u64, JournalError> {
        let mut pruned = 0;
        loop {
            let some = self.prune_some(before, who).await?;
            pruned += some;
            if some == 0 {
                return Ok(pruned);
            }
        }
    }

    async fn prune_some(&self, before: Timestamp, who: &str) -> Result<u64, JournalError> {
        let mut tx = self.begin_tx().await?;
        let mut pruned = 0;
        for sql in [
            "DELETE FROM recordings WHERE id IN (SELECT id FROM recordings WHERE at < $1 LIMIT $2)",
            "DELETE FROM plans WHERE id IN (SELECT id FROM plans WHERE outdated < $1 LIMIT $2)",
            "DELETE FROM events WHERE number IN (SELECT number FROM events WHERE at < $1 LIMIT $2)",
        ] {
            pruned += query(sql).bind(before.seconds()).bind(RECORDS).execute(&mut tx).await?;
        }
        if pruned > 0 {
            append(&mut tx, who, Action::Pruned, None, &json!({ "before": before, "records": pruned })).await?;
            query(COMPACT_LATER).execute(&mut tx).await?;
            tx.commit("pruned").await?;
        }
        Ok(pruned)
    }

    /// Notes that the people of orders that ended were looked at.
    pub async fn looked_at(&self, outdated: &Outdated) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        let sql = "UPDATE orders SET people_kept = FALSE WHERE id IN (SELECT atom FROM json_each($1))";
        query(sql).bind(to_json(&outdated.orders)?).execute(&mut tx).await?;
        Ok(tx.commit("looked-at").await?)
    }

    /// Writes the file anew, and empties its log, if something was deleted in it. What is deleted is overwritten at once; but
    /// where the database has moved it before, an older copy may be left in unused parts of its pages, and in the log. False:
    /// somebody reads in the file, and it remains to be done. Others cannot write meanwhile, as long as the file is large.
    pub async fn compact(&self) -> Result<bool, JournalError> {
        let due = "SELECT EXISTS (SELECT 1 FROM chores WHERE name = 'compact')";
        if !query(due).one(self.store()).await? {
            return Ok(true);
        }
        let compacted = self.store().compact().await?;
        if compacted {
            query("DELETE FROM chores WHERE name = 'compact'").execute(self.store()).await?;
        }
        Ok(compacted)
    }
}
