//! The databases: files, and servers that several hosts share. Over both there is a thin seam, and one set of statements.
//!
//! Statements have `$1` for their first value, and mean the same in all of them. So they say
//!
//! - `json_each($1)` for a list: `atom` is a text in it; `value ->> 0` is the first of a tuple, and a number is made of it by
//!   `CAST(… AS BIGINT)`;
//! - `TRUE` and `FALSE` for what is so or is not, and never 1 or 0;
//! - which table a column is of, wherever another row is at hand (`ON CONFLICT … DO UPDATE`).

pub mod database;
mod postgres;
mod row;
mod sqlite;
mod statement;
pub mod transfer;

use sqlx::{Postgres, Sqlite, Transaction};

use database::Write;

pub use database::{Database, migrator};
pub use postgres::{Connections, InvalidServer, Server, Unusable, has_password, server_migrator};
pub use row::{Column, Read, Row};
pub use statement::{On, Statement, Value, query};

/// A database. Who writes is alone; who reads waits for nobody.
#[derive(Clone, Debug)]
pub enum Store {
    /// A file, and a library in this program.
    Sqlite(Database),
    /// A server, which several programs can use.
    Postgres(Connections),
}

/// A transaction, or what is read at one moment.
pub enum Tx {
    /// In a file.
    Sqlite(Write),
    /// Only read in.
    SqliteMoment(Transaction<'static, Sqlite>),
    /// On a server.
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
    pub async fn begin_read(&self) -> Result<Tx, StoreError> {
        match self {
            Store::Sqlite(database) => database.begin_read().await.map(Tx::SqliteMoment).map_err(StoreError::sqlite),
            Store::Postgres(server) => server.begin_read().await.map(Tx::Postgres).map_err(StoreError::postgres),
        }
    }

    /// A transaction that nobody else writes beside.
    pub async fn begin_write(&self) -> Result<Tx, StoreError> {
        match self {
            Store::Sqlite(database) => database.begin_write().await.map(Tx::Sqlite).map_err(StoreError::sqlite),
            Store::Postgres(server) => server.begin_write().await.map(Tx::Postgres).map_err(StoreError::postgres),
        }
    }

    /// Waits until what was committed before, also by others, survives a power cut. On a server, nobody sees it earlier.
    pub async fn flush(&self) -> Result<(), StoreError> {
        match self {
            Store::Sqlite(database) => database.flush().await.map_err(StoreError::sqlite),
            Store::Postgres(_) => Ok(()),
        }
    }

    /// Writes its file anew, and empties its log. False: somebody reads in the file, and it remains to be done. A server does
    /// such things by itself.
    pub async fn compact(&self) -> Result<bool, StoreError> {
        match self {
            Store::Sqlite(database) => sqlite::compact(database).await.map_err(StoreError::sqlite),
            Store::Postgres(_) => Ok(true),
        }
    }

    /// Waits until everything is written and lets go of it.
    pub async fn close(&self) {
        match self {
            Store::Sqlite(database) => database.close().await,
            Store::Postgres(server) => server.close().await,
        }
    }
}

impl Tx {
    /// Makes it last. Between these two events it is decided whether what it says survives a crash.
    pub async fn commit(self, what: &'static str) -> Result<(), StoreError> {
        self.commit_as(what, true).await
    }

    /// The same for what is of no use once all programs have ended: a power cut may take it back.
    pub async fn commit_for_now(self, what: &'static str) -> Result<(), StoreError> {
        self.commit_as(what, false).await
    }

    async fn commit_as(self, what: &'static str, lasts: bool) -> Result<(), StoreError> {
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
    /// Whether it is a server that failed.
    pub fn is_of_server(&self) -> bool {
        matches!(self.0, Failed::Postgres(_))
    }

    /// Of a file.
    pub fn sqlite(error: sqlx::Error) -> Self {
        StoreError(Failed::Sqlite(error))
    }

    /// Of a server.
    pub fn postgres(error: sqlx::Error) -> Self {
        StoreError(Failed::Postgres(error))
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Failed::Sqlite(error) => f.write_str(&database::describe(error)),
            Failed::Postgres(error) => f.write_str(&postgres::describe(error)),
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
