//! What grows with a shop's life, and what must not: the same work in a journal that is empty and in one with 20,000 orders,
//! 1,000 courses and 200,000 claims, in turns. Ends with status 1 if any of it takes more than 1.3 times as long.
//!
//! `cargo bench --bench growth`

#[path = "../growth/old_shop.rs"]
mod old_shop;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::state::LineState;
use shop_core::words::email::Email;
use shop_core::words::order::OrderId;
use shop_core::words::seat::SeatId;
use shop_harness::World;

use old_shop::{fill, journal, order, shop};

const ORDERS: u32 = 20_000;
const COURSES: u32 = 1_000;
const CLAIMS: i64 = 200_000;

/// How often each thing is done in each journal.
const ROUNDS: usize = 60;

/// No more may be taken in the full journal than so many times what is taken in the empty one.
const MOST: f64 = 1.3;

/// What is measured, in the sequence in which it is done.
const WORK: [&str; 4] = ["preview", "order", "seat change", "erasure"];

type Times = BTreeMap<&'static str, Vec<Duration>>;

async fn timed<T>(times: &mut Times, what: &'static str, work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let done = work.await;
    times.entry(what).or_default().push(began.elapsed());
    done
}

/// A new order of five seats is previewed and fulfilled, one of its people leaves, and is erased.
async fn round(world: &World, number: usize, times: &mut Times) {
    let id = format!("new-{number}");
    let people: Vec<String> = (1..=5).map(|seat| format!("learner-{seat}.{id}")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let json = order(&id, &format!("boss.{id}"), &people).to_string();
    timed(times, "preview", world.preview(&json)).await.expect("a preview");
    let done = timed(times, "order", world.fulfil(&json)).await.expect("an outcome");
    assert_eq!(done.state, LineState::Fulfilled);
    let release = Amendment::Seat(SeatId::derive(&id, 1, 1), SeatAmendment::Release);
    let order = OrderId::try_from(id.clone()).expect("an id");
    let done = timed(times, "seat change", world.host.amend(&order, &release, "bench", &|_, _| ())).await;
    assert_eq!(done.expect("an outcome").state, LineState::Fulfilled);
    let person: Email = format!("{}@example.org", people[0]).parse().expect("an address");
    let erased = timed(times, "erasure", world.host.erase(&person, "bench")).await.expect("erased");
    assert!(erased.rewritten > 0 && erased.recordings > 0);
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() -> ExitCode {
    let (empty, full) = (shop().await, shop().await);
    fill(&full, ORDERS, COURSES).await;
    let claims: i64 =
        sqlx::query_scalar("SELECT count(*) FROM claims").fetch_one(&mut journal(&full).await).await.expect("a number");
    assert!(claims >= CLAIMS, "{claims} claims");
    let (mut in_empty, mut in_full) = (Times::new(), Times::new());
    // The first ones are slower, wherever they are.
    round(&empty, 0, &mut Times::new()).await;
    round(&full, 0, &mut Times::new()).await;
    for number in 1..=ROUNDS {
        round(&empty, number, &mut in_empty).await;
        round(&full, number, &mut in_full).await;
    }
    println!(
        "## In a journal of {ORDERS} orders, {COURSES} courses and {claims} claims; medians of {ROUNDS}, in turns"
    );
    println!("| | empty | full | full / empty |\n| --- | ---: | ---: | ---: |");
    let mut worst: f64 = 0.0;
    for what in WORK {
        let of = |times: &mut Times| times.get_mut(what).map(|times| median(times)).expect("measured");
        let (empty, full) = (of(&mut in_empty), of(&mut in_full));
        let ratio = full.as_secs_f64() / empty.as_secs_f64();
        worst = worst.max(ratio);
        println!("| {what} | {empty:.1?} | {full:.1?} | {ratio:.2} |");
    }
    let began = Instant::now();
    assert!(full.host.compact().await, "nobody reads in it");
    println!("writing the full journal's file anew, which an erasure leaves to be done: {:.1?}", began.elapsed());
    match worst <= MOST {
        true => ExitCode::SUCCESS,
        false => {
            eprintln!("expected at most {MOST} times, found {worst:.2}");
            ExitCode::FAILURE
        }
    }
}
