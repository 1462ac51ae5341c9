//! Orders of web shops that are connected: which are to be read, and what was last told of each.
//!
//! Whatever is heard of an order is a hint: it says no more than that the order is to be read. One hint is enough, however much is
//! heard; whoever reads an order takes its hint for a while, by the database's clock, and nobody else reads it meanwhile. What is heard
//! in that time makes it be read once more.

use std::time::Duration;

use super::tickets::milliseconds;
use super::{Journal, JournalError, Records, random, timestamp, to_json};
use shop_core::words::period::Timestamp;
use shop_store::{Row, query};

/// An order of a web shop that is to be read, taken by whoever reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The web shop.
    pub connection: String,
    /// Its order.
    pub key: String,
    /// How often it was read, this time included, since that last came to something.
    pub tries: u32,
    /// What was heard of it until now.
    number: i64,
    /// By whom it was taken.
    taken: i64,
}

/// How far a web shop's list of orders was looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// What changed later was not seen, by the web shop's clock.
    pub since: Timestamp,
    /// When all orders that may hold seats were to be read last.
    pub whole: Timestamp,
}

/// What is remembered of an order of a web shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// In words of whoever remembers it; nobody's name or address is in it, only digests of addresses.
    pub known: String,
    /// Whether it may hold seats.
    pub open: bool,
}

impl Records {
    /// What is remembered of an order of a web shop.
    pub async fn purchase(&self, connection: &str, key: &str) -> Result<Option<Remembered>, JournalError> {
        let sql = "SELECT known, open FROM purchases WHERE connection = $1 AND key = $2";
        let row = query(sql).bind(connection).bind(key).row(self.store()).await?;
        row.map(|row| Ok(Remembered { known: row.get("known")?, open: row.get("open")? })).transpose()
    }

    /// All that is remembered of a web shop's orders, by their keys: so many after one.
    pub async fn purchases(
        &self,
        connection: &str,
        after: &str,
        most: u32,
    ) -> Result<Vec<(String, Remembered)>, JournalError> {
        let sql = "SELECT key, known, open FROM purchases WHERE connection = $1 AND key > $2 ORDER BY key LIMIT $3";
        let rows = query(sql).bind(connection).bind(after).bind(most).rows(self.store()).await?;
        let read = |row: &Row| Ok((row.get("key")?, Remembered { known: row.get("known")?, open: row.get("open")? }));
        rows.iter().map(read).collect()
    }

    /// How many orders of a web shop are to be read.
    pub async fn hints(&self, connection: &str) -> Result<i64, JournalError> {
        let sql = "SELECT count(*) FROM hints WHERE connection = $1";
        Ok(query(sql).bind(connection).one(self.store()).await?)
    }

    /// How many of them were tried several times in vain.
    pub async fn hints_in_vain(&self, connection: &str) -> Result<i64, JournalError> {
        let sql = "SELECT count(*) FROM hints WHERE connection = $1 AND tries > 2";
        Ok(query(sql).bind(connection).one(self.store()).await?)
    }

    /// How far a web shop's list of orders was looked through; none: it never was.
    pub async fn looked(&self, connection: &str) -> Result<Option<Looked>, JournalError> {
        let sql = "SELECT since, whole FROM connections WHERE name = $1";
        let row = query(sql).bind(connection).row(self.store()).await?;
        row.map(|row| Ok(Looked { since: timestamp(row.get("since")?)?, whole: timestamp(row.get("whole")?)? }))
            .transpose()
    }
}

impl Journal {
    /// Notes that something was heard of orders of a web shop: they are read before all others. It survives whatever happens from now on.
    pub async fn hint(&self, connection: &str, keys: &[String]) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        let sql = "INSERT INTO hints (connection, key, number, due, tries, taken, until)
            SELECT DISTINCT $1, atom, 1, 0, 0, 0, 0 FROM json_each($2) WHERE TRUE
            ON CONFLICT (connection, key) DO UPDATE
            SET number = hints.number + 1, due = 0";
        query(sql).bind(connection).bind(to_json(&keys)?).execute(&mut tx).await?;
        Ok(tx.commit("hint").await?)
    }

    /// Has all orders of a web shop read that may hold seats; how many.
    pub async fn hint_all(&self, connection: &str) -> Result<u64, JournalError> {
        let mut tx = self.begin_tx().await?;
        let sql = "INSERT INTO hints (connection, key, number, due, tries, taken, until)
            SELECT connection, key, 1, clock.now, 0, 0, 0 FROM purchases, clock WHERE connection = $1 AND open
            ON CONFLICT (connection, key) DO UPDATE SET number = hints.number + 1";
        let number = query(sql).bind(connection).execute(&mut tx).await?;
        tx.commit("hints").await?;
        Ok(number)
    }

    /// Takes orders of a web shop to be read, so many at most, for so long. A try counts when it begins: an order that has brought the
    /// program down lets others go before it.
    pub async fn take_hints(&self, connection: &str, most: u32, time: Duration) -> Result<Vec<Hint>, JournalError> {
        let due = "SELECT key FROM hints, clock WHERE connection = $1 AND due <= now AND until <= now LIMIT 1";
        // Nothing is written as long as there is nothing to read.
        if query(due).bind(connection).row(self.store()).await?.is_none() {
            return Ok(Vec::new());
        }
        let taken = i64::try_from(random() >> 1).unwrap_or(i64::MAX);
        let mut tx = self.begin_tx().await?;
        let sql = "UPDATE hints SET taken = $3, until = (SELECT now FROM clock) + $4,
                due = (SELECT now FROM clock) + tries * $4, tries = tries + 1
            WHERE connection = $1 AND key IN (
                SELECT key FROM hints, clock WHERE connection = $1 AND due <= now AND until <= now
                ORDER BY due, key LIMIT $2)
            RETURNING key, number, tries";
        let statement = query(sql).bind(connection).bind(most).bind(taken).bind(milliseconds(time));
        let rows = statement.rows(&mut tx).await?;
        tx.commit_for_now("hints-taken").await?;
        let read = |row: &Row| {
            let (key, number) = (row.get("key")?, row.get("number")?);
            let tries = u32::try_from(row.get::<i64>("tries")?).unwrap_or(u32::MAX);
            Ok(Hint { connection: connection.to_owned(), key, tries, number, taken })
        };
        rows.iter().map(read).collect()
    }

    /// Remembers something of an order that was read, as long as nobody else has taken its hint since; false: somebody has.
    pub async fn remember(&self, hint: &Hint, purchase: &Remembered) -> Result<bool, JournalError> {
        let mut tx = self.begin_tx().await?;
        let sql = "SELECT EXISTS (SELECT 1 FROM hints WHERE connection = $1 AND key = $2 AND taken = $3)";
        let is_ours: bool = query(sql).bind(&*hint.connection).bind(&*hint.key).bind(hint.taken).one(&mut tx).await?;
        if is_ours {
            let sql = "INSERT INTO purchases (connection, key, known, open) VALUES ($1, $2, $3, $4)
                ON CONFLICT (connection, key) DO UPDATE SET known = excluded.known, open = excluded.open";
            let statement = query(sql).bind(&*hint.connection).bind(&*hint.key).bind(&*purchase.known);
            statement.bind(purchase.open).execute(&mut tx).await?;
        }
        tx.commit("purchase").await?;
        Ok(is_ours)
    }

    /// An order was read, and what it says is told. If something was heard of it meanwhile, it is read again.
    pub async fn hint_done(&self, hint: &Hint) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        let done = "DELETE FROM hints WHERE connection = $1 AND key = $2 AND taken = $3 AND number = $4";
        let statement = query(done).bind(&*hint.connection).bind(&*hint.key).bind(hint.taken);
        if statement.bind(hint.number).execute(&mut tx).await? == 0 {
            let again =
                "UPDATE hints SET until = 0, tries = 0, due = 0 WHERE connection = $1 AND key = $2 AND taken = $3";
            query(again).bind(&*hint.connection).bind(&*hint.key).bind(hint.taken).execute(&mut tx).await?;
        }
        Ok(tx.commit_for_now("hint-done").await?)
    }

    /// An order could not be read: it is tried again after a pause.
    pub async fn hint_failed(&self, hint: &Hint, pause: Duration) -> Result<(), JournalError> {
        let sql = "UPDATE hints SET until = 0, due = (SELECT now FROM clock) + $4
            WHERE connection = $1 AND key = $2 AND taken = $3";
        let statement = query(sql).bind(&*hint.connection).bind(&*hint.key).bind(hint.taken);
        statement.bind(milliseconds(pause)).execute_for_now(self.store()).await?;
        Ok(())
    }

    /// Notes how far a web shop's list of orders was looked through; who looked less far, takes nothing back.
    pub async fn note_looked(&self, connection: &str, looked: Looked) -> Result<(), JournalError> {
        let sql = "INSERT INTO connections (name, since, whole) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET
                since = CASE WHEN excluded.since > connections.since THEN excluded.since ELSE connections.since END,
                whole = CASE WHEN excluded.whole > connections.whole THEN excluded.whole ELSE connections.whole END";
        let statement = query(sql).bind(connection).bind(looked.since.seconds()).bind(looked.whole.seconds());
        statement.execute(self.store()).await?;
        Ok(())
    }
}
