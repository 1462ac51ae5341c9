//! Orders that come again and contradict what is recorded, late or out of order; and attempts that came to nothing.

use shop_host::conflict::Conflict;
use shop_host::order::{Order, OrderId};
use shop_host::shop::ShopError;
use shop_host::state::LineState::{self, Cancelled, Fulfilled, Placed, Rejected, Suspended};
use shop_tests::World;

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
        ("namesake", order(), Fulfilled, order().with("id", "a"), |c| matches!(c, Conflict::Namesake(id) if id == "A")),
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
    let corrected = sale("A", &["anne"]).with("time", "2026-12-05T00:00:00Z");
    let late = corrected.clone().with("revision", 6);
    assert_eq!(conflict(&world, &late).await, Conflict::Stale { recorded: 7, found: 6 }, "but for its revision");
    comes_to(&world, &corrected.with("revision", 7), Fulfilled).await;
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
        order.clone().in_line(1, "quantity", 10_001),
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
        (two_lines.clone().state("suspended"), Suspended, "1 suspended/suspended"),
        (two_lines.state("cancelled"), Cancelled, "1 cancelled"),
    ] {
        comes_to(&world, &order, state).await;
        assert_eq!(lines_of(&world, &order.id()).await, expected);
        comes_to(&world, &order, state).await;
        assert_eq!(lines_of(&world, &order.id()).await, expected, "once more");
    }
}

/// It is recorded as just that, and nothing of it is checked.
#[tokio::test]
async fn of_an_order_that_was_never_accepted_there_is_nothing_to_end() {
    let unchecked = order().by("no address").of("UNHEARD-OF");
    for (state, reached) in [("suspended", Suspended), ("cancelled", Cancelled)] {
        for heard_of in [false, true] {
            let world = shop().await;
            if heard_of {
                comes_to(&world, &unchecked, Rejected).await;
            }
            let late = unchecked.clone().state(state);
            let preview = world.preview(&late.json()).await.unwrap();
            let known = world.shop.journal().order_ids().await.unwrap().len();
            assert_eq!(known, usize::from(heard_of), "{state}: a preview records nothing");
            for outcome in
                [preview, world.fulfil(&late.json()).await.unwrap(), world.fulfil(&late.json()).await.unwrap()]
            {
                assert_eq!(outcome.state, reached);
                assert!(shop_tests::findings(&outcome).starts_with("warning (order) nothing-to-end"), "{state}");
            }
            assert_eq!(lines(&world.census().await).len(), 0, "{state}");
            assert_eq!(lines_of(&world, "A").await, format!("1 {state}, 2 {state}"));
            match reached {
                Suspended => comes_to(&world, &order(), Fulfilled).await,
                _ => assert!(matches!(conflict(&world, &order()).await, Conflict::Cancelled), "it is final"),
            }
        }
    }
}

#[tokio::test]
async fn changes_that_come_with_a_suspension_wait_and_are_told() {
    let world = shop().await;
    comes_to(&world, &order().with("revision", 1), Fulfilled).await;
    let before = recorded_order(&world).await;
    let suspended = order().state("suspended").with("revision", 2).seats(&["bob"]).in_line(1, "quantity", 9);
    for _ in 0..2 {
        let outcome = world.fulfil(&suspended.json()).await.unwrap();
        assert_eq!(outcome.state, Suspended);
        assert!(shop_tests::findings(&outcome).starts_with("warning (order) changes-wait"), "each time");
    }
    assert_eq!(recorded_order(&world).await.lines, before.lines, "as the seats and claims that are recorded");
    let unlike = suspended.clone().seats(&["carl"]);
    assert!(matches!(conflict(&world, &unlike).await, Conflict::RevisionReused(2)));
    let unchanged = world.fulfil(&order().state("suspended").with("revision", 3).json()).await.unwrap();
    assert_eq!(shop_tests::findings(&unchanged), "");
    comes_to(&world, &suspended.state("paid").with("revision", 4), Fulfilled).await;
    assert_eq!(recorded_order(&world).await.lines[0].quantity, 9);
}

async fn recorded_order(world: &World) -> Order {
    world.shop.journal().order(&OrderId::try_from("A".to_owned()).unwrap()).await.unwrap().unwrap().order
}

async fn conflict(world: &World, order: &Sale) -> Conflict {
    match world.fulfil(&order.json()).await {
        Err(ShopError::Conflict { conflict, .. }) => conflict,
        _ => panic!("no conflict"),
    }
}

#[tokio::test]
async fn a_placed_order_can_be_suspended_and_paid() {
    let world = shop().await;
    comes_to(&world, &sale("C", &["anne"]).state("placed"), Placed).await;
    comes_to(&world, &sale("C", &["anne"]).state("suspended"), Suspended).await;
    comes_to(&world, &sale("C", &["anne"]), Fulfilled).await;
}
