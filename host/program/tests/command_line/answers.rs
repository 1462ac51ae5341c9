//! What programs are told with `--json`: it is as the JSON Schema of the command's answer says.

use std::collections::BTreeSet;

use hostile_guests::Guest;
use serde_json::{Value, json};
use shop_core::words::digest::Digest;

use crate::schema::answer::{COMMANDS, command, fault};
use crate::shop::{Folder, ORDER};

/// Each answer is held against its schema by [`Ran::json`](crate::shop::Ran::json), in all tests; here, none is left out but
/// those of the commands that need a Moodle, a web shop, or a server.
#[test]
fn every_answer_is_as_its_schema_says() {
    let folder = Folder::new();
    folder.write("other.json", ORDER.replace("2026-0142", "2026-0143"));
    folder.write("faulty.json", ORDER.replace("2026-0142", "2026-0144").replace("\"SPOCM1\"", "\"NONE\""));
    folder.write("conflict.json", ORDER.replace("claire.martin@", "else@"));
    folder.write("ends.json", json!({"id": "2026-0200", "state": "cancelled"}).to_string());
    let [nothing, trap] = [("nothing.wasm", Guest::Nothing), ("trap.wasm", Guest::Trap)].map(|(file, guest)| {
        let component = guest.named("setup-one-course-session");
        folder.write(file, &component);
        Digest::of(&component)
    });
    folder.write("more.toml", "[[role]]\nshort_name = \"guest\"\nin_course = true\nin_account = false\n");
    folder.run("fulfil order.json").has(0, &[], &[]);
    let shown = folder.run("--json orders show 2026-0142").json();
    let seat = |place: usize| shown["lines"][0]["seats"][place]["id"].as_str().unwrap();
    let nina = "--email nina@martin-sa.example --first-name Nina --last-name Weber";
    let zoe = "zoe.adam@martin-sa.example --first-name Zoe --last-name Adam";
    let people = "jeanne.roux@martin-sa.example";
    let claire = "claire.martin@martin-sa.example";
    let plugin = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plugin");
    let mut answered = BTreeSet::new();
    for (words, status) in [
        ("check shop/catalogue.toml".to_owned(), 0),
        ("preview order.json".to_owned(), 0),
        ("fulfil order.json".to_owned(), 0),
        ("fulfil other.json faulty.json conflict.json".to_owned(), 6),
        ("fulfil ends.json".to_owned(), 0),
        ("orders list".to_owned(), 0),
        ("orders show 2026-0144".to_owned(), 0),
        ("orders show 2026-0200".to_owned(), 0),
        ("orders replay 2026-0142".to_owned(), 0),
        ("orders verify".to_owned(), 0),
        ("orders verify 2026-0142 2026-0999".to_owned(), 2),
        ("orders repair".to_owned(), 0),
        (format!("people attach {people} --to {claire}"), 0),
        (format!("people detach {people} --from {claire}"), 0),
        (format!("seats release {}", seat(1)), 0),
        (format!("seats assign {} {nina}", seat(1)), 0),
        (format!("seats reassign {} --email max@martin-sa.example --first-name Max", seat(1)), 0),
        (format!("seats extend {} --until 2027-08-31", seat(1)), 0),
        ("orders suspend 2026-0142".to_owned(), 0),
        ("orders resume 2026-0142".to_owned(), 0),
        (format!("orders hand-over 2026-0143 {zoe}"), 0),
        ("orders show 2026-0143".to_owned(), 0),
        ("handlers list".to_owned(), 0),
        ("handlers inspect handler.wasm".to_owned(), 0),
        ("handlers inspect nothing.wasm".to_owned(), 0),
        ("handlers preview nothing.wasm".to_owned(), 0),
        ("handlers preview trap.wasm".to_owned(), 3),
        ("handlers install trap.wasm".to_owned(), 0),
        ("handlers install trap.wasm --activate".to_owned(), 6),
        ("handlers install nothing.wasm --activate".to_owned(), 0),
        ("orders upgrade 2026-0142".to_owned(), 0),
        ("handlers rollback setup-one-course-session".to_owned(), 0),
        (format!("handlers activate {}", nothing.short()), 0),
        (format!("handlers remove {}", trap.short()), 0),
        ("orders cancel 2026-0143".to_owned(), 0),
        ("people erase nina@martin-sa.example".to_owned(), 0),
        ("audit list".to_owned(), 0),
        ("audit check".to_owned(), 0),
        ("events".to_owned(), 0),
        ("events --order 2026-0142 --after 3".to_owned(), 0),
        ("platform seed more.toml".to_owned(), 0),
        ("platform show".to_owned(), 0),
        ("backup b.tar".to_owned(), 0),
        ("--data restored restore b.tar".to_owned(), 0),
        (format!("build {plugin} -o built.wasm"), 0),
        ("work --once".to_owned(), 0),
        ("tokens make web --permit orders:read --permit orders:write --days 30".to_owned(), 0),
        ("tokens list".to_owned(), 0),
        ("tokens revoke 1".to_owned(), 0),
        ("connect check".to_owned(), 0),
    ] {
        let ran = folder.run(&format!("--json {words}"));
        let answer = ran.json();
        assert_eq!((ran.status, answer.get("error")), (status, None), "{ran:?}");
        answered.extend(command(&words));
    }
    folder.sql("platform", "ALTER TABLE enrolments RENAME TO lost");
    folder.write("waits.json", ORDER.replace("2026-0142", "2026-0145"));
    for words in ["fulfil waits.json", "work --once", "orders show 2026-0145"] {
        folder.run(&format!("--json {words}")).json();
    }
    folder.sql("platform", "ALTER TABLE lost RENAME TO enrolments");
    folder.run("--json orders retry 2026-0145").json();
    answered.insert("orders retry");
    let left: Vec<_> = COMMANDS.iter().map(String::as_str).filter(|command| !answered.contains(command)).collect();
    assert_eq!(
        left,
        ["connect webhooks", "connect woocommerce", "journal copy", "platform check", "platform moved", "serve"]
    );
}

#[test]
fn a_command_that_answers_nothing_has_no_schema() {
    let folder = Folder::new();
    let all = ["orders show", "audit check", "work"];
    folder.run("schema answer orders").has(2, &[], &all);
    folder.run("--language fr schema answer demo").has(2, &[], &["aucune commande ne s’appelle « demo »"]);
    folder.run("schema answer").has(2, &[], &["COMMAND"]);
    folder.run("schema answer orders show").has(0, &["shop-host --json orders show", "hand_overs"], &[]);
}

/// An answer that has more than its schema names, or less, is noticed.
#[test]
fn answers_are_held_against_their_schemas() {
    let folder = Folder::new();
    let answer = folder.run("--json preview order.json").json();
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut value = answer.clone();
        change(&mut value);
        fault("preview order.json", &value)
    };
    assert_eq!(changed(&|_| {}), None);
    for change in [
        &(|value: &mut Value| value["more"] = json!(1)) as &dyn Fn(&mut Value),
        &|value| value["lines"][0]["more"] = json!(1),
        &|value| value["lines"][0]["messages"][0]["more"] = json!(1),
        &|value| value["report"]["entries"][0]["fact"] = json!({"unknown": 1}),
        &|value| value["state"] = json!("unknown"),
        &|value| _ = value.as_object_mut().unwrap().remove("report"),
    ] {
        assert!(changed(change).is_some());
    }
}

#[test]
fn programs_get_json() {
    let folder = Folder::new();
    let has = |value: &Value, names: &[&str]| {
        assert!(names.iter().all(|name| value.get(name).is_some()), "{names:?} in {value:#}");
    };
    let checks = folder.run("--json check shop/catalogue.toml").has(0, &[], &[]).json();
    has(&checks[0], &["product", "handler", "grants", "messages", "stopped"]);
    let preview = folder.run("--json preview order.json").has(0, &[], &[]).json();
    has(&preview, &["order", "state", "lines", "report", "unavailable"]);
    let line = &preview["lines"][0];
    has(line, &["line", "product", "bargain", "total", "seats", "messages", "failed", "stopped", "budget"]);
    has(&line["messages"][0], &["source", "level", "audience", "subject", "key", "arguments", "text"]);
    assert_eq!(line["total"], "60.00 EUR");
    folder.run("--json fulfil order.json").has(0, &[], &[]).json();
    let list = folder.run("--json orders list").has(0, &[], &[]).json();
    assert_eq!(list[0]["lines"][0]["state"], "fulfilled");
    has(&folder.run("--json orders show 2026-0142").has(0, &[], &[]).json()["receipt"], &["time", "report"]);
    let census = folder.run("--json platform show").has(0, &[], &[]).json();
    assert_eq!(census["accounts"].as_array().unwrap().len(), 7);
    for (words, status) in [("--json fulfil missing.json", 1), ("--json fulfil", 2), ("--json orders show x", 2)] {
        let told = folder.run(words).has(status, &[], &["error"]).json();
        assert_eq!(told["status"], status, "{told}");
        assert!(told["error"].is_string(), "{told}");
    }
}
