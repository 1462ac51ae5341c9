//! What a Moodle does not tell, or tells wrongly: nobody's right is cut short or lost by it.

use moodle_double::Loss;
use moodle_double::site::{Enrolled, Group, Release, Site};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Incomplete};
use shop_core::platform::{AccountId, CourseId, Enrol, Known, Platform, RoleId};
use shop_core::words::order::OrderId;
use shop_core::words::period::{Period, Timestamp};
use shop_host::host::Outcome;
use shop_platforms::moodle::MoodleSettings;

use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site, user};

/// Noon of a day, in seconds since 1970.
fn day(date: &str) -> i64 {
    let time: Timestamp = format!("{date}T12:00:00Z").try_into().unwrap();
    time.seconds()
}

/// From one day to another, each of which can be none.
fn enrolled(start: &str, end: &str, suspended: bool) -> Enrolled {
    let day = |date: &str| if date.is_empty() { 0 } else { day(date) };
    Enrolled { start: day(start), end: day(end), suspended, last_access: 0 }
}

/// A site on which somebody has enrolled Anne by hand.
fn by_hand(enrolment: Enrolled) -> Site {
    let mut site = Site { report: Some(Site::recorded_report(Release::V4_5, 3)), ..site() };
    site.users.insert(10, user("anne"));
    site.enrolments.insert((2, 10), enrolment);
    site.course_roles.insert((2, 10, 5));
    site
}

fn anne(world: &MoodleWorld) -> Vec<String> {
    lines(&world.census()).into_iter().filter(|line| line.starts_with("enrolment SPOC anne")).collect()
}

#[tokio::test]
async fn an_enrolment_made_by_hand_is_never_cut_short() {
    // The order's own is from 2026-12-01 to 2027-01-05.
    for (told, hand, report, fulfilled, cancelled) in [
        // Without a report, its dates are not known: so it becomes the most that it may have been.
        ("longer", enrolled("2026-01-01", "2027-12-31", false), None, "1970-01-01..", "1970-01-01.."),
        ("past", enrolled("2026-01-01", "2026-06-30", false), None, "1970-01-01..", "1970-01-01.."),
        ("to come", enrolled("2028-01-01", "2028-06-30", false), None, "1970-01-01..", "1970-01-01.."),
        ("for ever", enrolled("", "", false), None, "1970-01-01..", "1970-01-01.."),
        // With one, it is as on a platform that tells them.
        (
            "longer",
            enrolled("2026-01-01", "2027-12-31", false),
            Some(3),
            "2026-01-01..2027-12-31",
            "2026-01-01..2027-12-31",
        ),
        (
            "past",
            enrolled("2026-01-01", "2026-06-30", false),
            Some(3),
            "2026-01-01..2027-01-05",
            "2026-01-01..2026-06-30",
        ),
        (
            "to come",
            enrolled("2028-01-01", "2028-06-30", false),
            Some(3),
            "2026-12-01..2028-06-30",
            "2028-01-01..2028-06-30",
        ),
        (
            "suspended",
            enrolled("2026-01-01", "2027-12-31", true),
            Some(3),
            "2026-12-01..2027-01-05",
            "2026-01-01..2027-12-31, suspended",
        ),
    ] {
        // The reports of these releases have not the same columns.
        let releases: &[Release] = if report.is_some() { &[Release::V4_5, Release::V5_1] } else { &[Release::V4_5] };
        for release in releases {
            let mut world = MoodleWorld::with(Site {
                release: *release,
                report: Some(Site::recorded_report(*release, 3)),
                ..by_hand(hand)
            })
            .await;
            world.settings = MoodleSettings { enrolments_report: report, ..world.settings };
            let order = sale("A", &["anne"]);
            for (order, state, expected) in [
                (order.clone(), Fulfilled, fulfilled),
                (order.clone(), Fulfilled, fulfilled),
                (order.state("cancelled"), Cancelled, cancelled),
            ] {
                let outcome = fulfil_in(&*world.host().await, &order).await.unwrap();
                assert_eq!(outcome.state, state, "{told}, report {report:?}");
                let expected = [format!("enrolment SPOC anne student {expected}")];
                assert_eq!(anne(&world), expected, "{told}, {release:?}, report {report:?}");
            }
        }
    }
}

#[tokio::test]
async fn with_a_report_what_was_changed_by_hand_is_seen_and_without_one_what_was_asked_for_is_believed() {
    for (report, steps_then, end) in [(Some(3), "changed enrolment SPOC anne", "2027-01-05"), (None, "", "2026-12-24")]
    {
        let mut world =
            MoodleWorld::with(Site { report: Some(Site::recorded_report(Release::V4_5, 3)), ..site() }).await;
        world.settings = MoodleSettings { enrolments_report: report, ..world.settings };
        let order = sale("A", &["anne"]);
        fulfil_in(&*world.host().await, &order).await.unwrap();
        let id = *world.double.site().users.iter().find(|(_, user)| user.first_name == "anne").unwrap().0;
        world.double.site().enrolments.get_mut(&(2, id)).unwrap().end = day("2026-12-24");
        let outcome = fulfil_in(&*world.host().await, &order).await.unwrap();
        assert_lines("after a change by hand", &steps(&outcome), steps_then);
        assert_eq!(anne(&world), [format!("enrolment SPOC anne student 2026-12-01..{end}")]);
    }
}

#[tokio::test]
async fn whoever_was_unenrolled_by_hand_and_enrolled_again_is_not_taken_for_enrolled_as_before() {
    let world = MoodleWorld::new().await;
    let order = sale("A", &["anne", "bob"]);
    fulfil_in(&*world.host().await, &order).await.unwrap();
    let id = *world.double.site().users.iter().find(|(_, user)| user.first_name == "anne").unwrap().0;
    let enrolment = world.double.site().enrolments.remove(&(2, id)).unwrap();
    let platform = world.platform().await;
    let of = [(CourseId(2), AccountId(id))];
    assert_eq!(platform.participations(&of).await.unwrap(), []);
    world.double.site().enrolments.insert((2, id), Enrolled { end: day("2026-12-24"), ..enrolment });
    assert_eq!(platform.participations(&of).await.unwrap()[0].enrolment.unwrap().known, Known::Guessed);
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    assert_eq!(anne(&world), ["enrolment SPOC anne student 2026-12-01..2027-01-05"]);
}

#[tokio::test]
async fn an_enrolment_that_comes_later_than_anybody_waited_is_the_one_that_was_asked_for() {
    let mut site = by_hand(Enrolled::default());
    site.users.insert(11, user("bob"));
    let world = MoodleWorld::without_handler(site).await;
    let platform = world.platform().await;
    let (course, account) = (CourseId(2), AccountId(11));
    let instant = |date: &str| Timestamp::new(day(date).into()).unwrap();
    let period = Period { start: instant("2026-12-01"), end: Some(instant("2027-01-05")) };
    world.double.lose(Some(Loss::Request(1)));
    platform.enrol(&[Enrol { course, account, role: RoleId(5), period, suspended: false }], &|_| ()).await.unwrap_err();
    world.double.lose(None);
    assert_eq!(platform.participations(&[(course, account)]).await.unwrap(), []);
    world.double.site().enrolments.insert((2, 11), enrolled("2026-12-01", "2027-01-05", false));
    let found = platform.participations(&[(course, account)]).await.unwrap();
    let enrolment = found[0].enrolment.unwrap();
    assert_eq!((enrolment.period, enrolment.known), (period, Known::Guessed));
}

#[tokio::test]
async fn without_what_was_remembered_an_order_is_stated_again_and_nothing_else_changes() {
    let world = MoodleWorld::new().await;
    let order = sale("A", &["anne"]);
    fulfil_in(&*world.host().await, &order).await.unwrap();
    let before = world.census();
    // As another program would find it, whose folder has lost that file.
    let lost = world.copy().await;
    std::fs::remove_file(lost.folder.path().join("moodle.sqlite")).unwrap();
    for log in ["moodle.sqlite-wal", "moodle.sqlite-shm"] {
        _ = std::fs::remove_file(lost.folder.path().join(log));
    }
    let at_once = lost.copy().await;
    assert_eq!(fulfil_in(&*lost.host().await, &order).await.unwrap().state, Fulfilled);
    assert_eq!(difference(&before, &lost.census()), [""; 0]);
    for lost in [lost, at_once] {
        let cancelled = order.clone().state("cancelled");
        assert_eq!(fulfil_in(&*lost.host().await, &cancelled).await.unwrap().state, Cancelled);
        assert_eq!(lost.census().enrolments, []);
        assert_eq!(lost.census().attachments, []);
    }
}

#[tokio::test]
async fn names_are_as_they_were_written_however_moodle_tells_them() {
    let mut site = Site { report: Some(Site::recorded_report(Release::V4_5, 3)), ..site() };
    site.courses.get_mut(&2).unwrap().short_name = "R&D \"1\"".to_owned();
    site.users.insert(10, user("anne"));
    site.enrolments.insert((2, 10), enrolled("2026-01-01", "2027-12-31", false));
    site.course_roles.insert((2, 10, 5));
    let mut world = MoodleWorld::with(site).await;
    world.settings.enrolments_report = Some(3);
    let platform = world.platform().await;
    let courses = platform.find_courses(&["R&D \"1\"".to_owned()]).await.unwrap();
    assert_eq!(courses[0].short_name, "R&D \"1\"");
    let found = platform.participations(&[(CourseId(2), AccountId(10))]).await.unwrap();
    assert_eq!(found[0].enrolment.unwrap().known, Known::Seen, "it is found in the report, which does not escape it");
    let group = platform.create_groups(&[(CourseId(2), "Dupont & Fils".to_owned())], "A").await.unwrap();
    assert_eq!(platform.groups(&[(CourseId(2), "A")]).await.unwrap()[0].name, "Dupont & Fils");
    // Whatever its case.
    let taken = platform.create_groups(&[(CourseId(2), "DUPONT & FILS".to_owned())], "B").await.unwrap();
    assert!(taken[0].as_ref().unwrap_err().reason.contains("another group of the course is called"), "{taken:?}");
    assert!(group[0].is_ok());
}

#[tokio::test]
async fn a_group_that_is_only_listed_is_told_and_made_once_it_no_longer_is() {
    let world = MoodleWorld::new().await;
    let ghost = Group { course: 2, name: "Ghost".to_owned(), id_number: "A".to_owned(), ..Group::default() };
    world.double.site().ghosts.insert(4711, ghost);
    let order = sale("A", &["anne"]);
    let outcome = fulfil_in(&*world.host().await, &order).await.unwrap();
    assert_eq!(outcome.state, Incomplete);
    let reasons = reasons(&outcome);
    assert!(reasons[0].contains("still lists a group that it does not have"), "{reasons:?}");
    world.double.site().ghosts.clear();
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    assert_eq!(world.census().groups[0].members.len(), 2);
}

#[tokio::test]
async fn a_group_of_another_with_the_same_name_is_told() {
    let world = MoodleWorld::new().await;
    let taken = Group { course: 2, name: "CLAIRE TEST – A".to_owned(), ..Group::default() };
    world.double.site().groups.insert(7, taken);
    let outcome = fulfil_in(&*world.host().await, &sale("A", &["anne"])).await.unwrap();
    assert_eq!(outcome.state, Incomplete);
    let reasons = reasons(&outcome);
    assert!(reasons[0].contains("another group of the course is called"), "{reasons:?}");
}

#[tokio::test]
async fn roles_are_those_of_the_settings_or_those_that_somebody_has() {
    let enrolled = by_hand(Enrolled::default());
    let name = "student".to_owned();
    for (told, site, student, expected) in [
        ("by the settings", site(), Some(5), Ok(5)),
        ("by somebody who has it", enrolled.clone(), None, Ok(5)),
        ("by nobody", site(), None, Err("write it into moodle.toml, under [roles], as student = ID")),
        (
            "another than somebody has",
            enrolled,
            Some(6),
            Err("has the id 5 on this Moodle, but moodle.toml says student = 6"),
        ),
    ] {
        let mut world = MoodleWorld::without_handler(site).await;
        world.settings.roles = student.map(|id| (name.clone(), id)).into_iter().collect();
        let platform = world.platform().await;
        let roles = platform.find_roles(std::slice::from_ref(&name), &[CourseId(2)]).await;
        // A contradiction shows when it is read who has which.
        let of = [(CourseId(2), AccountId(10))];
        let read = platform.participations(&of).await.map(drop);
        match (roles.and_then(|roles| read.map(|()| roles)), expected) {
            (Ok(roles), Ok(id)) => assert_eq!(roles[0].id.0, id, "{told}"),
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{told}: {error}"),
            (found, _) => panic!("{told}: {found:?}"),
        }
    }
}

/// Other courses may have many participants, and have nothing to do with it.
#[tokio::test]
async fn a_role_that_is_not_in_the_settings_is_looked_for_in_the_courses_that_are_named_and_in_no_others() {
    let mut world = MoodleWorld::without_handler(by_hand(Enrolled::default())).await;
    world.settings.roles.clear();
    let platform = world.platform().await;
    let (spoc, support) = ("SPOC".to_owned(), "SUPPORT".to_owned());
    platform.find_courses(&[spoc, support]).await.unwrap();
    for (courses, found, requests) in [
        (&[][..], false, 0),
        (&[CourseId(3)], false, 1),
        (&[CourseId(2)], true, 1),
        // What was seen once is known.
        (&[CourseId(3)], true, 0),
    ] {
        world.double.take_requests();
        let roles = platform.find_roles(&["student".to_owned()], courses).await;
        assert_eq!(roles.is_ok(), found, "{courses:?}: {roles:?}");
        assert_eq!(world.double.take_requests().len(), requests, "{courses:?}");
    }
}

/// Who is enrolled is told, and not how; of roles in accounts, nothing is.
#[tokio::test]
async fn what_moodle_does_not_tell_is_not_said_to_be_there_and_can_be_stated_again() {
    let none = ["enrolments-untold", "account-roles-untold"];
    for (report, untold, seen) in
        [(None, &none[..], ""), (Some(3), &none[1..], "changed enrolment SPOC anne\nchanged enrolment SPOC bob")]
    {
        let site = Site { report: Some(Site::recorded_report(Release::V4_5, 3)), ..site() };
        let mut world = MoodleWorld::with(site).await;
        world.settings = MoodleSettings { enrolments_report: report, ..world.settings };
        let order = sale("A", &["anne", "bob"]);
        assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
        let before = world.census();
        let id = OrderId::try_from("A".to_owned()).unwrap();
        let told =
            |outcome: &Outcome| -> Vec<String> { outcome.messages.iter().map(|said| said.key.clone()).collect() };
        let host = world.host().await;
        let sound = host.verify(&id).await.unwrap();
        assert!(sound.report.as_ref().unwrap().is_in_place());
        assert_eq!(told(&sound), untold, "{report:?}");
        assert_eq!(sound.report.unwrap().untold().count(), if report.is_some() { 4 } else { 8 });
        {
            let mut site = world.double.site();
            let [anne, bob] =
                ["anne", "bob"].map(|name| *site.users.iter().find(|(_, user)| user.first_name == name).unwrap().0);
            site.enrolments.get_mut(&(2, anne)).unwrap().suspended = true;
            site.enrolments.get_mut(&(2, bob)).unwrap().end = day("2026-12-24");
            let role = *site.user_roles.iter().find(|(_, holder, _)| *holder == anne).unwrap();
            site.user_roles.remove(&role);
        }
        assert_lines("seen", &steps(&host.verify(&id).await.unwrap()), seen);
        let shown = host.preview_restatement(&id).await.unwrap();
        let count = |what: &str| steps(&shown).iter().filter(|step| step.contains(what)).count();
        assert_eq!((count("enrolment"), count("attachment")), (if report.is_some() { 2 } else { 4 }, 4), "{report:?}");
        assert_eq!(told(&shown), [""; 0], "{report:?}: all of it is stated");
        let outcome = host.restate(&id, "test", &|_, _| ()).await.unwrap();
        assert_eq!(outcome.state, Fulfilled, "{report:?}: {:?}", reasons(&outcome));
        assert_eq!(difference(&before, &world.census()), [""; 0], "{report:?}");
        assert_eq!(told(&host.verify(&id).await.unwrap()), untold, "{report:?}: nor does it tell now");
    }
}

/// As by handing the order over again.
#[tokio::test]
async fn an_account_that_is_suspended_is_told() {
    let world = MoodleWorld::new().await;
    let order = sale("A", &["anne", "bob"]);
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    world
        .double
        .site()
        .users
        .values_mut()
        .filter(|user| user.first_name == "anne")
        .for_each(|user| user.suspended = true);
    let id = OrderId::try_from("A".to_owned()).unwrap();
    let host = world.host().await;
    for outcome in [host.verify(&id).await.unwrap(), host.repair(&id, "test", &|_, _| ()).await.unwrap()] {
        let told = outcome.messages.iter().filter(|said| said.key == "account-suspended-kept");
        assert_eq!(told.count(), 1, "{:?}", outcome.messages);
        assert!(outcome.report.unwrap().is_in_place());
    }
}

/// Where the site hides when people were last there, everybody may have been: nobody's work is lost.
#[tokio::test]
async fn whoever_may_have_been_in_a_course_is_suspended_there_and_not_unenrolled() {
    for last_access_shown in [true, false] {
        let world = MoodleWorld::with(Site { last_access_shown, ..site() }).await;
        let host = world.host().await;
        let order = sale("A", &["anne"]);
        assert_eq!(fulfil_in(&host, &order).await.unwrap().state, Fulfilled);
        assert_eq!(fulfil_in(&host, &order.state("cancelled")).await.unwrap().state, Cancelled);
        let left = anne(&world);
        match last_access_shown {
            true => assert_eq!(left, [""; 0]),
            false => assert!(matches!(&left[..], [line] if line.ends_with(", suspended")), "{left:?}"),
        }
    }
}
