//! Restoring a backup.

use shop_folder as folder;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::manifest::{MANIFEST, SUMS, Sums, read};
use super::{BackupError, FORMAT, Item, Manifest, at, blocking, snapshot};
use crate::components;
use shop_core::words::digest::Digest;
use shop_folder::file;
use shop_folder::{
    self, CATALOGUE, CONNECTIONS, HANDLERS, JOURNAL, JOURNAL_SETTINGS, MOODLE, MOODLE_MEMORY, PLATFORM, SHOPS,
};
use shop_journal::Journal;
use shop_platforms::embedded::EmbeddedPlatform;

/// A backup that was restored.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Where it comes from.
    pub manifest: Manifest,
    /// What was in it.
    pub items: BTreeSet<Item>,
}

/// Puts a backup's data into a folder, which is made if it is not there, and must have no shop's data. All of the backup
/// is read and checked before anything is put in place.
pub async fn restore(file: &Path, data: &Path) -> Result<Restored, BackupError> {
    let made = !data.exists();
    folder::make(data).map_err(at(data))?;
    let restored = restore_into(file, data).await;
    if made && restored.is_err() {
        // Nothing is in it, or else it stays.
        let _ = fs::remove_dir(data);
    }
    restored
}

async fn restore_into(file: &Path, data: &Path) -> Result<Restored, BackupError> {
    vacant(data)?;
    // On the same file system, so that all that is left to be done is renaming.
    let scratch = tempfile::Builder::new().prefix(".restore-").tempdir_in(data).map_err(at(data))?;
    let (from, to) = (file.to_owned(), scratch.path().to_owned());
    let restored = blocking(file, move || unpack(&from, &to)).await?;
    prove(file, scratch.path()).await?;
    vacant(data)?;
    put_in_place(scratch.path(), data)?;
    Ok(restored)
}

/// What a backup can have, in the sequence in which it is put in place.
const ALL: [&str; 9] =
    [JOURNAL, JOURNAL_SETTINGS, PLATFORM, MOODLE_MEMORY, CATALOGUE, SHOPS, CONNECTIONS, MOODLE, HANDLERS];

/// A journal's log would be taken for that of the restored journal.
fn vacant(data: &Path) -> Result<(), BackupError> {
    let logs = ["-wal", "-shm", "-journal"]
        .map(|log| [JOURNAL, PLATFORM, MOODLE_MEMORY].map(|database| format!("{database}{log}")));
    let names = ALL.map(str::to_owned).into_iter().chain(logs.into_iter().flatten());
    let there: Vec<String> = names.filter(|name| data.join(name).symlink_metadata().is_ok()).collect();
    match there.is_empty() {
        true => Ok(()),
        false => Err(BackupError::Occupied { folder: data.to_owned(), there }),
    }
}

/// Reads the whole archive into a folder, and holds each file against its digest.
fn unpack(file: &Path, to: &Path) -> Result<Restored, BackupError> {
    let unfit = |problem: String| BackupError::Unfit { file: file.to_owned(), problem };
    let damaged = |error: io::Error| unfit(format!("it is damaged or cut off ({error})"));
    let mut archive = tar::Archive::new(BufReader::new(shop_folder::file::open(file).map_err(at(file))?));
    // As they stand: names that are too long for their place would be read into memory, and no backup has any.
    let mut entries = archive.entries().map_err(damaged)?.raw(true);
    let mut told = |name: &'static str| -> Result<Vec<u8>, BackupError> {
        let entry = entries.next().transpose().map_err(damaged)?;
        let entry = entry.filter(|entry| *entry.path_bytes() == *name.as_bytes());
        let entry = entry.ok_or_else(|| unfit(format!("it has no {name} where a backup has it")))?;
        if entry.size() > MAX_TOLD {
            return Err(unfit(format!("its {name} has {} bytes, and none has more than {MAX_TOLD}", entry.size())));
        }
        let mut bytes = Vec::new();
        entry.take(MAX_TOLD).read_to_end(&mut bytes).map_err(damaged)?;
        Ok(bytes)
    };
    let json = told(MANIFEST)?;
    let manifest = manifest(file, &json)?;
    let sums = String::from_utf8(told(SUMS)?).map_err(|error| unfit(format!("its {SUMS}: {error}")))?;
    let sums = read(&json, &sums).map_err(unfit)?;
    let mut left: Sums = sums.clone();
    folder::make(&to.join(HANDLERS)).map_err(at(to))?;
    for entry in entries {
        let mut entry = entry.map_err(damaged)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let item: Item = name.parse().map_err(|error| unfit(format!("{error}")))?;
        if !entry.header().entry_type().is_file() {
            return Err(unfit(format!("{item} is no plain file in it")));
        }
        let expected =
            left.remove(&item).ok_or_else(|| unfit(format!("{item} is not in its {SUMS}, or comes twice")))?;
        let most = most(&item);
        if entry.size() > most {
            return Err(unfit(format!("its {item} has {} bytes, and none has more than {most}", entry.size())));
        }
        let of_several = match item {
            Item::CatalogueOf(_) => Some(SHOPS),
            Item::Connection(_) => Some(CONNECTIONS),
            _ => None,
        };
        of_several.map_or(Ok(()), |name| folder::make(&to.join(name))).map_err(at(to))?;
        let path = to.join(item.to_string());
        if copy(&mut entry, &path, &damaged)? != expected {
            return Err(unfit(format!("{item} is not what was written, or is cut off")));
        }
    }
    match left.keys().next() {
        Some(missing) => Err(unfit(format!("it is cut off: {missing} is missing"))),
        None if !sums.contains_key(&Item::Journal) => Err(unfit(format!("it has no {JOURNAL}"))),
        None => Ok(Restored { manifest, items: sums.into_keys().collect() }),
    }
}

/// More than a backup of 100,000 components tells.
const MAX_TOLD: u64 = 16 << 20;

/// No more than is ever read of a file. A database is as large as it is.
fn most(item: &Item) -> u64 {
    match item {
        Item::Journal | Item::Platform | Item::MoodleMemory => u64::MAX,
        Item::Moodle | Item::Catalogue | Item::CatalogueOf(_) | Item::Connection(_) => file::MAX_BYTES,
        Item::Component(_) => components::MAX_BYTES,
    }
}

fn manifest(file: &Path, json: &[u8]) -> Result<Manifest, BackupError> {
    /// What a manifest has in any format.
    #[derive(serde::Deserialize)]
    struct Any {
        format: u32,
        #[serde(default)]
        program: String,
    }
    let unfit = |error: serde_json::Error| BackupError::Unfit {
        file: file.to_owned(),
        problem: format!("its {MANIFEST}: {error}"),
    };
    let Any { format, program } = serde_json::from_slice(json).map_err(unfit)?;
    match format {
        FORMAT => serde_json::from_slice(json).map_err(unfit),
        _ => Err(BackupError::Newer { file: file.to_owned(), format, program }),
    }
}

/// Copies an entry into a new file, and tells its digest.
fn copy(
    entry: &mut impl Read,
    path: &Path,
    damaged: &impl Fn(io::Error) -> BackupError,
) -> Result<Digest, BackupError> {
    let mut file = folder::private().create_new(true).open(path).map_err(at(path))?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match entry.read(&mut buffer) {
            Ok(0) => break,
            Ok(bytes) => file.write_all(&buffer[..bytes]).map_err(at(path))?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(damaged(error)),
        }
    }
    file.sync_all().map_err(at(path))?;
    File::open(path).and_then(Digest::of_all).map_err(at(path))
}

/// Opens the databases, which brings them to the form that this version needs, or says why it cannot; and looks through all
/// of them, since what could not be backed up again is no backup.
async fn prove(file: &Path, folder: &Path) -> Result<(), BackupError> {
    Journal::open(folder).await.map_err(BackupError::Journal)?.close().await;
    let platform = folder.join(PLATFORM);
    if platform.exists() {
        EmbeddedPlatform::open(&platform).await.map_err(BackupError::Platform)?.close().await;
    }
    let (archive, folder) = (file.to_owned(), folder.to_owned());
    let look = move || {
        let databases = [JOURNAL, PLATFORM, MOODLE_MEMORY].into_iter().filter(|name| folder.join(name).exists());
        databases.into_iter().try_for_each(|name| {
            snapshot::check(&folder.join(name)).map_err(|error| match error {
                BackupError::Damaged { problem, .. } | BackupError::Database { problem, .. } => {
                    BackupError::Unfit { file: archive.clone(), problem: format!("its {name}: {problem}") }
                }
                error => error,
            })
        })
    };
    blocking(file, look).await
}

/// The journal comes first: a shop that lacks anything else says so, but one that lacks its journal would begin anew.
fn put_in_place(scratch: &Path, data: &Path) -> Result<(), BackupError> {
    let mut placed: Vec<PathBuf> = Vec::new();
    let mut place = |name: &str| -> io::Result<()> {
        let (from, to) = (scratch.join(name), data.join(name));
        match name {
            _ if !from.exists() => return Ok(()),
            HANDLERS => fs::rename(&from, &to)?,
            // Nothing that came there meanwhile is replaced.
            _ => TempPath::try_from_path(from)?.persist_noclobber(&to).map_err(|error| error.error)?,
        }
        placed.push(to);
        Ok(())
    };
    let all = ALL.into_iter().try_for_each(|name| place(name).map_err(at(&data.join(name))));
    let all = all.and_then(|()| folder::sync(data).map_err(at(data)));
    if all.is_err() {
        for path in placed {
            let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
    all
}
