//! The lock of a folder: one alone has it, or many share it. The operating system gives it back when the file is closed or the
//! process ends, however it ends.
//!
//! Who wants it alone is not kept waiting for ever by those who share it for long: whoever of these comes later waits at the gate.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use tokio::sync::oneshot;

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Alone,
    Shared,
}

/// Waits until nobody else, in this process or another, has the lock of a folder or a share in it.
pub async fn lock(folder: &Path) -> io::Result<File> {
    wait(folder, How::Alone).await
}

/// Waits until nobody else has the lock of a folder alone, or waits to.
pub async fn share(folder: &Path) -> io::Result<File> {
    wait(folder, How::Shared).await
}

/// As [`lock`], on a thread that may wait.
pub fn lock_here(folder: &Path) -> io::Result<File> {
    How::Alone.take(folder, true)
}

async fn wait(folder: &Path, how: How) -> io::Result<File> {
    match how.take(folder, false) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
        taken => return taken,
    }
    let (tell, told) = oneshot::channel();
    let folder: PathBuf = folder.to_owned();
    // No thread of the runtime's: that one would not end before this has its turn. Whoever waits for it may be gone by then;
    // the lock is given back at once.
    let waiting = move || _ = tell.send(how.take(&folder, true));
    std::thread::Builder::new().name("lock".to_owned()).spawn(waiting)?;
    told.await.map_err(io::Error::other)?
}

impl How {
    /// If it does not wait, it fails where it would have to. Files are opened anew, since locks are of an open file.
    fn take(self, folder: &Path, waits: bool) -> io::Result<File> {
        let gate = open(&folder.join("gate"))?;
        self.lock(&gate, waits)?;
        let file = open(&folder.join("lock"))?;
        self.lock(&file, waits)?;
        Ok(file)
    }

    fn lock(self, file: &File, waits: bool) -> io::Result<()> {
        let tried = match (self, waits) {
            (How::Alone, true) => return file.lock(),
            (How::Shared, true) => return file.lock_shared(),
            (How::Alone, false) => file.try_lock(),
            (How::Shared, false) => file.try_lock_shared(),
        };
        tried.map_err(|refused| match refused {
            TryLockError::WouldBlock => io::ErrorKind::WouldBlock.into(),
            TryLockError::Error(error) => error,
        })
    }
}

fn open(path: &Path) -> io::Result<File> {
    crate::private().create(true).truncate(false).open(path)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn many_share_a_lock_or_one_has_it_and_is_passed_by_nobody_who_stays() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let shares = [share(folder).await.unwrap(), share(folder).await.unwrap()];
        let alone = tokio::spawn({
            let folder = folder.to_owned();
            async move { lock(&folder).await.unwrap() }
        });
        while How::Shared.take(folder, false).is_ok() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(!alone.is_finished(), "two share it");
        let mut later = Box::pin(share(folder));
        assert!(is_pending(&mut later).await);
        drop(shares);
        let alone = alone.await.unwrap();
        assert!(is_pending(&mut later).await);
        drop(alone);
        later.await.unwrap();
    }

    async fn is_pending(waiting: &mut (impl Future<Output = io::Result<File>> + Unpin)) -> bool {
        tokio::time::timeout(Duration::from_millis(20), waiting).await.is_err()
    }
}
