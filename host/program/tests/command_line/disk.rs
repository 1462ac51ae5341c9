//! Disks that are full, files that may not be written, and several programs at one file.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::thread;

use hostile_guests::Guest;
use rusqlite::Connection;
use serde_json::Value;

use crate::shop::{Folder, ORDER, Ran};

fn census(folder: &Folder) -> Value {
    folder.run("--json platform show").has(0, &[], &[]).json()
}

/// Fulfils an order where no file can get longer than so many KiB, and once more where all can; tells what was said.
fn struck(folder: &Folder, kib: u64, undisturbed: &Value) -> String {
    let words = format!("fulfil order.json, within {kib} KiB");
    let ran = Ran::new(&words, folder.command_within(kib, "fulfil order.json").output().unwrap());
    if ran.status != 0 {
        assert!([1, 5].contains(&ran.status) && ran.told().contains("written: is the disk full?"), "{ran:?}");
        // What is recorded of it is gone on with; what never reached the journal is handed over again.
        assert!([0, 5].contains(&folder.run("work --once").status), "{words}");
    }
    folder.run("fulfil order.json").has(0, &[], &[]);
    assert_eq!(census(folder), *undisturbed, "{words}");
    ran.told()
}

fn all_at_once<T: Send>(cases: impl Iterator<Item = u64>, case: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let case = &case;
    thread::scope(|scope| {
        let all: Vec<_> = cases.map(|number| scope.spawn(move || case(number))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn where_the_disk_is_full_is_told_and_the_work_is_gone_on_with_when_there_is_space() {
    let new = Folder::new();
    let undisturbed = new.copy();
    undisturbed.run("fulfil order.json").has(0, &[], &[]);
    let undisturbed = census(&undisturbed);
    // An order makes the journal's log some 300 KiB long, and the platform's less.
    let told = all_at_once((32..=416).step_by(32), |kib| struck(&new.copy(), kib, &undisturbed));
    assert!(told[0].contains("error: the journal"), "{told:#?}");
    assert!(told.last().is_some_and(|told| told.contains("exécutée")), "{told:#?}");

    // Here the platform's log is as long already, because somebody still reads what was before.
    let told = all_at_once((0..4).map(|more| 1024 + 24 * more), |kib| {
        let folder = new.copy();
        let platform = || Connection::open(folder.path("shop/platform.sqlite")).unwrap();
        let (reader, writer) = (platform(), platform());
        reader.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema").unwrap();
        let log = folder.path("shop/platform.sqlite-wal");
        while fs::metadata(&log).map_or(0, |log| log.len()) < 1020 << 10 {
            writer.execute_batch("PRAGMA user_version = 7").unwrap();
        }
        struck(&folder, kib, &undisturbed)
    });
    let waits = |told: &&String| told.contains("en attente d’un nouvel essai");
    assert!(told.iter().filter(waits).count() >= 2, "{told:#?}");
}

#[test]
fn a_component_for_which_there_is_no_space_is_not_installed() {
    let folder = Folder::new();
    // A custom section of 100 KB makes it long.
    let long = [Guest::Nothing.bytes().as_slice(), &[0, 0xa0, 0x8d, 0x06, 1, b'x'], &[0; 99_998]].concat();
    folder.write("long.wasm", long);
    let names =
        || folder.path("shop/handlers").read_dir().unwrap().map(|it| it.unwrap().file_name()).collect::<Vec<_>>();
    let before = names();
    let ran = folder.command_within(64, "handlers install long.wasm --activate").output().unwrap();
    Ran::new("install", ran).has(1, &[], &["shop/handlers/", ".wasm: File too large"]);
    assert_eq!(names(), before);
    folder.run("handlers install long.wasm --activate").has(0, &["is active"], &[]);
}

/// A user who is not the administrator of this machine, for whom no file is read-only.
struct Other<'a> {
    folder: &'a Folder,
    is_root: bool,
}

impl Other<'_> {
    const ID: u32 = 65534;

    fn of(folder: &Folder) -> Other<'_> {
        let is_root = fs::metadata(folder.path(".")).unwrap().uid() == 0;
        if is_root {
            // By another process: a file that this one has open for writing, and with it whatever other tests start at that
            // moment, could not be run.
            let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_shop-host")).arg(folder.path("shop-host")).status();
            assert!(copied.unwrap().success());
            each(&folder.path("."), &|path| chown(path, Some(Self::ID), Some(Self::ID)).unwrap());
        }
        Other { folder, is_root }
    }

    fn run(&self, words: &str) -> Ran {
        let typed = self.folder.command(words);
        let mut command = match self.is_root {
            false => typed,
            true => {
                let mut other = Command::new(self.folder.path("shop-host"));
                other.args(typed.get_args()).current_dir(self.folder.path(".")).env("SHOP_HOST_DATA", "shop");
                other.uid(Self::ID).gid(Self::ID);
                other
            }
        };
        Ran::new(words, command.output().unwrap())
    }
}

fn each(path: &Path, what: &dyn Fn(&Path)) {
    what(path);
    if path.is_dir() {
        path.read_dir().unwrap().for_each(|entry| each(&entry.unwrap().path(), what));
    }
}

#[test]
fn what_may_only_be_read_can_be_read_and_nothing_else() {
    let mode = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    let no_logs = |folder: &Folder| {
        ["journal", "platform"].iter().for_each(|of| {
            Connection::open(folder.path(&format!("shop/{of}.sqlite")))
                .unwrap()
                .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
                .unwrap();
        });
        let left = ["-wal", "-shm"].map(|log| folder.path(&format!("shop/journal.sqlite{log}")));
        left.iter().for_each(|log| assert!(!log.exists(), "{}", log.display()));
    };
    let new = Folder::new();
    new.run("fulfil order.json").has(0, &[], &[]);
    new.write("next.json", ORDER.replace("2026-0142", "next"));
    for (told, files, folder_too, logs) in [
        ("the journal", 0o444, false, true),
        ("the journal, logs gone", 0o444, false, false),
        ("all", 0o444, true, true),
        ("all, logs gone", 0o444, true, false),
    ] {
        let folder = new.copy();
        if !logs {
            no_logs(&folder);
        }
        let other = Other::of(&folder);
        match folder_too {
            false => mode(&folder.path("shop/journal.sqlite"), files),
            true => each(&folder.path("shop"), &|path| mode(path, if path.is_dir() { 0o555 } else { files })),
        }
        for words in ["orders list", "orders show 2026-0142", "orders replay 2026-0142", "handlers list"] {
            let ran = other.run(words);
            assert_eq!(ran.status, 0, "{told}: {ran:?}");
        }
        for words in ["fulfil next.json", "orders cancel 2026-0142", "orders suspend 2026-0142"] {
            let ran = other.run(words);
            let words = ["cannot be written", "Permission denied", "cannot be opened"];
            assert!(ran.status == 1 && words.iter().any(|part| ran.err.contains(part)), "{told}: {ran:?}");
        }
        each(&folder.path("shop"), &|path| mode(path, if path.is_dir() { 0o700 } else { 0o600 }));
        other.run("fulfil order.json").has(0, &["Rien à faire"], &[]);
        other.run("fulfil next.json").has(0, &["exécutée"], &[]);
    }
}

#[test]
fn a_journal_that_someone_else_keeps_locked_is_told_and_still_read() {
    let folder = Folder::new();
    folder.run("fulfil order.json").has(0, &[], &[]);
    folder.write("next.json", ORDER.replace("2026-0142", "next"));
    let someone = Connection::open(folder.path("shop/journal.sqlite")).unwrap();
    someone.execute_batch("BEGIN IMMEDIATE").unwrap();
    folder.run("orders list").has(0, &["2026-0142"], &[]);
    folder.run("fulfil next.json").has(1, &[], &["journal.sqlite", "locked by someone else", "try again later"]);
    drop(someone);
    folder.run("orders list").has(0, &["2026-0142"], &[]);
    folder.run("fulfil next.json").has(0, &["exécutée"], &[]);
}

/// Half of the orders are handed to both.
#[test]
fn two_programs_at_one_file_fulfil_each_order_once() {
    let new = Folder::new();
    for number in 0..30 {
        let order = ORDER.replace("2026-0142", &format!("order-{number}"));
        // Some people are in several orders.
        new.write(&format!("{number}.json"), order.replace("sofia.costa", &format!("sofia-{}", number / 3)));
    }
    let fulfil = |folder: &Folder, number: u32| {
        folder.run(&format!("fulfil {number}.json")).has(0, &["exécutée"], &[]);
    };
    let one_by_one = new.copy();
    (0..30).for_each(|number| fulfil(&one_by_one, number));
    thread::scope(|scope| {
        scope.spawn(|| (0..20).for_each(|number| fulfil(&new, number)));
        scope.spawn(|| (10..30).for_each(|number| fulfil(&new, number)));
    });
    assert_eq!(census(&new), census(&one_by_one));
    let orders = new.run("--json orders list").has(0, &[], &[]).json();
    let states = orders.as_array().unwrap().iter().map(|order| &order["lines"][0]["state"]);
    assert_eq!(states.filter(|state| **state == "fulfilled").count(), 30);
    new.run("orders verify").has(0, &[], &[]);
}
