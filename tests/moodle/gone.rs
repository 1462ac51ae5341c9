//! What is gone on a Moodle: it costs a few requests, and holds nobody up.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use moodle_double::site::{Release, Site};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Incomplete, Rejected};
use shop_core::platform::{ElementField, Reply};
use shop_core::words::order::OrderId;
use shop_platforms::moodle::Usernames;

use crate::fixtures::disturbed::{Disturbed, Disturbs, Passage};
use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site};

/// A fulfilled order of sixty seats in two courses.
async fn fulfilled() -> (MoodleWorld, Sale) {
    fulfilled_on(Release::V4_5).await
}

async fn fulfilled_on(release: Release) -> (MoodleWorld, Sale) {
    let mut site = site();
    site.release = release;
    let world = MoodleWorld::with(site).await;
    let people: Vec<String> = (0..60).map(|number| format!("p{number}")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let order = sale("A", &people).in_line(1, "quantity", 60).line("OTHER", 2, &["anne", "bob"]);
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    world.double.take_requests();
    (world, order)
}

#[tokio::test]
async fn an_order_in_a_course_that_is_gone_is_cancelled() {
    for release in [Release::V4_2, Release::V4_5, Release::V5_1] {
        let (world, order) = fulfilled_on(release).await;
        world.double.site().delete_course(2);
        let cancelled = fulfil_in(&*world.host().await, &order.state("cancelled")).await.unwrap();
        assert_eq!(cancelled.state, Cancelled, "{release:?}: {:?}", reasons(&cancelled));
        let left = world.census();
        assert_eq!((left.enrolments, left.groups, left.attachments), (vec![], vec![], vec![]), "{release:?}");
    }
}

/// Deletes the course just before anything is asked for in it.
struct Vanishes(Arc<MoodleWorld>);

#[async_trait]
impl Disturbs for Vanishes {
    async fn passage(&self, method: &'static str, elements: usize) -> Reply<Passage> {
        if matches!(method, "enrol" | "create_groups") {
            self.0.double.site().delete_course(2);
        }
        Ok(Passage::free(elements))
    }
}

/// What cannot be done is told in one sentence for all, and does not take a request for each.
#[tokio::test]
async fn a_course_that_vanishes_is_not_tried_for_each_of_its_people() {
    let (world, _) = fulfilled().await;
    {
        let mut site = world.double.site();
        site.enrolments.retain(|(course, _), _| *course != 2);
        site.course_roles.retain(|(course, ..)| *course != 2);
        site.groups.retain(|_, group| group.course != 2);
    }
    let world = Arc::new(world);
    let host = world.host_through(Disturbed::platform(Arc::new(world.platform().await), Vanishes(world.clone()))).await;
    let id = OrderId::try_from("A".to_owned()).unwrap();
    let repaired = host.repair(&id, "test", &|_, _| ()).await.unwrap();
    assert_eq!(repaired.state, Incomplete);
    let told: BTreeSet<&str> = reasons(&repaired).into_iter().collect();
    let gone = "the course with the id 2 is not there any more";
    let (of_course, others): (Vec<&str>, Vec<&str>) = told.into_iter().partition(|reason| reason.contains(gone));
    assert_eq!(of_course.len(), 2, "of enrolments and of the group: {of_course:#?}");
    assert_eq!(others, ["only who is enrolled in the course can be a member of its groups"]);
    let problems = repaired.report.iter().flat_map(|report| &report.entries).filter_map(|entry| entry.problem.as_ref());
    let unknown =
        problems.filter(|problem| (&*problem.code, problem.field) == ("unknown-course", Some(ElementField::Course)));
    assert_eq!(unknown.count(), 62, "sixty people, the operator, and the group");
    let requests = world.double.take_requests().len();
    assert!(requests <= 24, "{requests}");
    // The other course is as it was.
    assert_eq!(world.census().enrolments.iter().filter(|enrolment| enrolment.course == "OTHER").count(), 3);
    // Once it is known to be gone, that is told, and nothing is tried.
    let repaired = host.repair(&id, "test", &|_, _| ()).await.unwrap();
    assert_eq!((repaired.state, steps(&repaired)), (Fulfilled, vec![]));
    assert!(repaired.messages.iter().any(|message| message.key == "course-gone-since"));
}

#[tokio::test]
async fn a_course_that_is_hidden_is_not_taken_for_gone() {
    let (world, order) = fulfilled().await;
    let order = order.state("cancelled");
    let hide = |hidden| world.double.site().courses.get_mut(&2).unwrap().hidden = hidden;
    hide(true);
    world.double.site().capabilities.remove("moodle/course:viewhiddencourses");
    assert!(fulfil_in(&*world.host().await, &order).await.is_err(), "what is there cannot be read");
    hide(false);
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Cancelled);
    assert_eq!(world.census().enrolments, []);
}

/// Moodle goes on telling of an account that is deleted, by its id, with a sum in the place of its address.
#[tokio::test]
async fn whose_account_is_deleted_gets_another() {
    for release in [Release::V4_2, Release::V4_5, Release::V5_1] {
        for deleted in ["anne", "tess", "claire"] {
            let world = MoodleWorld::with(Site { release, ..site() }).await;
            let (first, second) = (sale("A", &["anne", "tutor tess"]), sale("B", &["anne", "tutor tess"]));
            assert_eq!(fulfil_in(&*world.host().await, &first).await.unwrap().state, Fulfilled);
            let before = world.census();
            let account = |deleted: &str| {
                let site = world.double.site();
                *site.users.iter().find(|(_, user)| user.email == format!("{deleted}@example.org")).unwrap().0
            };
            let old = account(deleted);
            world.double.site().delete_user(old);
            let host = world.host().await;
            let shown = host.verify(&OrderId::try_from("A".to_owned()).unwrap()).await.unwrap();
            let said: Vec<&str> = shown.messages.iter().map(|said| &*said.key).collect();
            assert_eq!(said[..2], ["account-deleted-since", "enrolments-untold"]);
            let outcome = fulfil_in(&host, &first).await.unwrap();
            assert_eq!(outcome.state, Fulfilled, "{release:?}, {deleted}: {:?}", reasons(&outcome));
            assert_eq!(outcome.messages.iter().map(|said| &*said.key).collect::<Vec<_>>(), ["account-made-anew"]);
            assert_eq!(difference(&before, &world.census()), [""; 0], "{release:?}, {deleted}: with the new account");
            assert_ne!(account(deleted), old, "another one");
            assert!(fulfil_in(&host, &first).await.unwrap().report.unwrap().is_in_place(), "{release:?}, {deleted}");
            // For another order, it is as if there had never been the first account.
            let second_account = account(deleted);
            world.double.site().delete_user(second_account);
            for order in [&second, &first] {
                let outcome = fulfil_in(&host, order).await.unwrap();
                assert_eq!(outcome.state, Fulfilled, "{release:?}, {deleted}: {:?}", reasons(&outcome));
            }
            for order in [first, second] {
                assert_eq!(fulfil_in(&host, &order.state("cancelled")).await.unwrap().state, Cancelled);
            }
            let site = world.double.site();
            assert!(site.enrolments.is_empty() && site.groups.is_empty() && site.user_roles.is_empty(), "{release:?}");
        }
    }
}

/// Somebody's address is made invalid, as when his account is made anonymous.
#[tokio::test]
async fn an_account_without_a_valid_address_is_gone_on_with() {
    let (world, order) = fulfilled().await;
    let id = *world.double.site().users.iter().find(|(_, user)| user.first_name == "p7").unwrap().0;
    world.double.site().users.get_mut(&id).unwrap().email = "anonymous".to_owned();
    let host = world.host().await;
    let again = fulfil_in(&host, &order).await.unwrap();
    assert_eq!(again.state, Fulfilled);
    assert_eq!(again.messages.iter().map(|message| &*message.key).collect::<Vec<_>>(), ["account-nameless"]);
    assert!(again.report.unwrap().is_in_place());
    assert_eq!(fulfil_in(&host, &order.state("cancelled")).await.unwrap().state, Cancelled);
    let site = world.double.site();
    assert!(site.enrolments.is_empty() && site.user_roles.is_empty(), "his are ended, too");
}

/// His last address may be somebody else's by then, who has the seat now; what he had is taken away.
#[tokio::test]
async fn an_account_without_a_valid_address_does_not_stand_for_whoever_has_the_last_one_now() {
    for state in ["paid", "cancelled"] {
        let (world, order) = fulfilled().await;
        let id = *world.double.site().users.iter().find(|(_, user)| user.first_name == "p7").unwrap().0;
        {
            let mut site = world.double.site();
            let user = site.users[&id].clone();
            site.users.insert(900, moodle_double::site::User { username: "other".to_owned(), ..user });
            site.users.get_mut(&id).unwrap().email = "anonymous".to_owned();
        }
        let host = world.host().await;
        let outcome = fulfil_in(&host, &order.clone().state(state)).await.unwrap();
        assert!(matches!(outcome.state, Fulfilled | Cancelled), "{state}: {:?}", reasons(&outcome));
        let has = |id: i64| {
            let site = world.double.site();
            let attached = site.user_roles.iter().any(|(_, holder, context)| [holder, context].contains(&&id));
            let member = site.groups.values().any(|group| group.members.contains(&id));
            (site.enrolments.contains_key(&(2, id)), attached, member)
        };
        assert_eq!(has(id), (false, false, false), "{state}");
        let taken = state == "paid";
        assert_eq!(has(900), (taken, taken, taken), "{state}");
        assert_eq!(fulfil_in(&host, &order.state("cancelled")).await.unwrap().state, Cancelled);
        let site = world.double.site();
        assert!(site.enrolments.is_empty() && site.groups.is_empty() && site.user_roles.is_empty(), "{state}");
    }
}

/// Somebody leaves and keeps the account under a private address; a new colleague gets the old one, for whom another customer
/// buys. The user name of the first account may be that address still.
#[tokio::test]
async fn an_address_that_was_given_to_somebody_else_gets_an_account_of_its_own() {
    for usernames in [Usernames::Names, Usernames::Email] {
        let mut world = MoodleWorld::new().await;
        world.settings.usernames = usernames;
        let host = world.host().await;
        let of = |id: i64| world.double.site().user_roles.iter().filter(|(_, a, b)| [a, b].contains(&&id)).count();
        let first = sale("A", &["anne"]);
        assert_eq!(fulfil_in(&host, &first).await.unwrap().state, Fulfilled);
        let find = |email: &str| {
            let site = world.double.site();
            *site.users.iter().find(|(_, user)| user.email == email).unwrap_or_else(|| panic!("{email}")).0
        };
        let anne = find("anne@example.org");
        world.double.site().users.get_mut(&anne).unwrap().email = "anne@home.example".to_owned();
        let had = of(anne);

        let other = sale("B", &["anne"]).by("zoe");
        let mut seats = other.clone().seats_of_line(1);
        seats[0]["occupant"]["first_name"] = "Amadou".into();
        let other = other.in_line(1, "seats", seats);
        let outcome = fulfil_in(&host, &other).await.unwrap();
        assert_eq!(outcome.state, Fulfilled, "{usernames:?}: {:?}", reasons(&outcome));
        assert_eq!(outcome.messages.len(), 0, "what became of the other account is not told here");
        let amadou = find("anne@example.org");
        assert_ne!(amadou, anne);
        assert_eq!((of(anne), of(amadou)), (had, 2), "{usernames:?}");
        for order in [&first, &other] {
            let again = fulfil_in(&host, order).await.unwrap();
            assert!(again.report.unwrap().is_in_place(), "{usernames:?}");
        }
        for order in [first, other] {
            assert_eq!(fulfil_in(&host, &order.state("cancelled")).await.unwrap().state, Cancelled);
        }
        let site = world.double.site();
        assert!(site.enrolments.is_empty() && site.groups.is_empty() && site.user_roles.is_empty(), "{usernames:?}");
    }
}

/// Whoever reads of it cannot order for it: it would be a way to anybody's account.
#[tokio::test]
async fn nobody_can_be_ordered_for_by_what_stands_in_for_an_address() {
    let (world, _) = fulfilled().await;
    let host = world.host().await;
    let mut order: serde_json::Value = serde_json::from_str(&sale("B", &["anne"]).json()).unwrap();
    order["lines"][0]["seats"][0]["occupant"]["email"] = "Account-100@nameless.INVALID".into();
    let order = shop_folder::file::parse_order(&order.to_string()).unwrap();
    let outcome = host.preview(&order).await.unwrap();
    assert_eq!(outcome.state, Rejected);
    assert!(shop_harness::findings(&outcome).contains("email-reserved"), "{}", shop_harness::findings(&outcome));
}
