//! What has happened to orders is told in sequence, once, and names nobody.

use serde_json::Value;
use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Placed, Rejected, Suspended, Waiting};
use shop_core::words::order::OrderId;
use shop_core::words::seat::SeatId;
use shop_harness::World;

use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;

/// What has happened to an order since, in a word or two each.
struct Told<'a> {
    world: &'a World,
    order: OrderId,
    last: i64,
}

impl<'a> Told<'a> {
    fn of(world: &'a World, order: &str) -> Self {
        Told { world, order: OrderId::try_from(order.to_owned()).unwrap(), last: 0 }
    }

    async fn since(&mut self) -> Vec<String> {
        let events = self.world.host.journal().events(self.last, Some(&self.order)).await.unwrap();
        self.last = events.last().map_or(self.last, |event| event.number);
        let word = |what: Value| {
            let said = ["state", "by", "line"].map(|field| what[field].to_string().replace(['"', '}'], ""));
            let said = said.iter().filter(|said| *said != "null").map(|said| format!(" {said}"));
            what["event"].as_str().unwrap().to_owned() + &said.collect::<String>()
        };
        events.iter().map(|event| word(serde_json::to_value(&event.what).unwrap())).collect()
    }
}

#[tokio::test]
async fn an_order_is_told_from_its_purchase_to_its_end() {
    let world = shop().await;
    let (amend, none) = (async |how| world.host.amend(&id("A"), &how, "vera", &|_, _| ()).await.unwrap(), [""; 0]);
    let mut told = Told::of(&world, "A");

    comes_to(&world, &sale("A", &["anne"]).state("placed"), Placed).await;
    assert_eq!(told.since().await, ["order-accepted placed shop", "seat-taken 1", "operator-invited", "order-placed"]);

    comes_to(&world, &sale("A", &["anne", "bob"]), Fulfilled).await;
    let paid = ["order-accepted paid shop", "seat-taken 1", "seat-invited 1", "seat-invited 1", "order-fulfilled"];
    assert_eq!(told.since().await, paid);

    comes_to(&world, &sale("A", &["anne", "bob"]), Fulfilled).await;
    assert_eq!(told.since().await, none, "nothing is new");

    comes_to(&world, &sale("A", &["anne", "carl"]), Fulfilled).await;
    let changed = ["order-accepted paid shop", "seat-freed 1", "seat-taken 1", "seat-invited 1", "order-changed"];
    assert_eq!(told.since().await, changed);

    amend(Amendment::Suspend).await;
    assert_eq!(told.since().await, ["order-accepted suspended staff", "order-suspended"]);
    amend(Amendment::Resume).await;
    assert_eq!(told.since().await, ["order-accepted paid staff", "order-fulfilled"]);

    let seat = SeatId::derive("A", 1, 1);
    amend(Amendment::Seat(seat, SeatAmendment::Release)).await;
    assert_eq!(told.since().await, ["order-accepted paid staff", "seat-freed 1", "order-changed"]);
    comes_to(&world, &sale("A", &["anne", "carl"]), Fulfilled).await;
    assert_eq!(told.since().await, none, "what the staff has changed stays, and the shop says nothing new");

    comes_to(&world, &sale("A", &["anne", "carl"]).state("cancelled"), Cancelled).await;
    assert_eq!(told.since().await, ["order-accepted cancelled shop", "order-ended"]);
}

#[tokio::test]
async fn that_an_order_waits_is_told_once_however_often_it_is_tried() {
    let world = shop().await;
    let mut told = Told::of(&world, "A");
    let down = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
    assert_eq!(fulfil_in(&down, &sale("A", &["anne"])).await.unwrap().state, Waiting);
    assert_eq!(told.since().await, ["order-accepted paid shop", "order-waiting"]);
    for _ in 0..2 {
        down.retry(&id("A"), "vera", &|_, _| ()).await.unwrap();
    }
    assert_eq!(told.since().await, [""; 0]);
    let forbids = host_through(&world, faulty(world.platform.clone(), Fault::Forbids(1))).await;
    _ = forbids.retry(&id("A"), "vera", &|_, _| ()).await;
    assert_eq!(told.since().await, ["order-blocked"]);
    world.host.retry(&id("A"), "vera", &|_, _| ()).await.unwrap();
    assert_eq!(told.since().await, ["seat-taken 1", "seat-invited 1", "operator-invited", "order-fulfilled"]);
}

/// What an earlier try has done before it was interrupted is told by the one that finds it done.
#[tokio::test]
async fn a_change_whose_last_answer_is_lost_is_told_all_the_same() {
    let world = shop().await;
    let (before, after) = (sale("A", &["anne"]), sale("A", &["anne", "bob"]));
    for nth in 1.. {
        comes_to(&world, &before, Fulfilled).await;
        let mut told = Told::of(&world, "A");
        told.since().await;
        let loses = host_through(&world, faulty(world.platform.clone(), Fault::After(nth))).await;
        let state = fulfil_in(&loses, &after).await.unwrap().state;
        if state == Waiting {
            world.host.retry(&id("A"), "vera", &|_, _| ()).await.unwrap();
        }
        let since = told.since().await;
        assert_eq!(since.iter().filter(|event| *event == "order-changed").count(), 1, "{nth}: {since:?}");
        if state == Fulfilled {
            assert!(nth > 3, "{nth}");
            break;
        }
    }
}

#[tokio::test]
async fn what_came_to_nothing_is_told_and_what_was_never_heard_of_ends() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne", "anne"]), Rejected).await;
    assert_eq!(Told::of(&world, "A").since().await, ["order-accepted paid shop", "order-failed"]);
    // Of this one there was nothing else.
    for (revision, state) in [(1, Suspended), (2, Suspended), (3, Cancelled), (4, Cancelled)] {
        comes_to(&world, &sale("B", &["bob"]).state(state.as_str()).with("revision", revision), state).await;
    }
    assert_eq!(Told::of(&world, "B").since().await, ["order-suspended", "order-ended"]);
}

#[tokio::test]
async fn events_name_nobody_and_each_has_an_id_and_a_place_in_the_sequence() {
    let world = shop().await;
    for order in [sale("A", &["anne", "tutor tess"]), sale("B", &["anne"]).of("LONG").by("zoe")] {
        comes_to(&world, &order, Fulfilled).await;
    }
    let events = world.host.journal().events(0, None).await.unwrap();
    let text = serde_json::to_string(&events).unwrap();
    for name in ["anne", "tess", "claire", "zoe", "example.org"] {
        assert!(!text.contains(name), "{name} in {text}");
    }
    assert!(events.is_sorted_by(|one, next| one.number < next.number && one.id != next.id));
    assert_eq!(world.host.journal().events(events[2].number, None).await.unwrap(), events[3..]);
    assert_eq!(world.host.journal().last_event().await.unwrap(), events.last().unwrap().number);
}

fn id(id: &str) -> OrderId {
    OrderId::try_from(id.to_owned()).unwrap()
}
