//! A database as it is at one moment, whatever is written to it afterwards.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::ffi::{Error, SQLITE_BUSY};
use rusqlite::{Connection, OpenFlags};

use super::BackupError;
use shop_store::database;

/// As long as another program may keep a database to itself.
const PATIENCE: Duration = Duration::from_secs(10);

/// A database that is open, and, once it is held, seen as it was then.
pub(super) struct DatabaseCopy {
    path: PathBuf,
    database: Connection,
}

impl DatabaseCopy {
    pub(super) fn open(path: &Path) -> Result<Self, BackupError> {
        let failed = |error| told(path, error);
        // Not made if it is missing.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = Connection::open_with_flags(path, flags).map_err(failed)?;
        database.busy_timeout(PATIENCE).map_err(failed)?;
        // The first look at it takes longest: it reads what was written last.
        look(&database).map_err(failed)?;
        Ok(DatabaseCopy { path: path.to_owned(), database })
    }

    /// From now on, nothing that others write is seen. They are not held up.
    pub(super) fn hold(&self) -> Result<(), BackupError> {
        self.database
            .execute_batch("BEGIN")
            .and_then(|()| look(&self.database))
            .map_err(|error| told(&self.path, error))
    }

    /// Writes it into a file of its own, without the remains of what was deleted, and checks that that is sound.
    pub(super) fn write(self, to: &Path) -> Result<(), BackupError> {
        let DatabaseCopy { path, database } = self;
        let copied = || -> rusqlite::Result<Vec<String>> {
            let mut copy = Connection::open(to)?;
            // All pages at once.
            if Backup::new(&database, &mut copy)?.step(-1)? != StepResult::Done {
                return Err(rusqlite::Error::SqliteFailure(Error::new(SQLITE_BUSY), None));
            }
            copy.execute_batch("PRAGMA journal_mode = DELETE; VACUUM")?;
            faults(&copy)
        };
        sound(&path, copied())
    }
}

/// Makes sure that a database is sound which nobody has opened.
pub(super) fn check(path: &Path) -> Result<(), BackupError> {
    let DatabaseCopy { path, database } = DatabaseCopy::open(path)?;
    sound(&path, faults(&database))
}

/// What is wrong with a database: `ok`, if nothing is.
fn faults(database: &Connection) -> rusqlite::Result<Vec<String>> {
    database.prepare("PRAGMA quick_check(3)")?.query_map([], |row| row.get(0))?.collect()
}

fn sound(path: &Path, faults: rusqlite::Result<Vec<String>>) -> Result<(), BackupError> {
    match faults {
        Ok(found) if found == ["ok"] => Ok(()),
        Ok(found) => Err(BackupError::Damaged { path: path.to_owned(), problem: found.join("; ") }),
        Err(error) => Err(told(path, error)),
    }
}

fn look(database: &Connection) -> rusqlite::Result<()> {
    database.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

fn told(path: &Path, error: rusqlite::Error) -> BackupError {
    let path = path.to_owned();
    let code = error.sqlite_error().map(|error| error.extended_code);
    let problem = database::meaning(code, &error);
    match code.is_some_and(database::is_damage) {
        true => BackupError::Damaged { path, problem },
        false => BackupError::Database { path, problem },
    }
}
