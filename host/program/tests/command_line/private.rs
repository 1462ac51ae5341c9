//! What a shop has is its owner's only.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::shop::{Folder, Ran};

/// What others can get at in a folder, and the folder.
fn open_to_others(folder: &Path) -> Vec<String> {
    let mode = folder.metadata().unwrap().permissions().mode();
    let mut open = match mode & 0o077 {
        0 => Vec::new(),
        _ => vec![format!("{} {mode:o}", folder.display())],
    };
    if folder.is_dir() {
        open.extend(fs::read_dir(folder).unwrap().flat_map(|entry| open_to_others(&entry.unwrap().path())));
    }
    open
}

fn open(folder: &Folder, name: &str, mode: u32) {
    fs::set_permissions(folder.path(name), Permissions::from_mode(mode)).unwrap();
}

#[test]
fn whatever_the_program_makes_is_its_owners_only() {
    let folder = Folder::new();
    let private = |words: &str| {
        let ran = Ran::new(words, folder.command_limited("umask 0", words).output().unwrap());
        ran.has(0, &[], &[]);
    };
    for words in [
        "--data new platform seed platform.toml",
        "--data new handlers install handler.wasm --activate",
        "--data new --catalogue shop/catalogue.toml fulfil order.json",
        "--data new --catalogue shop/catalogue.toml orders verify",
        "--data new backup b.tar",
        "--data restored restore b.tar",
        "--data restored --catalogue shop/catalogue.toml orders replay 2026-0142",
        "--data restored --catalogue shop/catalogue.toml fulfil order.json",
    ] {
        private(words);
    }
    for name in ["new", "restored", "b.tar"] {
        assert_eq!(open_to_others(&folder.path(name)), [""; 0], "{name}");
    }
    for name in ["new/lock", "new/journal.sqlite", "new/handlers/lock", "restored/lock", "restored/journal.sqlite"] {
        assert!(folder.path(name).exists(), "{name}: or this shows nothing");
    }
    open(&folder, "order.json", 0o644);
    assert_eq!(open_to_others(&folder.path("order.json")).len(), 1, "or this shows nothing");
}

/// A crash leaves them.
#[test]
fn the_logs_of_the_databases_are_too() {
    let folder = Folder::new();
    let held = rusqlite::Connection::open(folder.path("shop/journal.sqlite")).unwrap();
    held.query_row("SELECT count(*) FROM orders", [], |_| Ok(())).unwrap();
    folder.run("fulfil order.json").has(0, &[], &[]);
    let logs = ["journal.sqlite-wal", "journal.sqlite-shm"].map(|log| folder.path("shop").join(log));
    for log in logs {
        assert_eq!(open_to_others(&log), [""; 0]);
    }
}

#[test]
fn a_folder_that_others_can_get_at_is_told() {
    let folder = Folder::new();
    for (mode, told) in [(0o755, "755"), (0o750, "750"), (0o701, "701"), (0o777, "777")] {
        open(&folder, "shop", mode);
        folder.run("orders list").has(0, &[], &["warning: shop: ", told, "chmod -R go= shop"]);
        let json = folder.run("--json orders list").has(0, &[], &["warning: shop: "]);
        assert!(json.json().is_array() || json.json().is_object());
    }
    open(&folder, "shop", 0o700);
    folder.run("orders list").has(0, &[], &[]);
}

#[test]
fn a_token_that_others_can_read_is_told() {
    let folder = Folder::new();
    folder.write("token", "0123456789abcdef0123456789abcdef");
    // Nobody listens there.
    folder.write(
        "shop/moodle.toml",
        "url = \"http://127.0.0.1:1\"\ntoken = { file = \"../token\" }\n[roles]\nstudent = 5\n",
    );
    for (mode, is_told) in [(0o644, true), (0o640, true), (0o604, true), (0o600, false), (0o400, false)] {
        open(&folder, "token", mode);
        let ran = folder.run("platform check");
        assert_eq!(ran.err.contains("chmod -R go= "), is_told, "{mode:o}: {ran:?}");
        assert_eq!(ran.err.contains("the token of Moodle: "), is_told, "{mode:o}: {ran:?}");
        assert!(!ran.told().contains("0123456789"), "{ran:?}");
    }
}

/// Its build script is somebody else's program.
#[test]
fn the_build_of_a_vendors_crate_gets_no_secret() {
    let folder = Folder::new();
    folder.write("vendor/Cargo.toml", "[package]\nname = \"vendor\"\nedition = \"2024\"\n[workspace]\n");
    folder.write("vendor/src/lib.rs", "");
    let script = r#"fn main() {
        let found: Vec<_> = std::env::vars().filter(|(_, value)| value.contains("a-secret")).collect();
        assert!(std::env::var_os("PATH").is_some() && found.is_empty(), "{found:?}");
    }"#;
    folder.write("vendor/build.rs", script);
    let mut command = folder.command("build vendor");
    for name in ["MOODLE_TOKEN", "TOKEN", "DATABASE_URL", "CARGO_REGISTRY_TOKEN", "AWS_SECRET_ACCESS_KEY"] {
        command.env(name, "a-secret");
    }
    // Where the standard library is compiled already.
    command.env("CARGO_TARGET_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/../../target"));
    let ran = Ran::new("build vendor", command.output().unwrap());
    ran.has(1, &[], &["expected vendor to describe its interface"]);
}

#[test]
fn whoever_does_something_is_named_in_one_line() {
    let folder = Folder::new();
    for name in ["Vera\nshop", "Ve\u{1b}[2Jra", "Ve\u{202e}ra", "", "shop"] {
        let mut command = folder.command("backup b.tar");
        let ran = Ran::new("backup", command.arg("--by").arg(name).output().unwrap());
        ran.has(2, &[], &["expected the name of somebody who is accountable"]);
    }
}

#[test]
fn of_what_is_too_long_only_a_part_is_told() {
    let folder = Folder::new();
    let long = "x".repeat(1 << 20);
    for (name, from, to, command) in [
        ("order.json", "\"2026-0142\"", format!("\"{long}\""), "fulfil order.json"),
        ("order.json", "\"paid\"", format!("\"{long}\""), "fulfil order.json"),
        ("order.json", "\"2026-0142\"", format!("\"2026-0142\", \"{long}\": 1"), "fulfil order.json"),
        ("order.json", "\"Claire\"", format!("\"{long}\""), "--json preview order.json"),
        (
            "order.json",
            "\"Claire\"",
            format!("\"\", \"last_name\": \"{long}\", \"language\": \"{long}\""),
            "fulfil order.json",
        ),
        ("order.json", "\"claire.martin@martin-sa.example\"", format!("\"{long}\""), "--json preview order.json"),
        ("order.json", "\"SPOCM1\"", format!("\"{long}\""), "--json preview order.json"),
        ("order.json", "\"learner\"", format!("\"{long}\""), "--json preview order.json"),
        ("shop/catalogue.toml", "\"SPOCM1\"", format!("\" {long}\""), "check shop/catalogue.toml"),
        ("shop/catalogue.toml", "title", format!("{long} = 1\ntitle"), "check shop/catalogue.toml"),
        ("shop/catalogue.toml", "EUR", long.clone(), "check shop/catalogue.toml"),
        ("shop/catalogue.toml", "coursename=", format!("{long}="), "--json check shop/catalogue.toml"),
    ] {
        let sound = std::fs::read_to_string(folder.path(name)).unwrap();
        assert!(sound.contains(from), "{from} in {name}");
        folder.write(name, sound.replacen(from, &to, 1));
        let ran = folder.run(command);
        assert_ne!(ran.status, 0, "{from}");
        assert!(
            ran.told().len() < 100_000 && !ran.told().contains(&long[..1000]),
            "{from} for {command}: {} bytes",
            ran.told().len()
        );
        folder.write(name, sound);
    }
}
