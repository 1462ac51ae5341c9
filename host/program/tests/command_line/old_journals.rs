//! A journal as the program left it before messages, lines and people had what they have today, with orders in all states:
//! whatever is recorded there is read, and gone on with.

use rusqlite::Connection;
use serde_json::Value;

use crate::shop::{CATALOGUE, Folder, Ran};

const JOURNAL: &str = include_str!("old/journal.sql");
const PLATFORM: &str = include_str!("old/platform.sql");
const COMPONENT: &[u8] = include_bytes!("../../../../tests/golden/1.0.0/setup-one-course-session-652538c4a309.wasm");
const DIGEST: &str = "652538c4a3096b99cd946f7fbfc86311b092c491c1e6daab231cf5d0a77b5fc4";

/// What the journal holds, and how each order stands there: one waits for the first time, one with a change.
const WAITING: [&str; 2] = ["waiting", "two-lines"];
const INVISIBLE: &str = "in\u{200b}visible";

/// A shop of that time, not yet opened by today's program.
fn shop() -> Folder {
    let folder = Folder::empty();
    folder.write("shop/catalogue.toml", CATALOGUE);
    folder.write(&format!("shop/handlers/{DIGEST}.wasm"), COMPONENT);
    folder.write(&format!("shop/handlers/{DIGEST}.da61993875987e93.compiled"), "compiled by the program of that time");
    for (name, dump) in [("journal", JOURNAL), ("platform", PLATFORM)] {
        let database = Connection::open(folder.path(&format!("shop/{name}.sqlite"))).unwrap();
        database.execute_batch("PRAGMA foreign_keys = off").unwrap();
        database.execute_batch(dump).unwrap();
    }
    folder
}

/// The shop's last message about an order, as it was recorded.
fn handed(folder: &Folder, order: &str) -> Value {
    let journal = Connection::open(folder.path("shop/journal.sqlite")).unwrap();
    let sql = "SELECT coalesce((SELECT body FROM unfinished WHERE order_id = id), handed) FROM orders WHERE id = ?";
    let text: String = journal.query_row(sql, [order], |row| row.get(0)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Hands a message over as the shop wrote it: then, seats that were not there were recorded as none.
fn hand_over(folder: &Folder, mut message: Value) -> Ran {
    for line in message["lines"].as_array_mut().unwrap() {
        if line["seats"] == serde_json::json!([]) {
            line.as_object_mut().unwrap().remove("seats");
        }
    }
    folder.write("message.json", message.to_string());
    folder.run("--language en fulfil message.json")
}

/// How often something was done about an order.
fn plans(folder: &Folder, order: &str) -> i64 {
    let journal = Connection::open(folder.path("shop/journal.sqlite")).unwrap();
    journal
        .query_row("SELECT sum(json_array_length(steps)) FROM plans WHERE order_id = ?", [order], |row| row.get(0))
        .unwrap()
}

#[test]
fn what_is_recorded_is_read_and_the_same_messages_change_nothing() {
    let folder = shop();
    let messages = ["two-lines", "unseated", INVISIBLE, "placed", "suspended", "staff", "cancelled", "waiting"];
    let messages = messages.map(|order| (order, handed(&folder, order)));
    let rejected = handed(&folder, "rejected");
    let all = messages.iter().map(|(order, _)| *order).chain(["rejected", "waiting to be tried again", "suspended"]);
    let all: Vec<&str> = all.collect();
    folder.run("--language en orders list").has(0, &all, &[]);
    folder.run("--language en orders list --state rejected").has(0, &["rejected"], &[]);
    folder.run("handlers list").has(0, &["1.0.0", &DIGEST[..12]], &[]);
    folder.run("audit check").has(0, &["27"], &[]);
    for (order, _) in &messages {
        folder.run_with("orders show", order).has(0, &[], &[]);
    }
    // What waited is gone on with.
    folder.run("--language en work --once").has(0, &WAITING, &[]);
    folder.run("--language en work --once").has(0, &["Nothing"], &[]);
    for (order, message) in &messages {
        let before = plans(&folder, order);
        hand_over(&folder, message.clone()).has(0, &["Nothing to do"], &[]);
        assert_eq!(plans(&folder, order), before, "{order}");
    }
    // What came to nothing is tried anew.
    hand_over(&folder, rejected).has(3, &["2020-01-01"], &[]);
    folder.run("--language en orders verify").has(0, &["two-lines", INVISIBLE], &[]);
    for (order, _) in &messages {
        folder.run_with("orders replay", order).has(0, &["the same answer"], &[]);
    }
}

/// An earlier program ended calls by the clock.
#[test]
fn a_call_that_the_clock_ended_is_read() {
    let folder = shop();
    let replayed = folder.run("--json orders replay rejected").has(1, &[], &[]).json();
    assert_eq!([0, 1].map(|call| &replayed[call]["replay"]), ["same", "differs"], "{replayed:#}");
    folder.write("setup.wasm", shop_harness::with_another_parameter());
    folder.run("--language en handlers preview setup.wasm").has(3, &["10000"], &[]);
}

/// What was recorded under a name that no new order may have is the order of that name all the same.
#[test]
fn an_order_whose_id_no_new_one_may_have_lives_on() {
    let folder = shop();
    let message = handed(&folder, INVISIBLE);
    for (words, status) in [("orders suspend", 0), ("orders verify", 0), ("orders resume", 0), ("orders cancel", 0)] {
        folder.run_with(words, INVISIBLE).has(status, &[INVISIBLE], &[]);
    }
    folder.write("new.json", message.to_string().replace("visible", "discernible"));
    folder.run("preview new.json").has(2, &[], &["expected an order id", "in<U+200B>discernible"]);
    folder.run("fulfil new.json").has(2, &[], &["expected an order id", "in<U+200B>discernible"]);
}

/// Only what was paid is bound to the time of that.
#[test]
fn an_order_that_was_suspended_before_it_was_paid_counts_from_its_payment() {
    let folder = shop();
    for (order, start) in [("placed", "2026-12-24"), ("suspended", "2026-11-20")] {
        let mut paid = handed(&folder, order);
        paid["state"] = "paid".into();
        paid["time"] = "2026-12-24T12:00:00Z".into();
        hand_over(&folder, paid).has(0, &["Order", "fulfilled"], &[]);
        let shown = folder.run_with("--json orders show", order).json();
        let time = shown["lines"][0]["bargain"]["time"].as_str().unwrap_or_default().to_owned();
        assert!(time.starts_with(start), "{order}: {shown:#}");
    }
}

#[test]
fn an_old_order_can_be_changed_ended_and_forgotten() {
    let folder = shop();
    folder.run("work --once").has(0, &[], &[]);
    for order in ["two-lines", "unseated", "placed", "suspended", "staff", "waiting"] {
        folder.run_with("--language en orders cancel", order).has(0, &["cancelled"], &[]);
    }
    folder.run_with("--language en orders cancel", INVISIBLE).has(0, &["cancelled"], &[]);
    folder.run("--language en people erase dora.dorn@old.example").has(0, &["is erased"], &[]);
    let journal = std::fs::read(folder.path("shop/journal.sqlite")).unwrap();
    assert!(!journal.windows(9).any(|window| window == b"dora.dorn"));
    folder.run("audit check").has(0, &[], &[]);
}
