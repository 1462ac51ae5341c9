//! What is where in the folder of a shop's data.

use std::fs::File;
use std::io;
use std::path::Path;

/// What is recorded.
pub const JOURNAL: &str = "journal.sqlite";
/// The embedded learning platform, if the shop has no other.
pub const PLATFORM: &str = "platform.sqlite";
/// What is remembered of a Moodle that takes the embedded platform's place, since it does not tell that itself.
pub const MOODLE_MEMORY: &str = "moodle.sqlite";
/// How to reach that Moodle, unless that is told elsewhere. It names where the token is, and does not have it.
pub const MOODLE: &str = "moodle.toml";
/// What is sold, unless that is told elsewhere.
pub const CATALOGUE: &str = "catalogue.toml";
/// The handlers' components.
pub const HANDLERS: &str = "handlers";

/// Waits until no other process, and nobody else in this one, has the lock of a folder. The operating system gives it back
/// when the file is closed or the process ends, however it ends.
pub(crate) fn lock(folder: &Path) -> io::Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(folder.join("lock"))?;
    file.lock()?;
    Ok(file)
}

/// Makes names in a folder last.
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
