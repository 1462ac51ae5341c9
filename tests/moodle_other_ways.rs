//! People who are in a course in another way than by the shop's enrolment: nothing of theirs is changed, and nothing of the
//! shop's outlasts its order.

use shop_host::platform::{AccountId, CourseId, Platform};
use shop_host::state::LineState::{Cancelled, Fulfilled, Suspended};
use shop_tests::moodle_site::{Enrolled, MethodColumn, Release, Report, Site};

use crate::moodle_world::{MoodleWorld, site, user};
use crate::shop_fixtures::*;

/// Anne has enrolled herself; the report tells methods as it is said.
async fn world(method: Option<MethodColumn>) -> MoodleWorld {
    let report = method.map(|method| Report { id: 3, method });
    let mut site = Site { report, release: Release::V5_1, ..site() };
    site.users.insert(10, user("anne"));
    site.self_enrolled.insert((2, 10));
    site.course_roles.insert((2, 10, 5));
    let mut world = MoodleWorld::with(site).await;
    world.settings.enrolments_report = report.map(|report| report.id);
    world
}

fn anne(world: &MoodleWorld) -> Vec<String> {
    let about =
        |line: &String| line.contains("anne") && !line.starts_with("account") && !line.starts_with("invitation");
    lines(&world.census()).into_iter().filter(about).collect()
}

/// Her manual enrolment is the order's own, and she keeps what she had.
#[tokio::test]
async fn with_a_report_of_the_methods_the_enrolment_is_the_orders_own() {
    let world = world(Some(MethodColumn::Plugin)).await;
    let order = sale("A", &["anne"]);
    let outcome = fulfil_in(&*world.shop().await, &order).await.unwrap();
    assert_eq!(outcome.state, Fulfilled);
    assert!(steps(&outcome).contains(&"made enrolment SPOC anne".to_owned()), "{:#?}", steps(&outcome));
    assert!(anne(&world).contains(&"enrolment SPOC anne student 2026-12-01..2027-01-05".to_owned()));
    let again = fulfil_in(&*world.shop().await, &order).await.unwrap();
    assert!(again.report.unwrap().is_in_place());
    assert_eq!(fulfil_in(&*world.shop().await, &order.state("cancelled")).await.unwrap().state, Cancelled);
    assert_eq!(anne(&world), [""; 0], "of the shop's, nothing");
    let site = world.double.site();
    assert!(site.self_enrolled.contains(&(2, 10)) && site.course_roles.contains(&(2, 10, 5)), "of hers, everything");
}

/// A role and a membership that Moodle keeps with her other enrolment are taken away.
#[tokio::test]
async fn what_the_shop_has_given_ends_with_the_seat_and_not_with_the_last_enrolment() {
    let world = world(Some(MethodColumn::Plugin)).await;
    let order = sale("A", &["tutor anne", "bob"]);
    let teaches = |world: &MoodleWorld| world.double.site().course_roles.contains(&(2, 10, 9));
    assert_eq!(fulfil_in(&*world.shop().await, &order).await.unwrap().state, Fulfilled);
    assert!(teaches(&world));
    let suspended = order.clone().state("suspended");
    assert_eq!(fulfil_in(&*world.shop().await, &suspended).await.unwrap().state, Suspended);
    assert!(!teaches(&world), "her own enrolment is active, so the role would be in effect");
    assert_eq!(fulfil_in(&*world.shop().await, &order).await.unwrap().state, Fulfilled);
    assert!(teaches(&world));
    let released = order.seats(&["-", "bob"]);
    assert_eq!(fulfil_in(&*world.shop().await, &released).await.unwrap().state, Fulfilled);
    assert!(!teaches(&world));
    let site = world.double.site();
    let group = site.groups.values().find(|group| group.course == 2).unwrap();
    assert!(!group.members.contains(&10) && group.members.len() == 2);
    assert!(!site.enrolments.contains_key(&(2, 10)) && site.course_roles.contains(&(2, 10, 5)));
}

/// She has entered the course: her work stays with her own enrolment, so the manual one can go.
#[tokio::test]
async fn whoever_stays_in_another_way_is_not_kept_suspended() {
    let world = world(Some(MethodColumn::Plugin)).await;
    let order = sale("A", &["anne"]);
    fulfil_in(&*world.shop().await, &order).await.unwrap();
    world.double.site().enrolments.get_mut(&(2, 10)).unwrap().last_access = 1;
    assert_eq!(fulfil_in(&*world.shop().await, &order.state("cancelled")).await.unwrap().state, Cancelled);
    assert!(!world.double.site().enrolments.contains_key(&(2, 10)));
}

/// A method under a name that may be the manual one's, or none at all: nobody's right is cut short.
#[tokio::test]
async fn without_a_report_of_the_methods_it_may_be_a_manual_one_for_ever() {
    for method in [None, Some(MethodColumn::Name), Some(MethodColumn::None)] {
        let world = world(method).await;
        let of = [(CourseId(2), AccountId(10))];
        let found = world.platform().await.participations(&of).await.unwrap().remove(0);
        let enrolment = found.enrolment.unwrap();
        assert!(enrolment.period.end.is_none() && !found.otherwise, "{method:?}: {enrolment:?}");
    }
}

#[tokio::test]
async fn whoever_is_there_in_both_ways_keeps_both() {
    let world = world(Some(MethodColumn::Plugin)).await;
    let year = Enrolled { start: 1_767_225_600, end: 1_830_297_600, ..Enrolled::default() };
    world.double.site().enrolments.insert((2, 10), year);
    let order = sale("A", &["anne"]);
    fulfil_in(&*world.shop().await, &order).await.unwrap();
    assert_eq!(world.double.site().enrolments[&(2, 10)], year, "it covers the order's");
    fulfil_in(&*world.shop().await, &order.state("cancelled")).await.unwrap();
    assert_eq!(world.double.site().enrolments[&(2, 10)], year);
}
