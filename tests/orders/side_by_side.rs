//! Orders that are worked at at once: those without a person in common never wait for each other, and nothing else waits.

use std::sync::Arc;
use std::time::Duration;

use shop_core::orders::amendment::Amendment;
use shop_core::orders::said::{End, Ending};
use shop_core::orders::state::LineState::{Fulfilled, Waiting};
use shop_core::words::author::{Acting, Author, SHOP};
use shop_core::words::order::OrderId;
use shop_harness::World;
use shop_host::host::{Host, HostError, Outcome};
use shop_journal::JournalError;
use tokio::task::JoinHandle;

use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::held::{Held, comes};
use crate::fixtures::shop::*;

async fn host(world: &World) -> Arc<Host> {
    Arc::new(host_through(world, world.platform.clone()).await)
}

/// Waits until so many work at something, or wait to.
async fn until_tickets(world: &World, number: i64) {
    let mut journal = direct(world).await;
    let count = "SELECT count(*) FROM tickets";
    while sqlx::query_scalar::<_, i64>(count).fetch_one(&mut journal).await.unwrap() != number {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What waits now goes on waiting.
async fn waits(order: &JoinHandle<Result<Outcome, HostError>>) {
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!(!order.is_finished());
}

fn id(id: &str) -> OrderId {
    OrderId::try_from(id.to_owned()).unwrap()
}

#[tokio::test]
async fn whoever_shares_nobody_with_an_order_that_is_worked_at_does_not_wait_for_it() {
    let world = shop().await;
    comes_to(&world, &sale("OLD", &["olga"]).by("oscar"), Fulfilled).await;
    let held = Held::order(&world, sale("A", &["anne"])).await;
    comes_to(&world, &sale("B", &["bob"]).by("zoe"), Fulfilled).await;
    for order in [sale("A", &["anne", "carl"]), sale("C", &["anne"])] {
        world.preview(&order.json()).await.unwrap();
    }
    assert!(world.host.verify(&id("OLD")).await.unwrap().report.unwrap().is_in_place());
    assert_eq!(held.ends().await.unwrap().state, Fulfilled);
    for order in [sale("A", &["anne"]), sale("B", &["bob"]).by("zoe")] {
        is_in_place(&world, &order, "at last").await;
    }
}

#[tokio::test]
async fn orders_with_a_person_in_common_are_worked_at_one_after_another_as_they_came() {
    let world = shop().await;
    let held = Held::order(&world, sale("A", &["anne"])).await;
    let host = host(&world).await;
    let many = comes(&host, sale("MANY", &["anne", "bob", "carl", "dora"]).by("zoe"));
    until_tickets(&world, 2).await;
    // The one that waits is passed by nobody.
    let one = comes(&host, sale("ONE", &["dora"]).by("yves"));
    until_tickets(&world, 3).await;
    waits(&many).await;
    waits(&one).await;
    assert_eq!(held.ends().await.unwrap().state, Fulfilled);
    for order in [many, one] {
        assert_eq!(order.await.unwrap().unwrap().state, Fulfilled);
    }
    let plans = "SELECT order_id FROM plans ORDER BY id";
    let begun: Vec<String> = sqlx::query_scalar(plans).fetch_all(&mut direct(&world).await).await.unwrap();
    assert_eq!(begun, ["A", "MANY", "ONE"]);
    until_tickets(&world, 0).await;
}

/// What is heard of an order while it is worked at is written down at once, and done afterwards.
#[tokio::test]
async fn a_message_about_an_order_that_is_worked_at_is_taken_in_at_once() {
    let world = shop().await;
    let held = Held::order(&world, sale("A", &["anne"])).await;
    let host = host(&world).await;
    let newer = sale("A", &["anne", "bob"]);
    let second = comes(&host, newer.clone());
    until_tickets(&world, 2).await;
    let left = world.host.journal().unfinished(&id("A")).await.unwrap().unwrap();
    assert_eq!(left.order.lines[0].listed().iter().filter(|seat| seat.occupant.is_some()).count(), 2);
    assert_eq!(held.ends().await.unwrap().state, Fulfilled);
    assert_eq!(second.await.unwrap().unwrap().state, Fulfilled);
    is_in_place(&world, &newer, "the newer one").await;
}

/// Of several messages that come while an order is worked at, the last counts, and whoever handed over another one is told so.
#[tokio::test]
async fn the_last_message_counts_whoever_waits_for_the_order() {
    let world = shop().await;
    let held = Held::order(&world, sale("A", &["anne"])).await;
    let host = host(&world).await;
    let last = sale("A", &["anne", "bob", "carl"]);
    let overtaken = comes(&host, sale("A", &["anne", "bob"]));
    until_tickets(&world, 2).await;
    let counts = comes(&host, last.clone());
    until_tickets(&world, 3).await;
    assert_eq!(held.ends().await.unwrap().state, Fulfilled);
    let told = overtaken.await.unwrap().unwrap();
    assert_eq!(told.stands.unwrap().lines[0].listed().len(), 3, "how it stands, or is to stand");
    assert_eq!(counts.await.unwrap().unwrap().state, Fulfilled);
    is_in_place(&world, &last, "the last one").await;
}

/// What the staff has asked for and something newer has taken the place of is not told as done.
#[tokio::test]
async fn an_amendment_that_was_overtaken_is_told_as_that() {
    let world = shop().await;
    let held = Held::order(&world, sale("A", &["anne"])).await;
    let host = host(&world).await;
    let suspended = tokio::spawn({
        let host = host.clone();
        async move { host.amend(&id("A"), &Amendment::Suspend, "vera", &|_, _| ()).await }
    });
    until_tickets(&world, 2).await;
    let newer = comes(&host, sale("A", &["anne", "bob"]));
    until_tickets(&world, 3).await;
    assert_eq!(held.ends().await.unwrap().state, Fulfilled);
    let told = suspended.await.unwrap().err().unwrap();
    assert!(matches!(told, HostError::Journal(JournalError::Meanwhile(_))), "{told}");
    newer.await.unwrap().unwrap();
}

/// Who is in charge of somebody new is decided by which message came first, whoever sets to work first.
#[tokio::test]
async fn whose_order_was_accepted_first_is_in_charge_of_whom_nobody_knew() {
    let (world, straight) = (shop().await, shop().await);
    let orders = [sale("A", &["anne"]).by("olga"), sale("B", &["anne"]).by("zoe")];
    let said = orders.each_ref().map(|order| shop_folder::file::parse_order(&order.json()).unwrap());
    let first = world.host.accept(&said[0]).await.unwrap();
    let second = world.host.accept(&said[1]).await.unwrap();
    let (second, first) = tokio::join!(second.fulfil(&|_, _| ()), first.fulfil(&|_, _| ()));
    assert_eq!([first, second].map(|outcome| outcome.unwrap().state), [Fulfilled; 2]);
    for order in &orders {
        comes_to(&straight, order, Fulfilled).await;
    }
    assert_eq!(difference(&straight.census().await, &world.census().await), [""; 0]);
}

/// What is accepted is done by somebody, even if whoever accepted it does not stay, and while the platform is away.
#[tokio::test]
async fn what_was_accepted_is_done_without_whoever_accepted_it() {
    let world = shop().await;
    let down = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
    let order = sale("A", &["anne"]);
    let said = shop_folder::file::parse_order(&order.json()).unwrap();
    drop(down.accept(&said).await.unwrap());
    until_tickets(&world, 0).await;
    assert_eq!(world.host.resume(&|_, _| ()).await.unwrap().len(), 1);
    is_in_place(&world, &order, "accepted").await;
}

/// Whoever goes on with what is due leaves alone what others are at.
#[tokio::test]
async fn what_is_worked_at_is_not_waited_for_by_whoever_goes_on_with_what_is_due() {
    let world = shop().await;
    let held = Held::order(&world, sale("A", &["anne"])).await;
    assert_eq!(world.host.resume(&|_, _| ()).await.unwrap().len(), 0);
    assert_eq!(held.ends().await.unwrap().state, Fulfilled);
}

#[tokio::test]
async fn what_somebody_was_at_who_is_gone_is_gone_on_with_at_once() {
    let world = shop().await;
    let ticket = "INSERT INTO tickets (host, until) VALUES ('gone', 9999999999999)";
    let wanted = "INSERT INTO wanted (key, ticket) SELECT 'order A', id FROM tickets";
    for sql in [ticket, wanted] {
        sqlx::query(sql).execute(&mut direct(&world).await).await.unwrap();
    }
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    until_tickets(&world, 0).await;
}

/// Between what is known and what is written on it, something else can be heard.
#[tokio::test]
async fn what_was_decided_on_what_is_known_no_longer_is_not_written() {
    let world = shop().await;
    let journal = journal(&world).await;
    let before = journal.known(&id("A")).await.unwrap();
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let ending = Ending { id: id("A"), revision: 0, end: End::Cancelled };
    let by = Acting { who: SHOP, author: &Author::Shop };
    let late = journal.end_unheard(&ending, by, &before.as_of).await;
    assert!(matches!(late, Err(JournalError::Meanwhile(_))), "{late:?}");
    let namesake = fulfil_in(&*host(&world).await, &sale("a", &["bob"])).await.err().unwrap();
    assert!(matches!(namesake, HostError::Conflict { .. }), "{namesake}");
}

/// Of two orders whose ids differ in case only, the second is refused even while the first still waits.
#[tokio::test]
async fn an_order_that_waits_has_its_id_to_itself() {
    let world = shop().await;
    let down = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
    assert_eq!(fulfil_in(&down, &sale("AB", &["anne"])).await.unwrap().state, Waiting);
    let namesake = fulfil_in(&down, &sale("ab", &["bob"])).await.err().unwrap();
    assert!(matches!(namesake, HostError::Conflict { .. }), "{namesake}");
}

/// Somebody is one person by whatever address.
#[tokio::test]
async fn who_is_known_by_another_address_is_not_worked_at_twice() {
    for is_known_first in [true, false] {
        let world = shop().await;
        comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
        world.by_hand().change_address(&email("anne"), &email("annie")).unwrap();
        let (by_old, by_new) = (sale("A", &["anne", "bob"]), sale("B", &["annie"]).of("LONG").by("zoe"));
        let (first, second) = if is_known_first { (by_old, by_new) } else { (by_new, by_old) };
        let held = Held::order(&world, first.clone()).await;
        let second_comes = comes(&host(&world).await, second.clone());
        until_tickets(&world, 2).await;
        waits(&second_comes).await;
        assert_eq!(held.ends().await.unwrap().state, Fulfilled);
        assert_eq!(second_comes.await.unwrap().unwrap().state, Fulfilled);
        for order in [first, second] {
            is_in_place(&world, &order, "by either address").await;
        }
    }
}

/// Whoever was paused for too long finds that others have gone on, and writes nothing more.
#[tokio::test]
async fn what_was_paused_for_too_long_writes_nothing_more() {
    let (world, straight) = (shop().await, shop().await);
    let order = sale("A", &["anne", "bob"]);
    let held = Held::order(&world, order.clone()).await;
    sqlx::query("UPDATE tickets SET until = 0").execute(&mut direct(&world).await).await.unwrap();
    held.comes_too_late(&world, &order).await;
    for world in [&world, &straight] {
        comes_to(world, &order, Fulfilled).await;
    }
    assert_eq!(difference(&straight.census().await, &world.census().await), [""; 0]);
}
