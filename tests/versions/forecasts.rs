//! What is told of a version before it serves: what it would have made of the last lines, and which products it could not sell.

use std::sync::Arc;

use hostile_guests::Guest;
use shop_core::calls::recording::Unasked;
use shop_core::lines::catalogue::{Catalogue, Settings};
use shop_core::lines::catalogues::Catalogues;
use shop_core::orders::state::LineState::{Fulfilled, Rejected, Stopped};
use shop_core::words::digest::Digest;
use shop_harness::World;
use shop_host::forecast::{Effect, Line};
use shop_host::host::Host;
use shop_sandbox::Handler;

use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;
use crate::versions::lines::{OURS, digest};

/// What a shop sells that has these parameters for all products.
fn sold(parameters: &str) -> Catalogues {
    let shop = Settings { parameters: parameters.to_owned(), ..Settings::default() };
    Catalogue { shop, ..Catalogue::default() }.into()
}

/// What a version would have made of all recorded lines, the newest first.
async fn forecast(world: &World, guest: Guest, name: &str) -> Vec<Line> {
    let new = world.install(&guest.named(name)).await.unwrap();
    let (mut lines, sold) = (Vec::new(), sold(""));
    let made = world.host.handlers().forecast(&new, 10, &sold, |line| lines.push(line));
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
        handlers.forecast(&new, 10, &sold(defaults), |line| lines.push(line.effect)).await.unwrap();
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
    handlers.forecast(&new, 10, &sold(""), |line| lines.push(line)).await.unwrap();
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
