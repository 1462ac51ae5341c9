//! Who works at which orders and people.
//!
//! An order is worked at by one attempt at a time, and so is everybody whom it is about: what they have, other orders share.
//! Whoever is to work at an order draws a ticket for all of them at once, and waits until no earlier ticket is for any of them.
//! So nobody has some and waits for others, and nobody passes an order of many people for ever. Whoever wants to be alone with the whole
//! shop draws a ticket that all others share: then nobody works, and nothing is heard of any order ([`Journal::passing`]).
//!
//! A ticket runs out by the database's clock, unless it is renewed: then whoever waits for it takes it away. Whoever was paused for so
//! long finds it gone, and writes nothing any more ([`Journal::with_ticket`]). After a power cut there is nobody who works: that tickets
//! last is not waited for.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Journal, JournalError, Records, to_json};
use shop_core::words::digest::Digest;
use shop_core::words::email::Email;
use shop_core::words::order::OrderId;
use shop_store::{On, Row, query};

/// What one attempt at a time works at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// An order, with its group.
    Order(OrderId),
    /// Somebody, by an address by which the ledger may know that person.
    Person(Email),
}

/// What somebody wants to have alone.
#[derive(Clone, Debug)]
pub enum Wants {
    /// Some orders and people.
    These(BTreeSet<Key>),
    /// The whole shop.
    All,
}

/// The right to what was wanted, once it is its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(i64);

/// For so long a ticket lasts unless it is renewed.
pub const LASTS: Duration = Duration::from_secs(60);

impl Key {
    /// Nobody's address stands in it.
    fn text(&self) -> String {
        match self {
            Key::Order(id) => format!("order {id}"),
            Key::Person(email) => format!("person {}", Digest::of(email.as_str().as_bytes())),
        }
    }
}

/// A ticket that has to be waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// Which.
    pub ticket: Ticket,
    /// Whose.
    pub host: String,
    /// Whether it was not renewed in time: then it is to be taken away.
    pub has_run_out: bool,
}

impl Records {
    /// The tickets that have to be waited for; if there is none, it is this one's turn. None: this one is gone.
    pub async fn ahead_of(&self, ticket: Ticket) -> Result<Option<Vec<Ahead>>, JournalError> {
        let sql = "SELECT id, host, until <= (SELECT now FROM clock) AS has_run_out FROM wanted AS mine
                JOIN wanted AS theirs ON theirs.key = mine.key AND theirs.ticket < mine.ticket
                JOIN tickets ON id = theirs.ticket
            WHERE mine.ticket = $1
            UNION SELECT id, host, until <= (SELECT now FROM clock) FROM tickets WHERE alone IS NOT NULL AND id < $1
            UNION SELECT id, host, until <= (SELECT now FROM clock) FROM tickets
                WHERE id < $1 AND EXISTS (SELECT 1 FROM tickets WHERE id = $1 AND alone IS NOT NULL)
            ORDER BY id";
        let ahead = query(sql).bind(ticket.0).rows(self.store()).await?;
        let exists: bool = query(EXISTS).bind(ticket.0).one(self.store()).await?;
        exists.then(|| ahead.iter().map(read).collect()).transpose()
    }

    /// The ticket of whoever is alone with the whole shop.
    pub async fn alone(&self) -> Result<Vec<Ahead>, JournalError> {
        let sql = "SELECT id, host, until <= (SELECT now FROM clock) AS has_run_out FROM tickets WHERE alone";
        query(sql).rows(self.store()).await?.iter().map(read).collect()
    }

    /// The tickets of those who work at some of these, or wait to.
    pub async fn at(&self, keys: &BTreeSet<Key>) -> Result<Vec<Ahead>, JournalError> {
        let sql = "SELECT DISTINCT id, host, until <= (SELECT now FROM clock) AS has_run_out
            FROM wanted JOIN tickets ON id = ticket WHERE key IN (SELECT atom FROM json_each($1)) ORDER BY id";
        let keys: Vec<String> = keys.iter().map(Key::text).collect();
        query(sql).bind(to_json(&keys)?).rows(self.store()).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Ahead, JournalError> {
    Ok(Ahead { ticket: Ticket(row.get("id")?), host: row.get("host")?, has_run_out: row.get("has_run_out")? })
}

const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM tickets WHERE id = $1)";

impl Journal {
    /// The journal as it is written by whoever has a ticket, as long as nobody has taken it away.
    pub fn with_ticket(&self, ticket: Ticket) -> Journal {
        Journal { ticket: Some(ticket), ..self.clone() }
    }

    /// The journal as it is written by whoever hears something of an order: not while somebody is alone with the shop.
    pub fn passing(&self) -> Journal {
        Journal { passes: true, ..self.clone() }
    }

    /// Draws a ticket.
    pub async fn draw(&self, host: &str, wants: &Wants) -> Result<Ticket, JournalError> {
        let mut tx = self.begin_tx().await?;
        // Nobody has waited for them, whose host is long gone.
        let sql = "DELETE FROM tickets WHERE until <= (SELECT now FROM clock) - $1";
        query(sql).bind(milliseconds(LASTS * 1000)).execute(&mut tx).await?;
        let sql = "INSERT INTO tickets (host, until, alone)
            SELECT $1, now + $2, CASE WHEN $3 THEN FALSE END FROM clock RETURNING id";
        let all = matches!(wants, Wants::All);
        let ticket: i64 = query(sql).bind(host).bind(milliseconds(LASTS)).bind(all).one(&mut tx).await?;
        if let Wants::These(keys) = wants {
            let keys: Vec<String> = keys.iter().map(Key::text).collect();
            let sql = "INSERT INTO wanted (key, ticket) SELECT atom, $2 FROM json_each($1)";
            query(sql).bind(to_json(&keys)?).bind(ticket).execute(&mut tx).await?;
        }
        tx.commit_for_now("drawn").await?;
        Ok(Ticket(ticket))
    }

    /// From now on whoever has this ticket is alone, if nobody is ahead.
    pub async fn be_alone(&self, ticket: Ticket) -> Result<bool, JournalError> {
        let mut tx = self.begin_tx().await?;
        let sql = "UPDATE tickets SET alone = TRUE WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM tickets WHERE id < $1)";
        let is_so = query(sql).bind(ticket.0).execute(&mut tx).await? > 0;
        tx.commit_for_now("alone").await?;
        Ok(is_so)
    }

    /// Gives back all that a host has: it works at nothing any more.
    pub async fn leave(&self, host: &str) -> Result<(), JournalError> {
        query("DELETE FROM tickets WHERE host = $1").bind(host).execute_for_now(self.store()).await?;
        Ok(())
    }

    /// Makes a ticket last longer; false: it is gone.
    pub async fn renew(&self, ticket: Ticket) -> Result<bool, JournalError> {
        let sql = "UPDATE tickets SET until = (SELECT now FROM clock) + $2 WHERE id = $1";
        Ok(query(sql).bind(ticket.0).bind(milliseconds(LASTS)).execute_for_now(self.store()).await? > 0)
    }

    /// Takes a ticket away, unless it was renewed at this moment.
    pub async fn take_away(&self, ticket: Ticket) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        let sql = "DELETE FROM tickets WHERE id = $1 AND until <= (SELECT now FROM clock)";
        query(sql).bind(ticket.0).execute(&mut tx).await?;
        Ok(tx.commit_for_now("taken-away").await?)
    }

    /// Gives a ticket back, also of somebody who is gone.
    pub async fn give_back(&self, ticket: Ticket) -> Result<(), JournalError> {
        query("DELETE FROM tickets WHERE id = $1").bind(ticket.0).execute_for_now(self.store()).await?;
        Ok(())
    }

    /// Fails if the ticket that this is written with was taken away.
    pub(super) async fn check_ticket(&self) -> Result<(), JournalError> {
        match self.ticket {
            Some(ticket) => check(self.store(), ticket).await,
            None => Ok(()),
        }
    }
}

/// Refuses to go on with a ticket that was taken away: others have gone on.
pub(super) async fn check(on: impl Into<On<'_>>, ticket: Ticket) -> Result<(), JournalError> {
    match query(EXISTS).bind(ticket.0).one(on).await? {
        true => Ok(()),
        false => Err(JournalError::RanOut),
    }
}

/// Refuses to write what is heard of an order while somebody is alone with the shop.
pub(super) async fn pass(on: impl Into<On<'_>>) -> Result<(), JournalError> {
    // An erasure that was interrupted is ended before anything is heard.
    let sql = "SELECT EXISTS (SELECT 1 FROM tickets WHERE alone) OR EXISTS (SELECT 1 FROM erasures)";
    match query(sql).one(on).await? {
        true => Err(JournalError::Alone),
        false => Ok(()),
    }
}

/// As the clock counts.
pub(super) fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
