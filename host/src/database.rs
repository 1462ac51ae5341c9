//! What the host's SQLite files have in common.

use std::fmt::Display;

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
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => describe(error),
        other => other.to_string(),
    }
}

/// What a failure of a database means for whoever has to do something about it, and SQLite's own words.
pub(crate) fn describe(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(told) => meaning(told.code().and_then(|code| code.parse().ok()), told.message()),
        None => meaning(None, error),
    }
}

/// The same of an extended result code, and what SQLite said.
pub(crate) fn meaning(code: Option<i32>, said: impl Display) -> String {
    let meaning = match (code, code.map(kind)) {
        // A write, a truncation, the growth of the shared index of the log, or a flush.
        (Some(778 | 1034 | 1546 | 4874), _) => "its database cannot be written: is the disk full?",
        (_, Some(5 | 6)) => "its database is locked by someone else, and stayed so: try again later",
        (_, Some(8)) => "its database cannot be written: this takes the right to write the file and its folder",
        (_, Some(10)) => "its database cannot be read or written",
        (_, Some(DAMAGED)) => "its database is damaged: restore a backup into another folder",
        (_, Some(13)) => "its disk is full: make room there",
        (_, Some(14)) => "its database cannot be opened",
        (_, Some(NOT_A_DATABASE)) => "its file is not a database: restore a backup into another folder",
        _ => "its database failed",
    };
    format!("{meaning} (SQLite: {said})")
}

/// Whether a result code tells of damage, which no waiting mends.
pub(crate) fn is_damage(code: i32) -> bool {
    matches!(kind(code), DAMAGED | NOT_A_DATABASE)
}

/// The low byte is the kind of error; the rest of an extended code is detail.
fn kind(code: i32) -> i32 {
    code & 0xff
}

const DAMAGED: i32 = 11;
const NOT_A_DATABASE: i32 = 26;
