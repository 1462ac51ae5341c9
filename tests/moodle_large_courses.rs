//! What a Moodle costs does not grow with what it has.

use shop_host::platform::{AccountId, CourseId, GroupId, Platform, PlatformError};
use shop_host::state::LineState::{Cancelled, Fulfilled};
use shop_tests::moodle_double::Meanwhile;
use shop_tests::moodle_site::{Enrolled, Group, Site};

use crate::moodle_world::{MoodleWorld, site, user};
use crate::shop_fixtures::*;

const SPOC: i64 = 2;
const SUPPORT: i64 = 5;
const LIST: &str = "core_enrol_get_enrolled_users";

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

#[tokio::test]
async fn participants_are_read_in_pages_and_no_further_than_whoever_is_asked_for() {
    let world = MoodleWorld::without_handler(crowded()).await;
    let platform = world.platform().await;
    for (asked, found, pages) in [
        (vec![3_499], vec![3_499], 1),
        (vec![3_499, 2_501], vec![3_499, 2_501], 1),
        // The first one of a page is the last one of the page before.
        (vec![2_500], vec![2_500], 1),
        (vec![2_499], vec![2_499], 2),
        (vec![1_000, 1_501, 1_502, 2_500], vec![1_000, 1_501, 1_502, 2_500], 3),
        (vec![4_000], vec![], 1),
        (vec![500, 1_000], vec![1_000], 3),
    ] {
        world.double.take_requests();
        let there = platform.participations(&places(&asked)).await.unwrap();
        let there: std::collections::BTreeSet<i64> = there.iter().map(|one| one.account.0).collect();
        assert_eq!(there, found.into_iter().collect(), "{asked:?}");
        let requests = world.double.take_requests();
        assert_eq!(requests.iter().filter(|request| request.function == LIST).count(), pages, "{asked:?}");
    }
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
    let asked = [1_000, 1_501, 1_502, 2_498, 2_499, 2_501];
    let others: [(&str, Meanwhile, usize); 5] = [
        ("people come", come, 3),
        (
            "one leaves who was read",
            |nth, site| {
                if nth == 2 {
                    leave(3_000, site)
                }
            },
            5,
        ),
        (
            "the last one of a page leaves",
            |nth, site| {
                if nth == 2 {
                    leave(2_500, site)
                }
            },
            5,
        ),
        (
            "one leaves who comes later",
            |nth, site| {
                if nth == 2 {
                    leave(2_000, site)
                }
            },
            3,
        ),
        ("one leaves and others come", |nth, site| if nth == 2 { leave(3_000, site) } else { come(nth, site) }, 5),
    ];
    for (what, others, pages) in others {
        let world = MoodleWorld::without_handler(crowded()).await;
        let platform = world.platform().await;
        world.double.meanwhile(Some(others));
        let found = platform.participations(&places(&asked)).await.unwrap();
        assert_eq!(found.iter().map(|one| one.account.0).collect::<Vec<_>>(), asked, "{what}");
        assert_eq!(world.double.take_requests().len(), pages, "{what}");
    }
}

#[tokio::test]
async fn nothing_is_concluded_from_a_list_that_does_not_hold_still() {
    let world = MoodleWorld::without_handler(crowded()).await;
    let platform = world.platform().await;
    world.double.meanwhile(Some(|_, site| {
        let last = site.enrolments.keys().rev().find(|(course, _)| *course == SPOC).copied();
        _ = last.map(|place| site.enrolments.remove(&place));
    }));
    let refused = platform.participations(&places(&[1_000])).await.unwrap_err();
    let PlatformError::Unavailable(problem) = refused else { panic!("{refused:?}") };
    assert_eq!(problem.code, "list-moves");
    assert_eq!(world.double.take_requests().len(), 6, "three times, until somebody has left");
    world.double.meanwhile(None);
    assert_eq!(platform.participations(&places(&[1_000])).await.unwrap().len(), 1);
}

/// New people have the highest ids, which are read first.
#[tokio::test]
async fn an_order_takes_as_many_requests_in_a_large_course_as_in_an_empty_one() {
    let mut taken = Vec::new();
    for site in [site(), crowded()] {
        let world = MoodleWorld::with(site).await;
        let shop = world.shop().await;
        world.double.take_requests();
        for (id, person) in [("A", "anne"), ("B", "bob")] {
            assert_eq!(fulfil_in(&shop, &sale(id, &[person])).await.unwrap().state, Fulfilled);
        }
        let cancelled = fulfil_in(&shop, &sale("A", &["anne"]).state("cancelled")).await.unwrap();
        assert_eq!(cancelled.state, Cancelled);
        taken.push(world.double.take_requests());
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
