//! Backing up and restoring as the staff does it.

use crate::shop::{Folder, ORDER, Ran};

#[test]
fn a_shop_is_backed_up_and_restored() {
    let folder = Folder::new();
    let next = ORDER.replace("sofia.costa", "hugo.blanc");
    folder.write("next.json", &next);
    folder.write("cancelled.json", next.replace("\"paid\"", "\"cancelled\""));
    folder.write("broken.tar", "no archive");
    folder.run("fulfil order.json").has(0, &["exécutée"], &[]);
    for (words, status, out, err) in [
        ("--data nowhere backup b.tar", 1, &[][..], &["nowhere/journal.sqlite", "--data"][..]),
        ("backup b.tar --by anne", 0, &["b.tar: a backup of", "platform: yes", "components: 1"], &[]),
        ("backup b.tar", 2, &[], &["b.tar: it is there already", "another name"]),
        ("backup nowhere/b.tar", 1, &[], &["nowhere"]),
        ("restore b.tar", 2, &[], &["a shop's data are here already (journal.sqlite, platform.sqlite, catalogue.toml"]),
        ("--data new restore broken.tar", 2, &[], &["broken.tar: this is no backup", "nothing was restored"]),
        ("--data new restore missing.tar", 1, &[], &["missing.tar"]),
        ("--data new orders list", 1, &[], &["no shop has recorded anything here"]),
        ("--data new --language fr restore b.tar", 0, &["new : rétabli", "sauvegarde de anne", "catalogue : oui"], &[]),
        ("--data new orders show 2026-0142", 0, &["exécutée", "Sofia"], &[]),
        ("--data new orders verify", 0, &["2026-0142"], &[]),
        ("--data new orders replay 2026-0142", 0, &["the same answer"], &[]),
        ("--data new fulfil order.json", 0, &["Rien à faire"], &[]),
        ("--data new fulfil next.json", 0, &["ajouts", "exécutée"], &[]),
        ("--data new fulfil cancelled.json", 0, &["annulée"], &[]),
        ("orders show 2026-0142", 0, &["exécutée"], &[]),
    ] {
        folder.run(words).has(status, out, err);
    }
    let made = folder.run("--json backup c.tar --by anne").has(0, &[], &[]).json();
    let restored = folder.run("--json --data third restore c.tar").has(0, &[], &[]).json();
    for name in ["format", "program", "time", "by", "items"] {
        assert_eq!(made[name], restored[name], "{name}");
    }
    assert!(made["held_us"].is_u64() && made["bytes"].is_u64() && made["damaged"].as_array().unwrap().is_empty());
}

#[test]
fn a_backup_for_which_there_is_no_space_leaves_nothing() {
    let folder = Folder::new();
    folder.run("fulfil order.json").has(0, &[], &[]);
    let names = || folder.path(".").read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    let before = names();
    // Where a database is copied, and where the archive is written.
    for kib in [32, 100, 250] {
        let ran = Ran::new("backup", folder.command_within(kib, "backup b.tar").output().unwrap());
        ran.has(1, &[], &["error: "]);
        assert_eq!(names(), before, "within {kib} KiB");
    }
    folder.run("backup b.tar").has(0, &[], &[]);
    let ran = Ran::new("restore", folder.command_within(100, "--data new restore b.tar").output().unwrap());
    ran.has(1, &[], &["error: "]);
    assert!(!folder.path("new").exists());
}
