//! Orders that come again and contradict what is recorded, late or out of order; and attempts that came to nothing.

use shop_core::orders::amendment::Amendment;
use shop_core::orders::conflict::Conflict;
use shop_core::orders::state::LineState::{self, Cancelled, Fulfilled, Placed, Rejected, Suspended};
use shop_core::words::order::{Order, OrderId};
use shop_harness::World;
use shop_host::host::HostError;

use crate::fixtures::shop::*;

fn order() -> Sale {
    sale("A", &["anne"]).line("OTHER", 5, &["bob"])
}

/// What comes first, what comes then, and how it contradicts.
type Case = (&'static str, Sale, LineState, Sale, fn(&Conflict) -> bool);

#[tokio::test]
async fn a_contradiction_is_told_and_changes_nothing() {
    let revised = |revision: u32| order().with("revision", revision);
    let cases: Vec<Case> = vec![
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
                Err(HostError::Conflict { conflict, .. }) => assert!(is_expected(&conflict), "{told}: {conflict}"),
                Err(error) => panic!("{told}: {error}"),
                Ok(_) => panic!("{told}: no conflict"),
            }
        }
        assert!(world.requests.take().is_empty(), "{told}: the platform need not be asked");
        assert_eq!(world.census().await, census, "{told}");
        assert_eq!(recorded(&world, "A").await, last, "{told}");
    }
}

/// It is out of date what came before it, and what comes under its own number is what was put right.
#[tokio::test]
async fn a_contradiction_is_heard_all_the_same() {
    let revised = |revision: u32| order().with("revision", revision);
    let world = shop().await;
    comes_to(&world, &revised(1), Fulfilled).await;
    let contradicts = revised(5).of("LONG");
    assert!(world.preview(&contradicts.json()).await.is_err());
    is_in_place(&world, &revised(2), "of a preview nobody knows").await;
    assert!(matches!(conflict(&world, &contradicts).await, Conflict::Product { .. }));
    assert_eq!(conflict(&world, &revised(4).seats(&["carl"])).await, Conflict::Stale { recorded: 5, found: 4 });
    assert!(matches!(conflict(&world, &contradicts).await, Conflict::Product { .. }), "it says the same again");
    is_in_place(&world, &revised(2), "what was decided last, come again").await;
    comes_to(&world, &revised(5).seats(&["carl"]), Fulfilled).await;
}

/// Whoever says that an order ends need not know what it was about.
#[tokio::test]
async fn what_ends_an_order_is_its_id_and_nothing_else_that_the_message_says() {
    let nonsense: [fn(Sale) -> Sale; 6] = [
        |order| order.by("zoe"),
        |order| order.by("no address"),
        |order| order.of("UNHEARD-OF").in_line(1, "quantity", 0),
        |order| order.without_last_line(),
        |order| order.seats(&["anne", "anne", "no address"]),
        |order| order.line("SPOC", 1, &["carl"]).with("time", "1970-01-01T00:00:00Z").with("language", "fr"),
    ];
    for (revision, nonsense) in [0, 1].into_iter().flat_map(|revision| nonsense.map(|nonsense| (revision, nonsense))) {
        let world = shop().await;
        let first = order().with("revision", revision);
        comes_to(&world, &first, Fulfilled).await;
        let census = world.census().await;
        let stands = recorded_order(&world).await;
        let message = |state: &str, nth: u32| {
            nonsense(order()).state(state).with("revision", if revision == 0 { 0 } else { nth })
        };
        comes_to(&world, &message("suspended", 2), Suspended).await;
        let suspended = recorded_order(&world).await;
        assert_eq!(
            (suspended.operator, suspended.lines),
            (stands.operator, stands.lines),
            "what stands is what was sold"
        );
        is_in_place(&world, &message("suspended", 2), "the same again").await;
        world.host.amend(&stands.id, &Amendment::Resume, "vera", &|_, _| ()).await.unwrap();
        assert_eq!(difference(&census, &world.census().await), [""; 0], "resumed as it was");
        comes_to(&world, &message("cancelled", 3), Cancelled).await;
        let left = lines(&world.census().await);
        assert!(left.iter().all(|line| line.starts_with("account") || line.starts_with("invitation")), "{left:#?}");
        is_in_place(&world, &message("cancelled", 3), "the same again").await;
        if revision > 0 {
            assert!(matches!(conflict(&world, &message("cancelled", 2)).await, Conflict::Stale { .. }));
        }
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
        let lines = recorded_order(&world).await.lines;
        assert_eq!((lines.len(), lines[0].quantity), (1, 5), "what was accepted last");
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
    let id = OrderId::try_from("A".to_owned()).unwrap();
    for (state, reached) in [("suspended", Suspended), ("cancelled", Cancelled)] {
        for heard_of in [false, true] {
            let world = shop().await;
            if heard_of {
                comes_to(&world, &unchecked, Rejected).await;
            }
            let late = unchecked.clone().state(state);
            let preview = world.preview(&late.json()).await.unwrap();
            assert_eq!(world.host.journal().ending(&id).await.unwrap(), None, "{state}: a preview records nothing");
            for outcome in
                [preview, world.fulfil(&late.json()).await.unwrap(), world.fulfil(&late.json()).await.unwrap()]
            {
                assert_eq!(outcome.state, reached);
                assert!(shop_harness::findings(&outcome).starts_with("warning (order) nothing-to-end"), "{state}");
            }
            assert_eq!(lines(&world.census().await).len(), 0, "{state}");
            match heard_of {
                true => assert_eq!(lines_of(&world, "A").await, format!("1 {state}, 2 {state}")),
                false => {
                    let ended = world.host.journal().endings().await.unwrap();
                    let ended: Vec<_> = ended.iter().map(|of| (of.id.as_str(), of.end.as_str())).collect();
                    assert_eq!(ended, [("A", state)], "just that is recorded, and nobody whom the message names");
                    assert!(world.host.journal().order(&id).await.unwrap().is_none());
                }
            }
            match reached {
                Suspended => comes_to(&world, &order(), Fulfilled).await,
                _ => assert!(matches!(conflict(&world, &order()).await, Conflict::Cancelled), "it is final"),
            }
        }
    }
}

/// A message without anything else.
#[tokio::test]
async fn an_id_is_enough_to_end_an_order() {
    let says = |state: &str| serde_json::json!({"id": "A", "state": state}).to_string();
    for (told, before) in
        [("never heard of", None), ("rejected", Some(order().by("no address"))), ("in force", Some(order()))]
    {
        let world = shop().await;
        if let Some(before) = &before {
            world.fulfil(&before.json()).await.unwrap();
        }
        for (state, reached) in [("suspended", Suspended), ("suspended", Suspended), ("cancelled", Cancelled)] {
            for outcome in [world.preview(&says(state)).await.unwrap(), world.fulfil(&says(state)).await.unwrap()] {
                assert_eq!(outcome.state, reached, "{told}");
            }
        }
        let left = lines(&world.census().await);
        assert!(left.iter().all(|line| line.starts_with("account") || line.starts_with("invitation")), "{left:#?}");
        assert_eq!(conflict(&world, &order()).await, Conflict::Cancelled, "{told}");
        let known = recorded_if_any(&world).await.map(|of| of.lines);
        assert_eq!(known.is_some(), before.is_some(), "{told}");
        assert!(known.is_none_or(|lines| lines.len() == 2), "{told}: it stays the order that it was");
    }
}

/// Nobody can make of it what it never was.
#[tokio::test]
async fn an_order_that_was_suspended_before_it_was_heard_of_begins_with_its_payment() {
    let world = shop().await;
    world.fulfil(r#"{"id": "A", "state": "suspended", "revision": 3}"#).await.unwrap();
    let id = OrderId::try_from("A".to_owned()).unwrap();
    let resumed = world.host.amend(&id, &Amendment::Resume, "vera", &|_, _| ()).await.err().unwrap().to_string();
    assert!(resumed.contains("it begins when the shop says that it is paid"), "{resumed}");
    let retried = world.host.retry(&id, "vera", &|_, _| ()).await;
    assert!(matches!(retried, Err(HostError::NothingWaits(_))), "it is known");
    let placed = order().state("placed").with("revision", 5);
    assert_eq!(conflict(&world, &placed).await, Conflict::Unpaid);
    assert_eq!(conflict(&world, &order().with("revision", 4)).await, Conflict::Stale { recorded: 5, found: 4 });
    comes_to(&world, &order().with("revision", 6), Fulfilled).await;
    assert_eq!(world.host.journal().endings().await.unwrap(), []);
}

/// The staff can end it, whatever came of it: it is final then, and nothing of it is tried any more.
#[tokio::test]
async fn an_order_that_never_began_can_be_cancelled_by_the_staff() {
    let id = OrderId::try_from("A".to_owned()).unwrap();
    let rejected = order().by("no address").with("revision", 3);
    for (told, first) in [("rejected", rejected), ("suspended", order().state("suspended").with("revision", 3))] {
        let world = shop().await;
        world.fulfil(&first.json()).await.unwrap();
        for _ in 0..2 {
            let preview = world.host.preview_amendment(&id, &Amendment::Cancel).await.unwrap();
            let amended = world.host.amend(&id, &Amendment::Cancel, "vera", &|_, _| ()).await.unwrap();
            assert_eq!((preview.state, amended.state), (Cancelled, Cancelled), "{told}");
        }
        assert!(world.fulfil(&first.json()).await.is_err(), "{told}: the same again");
        assert_eq!(conflict(&world, &order().with("revision", 4)).await, Conflict::Cancelled, "{told}");
        assert_eq!(lines(&world.census().await).len(), 0, "{told}");
        let log = world.host.journal().audit(Some(&id)).await.unwrap();
        assert!(log.iter().any(|entry| entry.who == "vera"), "{told}");
    }
}

/// What was only ordered becomes no more than that by a suspension.
#[tokio::test]
async fn what_was_never_paid_is_resumed_as_placed() {
    let id = OrderId::try_from("A".to_owned()).unwrap();
    for by_staff in [true, false] {
        let world = shop().await;
        comes_to(&world, &order().state("placed"), Placed).await;
        let before = world.census().await;
        comes_to(&world, &order().state("suspended"), Suspended).await;
        if by_staff {
            let resumed = world.host.amend(&id, &Amendment::Resume, "vera", &|_, _| ()).await.unwrap();
            assert_eq!(resumed.state, Placed);
        } else {
            comes_to(&world, &order().state("placed"), Placed).await;
        }
        assert_eq!(difference(&before, &world.census().await), [""; 0], "by the staff: {by_staff}");
        comes_to(&world, &order(), Fulfilled).await;
        comes_to(&world, &order().state("suspended"), Suspended).await;
        assert_eq!(conflict(&world, &order().state("placed")).await, Conflict::Unpaid);
        let resumed = world.host.amend(&id, &Amendment::Resume, "vera", &|_, _| ()).await.unwrap();
        assert_eq!(resumed.state, Fulfilled);
    }
}

/// What comes with a suspension comes again when the order is resumed.
#[tokio::test]
async fn changes_that_come_with_a_suspension_are_not_made() {
    let world = shop().await;
    comes_to(&world, &order().with("revision", 1), Fulfilled).await;
    let before = recorded_order(&world).await;
    let suspended = order().state("suspended").with("revision", 2).seats(&["bob"]).in_line(1, "quantity", 9);
    for again in [suspended.clone(), suspended.clone(), suspended.clone().seats(&["carl"])] {
        comes_to(&world, &again, Suspended).await;
        assert_eq!(recorded_order(&world).await.lines, before.lines, "as the seats and claims that are recorded");
    }
    comes_to(&world, &suspended.state("paid").with("revision", 4), Fulfilled).await;
    assert_eq!(recorded_order(&world).await.lines[0].quantity, 9);
}

async fn recorded_order(world: &World) -> Order {
    recorded_if_any(world).await.unwrap()
}

async fn recorded_if_any(world: &World) -> Option<Order> {
    let recorded = world.host.journal().order(&OrderId::try_from("A".to_owned()).unwrap()).await.unwrap();
    recorded.map(|recorded| recorded.order)
}

async fn conflict(world: &World, order: &Sale) -> Conflict {
    match world.fulfil(&order.json()).await {
        Err(HostError::Conflict { conflict, .. }) => conflict,
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

/// Databases of learning platforms do not tell such ids apart, and a group's id number is the order's.
#[tokio::test]
async fn ids_that_differ_in_case_or_accents_only_are_one() {
    let world = shop().await;
    comes_to(&world, &order().with("id", "ABC-é2-Straße"), Fulfilled).await;
    for id in ["abc-é2-straße", "ABC-e2-Straße", "ABC-ê2-STRASSE", "ＡＢＣ-e2-strasse"] {
        let told = conflict(&world, &order().with("id", id)).await;
        assert!(matches!(&told, Conflict::Namesake(other) if other == "ABC-é2-Straße"), "{id}: {told}");
        assert!(told.to_string().contains("case or accents"), "{told}");
    }
    comes_to(&world, &order().with("id", "ABC-e3-Straße"), Fulfilled).await;
}
