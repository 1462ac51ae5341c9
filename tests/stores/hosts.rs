//! Several hosts with one journal, each with a folder of its own, as on machines of their own.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use shop_core::orders::retries::Retries;
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Waiting};
use shop_core::platform::Platform;
use shop_folder::{HANDLERS, JOURNAL_SETTINGS, file};
use shop_harness::World;
use shop_host::handlers::HandlerError;
use shop_host::host::Host;
use shop_journal::Journal;
use shop_platforms::moodle::MoodlePlatform;
use shop_sandbox::Allocation;
use tempfile::TempDir;
use tokio::time::sleep;

use super::server::{Database, server};
use crate::durability::flapping::{Flapping, SETTLES, Stage, ends, life, seeds, settled};
use crate::fixtures::disturbed::{Disturbed, Post};
use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::held::{Held, comes};
use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, lets_serve, site, user};

/// Whom orders share has an account already: by which host an order comes first is chance, and decides nothing then.
const PEOPLE: [&str; 5] = ["anne", "carl", "claire", "tess", "zoe"];

/// The folder of another host of the same shop.
struct Elsewhere(TempDir);

impl Elsewhere {
    fn of(world: &World, database: &Database) -> Elsewhere {
        Elsewhere::at(world.folder(), database)
    }

    /// With the catalogue of a folder.
    fn at(catalogue: &Path, database: &Database) -> Elsewhere {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(JOURNAL_SETTINGS), database.settings()).unwrap();
        std::fs::copy(catalogue.join("catalogue.toml"), folder.path().join("catalogue.toml")).unwrap();
        Elsewhere(folder)
    }

    async fn host(&self, platform: Arc<dyn Platform>) -> Host {
        let catalogue = file::read_catalogue(&self.0.path().join("catalogue.toml")).unwrap();
        let host = Host::open(self.0.path(), catalogue, platform, Allocation::OnDemand).await.unwrap();
        host.with_retries(Retries::NONE).with_clock(shop_harness::today)
    }
}

/// A shop with its first host, and where there are others.
async fn shop_of_hosts() -> Option<(World, Database, [Elsewhere; 2])> {
    let database = server().await?.database().await;
    let world = shop_with_journal(&database.settings()).await;
    let others = [Elsewhere::of(&world, &database), Elsewhere::of(&world, &database)];
    Some((world, database, others))
}

async fn waits_at(world: &World, order: &str) -> bool {
    let order = order.to_owned().try_into().unwrap();
    world.host.journal().unfinished(&order).await.unwrap().is_some()
}

#[tokio::test]
async fn what_one_host_has_taken_in_another_goes_on_with() {
    let Some((world, _database, [other, _])) = shop_of_hosts().await else { return };
    let down = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
    assert_eq!(fulfil_in(&down, &sale("A", &["anne"])).await.unwrap().state, Waiting);
    let other = other.host(world.platform.clone()).await;
    let resumed = other.resume(&|_, _| ()).await.unwrap();
    assert_eq!(resumed.into_iter().map(|one| one.outcome.unwrap().state).collect::<Vec<_>>(), [Fulfilled]);
    is_in_place(&world, &sale("A", &["anne"]), "by the first host").await;
}

/// An order that several hosts are handed at once is done once, and those with a person in common one after another.
#[tokio::test(flavor = "multi_thread")]
async fn a_life_of_orders_ends_the_same_whichever_of_three_hosts_does_what_while_the_platform_flaps() {
    let Some(server) = server().await else { return };
    let accounts: String = PEOPLE.map(account).concat();
    let straight = shop_with("", &accounts).await;
    let mut expected = Vec::new();
    for round in life().into_iter().chain([ends()]) {
        for (order, state) in round {
            comes_to(&straight, &order, state).await;
        }
        expected.push(straight.census().await);
    }
    for (case, told) in seeds().take(variable("SHOP_CASES", 5)) {
        let database = server.database().await;
        let world = shop_with_journal(&database.settings()).await;
        seed(&world, &accounts).await;
        let flapping = Disturbed::by_post(world.platform.clone(), Flapping::new(case, None), Post::new(SETTLES));
        let others = [Elsewhere::of(&world, &database), Elsewhere::of(&world, &database)];
        let hosts = [
            host_through(&world, flapping.clone()).await,
            others[0].host(flapping.clone()).await,
            others[1].host(flapping.clone()).await,
        ];
        for (number, (round, expected)) in life().into_iter().chain([ends()]).zip(&expected).enumerate() {
            let told = &format!("{told}, round {}", number + 1);
            let mut random = StdRng::seed_from_u64(100 * case + number as u64);
            settle_by(&hosts, &flapping.post, round, &mut random, told, &|| flapping.by.log()).await;
            let found = difference(expected, &world.census().await);
            assert!(found.is_empty(), "{told}: {found:#?}\n{}", flapping.by.log());
        }
    }
}

/// Hands over the orders of a round at once, each to whichever host, and until it is settled to whichever again.
async fn settle_by(
    hosts: &[Host],
    post: &Post,
    round: Vec<Stage>,
    random: &mut StdRng,
    told: &str,
    log: &dyn Fn() -> String,
) {
    let settles = round.into_iter().map(|(order, state)| {
        let mut random = StdRng::from_rng(random);
        async move {
            for _ in 0..2000 {
                let host = &hosts[random.random_range(0..hosts.len())];
                if let Some(outcome) = settled(fulfil_in(host, &order).await, post, told) {
                    return assert_eq!(outcome.state, state, "{told}: {}\n{}", order.id(), log());
                }
                sleep(Duration::from_millis(1)).await;
            }
            panic!("{told}: {} is not settled\n{}", order.id(), log());
        }
    });
    join_all(settles).await;
}

/// A host of a shop on a Moodle, of which what was asked is remembered where the journal is.
async fn host_at_moodle(
    elsewhere: &Elsewhere,
    way: impl AsyncFnOnce(MoodlePlatform) -> Arc<dyn Platform>,
    moodle: &MoodleWorld,
) -> Host {
    let memory = Journal::server(elsewhere.0.path()).await.unwrap().unwrap();
    let platform = MoodlePlatform::shared(moodle.settings.clone(), memory).unwrap();
    elsewhere.host(way(platform).await).await
}

/// How the functions are called that change something.
const CHANGES: [&str; 6] = ["_create_", "_manual_enrol_", "_manual_unenrol_", "assign_roles", "_add_", "_delete_"];

/// A Moodle does not tell how long somebody is enrolled: what one host has asked it, the others know.
#[tokio::test]
async fn what_one_host_has_asked_a_moodle_another_knows() {
    let Some(server) = server().await else { return };
    let (moodle, database) = (MoodleWorld::without_handler(site()).await, server.database().await);
    let folders = [Elsewhere::at(moodle.folder.path(), &database), Elsewhere::at(moodle.folder.path(), &database)];
    let [one, other] = [
        host_at_moodle(&folders[0], async |it| Arc::new(it) as _, &moodle).await,
        host_at_moodle(&folders[1], async |it| Arc::new(it) as _, &moodle).await,
    ];
    lets_serve(&one, folders[0].0.path()).await;
    let order = sale("A", &["anne", "bob", "tutor tess"]);
    assert_eq!(fulfil_in(&one, &order).await.unwrap().state, Fulfilled);
    moodle.double.take_requests();
    assert!(fulfil_in(&other, &order).await.unwrap().report.unwrap().is_in_place());
    let asked = moodle.double.take_requests().into_iter().map(|request| request.function);
    let changes = asked.filter(|function| CHANGES.iter().any(|change| function.contains(change)));
    assert_eq!(changes.collect::<Vec<_>>(), [""; 0]);
    assert_eq!(fulfil_in(&other, &order.clone().state("cancelled")).await.unwrap().state, Cancelled);
    assert!(moodle.census().enrolments.is_empty() && moodle.census().groups.is_empty());
}

/// Two hosts, one Moodle that does requests late and in another sequence: nobody gets two accounts, and no right is cut.
#[tokio::test(flavor = "multi_thread")]
async fn a_life_of_orders_ends_the_same_at_two_hosts_of_one_flapping_moodle() {
    let Some(server) = server().await else { return };
    let mut site = site();
    site.users.extend(PEOPLE.iter().zip(10..).map(|(name, id)| (id, user(name))));
    let straight = MoodleWorld::with(site.clone()).await;
    let mut expected = Vec::new();
    for round in life().into_iter().chain([ends()]) {
        for (order, state) in round {
            crate::moodle::interruptions::comes_to(&straight, &order, state, "undisturbed").await;
        }
        expected.push(straight.census());
    }
    for (case, told) in seeds().take(variable("SHOP_CASES", 2)) {
        let (moodle, database) = (MoodleWorld::without_handler(site.clone()).await, server.database().await);
        let (post, flapping) = (Post::new(SETTLES), [Flapping::new(case, None), Flapping::new(case + 1, None)]);
        let (mut hosts, mut folders, mut logs) = (Vec::new(), Vec::new(), Vec::new());
        for flapping in flapping {
            let elsewhere = Elsewhere::at(moodle.folder.path(), &database);
            let way = async |it| {
                let way = Disturbed::by_post(Arc::new(it), flapping, post.clone());
                logs.push(way.clone());
                way as Arc<dyn Platform>
            };
            hosts.push(host_at_moodle(&elsewhere, way, &moodle).await);
            folders.push(elsewhere);
        }
        lets_serve(&hosts[0], folders[0].0.path()).await;
        let log = || logs.iter().map(|way| way.by.log()).collect::<Vec<_>>().join("\n-- and by the other:\n");
        for (number, (round, expected)) in life().into_iter().chain([ends()]).zip(&expected).enumerate() {
            let told = &format!("{told}, round {}", number + 1);
            let mut random = StdRng::seed_from_u64(100 * case + number as u64);
            settle_by(&hosts, &post, round, &mut random, told, &log).await;
            let found = difference(expected, &moodle.census());
            assert!(found.is_empty(), "{told}: {found:#?}\n{}", log());
        }
    }
}

/// What is worked at by a host that is gone is free once that has not renewed it in time, by the clock of the database.
#[tokio::test]
async fn what_a_host_elsewhere_was_at_who_is_gone_is_gone_on_with_when_its_time_is_over_and_not_before() {
    let Some((world, database, _)) = shop_of_hosts().await else { return };
    let mut journal = database.direct().await;
    let ticket = "INSERT INTO tickets (host, until) SELECT 'another-boot/gone', now + 3000 FROM clock RETURNING until";
    let until: i64 = sqlx::query_scalar(ticket).fetch_one(&mut journal).await.unwrap();
    let wanted = "INSERT INTO wanted (key, ticket) SELECT 'order A', id FROM tickets";
    sqlx::query(wanted).execute(&mut journal).await.unwrap();
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let now: i64 = sqlx::query_scalar("SELECT now FROM clock").fetch_one(&mut journal).await.unwrap();
    assert!(now >= until, "{now} is before {until}");
}

/// Whoever was paused for too long finds that another host has gone on, and writes nothing more.
#[tokio::test]
async fn what_was_paused_for_too_long_at_another_host_writes_nothing_more() {
    let Some((world, database, [paused, _])) = shop_of_hosts().await else { return };
    let straight = shop().await;
    let order = sale("A", &["anne", "bob"]);
    let held = Held::by(&world, async |way| paused.host(way).await, order.clone()).await;
    sqlx::query("UPDATE tickets SET until = 0").execute(&mut database.direct().await).await.unwrap();
    held.comes_too_late(&world, &order).await;
    for world in [&world, &straight] {
        comes_to(world, &order, Fulfilled).await;
    }
    assert_eq!(difference(&straight.census().await, &world.census().await), [""; 0]);
}

/// An erasure waits for what other hosts work at, which may name the person, and they hear of nothing while it lasts.
#[tokio::test]
async fn whoever_is_erased_by_one_host_is_named_by_no_order_of_another() {
    let Some((world, database, [other, third])) = shop_of_hosts().await else { return };
    comes_to(&world, &sale("OLD", &["olga"]).by("oscar"), Fulfilled).await;
    let cancelled = sale("OLD", &["olga"]).by("oscar").state("cancelled");
    comes_to(&world, &cancelled, Cancelled).await;
    let held = Held::by(&world, async |way| other.host(way).await, sale("A", &["anne"])).await;
    let eraser = Arc::new(host_through(&world, world.platform.clone()).await);
    let erasing = tokio::spawn(async move { eraser.erase(email("olga"), "vera").await });
    // What comes meanwhile is taken in, and waits for the erasure.
    let third = Arc::new(third.host(world.platform.clone()).await);
    let wants_all = "SELECT EXISTS (SELECT 1 FROM tickets WHERE alone IS NOT NULL)";
    while !sqlx::query_scalar::<_, bool>(wants_all).fetch_one(&mut database.direct().await).await.unwrap() {
        sleep(Duration::from_millis(5)).await;
    }
    let later = comes(&third, sale("B", &["bob"]).by("zoe"));
    while !waits_at(&world, "B").await {
        sleep(Duration::from_millis(5)).await;
    }
    sleep(Duration::from_millis(150)).await;
    assert!(!erasing.is_finished() && !later.is_finished());
    assert_eq!(held.ends().await.unwrap().state, Fulfilled);
    assert!(erasing.await.unwrap().unwrap().rewritten > 0);
    assert_eq!(later.await.unwrap().unwrap().state, Fulfilled);
    let old = world.host.journal().order(&"OLD".to_owned().try_into().unwrap()).await.unwrap().unwrap();
    assert!(!old.latest().people().any(|person| person.email.as_str().contains("olga")), "{:?}", old.latest());
}

/// What is installed at one host is called by all of them; what their files lack, or have damaged, they get from the journal.
#[tokio::test]
async fn a_handler_that_one_host_lets_serve_serves_at_all_from_the_next_call_on() {
    let Some((world, _database, [elsewhere, _])) = shop_of_hosts().await else { return };
    let other = elsewhere.host(world.platform.clone()).await;
    let first = world.host.handlers().active("setup-one-course-session").await.unwrap().digest;
    assert_eq!(other.handlers().active("setup-one-course-session").await.unwrap().digest, first);
    let second = world.serve(&shop_harness::with_another_parameter()).await.digest;
    assert_eq!(other.handlers().active("setup-one-course-session").await.unwrap().digest, second);

    let file = elsewhere.0.path().join(HANDLERS).join(format!("{second}.wasm"));
    for damage in [Some("no component"), None] {
        match damage {
            Some(text) => std::fs::write(&file, text).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        }
        let anew = elsewhere.host(world.platform.clone()).await;
        assert_eq!(anew.handlers().active("setup-one-course-session").await.unwrap().digest, second, "{damage:?}");
    }

    let installed = world.host.handlers().find(&first.to_string()).await.unwrap();
    world.host.handlers().remove(&installed, "test").await.unwrap();
    let gone = other.handlers().installed(first).await.err().unwrap();
    assert!(matches!(gone, HandlerError::Unknown(_)), "{gone}");
}

/// The components of a shop that moves to a server are there for hosts in other folders.
#[tokio::test]
async fn what_moves_to_a_server_is_whole_for_hosts_elsewhere() {
    let Some(server) = server().await else { return };
    let (database, world) = (server.database().await, shop().await);
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    Host::move_journal(&world.data(), &database.address(), None).await.unwrap();
    let other = Elsewhere::of(&world, &database).host(world.platform.clone()).await;
    let outcome = fulfil_in(&other, &sale("A", &["anne", "bob"])).await.unwrap();
    assert_eq!(outcome.state, Fulfilled);
}
