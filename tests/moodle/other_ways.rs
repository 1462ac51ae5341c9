//! People who are in a course in another way than by the shop's enrolment: nothing of theirs is changed, and nothing of the
//! shop's outlasts its order.

use moodle_double::site::{Enrolled, MethodColumn, Release, Report, Site};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Suspended};
use shop_core::platform::{AccountId, CourseId, Known, Platform};
use shop_core::words::period::Timestamp;

use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site, user};

/// Until the end of 2027.
const HER_OWN: Enrolled = Enrolled { start: 1_767_225_600, end: 1_830_297_600, suspended: false, last_access: 0 };

/// Anne has enrolled herself; the report tells methods as it is said.
async fn world(method: Option<MethodColumn>) -> MoodleWorld {
    let report = method.map(|method| Report { method, ..Site::recorded_report(Release::V5_1, 3) });
    let mut site = Site { report, release: Release::V5_1, ..site() };
    site.users.insert(10, user("anne"));
    site.self_enrolled.insert((2, 10), HER_OWN);
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
    let outcome = fulfil_in(&*world.host().await, &order).await.unwrap();
    assert_eq!(outcome.state, Fulfilled);
    assert!(steps(&outcome).contains(&"made enrolment SPOC anne".to_owned()), "{:#?}", steps(&outcome));
    assert!(anne(&world).contains(&"enrolment SPOC anne student 2026-12-01..2027-01-05".to_owned()));
    let again = fulfil_in(&*world.host().await, &order).await.unwrap();
    assert!(again.report.unwrap().is_in_place());
    assert_eq!(fulfil_in(&*world.host().await, &order.state("cancelled")).await.unwrap().state, Cancelled);
    assert_eq!(anne(&world), [""; 0], "of the shop's, nothing");
    let site = world.double.site();
    assert!(
        site.self_enrolled.contains_key(&(2, 10)) && site.course_roles.contains(&(2, 10, 5)),
        "of hers, everything"
    );
}

/// A role and a membership that Moodle keeps with her other enrolment are taken away.
#[tokio::test]
async fn what_the_shop_has_given_ends_with_the_seat_and_not_with_the_last_enrolment() {
    let world = world(Some(MethodColumn::Plugin)).await;
    let order = sale("A", &["tutor anne", "bob"]);
    let teaches = |world: &MoodleWorld| world.double.site().course_roles.contains(&(2, 10, 9));
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    assert!(teaches(&world));
    let suspended = order.clone().state("suspended");
    assert_eq!(fulfil_in(&*world.host().await, &suspended).await.unwrap().state, Suspended);
    assert!(!teaches(&world), "her own enrolment is active, so the role would be in effect");
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    assert!(teaches(&world));
    let released = order.seats(&["-", "bob"]);
    assert_eq!(fulfil_in(&*world.host().await, &released).await.unwrap().state, Fulfilled);
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
    fulfil_in(&*world.host().await, &order).await.unwrap();
    world.double.site().enrolments.get_mut(&(2, 10)).unwrap().last_access = 1;
    assert_eq!(fulfil_in(&*world.host().await, &order.state("cancelled")).await.unwrap().state, Cancelled);
    assert!(!world.double.site().enrolments.contains_key(&(2, 10)));
}

/// Nobody's right is cut short, whatever it may be.
#[tokio::test]
async fn without_a_report_of_the_methods_her_own_may_be_a_manual_one() {
    for method in [None, Some(MethodColumn::Name), Some(MethodColumn::None)] {
        let world = world(method).await;
        let of = [(CourseId(2), AccountId(10))];
        let found = world.platform().await.participations(&of).await.unwrap().remove(0);
        let enrolment = found.enrolment.unwrap();
        assert!(enrolment.known == Known::Guessed && !found.otherwise, "{method:?}: {enrolment:?}");
        // A report without methods tells her own, which may be a manual one.
        let known = method.is_some();
        assert_eq!(enrolment.period.end.is_some(), known, "{method:?}: {enrolment:?}");
        assert_eq!(enrolment.period.start == Timestamp::EARLIEST, !known, "{method:?}: {enrolment:?}");
        // So she has a manual enrolment of at least the order's period, whatever becomes of her own.
        fulfil_in(&*world.host().await, &sale("A", &["anne"])).await.unwrap();
        let manual = world.double.site().enrolments[&(2, 10)];
        assert!(manual.start <= HER_OWN.start && (manual.end == 0 || manual.end == HER_OWN.end), "{manual:?}");
    }
}

/// She enrols herself after the order, and gets the role that the order gave her: it is hers, too.
#[tokio::test]
async fn whoever_comes_in_another_way_since_is_not_left_without_a_role() {
    for (seat, role, left) in [("anne", 5, vec![5]), ("tutor anne", 9, vec![5])] {
        let world = MoodleWorld::with(Site {
            report: Some(Report { method: MethodColumn::Plugin, ..Site::recorded_report(Release::V5_1, 3) }),
            release: Release::V5_1,
            ..site()
        });
        let mut world = world.await;
        world.settings.enrolments_report = Some(3);
        let order = sale("A", &[seat]);
        assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
        let anne = *world.double.site().users.iter().find(|(_, user)| user.first_name == "anne").unwrap().0;
        assert!(world.double.site().course_roles.contains(&(2, anne, role)));
        world.double.site().self_enrolled.insert((2, anne), HER_OWN);
        world.double.site().course_roles.insert((2, anne, 5));
        for (state, expected) in [("suspended", Suspended), ("cancelled", Cancelled)] {
            let outcome = fulfil_in(&*world.host().await, &order.clone().state(state)).await.unwrap();
            assert_eq!(outcome.state, expected, "{seat}");
            let site = world.double.site();
            let roles: Vec<i64> = site.course_roles.iter().filter(|held| held.1 == anne).map(|held| held.2).collect();
            assert_eq!(roles, left, "{seat}, {state}");
        }
    }
}

#[tokio::test]
async fn whoever_is_there_in_both_ways_keeps_both() {
    let world = world(Some(MethodColumn::Plugin)).await;
    let year = HER_OWN;
    world.double.site().enrolments.insert((2, 10), year);
    let order = sale("A", &["anne"]);
    fulfil_in(&*world.host().await, &order).await.unwrap();
    assert_eq!(world.double.site().enrolments[&(2, 10)], year, "it covers the order's");
    fulfil_in(&*world.host().await, &order.state("cancelled")).await.unwrap();
    assert_eq!(world.double.site().enrolments[&(2, 10)], year);
}

/// In a cohort that gives no role: a tutor who becomes a learner is no tutor any more.
#[tokio::test]
async fn a_role_that_another_takes_the_place_of_is_not_the_last_one() {
    let world = world(Some(MethodColumn::Plugin)).await;
    world.double.site().course_roles.clear();
    let roles = |world: &MoodleWorld| -> Vec<i64> {
        world.double.site().course_roles.iter().filter(|held| held.1 == 10).map(|held| held.2).collect()
    };
    for (seats, left) in
        [(["tutor anne", "bob"], vec![9]), (["anne", "tutor bob"], vec![5]), (["-", "tutor bob"], vec![5])]
    {
        let order = sale("A", &seats);
        assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled, "{seats:?}");
        assert_eq!(roles(&world), left, "{seats:?}");
    }
}

/// The operator is a learner, too, and enrols without the shop: one of the two roles stays, and none is given to him again.
#[tokio::test]
async fn of_several_roles_one_stays_and_it_is_the_least() {
    let world = world(Some(MethodColumn::Plugin)).await;
    // Teachers have a smaller id than students, as on a new Moodle.
    let (teacher, student) = {
        let mut site = world.double.site();
        let teacher = site.roles.remove(&9).unwrap();
        site.roles.insert(4, teacher);
        site.course_roles.clear();
        site.self_enrolled.clear();
        (4, 5)
    };
    let mut world = world;
    world.settings.roles.insert("teacher".to_owned(), teacher);
    let orders = [sale("A", &["anne"]).by("anne"), sale("B", &["anne"]).of("LONG").by("anne")];
    for order in &orders {
        assert_eq!(fulfil_in(&*world.host().await, order).await.unwrap().state, Fulfilled);
    }
    world.double.site().self_enrolled.insert((2, 10), HER_OWN);
    for (order, state) in [(0, "suspended"), (1, "suspended"), (1, "cancelled"), (0, "cancelled")] {
        let order = orders[order].clone().state(state);
        fulfil_in(&*world.host().await, &order).await.unwrap();
    }
    let site = world.double.site();
    let roles: Vec<_> = site.course_roles.iter().filter(|held| held.0 == 2 && held.1 == 10).collect();
    assert_eq!(roles, [&(2, 10, student)]);
    assert!(!site.enrolments.contains_key(&(2, 10)));
}

/// As in another language pack, or after an administrator has changed it: it may be a manual one.
#[tokio::test]
async fn a_method_of_an_unknown_name_cuts_nobody_short_and_leaves_nothing_behind() {
    for (manual, by_herself) in [
        ("Manual enrollments", false),
        ("Manual enrollments", true),
        ("Inscriptions manuelles", false),
        ("Inscriptions manuelles", true),
    ] {
        let world = world(Some(MethodColumn::Plugin)).await;
        let report = world.double.site().report.unwrap();
        world.double.site().report = Some(Report { manual, ..report });
        if !by_herself {
            world.double.site().self_enrolled.clear();
        }
        world.double.site().enrolments.insert((2, 10), HER_OWN);
        let order = sale("A", &["anne", "bob"]);
        for (order, state) in
            [(order.clone(), Fulfilled), (order.clone(), Fulfilled), (order.state("cancelled"), Cancelled)]
        {
            let outcome = fulfil_in(&*world.host().await, &order).await.unwrap();
            assert_eq!(outcome.state, state, "{manual}");
            assert_eq!(world.double.site().enrolments[&(2, 10)], HER_OWN, "{manual}, {state}");
        }
        assert_eq!(world.double.site().enrolments.len(), 1, "{manual}: of the shop's, nothing");
    }
}

/// Two accounts with one address: the report tells of addresses, and does not tell which of the two it means.
#[tokio::test]
async fn what_another_account_of_the_same_address_has_is_not_taken_for_hers() {
    let world = world(Some(MethodColumn::Plugin)).await;
    world.double.site().self_enrolled.clear();
    world.double.site().course_roles.clear();
    let order = sale("A", &["anne"]);
    fulfil_in(&*world.host().await, &order).await.unwrap();
    {
        let mut site = world.double.site();
        let other = moodle_double::site::User { username: "other".to_owned(), ..site.users[&10].clone() };
        site.users.insert(11, other);
        site.self_enrolled.insert((2, 11), HER_OWN);
        site.enrolments.get_mut(&(2, 10)).unwrap().last_access = 1;
    }
    assert_eq!(fulfil_in(&*world.host().await, &order.state("cancelled")).await.unwrap().state, Cancelled);
    let site = world.double.site();
    assert!(site.enrolments[&(2, 10)].suspended, "she has entered the course, and is nowhere else in it");
    assert_eq!(site.self_enrolled.len(), 1);
}

/// Her address is made invalid meanwhile: the report tells of her by that.
#[tokio::test]
async fn whoever_has_no_valid_address_is_known_to_be_there_in_another_way_too() {
    let world = world(Some(MethodColumn::Plugin)).await;
    let order = sale("A", &["tutor anne", "bob"]);
    fulfil_in(&*world.host().await, &order).await.unwrap();
    world.double.site().users.get_mut(&10).unwrap().email = "anonymous".to_owned();
    assert_eq!(fulfil_in(&*world.host().await, &order.state("cancelled")).await.unwrap().state, Cancelled);
    let site = world.double.site();
    assert!(site.enrolments.is_empty() && site.user_roles.is_empty());
    assert_eq!(site.course_roles.iter().collect::<Vec<_>>(), [&(2, 10, 5)], "she is no teacher any more");
}
