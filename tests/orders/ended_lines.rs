//! Lines that end before their order: refunded, exchanged, bought again.

use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::conflict::Conflict;
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Incomplete, Placed, Rejected, Suspended, Waiting};
use shop_core::words::order::OrderId;
use shop_core::words::seat::SeatId;
use shop_harness::World;
use shop_host::host::{HostError, Outcome};

use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;

fn id() -> OrderId {
    OrderId::try_from("A".to_owned()).unwrap()
}

fn two_lines() -> Sale {
    sale("A", &["anne"]).line("OTHER", 5, &["bob", "tutor tess"])
}

/// The same, with this line ended.
fn ended(line: usize) -> Sale {
    two_lines().in_line(line, "quantity", 0)
}

/// What the platform has after these orders, but for accounts, which stay.
async fn left(orders: &[Sale]) -> Vec<String> {
    let world = shop().await;
    for order in orders {
        comes_to(&world, order, Fulfilled).await;
    }
    what_is_left(&world).await
}

async fn what_is_left(world: &World) -> Vec<String> {
    let lines = lines(&world.census().await);
    lines.into_iter().filter(|line| !line.starts_with("account") && !line.starts_with("invitation")).collect()
}

/// The keys of what is said of a line by the host, in the sequence in which it is said.
fn told(outcome: &Outcome, line: usize) -> Vec<&str> {
    let host = ["line-ended", "line-never-bought", "line-bought-again", "places-lost"];
    let messages = outcome.lines[line - 1].messages.iter().map(|message| message.key.as_str());
    messages.filter(|key| host.contains(key)).collect()
}

#[tokio::test]
async fn quantity_0_ends_a_line_and_all_that_it_claimed_goes() {
    let world = shop().await;
    comes_to(&world, &two_lines(), Fulfilled).await;
    let before = world.census().await;
    // Whether the list still has those who sat there makes no difference.
    for refunded in [ended(2).in_line(2, "seats", serde_json::json!([])), ended(2)] {
        let preview = world.preview(&refunded.json()).await.unwrap();
        assert_eq!(told(&preview, 2), ["places-lost", "line-ended"]);
        assert_eq!(world.census().await, before);
    }
    let outcome = world.fulfil(&ended(2).json()).await.unwrap();
    assert_eq!(
        (outcome.state, told(&outcome, 1), told(&outcome, 2)),
        (Fulfilled, vec![], vec!["places-lost", "line-ended"])
    );
    assert_eq!(what_is_left(&world).await, left(&[sale("A", &["anne"])]).await, "the operator's part as well");
    assert_eq!(lines_of(&world, "A").await, "1 fulfilled/fulfilled, 2 ended");
    for again in [ended(2), ended(2).in_line(2, "product", "UNHEARD-OF"), sale("A", &["anne"])] {
        is_in_place(&world, &again, "once more").await;
        assert!(world.host.verify(&id()).await.unwrap().report.unwrap().is_in_place());
    }
}

/// A message that comes to nothing changes nothing about it, and the next one finds it as it was.
#[tokio::test]
async fn a_line_that_has_ended_stays_so_whatever_becomes_of_the_others() {
    let world = shop().await;
    comes_to(&world, &two_lines(), Fulfilled).await;
    comes_to(&world, &ended(2), Fulfilled).await;
    comes_to(&world, &ended(2).seats(&["anne", "anne"]), Rejected).await;
    for (state, reached, expected) in [
        ("suspended", Suspended, "1 suspended/suspended, 2 ended"),
        ("paid", Fulfilled, "1 fulfilled/fulfilled, 2 ended"),
        ("cancelled", Cancelled, "1 cancelled, 2 cancelled"),
    ] {
        comes_to(&world, &ended(2).state(state), reached).await;
        assert_eq!(lines_of(&world, "A").await, expected);
    }
    assert_eq!(what_is_left(&world).await, [""; 0]);
}

/// A line that is left out after it ended says nothing new; and bought again, it is not taken for one that never was.
#[tokio::test]
async fn a_line_that_has_ended_is_remembered_when_it_is_left_out() {
    let world = shop().await;
    comes_to(&world, &two_lines(), Fulfilled).await;
    comes_to(&world, &ended(2), Fulfilled).await;
    for without in [sale("A", &["anne", "zoe"]), sale("A", &["anne"]), sale("A", &["anne"]).state("suspended")] {
        world.fulfil(&without.json()).await.unwrap();
        assert!(lines_of(&world, "A").await.ends_with(", 2 ended"));
    }
    for (order, expected) in [(ended(2), vec!["line-ended"]), (two_lines(), vec!["line-bought-again"])] {
        let outcome = world.preview(&order.json()).await.unwrap();
        assert_eq!((outcome.state, told(&outcome, 2)), (Fulfilled, expected));
    }
}

/// It is no line that has ended: there is nothing to remember of it.
#[tokio::test]
async fn a_line_that_was_never_bought_does_not_end() {
    let world = shop().await;
    let order = ended(2).in_line(2, "product", "UNHEARD-OF");
    for _ in 0..2 {
        let outcome = world.fulfil(&order.json()).await.unwrap();
        assert_eq!((outcome.state, told(&outcome, 2)), (Fulfilled, vec!["line-never-bought"]));
        assert_eq!(lines_of(&world, "A").await, "1 fulfilled/fulfilled");
        is_in_place(&world, &order, "again").await;
    }
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let outcome = world.fulfil(&two_lines().json()).await.unwrap();
    assert_eq!((outcome.state, told(&outcome, 2)), (Fulfilled, vec![]), "bought, and not again");
    assert_eq!(lines_of(&world, "A").await, "1 fulfilled/fulfilled, 2 fulfilled/fulfilled");
}

/// Nobody asks a handler for it; but somebody is in charge of every order.
#[tokio::test]
async fn the_operator_of_an_order_of_nothing_is_checked_too() {
    let nothing = sale("A", &[]).of("UNHEARD-OF").in_line(1, "quantity", 0).line("OTHER", 0, &[]);
    for operator in ["", "a..b@example.org"] {
        let world = shop().await;
        let person = serde_json::json!({"email": operator, "first_name": "A", "last_name": "B"});
        let faulty = nothing.clone().with("operator", person);
        comes_to(&world, &faulty, Rejected).await;
        assert_eq!(lines_of(&world, "A").await, "1 rejected, 2 rejected");
        let outcome = world.fulfil(&nothing.json()).await.unwrap();
        assert_eq!((outcome.state, told(&outcome, 1)), (Fulfilled, vec!["line-never-bought"]), "of no such product");
        assert_eq!(lines_of(&world, "A").await, "", "nothing ends that was never bought");
        assert_eq!(what_is_left(&world).await, [""; 0]);
        comes_to(&world, &faulty.with("revision", 1), Rejected).await;
        let stands = world.host.journal().order(&id()).await.unwrap().unwrap().order;
        assert_eq!(stands.operator.email, "claire@example.org");
    }
}

#[tokio::test]
async fn what_another_line_claims_stays() {
    let world = shop().await;
    let order = sale("A", &["anne", "bob"]).line("LONG", 5, &["bob", "carl"]);
    comes_to(&world, &order, Fulfilled).await;
    let effect = effect(&world, &order.in_line(2, "quantity", 0)).await;
    assert_lines(
        "only what line 2 added goes",
        &effect.steps,
        "changed enrolment SPOC bob
        retracted enrolment SPOC carl
        changed enrolment SPOC claire
        retracted attachment student carl in claire
        retracted attachment teacher claire in carl",
    );
}

#[tokio::test]
async fn a_seat_of_a_line_that_has_ended_cannot_be_filled() {
    let world = shop().await;
    comes_to(&world, &two_lines(), Fulfilled).await;
    comes_to(&world, &ended(2), Fulfilled).await;
    let seat = SeatId::derive("A", 2, 1);
    assert!(world.host.journal().order_of_seat(&seat).await.unwrap().is_none());
    let release = Amendment::Seat(seat, SeatAmendment::Release);
    let error = world.host.amend(&id(), &release, "vera", &|_, _| ()).await.err().unwrap();
    assert!(matches!(error, HostError::Unamendable { .. }), "{error}");
}

/// It is in force, with nothing: a line may yet be bought again, or added.
#[tokio::test]
async fn an_order_of_which_all_lines_have_ended_stays_in_force() {
    let world = shop().await;
    comes_to(&world, &two_lines(), Fulfilled).await;
    let nothing = ended(1).in_line(2, "quantity", 0);
    comes_to(&world, &nothing, Fulfilled).await;
    assert_eq!(what_is_left(&world).await, [""; 0]);
    assert_eq!(lines_of(&world, "A").await, "1 ended, 2 ended");
    for (state, reached) in [("suspended", Suspended), ("paid", Fulfilled)] {
        comes_to(&world, &nothing.clone().state(state), reached).await;
        assert_eq!(lines_of(&world, "A").await, "1 ended, 2 ended", "{state}");
    }
    comes_to(&world, &nothing.clone().line("SPOC", 1, &["anne"]), Fulfilled).await;
    assert_eq!(lines_of(&world, "A").await, "1 ended, 2 ended, 3 fulfilled/fulfilled");
    comes_to(&world, &ended(1).in_line(2, "quantity", 0).line("SPOC", 0, &[]), Fulfilled).await;
    assert_eq!(lines_of(&world, "A").await, "1 ended, 2 ended, 3 ended");
    comes_to(&world, &nothing.state("cancelled").line("SPOC", 1, &["anne"]), Cancelled).await;
    assert_eq!(lines_of(&world, "A").await, "1 cancelled, 2 cancelled, 3 cancelled", "as the order");
    assert_eq!(what_is_left(&world).await, [""; 0]);
}

#[tokio::test]
async fn a_line_that_is_bought_again_is_a_new_bargain() {
    let world = shop().await;
    comes_to(&world, &two_lines(), Fulfilled).await;
    comes_to(&world, &ended(2), Fulfilled).await;
    let dearer = catalogue("").replace("10.00 EUR", "99.00 EUR");
    let world = world.reopen(&dearer).await;
    for (product, course) in [("OTHER", "OTHER"), ("LONG", "SPOC")] {
        let again = two_lines().in_line(2, "product", product).with("time", "2026-12-10T00:00:00Z");
        let outcome = world.fulfil(&again.json()).await.unwrap();
        assert_eq!((outcome.state, told(&outcome, 2)), (Fulfilled, vec!["line-bought-again"]));
        let totals: Vec<_> = outcome.lines.iter().map(|line| line.total().unwrap().to_string()).collect();
        assert_eq!(totals, ["50.00 EUR", "495.00 EUR"]);
        let bob =
            lines(&world.census().await).into_iter().find(|line| line.contains("enrolment") && line.contains("bob"));
        assert!(bob.unwrap().starts_with(&format!("enrolment {course} bob student 2026-12-10..")));
        comes_to(&world, &ended(2), Fulfilled).await;
    }
    assert_eq!(what_is_left(&world).await, left(&[sale("A", &["anne"])]).await);
}

#[tokio::test]
async fn a_product_is_exchanged_by_ending_one_line_and_adding_another_in_one_message() {
    let exchanged = sale("A", &["anne"]).in_line(1, "quantity", 0).line("OTHER", 5, &["anne"]);
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    match world.fulfil(&sale("A", &["anne"]).of("OTHER").json()).await {
        Err(HostError::Conflict { conflict: conflict @ Conflict::Product { .. }, .. }) => {
            assert!(conflict.to_string().contains("quantity 0, and add another"), "{conflict}");
        }
        _ => panic!("no conflict"),
    }
    match world
        .fulfil(
            &sale("A", &["anne"])
                .with(
                    "lines",
                    serde_json::json!([{
                        "line": 2, "product": "OTHER", "quantity": 1
                    }]),
                )
                .json(),
        )
        .await
    {
        Err(HostError::Conflict { conflict: conflict @ Conflict::LineMissing(1), .. }) => {
            assert!(conflict.to_string().contains("hand it over with quantity 0"), "{conflict}");
        }
        _ => panic!("no conflict"),
    }
    comes_to(&world, &exchanged, Fulfilled).await;
    assert_eq!(what_is_left(&world).await, left(&[sale("A", &["anne"]).of("OTHER")]).await);
    assert_eq!(lines_of(&world, "A").await, "1 ended, 2 fulfilled/fulfilled");
}

#[tokio::test]
async fn ending_a_line_needs_no_handler_and_frees_it() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let handler = world.host.handlers().active("setup-one-course-session").await.unwrap().digest;
    let world = world.reopen(&catalogue("")).await;
    std::fs::remove_dir_all(world.folder().join("data/handlers")).unwrap();
    comes_to(&world, &sale("A", &["anne"]).in_line(1, "quantity", 0), Fulfilled).await;
    assert_eq!(what_is_left(&world).await, [""; 0]);
    let handlers = world.host.journal().handlers().await.unwrap();
    let pinned = handlers.iter().find(|installed| installed.digest == handler).unwrap().lines;
    assert_eq!(pinned, 0, "no line keeps to the version");
}

#[tokio::test]
async fn a_line_can_end_before_it_is_paid() {
    let world = shop().await;
    comes_to(&world, &two_lines().state("placed"), Placed).await;
    comes_to(&world, &ended(2).state("placed"), Placed).await;
    assert_eq!(lines_of(&world, "A").await, "1 placed/placed, 2 ended");
    comes_to(&world, &ended(2), Fulfilled).await;
    assert_eq!(what_is_left(&world).await, left(&[sale("A", &["anne"])]).await);
}

/// What suspends an order says no more than that.
#[tokio::test]
async fn a_line_ends_when_the_order_is_resumed_and_not_before() {
    let world = shop().await;
    comes_to(&world, &two_lines(), Fulfilled).await;
    comes_to(&world, &ended(2).state("suspended"), Suspended).await;
    assert_eq!(lines_of(&world, "A").await, "1 suspended/suspended, 2 suspended/suspended");
    world.host.amend(&id(), &Amendment::Resume, "vera", &|_, _| ()).await.unwrap();
    assert_eq!(lines_of(&world, "A").await, "1 fulfilled/fulfilled, 2 fulfilled/fulfilled");
    comes_to(&world, &ended(2), Fulfilled).await;
    assert_eq!(lines_of(&world, "A").await, "1 fulfilled/fulfilled, 2 ended");
    assert_eq!(what_is_left(&world).await, left(&[sale("A", &["anne"])]).await);
}

#[tokio::test]
async fn the_end_of_a_line_is_gone_on_with_until_all_is_taken_away() {
    for (fault, state) in [(Fault::After(8), Waiting), (Fault::Refuses("unenrol"), Incomplete)] {
        let world = shop().await;
        comes_to(&world, &two_lines(), Fulfilled).await;
        let disturbed = host_through(&world, faulty(world.platform.clone(), fault)).await;
        let outcome = fulfil_in(&disturbed, &ended(2)).await.unwrap();
        assert_eq!(outcome.state, state, "{:#?}", steps(&outcome));
        assert_eq!(lines_of(&world, "A").await, format!("1 {state}/{state}, 2 {state}/{state}"));
        drop(disturbed);
        comes_to(&world, &ended(2), Fulfilled).await;
        assert_eq!(lines_of(&world, "A").await, "1 fulfilled/fulfilled, 2 ended");
        assert_eq!(what_is_left(&world).await, left(&[sale("A", &["anne"])]).await);
    }
}
