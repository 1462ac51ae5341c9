//! What the program says, where, and how it ends.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use hostile_guests::Guest;

use crate::shop::{CATALOGUE, Folder, ORDER, Ran};

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
