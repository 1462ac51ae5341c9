//! A message that was answered is never lost, whatever is done while it waits; and the newest that was heard counts, whatever
//! became of it.

use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::conflict::Conflict;
use shop_core::orders::state::LineState::{self, Cancelled, Fulfilled, Rejected, Suspended, Waiting};
use shop_core::words::order::OrderId;
use shop_core::words::seat::SeatId;
use shop_harness::World;
use shop_host::host::{Host, HostError, Versions};

use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;

fn id() -> OrderId {
    OrderId::try_from("A".to_owned()).unwrap()
}

/// A host whose way to the platform has this fault.
async fn with_fault(world: &World, fault: Fault) -> Host {
    host_through(world, faulty(world.platform.clone(), fault)).await
}

async fn comes_while_down(world: &World, order: &Sale) {
    let down = with_fault(world, Fault::Down).await;
    assert_eq!(fulfil_in(&down, order).await.unwrap().state, Waiting);
}

async fn goes_on(world: &World) -> Vec<LineState> {
    let resumed = world.host.resume(&|_, _| ()).await.unwrap();
    resumed.into_iter().map(|of| of.outcome.unwrap_or_else(|error| panic!("{error}")).state).collect()
}

async fn conflict(world: &World, order: &Sale) -> Conflict {
    for attempt in [world.preview(&order.json()).await, world.fulfil(&order.json()).await] {
        match attempt {
            Err(HostError::Conflict { conflict, .. }) => return conflict,
            Err(error) => panic!("{error}"),
            Ok(_) => {}
        }
    }
    panic!("no conflict")
}

/// Whether somebody is enrolled.
async fn is_enrolled(world: &World, name: &str) -> bool {
    let begins = format!("enrolment SPOC {name} ");
    lines(&world.census().await).iter().any(|line| line.starts_with(&begins) && !line.ends_with(", suspended"))
}

/// How an order can be that was bought, and of which nothing is in place.
#[derive(Clone, Copy, Debug)]
enum Waits {
    /// The platform was away.
    ForThePlatform,
    /// The platform refuses to be looked at.
    Blocked,
    /// It was suspended before it began.
    Suspended,
}

async fn waits(world: &World, how: Waits, order: &Sale) {
    comes_while_down(world, order).await;
    match how {
        Waits::ForThePlatform => {}
        Waits::Blocked => {
            let forbids = with_fault(world, Fault::Forbids(1)).await;
            let refused = forbids.retry(&id(), "vera", &|_, _| ()).await;
            assert!(matches!(refused, Err(HostError::Platform(_))));
        }
        Waits::Suspended => comes_to(world, &order.clone().state("suspended"), Suspended).await,
    }
}

/// A message, and how it contradicts.
type Contradiction = (Sale, fn(&Conflict) -> bool);

/// Nothing that was paid vanishes since the platform was away when it came.
#[tokio::test]
async fn what_waits_is_contradicted_like_what_is_in_place() {
    let order = || sale("A", &["anne"]).line("OTHER", 5, &["bob"]);
    let cases: [Contradiction; 3] = [
        (order().by("zoe"), |found| matches!(found, Conflict::Operator { .. })),
        (order().without_last_line(), |found| *found == Conflict::LineMissing(2)),
        (order().of("LONG"), |found| matches!(found, Conflict::Product { line: 1, .. })),
    ];
    for how in [Waits::ForThePlatform, Waits::Blocked, Waits::Suspended] {
        for (contradicts, is_expected) in &cases {
            let world = shop().await;
            waits(&world, how, &order()).await;
            let found = conflict(&world, contradicts).await;
            assert!(is_expected(&found), "{how:?}: {found}");
            comes_to(&world, &order(), Fulfilled).await;
            let found = conflict(&world, contradicts).await;
            assert!(is_expected(&found), "in place: {found}");
        }
    }
}

/// What the platform has but for accounts after these messages, of which some come while it is away.
async fn left_after(messages: &[Sale], away: std::ops::Range<usize>) -> Vec<String> {
    let world = shop().await;
    for (number, message) in messages.iter().enumerate() {
        if away.contains(&number) {
            comes_while_down(&world, message).await;
        } else {
            world.fulfil(&message.json()).await.unwrap_or_else(|error| panic!("{number}: {error}"));
        }
    }
    assert_eq!(goes_on(&world).await, []);
    let lines = lines(&world.census().await).into_iter();
    lines.filter(|line| !line.starts_with("account") && !line.starts_with("invitation")).collect()
}

/// Whether the platform was away when some of them came makes no difference: each line has the time of its first payment, and one
/// that has ended meanwhile is bought anew, or stays ended.
#[tokio::test]
async fn messages_come_to_the_same_whether_the_platform_was_away_or_not() {
    let first = sale("A", &["anne"]);
    let order = || sale("A", &["anne"]).line("OTHER", 5, &["bob"]);
    let later = |order: Sale| order.with("time", "2026-12-24T00:00:00Z");
    let ended = || order().in_line(2, "quantity", 0);
    for (told, messages, away) in [
        ("one seat more", vec![order(), later(order().seats(&["anne", "zoe"]))], 0..1),
        ("one line more", vec![first.clone(), later(order())], 0..1),
        ("a payment", vec![order().state("placed"), order(), later(order().seats(&["zoe"]))], 1..2),
        ("a first payment", vec![order().state("placed"), later(order())], 0..1),
        ("a line more, and then a seat", vec![first, order(), later(order().seats(&["zoe"]))], 1..2),
        ("suspended meanwhile", vec![order(), order().state("suspended"), later(order())], 0..1),
        (
            "ended, and bought for another product",
            vec![order(), ended(), later(order().in_line(2, "product", "LONG"))],
            1..2,
        ),
        ("ended, and bought again", vec![order(), ended(), later(order())], 1..2),
        ("ended, and left out", vec![order(), ended(), later(order().without_last_line())], 1..2),
        ("never bought, and then bought", vec![ended(), later(order().in_line(2, "product", "LONG"))], 0..1),
    ] {
        assert_eq!(left_after(&messages, away).await, left_after(&messages, 0..0).await, "{told}");
    }
}

/// It has ended although nobody came to carry that out.
#[tokio::test]
async fn a_line_that_ended_meanwhile_and_is_left_out_has_ended() {
    let world = shop().await;
    let order = sale("A", &["anne"]).line("OTHER", 5, &["bob"]);
    comes_to(&world, &order, Fulfilled).await;
    comes_while_down(&world, &order.clone().in_line(2, "quantity", 0)).await;
    comes_to(&world, &order.without_last_line(), Fulfilled).await;
    assert_eq!(lines_of(&world, "A").await, "1 fulfilled/fulfilled, 2 ended");
}

/// What the staff does about an order puts nothing over what waits.
#[tokio::test]
async fn what_the_staff_does_meanwhile_does_not_take_the_place_of_what_waits() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    comes_while_down(&world, &sale("A", &["anne"]).state("cancelled")).await;
    let handler = world.host.handlers().list().await.unwrap()[0].digest;
    let upgraded = world.host.upgrade(&id(), Versions::This(handler), "vera", &|_, _| ()).await.map(|_| ());
    let previewed = world.host.preview_upgrade(&id(), Versions::Active).await.map(|_| ());
    let repaired = world.host.repair(&id(), "vera", &|_, _| ()).await.map(|_| ());
    for refused in [upgraded, previewed, repaired] {
        let error = refused.unwrap_err();
        assert!(matches!(error, HostError::Unfinished { .. }), "{error}");
    }
    assert_eq!(goes_on(&world).await, [Cancelled]);
    assert!(!is_enrolled(&world, "anne").await);
}

/// What is rejected leaves all as it was, what is to be done about the order included: that is gone on with.
#[tokio::test]
async fn what_is_rejected_does_not_take_the_place_of_what_is_being_done() {
    let typo = serde_json::json!({"email": "a..b@example.org", "first_name": "A", "last_name": "B"});
    for by_staff in [true, false] {
        let world = shop().await;
        let hindered = with_fault(&world, Fault::Refuses("enrol")).await;
        assert_eq!(fulfil_in(&hindered, &sale("A", &["anne"])).await.unwrap().state, LineState::Incomplete);
        let came = match by_staff {
            true => {
                let amendment = Amendment::HandOver(serde_json::from_value(typo.clone()).unwrap());
                world.host.amend(&id(), &amendment, "vera", &|_, _| ()).await.unwrap()
            }
            false => fulfil_in(&world.host, &sale("A", &["a..b"])).await.unwrap(),
        };
        assert_eq!(came.state, Rejected);
        assert_eq!(goes_on(&world).await, [Fulfilled], "by the staff: {by_staff}");
        assert!(is_enrolled(&world, "anne").await);
        assert_eq!(goes_on(&world).await, []);
    }
}

/// Whoever of the staff asks for it is told; the order is as it was.
#[tokio::test]
async fn what_the_staff_asks_for_in_vain_leaves_the_order_as_well_as_before() {
    let typo = serde_json::json!({"email": "a..b@example.org", "first_name": "A", "last_name": "B"});
    let amendment = Amendment::HandOver(serde_json::from_value(typo).unwrap());
    for waits in [false, true] {
        let world = shop().await;
        for quantity in [1, 0] {
            comes_to(&world, &sale("A", &["anne"]).line("OTHER", quantity, &[]), Fulfilled).await;
        }
        if waits {
            let down = with_fault(&world, Fault::Down).await;
            assert_eq!(down.amend(&id(), &amendment, "vera", &|_, _| ()).await.unwrap().state, Waiting);
            assert_eq!(goes_on(&world).await, [Rejected]);
        } else {
            assert_eq!(world.host.amend(&id(), &amendment, "vera", &|_, _| ()).await.unwrap().state, Rejected);
        }
        assert_eq!(lines_of(&world, "A").await, "1 fulfilled/fulfilled, 2 ended", "it waited: {waits}");
    }
}

/// What came to nothing is tried anew when it comes again; unless the staff has changed the order since.
#[tokio::test]
async fn a_message_that_was_rejected_undoes_nothing_when_it_comes_again() {
    for mut waits in [false, true] {
        let world = shop().await;
        comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
        let message = sale("A", &["anne", "-", "a..b"]);
        for _ in 0..2 {
            comes_to(&world, &message, Rejected).await;
        }
        let release = Amendment::Seat(SeatId::derive("A", 1, 1), SeatAmendment::Release);
        let down = with_fault(&world, Fault::Down).await;
        let host = if waits { &down } else { &world.host };
        host.amend(&id(), &release, "vera", &|_, _| ()).await.unwrap();
        for _ in 0..2 {
            assert_eq!(conflict(&world, &message).await, Conflict::Outdone, "what it says is not so");
            assert_eq!(goes_on(&world).await.len(), usize::from(std::mem::take(&mut waits)));
            assert!(!is_enrolled(&world, "anne").await);
        }
        comes_to(&world, &message.with("revision", 1), Rejected).await;
    }
}

/// A message that waits was heard: come again, it undoes nothing that the staff has made of it, whether that is done or waits.
#[tokio::test]
async fn a_message_that_waited_undoes_nothing_when_it_comes_again() {
    for revision in [0, 2] {
        for waits in [true, false] {
            let world = shop().await;
            comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
            let message = sale("A", &["anne", "bob"]).with("revision", revision);
            comes_while_down(&world, &message).await;
            if waits {
                let down = with_fault(&world, Fault::Down).await;
                let outcome = down.amend(&id(), &Amendment::Suspend, "vera", &|_, _| ()).await.unwrap();
                assert_eq!(outcome.state, Waiting);
            } else {
                world.host.amend(&id(), &Amendment::Suspend, "vera", &|_, _| ()).await.unwrap();
            }
            comes_to(&world, &message, Suspended).await;
            assert!(!is_enrolled(&world, "anne").await);
            world.host.amend(&id(), &Amendment::Resume, "vera", &|_, _| ()).await.unwrap();
            assert!(is_enrolled(&world, "bob").await, "what came with it waited too");
        }
    }
}

/// A new message of the shop does take the place of what the staff has done, and says so.
#[tokio::test]
async fn news_of_the_shop_tell_what_of_the_staff_they_undo() {
    for waits in [true, false] {
        let world = shop().await;
        comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
        let down = with_fault(&world, Fault::Down).await;
        let host = if waits { &down } else { &world.host };
        host.amend(&id(), &Amendment::Suspend, "vera", &|_, _| ()).await.unwrap();
        for tell in [
            world.preview(&sale("A", &["anne", "bob"]).json()).await,
            world.fulfil(&sale("A", &["anne", "bob"]).json()).await,
        ] {
            let outcome = tell.unwrap();
            let told: Vec<_> = outcome.messages.iter().map(|message| message.key.as_str()).collect();
            assert_eq!((told, outcome.state), (vec!["changes-replaced"], Fulfilled));
        }
    }
}

/// An older message is out of date, also if nothing came of the newer one.
#[tokio::test]
async fn the_newest_that_was_heard_counts_whatever_became_of_it() {
    let revision = |number: u32| sale("A", &["anne"]).with("revision", number);
    let rejected = revision(3).seats(&["anne", "anne"]);
    for (told, first, newest, state) in [
        ("cancelled first", None, revision(3).state("cancelled"), Cancelled),
        ("suspended first", None, revision(3).state("suspended"), Suspended),
        ("rejected first", None, rejected.clone(), Rejected),
        ("a change that was rejected", Some(revision(1)), rejected, Rejected),
    ] {
        let world = shop().await;
        if let Some(first) = &first {
            comes_to(&world, first, Fulfilled).await;
        }
        comes_to(&world, &newest, state).await;
        let before = world.census().await;
        let found = conflict(&world, &revision(2)).await;
        assert_eq!(found, Conflict::Stale { recorded: 3, found: 2 }, "{told}");
        comes_to(&world, &newest, state).await;
        assert_eq!(difference(&before, &world.census().await), [""; 0], "{told}");
        let next = world.fulfil(&revision(4).json()).await;
        match state {
            Cancelled => {
                assert!(matches!(next, Err(HostError::Conflict { conflict: Conflict::Cancelled, .. })), "{told}")
            }
            _ => assert_eq!(next.unwrap_or_else(|error| panic!("{told}: {error}")).state, Fulfilled, "{told}"),
        }
    }
}

/// An order that the staff has ended before it began stays ended, also when the shop's message comes again.
#[tokio::test]
async fn what_was_ended_before_it_began_does_not_begin() {
    for (amendment, state) in [(Amendment::Cancel, Cancelled), (Amendment::Suspend, Suspended)] {
        let world = shop().await;
        let message = sale("A", &["anne"]).with("revision", 1);
        comes_while_down(&world, &message).await;
        world.host.amend(&id(), &amendment, "vera", &|_, _| ()).await.unwrap();
        for _ in 0..2 {
            comes_to(&world, &message, state).await;
        }
        assert_eq!(lines(&world.census().await).len(), 0);
        assert_eq!(lines_of(&world, "A").await, format!("1 {state}"));
        assert_eq!(goes_on(&world).await, []);
        let resumed = world.host.amend(&id(), &Amendment::Resume, "vera", &|_, _| ()).await;
        match state {
            Cancelled => assert!(matches!(resumed, Err(HostError::Unamendable { .. })), "it is final"),
            _ => assert_eq!(resumed.unwrap_or_else(|error| panic!("{error}")).state, Fulfilled),
        }
    }
}

/// A payment that waits is not taken back by an order that comes as placed only.
#[tokio::test]
async fn a_payment_that_waits_is_not_taken_back() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]).state("placed"), LineState::Placed).await;
    comes_while_down(&world, &sale("A", &["anne"])).await;
    assert_eq!(conflict(&world, &sale("A", &["anne"]).state("placed")).await, Conflict::Unpaid);
    assert_eq!(goes_on(&world).await, [Fulfilled]);
}

/// Who set to work, and on whose behalf, of the last entry.
async fn last_acting(world: &World) -> (String, Option<String>) {
    let last = world.host.journal().audit(Some(&id())).await.unwrap().pop().unwrap();
    (last.who, last.details["on_behalf_of"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn the_audit_log_tells_who_set_to_work_and_on_whose_behalf() {
    let vera = || Some("vera".to_owned());
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    assert_eq!(last_acting(&world).await, ("shop".to_owned(), None));
    let down = with_fault(&world, Fault::Down).await;
    down.amend(&id(), &Amendment::Suspend, "vera", &|_, _| ()).await.unwrap();
    assert_eq!(last_acting(&world).await, ("vera".to_owned(), None));
    assert_eq!(goes_on(&world).await, [Suspended]);
    assert_eq!(last_acting(&world).await, ("host".to_owned(), vera()), "when its time came");
    world.host.amend(&id(), &Amendment::Resume, "vera", &|_, _| ()).await.unwrap();
    world.host.amend(&id(), &Amendment::Suspend, "vera", &|_, _| ()).await.unwrap();
    world.by_hand().unenrol("SUPPORT", &email("claire")).unwrap();
    world.host.repair(&id(), "emil", &|_, _| ()).await.unwrap();
    comes_while_down(&world, &sale("A", &["anne", "bob"])).await;
    world.host.retry(&id(), "emil", &|_, _| ()).await.unwrap();
    assert_eq!(last_acting(&world).await, ("emil".to_owned(), Some("shop".to_owned())));
    let change = Amendment::Seat(SeatId::derive("A", 1, 1), SeatAmendment::Release);
    world.host.amend(&id(), &change, "vera", &|_, _| ()).await.unwrap();
    world.by_hand().unenrol("SPOC", &email("bob")).unwrap();
    comes_to(&world, &sale("A", &["anne", "bob"]), Fulfilled).await;
    assert_eq!(last_acting(&world).await, ("shop".to_owned(), vera()), "a message that came again");
}

/// What is recorded is compared by what it says, and not by how it is written.
#[tokio::test]
async fn a_repair_after_an_erasure_changes_nothing_about_the_order() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne", "bob"]), Fulfilled).await;
    let message = sale("A", &["-", "bob"]);
    comes_to(&world, &message, Fulfilled).await;
    world
        .host
        .amend(&id(), &Amendment::Seat(SeatId::derive("A", 1, 2), SeatAmendment::Release), "vera", &|_, _| ())
        .await
        .unwrap();
    let message = message.seats(&["-", "carl"]);
    comes_to(&world, &message, Fulfilled).await;
    world.host.erase(&email("bob"), "emil").await.unwrap();
    world.by_hand().unenrol("SPOC", &email("carl")).unwrap();
    world.host.repair(&id(), "vera", &|_, _| ()).await.unwrap();
    assert_eq!(world.host.journal().order(&id()).await.unwrap().unwrap().changed, None);
    is_in_place(&world, &message, "and the shop's last message is the same").await;
}
