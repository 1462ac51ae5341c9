//! A machine that has no room, or no time: that says nothing of orders, products and handlers.

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hostile_guests::Guest;
use hostile_guests::shapes::Shape;

use crate::shop::{Folder, Ran};

/// Each call of a handler reserves 4 GiB of addresses.
fn cramped(folder: &Folder, words: &str) -> Ran {
    Ran::new(words, folder.command_limited("ulimit -v 3000000", words).output().unwrap())
}

#[test]
fn where_there_is_no_memory_for_a_call_nothing_is_decided() {
    let folder = Folder::new();
    folder.write("new.wasm", Guest::Nothing.named("setup-one-course-session"));
    folder.write("second.json", crate::shop::ORDER.replace("2026-0142", "second"));
    folder.run("fulfil second.json").has(0, &[], &[]);
    let why = "this machine has no memory or no free sandbox for a handler's call";
    for words in [
        "check shop/catalogue.toml",
        "preview order.json",
        "handlers install new.wasm",
        "handlers preview handler.wasm",
        "orders replay second",
    ] {
        cramped(&folder, words).has(5, &[], &[why]);
        assert_eq!(cramped(&folder, &format!("--json {words}")).json()["status"], 5, "{words}");
    }
    let list = folder.run("--json handlers list").json();
    assert_eq!(list.as_array().unwrap().len(), 1, "{list:#}");

    cramped(&folder, "fulfil order.json").has(5, &[why, "en attente d’un nouvel essai", "Le prochain essai"], &[]);
    folder.run("orders list").has(0, &["2026-0142", "en attente d’un nouvel essai"], &[]);
    folder.run("orders show 2026-0142").has(0, &[why], &[]);
    folder.sql("journal", "UPDATE unfinished SET next_try = 0");
    folder.run("work --once").has(0, &["2026-0142", "exécutée"], &[]);
}

#[test]
fn what_is_hard_to_compile_is_refused_by_the_program_and_what_this_machine_lacks_for_it_is_told() {
    let folder = Folder::new();
    folder.write("hard.wasm", Shape::LongSum.bytes());
    let refused = folder.run("handlers install hard.wasm").has(3, &[], &["it cannot be compiled", "MiB of memory"]);
    assert_eq!(folder.run("--json handlers install hard.wasm").json()["status"], refused.status);

    folder.write("new.wasm", Guest::Nothing.named("new"));
    let words = "handlers install new.wasm";
    let lacking = folder.command_limited("ulimit -d 300000", words).output().unwrap();
    Ran::new(words, lacking).has(5, &[], &["this machine could not compile a handler's component"]);
    folder.run(words).has(0, &["new"], &[]);
}

/// Whether a process waits for a lock that another has.
fn waits_for_a_lock(process: u32) -> bool {
    let locks = std::fs::read_to_string("/proc/locks").unwrap();
    locks.lines().any(|line| line.contains("->") && line.split_whitespace().any(|word| word == process.to_string()))
}

#[test]
#[cfg(target_os = "linux")]
fn whoever_ends_the_program_does_not_wait_for_another_one() {
    let folder = Folder::new();
    folder.sql("platform", "ALTER TABLE enrolments RENAME TO lost");
    folder.run("fulfil order.json").has(5, &["Le prochain essai"], &[]);
    folder.sql("platform", "ALTER TABLE lost RENAME TO enrolments");
    folder.sql("journal", "UPDATE unfinished SET next_try = 0");
    let other = File::options().create(true).truncate(false).write(true).open(folder.path("shop/lock")).unwrap();
    other.lock().unwrap();
    let mut child = folder.command("work").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // Not a matter of speed: without an end, nothing would tell that this hangs.
    let until = Instant::now() + Duration::from_secs(120);
    let later = || {
        assert!(Instant::now() < until, "it hangs");
        std::thread::sleep(Duration::from_millis(10));
    };
    while !waits_for_a_lock(child.id()) {
        later();
    }
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => later(),
        }
    };
    assert_eq!(status.code(), Some(0), "{status}");
}
