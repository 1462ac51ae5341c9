//! What is gone on a Moodle: it costs a few requests, and holds nobody up.

use shop_host::order::OrderId;
use shop_host::state::LineState::{Cancelled, Fulfilled, Incomplete};
use shop_tests::moodle_site::Release;

use crate::moodle_world::{MoodleWorld, site};
use crate::shop_fixtures::*;

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
    assert_eq!(fulfil_in(&*world.shop().await, &order).await.unwrap().state, Fulfilled);
    world.double.take_requests();
    (world, order)
}

#[tokio::test]
async fn an_order_in_a_course_that_is_gone_is_cancelled() {
    for release in [Release::V4_2, Release::V4_5, Release::V5_1] {
        let (world, order) = fulfilled_on(release).await;
        world.double.site().delete_course(2);
        let cancelled = fulfil_in(&*world.shop().await, &order.state("cancelled")).await.unwrap();
        assert_eq!(cancelled.state, Cancelled, "{release:?}: {:?}", reasons(&cancelled));
        let left = world.census();
        assert_eq!((left.enrolments, left.groups, left.attachments), (vec![], vec![], vec![]), "{release:?}");
    }
}

/// The people cannot be enrolled; who is to be told is told in one sentence, and it does not take a request for each.
#[tokio::test]
async fn a_course_that_is_gone_is_not_tried_for_each_of_its_people() {
    let (world, _) = fulfilled().await;
    world.double.site().delete_course(2);
    let shop = world.shop().await;
    let repaired = shop.repair(&OrderId::try_from("A".to_owned()).unwrap(), "test", &|_, _| ()).await.unwrap();
    assert_eq!(repaired.state, Incomplete);
    let entries = &repaired.report.as_ref().unwrap().entries;
    let problems: Vec<_> = entries.iter().filter_map(|entry| entry.problem.as_ref()).collect();
    assert!(problems.iter().any(|problem| problem.code == "unknown-course"), "{problems:#?}");
    assert!(problems.iter().all(|problem| problem.code != "invalidparameter"), "{problems:#?}");
    let requests = world.double.take_requests().len();
    assert!(requests <= 20, "{requests}");
    // The other course is as it was.
    assert_eq!(world.census().enrolments.iter().filter(|enrolment| enrolment.course == "OTHER").count(), 3);
}

#[tokio::test]
async fn a_course_that_is_hidden_is_not_taken_for_gone() {
    let (world, order) = fulfilled().await;
    let order = order.state("cancelled");
    let hide = |hidden| world.double.site().courses.get_mut(&2).unwrap().hidden = hidden;
    hide(true);
    world.double.site().capabilities.remove("moodle/course:viewhiddencourses");
    assert!(fulfil_in(&*world.shop().await, &order).await.is_err(), "what is there cannot be read");
    hide(false);
    assert_eq!(fulfil_in(&*world.shop().await, &order).await.unwrap().state, Cancelled);
    assert_eq!(world.census().enrolments, []);
}

/// Somebody's address is made invalid, as when his account is made anonymous.
#[tokio::test]
async fn an_account_without_a_valid_address_is_gone_on_with() {
    let (world, order) = fulfilled().await;
    let id = *world.double.site().users.iter().find(|(_, user)| user.first_name == "p7").unwrap().0;
    world.double.site().users.get_mut(&id).unwrap().email = "anonymous".to_owned();
    let shop = world.shop().await;
    let again = fulfil_in(&shop, &order).await.unwrap();
    assert_eq!(again.state, Fulfilled);
    assert_eq!(again.messages.iter().map(|message| &*message.key).collect::<Vec<_>>(), ["account-nameless"]);
    assert!(again.report.unwrap().is_in_place());
    assert_eq!(fulfil_in(&shop, &order.state("cancelled")).await.unwrap().state, Cancelled);
    let site = world.double.site();
    assert!(site.enrolments.is_empty() && site.user_roles.is_empty(), "his are ended, too");
}

/// His last address may be somebody else's by then.
#[tokio::test]
async fn an_account_without_a_valid_address_does_not_stand_for_whoever_has_the_last_one_now() {
    let (world, _) = fulfilled().await;
    let id = *world.double.site().users.iter().find(|(_, user)| user.first_name == "p7").unwrap().0;
    {
        let mut site = world.double.site();
        let user = site.users[&id].clone();
        site.users.insert(900, shop_tests::moodle_site::User { username: "other".to_owned(), ..user });
        site.users.get_mut(&id).unwrap().email = "anonymous".to_owned();
    }
    let order = sale("B", &["p7"]);
    assert_eq!(fulfil_in(&*world.shop().await, &order).await.unwrap().state, Fulfilled);
    assert!(world.double.site().enrolments.contains_key(&(2, 900)));
}
