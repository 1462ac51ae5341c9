//! The life of one order.

use hostile_guests::Guest;
use serde_json::{Value, json};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Suspended};
use shop_core::words::message::Level;

use crate::fixtures::shop::*;

#[tokio::test]
async fn a_paid_order_sets_up_its_session() {
    let world = shop().await;
    let effect = effect(&world, &sale("A", &["anne", "tutor tess"])).await;
    assert_eq!(effect.state, Fulfilled);
    assert_lines(
        "the platform",
        &effect.differs,
        "+ account anne (anne Test)
        + account claire (claire Test)
        + account tess (tess Test)
        + attachment student anne in claire
        + attachment student tess in claire
        + attachment teacher claire in anne
        + attachment teacher claire in tess
        + enrolment SPOC anne student 2026-12-01..2027-01-05
        + enrolment SPOC claire teacher 2026-12-01..2027-01-05
        + enrolment SPOC tess teacher 2026-12-01..2027-01-05
        + enrolment SUPPORT claire student 2026-12-01..
        + group SPOC A (claire Test – A)
        + invitation anne
        + invitation claire
        + invitation tess
        + member SPOC A anne
        + member SPOC A claire
        + member SPOC A tess",
    );
    assert_lines(
        "the receipt",
        &effect.steps,
        "made account anne
        made account claire
        made account tess
        made enrolment SPOC anne
        made enrolment SPOC claire
        made enrolment SPOC tess
        made enrolment SUPPORT claire
        made group SPOC A
        made member SPOC A anne
        made member SPOC A claire
        made member SPOC A tess
        made attachment student anne in claire
        made attachment student tess in claire
        made attachment teacher claire in anne
        made attachment teacher claire in tess",
    );
}

#[tokio::test]
async fn what_is_suspended_is_resumed_as_it_was() {
    let world = shop().await;
    let order = sale("A", &["anne", "tutor tess"]);
    comes_to(&world, &order, Fulfilled).await;
    let before = world.census().await;
    comes_to(&world, &order.clone().state("suspended"), Suspended).await;
    comes_to(&world, &order, Fulfilled).await;
    assert_eq!(world.census().await, before);
}

#[tokio::test]
async fn an_order_can_be_changed_while_it_is_suspended() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    comes_to(&world, &sale("A", &["bob"]).state("suspended"), Suspended).await;
    let effect = effect(&world, &sale("A", &["bob"])).await;
    assert_lines(
        "the receipt",
        &effect.steps,
        "made account bob
        retracted enrolment SPOC anne
        made enrolment SPOC bob
        changed enrolment SPOC claire
        changed enrolment SUPPORT claire
        made member SPOC A bob
        retracted attachment student anne in claire
        made attachment student bob in claire
        retracted attachment teacher claire in anne
        made attachment teacher claire in bob",
    );
}

#[tokio::test]
async fn suspending_and_cancelling_need_no_handler() {
    let world = shop().await;
    let order = sale("A", &["anne", "tutor tess"]);
    comes_to(&world, &order, Fulfilled).await;
    let world = world.reopen(&catalogue("")).await;
    std::fs::remove_dir_all(world.folder().join("data/handlers")).unwrap();
    comes_to(&world, &order.clone().state("suspended"), Suspended).await;
    comes_to(&world, &order.state("cancelled"), Cancelled).await;
    assert_eq!(world.census().await.enrolments, []);
}

#[tokio::test]
async fn a_learner_moves_to_another_line() {
    let world = shop().await;
    let order = sale("A", &["anne", "bob"]).line("LONG", 5, &["carl"]);
    comes_to(&world, &order, Fulfilled).await;
    assert_eq!(world.census().await.groups.len(), 1, "both lines are in one course, and have one group");
    let moved = order.seats(&["bob"]).in_line(2, "seats", sale("A", &["carl", "anne"]).seats_of_line(1));
    let effect = effect(&world, &moved).await;
    assert_lines("the receipt", &effect.steps, "changed enrolment SPOC anne");
}

#[tokio::test]
async fn a_new_person_with_two_names_gets_the_first_and_the_customer_is_told() {
    for (known, told) in [
        ("", &["name-differs-here", "name-differs-here"][..]),
        (&account("anne"), &["name-differs-here", "name-differs"]),
    ] {
        let world = shop_with("", known).await;
        let two_lines = sale("A", &["anne"]).line("OTHER", 5, &["anne", "claire"]);
        let otherwise = json!([
            {"role": "learner", "occupant": person("anne", "Married")},
            {"role": "learner", "occupant": person("claire", "Married")},
        ]);
        let order = two_lines.in_line(2, "seats", otherwise);
        let outcome = world.fulfil(&order.json()).await.unwrap();
        assert_eq!(outcome.state, Fulfilled);
        let messages = outcome.lines.iter().flat_map(|line| &line.messages);
        let warnings: Vec<_> = messages.filter(|m| m.level == Level::Warning).map(|m| m.key.as_str()).collect();
        assert_eq!(warnings, told);
        assert!(world.census().await.accounts.iter().all(|account| account.last_name == "Test"));
    }
}

fn person(name: &str, last_name: &str) -> Value {
    json!({"email": format!("{name}@example.org"), "first_name": name, "last_name": last_name})
}

#[tokio::test]
async fn what_a_product_says_of_its_end_puts_aside_the_shops_defaults() {
    let defaults = catalogue("").replace("customersupport=SUPPORT", "customersupport=SUPPORT&endtime=2027-06-30");
    let world = shop().await.reopen(&defaults).await;
    for (product, end) in [("SPOC", "2027-01-04"), ("OPEN", "2027-06-30")] {
        let outcome = world.preview(&sale("A", &["anne"]).of(product).json()).await.unwrap();
        assert!(shop_harness::findings(&outcome).contains(&format!("until the end of {end}")), "{product}");
        assert!(outcome.lines[0].messages.iter().all(|message| message.level == Level::Notice), "{product}");
    }
}

#[tokio::test]
async fn the_bargain_of_a_line_stays() {
    let world = shop().await;
    let order = sale("A", &["anne"]);
    comes_to(&world, &order, Fulfilled).await;
    let dearer = catalogue("").replace("10.00 EUR", "99.00 EUR").replace("duration=35", "duration=7&delegation=none");
    let world = world.reopen(&dearer).await;
    world.serve(&Guest::Nothing.named("setup-one-course-session")).await;
    is_in_place(&world, &order, "the catalogue has changed").await;
    let outcome = world.fulfil(&order.json()).await.unwrap();
    assert_eq!(outcome.lines[0].total().unwrap().to_string(), "50.00 EUR");
}

#[tokio::test]
async fn a_line_that_is_added_has_the_time_with_which_it_came() {
    let world = shop().await;
    let order = sale("A", &["anne"]).with("time", "2026-12-01T00:00:00Z");
    comes_to(&world, &order, Fulfilled).await;
    let later = order.line("OTHER", 5, &["bob"]).with("time", "2027-11-01T00:00:00Z");
    let effect = effect(&world, &later).await;
    let enrolled: Vec<_> = effect.differs.into_iter().filter(|line| line.contains("enrolment")).collect();
    assert_lines(
        "the new line",
        &enrolled,
        "+ enrolment OTHER bob student 2027-11-01..2027-12-06
        + enrolment OTHER claire teacher 2027-11-01..2027-12-06",
    );
    is_in_place(&world, &later.with("time", "2028-01-01T00:00:00Z"), "both lines have theirs").await;
}
