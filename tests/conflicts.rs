//! Orders that come again and contradict what is recorded, late or out of order; and attempts that came to nothing.

use shop_host::conflict::Conflict;
use shop_host::shop::ShopError;
use shop_host::state::LineState::{self, Cancelled, Fulfilled, Placed, Rejected, Suspended};

use crate::shop_fixtures::*;

fn order() -> Sale {
    sale("A", &["anne"]).line("OTHER", 5, &["bob"])
}

/// What comes first, what comes then, and how it contradicts.
type Case = (&'static str, Sale, LineState, Sale, fn(&Conflict) -> bool);

#[tokio::test]
async fn a_contradiction_is_told_and_changes_nothing() {
    let revised = |revision: u32| order().with("revision", revision);
    let cases: Vec<Case> = vec![
        ("operator", order(), Fulfilled, order().by("zoe"), |c| matches!(c, Conflict::Operator { .. })),
        ("cancelled by another operator", order(), Fulfilled, order().by("zoe").state("cancelled"), |c| {
            matches!(c, Conflict::Operator { .. })
        }),
        ("product", order(), Fulfilled, order().of("LONG"), |c| matches!(c, Conflict::Product { line: 1, .. })),
        ("line", order(), Fulfilled, order().without_last_line(), |c| matches!(c, Conflict::LineMissing(2))),
        ("unpaid", order(), Fulfilled, order().state("placed"), |c| matches!(c, Conflict::Unpaid)),
        ("risen", order().state("cancelled"), Cancelled, order(), |c| matches!(c, Conflict::Cancelled)),
        ("stale", revised(3), Fulfilled, revised(2), |c| matches!(c, Conflict::Stale { recorded: 3, found: 2 })),
        ("stale, not counted", revised(3), Fulfilled, order(), |c| matches!(c, Conflict::Stale { found: 0, .. })),
        ("reused", revised(3), Fulfilled, revised(3).seats(&["carl"]), |c| matches!(c, Conflict::RevisionReused(3))),
    ];
    for (told, first, state, then, is_expected) in cases {
        let world = shop().await;
        comes_to(&world, &first, state).await;
        let (census, last) = (world.census().await, recorded(&world, "A").await);
        world.requests.take();
        for attempt in [world.fulfil(&then.json()).await, world.preview(&then.json()).await] {
            match attempt {
                Err(ShopError::Conflict { conflict, .. }) => assert!(is_expected(&conflict), "{told}: {conflict}"),
                Err(error) => panic!("{told}: {error}"),
                Ok(_) => panic!("{told}: no conflict"),
            }
        }
        assert!(world.requests.take().is_empty(), "{told}: the platform need not be asked");
        assert_eq!(world.census().await, census, "{told}");
        assert_eq!(recorded(&world, "A").await, last, "{told}");
    }
}

#[tokio::test]
async fn a_contradiction_of_nothing_is_none() {
    let world = shop().await;
    comes_to(&world, &order().with("revision", 1), Fulfilled).await;
    for again in [order().with("revision", 1), order().with("revision", 2), order().with("revision", 9)] {
        is_in_place(&world, &again, "the same, or the same counted on").await;
    }
    let same_operator = order().with("revision", 9).by("CLAIRE");
    assert!(world.fulfil(&same_operator.json()).await.is_err(), "one revision is one content");
    comes_to(&world, &same_operator.with("revision", 10), Fulfilled).await;
}

#[tokio::test]
async fn a_rejected_first_attempt_binds_nobody() {
    let world = shop().await;
    let wrong = sale("A", &["anne"]).by("no address").of("UNHEARD-OF").with("revision", 7);
    comes_to(&world, &wrong, Rejected).await;
    assert_eq!(lines(&world.census().await).len(), 0);
    let corrected = sale("A", &["anne"]).with("revision", 1).with("time", "2026-12-05T00:00:00Z");
    comes_to(&world, &corrected, Fulfilled).await;
    assert_eq!(lines_of(&world, "A").await, "1 fulfilled/fulfilled");
    let start = world.census().await.enrolments[0].period.start;
    assert_eq!(start.to_string(), "2026-12-05T00:00:00Z", "the time of the first attempt does not count");
}

#[tokio::test]
async fn a_rejected_change_leaves_what_is_in_place() {
    let world = shop().await;
    let order = sale("A", &["anne"]);
    comes_to(&world, &order, Fulfilled).await;
    let census = world.census().await;
    for wrong in [
        order.clone().seats(&["anne", "anne"]),
        order.clone().in_line(1, "quantity", 0),
        order.clone().line("UNHEARD-OF", 1, &[]),
    ] {
        comes_to(&world, &wrong, Rejected).await;
        assert_eq!(world.census().await, census);
        assert!(lines_of(&world, "A").await.starts_with("1 rejected/fulfilled"));
        comes_to(&world, &order, Fulfilled).await;
        assert_eq!(lines_of(&world, "A").await, "1 fulfilled/fulfilled", "a line that never was is forgotten");
    }
}

#[tokio::test]
async fn a_line_that_was_never_accepted_has_nothing_in_place() {
    let world = shop().await;
    let two_lines = sale("A", &["anne"]).line("UNHEARD-OF", 1, &[]);
    for (order, state, expected) in [
        (two_lines.clone(), Rejected, "1 rejected, 2 rejected"),
        (sale("A", &["anne"]), Fulfilled, "1 fulfilled/fulfilled"),
        (two_lines.clone(), Rejected, "1 rejected/fulfilled, 2 rejected"),
        (sale("A", &["anne"]).state("suspended"), Suspended, "1 suspended/suspended"),
        (two_lines.clone().state("suspended"), Suspended, "1 suspended/suspended, 2 suspended"),
        (two_lines.state("cancelled"), Cancelled, "1 cancelled, 2 cancelled"),
        (sale("B", &["anne"]).state("suspended"), Suspended, "1 suspended"),
        (sale("B", &["anne"]), Fulfilled, "1 fulfilled/fulfilled"),
        (sale("C", &["anne"]).state("cancelled"), Cancelled, "1 cancelled"),
    ] {
        comes_to(&world, &order, state).await;
        assert_eq!(lines_of(&world, &order.id()).await, expected);
        comes_to(&world, &order, state).await;
        assert_eq!(lines_of(&world, &order.id()).await, expected, "once more");
    }
}

#[tokio::test]
async fn what_comes_out_of_order_ends_as_it_must() {
    let world = shop().await;
    comes_to(&world, &order().state("cancelled"), Cancelled).await;
    assert!(world.fulfil(&order().json()).await.is_err(), "cancelled before it was ever paid: stays cancelled");
    assert_eq!(lines(&world.census().await).len(), 0);

    let late = |state| sale("B", &["anne"]).state(state);
    comes_to(&world, &late("suspended"), Suspended).await;
    assert_eq!(lines(&world.census().await).len(), 0, "nothing is made to be suspended");
    comes_to(&world, &late("paid"), Fulfilled).await;
    comes_to(&world, &late("cancelled"), Cancelled).await;

    comes_to(&world, &sale("C", &["anne"]).state("placed"), Placed).await;
    comes_to(&world, &sale("C", &["anne"]).state("suspended"), Suspended).await;
    comes_to(&world, &sale("C", &["anne"]), Fulfilled).await;
}
