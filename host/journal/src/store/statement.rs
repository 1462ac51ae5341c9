//! A statement, its values, and the sending of it.

use std::borrow::Cow;

use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;

use super::{Read, Row, Store, StoreError, Tx};

/// A value that a statement is sent with.
pub(crate) enum Value<'a> {
    Number(Option<i64>),
    Text(Option<Cow<'a, str>>),
    Truth(bool),
}

/// What a statement is sent through: a transaction, or the database itself if it is the only one.
pub(crate) enum On<'a> {
    Store(&'a Store),
    Tx(&'a mut Tx),
}

/// A statement with its values.
pub(crate) struct Statement<'a> {
    sql: &'static str,
    values: Vec<Value<'a>>,
}

/// A statement.
pub(crate) fn query<'a>(sql: &'static str) -> Statement<'a> {
    Statement { sql, values: Vec::new() }
}

impl<'a> Statement<'a> {
    /// With its next value.
    pub(crate) fn bind(mut self, value: impl Into<Value<'a>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Changes something; how many rows it is about.
    pub(crate) async fn execute(self, on: impl Into<On<'_>>) -> Result<u64, StoreError> {
        match on.into() {
            On::Store(Store::Sqlite(database)) => self.sqlite().execute(database.writer()).await,
            On::Tx(Tx::Sqlite(tx)) => self.sqlite().execute(&mut **tx).await,
        }
        .map(|done| done.rows_affected())
        .map_err(StoreError::Sqlite)
    }

    /// All rows.
    pub(crate) async fn rows(self, on: impl Into<On<'_>>) -> Result<Vec<Row>, StoreError> {
        match on.into() {
            On::Store(Store::Sqlite(database)) => self.sqlite().fetch_all(database.readers()).await,
            On::Tx(Tx::Sqlite(tx)) => self.sqlite().fetch_all(&mut **tx).await,
        }
        .map(|rows| rows.into_iter().map(Row::Sqlite).collect())
        .map_err(StoreError::Sqlite)
    }

    /// The first row, if there is one.
    pub(crate) async fn row(self, on: impl Into<On<'_>>) -> Result<Option<Row>, StoreError> {
        match on.into() {
            On::Store(Store::Sqlite(database)) => self.sqlite().fetch_optional(database.readers()).await,
            On::Tx(Tx::Sqlite(tx)) => self.sqlite().fetch_optional(&mut **tx).await,
        }
        .map(|row| row.map(Row::Sqlite))
        .map_err(StoreError::Sqlite)
    }

    /// The first column of all rows.
    pub(crate) async fn all<T: for<'r> Read<'r>>(self, on: impl Into<On<'_>>) -> Result<Vec<T>, StoreError> {
        self.rows(on).await?.iter().map(|row| row.get(0)).collect()
    }

    /// The first two columns of all rows.
    pub(crate) async fn pairs<A: for<'r> Read<'r>, B: for<'r> Read<'r>>(
        self,
        on: impl Into<On<'_>>,
    ) -> Result<Vec<(A, B)>, StoreError> {
        self.rows(on).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
    }

    /// The first column of the first row, if there is one.
    pub(crate) async fn first<T: for<'r> Read<'r>>(self, on: impl Into<On<'_>>) -> Result<Option<T>, StoreError> {
        self.row(on).await?.map(|row| row.get(0)).transpose()
    }

    /// The row that there always is.
    pub(crate) async fn only(self, on: impl Into<On<'_>>) -> Result<Row, StoreError> {
        match on.into() {
            On::Store(Store::Sqlite(database)) => self.sqlite().fetch_one(database.readers()).await,
            On::Tx(Tx::Sqlite(tx)) => self.sqlite().fetch_one(&mut **tx).await,
        }
        .map(Row::Sqlite)
        .map_err(StoreError::Sqlite)
    }

    /// Its first column.
    pub(crate) async fn one<T: for<'r> Read<'r>>(self, on: impl Into<On<'_>>) -> Result<T, StoreError> {
        self.only(on).await?.get(0)
    }

    fn sqlite(self) -> Query<'a, sqlx::Sqlite, SqliteArguments> {
        self.values.into_iter().fold(sqlx::query(self.sql), |query, value| match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
            Value::Truth(truth) => query.bind(truth),
        })
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

impl<'a> From<Option<&'a String>> for Value<'a> {
    fn from(text: Option<&'a String>) -> Self {
        Value::Text(text.map(Cow::from))
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
