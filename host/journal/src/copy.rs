//! Moving the journal of a shop that outgrows its file to a database on a server.
//!
//! Wherever that is interrupted, it can be begun again: everything is copied in one transaction, and checked in it; then nothing more can
//! be written to the file, the folder's settings name the server, and the file is put aside.

use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, PgConnection, SqliteConnection};

use super::settings::{self, Address};
use super::{Journal, JournalError};
use shop_core::words::digest::Digest;
use shop_folder::{JOURNAL, JOURNAL_SETTINGS, MOODLE_MEMORY};
use shop_store::transfer::{self, Content, Table};
use shop_store::{Database, Store, StoreError};

/// What a database notes of a copy that it was given, to know it again.
const COPIED: &str = "copied ";

/// A journal that has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Where it is, without the password.
    pub server: String,
    /// How many rows were copied.
    pub rows: u64,
    /// What its file is called now, which nothing is written to any more.
    pub file: PathBuf,
}

impl Journal {
    /// Moves the journal of a folder, with what is remembered of Moodle in a file beside it, to a database that has nothing in it, and
    /// has the settings of the folder name that. Nobody else is to work in the folder meanwhile, and what is remembered of Moodle is to
    /// have the form that this version needs.
    pub async fn move_to(folder: &Path, address: &str, password: Option<&Path>) -> Result<Moved, JournalError> {
        let address = Address::of(address, password)?;
        let (path, named) = (folder.join(JOURNAL), settings::named(folder)?);
        let memory = folder.join(MOODLE_MEMORY);
        if !path.exists() {
            return Err(not_moved(match named {
                Some(server) => {
                    // This was still to be done.
                    put_aside(&memory)?;
                    format!("it is in {server} already")
                }
                None => format!("there is no journal in {}", path.display()),
            }));
        }
        let may_replace = named.is_none();
        if let Some(named) = named.filter(|named| *named != address.server.to_string()) {
            return Err(not_moved(format!("{JOURNAL_SETTINGS} in that folder names another server, {named}")));
        }
        let journal = Journal::open_file(folder).await?;
        let Store::Sqlite(file) = journal.store() else { return Err(not_moved("it is on a server".to_owned())) };
        let connections = Journal::connections(&address.server).await?;
        let has_memory = memory.exists();
        if has_memory {
            attach(&memory, file).await.map_err(StoreError::sqlite)?;
        }
        let mut from = file.begin_write().await.map_err(StoreError::sqlite)?;
        let mut into = connections.begin_write().await.map_err(StoreError::postgres)?;
        let content = take_over(&mut from, &mut into, may_replace).await?;
        into.commit().await.map_err(StoreError::postgres)?;
        // From here on the file has nothing that the database has not, whatever comes next.
        seal(&mut from, "main").await.map_err(StoreError::sqlite)?;
        if has_memory {
            seal(&mut from, BESIDE).await.map_err(StoreError::sqlite)?;
        }
        from.commit().await.map_err(StoreError::sqlite)?;
        address.write_into(folder)?;
        let empty_log = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(file.writer()).await;
        empty_log.map_err(StoreError::sqlite)?;
        journal.close().await;
        let rows = content.values().map(|rows| rows.number).sum();
        let aside = put_aside(&path)?;
        put_aside(&memory)?;
        Ok(Moved { server: address.server.to_string(), rows, file: aside })
    }
}

/// Has the tables of another file stand beside those of the journal.
async fn attach(other: &Path, file: &Database) -> sqlx::Result<()> {
    let sql = format!("ATTACH DATABASE $1 AS {BESIDE}");
    sqlx::query(AssertSqlSafe(sql)).bind(other.display().to_string()).execute(file.writer()).await?;
    Ok(())
}

/// As which they stand there.
const BESIDE: &str = "memory";

fn not_moved(why: String) -> JournalError {
    JournalError::NotMoved(why)
}

/// Has the database have what the file has, and nothing else. `may_replace`: it has never been the journal, so that it may have an
/// earlier copy.
async fn take_over(
    from: &mut SqliteConnection,
    into: &mut PgConnection,
    may_replace: bool,
) -> Result<Content, JournalError> {
    let tables = transfer::tables(into).await.map_err(StoreError::postgres)?;
    let here = transfer::content_of_file(from, &tables).await.map_err(StoreError::sqlite)?;
    let there = transfer::content_of_server(into, &tables).await.map_err(StoreError::postgres)?;
    if here == there {
        return Ok(here);
    }
    let is_empty = there.values().all(|rows| rows.number == 0);
    let is_copy = noted(into).await.map_err(StoreError::postgres)?.as_deref() == Some(&*name_of(&there));
    if !(is_empty || may_replace && is_copy) {
        let why = "the database has records of its own, which would be lost: name one that is empty";
        return Err(not_moved(why.to_owned()));
    }
    transfer::empty(into, &tables).await.map_err(StoreError::postgres)?;
    transfer::copy(from, into, &tables).await.map_err(StoreError::postgres)?;
    check(into, &tables, &here).await?;
    note(into, &name_of(&here)).await.map_err(StoreError::postgres)?;
    Ok(here)
}

async fn check(into: &mut PgConnection, tables: &[Table], expected: &Content) -> Result<(), JournalError> {
    let arrived = transfer::content_of_server(into, tables).await.map_err(StoreError::postgres)?;
    let other = expected.iter().find(|(table, rows)| arrived.get(*table) != Some(rows)).map(|(table, _)| table);
    match other {
        None => Ok(()),
        Some(table) => {
            Err(not_moved(format!("what arrived in the table {table} is not what was sent: nothing was changed")))
        }
    }
}

fn name_of(content: &Content) -> String {
    format!("{COPIED}{}", Digest::of(format!("{content:?}").as_bytes()))
}

async fn noted(server: &mut PgConnection) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT name FROM chores WHERE starts_with(name, $1)").bind(COPIED).fetch_optional(server).await
}

async fn note(server: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM chores WHERE starts_with(name, $1)").bind(COPIED).execute(&mut *server).await?;
    sqlx::query("INSERT INTO chores (name) VALUES ($1)").bind(name).execute(server).await?;
    Ok(())
}

/// Whoever has the file open still, and waits to write to it, is refused: that would be lost.
async fn seal(file: &mut SqliteConnection, schema: &str) -> sqlx::Result<()> {
    // A newer version of the program may still bring it to its form, to end a move.
    let sql = format!(
        "SELECT name FROM {schema}.sqlite_schema
        WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_sqlx_*'"
    );
    let tables: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut *file).await?;
    for table in tables {
        for event in ["INSERT", "UPDATE", "DELETE"] {
            let sql = format!(
                "CREATE TRIGGER IF NOT EXISTS {schema}.\"moved {table} {event}\" BEFORE {event} ON \"{table}\" BEGIN
                    SELECT RAISE(ABORT, 'it has moved to a server: begin again'); END"
            );
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *file).await?;
        }
    }
    Ok(())
}

/// Nobody finds a file, or what else is left of it, by its name any more. One that is not there needs nothing.
fn put_aside(path: &Path) -> Result<PathBuf, JournalError> {
    let io = |error: std::io::Error| not_moved(format!("{}: {error}: take it away", path.display()));
    let with = |path: &Path, end: &str| PathBuf::from(format!("{}{end}", path.display()));
    let mut aside = with(path, ".moved-1");
    for nth in 2.. {
        if !aside.exists() {
            break;
        }
        aside = with(path, &format!(".moved-{nth}"));
    }
    if !path.exists() {
        return Ok(aside);
    }
    // First: without its log, the file would be older than it is.
    std::fs::rename(path, &aside).map_err(io)?;
    for end in ["-wal", "-shm"] {
        if with(path, end).exists() {
            std::fs::rename(with(path, end), with(&aside, end)).map_err(io)?;
        }
    }
    path.parent().map_or(Ok(()), shop_folder::sync).map_err(io)?;
    Ok(aside)
}
