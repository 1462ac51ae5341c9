//! The program as its users meet it: exit statuses, what it says and where, on good input and on bad.

mod activation;
mod backup;
mod disk;
mod journals;
mod kills;
mod machine;
mod moodle;
mod old_journals;
mod private;
mod schema;
mod shop;
mod staff;

use std::fs;
use std::io::Read;
use std::process::Stdio;

use hostile_guests::Guest;
use serde_json::{Value, json};
use shop_core::words::digest::Digest;

use shop::{CATALOGUE, Folder, ORDER, PLATFORM, Ran};

#[test]
fn an_order_lives_from_preview_to_cancellation() {
    let folder = Folder::new();
    folder.write("cancelled.json", ORDER.replace("\"paid\"", "\"cancelled\""));
    folder.write("other.json", ORDER.replace("claire.martin@", "else@"));
    folder.write("faulty.json", ORDER.replace("\"Marc\"", "\"\"").replace("\"Petit\"", "\" \""));
    let operator = "Claire Martin (opérateur) <claire.martin@martin-sa.example>";
    let group = "« Claire Martin – 2026-0142 » : ajouté";
    for (words, status, out, err) in [
        ("check shop/catalogue.toml", 0, &["SPOCM1 peut être vendu", "boutique", "student, teacher\n"][..], &[][..]),
        ("orders list", 0, &["Aucune commande"], &[]),
        (
            "preview order.json",
            0,
            &["rien n’est modifié", operator, "à créer", "29 à ajouter", "serait : exécutée"],
            &[],
        ),
        ("orders list", 0, &["Aucune commande"], &[]),
        ("--language en preview order.json", 0, &["nothing is changed", "(operator)", "29 to add", "60.00 EUR"], &[]),
        ("fulfil order.json", 0, &["Reçu", "29 ajouts, 2 en place", group], &[]),
        ("fulfil order.json", 0, &["Rien à faire"], &[]),
        ("orders list", 0, &["2026-0142", "6 / 6", "exécutée"], &[]),
        ("orders show 2026-0142", 0, &["tuteur", "Marc Petit <marc.petit@martin-sa.example>"], &[]),
        ("platform show", 0, &["7 accounts", "1 group", "8 enrolments", "5 invitations"], &[]),
        ("fulfil faulty.json", 3, &["Le nom manque", "rejetée"], &[]),
        ("orders list", 0, &["rejetée : rien", "(en place : exécutée)"], &[]),
        ("fulfil other.json", 6, &[], &["order 2026-0142", "operator"]),
        ("fulfil cancelled.json", 0, &["retiré", "annulée"], &[]),
        ("fulfil order.json", 6, &[], &["cancelled"]),
        ("orders show nobody", 2, &[], &["no order nobody", "orders list"]),
    ] {
        folder.run(words).has(status, out, err);
    }
}

#[test]
fn what_would_be_paid_is_previewed_while_it_is_placed() {
    let folder = Folder::new();
    for revision in ["0", "3"] {
        let id = format!("\"placed-{revision}\", \"revision\": {revision}");
        folder.write("placed.json", ORDER.replace("\"paid\"", "\"placed\"").replace("\"2026-0142\"", &id));
        folder.run("preview placed.json --paid").has(0, &["serait : exécutée"], &[]);
        folder.run("fulfil placed.json").has(0, &["passée"], &[]);
        folder.run("preview placed.json --paid").has(0, &["serait : exécutée"], &[]);
    }
}

#[test]
fn a_seat_is_told_with_its_role_wherever_the_list_has_it() {
    let folder = Folder::new();
    folder.run("fulfil order.json").has(0, &[], &[]);
    let mut order: Value = serde_json::from_str(ORDER).unwrap();
    let seats = order["lines"][0]["seats"].as_array_mut().unwrap();
    seats.remove(0);
    seats.push(json!({"role": "tutor"}));
    folder.write("vacated.json", order.to_string());
    folder.run("fulfil vacated.json").has(0, &[], &[]);
    let shown = folder.run("--json orders show 2026-0142").has(0, &[], &[]).json();
    let seats = shown["lines"][0]["seats"].as_array().unwrap();
    let of = |seat: &Value| (seat["role"].clone(), seat["occupant"].is_null());
    assert_eq!(of(&seats[0]), (json!("tutor"), true));
    assert!(seats[1..].iter().all(|seat| of(seat) == (json!("learner"), false)), "{seats:#?}");
}

#[test]
fn every_exit_status_is_as_the_help_says() {
    let folder = Folder::new();
    folder.write("rejected.json", ORDER.replacen("\"Claire\"", "\"\"", 1).replacen("\"Martin\"", "\"\"", 1));
    let help = folder.run("help").has(0, &["Exit statuses"], &[]);
    assert!((0..=10).all(|status| help.out.contains(&format!("\n  {status}  "))), "{help:?}");
    for (words, status, out, err) in [
        ("fulfil missing.json", 1, &[][..], &["missing.json"][..]),
        ("--data nowhere fulfil order.json", 1, &[], &["nowhere/catalogue.toml", "--catalogue"]),
        ("--data nowhere orders list", 1, &[], &["nowhere/journal.sqlite", "--data"]),
        ("--data order.json --catalogue shop/catalogue.toml orders list", 1, &[], &["order.json"]),
        ("--data nowhere platform show", 1, &[], &["nowhere", "platform seed"]),
        ("build nowhere", 1, &[], &["Cargo.toml"]),
        ("fulfil", 2, &[], &["ORDER"]),
        ("--language f% orders list", 2, &[], &["language tag"]),
        ("fulfil rejected.json", 3, &["erreur", "Le nom manque", "6 places", "rejetée"], &[]),
    ] {
        folder.run(words).has(status, out, err);
    }
    for (guest, status, told) in [(Guest::UngrantedEmail, 4, "refusée"), (Guest::Trap, 7, "arrêtée")] {
        let hostile = Folder::with(guest);
        hostile.run("fulfil order.json").has(status, &[told, "rien n’a été appliqué"], &[]);
        hostile.run("platform show").has(0, &["2 accounts"], &[]);
    }
    for guest in [Guest::Reject, Guest::RejectQuietly] {
        let hostile = Folder::with(guest);
        hostile.run("fulfil order.json").has(3, &["rejetée"], &[]);
        hostile.run("check shop/catalogue.toml").has(3, &["ne peut pas être vendu"], &[]);
    }
    folder.write("garbage.wasm", Guest::Garbage.bytes());
    folder.run("handlers install garbage.wasm").has(3, &[], &["garbage.wasm", "not a WebAssembly component"]);
    folder.write("unknown.toml", CATALOGUE.replace("handler = \"setup", "handler = \"unknown"));
    folder.run("check unknown.toml").has(3, &["ne peut pas être vendu", "handlers install"], &[]);
}

#[test]
fn handlers_come_serve_and_go() {
    let folder = Folder::new();
    let [digest, second] = [Guest::Nothing, Guest::Reject].map(|guest| Digest::of(&guest.bytes()).short());
    folder.write("one.wasm", Guest::Nothing.bytes());
    folder.write("two.wasm", Guest::Reject.bytes());
    folder.write("wasi.wasm", Guest::Wasi.bytes());
    let (one, two) = (title(Guest::Nothing), title(Guest::Reject));
    for (words, status, out, err) in [
        ("handlers list", 0, &["setup-one-course-session", "active"][..], &[][..]),
        ("handlers inspect one.wasm", 0, &[&one, "A hostile handler", "coursename", "SPOCM1"], &[]),
        ("handlers list", 0, &["setup-one-course-session"], &[]),
        ("handlers install wasi.wasm", 3, &[], &["wasi:cli/environment@0.2.0", "shop:product-handler 1.0"]),
        ("handlers install one.wasm --by anne", 0, &[&one, "installed. It serves once"], &[]),
        ("handlers install one.wasm --by anne", 0, &["installed already"], &[]),
        ("handlers activate wasi.wasm", 2, &[], &["wasi.wasm: this component is not installed"]),
        ("handlers rollback hostile", 2, &[], &["no version of the handler \"hostile\" is active"]),
        ("handlers activate one.wasm --by anne", 0, &[&one, "is active"], &[]),
        ("handlers rollback hostile", 6, &[], &["no earlier version"]),
        ("handlers install two.wasm --activate --by bob", 0, &[&two, "is active"], &[]),
        ("handlers remove two.wasm", 6, &[], &["is active"]),
        ("handlers rollback two.wasm --by carla", 0, &[&one, "is active"], &[]),
        (&format!("handlers remove {two} --by carla"), 0, &["removed"], &[]),
        (&format!("handlers activate {second}"), 2, &[], &["is not installed"]),
        (&format!("handlers inspect {digest}"), 0, &["anne", "bob", "carla", "rolled back", "removed"], &[]),
        ("handlers inspect 2", 2, &[], &["is not installed"]),
    ] {
        folder.run(words).has(status, out, err);
    }
    folder.run("fulfil order.json").has(0, &[], &[]);
    folder.run("handlers remove setup-one-course-session@1.0.1").has(6, &[], &["is needed: 1 of"]);
}

#[test]
fn a_version_is_previewed_before_it_serves_and_orders_are_upgraded_afterwards() {
    let folder = Folder::new();
    folder.write("new.wasm", Guest::Nothing.named("setup-one-course-session"));
    let enrolment = "- inscription à SPOCM1";
    for (words, status, out, err) in [
        ("fulfil order.json", 0, &["exécutée"][..], &[][..]),
        ("orders replay 2026-0142", 0, &["the same answer"], &[]),
        ("orders replay nobody", 2, &[], &["no calls"]),
        ("handlers preview handler.wasm", 0, &["of the last 1 line", "1 would be the same", "(+0.0 %)"], &[]),
        ("--language fr handlers preview new.wasm", 0, &["1 serait mise en place autrement", enrolment], &[]),
        ("--data nowhere handlers list", 1, &[], &["no shop has recorded anything here"]),
        ("handlers preview . --last 0", 2, &[], &["is not installed"]),
        ("handlers install /dev/zero", 1, &[], &["expected a file"]),
        ("handlers preview new.wasm --last 0", 0, &["of the last 0 lines"], &[]),
        ("handlers preview new.wasm --last none", 2, &[], &["--last"]),
        ("handlers list", 0, &["1.0.1"], &[]),
        ("orders upgrade 2026-0142", 6, &[], &["have this version already"]),
        ("handlers install new.wasm --activate", 0, &["is active"], &[]),
        ("fulfil order.json", 0, &["Rien à faire"], &[]),
        ("orders upgrade 2026-0142", 0, &["rien n’est modifié", "à retirer"], &[]),
        ("orders upgrade 2026-0142 --apply", 0, &["retraits"], &[]),
        ("orders upgrade 2026-0142 --to handler.wasm --apply", 0, &["ajouts"], &[]),
        ("orders upgrade nobody", 6, &[], &["no accepted order"]),
        ("orders replay 2026-0142", 0, &["the same answer"], &[]),
    ] {
        folder.run(words).has(status, out, err);
    }
    let forecast = folder.run("--json handlers preview new.wasm").json();
    assert_eq!(forecast["summary"]["session"], 1);
    assert_eq!(forecast["lines"][0]["effect"]["effect"], "session");
    assert!(forecast["lines"][0]["effect"]["facts"].as_array().unwrap().len() > 20);
    let replays = folder.run("--json orders replay 2026-0142").json();
    assert!(replays.as_array().unwrap().iter().all(|call| call["replay"] == "same"));
}

fn title(guest: Guest) -> String {
    format!("hostile@6.6.{}", guest as u32)
}

#[test]
fn damaged_data_are_told() {
    for (file, told) in [("shop/journal.sqlite", "the journal"), ("shop/platform.sqlite", "learning platform")] {
        let folder = Folder::new();
        // Without its log, from which the database would be made whole again.
        folder.remove(&format!("{file}-wal"));
        folder.write(file, [7; 9000]);
        folder.run("preview order.json").has(1, &[], &[told, file]);
    }
}

#[test]
fn a_platform_that_got_lost_does_not_pass_for_an_empty_one() {
    let folder = Folder::new();
    folder.write("cancelled.json", ORDER.replace("\"paid\"", "\"cancelled\""));
    folder.run("fulfil order.json").has(0, &["exécutée"], &[]);
    // With its log, if it is not yet written into the database.
    let files = ["platform.sqlite", "platform.sqlite-wal", "platform.sqlite-shm"];
    files.iter().for_each(|file| folder.rename(&format!("shop/{file}"), file));
    for words in ["fulfil cancelled.json", "fulfil order.json", "preview order.json", "check shop/catalogue.toml"] {
        folder.run(words).has(1, &[], &["shop/platform.sqlite: no learning platform is here", "platform seed"]);
    }
    files.iter().for_each(|file| folder.rename(file, &format!("shop/{file}")));
    folder.run("fulfil cancelled.json").has(0, &["17 retraits", "annulée"], &[]);
}

#[test]
fn what_is_recorded_is_read_without_a_catalogue() {
    let folder = Folder::new();
    folder.run("fulfil order.json").has(0, &[], &[]);
    for catalogue in ["[[", "", "nothing of a catalogue"] {
        folder.write("shop/catalogue.toml", catalogue);
        folder.run("orders list").has(0, &["2026-0142", "fulfilled"], &[]);
        folder.run("orders show 2026-0142").has(0, &["2026-0142", "exécutée"], &[]);
    }
    folder.remove("shop/catalogue.toml");
    folder.run("--language fr orders list").has(0, &["2026-0142", "exécutée"], &[]);
}

#[test]
fn a_faulty_file_is_refused_where_it_is_faulty() {
    let folder = Folder::new();
    for (from, to, told) in [
        ("\"paid\"", "\"payed\"", "order.json:3:18: state: unknown variant `payed`, expected one of `placed`"),
        ("\"paid\"", "3", "order.json:3:"),
        ("\"state\"", "\"\\u001b[31m\"", "unknown field"),
        ("\"state\"", "\"revision\": 4294967296, \"state\"", "order.json:3:24: revision: invalid value"),
        ("\"state\"", "\"revision\": -1, \"state\"", "expected a whole number from 0 to 4294967295"),
        ("\"quantity\": 6", "\"quantity\": \"6\"", "expected a whole number from 0 to 4294967295"),
        ("\"quantity\": 6", "\"quantity\": 6, \"quantity\": 7", "duplicate field `quantity`"),
        ("\"line\": 1,", "\"line\": 0,", "order.json:14:15: lines[0].line: expected a number from 1, found 0"),
        ("\"2026-0142\"", "\"a\\u0000\"", "order.json:2:"),
        ("\"2026-0142\"", "\"cafe\\u0301\"", "id: expected an order id of 1 to 100 characters, in Unicode form NFC"),
        ("2026-11-20T", "1969-11-20T", "from 1970 to 9999"),
        ("2026-11-20T10:00:00+01:00", "2026-11-20", "date and time with an offset"),
        ("{\n  \"id\"", "[{\n  \"id\"", "order.json:"),
        ("\n}\n", "\n", "the end of the file"),
    ] {
        assert!(ORDER.contains(from), "{from}");
        folder.write("order.json", ORDER.replacen(from, to, 1));
        folder.run("preview order.json").has(2, &[], &[told]);
    }
    // What is `null` is left out.
    let null = ORDER
        .replace("\"state\"", "\"revision\": null, \"state\"")
        .replace("\"last_name\": \"Costa\"", "\"last_name\": null");
    let null = null.replace("\"quantity\": 6", "\"quantity\": 6, \"parameters\": null");
    let null = null.replace("\"language\": \"fr\"\n", "\"language\": null, \"extra\": null\n");
    folder.write("order.json", null);
    folder.run("preview order.json").has(0, &["Sofia"], &[]);
    for (from, to, told) in [
        ("max_seats = 30", "max_seats = 0", "catalogue.toml:19:13: product[0].max_seats: expected a number of seats"),
        ("max_seats", "maxseats", "unknown field `maxseats`"),
        ("10.00 EUR", "10,00 EUR", "expected an amount and a currency"),
        ("\"SPOCM1\"", "\" SPOCM1\"", "product[0].reference"),
        ("language = \"fr\"", "language = \"\"", "shop.language"),
        ("[shop]", "[[shop]", "catalogue.toml:3:"),
    ] {
        folder.write("catalogue.toml", CATALOGUE.replacen(from, to, 1));
        folder.run("check catalogue.toml").has(2, &[], &[told]);
    }
    let product = &CATALOGUE[CATALOGUE.find("[[product]]").unwrap()..];
    folder.write("catalogue.toml", format!("{CATALOGUE}{product}"));
    folder.run("check catalogue.toml").has(2, &[], &["catalogue.toml:", "found \"SPOCM1\" twice"]);
}

#[test]
fn files_are_text_of_a_sensible_size() {
    let folder = Folder::new();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(ORDER.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (content, told) in [
        (Vec::new(), "the end of the file"),
        ([b"{\n \"id\": \"".as_slice(), &[0xe9], b"\"}"].concat(), "order.json:2:9: expected text in UTF-8"),
        (utf16, "order.json:1:1: expected text in UTF-8"),
        (vec![0; 2000], "order.json:1:1"),
        (vec![b'['; 100_000], "order.json:1:"),
        (vec![b' '; (64 << 20) + 1], "at most 64 MiB"),
    ] {
        folder.write("order.json", content);
        folder.run("preview order.json").has(2, &[], &[told]);
    }
    folder.run("preview shop").has(1, &[], &["shop: "]);
    folder.write("order.json", format!("\u{feff}{ORDER}"));
    folder.run("preview order.json").has(0, &["60.00 EUR"], &[]);
}

/// The reading of every command's output looks for control characters: see [`Ran::new`].
#[test]
fn texts_from_outside_reach_no_terminal_as_they_are() {
    let folder = Folder::new();
    let evil = "\\u001b[31m\\u0007\\u009b2J\\u202e\\u0000";
    for (from, to) in [
        ("\"Claire", format!("\"{evil}Claire")),
        ("\"Le Gall", format!("\"{evil}Le Gall")),
        ("marc.petit@", format!("{evil}marc.petit@")),
        ("\"SPOCM1", format!("\"{evil}SPOCM1")),
        ("\"tutor\"", format!("\"{evil}\"")),
        ("\"quantity\": 6", format!("\"quantity\": 6, \"parameters\": \"endtime={evil}&{evil}=1\"")),
    ] {
        folder.write("order.json", ORDER.replacen(from, &to, 1));
        folder.run("fulfil order.json").has(3, &["erreur"], &[]);
        assert_eq!(folder.run("--json fulfil order.json").json()["state"], "rejected");
        folder.run("orders show 2026-0142").has(0, &["erreur"], &[]);
        folder.run("--json orders show 2026-0142").has(0, &["rejected"], &[]);
    }
    // Whether it takes these names is the platform's affair.
    let names = format!("short_name = \"{evil}\"\ntitle = \"{evil}\"");
    folder.write("evil.toml", format!("[[course]]\n{names}\nstart = \"2026-01-01T00:00:00Z\"\n"));
    folder.run("platform seed evil.toml");
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

#[test]
fn schemas_accept_what_the_program_accepts() {
    let folder = Folder::new();
    let schema = |kind: &str| folder.run(&format!("schema {kind}")).has(0, &[], &[]).json();
    let toml = |text: &str| toml::from_str::<Value>(text).unwrap();
    let order: Value = serde_json::from_str(ORDER).unwrap();
    let moodle = "url = \"https://moodle.example\"\ntoken = { env = \"TOKEN\" }\n[roles]\nstudent = 5\n";
    let files = [
        ("order", order.clone()),
        ("catalogue", toml(CATALOGUE)),
        ("platform", toml(PLATFORM)),
        ("moodle", toml(moodle)),
    ];
    for (kind, value) in files {
        assert_eq!(schema::fault(&schema(kind), &value), None, "{kind}");
        let mut unknown = value;
        unknown["unheard"] = json!(1);
        assert!(schema::fault(&schema(kind), &unknown).is_some(), "{kind}");
    }
    let schema = schema("order");
    for (place, value) in [
        ("/state", json!("payed")),
        ("/id", json!("")),
        ("/lines", json!([])),
        ("/lines/0/line", json!(0)),
        ("/lines/0/quantity", json!(-1)),
        ("/lines/0/quantity", json!("6")),
        ("/operator/email", json!(null)),
        ("/operator", json!(null)),
        ("/lines", json!(null)),
        ("/time", json!(null)),
    ] {
        let mut faulty = order.clone();
        *faulty.pointer_mut(place).unwrap() = value;
        assert!(schema::fault(&schema, &faulty).is_some(), "{place}");
        folder.write("faulty.json", faulty.to_string());
        folder.run("preview faulty.json").has(2, &[], &["faulty.json:1:"]);
    }
}

/// To end an order takes its id, and the schema says so.
#[test]
fn what_ends_an_order_is_read_without_the_rest() {
    let folder = Folder::new();
    let schema = folder.run("schema order").json();
    let says = |id: &str, state: &str, more: Value| {
        let mut said = json!({"id": id, "state": state});
        said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(schema::fault(&schema, &said), None, "{said}");
        folder.write("ends.json", said.to_string());
    };
    folder.run("fulfil order.json").has(0, &[], &[]);
    says("2026-0142", "suspended", json!({"lines": []}));
    folder.run("preview ends.json").has(0, &["Claire Martin", "suspendue"], &[]);
    folder.run("fulfil ends.json").has(0, &["Claire Martin", "suspendue"], &[]);
    says("2026-0142", "cancelled", json!({}));
    folder.run("fulfil ends.json").has(0, &["annulée"], &[]);
    folder.run("orders list").has(0, &["annulée"], &[]);
    says("2026-0200", "cancelled", json!({"operator": null, "lines": null, "revision": 7}));
    for _ in 0..2 {
        folder.run("fulfil ends.json").has(0, &["Aucune commande", "annulée"], &[]);
    }
    for words in ["orders list", "orders list --state cancelled", "orders show 2026-0200"] {
        folder.run(words).has(0, &["2026-0200", "annulée"], &[]);
    }
    let listed = folder.run("orders list --json").json();
    assert_eq!(listed[1]["order"], json!({"id": "2026-0200", "state": "cancelled", "revision": 7}));
    assert_eq!(folder.run("orders show 2026-0200 --json").json(), listed[1]);
    folder.run("orders verify").has(0, &["2026-0142"], &[]);
    folder.run("orders cancel 2026-0200").has(0, &["annulée"], &[]);
    let log = folder.run("audit list --order 2026-0200 --json").json();
    assert_eq!(log.as_array().map(Vec::len), Some(1), "{log:#}");
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let folder = Folder::new();
    for words in ["schema order", "preview order.json", "--json fulfil order.json"] {
        let mut child = folder.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""), "{words}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn results_that_cannot_be_written_are_a_failure() {
    let folder = Folder::new();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = folder.command("preview order.json").stdout(full).output().unwrap();
    Ran::new("preview into a full disk", output).has(1, &[], &["standard output"]);
}

#[test]
fn programs_at_once_do_the_work_once() {
    let folder = Folder::new();
    let start = || folder.command("fulfil order.json").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let running: Vec<_> = (0..4).map(|_| start()).collect();
    for child in running {
        Ran::new("fulfil, at once", child.wait_with_output().unwrap()).has(0, &["exécutée"], &[]);
    }
    folder.run("platform show").has(0, &["7 accounts", "5 invitations"], &[]);
}

/// What the command line words itself is in the language that was asked for; without one, in English.
#[test]
fn what_ends_a_command_is_told_in_the_language_that_was_asked_for() {
    let folder = Folder::new();
    for (words, status, english, french) in [
        ("orders show nowhere", 2, "no order nowhere is recorded", "aucune commande nowhere n’est enregistrée"),
        ("orders replay nowhere", 2, "no calls for an order nowhere", "aucun appel pour une commande nowhere"),
        ("seats release CNRQ-XQ4Y-Q6JT", 2, "no seat CNRQ-XQ4Y-Q6JT", "aucune place CNRQ-XQ4Y-Q6JT"),
        ("platform check", 2, "no settings of a Moodle", "pas de réglages d’un Moodle"),
        ("--data elsewhere orders list", 1, "has recorded anything here", "n’a rien enregistré ici"),
        ("--data elsewhere orders cancel A", 1, "no catalogue there", "pas de catalogue à cet endroit"),
        ("--data shop demo", 2, "no demonstration made it", "aucune démonstration ne l’a créé"),
    ] {
        folder.run(words).has(status, &[], &[english]);
        folder.run(&format!("--language fr {words}")).has(status, &[], &[french]);
        let json = folder.run(&format!("--language fr --json {words}")).json();
        assert!(json["error"].as_str().unwrap().replace('\u{a0}', " ").contains(french), "{json:#}");
    }
}

#[test]
fn the_demonstration_runs_to_its_end_again_and_again() {
    let folder = Folder::new();
    let said = ["29 à ajouter", "Rien à faire", "Hugo Blanc", "annulée", "The data are in demo"];
    for _ in 0..2 {
        let ran = folder.run("--data demo demo --handler handler.wasm").has(0, &said, &["--language en"]);
        // Whatever day it is, nothing is over, or far away.
        assert!(!["Déjà ter", "Lointain"].iter().any(|warning| ran.out.contains(warning)), "{ran:?}");
    }
    // A shop's own folder is never cleared.
    folder.run("demo --data shop").has(2, &[], &["no demonstration made it"]);
}
