//! What orders take that are worked at at once, beside what one takes alone: on a platform that takes 100 ms for each request, with
//! and without a person in common; and a preview during a large order.
//!
//! `cargo bench --bench side_by_side` ends with status 1 if it is not the part of that which it is to be.

#[path = "../fixtures/disturbed.rs"]
#[allow(dead_code, unreachable_pub)]
mod disturbed;
mod order;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use disturbed::{Disturbed, Disturbs, Passage};
use futures_util::future::join_all;
use shop_core::orders::said::Said;
use shop_core::orders::state::LineState;
use shop_core::platform::Reply;
use shop_folder::file;
use shop_harness::{Given, World};
use shop_host::host::Host;
use shop_sandbox::Allocation;
use tokio::sync::Semaphore;

const CATALOGUE: &str = r#"
    [[product]]
    reference = "SPOC"
    title = "SPOC"
    price = "10.00 EUR"
    handler = "setup-one-course-session"
    parameters = "coursename=SPOC&supervisor=teacher&duration=35"
    max_seats = 10000
"#;

const PLATFORM: &str = r#"
    role = [
        { short_name = "student", in_course = true, in_account = true },
        { short_name = "teacher", in_course = true, in_account = true },
    ]
    course = [{ short_name = "SPOC", title = "SPOC", start = "2026-01-01T00:00:00Z" }]
"#;

/// So many orders at once.
const MANY: usize = 16;

/// Each request takes this long.
struct Slow(Duration);

#[async_trait]
impl Disturbs for Slow {
    async fn passage(&self, _method: &'static str, elements: usize) -> Reply<Passage> {
        tokio::time::sleep(self.0).await;
        Ok(Passage::free(elements))
    }
}

async fn world() -> World {
    Given::catalogue(CATALOGUE).platform(PLATFORM).handler(shop_harness::setup_one_course_session()).open().await
}

async fn slow_host(world: &World) -> Host {
    let catalogue = file::read_catalogue(&world.folder().join("catalogue.toml")).expect("a catalogue");
    let platform = Disturbed::platform(world.platform.clone(), Slow(Duration::from_millis(100)));
    Host::open(&world.data(), catalogue, platform, Allocation::OnDemand).await.expect("a host")
}

/// A paid order of so many learners, the first of whom is somebody whom others order for, too.
fn order(id: &str, seats: usize, shared: Option<&str>) -> Said {
    let name = |number: usize| match (number, shared) {
        (0, Some(shared)) => shared.to_owned(),
        (number, _) => format!("{number}.{id}"),
    };
    let learners: Vec<String> = (0..seats).map(name).collect();
    file::parse_order(&order::order(id, "SPOC", &learners)).expect("an order")
}

/// How long it takes to fulfil them all at once.
async fn fulfil(host: &Host, orders: &[Said]) -> Duration {
    fulfil_by(host, orders, orders.len()).await
}

/// The same, so many at once.
async fn fulfil_by(host: &Host, orders: &[Said], at_once: usize) -> Duration {
    let (began, room) = (Instant::now(), Semaphore::new(at_once));
    let each = orders.iter().map(async |order| {
        let _place = room.acquire().await;
        let outcome = host.fulfil(order, &|_, _| ()).await.expect("an outcome");
        assert_eq!(outcome.state, LineState::Fulfilled);
    });
    join_all(each).await;
    began.elapsed()
}

/// A ratio that is to be at most so much.
fn told(what: &str, one: Duration, other: Duration, most: f64) -> bool {
    let ratio = other.as_secs_f64() / one.as_secs_f64();
    println!("{what} | {one:.2?} | {other:.2?} | {ratio:.2} | {most}");
    ratio <= most
}

async fn run() -> bool {
    println!("what | one alone | these | ratio | at most");
    let world = world().await;
    let host = slow_host(&world).await;
    fulfil(&host, &[order("warm", 5, None)]).await;
    let alone = fulfil(&host, &[order("alone", 5, None)]).await;
    let apart: Vec<Said> = (0..MANY).map(|number| order(&format!("apart-{number}"), 5, None)).collect();
    let all = fulfil(&host, &apart).await;
    let mut fine = told(&format!("{MANY} orders without a person in common"), alone, all, 1.5);
    let common: Vec<Said> = (0..MANY).map(|number| order(&format!("common-{number}"), 5, Some("anne"))).collect();
    let all = fulfil(&host, &common).await;
    fine &= told(&format!("{MANY} orders with one person in common"), alone, all, MANY as f64 * 1.1);

    let fast = &world.host;
    let orders =
        |name: &str| (0..10 * MANY).map(|number| order(&format!("{name}-{number}"), 1, None)).collect::<Vec<_>>();
    let alone = fulfil_by(fast, &orders("one"), 1).await;
    let at_once = fulfil_by(fast, &orders("many"), MANY).await;
    fine &=
        told(&format!("{} orders on the embedded platform, {MANY} at once beside one", 10 * MANY), alone, at_once, 0.2);

    let (large, small) = (order("large", 10_000, None), order("small", 5, None));
    let preview = async || {
        let began = Instant::now();
        fast.preview(&small).await.expect("a preview");
        began.elapsed()
    };
    let mut alone: Vec<Duration> = Vec::new();
    for _ in 0..50 {
        alone.push(preview().await);
    }
    let mut during: Vec<Duration> = Vec::new();
    let host = world.another_host().await;
    let fulfilled = tokio::spawn(async move { fulfil(&host, &[large]).await });
    while !fulfilled.is_finished() {
        during.push(preview().await);
    }
    fulfilled.await.expect("it is fulfilled");
    alone.sort();
    during.sort();
    let median = |sorted: &[Duration]| sorted[sorted.len() / 2];
    println!("previews during an order of 10,000 seats: {}", during.len());
    fine & told("a preview during an order of 10,000 seats", median(&alone), median(&during), 1.2)
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    match runtime.block_on(run()) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
