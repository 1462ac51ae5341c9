//! Handlers' versions on the command line.

use hostile_guests::Guest;
use shop_core::words::digest::Digest;

use crate::shop::Folder;

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
