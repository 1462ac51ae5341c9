//! Handlers' versions: which one serves, which one a line keeps to, what another would have made of it.

use std::sync::Arc;

use futures_util::future::{join, join_all};
use hostile_guests::Guest;
use shop_core::calls::recording::{Recording, Unasked, Written};
use shop_core::orders::retries::Retries;
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Rejected, Stopped};
use shop_core::words::author::{Acting, Author, SHOP};
use shop_core::words::digest::Digest;
use shop_core::words::order::OrderId;
use shop_folder::file;
use shop_harness::World;
use shop_host::forecast::{Effect, Line};
use shop_host::handlers::HandlerError;
use shop_host::host::{Host, HostError, Versions};
use shop_journal::{Basis, JournalError};
use shop_sandbox::{Allocation, Handler};

use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;

const OURS: &str = "setup-one-course-session";

fn digest(guest: Guest) -> Digest {
    Digest::of(&guest.bytes())
}

/// The version that each line of an order keeps to.
async fn kept_to(world: &World, order: &str) -> Vec<Digest> {
    let recorded = world.host.journal().order(&id(order)).await.unwrap().expect("a recorded order");
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
    world.host.handlers().rollback("hostile", "test").await.unwrap();
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
    let installed = other.handlers().install(&file, "somebody else").await.unwrap();
    other.handlers().activate(installed.handler.digest, "somebody else").await.unwrap();
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), Fulfilled).await;
}

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

/// One sandbox for all: whoever finds it taken waits, and nobody's order is told to have failed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_at_once_wait_for_a_free_sandbox() {
    let world = shop().await;
    let sold = file::read_catalogue(&world.folder().join("catalogue.toml")).unwrap();
    let allocation = Allocation::Pooling { calls: 1 };
    let host = Host::open(&world.data(), sold, world.platform.clone(), allocation).await.unwrap();
    let host = host.with_retries(Retries::NONE);
    let orders: Vec<_> = (0..8).map(|number| sale(&number.to_string(), &["anne", "bob"])).collect();
    let fulfilling = join_all(orders.iter().map(|order| fulfil_in(&host, order)));
    let (fulfilled, checked) = join(fulfilling, join_all((0..24).map(|_| host.check()))).await;
    for outcome in fulfilled {
        assert_eq!(outcome.unwrap().state, Fulfilled);
    }
    for products in checked {
        let ours = products.unwrap().into_iter().filter(|product| product.product != "GUEST");
        assert!(ours.into_iter().all(|product| !product.rejected && product.stopped.is_none()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn orders_flow_while_versions_change() {
    const ORDERS: usize = 40;
    let world = Arc::new(shop().await);
    let versions = [world.serve(&Guest::Nothing.bytes()).await, world.serve(&Guest::State.bytes()).await];
    let orders = (0..ORDERS).map(|number| {
        let world = world.clone();
        tokio::spawn(async move {
            comes_to(&world, &sale(&number.to_string(), &["anne"]).of("GUEST"), Fulfilled).await;
        })
    });
    let orders: Vec<_> = orders.collect();
    for swap in 0..ORDERS {
        world.host.handlers().activate(versions[swap % 2].digest, "test").await.unwrap();
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

#[tokio::test]
async fn an_upgrade_shows_the_differences_and_then_makes_them() {
    let world = shop().await;
    let order = sale("A", &["anne"]);
    comes_to(&world, &order, Fulfilled).await;
    let before = world.census().await;
    assert!(matches!(
        world.host.preview_upgrade(&id("A"), Versions::Active).await,
        Err(HostError::NotUpgradable { .. })
    ));
    let nothing = world.serve(&Guest::Nothing.named(OURS)).await;
    is_in_place(&world, &order, "no order is moved by itself").await;

    let preview = world.host.preview_upgrade(&id("A"), Versions::Active).await.unwrap();
    assert!(!preview.report.unwrap().is_in_place());
    assert_eq!(world.census().await, before);

    let upgraded = world.host.upgrade(&id("A"), Versions::Active, "test", &|_, _| ()).await.unwrap();
    assert_eq!(upgraded.state, Fulfilled);
    assert_eq!(kept_to(&world, "A").await, [nothing.digest]);
    assert_eq!(world.census().await.enrolments, []);

    let ours = Digest::of(shop_harness::setup_one_course_session());
    world.host.upgrade(&id("A"), Versions::This(ours), "test", &|_, _| ()).await.unwrap();
    assert_eq!(world.census().await.enrolments, before.enrolments);
    assert_eq!(kept_to(&world, "A").await, [ours]);
}

#[tokio::test]
async fn an_upgrade_that_changes_nothing_else_is_kept() {
    let world = shop().await;
    world.serve(&Guest::Nothing.bytes()).await;
    comes_to(&world, &sale("A", &["anne"]).of("GUEST"), Fulfilled).await;
    let same = world.serve(&Guest::State.bytes()).await;
    world.host.upgrade(&id("A"), Versions::Active, "test", &|_, _| ()).await.unwrap();
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
    // Without an operator who could be served, the handler is asked what a merchant asks: of no order.
    comes_to(&world, &sale("C", &["anne"]).by("a..b"), Rejected).await;
    let journal = world.host.journal();
    let mut calls = journal.recordings_of(&id("A")).await.unwrap();
    assert_eq!(calls.len(), 4, "two lines, twice");
    for other in ["B", "C"] {
        let called = journal.recordings_of(&id(other)).await.unwrap();
        assert_eq!(called.len(), 1, "{other}");
        calls.extend(called);
    }
    for call in calls {
        let recorded = journal.recording(call).await.unwrap().unwrap().recording.unwrap();
        let handler = world.host.handlers().load(recorded.handler).await.unwrap();
        assert_eq!(handler.replay(&recorded).await, Ok(recorded.answer));
    }
}

/// What a version would have made of all recorded lines, the newest first.
async fn forecast(world: &World, guest: Guest, name: &str) -> Vec<Line> {
    let new = world.install(&guest.named(name)).await.unwrap();
    let mut lines = Vec::new();
    let made = world.host.handlers().forecast(&new, 10, "", |line| lines.push(line));
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
    world.host.handlers().activate(digest(Guest::State), "test").await.unwrap();
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

#[tokio::test]
async fn a_forecast_says_what_it_can_tell_and_why_it_cannot_tell_more() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let unasked = |course: &str| Effect::Unasked { unasked: vec![Unasked::Course(course.to_owned())] };
    let new = world.install(&shop_harness::with_another_parameter()).await.unwrap();
    let handlers = world.host.handlers();
    let told = |defaults: &'static str| async {
        let mut lines = Vec::new();
        handlers.forecast(&new, 10, defaults, |line| lines.push(line.effect)).await.unwrap();
        lines.remove(0)
    };
    let Effect::Stopped(changes) = told("").await else { panic!("its parameter is missing") };
    assert!(changes.said.iter().any(|said| said.contains("“coursenamx” is missing")), "{changes:?}");
    assert!(matches!(told("coursenamx=SPOC").await, Effect::Messages(_)), "the old parameter is unknown");
    assert_eq!(told("coursenamx=OTHER").await, unasked("OTHER"));
    // What the old version knew was recorded with its defaults.
    assert_eq!(told("coursenamx=SPOC&customersupport=NOWHERE").await.as_str(), "messages");

    let ours = Digest::of(shop_harness::setup_one_course_session());
    std::fs::remove_file(world.data().join(format!("handlers/{ours}.wasm"))).unwrap();
    let world = world.reopen(&catalogue("")).await;
    let handlers = world.host.handlers();
    let mut lines = Vec::new();
    let new = handlers.load(new.digest).await.unwrap();
    handlers.forecast(&new, 10, "", |line| lines.push(line)).await.unwrap();
    assert_eq!((&lines[0].effect, lines[0].handler), (&Effect::Gone, ours));
}

/// What becomes of each product that would be sold with a version, and whether the platform could be asked.
async fn trial(host: &Host, new: &Arc<Handler>) -> (Vec<String>, bool) {
    let trial = host.try_version(new).await.unwrap();
    (trial.rejected().map(|product| product.product.clone()).collect(), trial.unread.is_none())
}

#[tokio::test]
async fn a_version_is_held_against_the_products_that_would_be_sold_with_it() {
    let world = shop().await;
    let ours = ["SPOC", "LONG", "OPEN", "CREATED", "NONE", "OTHER"].map(str::to_owned);
    let census = world.census().await;
    let new = world.install(&shop_harness::with_another_parameter()).await.unwrap();
    assert_eq!(trial(&world.host, &new).await, (ours.to_vec(), true), "none says what it requires");
    let same = world.host.handlers().active(OURS).await.unwrap();
    assert_eq!(trial(&world.host, &same).await, (vec![], true));
    let trapping = world.install(&Guest::Trap.named(OURS)).await.unwrap();
    assert_eq!(trial(&world.host, &trapping).await, (ours.to_vec(), true));
    let idle = world.install(&Guest::Nothing.named("unsold")).await.unwrap();
    assert_eq!(trial(&world.host, &idle).await, (vec![], true));

    // Without the platform, what the version says of itself counts.
    let away = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
    assert_eq!(trial(&away, &new).await, (ours.to_vec(), false));
    assert_eq!(trial(&away, &same).await, (vec![], false));

    // A course that there is not.
    let world = world.reopen(&catalogue("").replace("coursename=OTHER", "coursename=NOWHERE")).await;
    let same = world.host.handlers().active(OURS).await.unwrap();
    world.requests.take();
    assert_eq!(trial(&world.host, &same).await, (vec!["OTHER".to_owned()], true));
    let requests = world.requests.take();
    assert_eq!(requests.values().sum::<usize>(), 2, "one for all courses, and one for all roles: {requests:?}");
    assert_eq!(world.census().await, census, "nothing is changed by it");
}
