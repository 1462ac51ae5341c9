//! The reports from which enrolments' dates are read: all that they have, or nothing; and never other dates than there are.

use std::collections::BTreeMap;

use moodle_double::site::{Enrolled, MethodColumn, Release, Report, Site};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled};
use shop_core::platform::{AccountId, CourseId, Enrol, Known, Platform, PlatformError, Problem, RoleId};
use shop_core::words::period::{Period, Timestamp};
use shop_platforms::moodle::MoodlePlatform;

use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site, user};

const SPOC: i64 = 2;
const SUPPORT: i64 = 5;
const REPORT: &str = "core_reportbuilder_retrieve_report";

/// Whom an administrator has enrolled, each until another day.
const THERE: std::ops::Range<i64> = 1_000..2_200;

const HAND: Enrolled = Enrolled { start: 1_790_000_040, end: 1_801_000_020, suspended: false, last_access: 0 };

fn report(sorted: bool) -> Report {
    Report { method: MethodColumn::Plugin, sorted, ..Site::recorded_report(Release::V5_1, 3) }
}

fn by_hand(account: i64) -> Enrolled {
    Enrolled { end: HAND.end + account * 86_400, ..HAND }
}

/// A site whose report is read in pages of 500 rows, if it does not answer all.
fn crowded(report: Report, report_limit: Option<usize>) -> Site {
    let mut site = Site { report: Some(report), report_limit, ..site() };
    for id in THERE {
        site.users.insert(id, user(&format!("there{id}")));
        site.enrolments.insert((SPOC, id), by_hand(id));
    }
    site
}

async fn world(site: Site) -> MoodleWorld {
    let mut world = MoodleWorld::without_handler(site).await;
    world.settings.enrolments_report = Some(3);
    world
}

fn places(accounts: impl IntoIterator<Item = i64>) -> Vec<(CourseId, AccountId)> {
    accounts.into_iter().map(|account| (CourseId(SPOC), AccountId(account))).collect()
}

/// When the enrolments of these end, and that they are certain.
async fn ends(
    platform: &MoodlePlatform,
    accounts: impl IntoIterator<Item = i64>,
) -> Result<BTreeMap<i64, i64>, PlatformError> {
    let found = platform.participations(&places(accounts)).await?;
    Ok(found
        .into_iter()
        .map(|one| {
            let enrolment = one.enrolment.unwrap();
            assert_eq!(enrolment.known, Known::Seen, "{one:?}");
            (one.account.0, enrolment.period.end.map_or(0, |end| end.seconds()))
        })
        .collect())
}

fn all_ends() -> BTreeMap<i64, i64> {
    THERE.map(|id| (id, by_hand(id).end)).collect()
}

fn refused<T: std::fmt::Debug>(answer: Result<T, PlatformError>) -> Problem {
    match answer {
        Err(PlatformError::Refused(problem)) => problem,
        other => panic!("expected a refusal, found {other:?}"),
    }
}

fn readings(world: &MoodleWorld) -> usize {
    world.double.take_requests().iter().filter(|request| request.function == REPORT).count()
}

#[tokio::test]
async fn a_report_is_read_whole_or_refused() {
    for (told, sorted, limit, pages) in [
        ("one page has everybody, in whatever sequence", false, None, Ok(1)),
        ("sorted pages have everybody", true, Some(500), Ok(3)),
        ("pages without a sequence have not", false, Some(500), Err("report-unsorted")),
        ("so many pages nobody waits for", true, Some(10), Err("report-too-long")),
    ] {
        let world = world(crowded(report(sorted), limit)).await;
        let platform = world.platform().await;
        let found = ends(&platform, THERE).await;
        match pages {
            Ok(pages) => {
                assert_eq!(found.unwrap(), all_ends(), "{told}");
                assert_eq!(readings(&world), pages, "{told}");
            }
            Err(code) => {
                let problem = refused(found);
                assert_eq!(problem.code, code, "{told}");
                assert!(problem.reason.contains("one report for each course"), "{problem:?}");
            }
        }
    }
}

/// Of all requests: before it come two for the list of participants, one for the zone, and the first page.
const SECOND_PAGE: usize = 5;

/// Those below them move up when people leave, and down when people come.
#[tokio::test]
async fn nobody_is_passed_over_while_pages_are_read_and_others_come_and_go() {
    let world = world(crowded(report(true), Some(500))).await;
    let platform = world.platform().await;
    // As many rows as before, but those after the first page have moved up by one.
    world.double.meanwhile(Some(|nth, site| {
        if nth == SECOND_PAGE {
            site.users.insert(3_000, user("zoe"));
            site.enrolments.insert((SPOC, 3_000), HAND);
            site.enrolments.remove(&(SPOC, 1_000));
        }
    }));
    let mut expected = all_ends();
    expected.remove(&1_000);
    let found = ends(&platform, 1_001..2_200).await.unwrap();
    assert_eq!(found, expected);
    assert_eq!(readings(&world), 2 + 3, "it was noticed at the second page");
    world.double.meanwhile(Some(|_, site| {
        let somebody = site.enrolments.keys().next().copied();
        _ = somebody.map(|place| site.enrolments.remove(&place));
    }));
    let PlatformError::Unavailable(problem) = ends(&world.platform().await, [2_199]).await.unwrap_err() else {
        panic!("it is no fault of the report's")
    };
    assert_eq!(problem.code, "report-moves");
}

#[tokio::test]
async fn dates_in_another_zone_are_not_used_whoever_sets_it() {
    const NEW_YORK: i32 = -5 * 3600;
    for (told, own, forced) in [("of the account", NEW_YORK, None), ("forced by the site", 0, Some(NEW_YORK))] {
        let mut site = Site { report: Some(report(true)), caller_offset: own, forced_offset: forced, ..site() };
        site.users.insert(10, user("anne"));
        site.enrolments.insert((SPOC, 10), HAND);
        site.course_roles.insert((SPOC, 10, 5));
        let mut world = MoodleWorld::with(site).await;
        world.settings.enrolments_report = Some(3);
        let problem = refused(ends(&world.platform().await, [10]).await);
        assert_eq!(problem.code, "report-zone", "{told}");
        assert!(problem.reason.contains("time zone UTC") && problem.reason.contains("forces"), "{problem:?}");
        let order = sale("A", &["anne"]);
        let state = fulfil_in(&*world.host().await, &order).await.map(|outcome| outcome.state);
        assert!(state.is_err_and(|error| error.to_string().contains("time zone UTC")), "{told}");
        assert_eq!(world.double.site().enrolments[&(SPOC, 10)], HAND, "{told}");
        // An administrator puts it right.
        world.double.site().caller_offset = 0;
        world.double.site().forced_offset = None;
        assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled, "{told}");
        let cancelled = order.state("cancelled");
        assert_eq!(fulfil_in(&*world.host().await, &cancelled).await.unwrap().state, Cancelled, "{told}");
        assert_eq!(world.double.site().enrolments[&(SPOC, 10)], HAND, "{told}");
    }
}

#[tokio::test]
async fn addresses_are_found_as_reports_write_them() {
    let mut site = Site { report: Some(report(true)), ..site() };
    site.courses.get_mut(&SPOC).unwrap().short_name = "R&D".to_owned();
    site.users.insert(10, moodle_double::site::User { email: "o'neil&co@example.org".to_owned(), ..user("oneil") });
    site.enrolments.insert((SPOC, 10), HAND);
    let world = world(site).await;
    assert_eq!(ends(&world.platform().await, [10]).await.unwrap(), [(10, HAND.end)].into());
}

#[tokio::test]
async fn a_course_that_has_a_report_of_its_own_is_read_in_that_one() {
    let mut site = crowded(report(true), None);
    site.report = None;
    site.more_reports = vec![
        Report { id: 4, courses: Some(&[SUPPORT]), ..report(true) },
        Report { id: 5, courses: Some(&[SPOC]), ..report(true) },
    ];
    site.enrolments.insert((SUPPORT, 1_000), HAND);
    let mut world = MoodleWorld::without_handler(site).await;
    world.settings.course_reports = [(CourseId(SPOC), 5), (CourseId(SUPPORT), 4)].into();
    let platform = world.platform().await;
    let support = [(CourseId(SUPPORT), AccountId(1_000))];
    world.double.take_rows();
    let found = platform.participations(&support).await.unwrap();
    assert_eq!(found[0].enrolment.unwrap().period.end.map(|end| end.seconds()), Some(HAND.end));
    assert!(world.double.take_rows() < 10, "of the other course, nothing is read");
    assert_eq!(ends(&platform, [1_000]).await.unwrap(), [(1_000, by_hand(1_000).end)].into());
    // Of a course without one, nothing is known.
    world.settings.course_reports.remove(&CourseId(SPOC));
    let found = world.platform().await.participations(&places([1_000])).await.unwrap();
    assert_eq!(
        found[0].enrolment.map(|enrolment| (enrolment.known, enrolment.period.end)),
        Some((Known::Guessed, None))
    );
}

#[tokio::test]
async fn what_is_read_serves_other_orders_too_and_nobody_twice() {
    let mut world = world(crowded(report(true), None)).await;
    // As long as this test may take.
    world.settings.report_seconds = 3600;
    let platform = world.platform().await;
    let ask = async |accounts: &[i64]| {
        let found = ends(&platform, accounts.iter().copied()).await.unwrap();
        let expected: BTreeMap<i64, i64> = {
            let site = world.double.site();
            accounts.iter().map(|account| (*account, site.enrolments[&(SPOC, *account)].end)).collect()
        };
        assert_eq!(found, expected);
        readings(&world)
    };
    assert_eq!(ask(&[1_000, 1_001]).await, 1, "nothing was read before");
    assert_eq!(ask(&[1_002]).await, 0, "it has this one, too");
    world.double.site().enrolments.get_mut(&(SPOC, 1_002)).unwrap().end += 60;
    assert_eq!(ask(&[1_002]).await, 1, "who looks again wants to know what is there now");
    // The shop's own change, by this program.
    let enrol = Enrol {
        course: CourseId(SPOC),
        account: AccountId(1_003),
        role: RoleId(5),
        period: Period { start: Timestamp::EARLIEST, end: Timestamp::new(1_999_999_980).ok() },
        suspended: false,
    };
    platform.enrol(&[enrol], &|_| ()).await.unwrap()[0].as_ref().unwrap();
    world.double.site().enrolments.get_mut(&(SPOC, 1_003)).unwrap().end += 120;
    assert_eq!(ask(&[1_003]).await, 1, "it was read before the change");
    world.double.site().users.insert(3_000, user("zoe"));
    world.double.site().enrolments.insert((SPOC, 3_000), HAND);
    assert_eq!(ask(&[3_000]).await, 1, "she has come since");
    world.settings.report_seconds = 0;
    let platform = world.platform().await;
    for _ in 0..2 {
        ends(&platform, [1_000]).await.unwrap();
        assert_eq!(readings(&world), 1);
    }
}
