//! What the host does for a handler is the handler's to pay for: whatever a line says, wording it takes no more than the line is
//! charged for, and a manifest's texts are read in as little.

use std::time::{Duration, Instant};

use hostile_guests::Guest;
use shop_core::calls::limits::Limits;
use shop_core::words::message::Value;
use shop_core::words::wording::Texts;
use shop_sandbox::{Allocation, Engine};

use self::case::case;

#[path = "../benches/case.rs"]
mod case;

/// A text `t` that is dear in some way, and with how many bytes it is filled in.
struct Dear {
    how: &'static str,
    ftl: String,
    argument: usize,
}

/// Each way that there is to be dear, as far as texts may go in it.
fn all() -> Vec<Dear> {
    let variants = |n: usize| (0..n).map(|n| format!("\n [{n}] x")).collect::<String>();
    let select = |n: usize| format!("{{ $a ->{}\n *[x] {{ $a }}\n }}", variants(n));
    let dear = |how, ftl: String, argument| Dear { how, ftl, argument };
    vec![
        dear("nothing but a letter", "t = x".to_owned(), 0),
        dear("8,000 bytes", format!("t = {}", "x".repeat(8_000)), 0),
        dear("99 variants", format!("t = {}", select(98)), 10),
        dear("32 places", format!("t = {}", "{ $a }".repeat(32)), 1),
        dear("32 places for a long text", format!("t = {}", "{ $a }".repeat(32)), 1_000),
        dear("references", format!("t = {}\nr = {}", "{ r }".repeat(15), "x".repeat(500)), 0),
        dear("references to variants", format!("t = {}\nr = {}", "{ r }".repeat(9), select(9)), 10),
        dear("terms with arguments", format!("t = {}\n-r = {{ $b }}", "{ -r(b: \"0123456789\") }".repeat(16)), 0),
    ]
}

/// What comes of it if a line of so many seats says it as often as it may.
struct Worded {
    messages: u64,
    bytes: u64,
    took: Duration,
}

impl Dear {
    fn worded(&self, seats: usize) -> Worded {
        let limits = Limits::for_seats(seats);
        let texts = Texts::new([("en", self.ftl.as_str())]).unwrap_or_else(|error| panic!("{}: {error}", self.how));
        let arguments = [("a".to_owned(), Value::from("x".repeat(self.argument)))];
        let by_bytes = limits.message_bytes / ("t".len() + "a".len() + self.argument) as u64;
        let messages = (limits.wording / texts.weight("t", self.argument)).min(limits.messages).min(by_bytes);
        let began = Instant::now();
        let bytes = (0..messages).map(|_| texts.word("en", "t", &arguments).len() as u64).sum();
        Worded { messages, bytes, took: began.elapsed() }
    }
}

#[test]
fn whatever_a_line_says_becomes_no_longer_than_it_is_charged_for() {
    for seats in [0, 1, 30, 300] {
        for dear in all() {
            let Worded { messages, bytes, .. } = dear.worded(seats);
            let allowed = Limits::for_seats(seats).wording;
            assert!(messages > 0 && bytes <= allowed, "{}, {seats} seats: {bytes} bytes of {allowed}", dear.how);
        }
    }
}

/// A manifest with as many texts as there may be, or as long ones.
fn translations(texts: usize, text: &str) -> Vec<(String, String)> {
    let limits = Limits::describe();
    let languages = (b'a'..=b'y').flat_map(|first| [b'a', b'b'].map(|second| [first, second]));
    let ftl: String = (0..texts).map(|n| format!("t{n} = {text}\n")).collect();
    assert!(ftl.len() as u64 <= limits.translation, "{}", ftl.len());
    let translations = languages.map(|tag| (String::from_utf8_lossy(&tag).into_owned(), ftl.clone()));
    let translations: Vec<_> = translations.collect();
    assert_eq!(translations.len() as u64, limits.translations);
    translations
}

/// How long a line of so many seats may compute: all its fuel.
fn all_fuel(seats: u32) -> Duration {
    let engine = Engine::new(Allocation::OnDemand).unwrap();
    let compiled = engine.compile(&Guest::LoopFulfil.bytes()).unwrap();
    // SAFETY: the engine has just compiled it.
    let program = unsafe { engine.load(&compiled) }.unwrap();
    let manifest = program.describe().unwrap().unwrap();
    let (line, snapshot) = case(seats);
    let began = Instant::now();
    assert!(program.fulfil(&line, snapshot, &manifest).unwrap().answer.is_err());
    began.elapsed()
}

/// Prints how what the host does compares with what the handler may do: `cargo test --workspace --test end_to_end --
/// --ignored --nocapture what_the_host_does`.
#[test]
#[ignore = "it measures"]
fn what_the_host_does_for_a_line_of_10_000_seats_beside_what_its_handler_may() {
    let seats = 10_000;
    let fuel = all_fuel(seats);
    println!("| | messages | MB | time | of the time of all fuel |\n| --- | ---: | ---: | ---: | ---: |");
    let row = |how: &str, messages: u64, bytes: u64, took: Duration| {
        let ratio = took.as_secs_f64() / fuel.as_secs_f64();
        println!("| {how} | {messages} | {:.1} | {took:.2?} | {ratio:.2} |", bytes as f64 / 1e6);
    };
    row("all fuel", 0, 0, fuel);
    for dear in all() {
        let Worded { messages, bytes, took } = dear.worded(seats as usize);
        row(dear.how, messages, bytes, took);
        assert!(bytes <= Limits::for_seats(seats as usize).wording);
    }
    for (how, texts, text) in [
        ("a manifest of 50 × 800 texts", 800, "x".repeat(60)),
        ("a manifest of 50 × 8 long texts", 8, "x".repeat(8_000)),
        ("a manifest of 50 × 400 texts with a place", 400, format!("{} {{ $a }}", "x".repeat(100))),
    ] {
        let translations = translations(texts, &text);
        let pairs = || translations.iter().map(|(language, ftl)| (language.as_str(), ftl.as_str()));
        let bytes = pairs().map(|(_, ftl)| ftl.len() as u64).sum();
        let began = Instant::now();
        Texts::new(pairs()).unwrap_or_else(|error| panic!("{how}: {error}"));
        row(how, 0, bytes, began.elapsed());
    }
}
