//! From when a line counts, and what the host's clock says of it. It is 2026-12-01, on which day all tests happen.

use shop_core::orders::state::LineState::{Fulfilled, Placed, Rejected, Suspended};
use shop_core::platform::Platform;
use shop_core::words::message::{Level, Message, Value};
use shop_core::words::order::OrderId;
use shop_harness::World;
use shop_host::host::{Clock, Outcome};

use crate::fixtures::shop::*;

fn at(day: &str, order: Sale) -> Sale {
    order.with("time", format!("{day}T00:00:00Z"))
}

/// Anne's enrolment.
async fn enrolment(world: &World) -> String {
    let lines = lines(&world.census().await);
    lines.into_iter().find(|line| line.starts_with("enrolment SPOC anne")).unwrap_or_default()
}

/// The keys of the warnings and errors about a line.
fn told(messages: &[Message]) -> Vec<&str> {
    messages.iter().filter(|message| message.level != Level::Notice).map(|message| message.key.as_str()).collect()
}

fn told_of(outcome: &Outcome) -> Vec<&str> {
    told(&outcome.lines[0].messages)
}

#[tokio::test]
async fn a_line_counts_from_its_first_payment() {
    let world = shop().await;
    let order = sale("A", &["anne"]);
    comes_to(&world, &at("2026-06-10", order.clone().state("placed")), Placed).await;
    comes_to(&world, &at("2026-06-20", order.clone().state("placed")), Placed).await;
    comes_to(&world, &at("2026-11-20", order.clone()), Fulfilled).await;
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-11-20..2026-12-25");
    let two_lines = order.line("OTHER", 5, &["bob"]);
    for state in ["paid", "suspended", "paid"] {
        world.fulfil(&at("2026-11-30", two_lines.clone()).state(state).json()).await.unwrap();
    }
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-11-20..2026-12-25", "it was paid before");
    let new = "enrolment OTHER bob student 2026-11-30..2027-01-04";
    assert!(lines(&world.census().await).contains(new), "the new line was not");
}

#[tokio::test]
async fn what_was_suspended_before_it_was_paid_counts_from_its_payment_too() {
    let world = shop().await;
    let order = sale("A", &["anne"]);
    comes_to(&world, &at("2026-06-10", order.clone().state("placed")), Placed).await;
    comes_to(&world, &at("2026-06-11", order.clone().state("suspended")), Suspended).await;
    comes_to(&world, &at("2026-11-20", order), Fulfilled).await;
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-11-20..2026-12-25");
}

/// Only the time is open while a line is placed.
#[tokio::test]
async fn the_rest_of_the_bargain_is_that_of_the_order() {
    let world = shop().await;
    let order = sale("A", &["anne"]);
    comes_to(&world, &order.clone().state("placed"), Placed).await;
    let dearer = catalogue("").replace("10.00 EUR", "99.00 EUR").replace("duration=35", "duration=7");
    let world = world.reopen(&dearer).await;
    let outcome = world.fulfil(&at("2026-12-10", order).json()).await.unwrap();
    assert_eq!(outcome.lines[0].total().unwrap().to_string(), "50.00 EUR");
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-12-10..2027-01-14");
}

#[tokio::test]
async fn an_end_that_has_passed_before_the_payment_is_in_the_past() {
    let world = shop().await;
    let order = sale("A", &["anne"]).in_line(1, "parameters", "endtime=2026-11-15");
    comes_to(&world, &at("2026-11-01", order.clone().state("placed")), Placed).await;
    let late = at("2026-11-20", order.clone()).json();
    for outcome in [world.preview(&late).await.unwrap(), world.fulfil(&late).await.unwrap()] {
        assert_eq!(outcome.state, Rejected);
        assert!(told_of(&outcome).contains(&"end-past"), "{}", shop_harness::findings(&outcome));
    }
    assert_eq!(lines_of(&world, "A").await, "1 rejected/placed");
    comes_to(&world, &at("2026-11-15", order), Fulfilled).await;
}

#[tokio::test]
async fn what_is_over_or_far_away_is_told_in_the_preview_and_in_the_receipt() {
    for (day, expected) in [
        ("2025-01-10", &["period-over"][..]),
        ("1970-01-01", &["period-over"]),
        ("2062-11-20", &["period-far"]),
        ("2026-11-20", &[]),
    ] {
        let world =
            shop_with("", "[[course]]\nshort_name = \"OLD\"\ntitle = \"Old\"\nstart = \"1970-01-01T00:00:00Z\"\n");
        let world = world.await.reopen(&catalogue("").replace("coursename=SPOC&", "coursename=OLD&")).await;
        let order = at(day, sale("A", &["anne", "bob"]));
        for outcome in [world.preview(&order.json()).await.unwrap(), world.fulfil(&order.json()).await.unwrap()] {
            assert_eq!(outcome.state, Fulfilled);
            assert_eq!(told_of(&outcome), expected, "{day}");
            let first = &outcome.lines[0].messages[0];
            assert!(expected.is_empty() || first.arguments[0] == ("people".to_owned(), Value::Number(3)), "{first:?}");
        }
        let id = OrderId::try_from("A".to_owned()).unwrap();
        let recorded = world.host.journal().order(&id).await.unwrap().unwrap();
        assert_eq!(told(&recorded.lines[&1].reason.messages), expected, "{day}: it is recorded");
        let verified = world.host.verify(&id).await.unwrap();
        assert!(verified.report.as_ref().unwrap().is_in_place(), "{day}: it is no drift");
        assert_eq!(shop_harness::findings(&verified), "", "{day}");
        is_in_place(&world, &order, day).await;
    }
}

/// A platform may end or suspend by itself what is over; before that, it is put back.
#[tokio::test]
async fn what_the_platform_has_ended_after_its_time_is_no_drift() {
    let world = shop().await;
    let order = sale("A", &["anne", "bob"]);
    comes_to(&world, &order, Fulfilled).await;
    let anne = world.platform.find_accounts(&[email("anne")], &[]).await.unwrap()[0].id;
    let spoc = world.platform.find_courses(&["SPOC".to_owned()]).await.unwrap()[0].id;
    world.platform.unenrol(&[(spoc, anne)], &|_| ()).await.unwrap();
    let id = OrderId::try_from("A".to_owned()).unwrap();
    let lost = ["enrolment SPOC anne", "member SPOC A anne"];
    let (at_the_end, before): (Clock, Clock) = (
        || "2027-01-05T00:00:00Z".to_owned().try_into().unwrap(),
        || "2027-01-04T23:59:59Z".to_owned().try_into().unwrap(),
    );
    for (clock, state, in_place) in [(at_the_end, "over", true), (before, "made", false)] {
        let host = host_through(&world, world.platform.clone()).await.with_clock(clock);
        let shown = host.verify(&id).await.unwrap();
        assert_eq!(steps(&shown), lost.map(|fact| format!("{state} {fact}")));
        assert_eq!(shown.report.unwrap().is_in_place(), in_place);
        let repaired = host.repair(&id, "test", &|_, _| ()).await.unwrap();
        assert_eq!((repaired.state, enrolment(&world).await.is_empty()), (Fulfilled, in_place));
    }
}

#[tokio::test]
async fn who_takes_a_seat_after_the_end_is_told_by_name() {
    let world = shop().await;
    let order = |seats: &[&str]| at("2026-09-01", sale("A", seats));
    assert_eq!(told_of(&world.fulfil(&order(&["anne"]).json()).await.unwrap()), ["period-over"]);
    let outcome = world.fulfil(&order(&["anne", "bob"]).json()).await.unwrap();
    assert_eq!(told_of(&outcome), ["period-over", "seated-late"]);
    let text = shop_harness::findings(&outcome);
    assert!(text.contains("bob@example.org comes after the end: the access ended at 2026-10-05 24:00 UTC."), "{text}");
}
