//! The host is killed at every boundary between journal, platform and receipt: a real process, by SIGKILL. What is
//! unfinished then is gone on with by itself, and ends as if nothing had happened.
//!
//! The boundaries are the events before and after each transaction of the journal and each request that changes
//! something on the platform. The process that is killed is this test again, as its [`child`]. On a Moodle, the same is in
//! `moodle/crashes.rs`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use futures_util::future::join_all;
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Suspended};
use shop_folder::file;
use shop_harness::World;
use shop_host::host::Host;
use shop_platforms::embedded::Census;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::fixtures::shop::*;

const FOLDER: &str = "CRASH_FOLDER";
const ORDERS: &str = "CRASH_ORDERS";
const NTH: &str = "CRASH_NTH";

/// Two orders that share a learner, in each stage of their lives.
pub(crate) fn life() -> Vec<(Vec<Sale>, shop_core::orders::state::LineState)> {
    let first = || sale("A", &["anne", "bob", "tutor tess"]);
    let other = || sale("B", &["anne", "carl"]).of("LONG").by("zoe");
    let changed = || first().seats(&["anne", "dora", "tutor bob"]);
    vec![
        (vec![first(), other()], Fulfilled),
        (vec![changed(), other().seats(&["carl"])], Fulfilled),
        (vec![changed().state("suspended"), other().seats(&["carl"]).state("suspended")], Suspended),
        (vec![changed(), other().seats(&["carl"])], Fulfilled),
        (vec![changed().state("cancelled"), other().seats(&["carl"]).state("cancelled")], Cancelled),
    ]
}

/// Kills this process at the nth boundary.
struct Boundaries {
    passed: AtomicUsize,
    nth: usize,
}

impl<S: Subscriber> Layer<S> for Boundaries {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let of = event.metadata();
        let is_boundary = *of.level() == tracing::Level::TRACE && of.target().starts_with("shop_");
        if is_boundary && self.passed.fetch_add(1, SeqCst) + 1 == self.nth {
            let this = rustix::process::getpid();
            rustix::process::kill_process(this, rustix::process::Signal::KILL).unwrap();
        }
    }
}

/// What is killed: a host that fulfils several orders at once, in the shop that `open` opens in a folder.
pub(crate) fn child_in<F: Future<Output = Arc<Host>>>(open: impl FnOnce(PathBuf) -> F) {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let (orders, nth) = (std::env::var(ORDERS).unwrap(), std::env::var(NTH).unwrap());
    let orders: Vec<serde_json::Value> = serde_json::from_str(&orders).unwrap();
    let orders: Vec<_> = orders.iter().map(|order| file::parse_order(&order.to_string()).unwrap()).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let host = open(folder.into()).await;
        // From here on, so that setting up is no boundary.
        let boundaries = Boundaries { passed: AtomicUsize::new(0), nth: nth.parse().unwrap() };
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(boundaries)).unwrap();
        for outcome in join_all(orders.iter().map(|order| host.fulfil(order, &|_, _| ()))).await {
            outcome.unwrap();
        }
    });
}

#[test]
#[ignore = "the others run it"]
fn child() {
    child_in(async |folder| Arc::new(World::again(&folder).await));
}

/// Fulfils orders in another process, which is killed at the nth boundary. Whether it was.
pub(crate) fn killed(child: &str, folder: &Path, orders: &[Sale], nth: usize) -> bool {
    let orders: Vec<String> = orders.iter().map(Sale::json).collect();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", child, "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .env(ORDERS, format!("[{}]", orders.join(",")))
        .env(NTH, nth.to_string())
        .output()
        .unwrap();
    let by_signal = std::os::unix::process::ExitStatusExt::signal(&child.status);
    assert!(by_signal == Some(9) || child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    by_signal.is_some()
}

/// One stage: what there was before it, and what there is after it if nothing goes wrong.
struct Stage {
    before: World,
    orders: Vec<Sale>,
    after: Census,
}

async fn stage(nth: usize) -> Stage {
    let world = shop_in_files("").await;
    for (orders, state) in life().into_iter().take(nth) {
        for order in &orders {
            comes_to(&world, order, state).await;
        }
    }
    let before = world.copy().await;
    let (orders, state) = life().remove(nth);
    for order in &orders {
        comes_to(&world, order, state).await;
    }
    Stage { before, orders, after: world.census().await }
}

/// Kills the host at each boundary of a stage. What it had taken in goes on by itself; what it had not, the shop hands over
/// again, as it would.
async fn at_each_boundary(nth_stage: usize) {
    let stage = stage(nth_stage).await;
    for nth in 1.. {
        let world = moved_to_chosen(stage.before.copy().await).await;
        let was_killed = killed("durability::crashes::child", world.folder(), &stage.orders, nth);
        let told = format!("stage {nth_stage}, boundary {nth}");
        for resumed in world.host.resume(&|_, _| ()).await.unwrap() {
            resumed.outcome.unwrap_or_else(|error| panic!("{told}: {error}"));
        }
        assert_eq!(world.host.journal().next_try().await.unwrap(), None, "{told}: something is unfinished");
        let by_itself = world.census().await;
        for order in &stage.orders {
            world.fulfil(&order.json()).await.unwrap_or_else(|error| panic!("{told}: {error}"));
        }
        assert_eq!(difference(&stage.after, &world.census().await), [""; 0], "{told}");
        world.host.journal().check_audit(None).await.unwrap().unwrap_or_else(|broken| panic!("{told}: {broken}"));
        if !was_killed {
            assert_eq!(difference(&stage.after, &by_itself), [""; 0], "{told}");
            assert!(nth > 12, "a stage has boundaries");
            return;
        }
    }
}

/// A test for each stage, so that they run side by side.
macro_rules! each_stage {
    ($at_each_boundary:ident) => {
        $crate::durability::crashes::each_stage! {
            $at_each_boundary:
            while_orders_are_fulfilled 0
            while_orders_are_changed 1
            while_orders_are_suspended 2
            while_orders_are_resumed 3
            while_orders_are_cancelled 4
        }
    };
    ($at_each_boundary:ident: $($name:ident $stage:literal)*) => {$(
        #[tokio::test]
        async fn $name() {
            $at_each_boundary($stage).await;
        }
    )*};
}

pub(crate) use each_stage;

each_stage!(at_each_boundary);
