//! Accounts that change on the platform after the shop has acted on them: other addresses, deleted, restored.

use shop_host::state::LineState::{Cancelled, Fulfilled, Incomplete, Suspended};
use shop_tests::World;

use crate::shop_fixtures::*;

fn order() -> Sale {
    sale("A", &["anne", "tutor tess"]).of("CREATED")
}

/// A shop that has fulfilled the order.
async fn fulfilled() -> World {
    let world = shop().await;
    comes_to(&world, &order(), Fulfilled).await;
    world
}

async fn moves(world: &World, from: &str, to: &str) {
    world.platform.change_address(&email(from), &email(to)).await.unwrap();
}

/// Fulfils the order; what is said of it as a whole.
async fn told(world: &World, order: &Sale) -> Vec<String> {
    let outcome = world.fulfil(&order.json()).await.unwrap_or_else(|error| panic!("{error}"));
    outcome.messages.into_iter().map(|message| message.key).collect()
}

/// What the orders have left on the platform, accounts and their invitations apart.
async fn left(world: &World) -> Vec<String> {
    let lines = lines(&world.census().await).into_iter();
    lines.filter(|line| !line.starts_with("account") && !line.starts_with("invitation")).collect()
}

async fn enrolment(world: &World) -> String {
    left(world).await.into_iter().find(|line| line.starts_with("enrolment SPOC anne")).unwrap_or_default()
}

#[tokio::test]
async fn an_account_with_another_address_is_still_the_one_that_the_shop_acted_on() {
    for named in ["anne", "annie"] {
        let world = fulfilled().await;
        let before = world.census().await.enrolments;
        moves(&world, "anne", "annie").await;
        let now = order().seats(&[named, "tutor tess"]);
        assert_eq!(world.preview(&now.json()).await.unwrap().messages.len(), 1, "{named}");
        assert_eq!(told(&world, &now).await, ["account-moved"], "{named}");
        is_in_place(&world, &now, named).await;
        comes_to(&world, &now.clone().state("suspended"), Suspended).await;
        assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-12-01..2027-01-05, suspended", "{named}");
        comes_to(&world, &now, Fulfilled).await;
        assert_eq!(world.census().await.enrolments, before, "{named}");
        comes_to(&world, &now.state("cancelled"), Cancelled).await;
        assert_eq!(left(&world).await, [""; 0], "{named}");
    }
}

#[tokio::test]
async fn what_was_made_is_taken_away_wherever_the_address_has_gone() {
    for state in ["suspended", "cancelled"] {
        let world = fulfilled().await;
        moves(&world, "anne", "annie").await;
        assert_eq!(told(&world, &order().state(state)).await, ["account-moved"], "{state}");
        comes_to(&world, &order().state("cancelled"), Cancelled).await;
        assert_eq!(left(&world).await, [""; 0], "{state}");
    }
    let world = fulfilled().await;
    moves(&world, "anne", "annie").await;
    assert_eq!(told(&world, &order().seats(&["-", "tutor tess"])).await, ["account-moved"]);
    assert_eq!(enrolment(&world).await, "", "released");
}

#[tokio::test]
async fn an_address_that_somebody_else_has_now_is_his() {
    let world = shop_with("", &account("bob")).await;
    comes_to(&world, &order(), Fulfilled).await;
    moves(&world, "anne", "annie").await;
    moves(&world, "bob", "anne").await;
    assert_eq!(told(&world, &order()).await, ["account-moved"]);
    assert_eq!(enrolment(&world).await, "", "the account that was meant at first");
    assert!(left(&world).await.contains(&"enrolment SPOC bob student 2026-12-01..2027-01-05".to_owned()));
    is_in_place(&world, &order(), "the other").await;
    comes_to(&world, &order().state("cancelled"), Cancelled).await;
    assert_eq!(left(&world).await, [""; 0]);
}

/// Both are in the order: that is two people, of whom the account can be one's only.
#[tokio::test]
async fn two_addresses_of_an_order_never_stand_for_one_account() {
    let world = fulfilled().await;
    moves(&world, "anne", "annie").await;
    let both = world.fulfil(&order().seats(&["anne", "annie", "tutor tess"]).json()).await.unwrap();
    assert_eq!(both.state, Incomplete);
    let reasons = reasons(&both);
    assert!(reasons.contains(&"another account has this address as its username"), "{reasons:#?}");
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-12-01..2027-01-05");
}

#[tokio::test]
async fn orders_share_an_account_by_whichever_address() {
    let other = || sale("B", &["annie"]).by("zoe");
    let world = fulfilled().await;
    moves(&world, "anne", "annie").await;
    comes_to(&world, &other(), Fulfilled).await;
    comes_to(&world, &order().state("cancelled"), Cancelled).await;
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-12-01..2027-01-05");
    is_in_place(&world, &other(), "the other order").await;
    comes_to(&world, &other().state("cancelled"), Cancelled).await;
    assert_eq!(left(&world).await, [""; 0]);
}

#[tokio::test]
async fn an_address_that_has_become_ambiguous_still_means_the_account_that_the_shop_acted_on() {
    let world = fulfilled().await;
    seed(&world, &account("anne").replace("\"Test\"", "\"Other\"")).await;
    comes_to(&world, &order().state("suspended"), Suspended).await;
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-12-01..2027-01-05, suspended");
    comes_to(&world, &order().state("cancelled"), Cancelled).await;
    assert_eq!(left(&world).await, [""; 0]);
}

#[tokio::test]
async fn a_deleted_account_is_told_and_keeps_nothing_if_it_is_restored() {
    let world = fulfilled().await;
    let anne = email("anne");
    let deleted = |deleted| world.platform.set_deleted(&anne, deleted);
    deleted(true).await.unwrap();
    assert_eq!(told(&world, &order().state("suspended")).await, ["account-deleted-since"]);
    deleted(false).await.unwrap();
    assert_eq!(told(&world, &order().state("suspended")).await, [""; 0]);
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-12-01..2027-01-05, suspended");
    deleted(true).await.unwrap();
    assert_eq!(told(&world, &order().state("cancelled")).await, ["account-deleted-since"]);
    assert_eq!(left(&world).await, [""; 0]);
    is_in_place(&world, &order().state("cancelled"), "cancelled").await;
}
