//! Reading a row.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Row as _};

use super::StoreError;

/// A row that a statement has found.
pub enum Row {
    /// In a file.
    Sqlite(SqliteRow),
    /// On a server.
    Postgres(PgRow),
}

impl Row {
    /// What is in a column.
    pub fn get<'r, T: Read<'r>>(&'r self, column: impl Column) -> Result<T, StoreError> {
        T::read(self, column)
    }
}

/// A column, by its name or its place.
pub trait Column: ColumnIndex<SqliteRow> + ColumnIndex<PgRow> {}

impl<C: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>> Column for C {}

/// What can be read from a column.
pub trait Read<'r>: Sized {
    /// Reads it.
    fn read(row: &'r Row, column: impl Column) -> Result<Self, StoreError>;
}

/// Those that all databases have.
macro_rules! as_it_is {
    ($($type:ty),+) => {$(
        impl<'r> Read<'r> for $type {
            fn read(row: &'r Row, column: impl Column) -> Result<Self, StoreError> {
                match row {
                    Row::Sqlite(row) => row.try_get(column).map_err(StoreError::sqlite),
                    Row::Postgres(row) => row.try_get(column).map_err(StoreError::postgres),
                }
            }
        }
    )+};
}

as_it_is!(bool, i64, Option<i64>, &'r str, Option<&'r str>, String, Option<String>, Vec<u8>);

/// Those that are kept as greater numbers.
macro_rules! as_number {
    ($($type:ty),+) => {$(
        impl<'r> Read<'r> for $type {
            fn read(row: &'r Row, column: impl Column) -> Result<Self, StoreError> {
                let number = i64::read(row, column)?;
                <$type>::try_from(number).map_err(|error| row.failed(sqlx::Error::Decode(error.into())))
            }
        }
    )+};
}

as_number!(u32, u64);

impl Row {
    fn failed(&self, error: sqlx::Error) -> StoreError {
        match self {
            Row::Sqlite(_) => StoreError::sqlite(error),
            Row::Postgres(_) => StoreError::postgres(error),
        }
    }
}
