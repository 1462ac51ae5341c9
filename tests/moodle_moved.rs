//! A journal's ids are those of one learning platform.

use std::sync::Arc;

use shop_host::file;
use shop_host::journal::Journal;
use shop_host::platform::Platform;
use shop_host::sandbox::Allocation;
use shop_host::shop::{Shop, ShopError, platform_moved};
use shop_host::state::LineState::{Cancelled, Fulfilled};
use shop_tests::moodle_double::MoodleDouble;

use crate::moodle_world::{MoodleWorld, site, user};
use crate::shop_fixtures::*;

async fn opened(world: &MoodleWorld) -> Result<Shop, ShopError> {
    let catalogue = file::read_catalogue(&world.folder.path().join("catalogue.toml")).unwrap();
    let platform = Arc::new(world.platform().await);
    Shop::open(&world.folder.path().join("data"), catalogue, platform, Allocation::OnDemand).await
}

async fn journal(world: &MoodleWorld) -> Journal {
    Journal::open(&world.folder.path().join("data/journal.sqlite")).await.unwrap()
}

/// With these accounts, a site of its own at another address.
async fn elsewhere(world: &mut MoodleWorld, site: shop_tests::moodle_site::Site) -> (String, MoodleDouble) {
    let (before, double) = (world.double.url(), MoodleDouble::start(site).await);
    world.settings.url = double.url();
    (before, double)
}

#[tokio::test]
async fn orders_of_one_site_do_nothing_on_another() {
    let mut world = MoodleWorld::new().await;
    // Before the first order, nothing is recorded that would be about either.
    let (_, other) = elsewhere(&mut world, site()).await;
    let other_shop = opened(&world).await.unwrap();
    world.settings.url = world.double.url();
    let order = sale("A", &["anne"]);
    assert_eq!(fulfil_in(&*world.shop().await, &order).await.unwrap().state, Fulfilled);
    // One that was open meanwhile sees it before it does anything.
    let error = fulfil_in(&other_shop, &order.clone().state("cancelled")).await.err().unwrap().to_string();
    assert!(error.contains(&format!("`shop-host platform moved --from {}`", world.double.url())), "{error}");
    assert!(other.take_requests().is_empty());
    world.settings.url = other.url();
    assert!(opened(&world).await.err().unwrap().to_string().contains("another folder for the orders of this one"));
    // Nor on an embedded platform.
    let embedded = shop().await;
    let data = world.folder.path().join("data");
    let catalogue = file::read_catalogue(&world.folder.path().join("catalogue.toml")).unwrap();
    let opened = Shop::open(&data, catalogue, embedded.platform.clone(), Allocation::OnDemand).await;
    assert!(opened.err().unwrap().to_string().contains("embedded-"));
}

#[tokio::test]
async fn a_site_that_has_moved_is_gone_on_with() {
    let mut world = MoodleWorld::new().await;
    let order = sale("A", &["anne", "bob"]);
    assert_eq!(fulfil_in(&*world.shop().await, &order).await.unwrap().state, Fulfilled);
    let moved = world.double.site().clone();
    let (before, double) = elsewhere(&mut world, moved).await;
    let (platform, journal) = (world.platform().await, journal(&world).await);
    let wrong = platform_moved(&journal, &platform, "https://moodle.example", "ada").await.unwrap_err().to_string();
    assert!(wrong.contains(&format!("were not set up on https://moodle.example, but on {before}")), "{wrong}");
    let compared = platform_moved(&journal, &platform, &before, "ada").await.unwrap();
    assert_eq!((compared.accounts, compared.same), (3, 3));
    platform.was_at(&before).await.unwrap();
    double.take_requests();
    let again = fulfil_in(&opened(&world).await.unwrap(), &order).await.unwrap();
    assert!(again.report.unwrap().is_in_place(), "what is remembered of the site has moved, too");
    let entries = journal.audit(None).await.unwrap();
    assert!(entries.iter().any(|entry| entry.action == "moved" && entry.who == "ada"), "{entries:#?}");
}

#[tokio::test]
async fn another_site_is_not_taken_for_one_that_has_moved() {
    let mut world = MoodleWorld::new().await;
    assert_eq!(fulfil_in(&*world.shop().await, &sale("A", &["anne"])).await.unwrap().state, Fulfilled);
    let mut other = site();
    other.users.extend((100..110).map(|id| (id, user(&format!("other{id}")))));
    let (before, _double) = elsewhere(&mut world, other).await;
    let (platform, journal) = (world.platform().await, journal(&world).await);
    let error = platform_moved(&journal, &platform, &before, "ada").await.unwrap_err().to_string();
    assert!(error.contains("of 2 accounts that the shop has acted on, 0 are there"), "{error}");
    assert_eq!(journal.platform().await.unwrap().as_deref(), Some(&*before));
    assert_eq!(platform.identity(), world.settings.url);
}

/// A site's memory is of no use to another one in the same file.
#[tokio::test]
async fn what_is_remembered_of_one_site_says_nothing_of_another() {
    let mut world = MoodleWorld::new().await;
    let order = sale("A", &["anne"]);
    fulfil_in(&*world.shop().await, &order).await.unwrap();
    let there = world.double.site().clone();
    let course_and_account = *there.enrolments.keys().next().unwrap();
    let of =
        [(shop_host::platform::CourseId(course_and_account.0), shop_host::platform::AccountId(course_and_account.1))];
    let certain = async |world: &MoodleWorld| {
        let found = world.platform().await.participations(&of).await.unwrap();
        found[0].enrolment.unwrap().certain
    };
    assert!(certain(&world).await);
    let (before, _double) = elsewhere(&mut world, there).await;
    assert!(!certain(&world).await);
    world.platform().await.was_at(&before).await.unwrap();
    assert!(certain(&world).await);
    world.settings.url = before;
    assert!(!certain(&world).await);
    world.moves_from(&world.settings.url.clone()).await;
    assert_eq!(fulfil_in(&*world.shop().await, &order.state("cancelled")).await.unwrap().state, Cancelled);
}
