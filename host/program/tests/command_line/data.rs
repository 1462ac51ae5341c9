//! The data of a shop that are damaged, lost, or not all there.

use crate::shop::{Folder, ORDER};

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
