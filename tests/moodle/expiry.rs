//! Manual enrolments that are over: a site can suspend or end them by itself, and does so again.

use moodle_double::site::{Enrolled, Expiry, Release, Site};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled};
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;
use shop_host::host::{Host, Outcome};

use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site, user};

/// The order's period is from 2026-12-01 to 2027-01-05.
fn later() -> Timestamp {
    Timestamp::new(1_801_440_000).unwrap() // 2027-02-01
}

fn id() -> OrderId {
    OrderId::try_from("A".to_owned()).unwrap()
}

const ALL: [Expiry; 4] = [Expiry::Keep, Expiry::Suspend, Expiry::SuspendWithoutRoles, Expiry::Unenrol];

/// An order that was set up, and whose time is over by now, and the shop of that day.
async fn over(expiry: Expiry, report: Option<i64>, order: &Sale) -> (MoodleWorld, Host) {
    let mut site = Site { expiry, report: Some(Site::recorded_report(Release::V4_5, 3)), ..site() };
    // Carl has an enrolment of his own, without end.
    site.users.insert(10, user("carl"));
    site.enrolments.insert((2, 10), Enrolled { start: 1_767_225_600, ..Enrolled::default() });
    site.course_roles.insert((2, 10, 5));
    let mut world = MoodleWorld::with(site).await;
    world.settings.enrolments_report = report;
    assert_eq!(fulfil_in(&*world.host().await, order).await.unwrap().state, Fulfilled);
    pass(&world);
    let host = world.host_at(later).await;
    (world, host)
}

/// The end comes, and the site's tasks run.
fn pass(world: &MoodleWorld) {
    let mut site = world.double.site();
    site.now = later().seconds();
    site.run_tasks();
}

/// Nothing is to be done, and nothing is said to be there that is not.
fn assert_no_drift(outcome: &Outcome, expiry: Expiry, told: &str) {
    let over: Vec<String> = steps(outcome);
    assert!(outcome.report.as_ref().unwrap().is_in_place(), "{told}: {over:#?}");
    let enrolments = over.iter().filter(|step| step.starts_with("over enrolment SPOC")).count();
    let members = over.iter().filter(|step| step.starts_with("over member SPOC")).count();
    let expected = match expiry {
        Expiry::Keep => (0, 0),
        Expiry::Suspend | Expiry::SuspendWithoutRoles => (3, 0),
        Expiry::Unenrol => (3, 3),
    };
    assert_eq!((enrolments, members), expected, "{told}: {over:#?}");
}

#[tokio::test]
async fn what_is_over_is_not_given_again() {
    // Carl's own enrolment goes on.
    let order = sale("A", &["anne", "bob", "carl"]);
    for expiry in ALL {
        for report in [Some(3), None] {
            let told = format!("{expiry:?}, report {report:?}");
            let (world, host) = over(expiry, report, &order).await;
            let before = world.census();
            // Without a report it is only known that a suspended one has lost its role.
            let seen = if report.is_none() && expiry == Expiry::Suspend { Expiry::Keep } else { expiry };
            assert_no_drift(&host.verify(&id()).await.unwrap(), seen, &told);
            for _ in 0..2 {
                let repaired = host.repair(&id(), "test", &|_, _| ()).await.unwrap();
                assert_eq!(repaired.state, Fulfilled, "{told}: {:?}", reasons(&repaired));
                assert_no_drift(&repaired, seen, &told);
                assert_no_drift(&fulfil_in(&host, &order).await.unwrap(), seen, &told);
                world.double.site().run_tasks();
                assert_eq!(difference(&before, &world.census()), [""; 0], "{told}");
            }
            assert_eq!(fulfil_in(&host, &order.clone().state("cancelled")).await.unwrap().state, Cancelled, "{told}");
            let site = world.double.site();
            assert_eq!(site.enrolments.keys().collect::<Vec<_>>(), [&(2, 10)], "{told}: his own stays");
            assert!(site.groups.is_empty() && site.user_roles.is_empty(), "{told}");
        }
    }
}

#[tokio::test]
async fn who_gets_a_later_end_is_let_in_again() {
    let order = sale("A", &["anne", "bob"]);
    for expiry in ALL {
        let (world, host) = over(expiry, Some(3), &order).await;
        let mut seats = order.clone().seats_of_line(1);
        seats[0]["until"] = "2027-06-30T00:00:00Z".into();
        let longer = order.clone().in_line(1, "seats", seats).with("revision", 2);
        let outcome = fulfil_in(&host, &longer).await.unwrap();
        assert_eq!(outcome.state, Fulfilled, "{expiry:?}: {:?}", reasons(&outcome));
        let anne = lines(&world.census()).into_iter().filter(|line| line.contains("SPOC") && line.contains(" anne"));
        let anne: Vec<String> = anne.filter(|line| !line.starts_with("account")).collect();
        assert_eq!(anne.len(), 2, "{expiry:?}: {anne:#?}");
        assert_eq!(anne[0], "enrolment SPOC anne student 2026-12-01..2027-06-30", "{expiry:?}");
        assert!(host.verify(&id()).await.unwrap().report.unwrap().is_in_place());
    }
}

/// What is over and goes on all the same, since somebody has changed it, is put back.
#[tokio::test]
async fn who_still_gets_in_after_the_end_is_told() {
    let order = sale("A", &["anne", "bob"]);
    let (world, host) = over(Expiry::Suspend, Some(3), &order).await;
    let anne = *world.double.site().users.iter().find(|(_, user)| user.first_name == "anne").unwrap().0;
    let enrolled = world.double.site().enrolments[&(2, anne)];
    world.double.site().enrolments.insert((2, anne), Enrolled { end: 0, suspended: false, ..enrolled });
    let shown = host.verify(&id()).await.unwrap();
    assert!(steps(&shown).contains(&"changed enrolment SPOC anne".to_owned()), "{:#?}", steps(&shown));
    assert_eq!(host.repair(&id(), "test", &|_, _| ()).await.unwrap().state, Fulfilled);
    assert_eq!(world.double.site().enrolments[&(2, anne)].end, enrolled.end);
    world.double.site().run_tasks();
    assert!(host.verify(&id()).await.unwrap().report.unwrap().is_in_place());
}

/// Who comes after the end is enrolled once, as was ordered.
#[tokio::test]
async fn what_was_over_from_the_first_is_set_up_once() {
    let order = sale("A", &["anne"]).with("time", "2026-06-10T00:00:00Z");
    for expiry in ALL {
        let world = MoodleWorld::with(Site { expiry, ..site() }).await;
        let host = world.host_at(later).await;
        let outcome = fulfil_in(&host, &order).await.unwrap();
        assert_eq!(outcome.state, Fulfilled, "{expiry:?}");
        assert!(steps(&outcome).contains(&"made enrolment SPOC anne".to_owned()), "{expiry:?}: {:?}", steps(&outcome));
        for _ in 0..2 {
            pass(&world);
            let again = fulfil_in(&host, &order).await.unwrap();
            assert!(again.report.as_ref().unwrap().is_in_place(), "{expiry:?}: {:?}", steps(&again));
        }
    }
}
