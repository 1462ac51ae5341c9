//! What is installed of handlers: versions that come and go, and files that are damaged.

use hostile_guests::Guest;
use shop_core::calls::recording::{Recording, Written};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Rejected};
use shop_core::words::author::{Acting, Author, SHOP};
use shop_folder::file;
use shop_host::handlers::HandlerError;
use shop_host::host::{HostError, Versions};
use shop_journal::{Basis, JournalError};

use crate::fixtures::shop::*;
use crate::versions::lines::digest;

#[tokio::test]
async fn a_version_that_another_process_has_removed_is_called_for_no_line() {
    let world = shop().await;
    world.serve(&Guest::Nothing.bytes()).await;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), Fulfilled).await;
    let removed = world.serve(&Guest::State.bytes()).await.digest;
    comes_to(&world, &sale("B", &["anne"]).of("GUEST"), Fulfilled).await;
    comes_to(&world, &sale("B", &["anne"]).of("GUEST").state("cancelled"), Cancelled).await;
    let (here, there) = (world.host.handlers(), world.another_host().await);
    let there = there.handlers();
    there.rollback("hostile", "test").await.unwrap();
    there.remove(&there.find(&removed.to_string()).await.unwrap(), "test").await.unwrap();

    here.load(removed).await.expect("it is there, for the recorded calls");
    assert!(matches!(here.installed(removed).await, Err(HandlerError::Unknown(_))));
    assert_eq!(here.active("hostile").await.unwrap().digest, digest(Guest::Nothing));
    let upgraded = world.host.preview_upgrade(&id("A"), Versions::This(removed)).await;
    assert!(matches!(upgraded, Err(HostError::Handler(HandlerError::Unknown(_)))));
}

#[tokio::test]
async fn a_call_of_a_version_that_is_removed_meanwhile_is_not_recorded() {
    let world = shop().await;
    world.serve(&Guest::Reject.bytes()).await;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), Rejected).await;
    let (journal, handlers) = (world.host.journal(), world.host.handlers());
    let call = journal.recordings_of(&id("A")).await.unwrap()[0];
    let recorded = journal.recording(call).await.unwrap().unwrap().recording.unwrap();
    let unused = world.install(&Guest::Nothing.bytes()).await.unwrap().digest;
    let under_way = Recording { handler: unused, ..recorded };
    let under_way = (1, Written::or_told(&under_way, &mut Vec::new()).unwrap());
    handlers.remove(&handlers.find(&unused.to_string()).await.unwrap(), "test").await.unwrap();

    let order = file::parse_order(&sale("A", &["anne"]).of("GUEST").json()).unwrap();
    let ended = crate::fixtures::shop::journal(&world)
        .await
        .fail(
            order.order().unwrap(),
            Basis::Recorded(None),
            &[],
            Acting { who: SHOP, author: &Author::Shop },
            &[under_way],
            None,
        )
        .await;
    assert!(matches!(ended, Err(JournalError::HandlerGone(gone)) if gone == unused), "{ended:?}");
    assert_eq!(journal.recordings_of(&id("A")).await.unwrap(), [call]);
}

#[tokio::test]
async fn a_component_that_is_refused_leaves_every_file_as_it_was() {
    let world = shop().await;
    // Removed, and still there for the recordings of its calls.
    let old = world.serve(&Guest::Nothing.bytes()).await.digest;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), Fulfilled).await;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST").state("cancelled"), Cancelled).await;
    let again = [Guest::Nothing.bytes().as_slice(), b"\0\x02\x01x"].concat();
    world.serve(&Guest::State.bytes()).await;
    let handlers = world.host.handlers();
    handlers.remove(&handlers.find(&old.to_string()).await.unwrap(), "test").await.unwrap();
    world.install(&again).await.unwrap();

    // Its version is taken now, by another component.
    assert!(world.install(&Guest::Nothing.bytes()).await.is_err());
    let world = world.reopen(&catalogue("")).await;
    world.host.handlers().load(old).await.expect("its calls can still be made again");
}

#[tokio::test]
async fn rolling_back_goes_back_as_far_as_there_were_versions() {
    let world = shop().await;
    let guests = [Guest::Nothing, Guest::State, Guest::Reject];
    for guest in guests {
        world.serve(&guest.bytes()).await;
    }
    let handlers = world.host.handlers();
    for guest in [Guest::State, Guest::Nothing] {
        assert_eq!(handlers.rollback("hostile", "test").await.unwrap().digest, digest(guest));
        assert_eq!(handlers.active("hostile").await.unwrap().digest, digest(guest));
    }
    assert!(matches!(handlers.rollback("hostile", "test").await, Err(HandlerError::NoEarlier(_))));
    let trail = handlers.events(Some("hostile")).await.unwrap();
    let steps: Vec<_> = trail.iter().map(|event| (event.action.as_str(), event.from, event.to)).collect();
    let [nothing, state, reject] = guests.map(digest);
    assert_eq!(
        steps,
        [
            ("installed", None, nothing),
            ("activated", None, nothing),
            ("installed", None, state),
            ("activated", Some(nothing), state),
            ("installed", None, reject),
            ("activated", Some(state), reject),
            ("rolled-back", Some(reject), state),
            ("rolled-back", Some(state), nothing),
        ]
    );
}

#[tokio::test]
async fn rolling_back_passes_what_is_removed_and_ends() {
    let world = shop().await;
    let guests = [Guest::Nothing, Guest::State, Guest::Reject, Guest::State];
    for guest in guests {
        world.serve(&guest.bytes()).await;
    }
    let handlers = world.host.handlers();
    let reject = handlers.find(&digest(Guest::Reject).to_string()).await.unwrap();
    handlers.remove(&reject, "test").await.unwrap();
    assert_eq!(handlers.rollback("hostile", "test").await.unwrap().digest, digest(Guest::Nothing));
    assert!(matches!(handlers.rollback("hostile", "test").await, Err(HandlerError::NoEarlier(_))));
}

#[tokio::test]
async fn a_version_is_one_component() {
    let world = shop().await;
    world.serve(&Guest::Nothing.bytes()).await;
    // A custom section changes nothing but the digest.
    let again = [Guest::Nothing.bytes().as_slice(), b"\0\x02\x01x"].concat();
    let refused = world.install(&again).await.err().expect("refused").to_string();
    assert!(refused.contains("installed already"), "{refused}");
    assert_eq!(world.host.handlers().active("hostile").await.unwrap().digest, digest(Guest::Nothing));
}

#[tokio::test]
async fn what_lines_keep_to_stays_and_what_is_recorded_can_be_made_again() {
    let world = shop().await;
    world.serve(&Guest::Nothing.bytes()).await;
    let order = sale("A", &["anne"]).of("GUEST");
    comes_to(&world, &order, Fulfilled).await;
    world.serve(&Guest::State.bytes()).await;
    let handlers = world.host.handlers();
    let old = handlers.find(&digest(Guest::Nothing).to_string()).await.unwrap();
    assert_eq!((old.active, old.lines), (false, 1));
    assert!(matches!(handlers.remove(&old, "test").await, Err(HandlerError::Pinned { lines: 1, .. })));
    comes_to(&world, &order.state("cancelled"), Cancelled).await;
    handlers.remove(&old, "test").await.unwrap();
    assert!(matches!(handlers.find(&old.digest.to_string()).await, Err(HandlerError::Unknown(_))));
    handlers.load(old.digest).await.unwrap();

    let unused = world.install(&Guest::Reject.bytes()).await.unwrap().digest;
    handlers.remove(&handlers.find(&unused.to_string()).await.unwrap(), "test").await.unwrap();
    assert!(matches!(handlers.load(unused).await, Err(HandlerError::Lost(_))));
}

#[tokio::test]
async fn a_damaged_store_is_told_and_mended_by_installing_again() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let handlers = world.folder().join("data/handlers");
    for file in handlers.read_dir().unwrap() {
        std::fs::write(file.unwrap().path(), "damaged").unwrap();
    }
    let world = world.reopen(&catalogue("")).await;
    let failed = world.fulfil(&sale("B", &["anne"]).json()).await;
    assert!(
        matches!(failed, Err(HostError::Handler(HandlerError::Unloadable { .. }))),
        "this says nothing of the order"
    );
    assert!(!world.host.journal().order(&id("B")).await.unwrap().unwrap().accepted);
    assert_eq!(lines_of(&world, "B").await, "1 applying", "it is noted, and gone on with");
    world.install(shop_harness::setup_one_course_session()).await.unwrap();
    assert_eq!(world.host.resume(&|_, _| ()).await.unwrap().remove(0).outcome.unwrap().state, Fulfilled);
}

#[tokio::test]
async fn a_stale_compilation_is_made_again() {
    let world = shop().await;
    let handlers = world.folder().join("data/handlers");
    let compiled = handlers.read_dir().unwrap().map(|file| file.unwrap().path());
    let compiled = compiled.into_iter().find(|file| file.extension().is_some_and(|kind| kind == "compiled")).unwrap();
    let whole = std::fs::read(&compiled).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let mut world = world;
    for (order, stale) in
        [b"".as_slice(), b"from another engine", &whole[..whole.len() - 1], &flipped].iter().enumerate()
    {
        std::fs::write(&compiled, stale).unwrap();
        world = world.reopen(&catalogue("")).await;
        comes_to(&world, &sale(&order.to_string(), &["anne"]), Fulfilled).await;
        assert_eq!(std::fs::read(&compiled).unwrap(), whole);
    }
}
