//! Handlers' versions: which one serves, and which one a line keeps to.

use std::sync::Arc;

use futures_util::future::{join, join_all};
use hostile_guests::Guest;
use shop_core::orders::retries::Retries;
use shop_core::orders::state::LineState::{Fulfilled, Rejected};
use shop_core::words::digest::Digest;
use shop_folder::file;
use shop_harness::World;
use shop_host::host::{Host, HostError, Versions};
use shop_sandbox::Allocation;

use crate::fixtures::shop::*;

pub(super) const OURS: &str = "setup-one-course-session";

pub(super) fn digest(guest: Guest) -> Digest {
    Digest::of(&guest.bytes())
}

/// The version that each line of an order keeps to.
async fn kept_to(world: &World, order: &str) -> Vec<Digest> {
    let recorded = world.host.journal().order(&id(order)).await.unwrap().expect("a recorded order");
    recorded.lines.values().map(|line| line.bargain.as_ref().expect("a bargain").handler).collect()
}

#[tokio::test]
async fn a_version_serves_new_lines_and_old_lines_keep_to_theirs() {
    let world = shop().await;
    world.serve(&Guest::Nothing.bytes()).await;
    comes_to(&world, &sale("first", &["anne"]).of("GUEST"), Fulfilled).await;
    world.serve(&Guest::Reject.bytes()).await;
    comes_to(&world, &sale("second", &["anne"]).of("GUEST"), Rejected).await;
    comes_to(&world, &sale("first", &["anne", "bob"]).of("GUEST"), Fulfilled).await;
    assert_eq!(kept_to(&world, "first").await, [digest(Guest::Nothing)]);
    world.host.handlers().rollback("hostile", "test").await.unwrap();
    comes_to(&world, &sale("second", &["anne"]).of("GUEST"), Fulfilled).await;
    assert_eq!(kept_to(&world, "second").await, [digest(Guest::Nothing)]);
}

#[tokio::test]
async fn a_running_host_takes_the_version_that_another_process_activates() {
    let world = shop().await;
    world.serve(&Guest::Reject.bytes()).await;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), Rejected).await;
    let other = world.another_host().await;
    let file = world.folder().join("handler.wasm");
    std::fs::write(&file, Guest::Nothing.bytes()).unwrap();
    let installed = other.handlers().install(&file, "somebody else").await.unwrap();
    other.handlers().activate(installed.handler.digest, "somebody else").await.unwrap();
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), Fulfilled).await;
}

/// One sandbox for all: whoever finds it taken waits, and nobody's order is told to have failed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_at_once_wait_for_a_free_sandbox() {
    let world = shop().await;
    let sold = file::read_catalogue(&world.folder().join("catalogue.toml")).unwrap();
    let allocation = Allocation::Pooling { calls: 1 };
    let host = Host::open(&world.data(), sold, world.platform.clone(), allocation).await.unwrap();
    let host = host.with_retries(Retries::NONE);
    let orders: Vec<_> = (0..8).map(|number| sale(&number.to_string(), &["anne", "bob"])).collect();
    let fulfilling = join_all(orders.iter().map(|order| fulfil_in(&host, order)));
    let (fulfilled, checked) = join(fulfilling, join_all((0..24).map(|_| host.check()))).await;
    for outcome in fulfilled {
        assert_eq!(outcome.unwrap().state, Fulfilled);
    }
    for products in checked {
        let ours = products.unwrap().into_iter().filter(|product| product.product != "GUEST");
        assert!(ours.into_iter().all(|product| !product.rejected && product.stopped.is_none()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn orders_flow_while_versions_change() {
    const ORDERS: usize = 40;
    let world = Arc::new(shop().await);
    let versions = [world.serve(&Guest::Nothing.bytes()).await, world.serve(&Guest::State.bytes()).await];
    let orders = (0..ORDERS).map(|number| {
        let world = world.clone();
        tokio::spawn(async move {
            comes_to(&world, &sale(&number.to_string(), &["anne"]).of("GUEST"), Fulfilled).await;
        })
    });
    let orders: Vec<_> = orders.collect();
    for swap in 0..ORDERS {
        world.host.handlers().activate(versions[swap % 2].digest, "test").await.unwrap();
    }
    for order in orders {
        order.await.unwrap();
    }
    let digests = versions.map(|version| version.digest);
    for number in 0..ORDERS {
        assert!(digests.contains(&kept_to(&world, &number.to_string()).await[0]));
    }
}

#[tokio::test]
async fn an_upgrade_shows_the_differences_and_then_makes_them() {
    let world = shop().await;
    let order = sale("A", &["anne"]);
    comes_to(&world, &order, Fulfilled).await;
    let before = world.census().await;
    assert!(matches!(
        world.host.preview_upgrade(&id("A"), Versions::Active).await,
        Err(HostError::NotUpgradable { .. })
    ));
    let nothing = world.serve(&Guest::Nothing.named(OURS)).await;
    is_in_place(&world, &order, "no order is moved by itself").await;

    let preview = world.host.preview_upgrade(&id("A"), Versions::Active).await.unwrap();
    assert!(!preview.report.unwrap().is_in_place());
    assert_eq!(world.census().await, before);

    let upgraded = world.host.upgrade(&id("A"), Versions::Active, "test", &|_, _| ()).await.unwrap();
    assert_eq!(upgraded.state, Fulfilled);
    assert_eq!(kept_to(&world, "A").await, [nothing.digest]);
    assert_eq!(world.census().await.enrolments, []);

    let ours = Digest::of(shop_harness::setup_one_course_session());
    world.host.upgrade(&id("A"), Versions::This(ours), "test", &|_, _| ()).await.unwrap();
    assert_eq!(world.census().await.enrolments, before.enrolments);
    assert_eq!(kept_to(&world, "A").await, [ours]);
}

#[tokio::test]
async fn an_upgrade_that_changes_nothing_else_is_kept() {
    let world = shop().await;
    world.serve(&Guest::Nothing.bytes()).await;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), Fulfilled).await;
    let same = world.serve(&Guest::State.bytes()).await;
    world.host.upgrade(&id("A"), Versions::Active, "test", &|_, _| ()).await.unwrap();
    assert_eq!(kept_to(&world, "A").await, [same.digest]);
}

#[tokio::test]
async fn every_recorded_call_is_made_again_with_the_same_answer() {
    let world = shop().await;
    world.serve(&Guest::Reject.bytes()).await;
    let order = sale("A", &["anne", "tutor tess", "-"]).line("OTHER", 3, &["bob"]);
    comes_to(&world, &order, Fulfilled).await;
    comes_to(&world, &order.clone().seats(&["carl", "tutor tess"]), Fulfilled).await;
    comes_to(&world, &sale("B", &["anne"]).of("GUEST"), Rejected).await;
    // Without an operator who could be served, the handler is asked what a merchant asks: of no order.
    comes_to(&world, &sale("C", &["anne"]).by("a..b"), Rejected).await;
    let journal = world.host.journal();
    let mut calls = journal.recordings_of(&id("A")).await.unwrap();
    assert_eq!(calls.len(), 4, "two lines, twice");
    for other in ["B", "C"] {
        let called = journal.recordings_of(&id(other)).await.unwrap();
        assert_eq!(called.len(), 1, "{other}");
        calls.extend(called);
    }
    for call in calls {
        let recorded = journal.recording(call).await.unwrap().unwrap().recording.unwrap();
        let handler = world.host.handlers().load(recorded.handler).await.unwrap();
        assert_eq!(handler.replay(&recorded).await, Ok(recorded.answer));
    }
}
