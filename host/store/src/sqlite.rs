//! What only SQLite needs.

use super::database::{Database, PATIENCE};
use sqlx::{AssertSqlSafe, Row};

/// Writes the file anew, and empties its log; false, if somebody reads in it.
pub(super) async fn compact(database: &Database) -> sqlx::Result<bool> {
    let mut writer = database.writer().acquire().await?;
    sqlx::query("VACUUM").execute(&mut *writer).await?;
    // Writers wait as long as this waits for readers.
    sqlx::query("PRAGMA busy_timeout = 1000").execute(&mut *writer).await?;
    let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *writer).await;
    let patience = format!("PRAGMA busy_timeout = {}", PATIENCE.as_millis());
    sqlx::query(AssertSqlSafe(patience)).execute(&mut *writer).await?;
    Ok(emptied?.try_get::<i64, _>(0)? == 0)
}
