//! A backup holds one moment, in which journal and platform agree; restored, the shop goes on from there.

use std::path::PathBuf;
use std::sync::Arc;

use hostile_guests::Guest;
use shop_core::orders::amendment::Amendment;
use shop_core::orders::state::LineState::Fulfilled;
use shop_core::words::order::OrderId;
use shop_harness::World;
use shop_host::backup;
use shop_host::host::Versions;
use shop_platforms::embedded::Census;
use tokio::task::JoinSet;

use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;

const ORDERS: usize = 24;

fn order(number: usize) -> Sale {
    // Some people are in several orders.
    let [one, two] = [number, number + 1].map(|number| format!("p{number}"));
    sale(&number.to_string(), &[&one, &two])
}

fn id(order: &Sale) -> OrderId {
    OrderId::try_from(order.id()).unwrap()
}

/// Orders that something strikes in each of the ways.
fn unlucky() -> impl Iterator<Item = (Sale, Fault)> {
    let faults = [
        Fault::Down,
        Fault::Before(6),
        Fault::After(6),
        Fault::Hangs(1),
        Fault::Hangs(6),
        Fault::Hangs(8),
        Fault::After(9),
    ];
    faults.into_iter().enumerate().map(|(number, fault)| {
        let name = format!("u{number}");
        (sale(&name, &[&name, "p1"]), fault)
    })
}

/// Leaves an order unfinished.
async fn strike(world: &World, order: &Sale, fault: Fault) {
    let faulty = faulty(world.platform.clone(), fault);
    let host = host_through(world, faulty.clone()).await;
    tokio::select! {
        _ = fulfil_in(&host, order) => {}
        () = faulty.by.hangs.notified() => {}
    }
}

async fn backup(world: &World, name: usize) -> PathBuf {
    let file = world.folder().join(format!("{name}.tar"));
    backup::make(&world.data(), &file, "test").await.unwrap_or_else(|error| panic!("{error}"));
    file
}

/// What the platform has once all orders were handed over, some of them a second time.
async fn after_all(world: &World) -> Census {
    for order in unlucky().map(|(order, _)| order).chain((0..ORDERS).map(order)) {
        comes_to(world, &order, Fulfilled).await;
    }
    world.census().await
}

/// No order claims what the platform has not.
async fn agrees(world: &World) {
    for order in world.host.journal().accepted_orders().await.unwrap() {
        let found = world.host.verify(&order).await.unwrap_or_else(|error| panic!("{order}: {error}"));
        assert!(found.report.as_ref().is_some_and(|report| report.is_in_place()), "{order}: {:#?}", steps(&found));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_taken_while_orders_flow_is_a_shop_that_goes_on() {
    let undisturbed = after_all(&shop().await).await;
    let world = Arc::new(shop().await);
    for (order, fault) in unlucky() {
        strike(&world, &order, fault).await;
    }
    let mut running: JoinSet<()> = JoinSet::new();
    for number in 0..ORDERS {
        let world = world.clone();
        running.spawn(async move { comes_to(&world, &order(number), Fulfilled).await });
    }
    let mut backups = Vec::new();
    for done in 1..=ORDERS {
        running.join_next().await.unwrap().unwrap();
        if done % 8 == 1 {
            backups.push((done, backup(&world, done).await));
        }
    }
    for (done, file) in backups {
        let restored = world.restored(&file).await;
        let resumed = restored.host.resume(&|_, _| ()).await.unwrap();
        assert!(
            resumed.len() >= unlucky().count(),
            "those that are unfinished are gone on with, and those that were heard of"
        );
        assert!(resumed.iter().all(|of| of.outcome.as_ref().is_ok_and(|outcome| outcome.state == Fulfilled)));
        agrees(&restored).await;
        let orders = restored.host.journal().accepted_orders().await.unwrap().len();
        assert!(orders >= done + resumed.len(), "{orders} orders of {done} and the unfinished");
        assert_eq!(difference(&undisturbed, &after_all(&restored).await), [""; 0], "after {done} orders");
    }
}

/// What is done to an order later: each answers with what is then on the platform.
async fn later_life(world: &World) -> Vec<Census> {
    let journal = world.host.journal();
    for recording in journal.recordings_of(&id(&order(1))).await.unwrap() {
        let recorded = journal.recording(recording).await.unwrap().unwrap().recording.unwrap();
        let handler = world.host.handlers().load(recorded.handler).await.unwrap();
        assert_eq!(handler.replay(&recorded).await, Ok(recorded.answer), "a recorded call, made again");
    }
    let mut lives = Vec::new();
    comes_to(world, &order(1).seats(&["p1", "new"]), Fulfilled).await;
    lives.push(world.census().await);
    for amendment in [Amendment::Suspend, Amendment::Resume, Amendment::Cancel] {
        world.host.amend(&id(&order(2)), &amendment, "vera", &|_, _| ()).await.unwrap();
        lives.push(world.census().await);
    }
    world.serve(&Guest::Nothing.named("setup-one-course-session")).await;
    world.host.upgrade(&id(&order(3)), Versions::Active, "vera", &|_, _| ()).await.unwrap();
    lives.push(world.census().await);
    lives
}

#[tokio::test]
async fn a_restored_shop_lives_on_as_the_one_that_it_was_taken_of() {
    let world = shop().await;
    for number in 0..4 {
        comes_to(&world, &order(number), Fulfilled).await;
    }
    let restored = world.restored(&backup(&world, 0).await).await;
    assert_eq!(difference(&world.census().await, &restored.census().await), [""; 0]);
    for number in 0..4 {
        is_in_place(&restored, &order(number), "handed over again").await;
    }
    let (lives, expected) = (later_life(&restored).await, later_life(&world).await);
    for (found, expected) in lives.iter().zip(&expected) {
        assert_eq!(difference(expected, found), [""; 0]);
    }
    assert!(expected.windows(2).all(|two| two[0] != two[1]), "each of them changes something");
}

/// What came after the backup is found when it is handed over again, and found is not made: see docs/backup.md.
#[tokio::test]
async fn what_was_made_after_the_backup_passes_for_found_and_outlives_a_cancellation() {
    let world = shop().await;
    comes_to(&world, &order(1), Fulfilled).await;
    let file = backup(&world, 0).await;
    comes_to(&world, &order(7), Fulfilled).await;
    // The journal is lost, the platform is not.
    let restored = world.restored(&file).await;
    let host = host_through(&restored, world.platform.clone()).await;
    let outcome = fulfil_in(&host, &order(7)).await.unwrap();
    assert!(outcome.report.as_ref().unwrap().is_in_place(), "{:#?}", steps(&outcome));
    let before = world.census().await;
    fulfil_in(&host, &order(7).state("cancelled")).await.unwrap();
    assert_eq!(difference(&before, &world.census().await), [""; 0]);
}
