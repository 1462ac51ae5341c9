//! What was interrupted, or waits for the platform, is gone on with by itself; nobody has to hand it over again.

use std::sync::Arc;
use std::time::Duration;

use shop_core::orders::retries::Retries;
use shop_core::orders::set_aside::MOST_LOST;
use shop_core::orders::state::LineState::{self, Cancelled, Fulfilled, Suspended, Waiting};
use shop_core::orders::waiting::{Deferred, Unfinished};
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;
use shop_harness::World;
use shop_host::host::{Host, HostError};
use shop_journal::When;

use crate::fixtures::faults::{Fault, Faulty, faulty};
use crate::fixtures::shop::*;

async fn through(world: &World, fault: Fault) -> (Arc<Faulty>, Host) {
    let faulty = faulty(world.platform.clone(), fault);
    (faulty.clone(), host_through(world, faulty).await)
}

/// Hands an order over, and waits until its fault strikes it or it ends.
async fn strike(host: &Host, faulty: &Faulty, order: &Sale) {
    tokio::select! {
        _ = fulfil_in(host, order) => {}
        () = faulty.by.hangs.notified() => {}
    }
}

async fn resumed(world: &World) -> Vec<(String, LineState)> {
    let resumed = world.host.resume(&|_, _| ()).await.unwrap();
    resumed.into_iter().map(|of| (of.order.to_string(), of.outcome.unwrap().state)).collect()
}

async fn unfinished(world: &World) -> Option<Unfinished> {
    world.host.journal().unfinished(&OrderId::try_from("A".to_owned()).unwrap()).await.unwrap()
}

async fn is_settled(world: &World) -> bool {
    world.host.journal().next_try().await.unwrap().is_none()
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
                let (faulty, host) = through(&world, fault(nth)).await;
                strike(&host, &faulty, &order).await;
                if !faulty.by.struck() {
                    break;
                }
                drop(host);
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
    let (faulty, host) = through(&world, Fault::Hangs(1)).await;
    strike(&host, &faulty, &sale("A", &["anne"])).await;
    drop(host);
    assert_eq!(resumed(&world).await, [("A".to_owned(), Fulfilled)]);
    is_in_place(&world, &sale("A", &["anne"]), "resumed").await;
}

#[tokio::test]
async fn a_fault_that_passes_is_waited_for_within_the_call() {
    for fault in [Fault::Before(1), Fault::Before(6), Fault::After(6), Fault::After(9)] {
        let world = shop().await;
        let (_, host) = through(&world, fault).await;
        let host = host.with_retries(Retries { times: 2, first: Duration::from_millis(1), ..Retries::default() });
        assert_eq!(fulfil_in(&host, &sale("A", &["anne"])).await.unwrap().state, Fulfilled, "{fault:?}");
        assert!(is_settled(&world).await);
    }
}

#[tokio::test]
async fn a_platform_that_stays_away_leaves_the_order_waiting_until_a_named_time() {
    let world = shop().await;
    let (_, host) = through(&world, Fault::Down).await;
    let (first, longest) = (Duration::from_millis(1), Duration::from_secs(3600));
    let retries = Retries { times: 2, first, longest, ..Retries::default() };
    let host = host.with_retries(retries);
    let outcome = fulfil_in(&host, &sale("A", &["anne"])).await.unwrap();
    assert_eq!(outcome.state, Waiting);
    assert_eq!(lines_of(&world, "A").await, "1 waiting");
    let left = unfinished(&world).await.unwrap();
    assert_eq!(left.tries, 3, "the first and two more");
    assert_eq!(outcome.until.unwrap().next_try, left.next_try);
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
        let (faulty, host) = through(&world, fault).await;
        let host = host.with_retries(Retries { times: 9, first: Duration::from_secs(3600), ..Retries::default() });
        strike(&host, &faulty, &sale("A", &["anne"])).await;
        assert_eq!(lines_of(&world, "A").await, left, "{fault:?}");
        let waits = unfinished(&world).await.unwrap();
        assert!(waits.blocked && waits.tries == 1 && waits.reason.is_some(), "{fault:?}: {waits:?}");
        let at_least = Timestamp::now().after(Duration::from_secs(50 * 60));
        assert!(waits.next_try.unwrap() > at_least, "{fault:?}: {waits:?}");
        assert_eq!(host.resume(&|_, _| ()).await.unwrap().len(), 0, "{fault:?}: not yet");
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
    let (faulty, host) = through(&world, Fault::Down).await;
    assert_eq!(fulfil_in(&host, &sale("A", &["anne"]).state("cancelled")).await.unwrap().state, Waiting);
    faulty.by.becomes(Some(Fault::Forbids(1)));
    let refused = host.resume(&|_, _| ()).await.unwrap().remove(0).outcome;
    assert!(matches!(refused, Err(HostError::Platform(_))));
    assert_eq!(lines_of(&world, "A").await, "1 blocked/fulfilled");
    assert!(unfinished(&world).await.unwrap().blocked);
    assert_eq!(resumed(&world).await, [("A".to_owned(), Cancelled)]);
    assert!(is_settled(&world).await);
}

/// Until the process that was interrupted is gone on with, its order is told of, and whatever the clock has said since.
#[tokio::test]
async fn an_order_that_was_just_received_is_told_of_and_due_whatever_the_clock_says() {
    let world = shop().await;
    let (faulty, host) = through(&world, Fault::Hangs(1)).await;
    strike(&host, &faulty, &sale("A", &["anne"])).await;
    drop(host);
    assert_eq!(lines_of(&world, "A").await, "1 applying");
    let ten_years = Timestamp::now().after(Duration::from_secs(10 * 365 * 86_400));
    let reason = "the clock was wrong".to_owned();
    let wrong = Deferred { tries: 1, next_try: Some(ten_years), blocked: false, reason };
    let left = unfinished(&world).await.unwrap();
    journal(&world).await.defer(left.seq, &wrong).await.unwrap();
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
    assert!(matches!(stale, HostError::Conflict { .. }), "{stale}");
    drop(down);
    assert_eq!(resumed(&world).await, [("A".to_owned(), Fulfilled)]);
    assert!(lines(&world.census().await).iter().any(|line| line.starts_with("enrolment SPOC bob")));
    assert!(!lines(&world.census().await).iter().any(|line| line.contains("anne")));
}

async fn wait_for_the_platform(world: &World, ids: &[&str]) {
    let (_, down) = through(world, Fault::Down).await;
    for id in ids {
        assert_eq!(fulfil_in(&down, &sale(id, &["anne"])).await.unwrap().state, Waiting);
    }
}

/// The program goes down each time that work at the first order has begun.
#[tokio::test]
async fn an_order_that_brings_the_program_down_is_set_aside_and_the_others_go_on() {
    let world = shop().await;
    wait_for_the_platform(&world, &["A", "B"]).await;
    let journal = journal(&world).await;
    for _ in 0..MOST_LOST {
        journal.dispatch(&id("A"), When::Now).await.unwrap().unwrap();
    }
    for of in world.host.resume(&|_, _| ()).await.unwrap() {
        match (of.order.as_str(), of.outcome) {
            ("A", Err(HostError::SetAside { times: MOST_LOST, .. })) => {}
            ("B", Ok(outcome)) => assert_eq!(outcome.state, Fulfilled),
            (order, Ok(outcome)) => panic!("{order}: {}", outcome.state),
            (order, Err(error)) => panic!("{order}: {error}"),
        }
    }
    assert_eq!(
        (lines_of(&world, "A").await, lines_of(&world, "B").await.as_str()),
        ("1 blocked".into(), "1 fulfilled/fulfilled")
    );
    let left = unfinished(&world).await.unwrap();
    assert!(left.blocked && left.next_try.is_none(), "{left:?}");
    assert_eq!(world.host.resume(&|_, _| ()).await.unwrap().len(), 0, "it is tried when somebody says so");
    let stopped = journal.dispatch(&id("A"), When::Now).await.unwrap().unwrap();
    assert_eq!(stopped.lost, MOST_LOST + 2, "and should that bring the program down too");
    let again = world.host.resume(&|_, _| ()).await.unwrap().remove(0).outcome;
    assert!(matches!(again, Err(HostError::SetAside { .. })), "it is set aside at once");
    assert_eq!(world.host.retry(&id("A"), "vera", &|_, _| ()).await.unwrap().state, Fulfilled);
    assert!(is_settled(&world).await);
}

/// Whichever request it happens at, nothing is done twice, and nothing is lost.
#[tokio::test]
async fn a_panic_ends_one_attempt_and_the_others_go_on() {
    for nth in [1, 4, 7] {
        let world = shop().await;
        wait_for_the_platform(&world, &["A", "B"]).await;
        let (_, host) = through(&world, Fault::Panics(nth)).await;
        let tried = host.resume(&|_, _| ()).await.unwrap();
        let (ended, fell): (Vec<_>, Vec<_>) = tried.into_iter().partition(|of| of.outcome.is_ok());
        let (ended, fell) = (ended[0].outcome.as_ref().unwrap(), &fell[0]);
        assert_eq!(ended.state, Fulfilled, "request {nth}");
        assert!(matches!(fell.outcome, Err(HostError::Panicked { .. })), "request {nth}");
        let left = world.host.journal().unfinished(&fell.order).await.unwrap().unwrap();
        assert_eq!(left.lost, 1, "request {nth}");
        drop(host);
        assert_eq!(resumed(&world).await, [(fell.order.to_string(), Fulfilled)], "request {nth}");
        is_in_place(&world, &sale("A", &["anne"]), "at last").await;
    }
    let world = shop().await;
    let (_, host) = through(&world, Fault::Panics(1)).await;
    let first = fulfil_in(&host, &sale("A", &["anne"])).await.err().unwrap();
    assert!(matches!(first, HostError::Panicked { .. }), "{first}");
}

/// Nobody goes down with an order that may be why the program went down.
#[tokio::test]
async fn what_was_tried_when_the_program_went_down_is_tried_alone() {
    for (lost, together) in [(0, 3), (1, 1)] {
        let world = shop().await;
        let host = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
        for (order, operator) in [("A", "claire"), ("B", "zoe"), ("C", "yves")] {
            let learner = format!("learner-of-{operator}");
            assert_eq!(fulfil_in(&host, &sale(order, &[&learner]).by(operator)).await.unwrap().state, Waiting);
        }
        drop(host);
        let sql = "UPDATE unfinished SET lost = ?, next_try = 0";
        sqlx::query(sql).bind(lost).execute(&mut direct(&world).await).await.unwrap();
        let (faulty, host) = through(&world, Fault::Hangs(1)).await;
        let sql = "SELECT 3 - count(*) FROM unfinished WHERE lost = ?";
        let begun = async || {
            let mut journal = direct(&world).await;
            sqlx::query_scalar::<_, i64>(sql).bind(lost).fetch_one(&mut journal).await.unwrap()
        };
        tokio::select! {
            _ = host.resume(&|_, _| ()) => panic!("the first request hangs"),
            () = async {
                faulty.by.hangs.notified().await;
                while begun().await < together {
                    tokio::task::yield_now().await;
                }
            } => {}
        }
        assert_eq!(begun().await, together, "lost {lost} times before");
    }
}

/// What is not due is not tried: several workers make no more tries than one.
#[tokio::test]
async fn workers_side_by_side_make_one_try() {
    let world = shop().await;
    wait_for_the_platform(&world, &["A"]).await;
    let mut workers = Vec::new();
    for _ in 0..3 {
        let (_, host) = through(&world, Fault::Down).await;
        workers.push(host.with_retries(Retries::default()));
    }
    let tried = futures_util::future::join_all(workers.iter().map(|worker| worker.resume(&|_, _| ()))).await;
    let tried: usize = tried.into_iter().map(|resumed| resumed.unwrap().len()).sum();
    assert_eq!((tried, unfinished(&world).await.unwrap().tries), (1, 2), "the first, and one more");
}

/// While nothing changes, a try more leaves nothing in the journal: no plan, no recorded call, no entry of the audit log.
#[tokio::test]
async fn a_try_of_the_same_that_ends_the_same_is_recorded_once() {
    for fault in [Fault::Refuses("enrol"), Fault::Down] {
        let world = shop().await;
        let (faulty, host) = through(&world, fault).await;
        fulfil_in(&host, &sale("A", &["anne"])).await.unwrap();
        let recorded = async || {
            let journal = world.host.journal();
            let audit = journal.audit(None).await.unwrap();
            (audit.len(), journal.recordings_of(&id("A")).await.unwrap().len())
        };
        // What the first try has done already need not be done by the second.
        assert_eq!(host.resume(&|_, _| ()).await.unwrap().len(), 1);
        let before = recorded().await;
        for _ in 0..3 {
            assert_eq!(host.resume(&|_, _| ()).await.unwrap().len(), 1);
            assert_eq!(recorded().await, before, "{fault:?}");
        }
        faulty.by.becomes(None);
        assert_eq!(host.resume(&|_, _| ()).await.unwrap().remove(0).outcome.unwrap().state, Fulfilled);
        assert!(recorded().await.0 > before.0, "{fault:?}: that it was done at last is told");
    }
}

#[tokio::test]
async fn only_what_waits_can_be_retried() {
    let world = shop().await;
    let unknown = world.host.retry(&id("A"), "vera", &|_, _| ()).await.err().unwrap();
    assert!(matches!(unknown, HostError::UnknownOrder(_)), "{unknown}");
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let settled = world.host.retry(&id("A"), "vera", &|_, _| ()).await.err().unwrap();
    assert!(matches!(settled, HostError::NothingWaits(_)), "{settled}");
    for nobody in ["shop", "Host", " "] {
        let error = world.host.retry(&id("A"), nobody, &|_, _| ()).await.err().unwrap();
        assert!(matches!(error, HostError::Name(_)), "{error}");
    }
}
