//! For how long people are kept whom an earlier version of the program did not know.

use std::time::Duration;

use shop_core::orders::state::LineState::Rejected;
use shop_journal::Journal;

use super::privacy::{direct, files_with};
use crate::fixtures::shop::*;

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
    drop(Journal::open(&world.data().join("journal.sqlite")).await.unwrap());
    assert_eq!(world.host.prune().await.unwrap().people, 1);
    assert!(world.host.compact().await, "nobody reads in the file");
    assert_eq!(files_with(&world.data(), "quirin"), [""; 0]);
}
