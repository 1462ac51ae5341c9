//! What was interrupted, or waits for the platform, is gone on with by itself; nobody has to hand it over again.

use std::sync::Arc;
use std::time::Duration;

use shop_host::journal::{Deferred, Unfinished};
use shop_host::order::OrderId;
use shop_host::period::Timestamp;
use shop_host::retries::Retries;
use shop_host::shop::{Shop, ShopError};
use shop_host::state::LineState::{self, Cancelled, Fulfilled, Suspended, Waiting};
use shop_tests::World;

use crate::faults::{Fault, Faulty, faulty};
use crate::shop_fixtures::*;

async fn through(world: &World, fault: Fault) -> (Arc<Faulty>, Shop) {
    let faulty = faulty(world.platform.clone(), fault);
    (faulty.clone(), shop_through(world, faulty).await)
}

/// Hands an order over, and waits until its fault strikes it or it ends.
async fn strike(shop: &Shop, faulty: &Faulty, order: &Sale) {
    tokio::select! {
        _ = fulfil_in(shop, order) => {}
        () = faulty.by.hangs.notified() => {}
    }
}

async fn resumed(world: &World) -> Vec<(String, LineState)> {
    let resumed = world.shop.resume(&|_, _| ()).await.unwrap();
    resumed.into_iter().map(|of| (of.order.to_string(), of.outcome.unwrap().state)).collect()
}

async fn unfinished(world: &World) -> Option<Unfinished> {
    world.shop.journal().unfinished(&OrderId::try_from("A".to_owned()).unwrap()).await.unwrap()
}

async fn is_settled(world: &World) -> bool {
    world.shop.journal().next_try().await.unwrap().is_none()
}

#[tokio::test]
async fn orders_that_were_interrupted_or_wait_are_gone_on_with() {
    let faults: [fn(usize) -> Fault; 3] = [Fault::Hangs, Fault::Before, Fault::After];
    for (state, ends) in [("paid", Fulfilled), ("suspended", Suspended), ("cancelled", Cancelled)] {
        for fault in faults {
            for nth in 1.. {
                let (world, straight) = (shop().await, shop().await);
                let before = sale("A", &["anne", "bob"]);
                let order = sale("A", &["anne", "carl"]).state(state);
                comes_to(&straight, &before, Fulfilled).await;
                comes_to(&straight, &order, ends).await;
                comes_to(&world, &before, Fulfilled).await;
                let (faulty, shop) = through(&world, fault(nth)).await;
                strike(&shop, &faulty, &order).await;
                if !faulty.by.struck() {
                    break;
                }
                drop(shop);
                assert_eq!(resumed(&world).await, [("A".to_owned(), ends)], "{:?} of {state}", fault(nth));
                assert_eq!(difference(&straight.census().await, &world.census().await), [""; 0], "{:?}", fault(nth));
                assert!(is_settled(&world).await);
                assert_eq!(resumed(&world).await, []);
            }
        }
    }
}

#[tokio::test]
async fn an_order_that_never_reached_the_platform_is_gone_on_with_too() {
    let world = shop().await;
    let (faulty, shop) = through(&world, Fault::Hangs(1)).await;
    strike(&shop, &faulty, &sale("A", &["anne"])).await;
    drop(shop);
    assert_eq!(resumed(&world).await, [("A".to_owned(), Fulfilled)]);
    is_in_place(&world, &sale("A", &["anne"]), "resumed").await;
}

#[tokio::test]
async fn a_fault_that_passes_is_waited_for_within_the_call() {
    for fault in [Fault::Before(1), Fault::Before(6), Fault::After(6), Fault::After(9)] {
        let world = shop().await;
        let (_, shop) = through(&world, fault).await;
        let shop = shop.with_retries(Retries { times: 2, first: Duration::from_millis(1), ..Retries::default() });
        assert_eq!(fulfil_in(&shop, &sale("A", &["anne"])).await.unwrap().state, Fulfilled, "{fault:?}");
        assert!(is_settled(&world).await);
    }
}

#[tokio::test]
async fn a_platform_that_stays_away_leaves_the_order_waiting_until_a_named_time() {
    let world = shop().await;
    let (_, shop) = through(&world, Fault::Down).await;
    let (first, longest) = (Duration::from_millis(1), Duration::from_secs(3600));
    let retries = Retries { times: 2, first, longest, ..Retries::default() };
    let shop = shop.with_retries(retries);
    let outcome = fulfil_in(&shop, &sale("A", &["anne"])).await.unwrap();
    assert_eq!(outcome.state, Waiting);
    assert_eq!(lines_of(&world, "A").await, "1 waiting");
    let left = unfinished(&world).await.unwrap();
    assert_eq!(left.tries, 3, "the first and two more");
    assert_eq!(Some(outcome.until.unwrap().next_try), left.next_try);
    assert_eq!(left.reason.as_deref(), Some("the learning platform is not available: down for maintenance"));
}

/// It waits for somebody who acts: it is tried again slowly, and not at all within the call.
#[tokio::test]
async fn what_will_not_go_away_by_itself_is_blocked() {
    for (fault, left) in [
        (Fault::Forbids(1), "1 blocked"),
        (Fault::Forbids(6), "1 incomplete/incomplete"),
        (Fault::Refuses("enrol"), "1 incomplete/incomplete"),
    ] {
        let world = shop().await;
        let (faulty, shop) = through(&world, fault).await;
        let shop = shop.with_retries(Retries { times: 9, first: Duration::from_secs(3600), ..Retries::default() });
        strike(&shop, &faulty, &sale("A", &["anne"])).await;
        assert_eq!(lines_of(&world, "A").await, left, "{fault:?}");
        let waits = unfinished(&world).await.unwrap();
        assert!(waits.blocked && waits.tries == 1 && waits.reason.is_some(), "{fault:?}: {waits:?}");
        let at_least = Timestamp::now().after(Duration::from_secs(50 * 60));
        assert!(waits.next_try.unwrap() > at_least, "{fault:?}: {waits:?}");
        assert_eq!(shop.resume(&|_, _| ()).await.unwrap().len(), 0, "{fault:?}: not yet");
        faulty.by.becomes(None);
        comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
        assert!(is_settled(&world).await, "{fault:?}");
    }
}

/// What was answered "it waits" is kept when the platform refuses to be looked at by the next try, and told as blocked.
#[tokio::test]
async fn a_change_that_waits_is_kept_when_the_platform_refuses_then() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let (faulty, shop) = through(&world, Fault::Down).await;
    assert_eq!(fulfil_in(&shop, &sale("A", &["anne"]).state("cancelled")).await.unwrap().state, Waiting);
    faulty.by.becomes(Some(Fault::Forbids(1)));
    let refused = shop.resume(&|_, _| ()).await.unwrap().remove(0).outcome;
    assert!(matches!(refused, Err(ShopError::Platform(_))));
    assert_eq!(lines_of(&world, "A").await, "1 blocked/fulfilled");
    assert!(unfinished(&world).await.unwrap().blocked);
    assert_eq!(resumed(&world).await, [("A".to_owned(), Cancelled)]);
    assert!(is_settled(&world).await);
}

/// Until the process that was interrupted is gone on with, its order is told of, and whatever the clock has said since.
#[tokio::test]
async fn an_order_that_was_just_received_is_told_of_and_due_whatever_the_clock_says() {
    let world = shop().await;
    let (faulty, shop) = through(&world, Fault::Hangs(1)).await;
    strike(&shop, &faulty, &sale("A", &["anne"])).await;
    drop(shop);
    assert_eq!(lines_of(&world, "A").await, "1 applying");
    let ten_years = Timestamp::now().after(Duration::from_secs(10 * 365 * 86_400));
    let reason = "the clock was wrong".to_owned();
    let wrong = Deferred { tries: 1, next_try: ten_years, blocked: false, reason };
    let left = unfinished(&world).await.unwrap();
    world.shop.journal().defer(left.seq, &wrong).await.unwrap();
    assert_eq!(resumed(&world).await, [("A".to_owned(), Fulfilled)]);
}

/// A later message takes an earlier one's place while that waits, and an older one does not.
#[tokio::test]
async fn the_newest_message_is_what_is_gone_on_with() {
    let world = shop().await;
    let revision = |number: u32, seats: &[&str]| sale("A", seats).with("revision", number);
    let (_, down) = through(&world, Fault::Down).await;
    for order in [revision(1, &["anne"]), revision(2, &["bob"])] {
        assert_eq!(fulfil_in(&down, &order).await.unwrap().state, Waiting);
    }
    let stale = fulfil_in(&down, &revision(1, &["anne"])).await.err().unwrap();
    assert!(matches!(stale, ShopError::Conflict { .. }), "{stale}");
    drop(down);
    assert_eq!(resumed(&world).await, [("A".to_owned(), Fulfilled)]);
    assert!(lines(&world.census().await).iter().any(|line| line.starts_with("enrolment SPOC bob")));
    assert!(!lines(&world.census().await).iter().any(|line| line.contains("anne")));
}
