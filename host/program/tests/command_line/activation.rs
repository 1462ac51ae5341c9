//! A version is held against what is sold, before it serves.

use hostile_guests::Guest;
use shop_core::words::digest::Digest;

use crate::shop::{CATALOGUE, Folder, ORDER};

const OLD: &str = "setup-one-course-session@1.0.1";
const NEW: &str = "setup-one-course-session@1.0.2";

/// A shop with a version 1.0.2 that requires a parameter which no product has.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("new.wasm", shop_harness::with_another_parameter());
    folder.run("handlers install new.wasm").has(0, &["is installed"], &[]);
    folder
}

fn serves(folder: &Folder) -> String {
    let list = folder.run("--json handlers list").has(0, &[], &[]).json();
    let active = list.as_array().unwrap().iter().filter(|version| version["active"] == true);
    active
        .map(|version| format!("{}@{}", version["name"].as_str().unwrap(), version["version"].as_str().unwrap()))
        .collect()
}

#[test]
fn a_version_that_products_cannot_be_sold_with_serves_only_if_told_so() {
    let folder = folder();
    folder.write("another.json", ORDER.replace("2026-0142", "another"));
    folder.run("fulfil order.json").has(0, &["exécutée"], &[]);
    let why = ["SPOCM1", "The parameter “coursenamx” is missing"];
    let against = ["Order 2026-0142, line 1", "would be stopped", "SPOCM1 cannot be sold"];
    for (words, status, out, serving) in [
        ("handlers preview new.wasm", 3, &["1 would be stopped", "coursenamx"][..], OLD),
        ("handlers activate new.wasm", 6, &[why[0], why[1], "a product could not be sold", "--anyway"], OLD),
        ("handlers activate new.wasm", 6, &against, OLD),
        (
            "--language fr handlers activate new.wasm",
            6,
            &["coursenamx", "un produit ne pourrait pas", "serait arrêtée"],
            OLD,
        ),
        ("handlers install new.wasm --activate", 6, &why, OLD),
        ("fulfil another.json", 0, &["exécutée"], OLD),
        ("handlers install new.wasm --activate --anyway", 0, &[why[0], why[1], against[0], "is active"], NEW),
        ("handlers activate new.wasm", 0, &["is active"], NEW),
        ("handlers rollback setup-one-course-session", 0, &["is active"], OLD),
        ("handlers activate new.wasm --anyway", 0, &[why[0], "is active"], NEW),
        ("handlers activate handler.wasm", 0, &["is active"], OLD),
        ("handlers rollback setup-one-course-session", 0, &[why[0], why[1], against[0], "is active"], NEW),
    ] {
        folder.run(words).has(status, out, &[]);
        assert_eq!(serves(&folder), serving, "{words}");
    }
    folder.run("handlers install new.wasm --anyway").has(2, &[], &["--activate"]);
    // The log tells when somebody said so, and it made a difference.
    let log = folder.run("--json audit list").json();
    let actions = log.as_array().unwrap().iter().filter_map(|entry| entry["details"]["action"].as_str());
    let said: Vec<&str> = actions.filter(|action| action.starts_with("activated")).collect();
    assert_eq!(said, ["activated", "activated-anyway", "activated-anyway", "activated"], "{log:#}");
    folder.run("handlers inspect new.wasm").has(0, &["activated all the same"], &[]);

    let folder = self::folder();
    folder.run("fulfil order.json").has(0, &[], &[]);
    let refused = folder.run("--json handlers activate new.wasm").has(6, &[], &[]).json();
    assert_eq!((&refused["active"], &refused["version"]), (&false.into(), &"1.0.2".into()), "{refused:#}");
    assert_eq!(refused["products"][0]["rejected"], true, "{refused:#}");
    assert_eq!(refused["lines"][0]["effect"]["effect"], "stopped", "{refused:#}");
    assert_eq!(refused["unchecked"], serde_json::Value::Null);
    assert_eq!(folder.run("--json handlers activate new.wasm --anyway").has(0, &[], &[]).json()["active"], true);
}

#[test]
fn what_could_not_be_checked_is_told_and_serves_only_if_told_so() {
    let new = folder();
    new.write("idle.wasm", Guest::Nothing.bytes());
    // A version that all products can be sold with.
    new.write("fine.wasm", Guest::Nothing.named("setup-one-course-session"));
    let nowhere = CATALOGUE.replace("coursename=SPOCM1", "coursename=NOWHERE");
    let away = |folder: &Folder| {
        ["", "-wal", "-shm"]
            .iter()
            .for_each(|log| folder.rename(&format!("shop/platform.sqlite{log}"), &format!("away{log}")));
    };
    type Spoil<'a> = &'a dyn Fn(&Folder);
    let cases: [(&str, Spoil, u8, &str); 5] = [
        (
            "the platform does not answer",
            &|it| it.sql("platform", "ALTER TABLE courses RENAME TO lost"),
            5,
            "not available",
        ),
        ("there is no platform", &away, 1, "platform seed"),
        ("the catalogue is faulty", &|it| it.write("shop/catalogue.toml", "[["), 2, "catalogue.toml:1"),
        ("the settings of the Moodle are faulty", &|it| it.write("shop/moodle.toml", "[["), 2, "moodle.toml:1"),
        ("a course is not there", &|it| it.write("shop/catalogue.toml", &nowhere), 6, ""),
    ];
    for (told, spoil, status, why) in cases {
        let folder = new.copy();
        spoil(&folder);
        let refused = folder.run("handlers install fine.wasm --activate");
        assert_eq!((refused.status, serves(&folder).as_str()), (status.into(), OLD), "{told}: {refused:?}");
        assert!(refused.told().contains("--anyway") && refused.told().contains(why), "{told}: {refused:?}");
        let json = folder.run("--json handlers activate fine.wasm").json();
        match status {
            6 => assert_eq!(json["products"][0]["messages"][0]["key"], "course-unknown", "{told}: {json:#}"),
            _ => assert_eq!(json["status"], status, "{told}: {json:#}"),
        }
        let served = folder.run("handlers activate fine.wasm --anyway").has(0, &[why, "is active"], &[]);
        assert_eq!(served.out.contains("could be found out"), status != 6, "{told}: {served:?}");
        // The way out is never closed.
        folder.run("handlers rollback setup-one-course-session").has(0, &[why, "is active"], &[]);
        assert_eq!(serves(&folder), OLD, "{told}");
    }
    // The first version may come before the platform.
    let folder = Folder::new();
    ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"]
        .iter()
        .for_each(|file| folder.remove(&format!("shop/{file}")));
    away(&folder);
    folder.run("handlers install handler.wasm --activate").has(
        0,
        &["could be found out", "platform seed", "is active"],
        &[],
    );
    assert_eq!(serves(&folder), OLD);
    // Where nothing is sold with it, nothing is asked.
    let folder = new.copy();
    away(&folder);
    folder.run("handlers install idle.wasm --activate").has(0, &["is active"], &[]);
    // Where there is no catalogue, nothing is checked, and that is told.
    folder.remove("shop/catalogue.toml");
    folder.run("handlers activate new.wasm").has(0, &["catalogue.toml", "no product was checked", "is active"], &[]);
    let json = folder.run("--json handlers rollback setup-one-course-session").has(0, &[], &[]).json();
    assert!(json["unchecked"].as_str().unwrap().contains("no product was checked"), "{json:#}");
}

#[test]
fn a_damaged_version_does_not_stand_in_the_way_of_a_sound_one() {
    let folder = folder();
    folder.write("fine.wasm", Guest::Nothing.named("setup-one-course-session"));
    folder.run("fulfil order.json").has(0, &[], &[]);
    let old = Digest::of(shop_harness::setup_one_course_session());
    folder.write(&format!("shop/handlers/{old}.wasm"), "damaged");
    folder.run("handlers preview fine.wasm").has(10, &["1 cannot be told", &old.to_string(), "or damaged"], &[]);
    folder.run("handlers install fine.wasm --activate").has(0, &["Order 2026-0142, line 1", "is active"], &[]);
}

#[test]
fn what_a_preview_cannot_tell_it_says_why_and_what_would_tell() {
    let folder = folder();
    folder.run("fulfil order.json").has(0, &[], &[]);
    let with = |course: &str| {
        CATALOGUE.replace("customersupport=SUPPORT", &format!("customersupport=SUPPORT&coursenamx={course}"))
    };
    folder.write("shop/catalogue.toml", with("SPOCM1"));
    folder.run("handlers preview new.wasm").has(0, &["1 would be told otherwise"], &[]);
    folder.write("shop/catalogue.toml", with("NEW"));
    let told = ["1 cannot be told", "the course “NEW”", "orders upgrade 2026-0142 --to setup-one-course-session@1.0.2"];
    folder.run("handlers preview new.wasm").has(10, &told, &[]);
    let serves = [&told[1..], &["is active"]].concat();
    let again = folder.copy();
    again.run("handlers activate new.wasm --anyway").has(0, &serves, &[]);
    again.run("--language fr handlers activate handler.wasm").has(0, &[], &[]);
    again.run("--language fr handlers rollback setup-one-course-session").has(0, &["le cours « NEW »"], &[]);
    folder.run("--language fr handlers preview new.wasm").has(10, &["sans prévision", "le cours « NEW »"], &[]);
    let json = folder.run("--json handlers preview new.wasm").has(10, &[], &[]).json();
    assert_eq!(json["lines"][0]["effect"], serde_json::json!({"effect": "unasked", "unasked": [{"course": "NEW"}]}));
}

/// A merchant sells what the catalogue says, and not what a vendor chooses.
#[test]
fn a_course_that_only_a_version_names_is_told_by_check_and_when_it_is_to_serve() {
    let told = "The product does not name the course “SPOCM1”";
    let folder = Folder::new();
    // Its default is this course.
    folder.write("new.wasm", Guest::Nothing.named("setup-one-course-session"));
    folder.run("handlers install new.wasm --activate").has(0, &["is active"], &[]);
    let checked = folder.run("--language en check shop/catalogue.toml").has(0, &["SPOCM1"], &[]);
    assert!(!checked.out.contains(told), "the product names it: {}", checked.out);
    folder.run("handlers rollback setup-one-course-session").has(0, &[], &[]);

    folder.write("shop/catalogue.toml", CATALOGUE.replace("coursename=SPOCM1&", ""));
    folder.run("--language en check shop/catalogue.toml").has(3, &["coursename"], &[]);
    folder.run("handlers activate new.wasm").has(0, &[told, "is active"], &[]);
    folder.run("--language en check shop/catalogue.toml").has(0, &[told], &[]);
    folder.run("--language fr check shop/catalogue.toml").has(0, &["Le produit ne nomme pas le cours"], &[]);
    let json = folder.run("--json check shop/catalogue.toml").has(0, &[], &[]).json();
    assert!(json.to_string().contains("course-by-default"), "{json:#}");
}
