//! The program is killed at random instants while several orders are in flight, each time as a real process by SIGKILL.
//! What it leaves is gone on with, and ends as if it had never been killed.
//!
//! `SHOP_KILLS` says how often (default 100), `SHOP_SEED` at which instants; what is printed reproduces a failure, as far as
//! instants can be reproduced.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::shop::Folder;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

fn person(name: &str) -> Value {
    json!({"email": format!("{name}@kills.example"), "first_name": name, "last_name": "Test"})
}

/// Who learns in orders of several operators. Their accounts are there before: of whoever has none, the operator is in charge whose
/// order is worked at first, and that changes with the instant of a kill.
const SHARED: [&str; 5] = ["anne", "bob", "carl", "dora", "emil"];

/// An order that shares its learners with the others of its round, but for somebody new of its own.
fn order(id: &str, state: &str, operator: &str, learners: &[&str]) -> Value {
    let seat = |name: &str| json!({"role": "learner", "occupant": person(name)});
    let newcomer = seat(&format!("new-{}", id.to_lowercase()));
    let seats: Vec<Value> = learners.iter().map(|name| seat(name)).chain([newcomer]).collect();
    json!({"id": id, "state": state, "time": "2026-12-01T00:00:00Z", "operator": person(operator), "lines": [
        {"line": 1, "product": "SPOCM1", "quantity": 4, "seats": seats}
    ]})
}

/// The stages of a round: orders that are handed over at once.
fn stages(round: usize) -> Vec<Vec<Value>> {
    let ids = ["A", "B", "C", "D"].map(|id| format!("{id}-{round}"));
    let all = |state: &str, people: &[&[&str]; 4]| -> Vec<Value> {
        let operators = ["olga", "otto", "olga", "oda"];
        let of = ids.iter().zip(operators).zip(people);
        of.map(|((id, operator), people)| order(id, state, operator, people)).collect()
    };
    let first: [&[&str]; 4] = [&["anne", "bob"], &["bob", "carl"], &["anne", "dora"], &["emil"]];
    let changed: [&[&str]; 4] = [&["anne", "carl"], &["bob"], &["emil", "dora"], &["bob", "anne", "carl"]];
    let mixed = all("suspended", &changed).into_iter().step_by(2).chain(all("cancelled", &changed).into_iter().skip(3));
    vec![all("paid", &first), all("paid", &changed), mixed.collect(), all("cancelled", &changed)]
}

fn hand_over(folder: &Folder, stage: &[Value]) -> String {
    let names: Vec<String> = (0..stage.len()).map(|nth| format!("order-{nth}.json")).collect();
    for (name, order) in names.iter().zip(stage) {
        folder.write(name, order.to_string());
    }
    format!("fulfil {}", names.join(" "))
}

/// Lets it run for a while; whether it was killed.
fn kill_after(mut child: Child, pause: Duration) -> bool {
    let start = Instant::now();
    while start.elapsed() < pause {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return false;
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    true
}

fn platform(folder: &Folder) -> String {
    folder.run("platform show --json").has(0, &[], &[]).out
}

#[test]
fn killed_at_random_instants_it_ends_as_if_it_never_was() {
    let (kills, seed) = (number("SHOP_KILLS", 100), number("SHOP_SEED", 1));
    let mut random = fastrand::Rng::with_seed(seed);
    let (undisturbed, folder) = (Folder::new(), Folder::new());
    for folder in [&undisturbed, &folder] {
        let account = |name| {
            format!("[[account]]\nemail = \"{name}@kills.example\"\nfirst_name = \"{name}\"\nlast_name = \"Test\"\n")
        };
        folder.write("people.toml", SHARED.map(account).concat());
        folder.run("platform seed people.toml").has(0, &["7 accounts"], &[]);
    }
    let mut killed = 0;
    let mut round = 0;
    while killed < kills {
        for stage in stages(round) {
            let start = Instant::now();
            undisturbed.run(&hand_over(&undisturbed, &stage)).has(0, &[], &[]);
            let usual = start.elapsed();
            let fulfil = hand_over(&folder, &stage);
            loop {
                let child = folder.command(&fulfil).stdout(Stdio::null()).spawn().unwrap();
                if !kill_after(child, usual.mul_f64(1.2 * random.f64())) {
                    break;
                }
                killed += 1;
                // Every other time it goes on by itself first; else it is killed in the midst of what it left.
                if random.bool() {
                    folder.run("work --once").has(0, &[], &[]);
                }
            }
            let told = format!("SHOP_SEED={seed} SHOP_KILLS={kills}: round {round} after {killed} kills");
            assert_eq!(platform(&folder), platform(&undisturbed), "{told}");
        }
        folder.run("orders verify").has(0, &[], &[]);
        folder.run("audit check").has(0, &[], &[]);
        round += 1;
    }
}
