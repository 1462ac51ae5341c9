//! Handlers that fail, loop, reject, or ask for what their order does not grant: nothing of what they want is applied, the
//! line says what happened, and the next order is fulfilled as if nothing had.

use shop_host::grants::Refusal;
use shop_host::sandbox::{Exceeded, Limit, Stopped};
use shop_host::state::LineState::{self, Fulfilled, Refused, Rejected};
use shop_tests::guests::Guest;

use crate::shop_fixtures::*;

/// What must become of an order with each of them: the state of its line, and how it was stopped.
///
/// Whoever adds a guest must say so here, or this does not compile.
fn expected(guest: Guest) -> (LineState, fn(Option<&Stopped>) -> bool) {
    let stopped = LineState::Stopped;
    match guest {
        Guest::Nothing | Guest::State => (Fulfilled, |how| how.is_none()),
        Guest::Reject | Guest::RejectInOk => (Rejected, |how| how.is_none()),
        Guest::Trap | Guest::TrapHalfway => (stopped, |how| matches!(how, Some(Stopped::Trapped(_)))),
        Guest::LoopFulfil => {
            (stopped, |how| matches!(how, Some(Stopped::Exceeded(Exceeded { limit: Limit::Fuel, .. }))))
        }
        Guest::MemoryStorm => {
            (stopped, |how| matches!(how, Some(Stopped::Exceeded(Exceeded { limit: Limit::Memory, .. }))))
        }
        Guest::DeepRecursion => {
            (stopped, |how| matches!(how, Some(Stopped::Exceeded(Exceeded { limit: Limit::Stack, .. }))))
        }
        Guest::CallStorm => {
            (stopped, |how| matches!(how, Some(Stopped::Exceeded(Exceeded { limit: Limit::HostCalls, .. }))))
        }
        Guest::UnknownMessage | Guest::BadUtf8 | Guest::ListBomb => {
            (stopped, |how| matches!(how, Some(Stopped::Broken(_) | Stopped::Trapped(_))))
        }
        Guest::UngrantedEmail => (Refused, |how| matches!(how, Some(Stopped::Refused(Refusal::Email(_))))),
        Guest::UngrantedCourse => (Refused, |how| matches!(how, Some(Stopped::Refused(Refusal::Course(_))))),
        Guest::UngrantedRole => (Refused, |how| matches!(how, Some(Stopped::Refused(Refusal::Role(_))))),
        Guest::ForgedAccount | Guest::ForgedCourse | Guest::ForgedGroup => {
            (Refused, |how| matches!(how, Some(Stopped::Refused(Refusal::Id { id: 4242, .. }))))
        }
        // They never get as far as being called.
        Guest::LoopDescribe | Guest::LoopStart | Guest::Wasi | Guest::CoreModule | Guest::Garbage => {
            (Rejected, |how| how.is_none())
        }
    }
}

#[tokio::test]
async fn a_hostile_handler_leaves_everything_as_it_was() {
    let world = shop().await;
    comes_to(&world, &sale("before", &["anne"]), Fulfilled).await;
    for (number, guest) in Guest::ALL.iter().enumerate() {
        let (state, is_expected) = expected(*guest);
        let (census, ledger) = (world.census().await, recorded(&world, "before").await);

        world.replace_handler(&guest.bytes());
        let id = format!("hostile-{number}");
        let order = sale(&id, &["anne", "bob"]).of("GUEST");
        let outcome = world.fulfil(&order.json()).await.unwrap();
        let told = format!("{}\n{}", guest.name(), shop_tests::findings(&outcome));
        assert_eq!(outcome.state, state, "{told}");
        assert!(is_expected(outcome.lines[0].stopped.as_ref()), "{told}");
        assert!(state == Fulfilled || !shop_tests::findings(&outcome).is_empty(), "{told}: it is said why");
        let recorded_as = if state == Fulfilled { "1 fulfilled/fulfilled".to_owned() } else { format!("1 {state}") };
        assert_eq!(lines_of(&world, &id).await, recorded_as, "{told}");
        assert_eq!(claims(&world, &id).await, 0, "{told}");
        assert_eq!(world.census().await, census, "{told}");
        assert_eq!(recorded(&world, "before").await, ledger, "{told}");

        world.replace_handler(shop_tests::setup_one_course_session());
        let good = sale(&format!("good-{number}"), &["anne"]);
        comes_to(&world, &good, Fulfilled).await;
        comes_to(&world, &good.state("cancelled"), LineState::Cancelled).await;
        assert_eq!(difference(&census, &world.census().await), [""; 0], "{told}");
    }
}

#[tokio::test]
async fn a_line_with_a_hostile_handler_stops_the_whole_order() {
    let hostile = catalogue("").replace(
        "handler = \"handler.wasm\"\nparameters = \"coursename=OTHER",
        "handler = \"trap.wasm\"\nparameters = \"coursename=OTHER",
    );
    let world = shop().await.reopen(&hostile).await;
    std::fs::write(world.folder().join("trap.wasm"), Guest::Trap.bytes()).unwrap();
    let order = sale("A", &["anne"]).line("OTHER", 5, &["bob"]);
    comes_to(&world, &order, LineState::Stopped).await;
    assert_eq!(lines_of(&world, "A").await, "1 rejected, 2 stopped");
    assert_eq!(lines(&world.census().await).len(), 0);
}

#[tokio::test]
async fn an_order_that_was_stopped_is_fulfilled_with_a_better_version() {
    let world = shop().await;
    world.replace_handler(&Guest::Trap.bytes());
    comes_to(&world, &sale("A", &["anne"]), LineState::Stopped).await;
    world.replace_handler(shop_tests::setup_one_course_session());
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
}
