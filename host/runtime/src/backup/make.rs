//! Making a backup.

use shop_folder as folder;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::NamedTempFile;

use super::manifest::{MANIFEST, SUMS, Sums, written};
use super::snapshot::DatabaseCopy;
use super::{BackupError, FORMAT, Item, Manifest, at, blocking};
use shop_core::audit::Action;
use shop_core::words::digest::Digest;
use shop_core::words::period::Timestamp;
use shop_folder::{self, CONNECTIONS, HANDLERS, JOURNAL, JOURNAL_SETTINGS, SHOPS};
use shop_journal::Journal;

/// A backup that was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Where it comes from.
    pub manifest: Manifest,
    /// What is in it.
    pub items: BTreeSet<Item>,
    /// Components that are not what was installed, and hence not in it.
    pub damaged: BTreeSet<Item>,
    /// The size of its file.
    pub bytes: u64,
    /// How long orders had to wait for it.
    pub held: Duration,
}

/// Puts the data of a shop into a file, which must not be there yet. Orders wait only while the moment is fixed that the
/// backup is of, however much there is to copy. Who has made it stands in the audit log afterwards.
pub async fn make(data: &Path, file: &Path, by: &str) -> Result<Made, BackupError> {
    let (from, to, who) = (data.to_owned(), file.to_owned(), by.to_owned());
    let made = blocking(file, move || write(&from, &to, who)).await?;
    // A journal that only another version can write is backed up all the same.
    if let Ok(journal) = Journal::open_or_read(data).await {
        let noted = journal.add_to_audit(by, Action::BackedUp, &json!({ "bytes": made.bytes })).await;
        journal.close().await;
        noted.map_err(|error| BackupError::Unnoted { file: file.to_owned(), error })?;
    }
    Ok(made)
}

fn write(data: &Path, file: &Path, by: String) -> Result<Made, BackupError> {
    if file.symlink_metadata().is_ok() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    if data.join(JOURNAL_SETTINGS).exists() {
        return Err(BackupError::OnServer(data.join(JOURNAL_SETTINGS)));
    }
    if !data.join(JOURNAL).exists() {
        return Err(BackupError::NoShop(data.join(JOURNAL)));
    }
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // It goes with whatever is in it when this ends; nobody else can read in it.
    let scratch = tempfile::Builder::new().prefix(".backup-").tempdir_in(folder).map_err(at(folder))?;
    let gathered = gather(data, scratch.path())?;
    let manifest = Manifest { format: FORMAT, program: env!("CARGO_PKG_VERSION").to_owned(), time: gathered.time, by };
    let archive = pack(scratch.path(), &manifest, &gathered.sums)?;
    let bytes = archive.as_file().metadata().map_err(at(archive.path()))?.len();
    archive.persist_noclobber(file).map_err(|error| match error.error.kind() {
        std::io::ErrorKind::AlreadyExists => BackupError::Exists(file.to_owned()),
        _ => at(file)(error.error),
    })?;
    folder::sync(folder).map_err(at(folder))?;
    let Gathered { sums, damaged, held, .. } = gathered;
    Ok(Made { manifest, items: sums.into_keys().collect(), damaged, bytes, held })
}

/// What was copied out of a shop's folder.
struct Gathered {
    time: Timestamp,
    held: Duration,
    sums: Sums,
    damaged: BTreeSet<Item>,
}

/// Copies everything of one moment.
fn gather(data: &Path, to: &Path) -> Result<Gathered, BackupError> {
    let handlers = data.join(HANDLERS);
    // No component goes between the moment and its copy.
    let _handlers = match handlers.exists() {
        true => Some(folder::lock_here(&handlers).map_err(at(&handlers))?),
        false => None,
    };
    let mut databases = vec![(Item::Journal, DatabaseCopy::open(&data.join(JOURNAL))?)];
    for item in [Item::Platform, Item::MoodleMemory] {
        let database = data.join(item.to_string());
        if database.exists() {
            databases.push((item, DatabaseCopy::open(&database)?));
        }
    }
    let (time, held) = moment(data, &databases)?;
    let mut sums = Sums::new();
    for (item, snapshot) in databases {
        let copy = to.join(item.to_string());
        snapshot.write(&copy)?;
        sums.insert(item, digest(&copy)?);
    }
    for item in settings(data)? {
        let (file, copy) = (data.join(item.to_string()), to.join(item.to_string()));
        if file.exists() {
            copy.parent().map_or(Ok(()), fs::create_dir_all).map_err(at(to))?;
            fs::copy(&file, &copy).map_err(at(&file))?;
            sums.insert(item, digest(&copy)?);
        }
    }
    let mut damaged = BTreeSet::new();
    fs::create_dir(to.join(HANDLERS)).map_err(at(to))?;
    for (item, named) in components(&handlers)? {
        let copy = to.join(item.to_string());
        fs::copy(data.join(item.to_string()), &copy).map_err(at(&data.join(item.to_string())))?;
        match digest(&copy)? == named {
            true => _ = sums.insert(item, named),
            false => _ = damaged.insert(item),
        }
    }
    Ok(Gathered { time, held, sums, damaged })
}

/// What people have written there.
fn settings(data: &Path) -> Result<impl Iterator<Item = Item>, BackupError> {
    let shops = folder::shops(data).map_err(at(&data.join(SHOPS)))?;
    let connections = folder::connections(data).map_err(at(&data.join(CONNECTIONS)))?;
    // What is called otherwise is no shop's, and no connection's.
    let shops = shops.into_iter().filter_map(|(_, name)| name.ok()).map(Item::CatalogueOf);
    let connections = connections.into_iter().filter_map(|(_, name)| name.ok()).map(Item::Connection);
    Ok([Item::Catalogue, Item::Moodle].into_iter().chain(shops).chain(connections))
}

/// Fixes the moment at which all databases are seen: no order is being worked at then, so they agree.
fn moment(data: &Path, databases: &[(Item, DatabaseCopy)]) -> Result<(Timestamp, Duration), BackupError> {
    // Meanwhile, no order is begun to be worked at.
    let since = Instant::now();
    let alone = folder::lock_here(data).map_err(at(&data.join("lock")))?;
    databases.iter().try_for_each(|(_, database)| database.hold())?;
    let time = Timestamp::now();
    drop(alone);
    Ok((time, since.elapsed()))
}

/// The components in a folder. What they were compiled to is no part of a backup.
fn components(folder: &Path) -> Result<Vec<(Item, Digest)>, BackupError> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut components = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let name = entry.map_err(at(folder))?.file_name();
        let item = format!("{HANDLERS}/{}", name.to_string_lossy()).parse();
        if let Ok(item @ Item::Component(digest)) = item {
            components.push((item, digest));
        }
    }
    Ok(components)
}

fn digest(path: &Path) -> Result<Digest, BackupError> {
    File::open(path).and_then(Digest::of_all).map_err(at(path))
}

/// Writes what was gathered into an archive, which is named only when it is whole.
fn pack(scratch: &Path, manifest: &Manifest, sums: &Sums) -> Result<NamedTempFile, BackupError> {
    let file = NamedTempFile::new_in(scratch).map_err(at(scratch))?;
    let path = file.path().to_owned();
    let json = serde_json::to_vec_pretty(manifest).map_err(|error| at(&path)(error.into()))?;
    let mut archive = Archive { tar: tar::Builder::new(BufWriter::new(file)), time: manifest.time };
    let packed = (|| {
        archive.add(MANIFEST, json.len() as u64, json.as_slice())?;
        let sums_text = written(&json, sums);
        archive.add(SUMS, sums_text.len() as u64, sums_text.as_bytes())?;
        for item in sums.keys() {
            let file = File::open(scratch.join(item.to_string()))?;
            archive.add(&item.to_string(), file.metadata()?.len(), BufReader::new(file))?;
        }
        let file = archive.tar.into_inner()?.into_inner().map_err(|error| error.into_error())?;
        file.as_file().sync_all()?;
        Ok(file)
    })();
    packed.map_err(at(&path))
}

struct Archive<W: Write> {
    tar: tar::Builder<W>,
    time: Timestamp,
}

impl<W: Write> Archive<W> {
    fn add(&mut self, name: &str, bytes: u64, content: impl Read) -> std::io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(0o600);
        header.set_mtime(self.time.seconds().unsigned_abs());
        self.tar.append_data(&mut header, name, content)
    }
}
