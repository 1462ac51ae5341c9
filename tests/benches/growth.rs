//! What grows with a shop's life, and what must not: the same work in a journal that is empty and in one with 60,000 orders of
//! 300,000 seats, in turns; in files first, and then on a PostgreSQL server. Ends with status 1 if any of it takes more than 1.5 times
//! as long. It takes some ten minutes, and 10 GB of the disk.
//!
//! `cargo bench --bench growth`

#[path = "../growth/old_shop.rs"]
mod old_shop;
#[path = "../stores/server.rs"]
#[allow(dead_code, unreachable_pub)]
mod server;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::state::LineState;
use shop_core::words::email::Email;
use shop_core::words::order::OrderId;
use shop_core::words::seat::SeatId;
use shop_folder::file;
use shop_harness::World;
use shop_host::Host;

use old_shop::{fill, journal, order, reopened, shop};

const ORDERS: u32 = 60_000;
const SEATS: usize = 5;
const COURSES: u32 = 1_000;

/// How often each thing is done in each journal.
const ROUNDS: usize = 60;

/// No more may be taken in the full journal than so many times what is taken in the empty one.
const MOST: f64 = 1.5;

/// What is measured, in the sequence in which it is done.
const WORK: [&str; 6] = ["preview", "accept", "order", "list", "seat change", "erasure"];

/// So many orders are in a list.
const PAGE: u32 = 10;

type Times = BTreeMap<&'static str, Vec<Duration>>;

async fn timed<T>(times: &mut Times, what: &'static str, work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let done = work.await;
    times.entry(what).or_default().push(began.elapsed());
    done
}

/// A new order of five seats is previewed, accepted and fulfilled, one of its people leaves, and is erased.
async fn round(world: &World, number: usize, times: &mut Times) {
    let id = format!("new-{number}");
    let people: Vec<String> = (1..=SEATS).map(|seat| format!("learner-{seat}.{id}")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let said = file::parse_order(&order(&id, &format!("boss.{id}"), &people).to_string()).expect("an order");
    timed(times, "preview", world.host.preview(&said)).await.expect("a preview");
    let accepted = timed(times, "accept", world.host.accept(&said)).await.expect("accepted");
    let done = timed(times, "order", accepted.fulfil(&|_, _| ())).await.expect("an outcome");
    assert_eq!(done.state, LineState::Fulfilled);
    timed(times, "list", list(world)).await;
    let release = Amendment::Seat(SeatId::derive(&id, 1, 1), SeatAmendment::Release);
    let order = OrderId::try_from(id.clone()).expect("an id");
    let done = timed(times, "seat change", world.host.amend(&order, &release, "bench", &|_, _| ())).await;
    assert_eq!(done.expect("an outcome").state, LineState::Fulfilled);
    let person: Email = format!("{}@example.org", people[0]).parse().expect("an address");
    let erased = timed(times, "erasure", world.host.erase(&person, "bench")).await.expect("erased");
    assert!(erased.rewritten > 0 && erased.recordings > 0);
}

/// The first orders that came.
async fn list(world: &World) {
    let records = world.host.journal();
    for id in records.orders_after(None, PAGE).await.expect("a page").expect("from the first on") {
        records.order(&id).await.expect("an order").expect("that is recorded");
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Does all of it in both, and tells of it. How many times as long in the full one at most.
async fn compare(store: &str, first: usize, empty: &World, full: &World) -> f64 {
    let (mut in_empty, mut in_full) = (Times::new(), Times::new());
    // The first ones are slower, wherever they are.
    round(empty, first, &mut Times::new()).await;
    round(full, first, &mut Times::new()).await;
    for number in first + 1..=first + ROUNDS {
        round(empty, number, &mut in_empty).await;
        round(full, number, &mut in_full).await;
    }
    println!(
        "## {store}: a journal of {ORDERS} orders of {SEATS} seats in {COURSES} courses; medians of {ROUNDS}, in turns"
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
    worst
}

fn tell_size(bytes: u64) {
    let of = |count: u64| bytes / 1000 / count;
    let (orders, seats) = (u64::from(ORDERS), u64::from(ORDERS) * SEATS as u64);
    println!("{} MB: {} kB an order, {} kB a seat", bytes / 1_000_000, of(orders), of(seats));
}

/// The same shop, with its journal in a new database.
async fn on_server(server: &server::Server, world: World) -> (World, server::Database) {
    let database = server.database().await;
    Host::move_journal(&world.data(), &database.address(), None).await.expect("moved");
    (reopened(world).await, database)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() -> ExitCode {
    let (empty, full) = (shop().await, shop().await);
    fill(&full, ORDERS, SEATS, COURSES).await;
    let claims: i64 =
        sqlx::query_scalar("SELECT count(*) FROM claims").fetch_one(&mut journal(&full).await).await.expect("a number");
    println!("{claims} claims");
    let mut worst = compare("In files", 0, &empty, &full).await;
    let began = Instant::now();
    assert!(full.host.compact().await, "nobody reads in it");
    println!("writing the full journal's file anew, which an erasure leaves to be done: {:.1?}", began.elapsed());
    tell_size(std::fs::metadata(full.data().join("journal.sqlite")).expect("the file").len());
    match server::server().await {
        None => println!("no PostgreSQL server is installed: it is not measured"),
        Some(server) => {
            let (empty, _) = on_server(server, empty).await;
            let began = Instant::now();
            let (full, database) = on_server(server, full).await;
            println!("moving the full one to the server: {:.1?}", began.elapsed());
            sqlx::query("VACUUM ANALYZE").execute(&mut database.direct().await).await.expect("statistics");
            worst = worst.max(compare("On a server", ROUNDS + 1, &empty, &full).await);
            let size: i64 = sqlx::query_scalar("SELECT pg_database_size(current_database())")
                .fetch_one(&mut database.direct().await)
                .await
                .expect("its size");
            tell_size(size.unsigned_abs());
        }
    }
    match worst <= MOST {
        true => ExitCode::SUCCESS,
        false => {
            eprintln!("expected at most {MOST} times, found {worst:.2}");
            ExitCode::FAILURE
        }
    }
}
