//! Journals that are damaged, old, or too new.

use std::fs;

use rusqlite::Connection;

use crate::shop::{Folder, ORDER};

const JOURNAL: &str = "shop/journal.sqlite";
const PAGE: usize = 4096;

/// A shop with an order, whose journal is all in its file.
fn shop() -> Folder {
    let folder = Folder::new();
    folder.run("fulfil order.json").has(0, &[], &[]);
    drop(open(&folder));
    assert!(!folder.path("shop/journal.sqlite-wal").exists());
    folder
}

fn open(folder: &Folder) -> Connection {
    let journal = Connection::open(folder.path(JOURNAL)).unwrap();
    journal.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    journal
}

#[test]
fn a_damaged_journal_is_told_and_a_backup_replaces_it() {
    let folder = shop();
    folder.run("backup b.tar").has(0, &[], &[]);
    let sound = fs::read(folder.path(JOURNAL)).unwrap();
    let garbage = [&sound[..PAGE], &vec![7; sound.len() - PAGE]].concat();
    for (damaged, told) in [
        (garbage, "its database is damaged"),
        (sound[..sound.len() / 2].to_vec(), "its database is damaged"),
        (sound[..1000].to_vec(), "its database is damaged"),
        (vec![7; 9000], "its file is not a database"),
        (Vec::new(), "its file is empty"),
    ] {
        for words in ["orders list", "orders show 2026-0142", "fulfil order.json", "work --once", "handlers list"] {
            folder.write(JOURNAL, &damaged);
            folder.run(words).has(1, &[], &["journal.sqlite", told, "restore a backup"]);
            assert_eq!(fs::read(folder.path(JOURNAL)).unwrap().len(), damaged.len(), "{words} leaves it as it is");
        }
    }
    folder.run("--data new restore b.tar").has(0, &[], &[]);
    folder.run("--data new fulfil order.json").has(0, &["Rien à faire"], &[]);
}

/// Of two orders, in one: the JSON is cut, or is no text any more.
#[test]
fn a_recorded_call_that_is_damaged_keeps_nobody_from_the_others() {
    for damage in [
        "UPDATE recordings SET body = substr(body, 1, 100) WHERE order_id = '2026-0142'",
        "UPDATE recordings SET body = CAST(x'7bff' AS TEXT) WHERE order_id = '2026-0142'",
    ] {
        let folder = shop();
        folder.write("another.json", ORDER.replace("2026-0142", "2026-0143"));
        folder.run("fulfil another.json").has(0, &[], &[]);
        folder.sql("journal", damage);
        let told = ["1 cannot be told", "1 would be the same", "2026-0142", "cannot be read: ", "A backup may still"];
        folder.run("--language en handlers preview handler.wasm").has(10, &told, &[]);
        folder.run("--language fr handlers preview handler.wasm").has(10, &["ne peut être lu", "sauvegarde"], &[]);
        let told = folder.run("--json handlers preview handler.wasm").has(10, &[], &[]).json();
        assert_eq!(told["summary"]["damaged"], 1, "{told:#}");
        folder.run("--language en orders replay 2026-0142").has(1, &["what was recorded is damaged"], &[]);
        folder.run("--language en orders replay 2026-0143").has(0, &["the same answer"], &[]);
        let told = folder.run("--json orders replay 2026-0142").has(1, &[], &[]).json();
        assert!(told[0]["recording"].is_null() && told[0]["damaged"].is_string(), "{told:#}");
        for order in ["2026-0142", "2026-0143"] {
            folder.run_with("orders cancel", order).has(0, &[], &[]);
        }
        folder.run("people erase sofia.costa@martin-sa.example").has(0, &["est effacé"], &[]);
        folder.run("orders replay 2026-0142").has(2, &[], &["no calls"]);
    }
}

/// Wherever there is damage: what is told is what was recorded, or that it cannot be read.
#[test]
fn no_damage_passes_for_what_was_recorded() {
    let folder = shop();
    let sound = fs::read(folder.path(JOURNAL)).unwrap();
    let words = ["orders list", "orders show 2026-0142"];
    let recorded = words.map(|words| folder.run(words).has(0, &[], &[]).out);
    let mut told = 0;
    for start in (0..sound.len()).step_by(PAGE) {
        let mut damaged = sound.clone();
        damaged[start..start + PAGE].fill(7);
        for (words, recorded) in words.iter().zip(&recorded) {
            ["", "-wal", "-shm"].iter().for_each(|log| folder.remove(&format!("{JOURNAL}{log}")));
            folder.write(JOURNAL, &damaged);
            let ran = folder.run(words);
            match ran.status {
                0 => assert_eq!(ran.out, *recorded, "{words}, damaged at {start}"),
                _ => {
                    let ran = ran.has(1, &[], &["the journal"]);
                    let words = ["damaged", "not a database", "cannot read"];
                    assert!(words.iter().any(|part| ran.err.contains(part)), "at {start}: {ran:?}");
                    told += 1;
                }
            }
        }
    }
    assert!(told >= 2, "{told}");
}

#[test]
fn a_journal_of_a_newer_version_is_left_alone() {
    let folder = shop();
    let sql = "INSERT INTO _sqlx_migrations SELECT 9999, 'later', installed_on, true, checksum, execution_time
        FROM _sqlx_migrations LIMIT 1";
    open(&folder).execute_batch(sql).unwrap();
    for words in ["orders list", "fulfil order.json", "work --once"] {
        folder.run(words).has(1, &[], &["journal.sqlite", "a newer version of this program: use that version"]);
    }
    // A copy is a copy; but it is not restored by a program that could not use it.
    folder.run("backup b.tar").has(0, &[], &[]);
    folder.run("--data new restore b.tar").has(1, &[], &["newer version", "nothing was restored"]);
    open(&folder).execute_batch("DELETE FROM _sqlx_migrations WHERE version = 9999").unwrap();
    folder.run("fulfil order.json").has(0, &["Rien à faire"], &[]);
}

/// As the first version of the journal left it: with less in it.
#[test]
fn an_old_journal_is_brought_up_to_date_with_its_orders() {
    let folder = shop();
    let recorded = folder.run("orders list").has(0, &["2026-0142", "6 / 6"], &[]).out;
    folder.rename(JOURNAL, "newest.sqlite");
    let old = Connection::open(folder.path(JOURNAL)).unwrap();
    let now = folder.path("newest.sqlite").display().to_string();
    old.execute_batch(include_str!("../../../journal/migrations/0001_journal.sql")).unwrap();
    old.execute_batch(&format!(
        "ATTACH '{now}' AS now; PRAGMA foreign_keys = off;
         CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
            installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL,
            execution_time BIGINT NOT NULL);
         INSERT INTO _sqlx_migrations SELECT * FROM now._sqlx_migrations WHERE version = 1"
    ))
    .unwrap();
    let names = |sql: &str, of: &str| -> Vec<String> {
        old.prepare(sql).unwrap().query_map([of], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let tables = "SELECT name FROM main.sqlite_schema WHERE type = ? AND name NOT LIKE '\\_%' ESCAPE '\\'";
    for table in names(tables, "table") {
        let columns = names("SELECT name FROM pragma_table_info(?, 'main')", &table).join(", ");
        old.execute_batch(&format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}")).unwrap();
    }
    drop(old);
    assert_eq!(folder.run("orders list").has(0, &[], &[]).out, recorded);
    // Then, handlers were not in the journal.
    folder.run("handlers install handler.wasm --activate").has(0, &["is active"], &[]);
    folder.run("fulfil order.json").has(0, &["Rien à faire"], &[]);
    folder.write("next.json", ORDER.replace("2026-0142", "next"));
    folder.run("fulfil next.json").has(0, &["exécutée"], &[]);
    for order in ["2026-0142", "next"] {
        folder.run(&format!("orders cancel {order}")).has(0, &["annulée"], &[]);
    }
    // Whom the old records name is known now, too.
    folder.run("people erase sofia.costa@martin-sa.example").has(0, &["est effacé"], &[]);
    let journal = fs::read(folder.path(JOURNAL)).unwrap();
    assert!(!journal.windows(11).any(|window| window == b"sofia.costa"));
}
