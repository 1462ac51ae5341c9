//! What a Moodle costs does not grow with what it has.

use moodle_double::Meanwhile;
use moodle_double::site::{Enrolled, Group, Site};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled};
use shop_core::platform::{AccountId, CourseId, GroupId, Platform, PlatformError};

use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site, user};

const SPOC: i64 = 2;
const SUPPORT: i64 = 5;

/// The accounts of those who are in the courses already: more than two pages of them.
const THERE: std::ops::Range<i64> = 1_000..3_500;

/// A site that has been in use for long.
fn crowded() -> Site {
    let mut site = site();
    site.users.extend(THERE.map(|id| (id, user(&format!("there{id}")))));
    let is_in = Enrolled { start: 1, end: 0, suspended: false, last_access: 1 };
    site.enrolments.extend(THERE.flat_map(|id| [((SPOC, id), is_in), ((SUPPORT, id), is_in)]));
    site.next_user = THERE.end;
    site
}

fn places(accounts: &[i64]) -> Vec<(CourseId, AccountId)> {
    accounts.iter().map(|account| (CourseId(SPOC), AccountId(*account))).collect()
}

/// Those of these who are there, and how many requests that took and how many people were read.
async fn look(world: &MoodleWorld, asked: &[i64]) -> (Vec<i64>, usize, usize) {
    world.double.take_requests();
    world.double.take_rows();
    let there = world.platform().await.participations(&places(asked)).await.unwrap();
    let there = there.iter().map(|one| one.account.0).collect();
    (there, world.double.take_requests().len(), world.double.take_rows())
}

#[tokio::test]
async fn of_a_large_course_a_few_pages_are_read_wherever_in_it_somebody_is() {
    let world = MoodleWorld::without_handler(crowded()).await;
    for (asked, found, requests, rows) in [
        (&[3_499][..], &[3_499][..], 1, 100),
        // The last one of the first page, and the first one after it.
        (&[3_400], &[3_400], 1, 100),
        (&[3_399], &[3_399], 2, 200),
        (&[4_000], &[], 1, 100),
        (&[2_500], &[2_500], 8, 800),
        (&[1_000], &[1_000], 9, 800),
        (&[500, 1_000], &[1_000], 9, 800),
        (&[1_000, 2_000, 3_000], &[1_000, 2_000, 3_000], 20, 1_600),
    ] {
        let (there, requests_made, rows_read) = look(&world, asked).await;
        assert_eq!(there, found, "{asked:?}");
        assert!(
            requests_made <= requests && rows_read <= rows,
            "{asked:?}: {requests_made} requests, {rows_read} rows"
        );
    }
    let everybody: Vec<i64> = THERE.collect();
    let (there, requests, rows) = look(&world, &everybody).await;
    assert_eq!(there, everybody);
    assert!(requests <= 4 && rows <= 2_600, "{requests} requests, {rows} rows");
}

/// Those who are read next move up when somebody leaves, and down when somebody comes.
#[tokio::test]
async fn nobody_is_passed_over_while_others_come_and_go() {
    fn come(nth: usize, site: &mut Site) {
        let is_in = Enrolled { start: 1, end: 0, suspended: false, last_access: 1 };
        let id = THERE.end + nth as i64;
        site.users.insert(id, user(&format!("new{id}")));
        site.enrolments.insert((SPOC, id), is_in);
    }
    fn leave(account: i64, site: &mut Site) {
        site.enrolments.remove(&(SPOC, account));
    }
    let asked = [1_000, 1_501, 1_502, 2_498, 2_499, 2_501, 3_399, 3_400];
    let others: [(&str, Meanwhile); 5] = [
        ("people come", come),
        ("one leaves each time", |nth, site| leave(3_499 - nth as i64, site)),
        ("two leave at once", |nth, site| {
            if nth == 2 {
                leave(3_499, site);
                leave(3_498, site);
            }
        }),
        ("one leaves who comes later", |nth, site| {
            if nth == 2 {
                leave(2_000, site)
            }
        }),
        ("one leaves and others come", |nth, site| if nth == 2 { leave(3_000, site) } else { come(nth, site) }),
    ];
    for (what, others) in others {
        let world = MoodleWorld::without_handler(crowded()).await;
        let platform = world.platform().await;
        world.double.meanwhile(Some(others));
        let found = platform.participations(&places(&asked)).await.unwrap();
        assert_eq!(found.iter().map(|one| one.account.0).collect::<Vec<_>>(), asked, "{what}");
    }
}

/// Two leave after each first page, and are there again before the next: somebody slips past.
#[tokio::test]
async fn nothing_is_concluded_from_a_list_that_does_not_hold_still() {
    let world = MoodleWorld::without_handler(crowded()).await;
    let platform = world.platform().await;
    world.double.meanwhile(Some(|nth, site| {
        for id in [3_498, 3_499] {
            match nth % 2 {
                0 => _ = site.enrolments.remove(&(SPOC, id)),
                _ => _ = site.enrolments.insert((SPOC, id), Enrolled::default()),
            }
        }
    }));
    let refused = platform.participations(&places(&[3_399])).await.unwrap_err();
    let PlatformError::Unavailable(problem) = refused else { panic!("{refused:?}") };
    assert_eq!(problem.code, "list-moves");
    assert_eq!(world.double.take_requests().len(), 6, "three times");
    world.double.meanwhile(None);
    assert_eq!(platform.participations(&places(&[3_399])).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_order_again_does_not_read_those_who_have_come_since() {
    let world = MoodleWorld::with(site()).await;
    let order = sale("A", &["anne", "bob", "tutor carla"]);
    assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);
    {
        let mut site = world.double.site();
        let first = site.next_user;
        for id in first..first + 3_000 {
            site.users.insert(id, user(&format!("since{id}")));
            site.enrolments.insert((SPOC, id), Enrolled::default());
            site.enrolments.insert((SUPPORT, id), Enrolled::default());
        }
        site.next_user += 3_000;
    }
    world.double.take_requests();
    world.double.take_rows();
    assert!(fulfil_in(&*world.host().await, &order).await.unwrap().report.unwrap().is_in_place());
    let (requests, rows) = (world.double.take_requests().len(), world.double.take_rows());
    assert!(requests <= 26 && rows <= 1_800, "{requests} requests, {rows} rows");
}

#[tokio::test]
async fn a_role_that_is_not_in_the_settings_is_looked_for_in_two_pages() {
    let mut site = crowded();
    site.course_roles.insert((SPOC, 3_450, 5));
    site.course_roles.insert((SPOC, 1_001, 9));
    let mut world = MoodleWorld::without_handler(site).await;
    world.settings.roles.clear();
    for (role, id) in [("student", Some(5)), ("teacher", Some(9)), ("tutor", None)] {
        world.double.take_requests();
        let found = world.platform().await.find_roles(&[role.to_owned()], &[CourseId(SPOC)]).await;
        assert_eq!(world.double.take_requests().len(), 2, "{role}");
        match found {
            Ok(roles) => assert_eq!(roles.first().map(|role| role.id.0), id, "{role}"),
            Err(error) => assert!(id.is_none() && error.to_string().contains("under [roles]"), "{error}"),
        }
    }
}

/// New people have the highest ids, which are read first.
#[tokio::test]
async fn an_order_takes_no_more_requests_in_a_large_course_than_in_an_empty_one() {
    let mut taken = Vec::new();
    for site in [site(), crowded()] {
        let world = MoodleWorld::with(site).await;
        let host = world.host().await;
        world.double.take_requests();
        for (id, person) in [("A", "anne"), ("B", "bob")] {
            assert_eq!(fulfil_in(&host, &sale(id, &[person])).await.unwrap().state, Fulfilled);
        }
        let cancelled = fulfil_in(&host, &sale("A", &["anne"]).state("cancelled")).await.unwrap();
        assert_eq!(cancelled.state, Cancelled);
        taken.push(world.double.take_requests());
    }
    // Where nobody has an account yet, or nobody is, it is asked whether somebody would be told of.
    for requests in &mut taken {
        let before = requests.len();
        requests.retain(|request| (&*request.function, request.variables) != ("core_enrol_get_enrolled_users", 10));
        assert!(requests.len() < before);
    }
    assert_eq!(taken[0], taken[1]);
}

const GROUPS: &str = "core_group_get_course_groups";

/// Whether the list of all groups is read for an order's group, which is then found as it is.
async fn is_list_read(world: &MoodleWorld, found: Option<(i64, &str)>) -> bool {
    world.double.take_requests();
    let groups = world.platform().await.groups(&[(CourseId(SPOC), "A")]).await.unwrap();
    let groups: Vec<(i64, &str)> = groups.iter().map(|group| (group.id.0, &*group.name)).collect();
    assert_eq!(groups, Vec::from_iter(found));
    world.double.take_requests().iter().any(|request| request.function == GROUPS)
}

#[tokio::test]
async fn the_list_of_all_groups_is_read_only_while_the_orders_own_is_unknown_or_gone() {
    let world = MoodleWorld::without_handler(site()).await;
    let group = |number: &str, name: &str| {
        let (id_number, name) = (number.to_owned(), name.to_owned());
        Group { course: SPOC, id_number, name, ..Group::default() }
    };
    world.double.site().groups.insert(700, group("B", "Another"));
    assert!(is_list_read(&world, None).await, "it is unknown");
    let name = (CourseId(SPOC), "Ours".to_owned());
    let made = world.platform().await.create_groups(&[name], "A").await.unwrap();
    let id = made[0].as_ref().unwrap().0;
    assert!(!is_list_read(&world, Some((id, "Ours"))).await, "it was made");
    world.double.site().groups.get_mut(&id).unwrap().name = "Renamed".to_owned();
    assert!(!is_list_read(&world, Some((id, "Renamed"))).await, "it is told as it is");
    // An administrator gives its number to another group.
    world.double.site().groups.get_mut(&id).unwrap().id_number = String::new();
    world.double.site().groups.insert(701, group("A", "By hand"));
    assert!(is_list_read(&world, Some((701, "By hand"))).await, "it is another");
    assert!(!is_list_read(&world, Some((701, "By hand"))).await, "which was found");
    world.double.site().groups.remove(&701);
    assert!(is_list_read(&world, None).await, "it is gone");
    world.double.site().groups.insert(702, group("A", "Again"));
    assert!(is_list_read(&world, Some((702, "Again"))).await, "it was made by others");
    world.platform().await.delete_groups(&[GroupId(702)]).await.unwrap();
    assert!(is_list_read(&world, None).await, "it was deleted");
}
