//! One flush of the disk for all who commit at once: it takes as long for one as for many.
//!
//! SQLite itself would flush its log in each commit, while nobody else can write. Here it only writes there ("synchronous = NORMAL",
//! in which it keeps the sequence of what it writes), and whoever has committed waits until a flush that began afterwards has ended.
//! Nobody is answered before; others may read what was committed a moment before that is so, and whatever they make of it, they
//! commit and flush later. Whoever does not wait any more takes nothing back, and keeps nobody from anything.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

/// What flushes a log.
#[derive(Clone)]
pub(super) struct Flush(Arc<Shared>);

struct Shared {
    /// So many have asked.
    asked: AtomicU64,
    /// So many of them are served; whoever flushes has this.
    served: Mutex<u64>,
    disk: Box<dyn Fn() -> io::Result<()> + Send + Sync>,
}

impl fmt::Debug for Flush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flush")
    }
}

impl Flush {
    /// Of the database in this file.
    pub(super) fn of(database: &Path) -> Self {
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        let (log, known) = (PathBuf::from(log), std::sync::Mutex::new(None));
        Flush::by(move || {
            let mut known = known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *known = flush(&log, known.as_ref())?;
            Ok(())
        })
    }

    fn by(disk: impl Fn() -> io::Result<()> + Send + Sync + 'static) -> Self {
        Flush(Arc::new(Shared { asked: AtomicU64::new(0), served: Mutex::new(0), disk: Box::new(disk) }))
    }

    /// Waits until what was committed before would survive a power cut.
    pub(super) async fn wait(&self) -> io::Result<()> {
        let mine = self.0.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut served = self.0.served.lock().await;
        if *served >= mine {
            return Ok(());
        }
        let asked = self.0.asked.load(Ordering::SeqCst);
        let shared = self.0.clone();
        spawn_blocking(move || (shared.disk)()).await.map_err(io::Error::other)??;
        *served = asked;
        Ok(())
    }
}

/// What tells a file from another one that has come to its name.
type File = (u64, Option<SystemTime>);

/// Flushes a log, and its name if it is not known to be on the disk. Where there is no log, all of it is in the database's file.
fn flush(log: &Path, known: Option<&File>) -> io::Result<Option<File>> {
    let file = match OpenOptions::new().read(true).write(cfg!(windows)).open(log) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    file.sync_data()?;
    let metadata = file.metadata()?;
    let found = (number(&metadata), metadata.created().ok());
    if known != Some(&found)
        && let Some(folder) = log.parent()
    {
        shop_folder::sync(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?;
    }
    Ok(Some(found))
}

#[cfg(unix)]
fn number(metadata: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &std::fs::Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// How often a disk was flushed, and how often one begins.
    #[derive(Default)]
    struct Disk {
        begun: AtomicU64,
        done: AtomicU64,
    }

    fn slow(disk: &Arc<Disk>) -> Flush {
        let disk = disk.clone();
        Flush::by(move || {
            disk.begun.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(20));
            disk.done.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
    }

    #[tokio::test]
    async fn whoever_waits_is_served_by_a_flush_that_began_afterwards_with_all_who_wait() {
        let disk = Arc::new(Disk::default());
        let flush = slow(&disk);
        let wait = |nth: u64| {
            let (disk, flush) = (disk.clone(), flush.clone());
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(nth)).await;
                let begun = disk.begun.load(Ordering::SeqCst);
                flush.wait().await.unwrap();
                assert!(disk.done.load(Ordering::SeqCst) > begun, "one that began earlier is not enough");
            })
        };
        for waits in (0..50).map(wait).collect::<Vec<_>>() {
            waits.await.unwrap();
        }
        let flushed = disk.done.load(Ordering::SeqCst);
        assert!((2..25).contains(&flushed), "{flushed}");
    }

    /// Who does not wait any more is no reason for others to wait, or not to.
    #[tokio::test]
    async fn whoever_gives_up_keeps_nobody_from_anything() {
        let disk = Arc::new(Disk::default());
        let flush = slow(&disk);
        for _ in 0..3 {
            let given_up = tokio::time::timeout(Duration::from_millis(1), flush.wait()).await;
            assert!(given_up.is_err());
        }
        flush.wait().await.unwrap();
        assert!(disk.done.load(Ordering::SeqCst) > 0);
    }

    #[tokio::test]
    async fn a_flush_that_fails_is_told_to_whoever_waited_and_tried_again_for_the_next() {
        let fails = Arc::new(AtomicU64::new(1));
        let flush = Flush::by({
            let fails = fails.clone();
            move || match fails.swap(0, Ordering::SeqCst) {
                0 => Ok(()),
                _ => Err(io::Error::other("no disk")),
            }
        });
        flush.wait().await.unwrap_err();
        flush.wait().await.unwrap();
    }

    #[test]
    fn a_log_that_is_not_there_needs_no_flush_and_one_that_is_new_is_known_from_then_on() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("database-wal");
        assert_eq!(flush(&log, None).unwrap(), None);
        std::fs::write(&log, "log").unwrap();
        let known = flush(&log, None).unwrap();
        assert!(known.is_some());
        assert_eq!(flush(&log, known.as_ref()).unwrap(), known);
    }
}
