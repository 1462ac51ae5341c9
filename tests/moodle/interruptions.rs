//! Whatever is lost between the shop and a Moodle: handed over again, the order ends as if nothing had been.

use std::sync::Arc;
use std::time::Duration;

use moodle_double::site::{Enrolled, Release, Site};
use moodle_double::{LATE, Loss};
use shop_core::orders::state::LineState::{self, Cancelled, Fulfilled, Waiting};
use shop_host::host::{Host, HostError};
use shop_platforms::embedded::Census;

use crate::durability::interruptions::life;
use crate::fixtures::faults::{self, Fault};
use crate::fixtures::on_both::settled;
use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site, user};

/// Tess has an enrolment of her own, for ever.
pub(crate) async fn open() -> MoodleWorld {
    let mut site = site();
    site.users.insert(10, user("tess"));
    site.enrolments.insert((2, 10), Enrolled::default());
    site.course_roles.insert((2, 10, 5));
    MoodleWorld::with(site).await
}

/// Bob, once he is enrolled, enters the course.
pub(crate) fn bob_enters(world: &MoodleWorld) {
    let mut site = world.double.site();
    let bob = site.users.iter().find(|(_, user)| user.email == "bob@example.org").map(|(id, _)| *id);
    let now = site.now;
    if let Some(enrolled) = bob.and_then(|bob| site.enrolments.get_mut(&(2, bob))) {
        enrolled.last_access = now;
    }
}

/// A stage: what there is before it, the order, its state, and what there is afterwards when nothing goes wrong; and when
/// the order is then cancelled.
struct Stage {
    before: MoodleWorld,
    order: Sale,
    state: LineState,
    after: Census,
    cancelled: Census,
}

pub(crate) async fn comes_to(world: &MoodleWorld, order: &Sale, state: LineState, told: &str) {
    let outcome = settled(&*world.host().await, order).await;
    assert_eq!(outcome.state, state, "{told}: {}\n{:#?}", shop_harness::findings(&outcome), steps(&outcome));
}

async fn stages() -> Vec<Stage> {
    let world = open().await;
    let mut stages = Vec::new();
    for (order, state) in life() {
        let before = world.copy().await;
        comes_to(&world, &order, state, "undisturbed").await;
        let after = world.census();
        bob_enters(&world);
        let ended = world.copy().await;
        comes_to(&ended, &order.clone().state("cancelled"), Cancelled, "undisturbed").await;
        stages.push(Stage { before, order, state, after, cancelled: ended.census() });
    }
    stages
}

/// After whatever happened, the stage ends as when nothing happens.
async fn recovers(world: &MoodleWorld, stage: &Stage, told: &str) {
    comes_to(world, &stage.order, stage.state, told).await;
    assert_eq!(difference(&stage.after, &world.census()), [""; 0], "{told}");
    bob_enters(world);
    comes_to(world, &stage.order.clone().state("cancelled"), Cancelled, told).await;
    assert_eq!(difference(&stage.cancelled, &world.census()), [""; 0], "{told}, then cancelled");
}

/// Fulfils an order unless a request is never answered: then it is as if the process had been killed.
async fn attempt(world: &MoodleWorld, host: &Host, order: &Sale, told: &str) {
    tokio::select! {
        outcome = fulfil_in(host, order) => match outcome {
            Ok(outcome) => {
                let waits = outcome.until.is_some_and(|until| !until.blocked);
                assert_eq!(waits, outcome.state == Waiting, "{told}");
            }
            Err(error) => assert!(matches!(error, HostError::Platform(_)), "{told}: {error}"),
        },
        () = world.double.silent() => {}
    }
}

/// Every request of every stage in turn; each kind of loss is a test, so that they run side by side.
async fn everywhere(loss: fn(usize) -> Loss) {
    everywhere_settling(loss, Duration::ZERO).await;
}

async fn everywhere_settling(loss: fn(usize) -> Loss, settles: Duration) {
    for stage in &stages().await {
        for nth in 1.. {
            let told = format!("{:?} of {}", loss(nth), stage.state);
            let mut world = stage.before.copy().await;
            world.settles = settles;
            world.double.lose(Some(loss(nth)));
            attempt(&world, &*world.host().await, &stage.order, &told).await;
            let requests = world.double.take_requests().len();
            world.double.lose(None);
            recovers(&world, stage, &told).await;
            if requests < nth {
                assert!(nth > 4, "a stage makes requests");
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_request_that_does_not_arrive() {
    everywhere(Loss::Request).await;
}

#[tokio::test]
async fn an_answer_that_is_lost() {
    everywhere(Loss::Answer).await;
}

#[tokio::test]
async fn a_request_that_arrives_late() {
    everywhere_settling(Loss::Late, LATE).await;
}

/// Whether it was done, nobody knows: only that this is not what Moodle answers.
#[tokio::test]
async fn an_answer_that_is_not_moodles() {
    everywhere(Loss::Garbled).await;
}

/// It was not done, which nobody knows either.
#[tokio::test]
async fn a_request_that_something_in_between_answers() {
    everywhere(Loss::Blocked).await;
}

#[tokio::test]
async fn a_site_that_takes_no_requests_any_more() {
    everywhere(Loss::Forbidden).await;
}

#[tokio::test]
async fn a_process_that_is_killed_while_it_waits() {
    everywhere(Loss::Silence).await;
}

/// Much of one kind is asked for by several requests at once, of which one goes wrong.
#[tokio::test]
async fn one_of_many_requests_at_once() {
    let people: Vec<String> = (0..55).map(|number| format!("learner{number}")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let order = sale("A", &people).in_line(1, "quantity", people.len());
    let mut before = open().await;
    before.settings.parallel = 4.try_into().unwrap();
    let straight = before.copy().await;
    comes_to(&straight, &order, Fulfilled, "undisturbed").await;
    assert!((2..=4).contains(&straight.double.most_at_once()));
    for (loss, settles) in [
        (Loss::Request as fn(usize) -> Loss, Duration::ZERO),
        (Loss::Answer, Duration::ZERO),
        (Loss::Silence, Duration::ZERO),
        (Loss::Late, LATE),
    ] {
        for nth in 1.. {
            let told = format!("{:?}", loss(nth));
            let mut world = before.copy().await;
            world.settles = settles;
            world.double.lose(Some(loss(nth)));
            attempt(&world, &*world.host().await, &order, &told).await;
            let requests = world.double.take_requests().len();
            world.double.lose(None);
            comes_to(&world, &order, Fulfilled, &told).await;
            assert_eq!(difference(&straight.census(), &world.census()), [""; 0], "{told}");
            if requests < nth {
                assert!(nth > 15, "there are many requests");
                break;
            }
        }
    }
}

/// The same as on the embedded platform: whatever goes wrong at whichever request of the shop's.
#[tokio::test]
async fn faults_of_the_platform_as_the_shop_sees_it() {
    for fault in [Fault::Before, Fault::After, Fault::Forbids, Fault::Hangs] {
        for stage in &stages().await {
            for nth in 1.. {
                let told = format!("{:?} of {}", fault(nth), stage.state);
                let world = stage.before.copy().await;
                let faulty = faults::faulty(Arc::new(world.platform().await), fault(nth));
                let host = world.host_through(faulty.clone()).await;
                tokio::select! {
                    outcome = fulfil_in(&host, &stage.order) => {
                        if let (true, Ok(outcome)) = (faulty.by.struck(), outcome) {
                            assert!(faulty.by.leaves().contains(&outcome.state), "{told}");
                        }
                    }
                    () = faulty.by.hangs.notified() => {}
                }
                recovers(&world, stage, &told).await;
                if !faulty.by.struck() {
                    break;
                }
            }
        }
    }
}

/// Wherever the shop was interrupted, an administrator helps out by hand, and it goes on. Only a report tells that.
#[tokio::test]
async fn with_a_report_what_an_administrator_did_meanwhile_is_not_the_shops() {
    let by_hand = "enrolment SPOC anne student 2026-11-30..";
    let mut helped = 0;
    for loss in [Loss::Request, Loss::Answer, Loss::Silence] {
        for nth in 1.. {
            let told = format!("{:?}", loss(nth));
            let mut world =
                MoodleWorld::with(Site { report: Some(Site::recorded_report(Release::V4_5, 3)), ..site() }).await;
            world.settings.enrolments_report = Some(3);
            let order = sale("A", &["anne"]);
            world.double.lose(Some(loss(nth)));
            attempt(&world, &*world.host().await, &order, &told).await;
            let requests = world.double.take_requests().len();
            world.double.lose(None);
            let is_enrolled = lines(&world.census()).iter().any(|line| line.starts_with("enrolment SPOC anne"));
            if !is_enrolled {
                helped += 1;
                enrol_by_hand(&world, "anne");
                comes_to(&world, &order, Fulfilled, &told).await;
                assert!(lines(&world.census()).contains(by_hand), "{told}: {:#?}", lines(&world.census()));
                comes_to(&world, &order.state("cancelled"), Cancelled, &told).await;
                assert!(lines(&world.census()).contains(by_hand), "{told}, then cancelled");
                assert_eq!(world.census().groups, [], "{told}: what the shop made is gone");
            }
            if requests < nth {
                break;
            }
        }
    }
    assert!(helped > 10, "{helped}");
}

/// For ever, from a day before the shop would.
fn enrol_by_hand(world: &MoodleWorld, name: &str) {
    let mut site = world.double.site();
    let there = site.users.iter().find(|(_, user)| user.first_name == name).map(|(id, _)| *id);
    let id = there.unwrap_or(10);
    site.users.entry(id).or_insert_with(|| user(name));
    let start = 1_795_996_800;
    site.enrolments.insert((2, id), Enrolled { start, ..Enrolled::default() });
    site.course_roles.insert((2, id, 5));
}
