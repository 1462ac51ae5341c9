//! How far the purchase has got decides how much of it is set up.

use shop_core::orders::state::LineState;
use shop_core::words::message::{Level, Message};
use shop_core::words::order::OrderId;
use shop_platforms::embedded::Census;

use crate::orders::cases::{case, ledger, told, world};

/// The groups, enrolments and attachments, a line each.
fn session(census: &Census) -> String {
    let groups = census.groups.iter().map(|g| format!("{} in {}: {}", g.name, g.course, g.members.join(", ")));
    let enrolments = census.enrolments.iter().map(|entry| {
        format!("{} in {}: {}, from {}", entry.account, entry.course, entry.roles.join(", "), entry.period.start)
    });
    let attachments = census.attachments.iter().map(|a| format!("{} is {} of {}", a.holder, a.role, a.context));
    groups.chain(enrolments).chain(attachments).collect::<Vec<_>>().join("\n")
}

fn notices(messages: &[Message]) -> Vec<&str> {
    messages.iter().filter(|message| message.level == Level::Notice).map(|message| message.key.as_str()).collect()
}

#[tokio::test]
async fn an_offered_product_is_checked_and_nothing_is_touched() {
    let world = world(&[case("a product").parameters("coursename=SPOCM1&customersupport=SUPPORT")]).await;
    let before = world.census().await;
    let checks = world.check().await;
    assert_eq!(notices(&checks[0].messages), ["supervisor-defaulted", "product-ready"]);
    assert_eq!(checks[0].courses, ["SPOCM1", "SUPPORT"]);
    assert_eq!(checks[0].roles, ["student", "teacher"]);
    assert!(checks[0].stopped.is_none());
    assert_eq!(world.census().await, before);
    assert!(ledger(&world).await.is_empty());
}

#[tokio::test]
async fn a_placed_order_makes_the_operators_account_and_a_paid_one_the_rest() {
    let order = case("an order").order("state", "placed");
    let world = world(&[case("an order").and("customersupport=SUPPORT")]).await;
    let before = world.census().await;

    let outcome = world.fulfil(&order.order.to_string()).await.unwrap();
    assert_eq!(outcome.state, LineState::Placed);
    assert!(notices(&outcome.lines[0].messages).contains(&"session-planned"));
    let placed = world.census().await;
    let invited: Vec<&str> = placed.invitations.iter().map(|invitation| invitation.account.as_str()).collect();
    assert_eq!(invited, [order.email(0)]);
    assert_eq!(placed.accounts.len(), before.accounts.len() + 1);
    assert_eq!((&placed.groups, &placed.enrolments, &placed.attachments), (&vec![], &vec![], &vec![]));
    let id = OrderId::try_from("an order".to_owned()).unwrap();
    assert_eq!(ledger(&world).await[&id].len(), 1);
    let again = world.fulfil(&order.order.to_string()).await.unwrap();
    assert!(again.report.unwrap().is_in_place(), "placed again, it is in place");

    let outcome = world.fulfil(&order.order("state", "paid").order.to_string()).await.unwrap();
    assert_eq!(outcome.state, LineState::Fulfilled);
    assert!(notices(&outcome.lines[0].messages).contains(&"session-ready"));
    insta::assert_snapshot!(session(&world.census().await), @r"
    Claire Martin – an order in SPOCM1: amina@542c119b.example, claire@542c119b.example, marc@542c119b.example, sofia@542c119b.example
    amina@542c119b.example in SPOCM1: student, from 2027-01-11T08:00:00Z
    claire@542c119b.example in SPOCM1: teacher, from 2027-01-11T08:00:00Z
    marc@542c119b.example in SPOCM1: teacher, from 2027-01-11T08:00:00Z
    sofia@542c119b.example in SPOCM1: student, from 2027-01-11T08:00:00Z
    claire@542c119b.example in SUPPORT: student, from 2026-11-20T09:00:00Z
    amina@542c119b.example is student of claire@542c119b.example
    marc@542c119b.example is student of claire@542c119b.example
    sofia@542c119b.example is student of claire@542c119b.example
    claire@542c119b.example is teacher of amina@542c119b.example
    claire@542c119b.example is teacher of marc@542c119b.example
    claire@542c119b.example is teacher of sofia@542c119b.example
    ");
}

/// The participants of an order that is only placed are looked at all the same: there is time to mend it.
#[tokio::test]
async fn a_placed_order_is_told_what_would_be_wrong_with_a_paid_one() {
    let order = case("an order")
        .order("state", "placed")
        .and("endtime=never")
        .occupant(2, "email", "suspended@known.example")
        .finds(["error parameter endtime: end-unreadable", "error seat 2 email: account-suspended"]);
    let world = world(std::slice::from_ref(&order)).await;
    let before = world.census().await;
    let outcome = world.fulfil(&order.order.to_string()).await.unwrap();
    assert_eq!(outcome.state, LineState::Rejected);
    assert_eq!(told(&order, &outcome.lines[0].messages), order.findings);
    assert_eq!(world.census().await, before);
}
