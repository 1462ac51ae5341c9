//! For how long records, and people with them, are kept.

use std::time::Duration;

use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Rejected};
use shop_core::words::period::Timestamp;

use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;
use crate::people::privacy::files_with;

#[tokio::test]
async fn what_was_kept_long_enough_is_pruned_and_nothing_else() {
    // Calls, a receipt and events.
    let cases = [("", 0, 0), ("recordings = 0", 2 + 1 + 12, 0), ("recordings = 1", 0, 0), ("people = 0", 0, 2)];
    for (keep, records, people) in cases {
        let world = shop_with(&format!("keep = {{ {keep} }}"), "").await;
        // Quirin was there until the order ended; of what the cancellation says beside that, Emil too, nothing is recorded.
        comes_to(&world, &sale("A", &["quirin"]), Fulfilled).await;
        comes_to(&world, &sale("A", &["emil"]).state("cancelled"), Cancelled).await;
        comes_to(&world, &sale("B", &["bob"]).by("zoe"), Fulfilled).await;
        // Pruned is what is older than this moment; times are to the second.
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        let pruned = world.host.prune().await.unwrap();
        assert!(world.host.compact().await, "nobody reads in the file");
        assert_eq!((pruned.records, pruned.people), (records, people), "{keep}");
        let known = files_with(&world.data(), "quirin@example.org");
        assert_eq!(known.is_empty(), people > 0, "{keep}: {known:?}");
        assert!(!files_with(&world.data(), "bob@example.org").is_empty(), "{keep}: an order in force names him");
        world.host.journal().check_audit(None).await.unwrap().unwrap();
    }
}

/// Once an order that ended was looked at, it is not looked at every day; whom another order needed then is erased when that
/// one has ended.
#[tokio::test]
async fn whom_another_order_needed_is_erased_after_that_one() {
    let world = shop_with("keep = { people = 0 }", "").await;
    let (first, other) = (sale("A", &["quirin", "emil"]), sale("B", &["quirin"]).by("zoe"));
    comes_to(&world, &other, Fulfilled).await;
    for (order, people, left) in [(first, 2, "quirin@example.org"), (other, 2, "")] {
        comes_to(&world, &order, Fulfilled).await;
        comes_to(&world, &order.state("cancelled"), Cancelled).await;
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        assert_eq!(world.host.prune().await.unwrap().people, people);
        assert!(world.host.journal().outdated(Timestamp::now()).await.unwrap().is_empty(), "looked at");
        assert!(world.host.compact().await);
        assert_eq!(files_with(&world.data(), "quirin").is_empty(), left.is_empty());
    }
}

/// A plan that was interrupted has no receipt, and goes as one that has.
#[tokio::test]
async fn plans_that_were_interrupted_are_pruned_once_a_newer_one_is_there() {
    let world = shop_with("keep = { recordings = 0 }", "").await;
    let order = sale("A", &["quirin"]);
    let faulty = faulty(world.platform.clone(), Fault::Hangs(6));
    let host = host_through(&world, faulty.clone()).await;
    tokio::select! {
        _ = fulfil_in(&host, &order) => {}
        () = faulty.by.hangs.notified() => {}
    }
    drop(host);
    let mut journal = direct(&world).await;
    let mut plans = async || sqlx::query_scalar::<_, i64>("SELECT count(*) FROM plans").fetch_one(&mut journal).await;
    assert_eq!(plans().await.unwrap(), 1, "it was interrupted after it was planned");
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    world.host.prune().await.unwrap();
    assert_eq!(plans().await.unwrap(), 1, "there is none newer");
    comes_to(&world, &order, Fulfilled).await;
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    world.host.prune().await.unwrap();
    assert_eq!(plans().await.unwrap(), 1, "the newest stays");
}

/// It knew nobody by what was typed for an address and is none. The migration has the orders looked at again.
#[tokio::test]
async fn whom_an_earlier_version_has_passed_over_goes_when_the_time_has_come() {
    const KEEP: &str = "keep = { people = 0 }";
    let world = shop_with(KEEP, "").await;
    let mistyped = sale("A", &["quirin"]).json().replace("quirin@example.org", "quirin at example");
    assert_eq!(world.fulfil(&mistyped).await.unwrap().state, Rejected);
    // What is older than this moment goes; times are to the second.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let unknown = "DELETE FROM orders_people WHERE email NOT LIKE '%@%'";
    assert_eq!(sqlx::query(unknown).execute(&mut direct(&world).await).await.unwrap().rows_affected(), 1);
    assert_eq!(world.host.prune().await.unwrap().people, 1, "the operator");
    assert_ne!(files_with(&world.data(), "quirin"), [""; 0], "passed over");
    assert_eq!(world.host.prune().await.unwrap().people, 0, "and not looked at again");

    let earlier = "DELETE FROM _sqlx_migrations WHERE version = 19";
    sqlx::query(earlier).execute(&mut direct(&world).await).await.unwrap();
    drop(journal(&world).await);
    assert_eq!(world.host.prune().await.unwrap().people, 1);
    assert!(world.host.compact().await, "nobody reads in the file");
    assert_eq!(files_with(&world.data(), "quirin"), [""; 0]);
}
