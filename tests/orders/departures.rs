//! Who loses a place is told, with how many there are, before it counts and in the receipt.

use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::state::LineState::Fulfilled;
use shop_core::words::message::{Audience, Level};
use shop_core::words::order::OrderId;
use shop_core::words::seat::SeatId;
use shop_harness::World;
use shop_host::host::Outcome;

use crate::fixtures::shop::*;

/// What is told of those who lose their places.
fn told(outcome: &Outcome) -> Vec<String> {
    let messages = outcome.lines.iter().flat_map(|line| &line.messages).filter(|message| message.key == "places-lost");
    let told = messages.map(|message| {
        assert_eq!((message.level, message.audience), (Level::Warning, Audience::Operator));
        message.worded("en", None)
    });
    told.collect()
}

/// Previewed and done, the same is told.
async fn told_of(world: &World, order: &Sale) -> Vec<String> {
    let preview = told(&world.preview(&order.json()).await.unwrap());
    let receipt = told(&world.fulfil(&order.json()).await.unwrap());
    assert_eq!(preview, receipt);
    receipt
}

#[tokio::test]
async fn whatever_takes_their_places_those_who_lose_them_are_told() {
    let one = |name: &str| format!("1 person loses the place in this line: {name} Test <{name}@example.org>.");
    let order = || sale("A", &["anne", "bob", "tutor tess"]);
    for (about, change, expected) in [
        ("nobody goes", order().seats(&["tutor tess", "BOB", "anne", "carl"]), vec![]),
        ("another role", order().seats(&["tutor anne", "bob", "tutor tess"]), vec![]),
        ("a shorter list", order().seats(&["anne", "bob"]), vec![one("tess")]),
        ("somebody else instead", order().seats(&["anne", "carl", "tutor tess"]), vec![one("bob")]),
        ("fewer seats", order().in_line(1, "quantity", 2).seats(&["bob", "tutor tess"]), vec![one("anne")]),
        (
            "an empty list",
            order().seats(&[]),
            vec![
                "3 people lose their places in this line: anne Test <anne@example.org>, bob Test <bob@example.org>, \
                 tess Test <tess@example.org>."
                    .to_owned(),
            ],
        ),
        ("to another line", order().seats(&["anne", "tutor tess"]).line("OTHER", 1, &["bob"]), vec![one("bob")]),
    ] {
        let world = shop().await;
        comes_to(&world, &order(), Fulfilled).await;
        assert_eq!(told_of(&world, &change).await, expected, "{about}");
        let id = OrderId::try_from("A".to_owned()).unwrap();
        let recorded = world.host.journal().order(&id).await.unwrap().unwrap();
        let said = recorded.lines[&1].reason.messages.iter().filter(|message| message.key == "places-lost").count();
        assert_eq!(said, expected.len(), "{about}: it is recorded");
        assert_eq!(told_of(&world, &change).await, [""; 0], "{about}: once is enough");
    }
}

#[tokio::test]
async fn what_comes_to_nothing_takes_no_places() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne", "bob"]), Fulfilled).await;
    for wrong in [sale("A", &["anne", "anne"]), sale("A", &["anne"]).line("UNHEARD-OF", 1, &[])] {
        assert_eq!(told_of(&world, &wrong).await, [""; 0]);
    }
}

#[tokio::test]
async fn many_are_counted_and_some_of_them_named() {
    let people: Vec<String> = (100..160).map(|number| format!("p{number}")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let world = shop().await;
    comes_to(&world, &sale("A", &people).in_line(1, "quantity", 60), Fulfilled).await;
    let emptied = sale("A", &[]).in_line(1, "quantity", 60);
    let outcome = world.preview(&emptied.json()).await.unwrap();
    let told = told(&outcome);
    assert!(
        told[0].starts_with("60 people lose their places in this line: p100 Test <p100@example.org>, "),
        "{told:?}"
    );
    assert!(told[0].ends_with("<p139@example.org>, and 20 more."), "{told:?}");
    let french = outcome.lines[0].messages[0].worded("fr", None);
    assert!(french.starts_with("60 personnes perdent leur place dans cette ligne\u{a0}: p100 Test"), "{french}");
    assert!(french.ends_with("<p139@example.org>, et 20 de plus."), "{french}");
}

#[tokio::test]
async fn what_the_staff_changes_is_told_as_well() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne", "bob"]), Fulfilled).await;
    let id = OrderId::try_from("A".to_owned()).unwrap();
    let release = Amendment::Seat(SeatId::derive("A", 1, 2), SeatAmendment::Release);
    let preview = world.host.preview_amendment(&id, &release).await.unwrap();
    let expected = ["1 person loses the place in this line: bob Test <bob@example.org>."];
    assert_eq!(told(&preview), expected);
    assert_eq!(told(&world.host.amend(&id, &release, "vera", &|_, _| ()).await.unwrap()), expected);
}
