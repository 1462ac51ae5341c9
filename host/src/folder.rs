//! What is where in the folder of a shop's data.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use tokio::sync::oneshot;

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
pub(crate) async fn lock(folder: &Path) -> io::Result<File> {
    let file = lock_file(folder)?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let (tell, told) = oneshot::channel();
    // No thread of the runtime's: that one would not end before this has its turn. Whoever waits for it may be gone by then;
    // the lock is given back at once.
    let waiting = move || _ = tell.send(file.lock().map(|()| file));
    std::thread::Builder::new().name("lock".to_owned()).spawn(waiting)?;
    told.await.map_err(io::Error::other)?
}

/// The same on a thread that may wait.
pub(crate) fn lock_here(folder: &Path) -> io::Result<File> {
    let file = lock_file(folder)?;
    file.lock()?;
    Ok(file)
}

fn lock_file(folder: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(folder.join("lock"))
}

/// Makes names in a folder last.
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
