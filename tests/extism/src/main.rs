//! What a call of an Extism plugin costs that does work like that of setup-one-course-session: a fresh instance each time,
//! from the same sizes as `cargo bench --bench sandbox`.

use std::time::Instant;

use extism::{CompiledPlugin, Manifest, Plugin, PluginBuilder, Wasm};
use extism_guest::{Input, Person, Seat, Session};

fn person(number: u32) -> Person {
    Person {
        email: format!("person.{number}@example.org"),
        first_name: format!("First{number}"),
        last_name: format!("Last{number}"),
        language: Some("fr".to_owned()),
    }
}

fn input(seats: u32) -> Input {
    let text = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let id = |(name, id): (&str, u64)| (name.to_owned(), id);
    let seat = |number| Seat { id: format!("XXXX-XXXX-{number}"), tutor: number == 2, occupant: Some(person(number)) };
    Input {
        order: "2026-0142".to_owned(),
        time: 1_796_083_200,
        parameters: [("coursename", "SPOCM1"), ("supervisor", "teacher"), ("duration", "35"), ("customersupport", "SUPPORT")]
            .map(text)
            .into(),
        operator: person(0),
        seats: (1..=seats).map(seat).collect(),
        accounts: (0..=seats).step_by(3).map(|n| (person(n).email, u64::from(n))).collect(),
        courses: [("SPOCM1", 1), ("SUPPORT", 2)].map(id).into(),
        roles: [("student", 5), ("teacher", 3)].map(id).into(),
    }
}

fn main() {
    let wasm = std::env::args().nth(1).expect("the plugin: a .wasm file");
    let manifest = Manifest::new([Wasm::data(std::fs::read(wasm).expect("reading the plugin"))]);
    let compiled = CompiledPlugin::new(PluginBuilder::new(manifest).with_wasi(false)).expect("compiling the plugin");
    println!("seats | median call, instantiated afresh, JSON both ways");
    for (seats, calls) in [(1, 2_000), (5, 2_000), (32, 1_000), (1_000, 100), (10_000, 20)] {
        let input = input(seats);
        let mut took: Vec<_> = (0..calls)
            .map(|_| {
                let began = Instant::now();
                let json = serde_json::to_string(&input).expect("JSON");
                let mut plugin = Plugin::new_from_compiled(&compiled).expect("an instance");
                let output: String = plugin.call("fulfil", &json).expect("an answer");
                let session: Session = serde_json::from_str(&output).expect("a session");
                assert_eq!(session.accounts.len() as u32, seats + 1);
                drop(plugin);
                began.elapsed()
            })
            .collect();
        took.sort();
        println!("{seats} | {:.1?}", took[took.len() / 2]);
    }
}
