//! How long a new session of 100 seats takes on a Moodle that is as fast as the measured one, with several requests under way
//! at once; and how long the same would take if each kind waited for the one before it, accounts being asked for by fifties.
//!
//! `cargo bench --bench moodle` ends with status 1 if it is not the part of that which it is to be.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use moodle_double::pace::{Pace, Work};
use moodle_double::site::{Course, Release, Role, Site};
use moodle_double::{MoodleDouble, Request};
use serde_json::{Value, json};
use shop_core::orders::state::LineState;
use shop_folder::file;
use shop_host::host::Host;
use shop_platforms::moodle::{MoodlePlatform, MoodleSettings, TokenSource};
use shop_sandbox::Allocation;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

const CATALOGUE: &str = r#"
    [[product]]
    reference = "SPOC"
    title = "SPOC"
    price = "10.00 EUR"
    handler = "setup-one-course-session"
    parameters = "coursename=SPOC&customersupport=SUPPORT&supervisor=teacher&duration=35"
    max_seats = 100
"#;

const SEATS: usize = 100;

/// So many requests at once, and the part of the time before that an order may take at most.
///
/// With two at once, half of the site's own work alone is 0.75 of it: a tenth is for what is not the site's work, and for what
/// nothing can stand beside.
const GOALS: [(usize, f64); 2] = [(2, 0.84), (4, 0.5)];

/// The pace of the measured site.
const PACE: Pace = Pace::MEASURED;

fn site() -> Site {
    let mut site = Site::new(Release::V4_5, TOKEN);
    for (id, short_name) in [(5, "student"), (9, "teacher")] {
        let short_name = short_name.to_owned();
        site.roles.insert(id, Role { short_name, in_course: true, in_user: true, assignable: true });
    }
    for (id, short_name) in [(2, "SPOC"), (3, "SUPPORT")] {
        let (short_name, full_name) = (short_name.to_owned(), short_name.to_owned());
        site.courses.insert(id, Course { short_name, full_name, start: 0, group_mode: 1, ..Course::default() });
    }
    site
}

fn order() -> Value {
    let person = |name: &str| json!({"email": format!("{name}@example.org"), "first_name": name, "last_name": "Test"});
    let seat = |number: usize| {
        let role = if number == 0 { "tutor" } else { "learner" };
        json!({"role": role, "occupant": person(&format!("person{number}"))})
    };
    let seats: Vec<Value> = (0..SEATS).map(seat).collect();
    json!({"id": "A", "state": "paid", "time": "2026-12-01T00:00:00Z", "operator": person("operator"),
        "lines": [{"line": 1, "product": "SPOC", "quantity": SEATS, "seats": seats}]})
}

/// How long a new order takes, and what was asked for it.
async fn fulfilled(parallel: usize, pace: Pace) -> (Duration, Vec<Request>) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let double = MoodleDouble::start(site()).await;
    std::fs::write(file("token"), TOKEN).expect("the token");
    std::fs::write(file("catalogue.toml"), CATALOGUE).expect("the catalogue");
    std::fs::write(file("handler.wasm"), shop_harness::setup_one_course_session()).expect("the handler");
    let settings = MoodleSettings {
        token: TokenSource::File(file("token")),
        roles: [("student".to_owned(), 5), ("teacher".to_owned(), 9)].into(),
        parallel: parallel.try_into().expect("at least one"),
        ..MoodleSettings::new(&double.url())
    };
    let platform = MoodlePlatform::open(settings, &file("moodle.sqlite")).await.expect("the platform");
    let catalogue = file::read_catalogue(&file("catalogue.toml")).expect("the catalogue");
    let host = Host::open(&file("data"), catalogue, std::sync::Arc::new(platform), Allocation::OnDemand).await;
    let host = host.expect("a shop");
    let handler = host.handlers().install(&file("handler.wasm"), "bench").await.expect("installed").handler;
    host.handlers().activate(handler.digest, "bench").await.expect("activated");
    let order = file::parse_order(&order().to_string()).expect("an order");
    double.takes(pace);
    double.take_requests();
    let began = Instant::now();
    let outcome = host.fulfil(&order, &|_, _| ()).await.expect("an outcome");
    let took = began.elapsed();
    assert_eq!(outcome.state, LineState::Fulfilled);
    (took, double.take_requests())
}

/// How long the changes of these requests would take if each kind waited for the one before, in requests of 900 variables; and
/// new accounts were asked for by fifties, so many of these requests at once.
fn one_after_the_other(requests: &[Request], parallel: usize) -> Duration {
    let kinds: std::collections::BTreeSet<&str> = changes(requests).map(|request| &*request.function).collect();
    let of_kind = |kind: &str| {
        let of_kind: Vec<&Request> = changes(requests).filter(|request| request.function == kind).collect();
        let rows: usize = of_kind.iter().map(|request| request.work.rows).sum();
        let variables: usize = of_kind.iter().map(|request| request.variables - 3).sum();
        let is_mailed = of_kind.iter().any(|request| request.work.mails > 0);
        let (largest, at_once) = if is_mailed { (50, parallel) } else { (897 * rows / variables, 1) };
        let mut lanes = vec![Duration::ZERO; at_once];
        for from in (0..rows).step_by(largest) {
            let rows = largest.min(rows - from);
            let mails = if is_mailed { rows } else { 0 };
            *lanes.iter_mut().min().expect("a lane") += PACE.of(Work { rows, mails });
        }
        lanes.into_iter().max().expect("a lane")
    };
    kinds.into_iter().map(of_kind).sum()
}

fn changes(requests: &[Request]) -> impl Iterator<Item = &Request> {
    requests.iter().filter(|request| request.work.rows > 0)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() -> ExitCode {
    let reading_only = Pace { reading: PACE.reading, ..Pace::default() };
    println!("## A new session of {SEATS} seats, 48 ms a mail, 7 ms a row, 20 ms a request");
    println!(
        "| at once | requests | before | now | now / before | bound |\n| ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    let mut is_met = true;
    for (parallel, most) in GOALS {
        let (now, requests) = fulfilled(parallel, PACE).await;
        // All but the changes: it takes as long however they are made.
        let (rest, _) = fulfilled(parallel, reading_only).await;
        let before = rest + one_after_the_other(&requests, parallel);
        let work: Duration = changes(&requests).map(|request| PACE.of(request.work)).sum();
        let least = rest + work / u32::try_from(parallel).expect("a few");
        let of_before = |time: Duration| time.as_secs_f64() / before.as_secs_f64();
        println!(
            "| {parallel} | {} | {before:.2?} | {now:.2?} | {:.2} | {:.2} |",
            requests.len(),
            of_before(now),
            of_before(least)
        );
        if of_before(now) > most {
            eprintln!("expected at most {most} of the time before, found {:.3}", of_before(now));
            is_met = false;
        }
    }
    if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
