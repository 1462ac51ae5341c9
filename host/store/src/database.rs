//! What the host's SQLite files have in common.

mod flush;

use std::fmt::Display;
use std::io::ErrorKind;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;

use include_dir::Dir;
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqlStr, Sqlite, SqliteConnection, SqlitePool, Transaction};
use tempfile::TempPath;

use flush::Flush;

/// A database: readers beside one writer. Who wants to write in this process waits in a queue, first come, first served;
/// SQLite itself would have everybody look again and again, and the unlucky give up.
#[derive(Clone, Debug)]
pub struct Database {
    readers: SqlitePool,
    writer: SqlitePool,
    flush: Flush,
}

/// A transaction that nobody else writes beside; dropped before it is committed, nothing of it remains.
pub struct Write {
    transaction: Transaction<'static, Sqlite>,
    flush: Flush,
}

impl Write {
    /// Makes it last: once this is done, it survives a power cut.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.transaction.commit().await?;
        Ok(self.flush.wait().await?)
    }

    /// The same for what is of no use once all programs have ended: a power cut may take it back.
    pub async fn commit_for_now(self) -> sqlx::Result<()> {
        self.transaction.commit().await
    }
}

impl Deref for Write {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.transaction
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}

/// Why a database cannot be used.
pub enum Unopened {
    /// Something else has left nothing of it.
    Empty,
    /// It cannot be brought to the form that this version needs.
    Migration(MigrateError),
    /// It cannot be opened.
    Failed(sqlx::Error),
}

impl Unopened {
    /// In words; `empty` says what it means that there is nothing in the file.
    pub fn told(&self, empty: &str) -> String {
        match self {
            Unopened::Empty => empty.to_owned(),
            Unopened::Migration(error) => why_not(error, describe),
            Unopened::Failed(error) => describe(error),
        }
    }
}

/// As long as another process may keep a database to itself.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// As long as those may take in all who stand before somebody in the queue of writers.
pub const QUEUE: Duration = Duration::from_secs(600);

impl Database {
    /// Opens the database in a file, which is made if it is not there.
    pub async fn open(path: &Path, migrations: &Migrator, patience: Duration) -> Result<Self, Unopened> {
        if is_empty(path) {
            return Err(Unopened::Empty);
        }
        if !path.exists() {
            make(path, migrations).await.map_err(Unopened::Migration)?;
        }
        let database = Self::connect(path, options(path).busy_timeout(patience)).await.map_err(Unopened::Failed)?;
        let mut writer = database.writer.acquire().await.map_err(Unopened::Failed)?;
        migrate(migrations, &mut writer).await.map_err(Unopened::Migration)?;
        drop(writer);
        Ok(database)
    }

    /// Opens a database that has the form that this version needs already; none if it is not so.
    pub async fn open_current(
        path: &Path,
        migrations: &Migrator,
        options: SqliteConnectOptions,
    ) -> sqlx::Result<Option<Self>> {
        let database = Self::connect(path, options).await?;
        let current = is_file_current(migrations, &mut *database.readers.acquire().await?).await;
        Ok(current.is_ok_and(|current| current).then_some(database))
    }

    /// Connections to a database that is there.
    pub async fn connect(path: &Path, options: SqliteConnectOptions) -> sqlx::Result<Self> {
        let readers = pool(path).max_connections(4).connect_with(options.clone()).await?;
        let writer = pool(path).max_connections(1).acquire_timeout(QUEUE).connect_lazy_with(options);
        Ok(Database { readers, writer, flush: Flush::of(path) })
    }

    /// What a single statement is read with.
    pub fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// What a single statement is written with.
    pub fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// What is read in it is of one moment.
    pub async fn begin_read(&self) -> sqlx::Result<Transaction<'static, Sqlite>> {
        self.readers.begin().await
    }

    /// A transaction that nobody else writes beside. The lock is taken before anything is read: what was judged is still so
    /// when it is written.
    pub async fn begin_write(&self) -> sqlx::Result<Write> {
        Ok(Write { transaction: self.writer.begin_with("BEGIN IMMEDIATE").await?, flush: self.flush.clone() })
    }

    /// Waits until what single statements have written survives a power cut.
    pub async fn flush(&self) -> sqlx::Result<()> {
        Ok(self.flush.wait().await?)
    }

    /// Waits until everything is written and closes the file.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

fn pool(path: &Path) -> SqlitePoolOptions {
    let path = path.to_owned();
    SqlitePoolOptions::new().before_acquire(move |connection, _| {
        // SQLite would go on writing to a file that was deleted, and lose it all in the end.
        let is_there = path.exists();
        // Where a disk is full, SQLite itself takes back a transaction, and sqlx takes it for still open: then no other
        // could ever begin in this connection.
        let is_free = !connection.is_in_transaction();
        Box::pin(async move { Ok(is_there && is_free) })
    })
}

/// Makes a database, unless it is there already. Wherever this is interrupted, there is all of it or nothing: so an empty
/// file is what something else has left of a database, and never passes for a new one.
async fn make(path: &Path, migrations: &Migrator) -> Result<(), MigrateError> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let scratch = tempfile::Builder::new().prefix(".new-").tempdir_in(folder).map_err(sqlx::Error::Io)?;
    let new = scratch.path().join("database");
    // SQLite reads an empty file as a new database, and gives its log the same permissions.
    shop_folder::private().create_new(true).open(&new).map_err(sqlx::Error::Io)?;
    let mut database = options(&new).connect().await?;
    migrate(migrations, &mut database).await?;
    database.close().await?;
    let named = TempPath::try_from_path(new).map_err(sqlx::Error::Io)?.persist_noclobber(path);
    match named {
        // Somebody else has made it meanwhile.
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        named => {
            Ok(named.map_err(|error| error.error).and_then(|()| shop_folder::sync(folder)).map_err(sqlx::Error::Io)?)
        }
    }
}

/// How databases are opened: what was answered survives a power cut, and readers don't wait for a writer.
fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // Whoever commits waits for a flush of the log.
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        // What is deleted or replaced is overwritten: it may be somebody's name.
        .pragma("secure_delete", "ON")
}

/// Whether there is a file with nothing in it.
fn is_empty(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.is_file() && file.len() == 0)
}

/// Whether a file's database has the form that this version needs.
async fn is_file_current(migrations: &Migrator, database: &mut SqliteConnection) -> Result<bool, MigrateError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)";
    if !sqlx::query_scalar::<_, bool>(sql).bind(APPLIED).fetch_one(&mut *database).await? {
        return Ok(false);
    }
    is_current(migrations, database).await
}

/// Whether a database in which migrations were applied has the form that this version needs.
pub async fn is_current(migrations: &Migrator, database: &mut impl Migrate) -> Result<bool, MigrateError> {
    let applied = database.list_applied_migrations(APPLIED).await?;
    let applied = applied.iter().map(|applied| (applied.version, &applied.checksum));
    Ok(applied.eq(migrations.iter().map(|migration| (migration.version, &migration.checksum))))
}

/// What brings a database to its form, step by step: the files `NUMBER_NAME.sql` in a folder of the program's source. (sqlx's own
/// macro would have SQLite compiled a second time, for itself.)
pub fn migrator(folder: &Dir<'static>) -> Migrator {
    let migration = |name: &str, sql| {
        let (number, name) = name.strip_suffix(".sql")?.split_once('_')?;
        let name = name.replace('_', " ").into();
        Some(Migration::new(number.parse().ok()?, name, MigrationType::Simple, SqlStr::from_static(sql), false))
    };
    let migrations = folder.files().map(|file| {
        let name = file.path().display().to_string();
        file.contents_utf8()
            .and_then(|sql| migration(&name, sql))
            .unwrap_or_else(|| panic!("{name}: migrations are named NUMBER_NAME.sql, and in UTF-8"))
    });
    Migrator::with_migrations(migrations.collect())
}

/// Where a database tells which migrations were applied.
pub const APPLIED: &str = "_sqlx_migrations";

/// Brings a database to the form that this version needs. Only one process at a time does so: of two that open an old
/// file at once, the second finds it done. Where nothing is to be done, nobody waits for it.
async fn migrate(migrations: &Migrator, database: &mut SqliteConnection) -> Result<(), MigrateError> {
    if is_file_current(migrations, database).await? {
        return Ok(());
    }
    let mut alone = database.begin_with("BEGIN IMMEDIATE").await?;
    migrations.run(&mut *alone).await?;
    Ok(alone.commit().await?)
}

/// Why a database could not be brought to that form; `failed` tells of a failure of the database.
pub fn why_not(error: &MigrateError, failed: impl Fn(&sqlx::Error) -> String) -> String {
    match error {
        MigrateError::VersionMissing(_) => "it comes from a newer version of this program: use that version".to_owned(),
        MigrateError::VersionMismatch(_) => {
            "it comes from another version of this program: use that version".to_owned()
        }
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => failed(error),
        other => other.to_string(),
    }
}

/// What a failure of a database means for whoever has to do something about it, and SQLite's own words.
pub fn describe(error: &sqlx::Error) -> String {
    match (error.as_database_error(), error) {
        (Some(told), _) => meaning(told.code().and_then(|code| code.parse().ok()), told.message()),
        (None, sqlx::Error::Io(error)) => format!("its database cannot be opened, made or flushed: {error}"),
        (None, error) => meaning(None, error),
    }
}

/// The same of an extended result code, and what SQLite said.
pub fn meaning(code: Option<i32>, said: impl Display) -> String {
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
pub fn is_damage(code: i32) -> bool {
    matches!(kind(code), DAMAGED | NOT_A_DATABASE)
}

/// The low byte is the kind of error; the rest of an extended code is detail.
fn kind(code: i32) -> i32 {
    code & 0xff
}

const DAMAGED: i32 = 11;
const NOT_A_DATABASE: i32 = 26;

#[cfg(test)]
mod tests {
    use super::*;

    /// Each has the database for longer than SQLite would let another one try.
    #[tokio::test]
    async fn writers_of_one_program_wait_for_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("database");
        let opened = Database::open(&path, &Migrator::DEFAULT, Duration::from_millis(1)).await;
        let database = opened.unwrap_or_else(|why| panic!("{}", why.told("empty")));
        let table = sqlx::query("CREATE TABLE chores (name INTEGER NOT NULL)").execute(database.writer()).await;
        table.unwrap();
        let write = |number: i64| {
            let database = database.clone();
            tokio::spawn(async move {
                let mut tx = database.begin_write().await?;
                tokio::time::sleep(Duration::from_millis(5)).await;
                sqlx::query("INSERT INTO chores (name) VALUES (?)").bind(number).execute(&mut *tx).await?;
                tx.commit().await
            })
        };
        for writer in (0..20).map(write).collect::<Vec<_>>() {
            writer.await.unwrap().unwrap();
        }
    }
}
