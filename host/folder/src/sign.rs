//! A sign of life: by it, others on this machine see whether a process is gone, however it went.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// As long as this is kept, its owner is seen to be alive.
#[derive(Debug)]
pub struct Sign {
    name: String,
    path: PathBuf,
    _file: File,
}

impl Sign {
    /// Gives a sign in a folder, by a name that nobody else has. Signs of others who are gone are taken away.
    pub fn give(folder: &Path) -> io::Result<Sign> {
        super::make(folder)?;
        let name = format!("{:016x}", getrandom::u64().map_err(io::Error::other)?);
        for entry in fs::read_dir(folder)?.flatten() {
            // What cannot be taken away stands in nobody's way.
            _ = is_gone(&entry.path());
        }
        let path = folder.join(&name);
        loop {
            let file = crate::private().create(true).truncate(false).open(&path)?;
            file.lock()?;
            // Before it was locked, it may have been taken for a sign of somebody who is gone.
            if is_at(&file, &path) {
                return Ok(Sign { name, path, _file: file });
            }
        }
    }

    /// By which name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether whoever gave a sign by this name is gone. Then the sign is, too.
    pub fn is_gone(folder: &Path, name: &str) -> io::Result<bool> {
        is_gone(&folder.join(name))
    }
}

/// What a folder of signs is known by where others have folders of their own, on this machine or elsewhere: a copy of it is another one.
/// After a restart of the machine, it is another one, too.
pub fn home(folder: &Path) -> io::Result<String> {
    // Where the system does not tell, nobody else is at home here.
    let boot = match fs::read_to_string("/proc/sys/kernel/random/boot_id") {
        Ok(boot) => boot.trim().to_owned(),
        Err(_) => format!("{:016x}", getrandom::u64().map_err(io::Error::other)?),
    };
    let place = folder.metadata()?;
    Ok(format!("{boot}-{:x}-{:x}", place.dev(), place.ino()))
}

impl Drop for Sign {
    fn drop(&mut self) {
        _ = fs::remove_file(&self.path);
    }
}

fn is_at(file: &File, path: &Path) -> bool {
    path.metadata().is_ok_and(|there| file.metadata().is_ok_and(|own| own.ino() == there.ino()))
}

/// Whoever cannot be seen to be gone is not.
fn is_gone(path: &Path) -> io::Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return Ok(error.kind() == ErrorKind::NotFound),
    };
    if file.try_lock().is_err() {
        return Ok(false);
    }
    // What was opened may have been taken away since, and another have taken its place.
    if !is_at(&file, path) {
        return Ok(!path.exists());
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_a_folder_is_another_home() {
        let [one, copy] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        assert_eq!(home(one.path()).unwrap(), home(one.path()).unwrap());
        assert_ne!(home(one.path()).unwrap(), home(copy.path()).unwrap());
    }

    #[test]
    fn who_is_gone_is_seen_to_be() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (Sign::give(folder.path()).unwrap(), Sign::give(folder.path()).unwrap());
        let name = one.name().to_owned();
        assert!(!Sign::is_gone(folder.path(), &name).unwrap());
        drop(one);
        assert!(Sign::is_gone(folder.path(), &name).unwrap());
        assert!(!Sign::is_gone(folder.path(), other.name()).unwrap());
        fs::write(folder.path().join("killed"), "").unwrap();
        let third = Sign::give(folder.path()).unwrap();
        assert!(!folder.path().join("killed").exists());
        assert!(Sign::is_gone(folder.path(), "killed").unwrap());
        drop(third);
    }
}
