//! What a host does under load: whole fulfilments on the embedded platform with durable commits, versions swapped while
//! orders flow, and what handlers cost that are installed and idle.
//!
//! `cargo bench --bench load`

mod case;
mod order;

use std::sync::Arc;
use std::time::{Duration, Instant};

use hostile_guests::Guest;
use shop_core::orders::state::LineState;
use shop_harness::{Given, World, resident_bytes};
use shop_sandbox::{Allocation, Engine};

use case::case;

const CATALOGUE: &str = r#"
    [[product]]
    reference = "SPOC"
    title = "SPOC"
    price = "10.00 EUR"
    handler = "setup-one-course-session"
    parameters = "coursename=SPOC&supervisor=teacher&duration=35"
    max_seats = 100

    [[product]]
    reference = "GUEST"
    title = "GUEST"
    price = "10.00 EUR"
    handler = "hostile"
    parameters = "coursename=SPOCM1"
    max_seats = 100
"#;

const PLATFORM: &str = r#"
    role = [
        { short_name = "student", in_course = true, in_account = true },
        { short_name = "teacher", in_course = true, in_account = true },
    ]
    course = [
        { short_name = "SPOC", title = "SPOC", start = "2026-01-01T00:00:00Z" },
        { short_name = "SPOCM1", title = "SPOC", start = "2026-01-01T00:00:00Z" },
    ]
"#;

async fn world() -> Arc<World> {
    let given = Given::catalogue(CATALOGUE).platform(PLATFORM).handler(shop_harness::setup_one_course_session());
    Arc::new(given.open().await)
}

/// A paid order of five learners whom nobody else orders for.
fn order(id: &str, product: &str) -> String {
    order::order(id, product, &(1..=5).map(|number| format!("{number}.{id}")).collect::<Vec<_>>())
}

/// Fulfils this many orders, so many at once, and tells how long each took.
async fn fulfil(world: &Arc<World>, run: &str, product: &'static str, orders: usize, at_once: usize) -> Vec<Duration> {
    let workers = (0..at_once).map(|worker| {
        let (world, run) = (world.clone(), run.to_owned());
        tokio::spawn(async move {
            let mut took = Vec::new();
            for number in (worker..orders).step_by(at_once) {
                let order = order(&format!("{run}-{number}"), product);
                let began = Instant::now();
                let outcome = world.fulfil(&order).await.expect("an outcome");
                took.push(began.elapsed());
                assert_eq!(outcome.state, LineState::Fulfilled);
            }
            took
        })
    });
    let mut all = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        all.extend(worker.await.expect("a worker"));
    }
    all.sort();
    all
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

async fn throughput() {
    println!("\n## Whole fulfilments of 5 seats, embedded platform, durable commits");
    println!("in flight | a second | median | p99");
    for at_once in [1, 2, 4, 8, 16] {
        let world = world().await;
        fulfil(&world, "warm", "SPOC", 10, 1).await;
        let began = Instant::now();
        let took = fulfil(&world, "run", "SPOC", 200, at_once).await;
        let rate = 200.0 / began.elapsed().as_secs_f64();
        println!("{at_once} | {rate:.0} | {:.2?} | {:.2?}", percentile(&took, 50), percentile(&took, 99));
    }
    let engine = Engine::new(Allocation::OnDemand).expect("an engine");
    let compiled = engine.compile(shop_harness::setup_one_course_session()).expect("compiling");
    // SAFETY: the engine has just compiled it.
    let program = unsafe { engine.load(&compiled) }.expect("loading");
    let manifest = program.describe().expect("room for a call").expect("a manifest");
    let (line, snapshot) = case(5);
    let began = Instant::now();
    for _ in 0..1_000 {
        program.fulfil(&line, snapshot.clone(), &manifest).expect("room for a call").answer.expect("an answer");
    }
    println!("of which the sandbox, for one call: {:.1?}", began.elapsed() / 1_000);
}

async fn hot_swap() {
    const ORDERS: usize = 600;
    println!("\n## 100 activations while {ORDERS} orders flow, 4 in flight");
    let world = world().await;
    let versions = [world.serve(&Guest::Nothing.bytes()).await, world.serve(&Guest::State.bytes()).await];
    fulfil(&world, "warm", "GUEST", 20, 4).await;
    // In turns, so that both see the same machine.
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for round in 0..5 {
        without.extend(fulfil(&world, &format!("still-{round}"), "GUEST", ORDERS / 5, 4).await);
        let swapped = format!("swap-{round}");
        let flowing = fulfil(&world, &swapped, "GUEST", ORDERS / 5, 4);
        let swapping = async {
            for swap in 0..20 {
                world.host.handlers().activate(versions[swap % 2].digest, "bench").await.expect("activated");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        with.extend(tokio::join!(flowing, swapping).0);
    }
    without.sort();
    with.sort();
    for (name, took) in [("without", &without), ("with", &with)] {
        println!("{name} swaps: median {:.2?}, p99 {:.2?}, all fulfilled", percentile(took, 50), percentile(took, 99));
    }
    let ratio = percentile(&with, 99).as_secs_f64() / percentile(&without, 99).as_secs_f64();
    println!("p99 with / without: {ratio:.2}");
}

async fn versions() {
    println!("\n## Versions");
    let world = world().await;
    let ours = shop_harness::setup_one_course_session();
    let engine = Engine::new(Allocation::OnDemand).expect("an engine");
    let began = Instant::now();
    let compiled = engine.compile(ours).expect("compiling");
    println!("compiling {} bytes: {:.1?}, to {} bytes", ours.len(), began.elapsed(), compiled.len());
    let digest = shop_core::words::digest::Digest::of(ours);
    let mut hosts = Vec::new();
    for _ in 0..20 {
        hosts.push(world.another_host().await);
    }
    let began = Instant::now();
    for host in &hosts {
        host.handlers().load(digest).await.expect("loaded");
    }
    println!("loading it, compiled before (file, digest, describe): {:.2?}", began.elapsed() / 20);
    drop(hosts);
    let began = Instant::now();
    for _ in 0..100 {
        world.serve(ours).await;
    }
    println!("installing and activating what is there: {:.2?}", began.elapsed() / 100);

    // As many as stay loaded.
    const IDLE: u64 = 100;
    let before = resident_bytes();
    let began = Instant::now();
    for number in 0..IDLE {
        let name = format!("idle-{number}");
        world.install(&Guest::Nothing.named(&name)).await.expect("installed");
    }
    println!("installing {IDLE} handlers: {:.1?} each", began.elapsed() / IDLE as u32);
    if let (Some(before), Some(after)) = (before, resident_bytes()) {
        println!("memory of each, loaded and idle: {} KiB", after.saturating_sub(before) / IDLE / 1024);
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() {
    throughput().await;
    hot_swap().await;
    versions().await;
}
