//! What is where in the folder of a shop's data, which belongs to its owner alone: people's names are in it, and who can
//! lock a file in it holds up all orders.

pub mod file;
mod locks;
mod shops;
mod sign;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

pub use locks::{lock, lock_here, share};
pub use shops::{CONNECTIONS, SHOPS, catalogue_of, connection_of, connections, shops};
pub use sign::{Sign, home};

/// What is recorded.
pub const JOURNAL: &str = "journal.sqlite";
/// Where the journal is instead, if it is in the database of a server. It names where the password is, and does not have it.
pub const JOURNAL_SETTINGS: &str = "journal.toml";
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

/// Others on this machine can get at what is its owner's only.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{path}: expected that nobody but its owner can get at it, found the permissions {mode:o}: `chmod -R go= {path}` takes \
     them from others", path = path.display()
)]
pub struct Exposed {
    path: PathBuf,
    mode: u32,
}

/// Whether others can get at a file or a folder; nobody can at one that is not there. Whoever opens a shop does well to ask
/// this of its folder, and to tell.
pub fn exposed(path: &Path) -> Option<Exposed> {
    let mode = path.metadata().ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| Exposed { path: path.to_owned(), mode })
}

/// Whether somebody else could have written what is in a file or a folder.
pub fn is_open_to_others(path: &Path) -> bool {
    let own = rustix::process::geteuid().as_raw();
    path.metadata().is_ok_and(|found| found.uid() != own || found.mode() & 0o022 != 0)
}

/// Makes a folder that nobody but its owner gets into, whatever is usual for new ones; one that is there stays as it is.
pub fn make(folder: &Path) -> io::Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made,
    }
}

/// How a file is made that nobody but its owner reads.
pub fn private() -> OpenOptions {
    let mut options = File::options();
    options.write(true).mode(0o600);
    options
}

/// Makes names in a folder last.
pub fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
