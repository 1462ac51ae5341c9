//! Accounts of a Moodle that are not for people, and those to which nothing can be given.

use moodle_double::site::{Release, Site, User};
use shop_core::orders::state::LineState::{Fulfilled, Incomplete, Rejected};
use shop_core::words::order::OrderId;

use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site, user};

/// What its administrators have made of a site's accounts; nothing is given by the shop to one of them that a person cannot have.
fn with(change: impl Fn(&mut Site)) -> Site {
    let mut site = site();
    change(&mut site);
    site
}

fn at(site: &mut Site, id: i64, name: &str) {
    site.users.get_mut(&id).unwrap().email = format!("{name}@example.org");
}

const ALL_DETAILS: &str = "moodle/user:viewalldetails";

#[tokio::test]
async fn the_shops_own_account_and_the_guest_get_no_place() {
    for release in [Release::V4_2, Release::V4_5, Release::V5_1] {
        for (told, site, key) in [
            ("its own", with(|site| at(site, site.caller, "anne")), "account-own"),
            ("the guest", with(|site| at(site, 1, "anne")), "account-guest"),
            (
                "its own, seen with all details",
                with(|site| {
                    at(site, site.caller, "anne");
                    site.capabilities.insert(ALL_DETAILS.to_owned());
                }),
                "account-own",
            ),
            (
                "a guest with another id, seen with all details",
                with(|site| {
                    let guest = site.users[&1].clone();
                    site.users.insert(10, guest);
                    site.users.insert(1, user("somebody"));
                    at(site, 10, "anne");
                    site.capabilities.insert(ALL_DETAILS.to_owned());
                }),
                "account-guest",
            ),
        ] {
            let world = MoodleWorld::with(Site { release, ..site }).await;
            let before = format!("{:?}", world.double.site());
            for order in [sale("A", &["anne", "bob"]), sale("B", &["bob"]).by("anne")] {
                let outcome = fulfil_in(&*world.host().await, &order).await.unwrap();
                assert_eq!(outcome.state, Rejected, "{release:?}, {told}");
                assert!(shop_harness::findings(&outcome).contains(key), "{told}: {}", shop_harness::findings(&outcome));
                assert_eq!(format!("{:?}", world.double.site()), before, "{release:?}, {told}");
            }
        }
    }
}

/// Of those who administer a site, Moodle tells nobody; but it gives the first of them this id.
#[tokio::test]
async fn whoever_a_site_was_installed_by_is_not_attached() {
    let world = MoodleWorld::with(with(|site| at(site, 2, "anne"))).await;
    let outcome = fulfil_in(&*world.host().await, &sale("A", &["anne", "bob"])).await.unwrap();
    assert_eq!(outcome.state, Fulfilled);
    assert!(shop_harness::findings(&outcome).contains("account-protected"), "{}", shop_harness::findings(&outcome));
    let site = world.double.site();
    assert!(site.enrolments.contains_key(&(2, 2)));
    assert!(site.user_roles.iter().all(|(_, holder, context)| ![holder, context].contains(&&2)));
    assert_eq!(site.user_roles.len(), 2, "the other one is");
}

#[tokio::test]
async fn whoever_has_not_confirmed_an_account_is_told_of_as_soon_as_moodle_tells() {
    let anne = User { unconfirmed: true, ..user("anne") };
    let confirm = |world: &MoodleWorld| {
        world.double.site().users.values_mut().for_each(|user| user.unconfirmed = false);
    };
    for release in [Release::V4_5, Release::V5_1] {
        let mut site = Site { release, ..site() };
        site.users.insert(10, anne.clone());
        let order = sale("A", &["anne", "bob"]);
        // It tells so beforehand to whoever sees all details.
        let mut seeing = site.clone();
        seeing.capabilities.insert(ALL_DETAILS.to_owned());
        let world = MoodleWorld::with(seeing).await;
        let before = world.census();
        let outcome = fulfil_in(&*world.host().await, &order).await.unwrap();
        assert_eq!(outcome.state, Rejected);
        assert!(
            shop_harness::findings(&outcome).contains("account-unconfirmed"),
            "{}",
            shop_harness::findings(&outcome)
        );
        assert_eq!(difference(&before, &world.census()), [""; 0]);
        confirm(&world);
        assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Fulfilled);

        // To others by refusing: the others get their places, and she gets nothing until she confirms it.
        let world = MoodleWorld::with(site).await;
        let outcome = fulfil_in(&*world.host().await, &order).await.unwrap();
        assert_eq!(outcome.state, Incomplete);
        assert!(reasons(&outcome)[0].contains("let an administrator confirm it"), "{:?}", reasons(&outcome));
        let of_anne = lines(&world.census()).into_iter().filter(|line| line.contains("anne")).collect::<Vec<_>>();
        assert_eq!(of_anne, ["account anne (anne Test)"], "{release:?}: not attached either");
        assert_eq!(world.census().attachments.len(), 2, "bob is");
        confirm(&world);
        let id = OrderId::try_from("A".to_owned()).unwrap();
        assert_eq!(world.host().await.retry(&id, "test", &|_, _| ()).await.unwrap().state, Fulfilled);
        assert_eq!(world.census().attachments.len(), 4);
    }
}
