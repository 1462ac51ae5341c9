//! A statement, its values, and the sending of it.

use std::borrow::Cow;

use sqlx::postgres::{PgArguments, PgQueryResult};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteQueryResult};
use sqlx::{Postgres, Sqlite};

use super::{Read, Row, Store, StoreError, Tx};

/// A value that a statement is sent with.
pub enum Value<'a> {
    /// A number.
    Number(Option<i64>),
    /// A text.
    Text(Option<Cow<'a, str>>),
    /// Whether something is so.
    Truth(bool),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// What a statement is sent through: a transaction, or the database itself if it is the only one.
pub enum On<'a> {
    /// It is the only one.
    Store(&'a Store),
    /// It is one of several.
    Tx(&'a mut Tx),
}

/// A statement with its values.
pub struct Statement<'a> {
    sql: &'static str,
    values: Vec<Value<'a>>,
}

/// A statement.
pub fn query<'a>(sql: &'static str) -> Statement<'a> {
    Statement { sql, values: Vec::new() }
}

/// Sends a statement to whichever database it is, and reads what that answers, `$here` in SQLite and `$there` in PostgreSQL.
macro_rules! sent {
    ($statement:ident, $on:ident, $way:ident, $alone:ident, $here:expr, $there:expr) => {
        match $on.into() {
            On::Store(Store::Sqlite(database)) => {
                $statement.sqlite().$way(database.$alone()).await.map($here).map_err(StoreError::sqlite)
            }
            On::Tx(Tx::Sqlite(tx)) => $statement.sqlite().$way(&mut **tx).await.map($here).map_err(StoreError::sqlite),
            On::Tx(Tx::SqliteMoment(tx)) => {
                $statement.sqlite().$way(&mut **tx).await.map($here).map_err(StoreError::sqlite)
            }
            On::Store(Store::Postgres(server)) => {
                $statement.postgres().$way(server.$alone()).await.map($there).map_err(StoreError::postgres)
            }
            On::Tx(Tx::Postgres(tx)) => {
                $statement.postgres().$way(&mut **tx).await.map($there).map_err(StoreError::postgres)
            }
        }
    };
}

impl<'a> Statement<'a> {
    /// With its next value.
    pub fn bind(mut self, value: impl Into<Value<'a>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Changes something; how many rows it is about.
    pub async fn execute(self, on: impl Into<On<'_>>) -> Result<u64, StoreError> {
        let on = on.into();
        let alone = match &on {
            On::Store(store) => Some(*store),
            On::Tx(_) => None,
        };
        let rows = self.execute_for_now(on).await?;
        if let Some(store) = alone {
            store.flush().await?;
        }
        Ok(rows)
    }

    /// The same for what is of no use once all programs have ended: a power cut may take it back.
    pub async fn execute_for_now(self, on: impl Into<On<'_>>) -> Result<u64, StoreError> {
        sent!(self, on, execute, writer, |done: SqliteQueryResult| done.rows_affected(), |done: PgQueryResult| {
            done.rows_affected()
        })
    }

    /// All rows.
    pub async fn rows(self, on: impl Into<On<'_>>) -> Result<Vec<Row>, StoreError> {
        let here = |rows: Vec<_>| rows.into_iter().map(Row::Sqlite).collect();
        let there = |rows: Vec<_>| rows.into_iter().map(Row::Postgres).collect();
        sent!(self, on, fetch_all, readers, here, there)
    }

    /// The first row, if there is one.
    pub async fn row(self, on: impl Into<On<'_>>) -> Result<Option<Row>, StoreError> {
        let (here, there) = (|row: Option<_>| row.map(Row::Sqlite), |row: Option<_>| row.map(Row::Postgres));
        sent!(self, on, fetch_optional, readers, here, there)
    }

    /// The row that there always is.
    pub async fn only(self, on: impl Into<On<'_>>) -> Result<Row, StoreError> {
        sent!(self, on, fetch_one, readers, Row::Sqlite, Row::Postgres)
    }

    /// The first column of all rows.
    pub async fn all<T: for<'r> Read<'r>>(self, on: impl Into<On<'_>>) -> Result<Vec<T>, StoreError> {
        self.rows(on).await?.iter().map(|row| row.get(0)).collect()
    }

    /// The first two columns of all rows.
    pub async fn pairs<A: for<'r> Read<'r>, B: for<'r> Read<'r>>(
        self,
        on: impl Into<On<'_>>,
    ) -> Result<Vec<(A, B)>, StoreError> {
        self.rows(on).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
    }

    /// The first column of the first row, if there is one.
    pub async fn first<T: for<'r> Read<'r>>(self, on: impl Into<On<'_>>) -> Result<Option<T>, StoreError> {
        self.row(on).await?.map(|row| row.get(0)).transpose()
    }

    /// Its first column.
    pub async fn one<T: for<'r> Read<'r>>(self, on: impl Into<On<'_>>) -> Result<T, StoreError> {
        self.only(on).await?.get(0)
    }

    fn sqlite(self) -> Query<'a, Sqlite, SqliteArguments> {
        self.values.into_iter().fold(sqlx::query(self.sql), |query, value| match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
            Value::Truth(truth) => query.bind(truth),
            Value::Bytes(bytes) => query.bind(bytes),
        })
    }

    fn postgres(self) -> Query<'a, Postgres, PgArguments> {
        self.values.into_iter().fold(sqlx::query(self.sql), |query, value| match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text.map(without_zeros)),
            Value::Truth(truth) => query.bind(truth),
            Value::Bytes(bytes) => query.bind(bytes),
        })
    }
}

/// A text as PostgreSQL can have it.
fn without_zeros(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.contains('\0') {
        true => text.replace('\0', "\u{fffd}").into(),
        false => text,
    }
}

impl<'a> From<&'a Store> for On<'a> {
    fn from(store: &'a Store) -> Self {
        On::Store(store)
    }
}

impl<'a> From<&'a mut Tx> for On<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        On::Tx(tx)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Number(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Value::Number(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Value::Number(Some(number.into()))
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Value::Truth(truth)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Value::Bytes(bytes)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Some(text.into()))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(Some(text.into()))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Value::Text(text.map(Cow::Borrowed))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Some(text.into()))
    }
}

impl From<Option<String>> for Value<'_> {
    fn from(text: Option<String>) -> Self {
        Value::Text(text.map(Cow::Owned))
    }
}
