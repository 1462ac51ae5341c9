//! Who is in charge of an order by a message: whom the shop has named all along says nothing new.

use shop_core::orders::conflict::Conflict;
use shop_core::orders::state::LineState::{Fulfilled, Rejected, Suspended, Waiting};
use shop_host::host::HostError;

use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;
use crate::orders::hand_overs::{By, hand_over, in_charge, keys, order};

/// What comes from the shop after the staff has handed the order of Claire over to Zoe, and who is in charge then.
#[tokio::test]
async fn whom_the_shop_has_named_all_along_takes_nothing_back() {
    let (changed, next) = (|order: Sale| order.seats(&["anne", "bob"]), |order: Sale, by: &str| order.by(by));
    for counted in [false, true] {
        let revision = |number: u32| if counted { number } else { 0 };
        let message = |nth: u32, by: &str| next(order().with("revision", revision(nth)), by);
        let world = shop().await;
        comes_to(&world, &message(1, "claire"), Fulfilled).await;
        hand_over(&world, &order(), By::Staff).await;
        // Also of a change that came to nothing: whom that named was not news, either.
        comes_to(&world, &message(2, "claire").seats(&["anne", "anne"]), Rejected).await;
        for (nth, said) in [(3, changed(message(3, "claire"))), (4, message(4, " CLAIRE")), (5, message(5, "claire"))] {
            for outcome in [world.preview(&said.json()).await.unwrap(), world.fulfil(&said.json()).await.unwrap()] {
                assert_eq!(outcome.state, Fulfilled);
                let told = keys(&outcome);
                assert!(!told.contains(&"order-handed-over") && !told.contains(&"changes-replaced"), "{nth}: {told:?}");
            }
            assert_eq!(in_charge(&world).await, "zoe@example.org", "message {nth}, counted: {counted}");
        }
        // The shop's own words for it, and then it means what it says.
        comes_to(&world, &message(6, "zoe"), Fulfilled).await;
        let back = world.fulfil(&message(7, "claire").json()).await;
        match counted {
            true => assert_eq!(keys(&back.unwrap()), ["order-handed-over"]),
            false => {
                assert!(matches!(back, Err(HostError::Conflict { conflict: Conflict::Operator { .. }, .. })))
            }
        }
    }
}

/// Somebody is the same by whichever address of the account, whether in charge or not; another's address is another's.
#[tokio::test]
async fn whom_the_shop_has_named_all_along_is_known_by_another_address_too() {
    for (moved, to, counted) in
        ["claire", "zoe"].into_iter().flat_map(|who| [(who, "clara", false), (who, "clara", true)])
    {
        let message = |nth: u32, by: &str| order().with("revision", if counted { nth } else { 0 }).by(by);
        let told = format!("{moved} is {to} now, counted: {counted}");
        let world = shop_with("", &account("dora")).await;
        comes_to(&world, &message(1, "claire"), Fulfilled).await;
        hand_over(&world, &order(), By::Staff).await;
        world.by_hand().change_address(&email(moved), &email("clara")).unwrap();
        // The old address of whom the shop has come to name by another is nobody's.
        let again = if moved == "claire" { "claire" } else { "clara" };
        for (nth, by) in [(3, "clara"), (4, again), (5, "clara")] {
            let said = message(nth, by).seats(&["anne", "bob"]);
            for outcome in [world.preview(&said.json()).await.unwrap(), world.fulfil(&said.json()).await.unwrap()] {
                assert_eq!(outcome.state, Fulfilled, "{told}: {nth}");
                assert!(!keys(&outcome).contains(&"order-handed-over"), "{told}: {nth}");
            }
            let enrolled = lines(&world.census().await);
            let is_in_charge = |line: &&String| line.starts_with("enrolment SUPPORT");
            assert_eq!(enrolled.iter().filter(is_in_charge).count(), 1, "{told}: {nth}");
            assert!(enrolled.iter().any(|line| line.starts_with("enrolment SUPPORT zoe")), "{told}: {nth}");
        }
        let other = world.fulfil(&message(6, "dora").json()).await;
        match counted {
            true => assert!(keys(&other.unwrap()).contains(&"order-handed-over"), "{told}"),
            false => {
                assert!(matches!(other, Err(HostError::Conflict { conflict: Conflict::Operator { .. }, .. })), "{told}")
            }
        }
    }
}

/// A message that names somebody else is taken in while nobody can ask the platform whose address that is.
#[tokio::test]
async fn who_is_named_while_the_platform_is_away_is_in_charge_once_it_is_back() {
    let counted = |nth: u32| order().with("revision", nth);
    let world = shop_with("", &account("dora")).await;
    comes_to(&world, &counted(1), Fulfilled).await;
    hand_over(&world, &order(), By::Staff).await;
    let down = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
    assert_eq!(fulfil_in(&down, &counted(3).by("dora")).await.unwrap().state, Waiting);
    world.host.resume(&|_, _| ()).await.unwrap();
    let there = lines(&world.census().await);
    let in_charge: Vec<_> = there.iter().filter(|line| line.starts_with("enrolment SUPPORT")).collect();
    assert!(matches!(in_charge[..], [dora] if dora.starts_with("enrolment SUPPORT dora")), "{in_charge:?}");
}

/// It is the same while the shop's messages wait, and when the order was interrupted by one that names nobody.
#[tokio::test]
async fn what_waits_and_what_ends_names_nobody_anew() {
    let counted = |nth: u32| order().with("revision", nth);
    let world = shop().await;
    comes_to(&world, &counted(1), Fulfilled).await;
    hand_over(&world, &order(), By::Staff).await;
    let down = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
    for nth in [3, 4] {
        assert_eq!(fulfil_in(&down, &counted(nth).seats(&["anne", "bob"])).await.unwrap().state, Waiting);
    }
    world.host.resume(&|_, _| ()).await.unwrap();
    comes_to(&world, &counted(5).state("suspended").by("nobody"), Suspended).await;
    comes_to(&world, &counted(6), Fulfilled).await;
    assert_eq!(in_charge(&world).await, "zoe@example.org");
    // Somebody else is news, though the staff has changed who is in charge.
    let outcome = world.fulfil(&counted(7).by("dora").json()).await.unwrap();
    assert_eq!(keys(&outcome), ["order-handed-over"], "the shop has taken over what the staff had done");
    assert_eq!(fulfil_in(&down, &counted(8).by("emil")).await.unwrap().state, Waiting);
    assert_eq!(fulfil_in(&down, &counted(9).by("dora")).await.unwrap().state, Waiting);
    world.host.resume(&|_, _| ()).await.unwrap();
    assert_eq!(in_charge(&world).await, "dora@example.org", "whom the message that waited named counts as named");
}

/// Nobody remembers who was erased: whether a message names that person, or somebody new, must be told. The staff's word stays.
#[tokio::test]
async fn whoever_is_named_in_the_place_of_somebody_erased_takes_nothing_back() {
    let world = shop().await;
    comes_to(&world, &order(), Fulfilled).await;
    hand_over(&world, &order(), By::Staff).await;
    world.host.erase(&email("claire"), "vera").await.unwrap();
    let again = order().with("revision", 3).seats(&["anne", "bob"]);
    for came in [world.preview(&again.json()).await, world.fulfil(&again.json()).await] {
        let found = came.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(found.contains("in the charge of zoe@example.org") && found.contains("was erased"), "{found}");
    }
    assert_eq!(in_charge(&world).await, "zoe@example.org");
    comes_to(&world, &again.clone().by("zoe").with("revision", 4), Fulfilled).await;
    let outcome = world.fulfil(&again.with("revision", 5).json()).await.unwrap();
    assert_eq!(keys(&outcome), ["order-handed-over"], "the shop has named Zoe meanwhile");
}

#[tokio::test]
async fn another_address_of_the_same_account_is_the_same_operator() {
    let world = shop_with("", &account("zoe")).await;
    let order = order().with("revision", 0);
    comes_to(&world, &order, Fulfilled).await;
    world.by_hand().change_address(&email("claire"), &email("clara")).unwrap();
    let other = world.fulfil(&order.clone().by("zoe").json()).await;
    assert!(matches!(other, Err(HostError::Conflict { conflict: Conflict::Operator { .. }, .. })), "another account");
    let now = order.clone().by("clara").seats(&["anne", "bob"]);
    let (before, outcome) = (world.census().await, world.fulfil(&now.json()).await.unwrap());
    assert_eq!(keys(&outcome), ["account-moved"], "nobody is replaced");
    let operators = |lines: Vec<String>| lines.into_iter().filter(|line| line.contains("SUPPORT")).collect::<Vec<_>>();
    assert_eq!(operators(difference(&before, &world.census().await)), [""; 0]);
    let log = world.host.journal().audit(Some(&id("A"))).await.unwrap();
    assert!(log.iter().all(|entry| entry.details.get("operator").is_none()), "{log:#?}");
}
