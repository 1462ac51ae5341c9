//! How many requests a session takes, and what they may hold.

use moodle_double::site::{Manual, Site};
use moodle_double::{Loss, Request};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Waiting};
use shop_core::platform::{AccountId, CourseId, Enrol, Platform, RoleId};
use shop_core::words::period::Period;
use shop_platforms::moodle::MoodleSettings;

use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site, user};

/// A paid order of so many seats, one of them a tutor's.
fn order(seats: usize) -> Sale {
    let learners = (1..seats).map(|number| format!("learner{number}"));
    let seats: Vec<String> = std::iter::once("tutor tess".to_owned()).chain(learners).collect();
    let seats: Vec<&str> = seats.iter().map(String::as_str).collect();
    sale("A", &seats).in_line(1, "quantity", seats.len())
}

/// What an order asks, on a site where these people have accounts already and where so many requests may be under way at once.
async fn requests(seats: usize, known: &[&str], parallel: usize) -> Vec<Request> {
    let mut site = site();
    site.users.extend((10..).zip(known.iter().map(|name| user(name))));
    let mut world = MoodleWorld::with(site).await;
    world.settings.parallel = parallel.try_into().unwrap();
    world.double.take_requests();
    let outcome = fulfil_in(&*world.host().await, &order(seats)).await.unwrap();
    assert_eq!(outcome.state, Fulfilled);
    let census = world.census();
    assert_eq!(census.enrolments.len(), seats + 2, "all seats, and the operator in two courses");
    assert!(census.enrolments.iter().all(|enrolment| enrolment.period.end.is_some() || enrolment.course == "SUPPORT"));
    assert_eq!(census.groups[0].members.len(), seats + 1);
    assert_eq!(census.attachments.len(), 2 * seats);
    assert!(world.double.most_at_once() <= parallel);
    world.double.take_requests()
}

/// One of them looks whether as much arrives as is sent, or whether accounts can be seen; two whether all would be told of in two
/// courses where nobody is. Two of them look again, in each of two courses, how those are there whose accounts were made
/// meanwhile: what somebody else has given them is not to be overwritten. And what is large is asked for by several requests
/// at once, which can be as many more as may be under way.
#[tokio::test]
async fn a_session_takes_few_requests_however_many_seats_it_has() {
    let some = ["claire", "tess", "learner1", "learner99"];
    for (seats, known, parallel, most) in [
        (1, &[][..], 2, 16),
        (100, &[], 1, 17),
        (100, &[], 2, 17),
        (100, &[], 4, 17),
        (100, &some[..1], 2, 17),
        (100, &some, 2, 17),
        (100, &some, 4, 17),
        (500, &[], 2, 35),
        (500, &some[..3], 2, 35),
        (500, &some[..3], 4, 35),
    ] {
        let requests = requests(seats, known, parallel).await;
        let told: Vec<_> = requests.iter().map(|request| (&*request.function, request.variables)).collect();
        let told = format!("{seats} seats, {known:?}, {parallel} at once: {} requests: {told:#?}", requests.len());
        assert!(requests.len() <= most + parallel, "{told}");
        assert!(requests.iter().all(|request| request.variables <= 900), "{told}");
    }
}

/// Making accounts takes a Moodle longest of all, a mail for each; and what is large of another kind is next. No request of those
/// that may be under way at once is left with nothing to do, nor is any for what the site does one after the other.
#[tokio::test]
async fn what_is_large_is_asked_for_by_as_many_requests_as_may_be_under_way_at_once() {
    for (seats, parallel, function, asked) in [
        (49, 1, "core_user_create_users", &[50][..]),
        (49, 2, "core_user_create_users", &[25, 25]),
        (49, 4, "core_user_create_users", &[13, 13, 12, 12]),
        (98, 4, "enrol_manual_enrol_users", &[50, 50]),
        (97, 4, "enrol_manual_enrol_users", &[99]),
        (98, 1, "enrol_manual_enrol_users", &[100]),
        // They change the same group.
        (100, 4, "core_group_add_group_members", &[101]),
        // Half of the roles are the operator's.
        (100, 2, "core_role_assign_roles", &[100, 100]),
        (100, 4, "core_role_assign_roles", &[100, 100]),
    ] {
        let requests = requests(seats, &[], parallel).await;
        let of_function = requests.iter().filter(|request| request.function == function);
        let mut found: Vec<usize> = of_function.map(|request| request.work.rows).collect();
        found.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(found, asked, "{function} for {seats} seats, {parallel} at once");
    }
}

#[tokio::test]
async fn a_site_that_reads_fewer_variables_gets_smaller_requests() {
    let mut world = MoodleWorld::with(Site { max_input_vars: 200, ..site() }).await;
    world.settings = MoodleSettings { max_input_vars: 200, ..world.settings };
    assert_eq!(fulfil_in(&*world.host().await, &order(100)).await.unwrap().state, Fulfilled);
    assert_eq!(world.census().enrolments.len(), 102);
    let cancelled = order(100).state("cancelled");
    assert_eq!(fulfil_in(&*world.host().await, &cancelled).await.unwrap().state, Cancelled);
    assert_eq!(world.census().enrolments, []);
    assert!(world.double.take_requests().iter().all(|request| request.variables <= 180));
}

/// The accounts of 500 people take Moodle most of a minute: it is told all along how far it is.
#[tokio::test]
async fn the_progress_of_long_work_is_told_within_its_phases() {
    let world = MoodleWorld::new().await;
    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let hears = told.clone();
    let progress = move |done: usize, of: usize| hears.lock().unwrap().push((done, of));
    let order = shop_folder::file::parse_order(&order(200).json()).unwrap();
    let outcome = world.host().await.fulfil(&order, &progress).await.unwrap();
    let told = told.lock().unwrap();
    let steps = outcome.report.unwrap().entries.len();
    assert!(told.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{told:?}");
    assert!(told.iter().all(|(done, of)| done <= of && *of == steps), "{told:?}");
    assert_eq!(told.last(), Some(&(steps, steps)));
    let stages: std::collections::BTreeSet<_> = told.iter().map(|(done, _)| done).collect();
    assert!(stages.len() > 10, "there are five phases: {stages:?}");
}

/// Moodle answers as if the rest had been done.
#[tokio::test]
async fn a_site_that_reads_fewer_variables_than_its_settings_say_is_noticed_before_anything_is_cut() {
    for (max_input_vars, largest) in [(1000, 900), (5000, 4500)] {
        let mut world = MoodleWorld::with(Site { max_input_vars, ..site() }).await;
        world.settings = MoodleSettings { max_input_vars: 5000, parallel: 1.try_into().unwrap(), ..world.settings };
        world.double.take_requests();
        assert_eq!(fulfil_in(&*world.host().await, &order(500)).await.unwrap().state, Fulfilled);
        let census = world.census();
        assert_eq!((census.enrolments.len(), census.groups[0].members.len()), (502, 501), "{max_input_vars}");
        assert_eq!(census.attachments.len(), 1000);
        assert!(census.enrolments.iter().all(|one| one.period.end.is_some() || one.course == "SUPPORT"));
        let requests = world.double.take_requests();
        let changing = requests.iter().filter(|request| !request.function.contains("_get_"));
        let most = changing.map(|request| request.variables).max().unwrap();
        assert!(most <= largest && most > largest / 2, "{max_input_vars}: {most}");
        let probes = requests.iter().filter(|request| request.function.contains("_get_") && request.variables == 4500);
        assert_eq!(probes.count(), 1, "{requests:#?}");
    }
}

/// Whatever PHP really reads, down to what would not do for a Moodle: all arrives.
#[tokio::test]
async fn a_site_that_reads_far_fewer_variables_is_noticed_too() {
    for max_input_vars in [400, 150] {
        let world = MoodleWorld::with(Site { max_input_vars, ..site() }).await;
        let order = order(200);
        for _ in 0..2 {
            assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
            let census = world.census();
            assert_eq!((census.enrolments.len(), census.groups[0].members.len()), (202, 201), "{max_input_vars}");
            assert_eq!((census.accounts.len(), census.attachments.len()), (201, 400), "{max_input_vars}");
        }
        let requests = world.double.take_requests();
        let changing = requests.iter().filter(|request| !request.function.contains("_get_"));
        assert!(changing.map(|request| request.variables).max().unwrap() <= max_input_vars);
        let cancelled = order.state("cancelled");
        assert_eq!(fulfil_in(&*world.host().await, &cancelled).await.unwrap().state, Cancelled);
        let census = world.census();
        assert_eq!((census.enrolments, census.groups, census.attachments), (vec![], vec![], vec![]));
    }
}

/// A proxy takes no large requests, so the site is not even asked.
#[tokio::test]
async fn a_limit_that_cannot_be_tried_is_the_smaller_one() {
    let mut world = MoodleWorld::with(Site { max_input_vars: 5000, ..site() }).await;
    world.settings.max_input_vars = 5000;
    world.double.lose(Some(Loss::Larger(40_000)));
    assert_eq!(fulfil_in(&*world.host().await, &order(500)).await.unwrap().state, Fulfilled);
    assert_eq!(world.census().enrolments.len(), 502);
    let requests = world.double.take_requests();
    assert!(requests.iter().filter(|request| request.variables > 900).count() <= 2, "{requests:#?}");
}

/// Something on the way breaks connections that carry much: it is not tried again and again.
#[tokio::test]
async fn a_limit_that_is_tried_in_vain_is_tried_once() {
    let world = async || {
        let mut world = MoodleWorld::with(Site { max_input_vars: 5000, ..site() }).await;
        world.settings.max_input_vars = 5000;
        world.double.take_requests();
        world
    };
    let undisturbed = world().await;
    fulfil_in(&*undisturbed.host().await, &order(500)).await.unwrap();
    let probe = undisturbed.double.take_requests().iter().position(|request| request.variables == 4500).unwrap();
    let world = world().await;
    world.double.lose(Some(Loss::Request(probe + 1)));
    let host = world.host().await;
    assert_eq!(fulfil_in(&host, &order(500)).await.unwrap().state, Waiting);
    world.double.lose(None);
    assert_eq!(fulfil_in(&host, &order(500)).await.unwrap().state, Fulfilled);
    assert!(world.double.take_requests().iter().all(|request| request.variables <= 900));
    assert_eq!(world.census().enrolments.len(), 502);
}

#[tokio::test]
async fn requests_that_are_too_large_for_the_server_are_divided() {
    let world = MoodleWorld::new().await;
    world.double.lose(Some(Loss::Larger(4000)));
    assert_eq!(fulfil_in(&*world.host().await, &order(100)).await.unwrap().state, Fulfilled);
    assert_eq!(world.census().enrolments.len(), 102);
    assert_eq!(world.census().attachments.len(), 200);
}

/// What made them small may be over: a program that runs for months does not send small ones for ever.
#[tokio::test]
async fn requests_that_had_to_be_small_grow_again() {
    let world = MoodleWorld::without_handler(site()).await;
    let platform = world.platform().await;
    let accounts: Vec<AccountId> = (1000..3000).map(AccountId).collect();
    let largest = async || {
        world.double.take_requests();
        platform.accounts(&accounts).await.unwrap();
        world.double.take_requests().iter().map(|request| request.variables).max().unwrap()
    };
    assert_eq!(largest().await, 900);
    world.double.lose(Some(Loss::Larger(2000)));
    largest().await;
    let small = largest().await;
    assert!(small < 200, "{small}");
    world.double.lose(None);
    let mut sizes = vec![small];
    while *sizes.last().unwrap() < 900 && sizes.len() < 50 {
        sizes.push(largest().await);
    }
    assert_eq!(sizes.last(), Some(&900), "{sizes:?}");
    assert!(sizes.windows(2).all(|pair| pair[0] <= pair[1]), "{sizes:?}");
}

fn for_ever(course: i64, account: i64, role: i64) -> Enrol {
    let period = Period { start: "2026-12-01T00:00:00Z".to_owned().try_into().unwrap(), end: None };
    Enrol { course: CourseId(course), account: AccountId(account), role: RoleId(role), period, suspended: false }
}

/// What became of each: done, or the code of the problem.
pub(super) fn codes<T>(replies: &[Result<T, shop_core::platform::Problem>]) -> Vec<&str> {
    replies.iter().map(|reply| reply.as_ref().map_or_else(|problem| &*problem.code, |_| "done")).collect()
}

#[tokio::test]
async fn of_a_request_with_bad_elements_the_others_are_done() {
    let mut site = site();
    site.users.extend((10..110).map(|id| (id, user(&format!("user{id}")))));
    site.courses.get_mut(&3).unwrap().manual = Manual::Off;
    let world = MoodleWorld::without_handler(site).await;
    let platform = world.platform().await;
    let mut enrolments: Vec<Enrol> = (10..110).map(|id| for_ever(2, id, 5)).collect();
    enrolments[7].account = AccountId(4711);
    enrolments[60].account = AccountId(4712);
    enrolments[61].role = RoleId(4713);
    enrolments.extend((10..110).map(|id| for_ever(3, id, 5)));
    world.double.take_requests();
    let replies = platform.enrol(&enrolments, &|_| ()).await.unwrap();
    let replies = codes(&replies);
    for (place, code) in replies.iter().enumerate() {
        let expected = match place {
            7 | 60 => "invaliduser",
            61 => "wsusercannotassign",
            100.. => "wsnoinstance",
            _ => "done",
        };
        assert_eq!(*code, expected, "{place}");
    }
    assert_eq!(world.double.site().enrolments.len(), 97);
    // Each bad one is found by halving; a whole course that is bad is not tried for each of its people.
    let requests = world.double.take_requests().len();
    assert!(requests <= 35, "{requests}");
}

#[tokio::test]
async fn a_role_that_cannot_be_assigned_in_accounts_is_not_tried_for_each_of_them() {
    let mut site = site();
    site.roles.get_mut(&5).unwrap().in_user = false;
    let world = MoodleWorld::with(site).await;
    let outcome = fulfil_in(&*world.host().await, &order(100)).await.unwrap();
    assert_eq!(world.census().attachments.len(), 100, "the other halves");
    let reasons: std::collections::BTreeSet<_> = reasons(&outcome).into_iter().collect();
    let [reason] = reasons.into_iter().collect::<Vec<_>>()[..] else { panic!("one reason") };
    assert!(
        reason.contains("role with the id 5 cannot be assigned in accounts [invalidparameter]: tick \"User\""),
        "{reason}"
    );
    assert!(world.double.take_requests().len() <= 22);
}

/// Nobody is enrolled, so nobody can be a member; and what cannot be taken away any more is not tried for each either.
#[tokio::test]
async fn a_role_that_cannot_be_assigned_in_courses_is_not_tried_for_each_of_their_people() {
    let learners: Vec<String> = (0..60).map(|number| format!("p{number}")).collect();
    let tutors: Vec<String> = learners.iter().map(|name| format!("tutor {name}")).collect();
    let order = |id: &str, people: &[String]| {
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        sale(id, &people).in_line(1, "quantity", people.len())
    };
    let world = MoodleWorld::with(site()).await;
    let assignable = |role: i64, may: bool| world.double.site().roles.get_mut(&role).unwrap().assignable = may;
    assignable(5, false);
    world.double.take_requests();
    let outcome = fulfil_in(&*world.host().await, &order("A", &learners)).await.unwrap();
    assert!(reasons(&outcome).contains(&"only who is enrolled in the course can be a member of its groups"));
    let requests = world.double.take_requests().len();
    assert!(requests <= 25, "{requests}");
    assignable(5, true);
    for order in [order("A", &learners), order("B", &tutors)] {
        assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    }
    assignable(9, false);
    world.double.take_requests();
    let outcome = fulfil_in(&*world.host().await, &order("B", &tutors).state("cancelled")).await.unwrap();
    let told = "the role with the id 9 cannot be assigned in the course";
    assert!(reasons(&outcome).iter().any(|reason| reason.contains(told)), "{:#?}", reasons(&outcome));
    let requests = world.double.take_requests().len();
    assert!(requests <= 30, "{requests}");
}

/// What the first of several requests of a kind has done is the shop's, whatever becomes of the others.
#[tokio::test]
async fn a_site_that_refuses_in_the_midst_of_many_requests_leaves_nothing_behind_in_the_end() {
    for nth in 1.. {
        let mut world = MoodleWorld::new().await;
        world.settings = MoodleSettings { max_input_vars: 100, ..world.settings };
        world.double.take_requests();
        world.double.lose(Some(Loss::Forbidden(nth)));
        _ = fulfil_in(&*world.host().await, &order(30)).await;
        let requests = world.double.take_requests().len();
        world.double.lose(None);
        let host = world.host().await;
        assert_eq!(fulfil_in(&host, &order(30)).await.unwrap().state, Fulfilled, "{nth}");
        let ended = fulfil_in(&host, &order(30).state("cancelled")).await.unwrap();
        assert_eq!(ended.state, Cancelled, "{nth}");
        let left = world.census();
        assert_eq!((left.enrolments, left.groups, left.attachments), (vec![], vec![], vec![]), "{nth}");
        if requests < nth {
            assert!(nth > 12, "there are many requests");
            break;
        }
    }
}
