//! What the host's SQLite files have in common.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Connection, SqliteConnection};

/// Brings a database to the form that this version needs. Only one process at a time does so: of two that open a new
/// file at once, the second finds the tables made.
pub(crate) async fn migrate(migrations: &Migrator, database: &mut SqliteConnection) -> Result<(), MigrateError> {
    let mut alone = database.begin_with("BEGIN IMMEDIATE").await?;
    migrations.run(&mut *alone).await?;
    Ok(alone.commit().await?)
}

/// Why a database could not be brought to that form.
pub(crate) fn why_not(error: &MigrateError) -> String {
    match error {
        MigrateError::VersionMissing(_) => "it comes from a newer version of this program: use that version".to_owned(),
        MigrateError::VersionMismatch(_) => {
            "it comes from another version of this program: use that version".to_owned()
        }
        other => other.to_string(),
    }
}
