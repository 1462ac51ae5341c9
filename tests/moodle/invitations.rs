//! Whose invitation may never have left: from 4.5 on, a Moodle saves accounts first and mails afterwards.

use moodle_double::Loss;
use moodle_double::site::Release;
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Waiting};
use shop_core::sessions::plan::FactOutcome;
use shop_core::sessions::session::Fact;
use shop_core::words::message::Value;
use shop_core::words::order::OrderId;
use shop_host::host::Outcome;

use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site, user};

/// The fate of somebody's account.
fn account(outcome: &Outcome, name: &str) -> Option<FactOutcome> {
    let mut entries = outcome.report.iter().flat_map(|report| &report.entries);
    entries.find(|entry| entry.fact == Fact::Account(email(name)))?.outcome
}

/// Whom the staff is told of.
fn told(outcome: &Outcome) -> Vec<String> {
    let told = outcome.messages.iter().filter(|message| message.key == "invitations-uncertain");
    let people = told.flat_map(|message| &message.arguments).find(|(name, _)| name == "people");
    match people {
        Some((_, Value::Text(people))) => people.replace("@example.org", "").split(", ").map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// A Moodle where Bob has an account already.
async fn world(release: Release) -> MoodleWorld {
    let mut site = site();
    site.release = release;
    site.users.insert(10, user("bob"));
    MoodleWorld::with(site).await
}

/// Of an order that nothing disturbs, nobody is told of.
#[tokio::test]
async fn what_was_answered_is_certain() {
    let (world, order) = (world(Release::V4_5).await, &sale("A", &["anne", "bob"]));
    let outcome = fulfil_in(&*world.host().await, order).await.unwrap();
    assert_eq!((outcome.state, account(&outcome, "anne")), (Fulfilled, Some(FactOutcome::Made)));
    let again = fulfil_in(&*world.host().await, order).await.unwrap();
    assert_eq!((account(&again, "anne"), told(&again)), (Some(FactOutcome::Found), vec![]));
}

#[tokio::test]
async fn whoever_may_not_have_been_invited_is_told_of_until_seen() {
    let (order, other) = (sale("A", &["anne", "bob"]), sale("B", &["anne"]));
    for release in [Release::V4_2, Release::V4_5, Release::V5_1] {
        let world = world(release).await;
        world.double.lose(Some(Loss::Mails));
        assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Waiting, "{release:?}");
        world.double.lose(None);
        let invited = world.double.site().users.values().any(|user| user.invited);
        assert_eq!(invited, release == Release::V4_2, "{release:?}: only there the mails come first");

        // The order goes on, and whoever needs help is named; so in another order of the same person.
        let host = world.host().await;
        for (order, uncertain) in [(&order, vec!["anne", "claire"]), (&other, vec!["anne", "claire"])] {
            let outcome = fulfil_in(&host, order).await.unwrap();
            assert_eq!(
                (outcome.state, told(&outcome)),
                (Fulfilled, uncertain.into_iter().map(str::to_owned).collect())
            );
            assert_eq!(account(&outcome, "anne"), Some(FactOutcome::InvitationUncertain), "{release:?}");
            assert_ne!(account(&outcome, "bob"), Some(FactOutcome::InvitationUncertain), "{release:?}");
        }
        let id = OrderId::try_from("A".to_owned()).unwrap();
        let verified = host.verify(&id).await.unwrap();
        assert_eq!((told(&verified), steps(&verified)), (vec!["anne".to_owned(), "claire".to_owned()], vec![]));
        assert!(verified.report.unwrap().is_in_place(), "nothing else is wrong");
        let (_, receipt) = host.journal().last_receipt(&id).await.unwrap().unwrap();
        let stored = receipt.entries.iter().find(|entry| entry.fact == Fact::Account(email("anne"))).unwrap();
        assert_eq!(stored.outcome, Some(FactOutcome::InvitationUncertain), "{release:?}");

        // Anne comes in.
        {
            let mut site = world.double.site();
            let anne = *site.users.iter().find(|(_, user)| user.first_name == "anne").unwrap().0;
            site.enrolments.get_mut(&(2, anne)).unwrap().last_access = 1_796_000_000;
        }
        let verified = host.verify(&id).await.unwrap();
        assert_eq!(
            (told(&verified), account(&verified, "anne")),
            (vec!["claire".to_owned()], Some(FactOutcome::Found))
        );
        for order in [order.clone(), other.clone()] {
            assert_eq!(fulfil_in(&host, &order.state("cancelled")).await.unwrap().state, Cancelled, "{release:?}");
        }
    }
}

/// Until what can be known of it ends it: whoever has been on the site has got in, even where it is not told who was in a course.
#[tokio::test]
async fn whoever_was_seen_on_the_site_has_got_in_whatever_the_site_hides() {
    let order = sale("A", &["anne", "bob"]);
    for (last_access_shown, first_access_shown, enters, ends) in [
        (true, true, false, true),
        (true, false, false, false),
        (true, false, true, true),
        (false, true, false, true),
        // Nothing tells, and nothing is taken for granted.
        (false, false, true, false),
    ] {
        let told_of = format!("shown: last {last_access_shown}, first {first_access_shown}; enters: {enters}");
        let world = world(Release::V4_5).await;
        {
            let mut site = world.double.site();
            (site.last_access_shown, site.first_access_shown) = (last_access_shown, first_access_shown);
        }
        world.double.lose(Some(Loss::Mails));
        assert_eq!(fulfil_in(&*world.host().await, &order).await.unwrap().state, Waiting, "{told_of}");
        world.double.lose(None);
        let host = world.host().await;
        assert_eq!(told(&fulfil_in(&host, &order).await.unwrap()), ["anne", "claire"], "{told_of}");
        {
            let mut site = world.double.site();
            let anne = *site.users.iter().find(|(_, user)| user.first_name == "anne").unwrap().0;
            site.users.get_mut(&anne).unwrap().first_access = 1_796_000_000;
            if enters {
                site.enrolments.get_mut(&(2, anne)).unwrap().last_access = 1_796_000_000;
            }
        }
        let id = OrderId::try_from("A".to_owned()).unwrap();
        let left: &[&str] = if ends { &["claire"] } else { &["anne", "claire"] };
        assert_eq!(told(&host.verify(&id).await.unwrap()), left, "{told_of}");
    }
}
