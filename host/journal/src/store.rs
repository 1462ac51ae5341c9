//! The databases that the journal can be in: a thin seam, under which there is one set of statements.
//!
//! Statements have `$1` for their first value, and mean the same in all of them. So they say
//!
//! - `json_each($1)` for a list: `atom` is a text in it; `value ->> 0` is the first of a tuple, and a number is made of it by
//!   `CAST(… AS BIGINT)`;
//! - `TRUE` and `FALSE` for what is so or is not, and never 1 or 0;
//! - which table a column is of, wherever another row is at hand (`ON CONFLICT … DO UPDATE`).

mod postgres;
mod row;
mod sqlite;
mod statement;
pub(super) mod transfer;

use sqlx::{Postgres, Sqlite, Transaction};

use super::JournalError;
use shop_folder::database::{self, Database, Write};

pub(super) use postgres::{Connections, Server, has_password};
pub(super) use row::{Read, Row};
pub(super) use statement::{On, query};

/// A database. Who writes is alone; who reads waits for nobody.
#[derive(Clone, Debug)]
pub(super) enum Store {
    /// A file, and a library in this program.
    Sqlite(Database),
    /// A server, which several programs can use.
    Postgres(Connections),
}

/// A transaction, or what is read at one moment.
pub(super) enum Tx {
    Sqlite(Write),
    /// Only read in.
    SqliteMoment(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A database failed.
#[derive(Debug)]
pub struct StoreError(Failed);

#[derive(Debug)]
enum Failed {
    Sqlite(sqlx::Error),
    Postgres(sqlx::Error),
}

impl Store {
    /// What is read in it is of one moment.
    pub(super) async fn begin_read(&self) -> Result<Tx, StoreError> {
        match self {
            Store::Sqlite(database) => database.begin_read().await.map(Tx::SqliteMoment).map_err(StoreError::sqlite),
            Store::Postgres(server) => server.begin_read().await.map(Tx::Postgres).map_err(StoreError::postgres),
        }
    }

    /// A transaction that nobody else writes beside.
    pub(super) async fn begin_write(&self) -> Result<Tx, StoreError> {
        match self {
            Store::Sqlite(database) => database.begin_write().await.map(Tx::Sqlite).map_err(StoreError::sqlite),
            Store::Postgres(server) => server.begin_write().await.map(Tx::Postgres).map_err(StoreError::postgres),
        }
    }

    /// Waits until what was committed before, also by others, survives a power cut. On a server, nobody sees it earlier.
    pub(super) async fn flush(&self) -> Result<(), StoreError> {
        match self {
            Store::Sqlite(database) => database.flush().await.map_err(StoreError::sqlite),
            Store::Postgres(_) => Ok(()),
        }
    }

    /// Writes its file anew, and empties its log. False: somebody reads in the file, and it remains to be done. A server does
    /// such things by itself.
    pub(super) async fn compact(&self) -> Result<bool, StoreError> {
        match self {
            Store::Sqlite(database) => sqlite::compact(database).await.map_err(StoreError::sqlite),
            Store::Postgres(_) => Ok(true),
        }
    }

    /// Waits until everything is written and lets go of it.
    pub(super) async fn close(&self) {
        match self {
            Store::Sqlite(database) => database.close().await,
            Store::Postgres(server) => server.close().await,
        }
    }
}

impl Tx {
    /// Makes it last. Between these two events it is decided whether what it says survives a crash.
    pub(super) async fn commit(self, what: &'static str) -> Result<(), JournalError> {
        self.commit_as(what, true).await
    }

    /// The same for what is of no use once all programs have ended: a power cut may take it back.
    pub(super) async fn commit_for_now(self, what: &'static str) -> Result<(), JournalError> {
        self.commit_as(what, false).await
    }

    async fn commit_as(self, what: &'static str, lasts: bool) -> Result<(), JournalError> {
        tracing::trace!(what, "commits");
        match self {
            Tx::Sqlite(tx) if lasts => tx.commit().await.map_err(StoreError::sqlite)?,
            Tx::Sqlite(tx) => tx.commit_for_now().await.map_err(StoreError::sqlite)?,
            Tx::SqliteMoment(tx) => tx.commit().await.map_err(StoreError::sqlite)?,
            Tx::Postgres(tx) => tx.commit().await.map_err(StoreError::postgres)?,
        }
        tracing::trace!(what, "committed");
        Ok(())
    }
}

impl StoreError {
    pub(super) fn sqlite(error: sqlx::Error) -> Self {
        StoreError(Failed::Sqlite(error))
    }

    pub(super) fn postgres(error: sqlx::Error) -> Self {
        StoreError(Failed::Postgres(error))
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Failed::Sqlite(error) => write!(f, "(journal.sqlite): {}", database::describe(error)),
            Failed::Postgres(error) => write!(f, "(PostgreSQL): {}", postgres::describe(error)),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Failed::Sqlite(error) | Failed::Postgres(error) => Some(error),
        }
    }
}
