//! Accounts that change on the platform after the shop has acted on them: other addresses, deleted, restored.

use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Rejected, Suspended};
use shop_core::platform::{NewAccount, Platform};
use shop_harness::World;
use sqlx::Connection;

use crate::fixtures::shop::*;

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
    world.by_hand().change_address(&email(from), &email(to)).unwrap();
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

/// Which addresses accounts can be made with is no matter for those that are there.
#[tokio::test]
async fn an_account_goes_on_with_an_address_that_no_order_could_name() {
    let world = fulfilled().await;
    let intranet = "anne@intranet".parse().unwrap();
    world.by_hand().change_address(&email("anne"), &intranet).unwrap();
    for _ in 0..2 {
        assert_eq!(told(&world, &order()).await, ["account-moved"]);
    }
    comes_to(&world, &order().state("cancelled"), Cancelled).await;
    assert_eq!(left(&world).await, [""; 0]);
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

/// Who had the address first is meant by the orders that have acted on that account by it, and by no other; the platform's new
/// account has another user name, since that of the first stays.
#[tokio::test]
async fn an_address_stands_in_each_order_for_the_account_that_it_has_acted_on() {
    for has_account in [false, true] {
        let world = fulfilled().await;
        moves(&world, "anne", "annie").await;
        let first = left(&world).await;
        if has_account {
            let account = NewAccount {
                email: email("anne"),
                first_name: "Amadou".to_owned(),
                last_name: "Delta".to_owned(),
                language: None,
            };
            world.platform.create_accounts(&[account], &|_| ()).await.unwrap();
        }
        let other = || sale("B", &["anne"]).by("zoe");
        assert_eq!(told(&world, &other()).await, [""; 0], "nothing has moved for this order");
        let both = left(&world).await;
        let of_other: Vec<&String> = both.iter().filter(|line| !first.contains(line)).collect();
        let enrolled = "enrolment SPOC anne.1 student 2026-12-01..2027-01-05".to_owned();
        assert!(of_other.contains(&&enrolled), "{of_other:#?}");
        assert!(first.iter().all(|line| both.contains(line)), "the first one's are as they were");
        assert!(!both.iter().any(|line| line.contains("anne in zoe") || line.contains("zoe in anne ")));

        // Both orders come again, in whichever way.
        assert_eq!(told(&world, &order()).await, ["account-moved"]);
        is_in_place(&world, &other(), "the other").await;
        comes_to(&world, &order().seats(&["anne", "tutor tess", "bob"]), Fulfilled).await;
        comes_to(&world, &order(), Fulfilled).await;
        assert_eq!(left(&world).await, both);
        comes_to(&world, &other().state("suspended"), Suspended).await;
        comes_to(&world, &other(), Fulfilled).await;
        assert_eq!(left(&world).await, both);

        // Somebody who is seated anew is whoever has the address.
        comes_to(&world, &order().seats(&["-", "tutor tess"]), Fulfilled).await;
        comes_to(&world, &order(), Fulfilled).await;
        let member = "member SPOC A anne.1".to_owned();
        assert!(left(&world).await.contains(&member));
        comes_to(&world, &order().state("cancelled"), Cancelled).await;
        comes_to(&world, &other().state("cancelled"), Cancelled).await;
        assert_eq!(left(&world).await, [""; 0]);
    }
}

#[tokio::test]
async fn two_who_swap_their_addresses_keep_their_seats() {
    let order = || order().seats(&["anne", "bob"]);
    let world = shop().await;
    comes_to(&world, &order(), Fulfilled).await;
    let before = left(&world).await;
    moves(&world, "anne", "third").await;
    moves(&world, "bob", "anne").await;
    moves(&world, "third", "bob").await;
    assert_eq!(told(&world, &order()).await, ["account-moved", "account-moved"]);
    is_in_place(&world, &order(), "swapped").await;
    assert_eq!(left(&world).await, before);
    comes_to(&world, &order().seats(&["anne"]), Fulfilled).await;
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-12-01..2027-01-05");
    comes_to(&world, &order().state("cancelled"), Cancelled).await;
    assert_eq!(left(&world).await, [""; 0]);
}

/// Both are in the order: that is two people, of whom the account can be one's only.
#[tokio::test]
async fn two_addresses_of_an_order_never_stand_for_one_account() {
    let world = fulfilled().await;
    moves(&world, "anne", "annie").await;
    comes_to(&world, &order().seats(&["anne", "annie", "tutor tess"]), Fulfilled).await;
    let left = left(&world).await;
    for who in ["anne", "anne.1"] {
        assert!(left.contains(&format!("enrolment SPOC {who} student 2026-12-01..2027-01-05")), "{left:#?}");
    }
}

/// The platform gives the address of a deleted account free: to other orders, it is nobody's yet.
#[tokio::test]
async fn the_address_of_a_deleted_account_is_free_for_other_orders() {
    let world = fulfilled().await;
    world.by_hand().set_deleted(&email("anne"), true).unwrap();
    moves(&world, "anne", "anne.deleted").await;
    let other = || sale("B", &["anne"]).by("zoe");
    comes_to(&world, &other(), Fulfilled).await;
    let enrolled = "enrolment SPOC anne.1 student 2026-12-01..2027-01-05".to_owned();
    assert!(left(&world).await.contains(&enrolled));

    // To the order that meant the deleted account, somebody of another name is somebody else.
    for (called, expected) in [("anne", Fulfilled), ("Amadou", Rejected)] {
        let world = world.copy().await;
        let mut seats = order().seats_of_line(1);
        seats[0]["occupant"]["first_name"] = called.into();
        let outcome = world.fulfil(&order().in_line(1, "seats", seats).json()).await.unwrap();
        assert_eq!(outcome.state, expected, "{called}: {}", shop_harness::findings(&outcome));
        let said =
            outcome.lines.iter().flat_map(|line| &line.messages).any(|message| message.key == "account-replaced");
        assert_eq!(said, expected == Rejected, "{called}");
    }
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
    let deleted = |deleted| world.by_hand().set_deleted(&anne, deleted);
    deleted(true).unwrap();
    assert_eq!(told(&world, &order().state("suspended")).await, ["account-deleted-since"]);
    deleted(false).unwrap();
    assert_eq!(told(&world, &order().state("suspended")).await, [""; 0]);
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-12-01..2027-01-05, suspended");
    deleted(true).unwrap();
    assert_eq!(told(&world, &order().state("cancelled")).await, ["account-deleted-since"]);
    assert_eq!(left(&world).await, [""; 0]);
    is_in_place(&world, &order().state("cancelled"), "cancelled").await;
}

/// The journal's tables as they were before each order had accounts of its own.
const BEFORE: [&str; 3] = [
    "DROP TABLE order_accounts",
    "ALTER TABLE claims DROP COLUMN kept",
    "DELETE FROM _sqlx_migrations WHERE version = 9",
];

#[tokio::test]
async fn an_older_journal_knows_the_accounts_of_its_orders() {
    let world = fulfilled().await;
    let mut journal = direct(&world).await;
    for sql in BEFORE {
        sqlx::query(sql).execute(&mut journal).await.unwrap();
    }
    journal.close().await.unwrap();
    moves(&world, "anne", "annie").await;
    moves(&world, "claire", "klara").await;
    let before = world.census().await;
    let outcome = fulfil_in(&world.another_host().await, &order()).await.unwrap();
    let told: Vec<&str> = outcome.messages.iter().map(|message| message.key.as_str()).collect();
    assert_eq!(told, ["account-moved", "account-moved"]);
    assert!(outcome.report.unwrap().is_in_place());
    assert_eq!(difference(&before, &world.census().await), [""; 0]);
}
