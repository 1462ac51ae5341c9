//! Handlers that fail, loop, reject, or ask for what their order does not grant: nothing of what they want is applied, the
//! line says what happened, and the next order is fulfilled as if nothing had.

use std::path::{Path, PathBuf};

use shop_host::grants::Refusal;
use shop_host::registry::RegistryError;
use shop_host::sandbox::{Exceeded, Limit, Stopped};
use shop_host::state::LineState::{self, Fulfilled, Refused, Rejected};
use shop_tests::World;
use shop_tests::guests::Guest;

use crate::shop_fixtures::*;

/// Whether a call was stopped as it should be.
type How = fn(Option<&Stopped>) -> bool;

/// What must become of a guest.
enum Expected {
    /// It is not installed, and leaves no trace.
    NotAdmitted,
    /// The line of an order with it comes to this state.
    Comes(LineState, How),
}

/// What must become of each.
///
/// Whoever adds a guest must say so here, or this does not compile.
fn expected(guest: Guest) -> Expected {
    use Expected::{Comes, NotAdmitted};
    let stopped = LineState::Stopped;
    match guest {
        Guest::Nothing | Guest::State => Comes(Fulfilled, |how| how.is_none()),
        Guest::Reject | Guest::RejectInOk | Guest::RejectQuietly => Comes(Rejected, |how| how.is_none()),
        Guest::Trap | Guest::TrapHalfway => Comes(stopped, |how| matches!(how, Some(Stopped::Trapped(_)))),
        Guest::LoopFulfil => {
            Comes(stopped, |how| matches!(how, Some(Stopped::Exceeded(Exceeded { limit: Limit::Fuel, .. }))))
        }
        Guest::MemoryStorm => {
            Comes(stopped, |how| matches!(how, Some(Stopped::Exceeded(Exceeded { limit: Limit::Memory, .. }))))
        }
        Guest::DeepRecursion => {
            Comes(stopped, |how| matches!(how, Some(Stopped::Exceeded(Exceeded { limit: Limit::Stack, .. }))))
        }
        Guest::CallStorm => {
            Comes(stopped, |how| matches!(how, Some(Stopped::Exceeded(Exceeded { limit: Limit::HostCalls, .. }))))
        }
        Guest::UnknownMessage | Guest::BadUtf8 | Guest::ListBomb => {
            Comes(stopped, |how| matches!(how, Some(Stopped::Broken(_) | Stopped::Trapped(_))))
        }
        Guest::UngrantedEmail => Comes(Refused, |how| matches!(how, Some(Stopped::Refused(Refusal::Email(_))))),
        Guest::UngrantedCourse => Comes(Refused, |how| matches!(how, Some(Stopped::Refused(Refusal::Course(_))))),
        Guest::UngrantedRole => Comes(Refused, |how| matches!(how, Some(Stopped::Refused(Refusal::Role(_))))),
        Guest::ForgedAccount | Guest::ForgedCourse | Guest::ForgedGroup => {
            Comes(Refused, |how| matches!(how, Some(Stopped::Refused(Refusal::Id { id: 4242, .. }))))
        }
        Guest::LoopDescribe | Guest::LoopStart | Guest::Wasi | Guest::CoreModule | Guest::Garbage => NotAdmitted,
    }
}

#[tokio::test]
async fn a_hostile_handler_leaves_everything_as_it_was() {
    let world = shop().await;
    world.serve(&Guest::Nothing.named("hostile")).await;
    comes_to(&world, &sale("before", &["anne"]), Fulfilled).await;
    for (number, guest) in Guest::ALL.iter().enumerate() {
        let (census, ledger) = (world.census().await, recorded(&world, "before").await);
        let id = format!("hostile-{number}");
        match expected(*guest) {
            Expected::NotAdmitted => is_not_admitted(&world, *guest).await,
            Expected::Comes(state, is_expected) => comes_to_nothing(&world, *guest, &id, state, is_expected).await,
        }
        assert_eq!(world.census().await, census, "{}", guest.name());
        assert_eq!(recorded(&world, "before").await, ledger, "{}", guest.name());

        let good = sale(&format!("good-{number}"), &["anne"]);
        comes_to(&world, &good, Fulfilled).await;
        comes_to(&world, &good.state("cancelled"), LineState::Cancelled).await;
        assert_eq!(difference(&census, &world.census().await), [""; 0], "{}", guest.name());
    }
}

async fn is_not_admitted(world: &World, guest: Guest) {
    let before = (world.shop.registry().list().await.unwrap(), files(&world.folder().join("data/handlers")));
    let refused = world.install(&guest.bytes()).await;
    assert!(matches!(refused, Err(RegistryError::Inadmissible { .. })), "{}", guest.name());
    let after = (world.shop.registry().list().await.unwrap(), files(&world.folder().join("data/handlers")));
    assert_eq!(before, after, "{}", guest.name());
}

async fn comes_to_nothing(world: &World, guest: Guest, id: &str, state: LineState, is_expected: How) {
    world.serve(&guest.bytes()).await;
    let outcome = world.fulfil(&sale(id, &["anne", "bob"]).of("GUEST").json()).await.unwrap();
    let told = format!("{}\n{}", guest.name(), shop_tests::findings(&outcome));
    assert_eq!(outcome.state, state, "{told}");
    assert!(is_expected(outcome.lines[0].stopped.as_ref()), "{told}");
    assert!(state == Fulfilled || !shop_tests::findings(&outcome).is_empty(), "{told}: it is said why");
    let recorded_as = if state == Fulfilled { "1 fulfilled/fulfilled".to_owned() } else { format!("1 {state}") };
    assert_eq!(lines_of(world, id).await, recorded_as, "{told}");
    assert_eq!(claims(world, id).await, 0, "{told}");
}

/// The names of the files in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_line_with_a_hostile_handler_stops_the_whole_order() {
    let world = shop().await;
    world.serve(&Guest::Trap.bytes()).await;
    let order = sale("A", &["anne"]).line("GUEST", 5, &["bob"]);
    comes_to(&world, &order, LineState::Stopped).await;
    assert_eq!(lines_of(&world, "A").await, "1 rejected, 2 stopped");
    assert_eq!(lines(&world.census().await).len(), 0);
}

#[tokio::test]
async fn an_order_that_was_stopped_is_fulfilled_with_a_better_version() {
    let world = shop().await;
    world.serve(&Guest::Trap.bytes()).await;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), LineState::Stopped).await;
    world.serve(&Guest::Nothing.bytes()).await;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), Fulfilled).await;
}
