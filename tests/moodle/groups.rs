//! Groups to which an administrator has given another id number, or none: orders go on with them, and say so.

use moodle_double::site::Group;
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Incomplete};
use shop_core::words::message::Value;
use shop_core::words::order::OrderId;
use shop_host::host::Outcome;

use crate::fixtures::shop::*;
use crate::moodle::world::MoodleWorld;

fn id() -> OrderId {
    OrderId::try_from("A".to_owned()).unwrap()
}

/// Which group is told of as having another id number.
fn told(outcome: &Outcome) -> Option<(&str, &str)> {
    let message = outcome.messages.iter().find(|message| message.key == "group-renumbered")?;
    let [(_, Value::Text(group)), (_, Value::Text(number))] = &message.arguments[..] else { panic!("{message:?}") };
    Some((group, number))
}

#[tokio::test]
async fn a_group_with_another_id_number_is_the_orders_all_the_same() {
    let order = sale("A", &["anne", "bob"]);
    for (number, name) in [("", "claire Test – A"), ("Z", "claire Test – A"), ("", "Renamed"), ("a", "Renamed")] {
        let world = MoodleWorld::new().await;
        let host = world.host().await;
        assert_eq!(fulfil_in(&host, &order).await.unwrap().state, Fulfilled);
        let group = *world.double.site().groups.keys().next().unwrap();
        {
            let mut site = world.double.site();
            let group = site.groups.get_mut(&group).unwrap();
            (group.id_number, group.name) = (number.to_owned(), name.to_owned());
        }
        for outcome in [host.verify(&id()).await.unwrap(), host.repair(&id(), "test", &|_, _| ()).await.unwrap()] {
            assert_eq!(told(&outcome), Some((name, "A")), "{number:?}");
            assert!(outcome.report.unwrap().is_in_place(), "{number:?}, {name}");
        }
        let replaced = order.clone().seats(&["zoe", "bob"]).with("revision", 2);
        let outcome = fulfil_in(&host, &replaced).await.unwrap();
        assert_eq!((outcome.state, told(&outcome)), (Fulfilled, Some((name, "A"))), "{:?}", reasons(&outcome));
        assert_eq!(world.double.site().groups.len(), 1, "{number:?}, {name}: no second one");
        assert_eq!(world.double.site().groups[&group].members.len(), 3, "{number:?}, {name}");
        assert_eq!(fulfil_in(&host, &replaced.with("revision", 3).state("cancelled")).await.unwrap().state, Cancelled);
        assert!(world.double.site().groups.is_empty(), "{number:?}, {name}: nothing is left behind");
    }
}

/// Somebody has given the order another group.
#[tokio::test]
async fn a_group_that_has_the_id_number_now_takes_the_place_of_the_one_that_had_it() {
    let world = MoodleWorld::new().await;
    let host = world.host().await;
    let order = sale("A", &["anne"]);
    assert_eq!(fulfil_in(&host, &order).await.unwrap().state, Fulfilled);
    {
        let mut site = world.double.site();
        site.groups.values_mut().for_each(|group| group.id_number = "old".to_owned());
        let group = Group { course: 2, name: "New".to_owned(), id_number: "A".to_owned(), ..Group::default() };
        site.groups.insert(50, group);
    }
    let outcome = fulfil_in(&host, &order).await.unwrap();
    assert_eq!((outcome.state, told(&outcome)), (Fulfilled, None));
    assert_eq!(world.double.site().groups[&50].members.len(), 2);
}

/// Where the shop's own notes are lost, it has only the name to go by.
#[tokio::test]
async fn where_it_is_not_known_what_is_the_orders_own_the_message_says_what_it_may_be() {
    let world = MoodleWorld::new().await;
    let order = sale("A", &["anne"]);
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    world.double.site().groups.values_mut().for_each(|group| group.id_number.clear());
    let lost = world.copy().await;
    for file in ["moodle.sqlite", "moodle.sqlite-wal", "moodle.sqlite-shm"] {
        _ = std::fs::remove_file(lost.folder.path().join(file));
    }
    let outcome = fulfil_in(&*lost.host().await, &order).await.unwrap();
    assert_eq!(outcome.state, Incomplete);
    let told = "if it is this order's own, of which somebody has changed the id number, write A back there";
    assert!(reasons(&outcome).iter().any(|reason| reason.contains(told)), "{:?}", reasons(&outcome));
    lost.double.site().groups.values_mut().for_each(|group| group.id_number = "A".to_owned());
    assert_eq!(fulfil_in(&*lost.host().await, &order).await.unwrap().state, Fulfilled);
    assert_eq!(lost.double.site().groups.len(), 1);
}
