//! A journal's ids are those of one learning platform.

use std::sync::Arc;

use moodle_double::site::Outage;
use moodle_double::{Loss, MoodleDouble};
use shop_core::orders::amendment::Amendment;
use shop_core::orders::state::LineState::{Fulfilled, Waiting};
use shop_core::platform::{Known, Platform};
use shop_core::words::order::OrderId;
use shop_folder::file;
use shop_harness::Counting;
use shop_host::host::{Compared, Host, HostError};
use shop_journal::{Journal, JournalError};
use shop_sandbox::Allocation;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::fixtures::faults::faulty;
use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site, user};

async fn opened(world: &MoodleWorld) -> Result<Host, HostError> {
    let catalogue = file::read_catalogue(&world.folder.path().join("catalogue.toml")).unwrap();
    let platform = Arc::new(world.platform().await);
    Host::open(&world.folder.path().join("data"), catalogue, platform, Allocation::OnDemand).await
}

/// Tells that the site has moved.
async fn moved(world: &MoodleWorld, from: &str) -> Result<Compared, String> {
    let platform = world.platform().await;
    let moved = Host::move_platform(&world.folder.path().join("data"), &platform, from, "ada").await;
    moved.map_err(|error| error.to_string())
}

async fn journal(world: &MoodleWorld) -> Journal {
    Journal::open(&world.folder.path().join("data")).await.unwrap()
}

/// With these accounts, a site of its own at another address.
async fn elsewhere(world: &mut MoodleWorld, site: moodle_double::site::Site) -> (String, MoodleDouble) {
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
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    // One that was open meanwhile sees it before it does anything.
    let (id, nobody) = (OrderId::try_from("A".to_owned()).unwrap(), |_, _| ());
    for error in [
        fulfil_in(&other_shop, &order.clone().state("cancelled")).await.err(),
        other_shop.repair(&id, "test", &nobody).await.err(),
        other_shop.amend(&id, &Amendment::Cancel, "test", &nobody).await.err(),
        other_shop.verify(&id).await.err(),
    ] {
        let Some(HostError::Journal(JournalError::OtherPlatform { recorded, found })) = error else {
            panic!("{error:?}")
        };
        assert_eq!((recorded, found), (world.double.url(), other.url()));
    }
    // Nor is gone on there with what waits.
    world.double.lose(Some(Loss::Request(1)));
    assert_eq!(fulfil_in(&*world.host().await, &sale("B", &["bob"])).await.unwrap().state, Waiting);
    let resumed = other_shop.resume(&nobody).await.err().unwrap();
    assert!(matches!(resumed, HostError::Journal(JournalError::OtherPlatform { .. })), "{resumed}");
    assert!(other.take_requests().is_empty());
    world.settings.url = other.url();
    let preview = async |host: &Host| {
        let order = shop_folder::file::parse_order(&order.json()).unwrap();
        host.preview(&order).await.err().unwrap().to_string()
    };
    let error = preview(&opened(&world).await.unwrap()).await;
    assert!(error.contains("another folder for the orders of this one"), "{error}");
    // Nor on an embedded platform, which has no other address.
    let embedded = shop().await;
    let data = world.folder.path().join("data");
    let catalogue = file::read_catalogue(&world.folder.path().join("catalogue.toml")).unwrap();
    let opened = Host::open(&data, catalogue, embedded.platform.clone(), Allocation::OnDemand).await.unwrap();
    let error = preview(&opened).await;
    assert!(error.contains("embedded-") && !error.contains("moved"), "{error}");
}

/// Nothing was set up there, since no Moodle has answered.
#[tokio::test]
async fn a_first_order_at_a_wrong_address_keeps_nobody_from_the_right_one() {
    let order = sale("A", &["anne"]);
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let closed = format!("http://127.0.0.1:{port}");
    for (told, wrong, outage, state) in [
        ("nobody listens", Some(&*closed), None, Some(Waiting)),
        ("nothing is there", None, None, None),
        ("it sends on", None, Some(Outage::WrongHost), None),
        ("web services are off", None, Some(Outage::NoRest), None),
        ("it is in maintenance", None, Some(Outage::Maintenance), Some(Waiting)),
    ] {
        let mut world = MoodleWorld::new().await;
        let right = world.settings.url.clone();
        // Another name of the same server is another address.
        let elsewhere = right.replace("127.0.0.1", "localhost");
        let beside = if outage.is_none() { format!("{elsewhere}/beside") } else { elsewhere };
        world.settings.url = wrong.map_or(beside, str::to_owned);
        world.double.site().outage = outage;
        let outcome = fulfil_in(&*world.host().await, &order).await;
        assert_eq!(outcome.as_ref().ok().map(|outcome| outcome.state), state, "{told}: {:?}", outcome.err());
        assert_eq!(journal(&world).await.platform().await.unwrap(), None, "{told}");
        world.settings.url = right.clone();
        world.double.site().outage = None;
        assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled, "{told}");
        assert_eq!(journal(&world).await.platform().await.unwrap(), Some(right), "{told}");
    }
}

/// A journal from before the platform was noted.
#[tokio::test]
async fn a_journal_without_a_platform_is_of_the_first_one_that_comes() {
    let mut world = MoodleWorld::new().await;
    let order = sale("A", &["anne"]);
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    let options = SqliteConnectOptions::new().filename(world.folder.path().join("data/journal.sqlite"));
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql("DELETE FROM platform").execute(&mut database).await.unwrap();
    let id = OrderId::try_from("A".to_owned()).unwrap();
    world.host().await.verify(&id).await.unwrap();
    let (_, _double) = elsewhere(&mut world, site()).await;
    assert!(opened(&world).await.unwrap().repair(&id, "test", &|_, _| ()).await.is_err());
}

#[tokio::test]
async fn a_site_that_has_moved_is_gone_on_with() {
    let mut world = MoodleWorld::new().await;
    let order = sale("A", &["anne", "bob"]);
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    let there = world.double.site().clone();
    let (before, _double) = elsewhere(&mut world, there).await;
    let wrong = moved(&world, "https://moodle.example").await.unwrap_err();
    assert!(wrong.contains(&format!("were not set up on https://moodle.example, but on {before}")), "{wrong}");
    for _ in 0..2 {
        assert_eq!(moved(&world, &before).await.unwrap(), Compared { accounts: 3, same: 3 });
    }
    let again = fulfil_in(&opened(&world).await.unwrap(), &order).await.unwrap();
    assert!(again.report.unwrap().is_in_place(), "what is remembered of the site has moved, too");
    let entries = journal(&world).await.audit(None).await.unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.action == "moved" && entry.who == "ada").count(), 1, "{entries:#?}");
}

#[tokio::test]
async fn another_site_is_not_taken_for_one_that_has_moved() {
    let mut world = MoodleWorld::new().await;
    assert_eq!(fulfil_in(&*world.host().await, &sale("A", &["anne"])).await.unwrap().state, Fulfilled);
    let mut other = site();
    other.users.extend((100..110).map(|id| (id, user(&format!("other{id}")))));
    let (before, _double) = elsewhere(&mut world, other).await;
    let error = moved(&world, &before).await.unwrap_err();
    assert!(error.contains("2 of the accounts that the shop has acted on are there, and only 0 of them"), "{error}");
    assert_eq!(journal(&world).await.platform().await.unwrap().as_deref(), Some(&*before));
}

/// A site's memory is of no use to another one in the same file.
#[tokio::test]
async fn what_is_remembered_of_one_site_says_nothing_of_another() {
    let mut world = MoodleWorld::new().await;
    let order = sale("A", &["anne"]);
    fulfil_in(&*world.host().await, &order).await.unwrap();
    let there = world.double.site().clone();
    let course_and_account = *there.enrolments.keys().next().unwrap();
    let of =
        [(shop_core::platform::CourseId(course_and_account.0), shop_core::platform::AccountId(course_and_account.1))];
    let certain = async |world: &MoodleWorld| {
        let found = world.platform().await.participations(&of).await.unwrap();
        found[0].enrolment.unwrap().known != Known::Guessed
    };
    assert!(certain(&world).await);
    let (before, _double) = elsewhere(&mut world, there).await;
    assert!(!certain(&world).await);
    // Whatever stands before it passes that on.
    let counting = Counting::new(Arc::new(world.platform().await));
    faulty(Arc::new(counting), None).had_identity(&before).await.unwrap();
    assert!(certain(&world).await);
    world.settings.url = before;
    assert!(!certain(&world).await);
}
