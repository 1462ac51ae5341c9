//! What the shop's account on a Moodle cannot see is left out of its answers without a word. It is not gone: nothing follows from it.

use moodle_double::site::{Enrolled, Group, Release, Site};
use shop_core::orders::state::LineState::{self, Blocked, Cancelled, Fulfilled, Suspended};
use shop_core::platform::PlatformError;
use shop_host::host::{HostError, Outcome};

use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site, user};

const DETAILS: &str = "moodle/user:viewdetails";
const ALL_GROUPS: &str = "moodle/site:accessallgroups";

/// That the platform is not readable as it should be, for want of this.
fn assert_unreadable(result: Result<Outcome, HostError>, capability: &str, told: &str) {
    let error = result.err().unwrap_or_else(|| panic!("{told}: something followed from what was not seen"));
    let HostError::Platform(PlatformError::Unreadable(problem)) = &error else { panic!("{told}: {error:?}") };
    assert!(error.to_string().contains("not readable as it should be"), "{told}: {error}");
    assert!(problem.reason.contains(capability), "{told}: {error}");
    let permissions = problem.said.iter().flat_map(|said| &said.permissions).collect::<Vec<_>>();
    assert_eq!(permissions, [capability], "{told}");
}

async fn states(world: &MoodleWorld, order: &str) -> Vec<LineState> {
    let recorded = world.host().await.journal().order(&id(order)).await.unwrap().unwrap();
    recorded.lines.values().map(|line| line.state).collect()
}

/// Where an administrator takes away what the shop's account could see.
async fn lost(world: &MoodleWorld, capability: &str) {
    assert!(world.double.site().capabilities.remove(capability), "it had {capability}");
}

#[tokio::test]
async fn from_what_is_out_of_sight_nothing_follows_about_an_order() {
    for release in [Release::V4_2, Release::V4_5, Release::V5_1] {
        for capability in [DETAILS, ALL_GROUPS] {
            for seats in [&["anne"][..], &["anne", "bob", "tutor tess"]] {
                let order = sale("A", seats);
                let world = MoodleWorld::with(Site { release, ..site() }).await;
                assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
                let before = world.census();
                lost(&world, capability).await;
                let told = format!("{release:?} without {capability}, {} seats", seats.len());
                assert_unreadable(world.host().await.verify(&id("A")).await, capability, &told);
                assert_unreadable(world.host().await.repair(&id("A"), "test", &|_, _| ()).await, capability, &told);
                let changes = [
                    order.clone(),
                    order.clone().seats(&["zoe"]),
                    order.clone().state("suspended"),
                    order.clone().state("cancelled"),
                ];
                for (number, change) in changes.into_iter().enumerate() {
                    let change = change.with("revision", number + 1);
                    assert_unreadable(fulfil_in(&*world.host().await, &change).await, capability, &told);
                    assert_eq!(difference(&before, &world.census()), [""; 0], "{told}");
                    assert_eq!(states(&world, "A").await, [Blocked], "{told}");
                }
                // Once it can see again, the last message is carried out.
                world.double.site().capabilities.insert(capability.to_owned());
                let retried = world.host().await.retry(&id("A"), "test", &|_, _| ()).await.unwrap();
                assert_eq!(retried.state, Cancelled, "{told}");
                let left = world.census();
                assert_eq!((left.enrolments, left.groups, left.attachments), (vec![], vec![], vec![]), "{told}");
            }
        }
    }
}

#[tokio::test]
async fn a_first_order_is_not_set_up_by_whoever_does_not_see() {
    for (capability, same_emails_allowed) in [(DETAILS, false), (DETAILS, true), (ALL_GROUPS, false)] {
        let mut site = Site { same_emails_allowed, ..site() };
        site.capabilities.remove(capability);
        // Anne has an account, and an administrator has enrolled her for longer than the order does.
        site.users.insert(10, user("anne"));
        site.enrolments.insert((2, 10), Enrolled { end: 1_893_456_000, ..Enrolled::default() });
        site.course_roles.insert((2, 10, 5));
        let world = MoodleWorld::with(site).await;
        let before = world.census();
        // Of whoever has no account yet, nothing is asked but the account.
        let others: &[&[&str]] = if capability == DETAILS { &[&["bob"]] } else { &[] };
        for seats in [&["anne"][..]].iter().chain(others) {
            let result = fulfil_in(&*world.host().await, &sale("A", seats)).await;
            assert_unreadable(result, capability, &format!("{capability}, {seats:?}"));
            assert_eq!(difference(&before, &world.census()), [""; 0], "{capability}, {seats:?}");
        }
    }
}

/// Also where nobody has an account who would be missing: it is seen before the accounts are made.
#[tokio::test]
async fn an_order_for_people_without_accounts_is_not_begun_where_participants_are_not_seen() {
    let mut site = site();
    site.capabilities.remove(ALL_GROUPS);
    let world = MoodleWorld::with(site).await;
    let order = sale("A", &["anne"]);
    assert_unreadable(fulfil_in(&*world.host().await, &order).await, ALL_GROUPS, "nobody has an account");
    assert_eq!(world.census().accounts, []);
    assert_eq!(states(&world, "A").await, [Blocked]);
    world.double.site().capabilities.insert(ALL_GROUPS.to_owned());
    let retried = world.host().await.retry(&id("A"), "test", &|_, _| ()).await.unwrap();
    assert_eq!(retried.state, Fulfilled);
}

/// Who is in groups of its own sees those in them, and nobody else.
#[tokio::test]
async fn a_list_of_some_is_not_taken_for_a_list_of_all() {
    let world = MoodleWorld::new().await;
    let order = sale("A", &["anne", "bob"]);
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    {
        let mut site = world.double.site();
        let (caller, member) = (site.caller, 900);
        site.users.insert(member, user("member"));
        for id in [caller, member] {
            site.enrolments.insert((2, id), Enrolled::default());
        }
        let group = Group { course: 2, name: "Staff".to_owned(), members: [caller, member].into(), ..Group::default() };
        site.groups.insert(901, group);
    }
    lost(&world, ALL_GROUPS).await;
    let enrolled = world.double.site().enrolments.len();
    let cancelled = order.state("cancelled");
    assert_unreadable(fulfil_in(&*world.host().await, &cancelled).await, ALL_GROUPS, "it sees two of five");
    assert_eq!(world.double.site().enrolments.len(), enrolled);
}

/// The capability is asked for where groups are separate, and nowhere else.
#[tokio::test]
async fn where_groups_are_not_separate_nobody_needs_to_see_all_of_them() {
    for group_mode in [0, 2] {
        let mut site = site();
        site.courses.values_mut().for_each(|course| course.group_mode = group_mode);
        site.capabilities.remove(ALL_GROUPS);
        let world = MoodleWorld::with(site).await;
        let order = sale("A", &["anne", "bob"]);
        for (order, state) in [(order.clone(), Fulfilled), (order.clone().state("suspended"), Suspended)] {
            assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, state, "{group_mode}");
        }
        let cancelled = order.with("revision", 2).state("cancelled");
        assert_eq!(fulfil_in(&*world.host().await, &cancelled).await.unwrap().state, Cancelled);
        assert_eq!(world.census().enrolments, []);
    }
}

/// It is not only what the shop cannot see that is missing: an administrator may have unenrolled everybody.
#[tokio::test]
async fn whom_an_administrator_has_unenrolled_is_missing_and_enrolled_again() {
    for seats in [&["anne"][..], &["anne", "bob", "tutor tess"]] {
        for state in ["paid", "suspended", "cancelled"] {
            let world = MoodleWorld::new().await;
            let order = sale("A", seats);
            assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
            let before = world.census();
            let everybody: Vec<(i64, i64)> = world.double.site().enrolments.keys().copied().collect();
            everybody.into_iter().for_each(|(course, user)| world.double.site().unenrol(course, user));
            let shown = world.host().await.verify(&id("A")).await.unwrap();
            let enrolments = steps(&shown).iter().filter(|step| step.starts_with("made enrolment")).count();
            assert_eq!(enrolments, seats.len() + 2, "{:?}", steps(&shown));
            let outcome = fulfil_in(&*world.host().await, &order.clone().state(state)).await.unwrap();
            match state {
                "paid" => assert_eq!(difference(&before, &world.census()), [""; 0]),
                _ => assert_eq!(world.census().enrolments, []),
            }
            assert!(matches!(outcome.state, Fulfilled | Suspended | Cancelled), "{:?}", reasons(&outcome));
        }
    }
}

/// The role may lack it in one course only. Moodle takes whoever leaves a course out of its groups, so that a group with members
/// contradicts an empty list.
#[tokio::test]
async fn nobody_is_listed_in_a_course_whose_groups_have_members() {
    let world = MoodleWorld::new().await;
    let order = sale("A", &["anne", "bob"]);
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    let before = world.census();
    world.double.site().unlisted.insert(2);
    let cancelled = order.state("cancelled");
    assert_unreadable(fulfil_in(&*world.host().await, &cancelled).await, DETAILS, "in one course");
    assert_eq!(difference(&before, &world.census()), [""; 0]);
    world.double.site().unlisted.clear();
    assert_eq!(fulfil_in(&*world.host().await, &cancelled).await.unwrap().state, Cancelled);
    assert_eq!(world.census().enrolments, []);
}

/// What is lost after the plan was made, and before it is looked once more, stops the rest of it.
#[tokio::test]
async fn what_is_lost_meanwhile_ends_nothing() {
    let world = MoodleWorld::new().await;
    let order = sale("A", &["anne", "bob"]);
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    let replaced = order.seats(&["zoe", "bob"]);
    world.double.meanwhile(Some(|_, site: &mut Site| {
        if site.users.values().any(|user| user.first_name == "zoe") {
            site.capabilities.remove(DETAILS);
        }
    }));
    let outcome = fulfil_in(&*world.host().await, &replaced).await.unwrap();
    assert_eq!(outcome.state, LineState::Incomplete);
    assert!(reasons(&outcome).iter().any(|reason| reason.contains(DETAILS)), "{:?}", reasons(&outcome));
    world.double.meanwhile(None);
    world.double.site().capabilities.insert(DETAILS.to_owned());
    assert_eq!(fulfil_in(&*world.host().await, &replaced).await.unwrap().state, Fulfilled);
    let there: Vec<String> = lines(&world.census()).into_iter().filter(|line| line.contains("SPOC anne")).collect();
    assert_eq!(there, [""; 0]);
}

/// An old site, or one whose database counts in larger steps, may have given the guest another id.
#[tokio::test]
async fn where_the_guest_has_another_id_an_account_that_is_there_can_be_named() {
    let mut site = site();
    let guest = site.users.remove(&1).unwrap();
    site.users.insert(4, guest);
    let mut world = MoodleWorld::with(site).await;
    let order = sale("A", &["anne"]);
    assert_unreadable(fulfil_in(&*world.host().await, &order).await, DETAILS, "no guest");
    for (known, seen) in [("ws-provision@moodle.example", false), ("admin@moodle.example", true)] {
        world.settings.known_account = Some(known.parse().unwrap());
        let result = fulfil_in(&*world.host().await, &order).await;
        match seen {
            true => assert_eq!(result.unwrap().state, Fulfilled),
            false => assert_unreadable(result, DETAILS, "its own account tells nothing"),
        }
    }
}
