//! `platform check`: what a Moodle lacks for the shop to work, found out without changing anything.

use std::collections::BTreeMap;

use moodle_double::site::{Enrolled, Group, Manual, MethodColumn, Release, Report, Site};
use shop_core::platform::CourseId;
use shop_core::words::message::{Level, Value};
use shop_platforms::moodle::{MoodleSettings, NeededCourse, Needs, SiteCheck, Verdict};

use crate::moodle::world::{MoodleWorld, site, user};

/// A product in the course SPOC with the support course.
pub(crate) fn needs() -> Vec<Needs> {
    let course = |parameter: &str, short_name: &str, required| NeededCourse {
        parameter: parameter.to_owned(),
        short_name: short_name.to_owned(),
        required,
    };
    vec![Needs {
        product: "A".to_owned(),
        courses: vec![course("coursename", "SPOC", true), course("customersupport", "SUPPORT", false)],
        roles: vec!["student".to_owned(), "teacher".to_owned()],
    }]
}

/// A site on which nothing is missing, and somebody is in a group already.
fn complete(release: Release) -> Site {
    let mut site = Site {
        release,
        report: Some(Report { method: MethodColumn::Plugin, ..Site::recorded_report(release, 3) }),
        ..site()
    };
    site.users.insert(10, user("anne"));
    site.enrolments.insert((2, 10), Enrolled::default());
    site.course_roles.insert((2, 10, 5));
    let group = Group { course: 2, name: "Group".to_owned(), members: [10].into(), ..Group::default() };
    site.groups.insert(7, group);
    site
}

async fn check(site: Site, change: impl Fn(&mut MoodleSettings)) -> SiteCheck {
    let mut world = MoodleWorld::without_handler(site).await;
    world.settings.known_account = Some("anne@example.org".parse().unwrap());
    world.settings.enrolments_report = Some(3);
    change(&mut world.settings);
    let before = format!("{:?}", world.double.site());
    let check = world.platform().await.check(&needs()).await.unwrap();
    assert_eq!(format!("{:?}", world.double.site()), before, "it changes nothing");
    check
}

/// Errors and warnings, with what they are about.
fn told(check: &SiteCheck) -> Vec<String> {
    let message = |message: &shop_core::words::message::Message| {
        let about: BTreeMap<_, _> = message.arguments.iter().map(|(name, value)| (name.as_str(), value)).collect();
        let about = ["functions", "capabilities", "role", "course"].iter().find_map(|name| about.get(name));
        let about = about.map(|value| match value {
            Value::Text(text) => format!(" {text}"),
            other => format!(" {other:?}"),
        });
        format!("{} {}{}", message.level.as_str(), message.key, about.unwrap_or_default())
    };
    check.messages.iter().map(message).collect()
}

#[tokio::test]
async fn a_complete_moodle_is_green() {
    for release in [Release::V4_2, Release::V4_5, Release::V5_1] {
        let check = check(complete(release), |_| ()).await;
        assert_eq!(told(&check), [""; 0], "{release:?}");
        assert!(check.is_green());
        assert!(check.functions.iter().all(|function| function.in_service));
        assert!(check.functions.iter().any(|function| function.function == "core_reportbuilder_retrieve_report"));
        let known = check.capabilities.iter().filter(|one| one.had != Verdict::Yes).map(|one| one.capability);
        assert_eq!(known.collect::<Vec<_>>(), [""; 0], "{release:?}");
        assert!(check.roles.iter().all(|role| (role.in_courses, role.in_accounts) == (Verdict::Yes, Verdict::Yes)));
        assert!(check.courses.iter().all(|course| course.found && course.manual_enrolment == Verdict::Yes));
    }
}

#[tokio::test]
async fn each_capability_that_is_missing_is_told() {
    for release in [Release::V4_2, Release::V4_5, Release::V5_1] {
        for (capability, message) in [
            ("moodle/user:viewdetails", "error moodle-capabilities moodle/user:viewdetails"),
            ("moodle/user:viewdetails", "error moodle-accounts-unseen"),
            ("moodle/site:viewuseridentity", "error moodle-addresses-unseen"),
            ("moodle/user:create", "error moodle-capabilities moodle/user:create"),
            ("moodle/course:view", "error moodle-capabilities moodle/course:view"),
            ("moodle/course:managegroups", "error moodle-capabilities moodle/course:managegroups"),
            ("enrol/manual:enrol", "error moodle-capabilities enrol/manual:enrol"),
            ("enrol/manual:unenrol", "error moodle-capabilities enrol/manual:unenrol"),
            ("moodle/role:assign", "error moodle-capabilities moodle/role:assign"),
            ("moodle/course:viewparticipants", "error moodle-capabilities moodle/course:viewparticipants"),
            ("moodle/site:accessallgroups", "error moodle-capabilities moodle/site:accessallgroups"),
        ] {
            let mut site = complete(release);
            site.capabilities.remove(capability);
            // Before the first order, nobody is there by whom it would show.
            let mut empty = site.clone();
            (empty.enrolments, empty.course_roles, empty.groups) = Default::default();
            for site in [site, empty] {
                let check = check(site, |_| ()).await;
                let told = told(&check);
                assert!(told.iter().any(|line| line == message), "{capability}: {told:?}");
                assert!(!check.is_green(), "{capability}");
            }
        }
    }
}

/// More people in a course, and a report that is sorted or not.
fn many(site: &mut Site, sorted: bool) {
    let report = site.report.unwrap();
    site.report = Some(Report { sorted, ..report });
    for id in 1_000..1_040 {
        site.users.insert(id, user(&format!("there{id}")));
        site.enrolments.insert((5, id), Enrolled::default());
    }
}

#[tokio::test]
async fn whatever_else_is_missing_is_told() {
    /// What is missing, how that comes, and what is told then.
    type Case = (&'static str, fn(&mut Site), fn(&mut MoodleSettings), Vec<&'static str>);
    let none: fn(&mut MoodleSettings) = |_| ();
    let cases: Vec<Case> = vec![
        (
            "a function",
            |site| _ = site.functions.remove("enrol_manual_unenrol_users"),
            none,
            vec!["error moodle-functions enrol_manual_unenrol_users"],
        ),
        (
            "a role in accounts",
            |site| site.roles.get_mut(&5).unwrap().in_user = false,
            none,
            vec!["warning moodle-role-not-in-accounts student"],
        ),
        (
            "a role that the shop's may assign",
            |site| site.roles.get_mut(&5).unwrap().assignable = false,
            none,
            vec!["error moodle-role-not-in-courses student", "warning moodle-role-not-in-accounts student"],
        ),
        (
            "a role's id",
            |_| (),
            |settings| _ = settings.roles.remove("teacher"),
            vec!["error moodle-role-unknown teacher"],
        ),
        ("a role's id that somebody shows", |_| (), |settings| _ = settings.roles.remove("student"), vec![]),
        ("the right id", |_| (), |settings| _ = settings.roles.insert("student".to_owned(), 4), vec!["error"]),
        (
            "a course",
            |site| site.courses.get_mut(&2).unwrap().short_name = "spoc".to_owned(),
            none,
            vec!["error moodle-course-unknown SPOC"],
        ),
        (
            "a visible course",
            |site| {
                site.courses.get_mut(&5).unwrap().hidden = true;
                site.capabilities.remove("moodle/course:viewhiddencourses");
            },
            none,
            vec!["error moodle-course-unknown SUPPORT"],
        ),
        (
            "manual enrolment",
            |site| site.courses.get_mut(&5).unwrap().manual = Manual::Off,
            none,
            vec!["error moodle-course-not-manual SUPPORT"],
        ),
        (
            "separate groups",
            |site| {
                site.courses.get_mut(&2).unwrap().group_mode = 0;
                site.courses.get_mut(&5).unwrap().group_mode = 0;
            },
            none,
            vec!["warning moodle-course-groups SPOC"],
        ),
        ("a report", |_| (), |settings| settings.enrolments_report = None, vec!["warning moodle-report-none"]),
        ("the report", |site| site.report = None, none, vec!["error moodle-report-unreadable"]),
        (
            "a report with methods",
            |site| site.report = Some(Site::recorded_report(Release::V4_5, 3)),
            none,
            vec!["warning moodle-report-methods"],
        ),
        ("sorting of a report that is long", |site| many(site, false), none, vec!["warning moodle-report-unsorted"]),
        ("nothing of a report that is long and sorted", |site| many(site, true), none, vec![]),
        (
            "the support course in the report",
            |site| {
                let report = site.report.unwrap();
                site.report = Some(Report { courses: Some(&[2]), ..report });
                site.enrolments.insert((5, 10), Enrolled::default());
            },
            none,
            vec!["error moodle-report-lacks SUPPORT"],
        ),
        (
            "a report on one of the courses",
            |_| (),
            |settings| {
                settings.enrolments_report = None;
                settings.course_reports = [(CourseId(2), 3)].into();
            },
            vec!["warning moodle-report-course-none SUPPORT"],
        ),
        ("a zone that is UTC", |site| site.caller_offset = 3600, none, vec!["error moodle-report-unreadable"]),
        (
            "a zone that is not forced",
            |site| site.forced_offset = Some(-18_000),
            none,
            vec!["error moodle-report-unreadable"],
        ),
        (
            "the function that retrieves reports",
            |site| _ = site.functions.remove("core_reportbuilder_retrieve_report"),
            none,
            vec!["error moodle-functions core_reportbuilder_retrieve_report", "error moodle-report-unreadable"],
        ),
        (
            "the function that writes times",
            |site| _ = site.functions.remove("core_get_user_dates"),
            none,
            vec!["error moodle-functions core_get_user_dates", "error moodle-report-unreadable"],
        ),
        (
            "a guest, nor another account to look for",
            |site| _ = site.users.remove(&1),
            |settings| settings.known_account = Some("ws-provision@moodle.example".parse().unwrap()),
            vec!["error moodle-accounts-unseen", "error moodle-capabilities moodle/user:viewdetails"],
        ),
        (
            "all of a large request",
            |site| site.max_input_vars = 1000,
            |settings| settings.max_input_vars = 5000,
            vec!["error moodle-max-input-vars"],
        ),
        (
            "all of a request that the settings say nothing of",
            |site| site.max_input_vars = 400,
            none,
            vec!["error moodle-max-input-vars"],
        ),
        ("the last access", |site| site.last_access_shown = false, none, vec!["warning moodle-last-access-hidden"]),
        (
            "any access",
            |site| (site.last_access_shown, site.first_access_shown) = (false, false),
            none,
            vec!["warning moodle-last-access-hidden", "warning moodle-visits-hidden"],
        ),
        ("the first access", |site| site.first_access_shown = false, none, vec![]),
        ("a guest", |site| _ = site.users.remove(&1), none, vec![]),
        ("a known account", |_| (), |settings| settings.known_account = None, vec![]),
    ];
    for (missing, change, settings, expected) in cases {
        let mut site = complete(Release::V4_5);
        change(&mut site);
        let check = check(site, settings).await;
        let told = told(&check);
        let as_expected = told.len() == expected.len() || expected == ["error"];
        let all = expected.iter().all(|expected| told.iter().any(|line| line.starts_with(expected)));
        assert!(as_expected && all, "without {missing}: expected {expected:?}, found {told:?}");
        assert_eq!(check.is_green(), !expected.iter().any(|line| line.starts_with("error")), "{missing}");
        assert!(check.messages.iter().all(|message| message.level != Level::Notice));
    }
}
