//! What is no backup is refused, and leaves everything as it was.

use std::fs;
use std::path::Path;

use serde_json::json;
use tar::{EntryType, Header};
use tempfile::TempDir;

use super::*;
use shop_core::words::digest::Digest;
use shop_folder::{CATALOGUE, CONNECTIONS, HANDLERS, JOURNAL, MOODLE, MOODLE_MEMORY, PLATFORM, SHOPS};
use shop_journal::Journal;
use shop_platforms::embedded::EmbeddedPlatform;

/// A folder with a shop's `data`, a `backup` of them, and space for more.
struct Site(TempDir);

impl Site {
    async fn new() -> Site {
        let site = Site(tempfile::tempdir().unwrap());
        let data = site.path("data");
        fs::create_dir_all(data.join(HANDLERS)).unwrap();
        Journal::open(&data).await.unwrap().close().await;
        EmbeddedPlatform::open_or_make(data.join(PLATFORM)).await.unwrap().close().await;
        fs::write(data.join(CATALOGUE), "# nothing is sold").unwrap();
        fs::write(data.join(MOODLE), "# reached so").unwrap();
        fs::create_dir(data.join(SHOPS)).unwrap();
        for file in ["nord.toml", "sud.toml", "Nobody.toml", "notes.txt"] {
            fs::write(data.join(SHOPS).join(file), file).unwrap();
        }
        fs::create_dir(data.join(CONNECTIONS)).unwrap();
        for file in ["web.toml", "Nobody.toml", "web.keys", "web.secret"] {
            fs::write(data.join(CONNECTIONS).join(file), file).unwrap();
        }
        EmbeddedPlatform::open_or_make(data.join(MOODLE_MEMORY)).await.unwrap().close().await;
        for component in ["one", "two"] {
            let digest = Digest::of(component.as_bytes());
            fs::write(data.join(HANDLERS).join(format!("{digest}.wasm")), component).unwrap();
            fs::write(data.join(HANDLERS).join(format!("{digest}.0.compiled")), "compiled").unwrap();
        }
        site.make("backup").await.unwrap();
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    async fn make(&self, name: &str) -> Result<Made, BackupError> {
        make(&self.path("data"), &self.path(name), "test").await
    }

    async fn restore(&self, name: &str, to: &str) -> Result<Restored, BackupError> {
        restore(&self.path(name), &self.path(to)).await
    }

    /// All that is in it.
    fn names(&self) -> Vec<PathBuf> {
        names(self.0.path())
    }

    /// It is no backup, for this reason; and nothing came of it.
    async fn refuses(&self, name: &str, told: &str) {
        let before = self.names();
        let error = self.restore(name, "new").await.expect_err(told).to_string();
        assert!(error.contains(told), "{told}: {error}");
        assert_eq!(self.names(), before, "{told}");
    }

    fn entries(&self) -> Vec<(Header, Vec<u8>)> {
        let mut archive = tar::Archive::new(fs::File::open(self.path("backup")).unwrap());
        let entries = archive.entries().unwrap().map(|entry| {
            let mut entry = entry.unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            (entry.header().clone(), bytes)
        });
        entries.collect()
    }

    fn write(&self, name: &str, entries: &[(Header, Vec<u8>)]) {
        let mut archive = tar::Builder::new(fs::File::create(self.path(name)).unwrap());
        entries.iter().for_each(|(header, bytes)| archive.append(header, bytes.as_slice()).unwrap());
        archive.finish().unwrap();
    }
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        names.extend(if path.is_dir() { names_and(&path) } else { vec![path] });
    }
    names.sort();
    names
}

fn names_and(folder: &Path) -> Vec<PathBuf> {
    std::iter::once(folder.to_owned()).chain(names(folder)).collect()
}

fn entry(name: &str, kind: EntryType, bytes: &[u8]) -> (Header, Vec<u8>) {
    let mut header = Header::new_gnu();
    // Not checked, as it is where a path is set.
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(bytes.len() as u64);
    if kind != EntryType::Regular {
        header.set_link_name("target").unwrap();
    }
    header.set_cksum();
    (header, bytes.to_vec())
}

/// An archive whose digests are right, whatever is in it.
fn sealed(manifest: &str, items: &[(&str, EntryType, &[u8])]) -> Vec<(Header, Vec<u8>)> {
    let mut sums = format!("{}  manifest.json\n", Digest::of(manifest.as_bytes()));
    items.iter().for_each(|(name, _, bytes)| sums += &format!("{}  {name}\n", Digest::of(bytes)));
    let mut entries = vec![
        entry("manifest.json", EntryType::Regular, manifest.as_bytes()),
        entry("SHA256SUMS", EntryType::Regular, sums.as_bytes()),
    ];
    entries.extend(items.iter().map(|(name, kind, bytes)| entry(name, *kind, bytes)));
    entries
}

fn manifest(format: u32) -> String {
    json!({ "format": format, "program": "7.0.0", "time": "2027-01-11T09:00:00Z", "by": "test" }).to_string()
}

#[tokio::test]
async fn what_goes_in_comes_out() {
    let site = Site::new().await;
    let restored = site.restore("backup", "deep/new").await.unwrap();
    let items: Vec<String> = restored.items.iter().map(Item::to_string).collect();
    assert_eq!(items[..5], [JOURNAL, PLATFORM, MOODLE_MEMORY, MOODLE, CATALOGUE]);
    assert_eq!(items[5..8], ["shops/nord.toml", "shops/sud.toml", "connections/web.toml"], "and no secrets");
    assert_eq!(fs::read_to_string(site.path("deep/new/connections/web.toml")).unwrap(), "web.toml");
    assert_eq!(fs::read_to_string(site.path("deep/new/shops/sud.toml")).unwrap(), "sud.toml");
    let [one, two] = ["one", "two"].map(|component| (format!("{}.wasm", Digest::of(component.as_bytes())), component));
    for (name, component) in [one, two] {
        assert_eq!(fs::read_to_string(site.path("deep/new").join(HANDLERS).join(name)).unwrap(), component);
    }
    assert_eq!((items.len(), names(&site.path("deep/new")).len()), (10, 13), "the items, and three folders");
    assert_eq!(restored.manifest.by, "test");
}

#[tokio::test]
async fn a_shop_without_an_embedded_platform_and_without_handlers_has_less() {
    let site = Site::new().await;
    [HANDLERS, SHOPS, CONNECTIONS].iter().for_each(|name| fs::remove_dir_all(site.path("data").join(name)).unwrap());
    [PLATFORM, MOODLE_MEMORY, MOODLE, CATALOGUE]
        .iter()
        .for_each(|name| fs::remove_file(site.path("data").join(name)).unwrap());
    assert_eq!(site.make("less").await.unwrap().items.into_iter().collect::<Vec<_>>(), [Item::Journal]);
    assert_eq!(site.restore("less", "new").await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn no_backup_is_cut_off_anywhere() {
    let site = Site::new().await;
    let whole = fs::read(site.path("backup")).unwrap();
    // Every boundary of tar's blocks around the entries, and some lengths between. The two last blocks only say that it ends.
    let content = whole.len() - 1024;
    let starts = (0..8192).step_by(512).chain((8192..content).step_by(9973));
    for length in starts.flat_map(|start| [start, start + 200]).filter(|length| *length < content) {
        fs::write(site.path("cut"), &whole[..length]).unwrap();
        site.refuses("cut", "this is no backup that can be restored").await;
    }
}

#[tokio::test]
async fn a_changed_byte_is_noticed_or_of_no_consequence() {
    let site = Site::new().await;
    let whole = fs::read(site.path("backup")).unwrap();
    let mut noticed = 0;
    for place in (0..4096).step_by(37).chain((4096..whole.len()).step_by(5003)) {
        let mut changed = whole.clone();
        changed[place] ^= 0x41;
        fs::write(site.path("changed"), &changed).unwrap();
        match site.restore("changed", "new").await {
            Err(error) => {
                assert!(matches!(error, BackupError::Unfit { .. }), "byte {place}: {error}");
                assert!(!site.path("new").exists(), "byte {place}");
                noticed += 1;
            }
            // Of what fills tar's blocks.
            Ok(restored) => {
                assert_eq!((restored.manifest.by.as_str(), restored.items.len()), ("test", 10), "byte {place}");
                assert_eq!(fs::read(site.path("new").join(CATALOGUE)).unwrap(), b"# nothing is sold", "byte {place}");
                fs::remove_dir_all(site.path("new")).unwrap();
            }
        }
    }
    assert!(noticed > 50, "{noticed}");
}

#[tokio::test]
async fn no_archive_reaches_out_of_its_folder_or_brings_what_no_backup_has() {
    use EntryType::{Directory, Link, Regular, Symlink};
    let site = Site::new().await;
    let journal = site.entries().swap_remove(2).1;
    let journal = (JOURNAL, Regular, journal.as_slice());
    let absolute = site.path("evil").display().to_string();
    let component = format!("{HANDLERS}/{}.wasm", Digest::of(b"good"));
    for (told, items) in [
        ("\"../evil\", which is no part", vec![journal, ("../evil", Regular, b"evil")]),
        ("evil\", which is no part", vec![journal, (&absolute, Regular, b"evil")]),
        ("which is no part", vec![journal, ("handlers/../../evil.wasm", Regular, b"evil")]),
        ("which is no part", vec![journal, ("./platform.sqlite", Regular, b"evil")]),
        ("which is no part", vec![journal, ("shops/../../evil.toml", Regular, b"evil")]),
        ("which is no part", vec![journal, ("shops/Nord.toml", Regular, b"evil")]),
        ("which is no part", vec![journal, ("connections/web.keys", Regular, b"evil")]),
        ("shops/nord.toml is no plain file", vec![journal, ("shops/nord.toml", Symlink, b"")]),
        ("which is no part", vec![journal, ("lock", Regular, b"")]),
        ("platform.sqlite is no plain file", vec![journal, (PLATFORM, Symlink, b"")]),
        ("catalogue.toml is no plain file", vec![journal, (CATALOGUE, Link, b"")]),
        ("catalogue.toml is no plain file", vec![journal, (CATALOGUE, Directory, b"")]),
        ("journal.sqlite twice", vec![journal, journal]),
        ("which is no part", vec![journal, ("././@LongLink", EntryType::GNULongName, b"handlers/evil")]),
        ("which is no part", vec![journal, ("././@PaxHeader", EntryType::XHeader, b"19 path=lock evil\n")]),
        ("catalogue.toml is no plain file", vec![journal, (CATALOGUE, EntryType::GNUSparse, b"")]),
        ("is another component than it is called", vec![journal, (&component, Regular, b"evil")]),
        ("it has no journal.sqlite", vec![(CATALOGUE, Regular, b"")]),
        ("the backup's journal: ", vec![(JOURNAL, Regular, b"no database at all, but as long as the start of one")]),
        ("the backup's journal: ", vec![(JOURNAL, Regular, b"")]),
        ("the backup's learning platform: ", vec![journal, (PLATFORM, Regular, b"no database")]),
    ] {
        site.write("evil.tar", &sealed(&manifest(FORMAT), &items));
        site.refuses("evil.tar", told).await;
    }
    let good = sealed(&manifest(FORMAT), &[journal]);
    let with = |more: (Header, Vec<u8>)| [good.as_slice(), &[more]].concat();
    for (told, entries) in [
        ("catalogue.toml is not in its SHA256SUMS", with(entry(CATALOGUE, Regular, b""))),
        ("journal.sqlite is not in its SHA256SUMS, or comes twice", with(good[2].clone())),
        ("it has no manifest.json where", good[1..].to_vec()),
        ("it has no SHA256SUMS where", [&good[..1], &good[2..]].concat()),
        ("journal.sqlite is missing", good[..2].to_vec()),
        ("(format 2; this one reads 1): restore it with that version", sealed(&manifest(2), &[journal])),
        ("version 7.0.0", sealed(&manifest(u32::MAX), &[])),
        ("its manifest.json: ", sealed("{}", &[journal])),
        ("it has no manifest.json where", vec![]),
    ] {
        site.write("evil.tar", &entries);
        site.refuses("evil.tar", told).await;
    }
    site.write("good.tar", &good);
    site.restore("good.tar", "new").await.unwrap();
}

/// An archive can be larger than the disk, and takes up nothing there.
#[tokio::test]
async fn what_is_too_long_for_what_it_is_is_not_read() {
    use EntryType::Regular;
    const HUGE: u64 = 1 << 40;
    let site = Site::new().await;
    let journal = (JOURNAL, Regular, site.entries().swap_remove(2).1);
    let component = format!("{HANDLERS}/{}.wasm", Digest::of(b""));
    for (before, name, kind, told) in [
        (0, "manifest.json", Regular, "its manifest.json has 1099511627776 bytes"),
        (0, "././@LongLink", EntryType::GNULongName, "it has no manifest.json"),
        (0, "././@LongLink", EntryType::GNULongLink, "it has no manifest.json"),
        (0, "././@PaxHeader", EntryType::XHeader, "it has no manifest.json"),
        (1, "SHA256SUMS", Regular, "its SHA256SUMS has 1099511627776 bytes"),
        (1, "././@LongLink", EntryType::GNULongName, "it has no SHA256SUMS"),
        (3, "././@LongLink", EntryType::GNULongName, "which is no part of a shop's data"),
        (3, CATALOGUE, EntryType::GNULongName, "catalogue.toml is no plain file"),
        (3, CATALOGUE, Regular, "its catalogue.toml has 1099511627776 bytes"),
        (3, component.as_str(), Regular, "has 1099511627776 bytes"),
    ] {
        let items = [(JOURNAL, Regular, journal.2.as_slice()), (CATALOGUE, Regular, b""), (&component, Regular, b"")];
        let mut archive = tar::Builder::new(fs::File::create(site.path("huge.tar")).unwrap());
        for (header, bytes) in &sealed(&manifest(FORMAT), &items)[..before] {
            archive.append(header, bytes.as_slice()).unwrap();
        }
        let mut header = entry(name, kind, b"").0;
        header.set_size(HUGE);
        header.set_cksum();
        let mut file = archive.into_inner().unwrap();
        let end = std::io::Seek::seek(&mut file, std::io::SeekFrom::End(-1024)).unwrap();
        std::io::Write::write_all(&mut file, header.as_bytes()).unwrap();
        file.set_len(end + HUGE).unwrap();
        site.refuses("huge.tar", told).await;
    }
}

#[tokio::test]
async fn what_is_no_archive_is_refused() {
    let site = Site::new().await;
    fs::write(site.path("text"), "Dear shop, ".repeat(1000)).unwrap();
    fs::write(site.path("empty"), "").unwrap();
    for (name, told) in [
        ("text", "it is damaged or cut off"),
        ("empty", "it has no manifest.json"),
        ("missing", "missing: No such file"),
        ("data", "data"),
    ] {
        site.refuses(name, told).await;
    }
}

#[tokio::test]
async fn a_folder_with_a_shops_data_is_left_alone() {
    let site = Site::new().await;
    let logs = ["journal.sqlite-wal", "platform.sqlite-journal"];
    for name in [JOURNAL, PLATFORM, MOODLE_MEMORY, MOODLE, CATALOGUE, HANDLERS].into_iter().chain(logs) {
        fs::create_dir(site.path("new")).unwrap();
        fs::write(site.path("new").join(name), "here").unwrap();
        site.refuses("backup", &format!("({name})")).await;
        assert_eq!(fs::read(site.path("new").join(name)).unwrap(), b"here");
        fs::remove_dir_all(site.path("new")).unwrap();
    }
    fs::create_dir(site.path("new")).unwrap();
    fs::write(site.path("new/notes.txt"), "no shop's").unwrap();
    site.restore("backup", "new").await.unwrap();
}

#[tokio::test]
async fn no_backup_replaces_a_file_or_is_half_of_one() {
    let site = Site::new().await;
    fs::write(site.path("text"), "here").unwrap();
    std::os::unix::fs::symlink("nowhere", site.path("dangling")).unwrap();
    for (name, told) in [
        ("backup", "it is there already"),
        ("text", "it is there already"),
        ("dangling", "it is there already"),
        ("data", "it is there already"),
        ("nowhere/backup", "nowhere"),
        ("text/backup", "text"),
    ] {
        let before = site.names();
        let error = site.make(name).await.expect_err(told).to_string();
        assert!(error.contains(told), "{name}: {error}");
        assert_eq!(site.names(), before, "{name}");
    }
    assert_eq!(fs::read(site.path("text")).unwrap(), b"here");
    let nowhere = make(&site.path("nowhere"), &site.path("b"), "test").await.unwrap_err();
    fs::create_dir(site.path("there")).unwrap();
    fs::write(site.path("there").join("journal.toml"), "server = \"postgres://db.example/shop\"").unwrap();
    let elsewhere = make(&site.path("there"), &site.path("b"), "test").await.unwrap_err();
    assert!(matches!(elsewhere, BackupError::OnServer(_)), "{elsewhere}");
    assert!(matches!(nowhere, BackupError::NoShop(_)) && !site.path("nowhere").exists(), "{nowhere}");
}

#[tokio::test]
async fn nothing_damaged_passes_for_a_backup() {
    for name in [JOURNAL, PLATFORM, MOODLE_MEMORY] {
        let site = Site::new().await;
        let path = site.path("data").join(name);
        let sound = fs::read(&path).unwrap();
        let garbage = [&sound[..4096], &vec![7; sound.len() - 4096]].concat();
        for damaged in [garbage, vec![7; 9000], sound[..sound.len() / 2].to_vec()] {
            fs::write(&path, damaged).unwrap();
            let before = site.names();
            let error = site.make("second").await.expect_err(name);
            assert!(matches!(&error, BackupError::Damaged { path: told, .. } if *told == path), "{error}");
            let logs = |path: &PathBuf| !path.to_string_lossy().contains(".sqlite-");
            assert!(site.names().into_iter().filter(logs).eq(before.into_iter().filter(logs)), "{name}");
        }
    }
    let site = Site::new().await;
    let two = Item::Component(Digest::of(b"two"));
    fs::write(site.path("data").join(two.to_string()), "something else").unwrap();
    let made = site.make("second").await.unwrap();
    assert_eq!((made.damaged.into_iter().collect::<Vec<_>>(), made.items.len()), (vec![two], 9));
    site.restore("second", "new").await.unwrap();
}

/// What was deleted stays in a database's file for a while.
#[tokio::test]
async fn what_was_deleted_is_in_no_backup() {
    let site = Site::new().await;
    let path = site.path("data").join(JOURNAL);
    let database = rusqlite::Connection::open(&path).unwrap();
    database
        .execute_batch("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('somebody@example.org'); DELETE FROM t")
        .unwrap();
    drop(database);
    let has = |path: &Path| fs::read(path).unwrap().windows(20).any(|bytes| bytes == b"somebody@example.org");
    assert!(has(&path), "or this shows nothing");
    site.make("second").await.unwrap();
    assert!(!has(&site.path("second")));
}
