//! Backups: all that a shop has, of one moment, in one file; taken while orders flow, and restored into an empty folder.
//!
//! A backup is a tar archive: `manifest.json`, `SHA256SUMS` over all else, the journal, the embedded learning platform and
//! the catalogue where the folder has them, and the handlers' components. What can be compiled again is left out. It can
//! be checked without this program: `tar -xf FILE && sha256sum -c SHA256SUMS`.

mod item;
mod make;
mod manifest;
mod restore;
mod snapshot;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use shop_journal::JournalError;
use shop_platforms::embedded::OpenError;

pub use item::{Item, UnknownItem};
pub use make::{Made, make};
pub use manifest::{FORMAT, Manifest};
pub use restore::{Restored, restore};

/// A backup cannot be made or restored. If it was to be made, there is no file of its name, unless it is said so; if it was to
/// be restored, the folder is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// There is nothing to back up.
    #[error("{}: no shop has recorded anything here", .0.display())]
    NoShop(PathBuf),
    /// The journal is elsewhere.
    #[error(
        "{}: the journal is in the database of a server: back that up (`pg_dump`), and then the folder (docs/running.md)",
        .0.display()
    )]
    OnServer(PathBuf),
    /// There is a file of the backup's name.
    #[error("{}: it is there already, and no backup replaces a file: give another name", .0.display())]
    Exists(PathBuf),
    /// A database cannot be read now.
    #[error("{}: {problem}", path.display())]
    Database {
        /// Its file.
        path: PathBuf,
        /// What SQLite says.
        problem: String,
    },
    /// A database is damaged: a backup of it would be of no use.
    #[error("{}: it is damaged ({problem}): no backup was made of it; an earlier backup can be restored into another folder", path.display())]
    Damaged {
        /// Its file.
        path: PathBuf,
        /// In which way.
        problem: String,
    },
    /// The backup was made, and the audit log does not say so.
    #[error("{}: this backup was made, which could not be noted in the audit log: {error}", file.display())]
    Unnoted {
        /// The backup.
        file: PathBuf,
        /// Why.
        error: JournalError,
    },
    /// The folder has a shop already.
    #[error("{}: a shop's data are here already ({}): a backup is restored into an empty folder", folder.display(), there.join(", "))]
    Occupied {
        /// Which folder.
        folder: PathBuf,
        /// What is there.
        there: Vec<String>,
    },
    /// A newer program made the backup.
    #[error("{}: this backup was made by version {program} of this program, which writes them otherwise (format {format}; this one reads {FORMAT}): restore it with that version", file.display())]
    Newer {
        /// The backup.
        file: PathBuf,
        /// Its format.
        format: u32,
        /// The program's version.
        program: String,
    },
    /// The file is no backup, or is no longer as it was written.
    #[error("{}: this is no backup that can be restored: {problem}; nothing was restored", file.display())]
    Unfit {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The journal that is in the backup cannot be used.
    #[error("the backup's journal: {0}; nothing was restored")]
    Journal(#[source] JournalError),
    /// The learning platform that is in the backup cannot be used.
    #[error("the backup's learning platform: {0}; nothing was restored")]
    Platform(#[source] OpenError),
}

/// Tells which file it was.
fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    |error| BackupError::Io { path, error }
}

/// Files are copied without holding up anything else that waits on this thread.
async fn blocking<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(at(path)(io::Error::other(error))))
}
