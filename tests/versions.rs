//! Handlers' versions: which one serves, which one a line keeps to, what another would have made of it.

use shop_host::forecast::{self, Effect, Line};
use shop_host::order::OrderId;
use shop_host::registry::{Digest, RegistryError};
use shop_host::shop::{ShopError, Versions};
use shop_host::state::LineState::{Fulfilled, Rejected, Stopped};
use shop_tests::World;
use shop_tests::guests::Guest;

use crate::shop_fixtures::*;

const OURS: &str = "setup-one-course-session";

fn digest(guest: Guest) -> Digest {
    Digest::of(&guest.bytes())
}

/// The version that each line of an order keeps to.
async fn kept_to(world: &World, order: &str) -> Vec<Digest> {
    let recorded = world.shop.journal().order(&id(order)).await.unwrap().expect("a recorded order");
    recorded.lines.values().map(|line| line.bargain.as_ref().expect("a bargain").handler).collect()
}

fn id(order: &str) -> OrderId {
    OrderId::try_from(order.to_owned()).unwrap()
}

#[tokio::test]
async fn a_version_serves_new_lines_and_old_lines_keep_to_theirs() {
    let world = shop().await;
    world.serve(&Guest::Nothing.bytes()).await;
    comes_to(&world, &sale("first", &["anne"]).of("GUEST"), Fulfilled).await;
    world.serve(&Guest::Reject.bytes()).await;
    comes_to(&world, &sale("second", &["anne"]).of("GUEST"), Rejected).await;
    comes_to(&world, &sale("first", &["anne", "bob"]).of("GUEST"), Fulfilled).await;
    assert_eq!(kept_to(&world, "first").await, [digest(Guest::Nothing)]);
    world.shop.registry().rollback("hostile", "test").await.unwrap();
    comes_to(&world, &sale("second", &["anne"]).of("GUEST"), Fulfilled).await;
    assert_eq!(kept_to(&world, "second").await, [digest(Guest::Nothing)]);
}

#[tokio::test]
async fn a_running_host_takes_the_version_that_another_process_activates() {
    let world = shop().await;
    world.serve(&Guest::Reject.bytes()).await;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), Rejected).await;
    let other = world.another_host().await;
    let file = world.folder().join("handler.wasm");
    std::fs::write(&file, Guest::Nothing.bytes()).unwrap();
    let installed = other.registry().install(&file, "somebody else").await.unwrap();
    other.registry().activate(installed.handler.digest, "somebody else").await.unwrap();
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), Fulfilled).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn orders_flow_while_versions_change() {
    const ORDERS: usize = 40;
    let world = std::sync::Arc::new(shop().await);
    let versions = [world.serve(&Guest::Nothing.bytes()).await, world.serve(&Guest::State.bytes()).await];
    let orders = (0..ORDERS).map(|number| {
        let world = world.clone();
        tokio::spawn(async move {
            comes_to(&world, &sale(&number.to_string(), &["anne"]).of("GUEST"), Fulfilled).await;
        })
    });
    let orders: Vec<_> = orders.collect();
    for swap in 0..ORDERS {
        world.shop.registry().activate(versions[swap % 2].digest, "test").await.unwrap();
    }
    for order in orders {
        order.await.unwrap();
    }
    let digests = versions.map(|version| version.digest);
    for number in 0..ORDERS {
        assert!(digests.contains(&kept_to(&world, &number.to_string()).await[0]));
    }
}

#[tokio::test]
async fn rolling_back_goes_back_as_far_as_there_were_versions() {
    let world = shop().await;
    let guests = [Guest::Nothing, Guest::State, Guest::Reject];
    for guest in guests {
        world.serve(&guest.bytes()).await;
    }
    let registry = world.shop.registry();
    for guest in [Guest::State, Guest::Nothing] {
        assert_eq!(registry.rollback("hostile", "test").await.unwrap().digest, digest(guest));
        assert_eq!(registry.active("hostile").await.unwrap().digest, digest(guest));
    }
    assert!(matches!(registry.rollback("hostile", "test").await, Err(RegistryError::NoEarlier(_))));
    let trail = registry.events(Some("hostile")).await.unwrap();
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
    let registry = world.shop.registry();
    let reject = registry.find(&digest(Guest::Reject).to_string()).await.unwrap();
    registry.remove(&reject, "test").await.unwrap();
    assert_eq!(registry.rollback("hostile", "test").await.unwrap().digest, digest(Guest::Nothing));
    assert!(matches!(registry.rollback("hostile", "test").await, Err(RegistryError::NoEarlier(_))));
}

#[tokio::test]
async fn a_version_is_one_component() {
    let world = shop().await;
    world.serve(&Guest::Nothing.bytes()).await;
    // A custom section changes nothing but the digest.
    let again = [Guest::Nothing.bytes().as_slice(), b"\0\x02\x01x"].concat();
    let refused = world.install(&again).await.err().expect("refused").to_string();
    assert!(refused.contains("installed already"), "{refused}");
    assert_eq!(world.shop.registry().active("hostile").await.unwrap().digest, digest(Guest::Nothing));
}

#[tokio::test]
async fn what_lines_keep_to_stays_and_what_is_recorded_can_be_made_again() {
    let world = shop().await;
    world.serve(&Guest::Nothing.bytes()).await;
    let order = sale("A", &["anne"]).of("GUEST");
    comes_to(&world, &order, Fulfilled).await;
    world.serve(&Guest::State.bytes()).await;
    let registry = world.shop.registry();
    let old = registry.find(&digest(Guest::Nothing).to_string()).await.unwrap();
    assert_eq!((old.active, old.lines), (false, 1));
    assert!(matches!(registry.remove(&old, "test").await, Err(RegistryError::Pinned { lines: 1, .. })));
    comes_to(&world, &order.state("cancelled"), shop_host::state::LineState::Cancelled).await;
    registry.remove(&old, "test").await.unwrap();
    assert!(matches!(registry.find(&old.digest.to_string()).await, Err(RegistryError::Unknown(_))));
    registry.load(old.digest).await.unwrap();

    let unused = world.install(&Guest::Reject.bytes()).await.unwrap().digest;
    registry.remove(&registry.find(&unused.to_string()).await.unwrap(), "test").await.unwrap();
    assert!(matches!(registry.load(unused).await, Err(RegistryError::Lost(_))));
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
        matches!(failed, Err(ShopError::Registry(RegistryError::Unloadable { .. }))),
        "this says nothing of the order"
    );
    assert!(!world.shop.journal().order(&id("B")).await.unwrap().unwrap().accepted);
    assert_eq!(lines_of(&world, "B").await, "1 applying", "it is noted, and gone on with");
    world.install(shop_tests::setup_one_course_session()).await.unwrap();
    assert_eq!(world.shop.resume(&|_, _| ()).await.unwrap().remove(0).outcome.unwrap().state, Fulfilled);
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

#[tokio::test]
async fn an_upgrade_shows_the_differences_and_then_makes_them() {
    let world = shop().await;
    let order = sale("A", &["anne"]);
    comes_to(&world, &order, Fulfilled).await;
    let before = world.census().await;
    assert!(matches!(
        world.shop.preview_upgrade(&id("A"), Versions::Active).await,
        Err(ShopError::NotUpgradable { .. })
    ));
    let nothing = world.serve(&Guest::Nothing.named(OURS)).await;
    is_in_place(&world, &order, "no order is moved by itself").await;

    let preview = world.shop.preview_upgrade(&id("A"), Versions::Active).await.unwrap();
    assert!(!preview.report.unwrap().is_in_place());
    assert_eq!(world.census().await, before);

    let upgraded = world.shop.upgrade(&id("A"), Versions::Active, "test", &|_, _| ()).await.unwrap();
    assert_eq!(upgraded.state, Fulfilled);
    assert_eq!(kept_to(&world, "A").await, [nothing.digest]);
    assert_eq!(world.census().await.enrolments, []);

    let ours = Digest::of(shop_tests::setup_one_course_session());
    world.shop.upgrade(&id("A"), Versions::This(ours), "test", &|_, _| ()).await.unwrap();
    assert_eq!(world.census().await.enrolments, before.enrolments);
    assert_eq!(kept_to(&world, "A").await, [ours]);
}

#[tokio::test]
async fn an_upgrade_that_changes_nothing_else_is_kept() {
    let world = shop().await;
    world.serve(&Guest::Nothing.bytes()).await;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), Fulfilled).await;
    let same = world.serve(&Guest::State.bytes()).await;
    world.shop.upgrade(&id("A"), Versions::Active, "test", &|_, _| ()).await.unwrap();
    assert_eq!(kept_to(&world, "A").await, [same.digest]);
}

#[tokio::test]
async fn every_recorded_call_is_made_again_with_the_same_answer() {
    let world = shop().await;
    world.serve(&Guest::Reject.bytes()).await;
    let order = sale("A", &["anne", "tutor tess", "-"]).line("OTHER", 3, &["bob"]);
    comes_to(&world, &order, Fulfilled).await;
    comes_to(&world, &order.clone().seats(&["carl", "tutor tess"]), Fulfilled).await;
    comes_to(&world, &sale("B", &["anne"]).of("GUEST"), Rejected).await;
    let journal = world.shop.journal();
    let mut calls = journal.recordings_of(&id("A")).await.unwrap();
    assert_eq!(calls.len(), 4, "two lines, twice");
    calls.extend(journal.recordings_of(&id("B")).await.unwrap());
    for call in calls {
        let recorded = journal.recording(call).await.unwrap().unwrap().recording;
        let handler = world.shop.registry().load(recorded.handler).await.unwrap();
        assert_eq!(recorded.replay(&handler), recorded.answer);
    }
}

/// What a version would have made of all recorded lines, the newest first.
async fn forecast(world: &World, guest: Guest, name: &str) -> Vec<Line> {
    let new = world.install(&guest.named(name)).await.unwrap();
    let mut lines = Vec::new();
    let made = forecast::make(world.shop.journal(), world.shop.registry(), &new, 10, |line| lines.push(line));
    made.await.unwrap();
    lines
}

#[tokio::test]
async fn a_forecast_tells_what_a_version_would_have_made_of_the_last_lines() {
    let world = shop().await;
    world.serve(&Guest::Nothing.bytes()).await;
    comes_to(&world, &sale("ours", &["anne"]), Fulfilled).await;
    comes_to(&world, &sale("fine", &["anne"]).of("GUEST"), Fulfilled).await;
    world.serve(&Guest::Reject.bytes()).await;
    comes_to(&world, &sale("rejected", &["anne"]).of("GUEST"), Rejected).await;
    world.serve(&Guest::Trap.bytes()).await;
    comes_to(&world, &sale("stopped", &["anne"]).of("GUEST"), Stopped).await;
    let census = world.census().await;
    world.requests.take();
    for (guest, effects) in [
        (Guest::State, ["stopped accepted", "rejected accepted", "fine same"]),
        (Guest::Reject, ["stopped messages", "rejected same", "fine rejected"]),
        (Guest::TrapHalfway, ["stopped same", "rejected stopped", "fine stopped"]),
    ] {
        let lines = forecast(&world, guest, "hostile").await;
        let told: Vec<_> = lines.iter().map(|line| format!("{} {}", line.order, line.effect.as_str())).collect();
        assert_eq!(told, effects, "{}", guest.name());
    }
    world.shop.registry().activate(digest(Guest::State), "test").await.unwrap();
    comes_to(&world, &sale("twice", &["anne", "anne"]).of("GUEST"), Rejected).await;
    let lines = forecast(&world, Guest::Reject, "hostile").await;
    assert_eq!(lines[0].order, id("twice"));
    assert_eq!(lines[0].effect.as_str(), "messages", "the host has rejected it already: {:?}", lines[0].effect);
    world.requests.take();

    let lines = forecast(&world, Guest::Nothing, OURS).await;
    assert_eq!(lines.len(), 1, "only lines of the same handler");
    let Effect::Session(changes) = &lines[0].effect else { panic!("{:?}", lines[0].effect) };
    assert!(changes.facts.iter().all(|change| change.was.is_some() && change.would_be.is_none()));
    assert!(!changes.facts.is_empty() && !changes.unsaid.is_empty());
    assert!(world.requests.take().is_empty(), "no platform is asked");
    assert_eq!(world.census().await, census);
}
