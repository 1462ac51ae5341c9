//! What was on the platform before the shop came, or was done there behind its back.

use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Placed, Rejected, Suspended};
use shop_core::platform::{AccountRole, Enrol, Platform, RoleId};
use shop_core::words::period::{Period, Timestamp};
use shop_harness::World;

use crate::fixtures::shop::*;

fn order() -> Sale {
    sale("A", &["anne", "tutor tess"])
}

/// After the order is cancelled, all is as it was, but for accounts: they stay.
async fn restores(world: &World, told: &str) {
    let before = world.census().await;
    comes_to(world, &order(), Fulfilled).await;
    is_in_place(world, &order(), told).await;
    comes_to(world, &order().state("suspended"), Suspended).await;
    comes_to(world, &order(), Fulfilled).await;
    comes_to(world, &order().state("cancelled"), Cancelled).await;
    let difference = difference(&before, &world.census().await);
    let accounts = |line: &&String| line.starts_with("+ account") || line.starts_with("+ invitation");
    let others: Vec<_> = difference.iter().filter(|line| !accounts(line)).collect();
    assert!(others.is_empty(), "{told}: {others:#?}");
}

fn enrolment(name: &str, role: &str, more: &str) -> String {
    let account = account(name);
    format!("{account}\n[[enrolment]]\ncourse = \"SPOC\"\nemail = \"{name}@example.org\"\nrole = \"{role}\"\n{more}\n")
}

#[tokio::test]
async fn what_was_there_before_is_there_afterwards() {
    for (told, platform) in [
        ("an account", account("anne")),
        ("an enrolment for ever", enrolment("anne", "student", "")),
        ("an enrolment that ended", enrolment("anne", "student", "end = \"2026-10-01T00:00:00Z\"")),
        (
            "a longer one",
            enrolment("anne", "student", "start = \"2026-01-01T00:00:00Z\"\nend = \"2030-01-01T00:00:00Z\""),
        ),
        ("one that was entered", enrolment("anne", "student", "entered = true\nend = \"2026-12-24T00:00:00Z\"")),
        ("one with another role", enrolment("anne", "teacher", "end = \"2026-12-24T00:00:00Z\"")),
        ("a suspended one", enrolment("anne", "student", "suspended = true")),
        (
            "a suspended one that ended",
            enrolment("anne", "student", "suspended = true\nend = \"2026-10-01T00:00:00Z\""),
        ),
        ("the operator's", enrolment("claire", "teacher", "end = \"2027-01-02T00:00:00Z\"")),
    ] {
        restores(&shop_with("", &platform).await, told).await;
    }
}

#[tokio::test]
async fn attachments_and_memberships_that_were_there_stay() {
    let world = shop_with("", &(enrolment("anne", "student", "") + &account("claire"))).await;
    let emails = [email("anne"), email("claire")];
    let accounts = world.platform.find_accounts(&emails, &[]).await.unwrap();
    let half = AccountRole { role: RoleId(2), holder: accounts[1].id, context: accounts[0].id };
    world.platform.assign_account_roles(&[half], &|_| ()).await.unwrap();
    let course = world.platform.find_courses(&["SPOC".to_owned()]).await.unwrap()[0].id;
    let groups = world.platform.create_groups(&[(course, "Made by hand".to_owned())], "A").await.unwrap();
    let group = *groups[0].as_ref().unwrap();
    world.platform.add_members(&[(group, accounts[0].id)], &|_| ()).await.unwrap();
    restores(&world, "half an attachment, a group and a membership").await;
}

#[tokio::test]
async fn existing_accounts_are_used_and_not_altered() {
    let named_otherwise = account("anne").replace("\"Test\"", "\"Married\"");
    for (product, attached) in [("SPOC", 4), ("CREATED", 2), ("NONE", 0)] {
        let world = shop_with("", &named_otherwise).await;
        let order = order().of(product);
        let effect = effect(&world, &order).await;
        assert!(!effect.differs.iter().any(|line| line.contains("account anne") || line.contains("invitation anne")));
        assert_eq!(world.census().await.attachments.len(), attached, "{product}");
        is_in_place(&world, &order, product).await;
        let world = world.reopen(&catalogue("")).await;
        is_in_place(&world, &order, product).await;
    }
}

#[tokio::test]
async fn who_was_made_stays_made_after_moving_or_coming_back() {
    let world = shop().await;
    let order = sale("A", &["anne", "bob"]).of("CREATED").line("CREATED", 5, &["carl"]);
    comes_to(&world, &order, Fulfilled).await;
    let attached = world.census().await.attachments;
    let anne = sale("A", &["anne", "carl"]).seats_of_line(1);
    let moved = order.clone().seats(&["bob"]).in_line(2, "seats", anne);
    comes_to(&world, &moved, Fulfilled).await;
    assert_eq!(world.census().await.attachments, attached, "she moved to another line");
    comes_to(&world, &order.clone().seats(&["bob"]), Fulfilled).await;
    assert_eq!(world.census().await.attachments.len(), 4, "she left");
    comes_to(&world, &order, Fulfilled).await;
    assert_eq!(world.census().await.attachments, attached, "she came back");
    comes_to(&world, &sale("B", &["anne"]).by("zoe").of("CREATED"), Fulfilled).await;
    assert_eq!(world.census().await.attachments, attached, "another order found her");
}

/// What an administrator does to Anne behind the shop's back.
async fn meddle(world: &World, how: &str) {
    let platform = &world.platform;
    let anne = platform.find_accounts(&[email("anne")], &[]).await.unwrap()[0].id;
    let course = platform.find_courses(&["SPOC".to_owned()]).await.unwrap()[0].id;
    let group = platform.groups(&[(course, "A")]).await.unwrap();
    match how {
        "unenrols her" => platform.unenrol(&[(course, anne)], &|_| ()).await.unwrap(),
        "deletes the group" => platform.delete_groups(&[group[0].id]).await.unwrap(),
        "takes her out of the group" => platform.remove_members(&[(group[0].id, anne)], &|_| ()).await.unwrap(),
        "takes her role" => platform.unassign_course_roles(&[(course, anne, RoleId(1))], &|_| ()).await.unwrap(),
        "suspends her enrolment" | "ends it early" => {
            let start = Timestamp::new(1_700_000_000).unwrap();
            let end = (how == "ends it early").then(|| Timestamp::new(1_700_000_001).unwrap());
            let period = Period { start, end };
            let suspended = how != "ends it early";
            platform
                .enrol(&[Enrol { course, account: anne, role: RoleId(1), period, suspended }], &|_| ())
                .await
                .unwrap()
        }
        _ => unreachable!("{how}"),
    };
}

const MEDDLING: &[&str] = &[
    "unenrols her",
    "deletes the group",
    "takes her out of the group",
    "takes her role",
    "suspends her enrolment",
    "ends it early",
];

#[tokio::test]
async fn the_order_again_puts_back_what_an_administrator_changed() {
    for how in MEDDLING {
        let world = shop().await;
        comes_to(&world, &order(), Fulfilled).await;
        let census = world.census().await;
        meddle(&world, how).await;
        assert_ne!(world.census().await, census, "{how}");
        comes_to(&world, &order(), Fulfilled).await;
        assert_eq!(difference(&census, &world.census().await), [""; 0], "{how}");
    }
}

/// What is over and what is suspended are two things: an enrolment that was over before the shop came is so again.
#[tokio::test]
async fn what_was_over_has_its_end_back_although_an_administrator_has_suspended_it() {
    let over = enrolment("anne", "student", "end = \"2026-10-01T00:00:00Z\"");
    for (state, reached) in [("suspended", Suspended), ("cancelled", Cancelled)] {
        let world = shop_with("", &over).await;
        comes_to(&world, &order(), Fulfilled).await;
        meddle(&world, "suspends her enrolment").await;
        comes_to(&world, &order().state(state), reached).await;
        let census = lines(&world.census().await);
        let anne = census.iter().find(|line| line.starts_with("enrolment SPOC anne")).unwrap();
        assert!(anne.contains("..2026-10-01") && anne.ends_with("suspended"), "{state}: {anne}");
    }
}

#[tokio::test]
async fn suspending_and_cancelling_never_give_back_what_an_administrator_took() {
    for platform in ["", &enrolment("anne", "student", "")] {
        for how in MEDDLING.iter().filter(|how| **how != "ends it early") {
            let world = shop_with("", platform).await;
            comes_to(&world, &order(), Fulfilled).await;
            meddle(&world, how).await;
            for (state, reached) in [("suspended", Suspended), ("cancelled", Cancelled)] {
                let effect = effect(&world, &order().state(state)).await;
                assert_eq!(effect.state, reached, "{how}");
                let given: Vec<_> = effect.differs.iter().filter(|line| line.starts_with("+")).collect();
                let ours = |line: &&&String| !line.ends_with("suspended") && line.contains("anne");
                assert_eq!(given.iter().filter(ours).count(), 0, "{how}, {state}: {given:#?}");
            }
        }
    }
}

#[tokio::test]
async fn only_who_has_a_place_keeps_it_when_the_account_is_suspended() {
    let two_lines = || sale("A", &["anne"]).line("OTHER", 5, &["bob"]);
    let moved = two_lines().seats(&["-"]).in_line(2, "seats", sale("A", &["bob", "anne"]).seats_of_line(1));
    for (told, first, reached, who, then, state) in [
        ("enrolled", order(), Fulfilled, "anne", order(), Fulfilled),
        ("resumed", order().state("suspended"), Suspended, "anne", order(), Fulfilled),
        ("only placed", order().state("placed"), Placed, "claire", order(), Rejected),
        ("in another line", two_lines(), Fulfilled, "anne", moved, Rejected),
        ("gone meanwhile", order().seats(&["-"]), Fulfilled, "anne", order(), Rejected),
    ] {
        let world = shop().await;
        if reached == Suspended || told == "gone meanwhile" {
            comes_to(&world, &order(), Fulfilled).await;
        }
        comes_to(&world, &first, reached).await;
        world.by_hand().set_suspended(&email(who), true).unwrap();
        let census = world.census().await;
        let outcome = world.fulfil(&then.json()).await.unwrap();
        assert_eq!(outcome.state, state, "{told}");
        let key = if state == Rejected { "account-suspended:" } else { "account-suspended-kept:" };
        assert!(shop_harness::findings(&outcome).contains(key), "{told}: {}", shop_harness::findings(&outcome));
        if state == Rejected {
            assert_eq!(difference(&census, &world.census().await), [""; 0], "{told}");
        }
    }
}
