//! Who is in charge of whose account: of those that the operator's own orders have made, and of nobody who is protected.

use std::collections::{BTreeMap, BTreeSet};

use hostile_guests::Guest;
use proptest::collection::vec;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use shop_core::orders::state::LineState::{Fulfilled, Placed};
use shop_core::sessions::attachment::Unattachable;
use shop_core::words::digest::Digest;
use shop_harness::World;
use shop_host::host::{Consented, HostError, Outcome, Versions};
use tokio::runtime::Runtime;

use crate::fixtures::on_both::On;
use crate::fixtures::shop::*;
use crate::model::KNOWN;
use crate::model::orders::{Change, Draft, Line, change, line};
use crate::moodle::world::{MoodleWorld, site, user};
use crate::people::consent::{CONSENT, attached, is_settled, said, shop_of_bob, waits_for};

/// What an operator's orders have made is theirs to administer, whichever of them names it later; nobody else's.
#[tokio::test]
async fn an_account_that_another_order_has_made_is_attached_to_the_same_operator_only() {
    for on in On::both(None).await {
        on.sells(&catalogue(CONSENT));
        let host = on.host(on.platform().await).await;
        let first = sale("A", &["anne"]);
        for (order, attaches, waits) in [
            (first.clone(), &["anne to claire"][..], &[][..]),
            (sale("B", &["anne"]).by("zoe"), &["anne to claire"], &["anne"]),
            (first.state("cancelled"), &[], &[]),
            (sale("C", &["anne"]), &["anne to claire"], &[]),
            // The operators' own accounts were made by orders, too.
            (sale("D", &["claire"]).by("zoe"), &["anne to claire"], &["claire"]),
            (sale("E", &["zoe"]), &["anne to claire"], &["zoe"]),
        ] {
            let outcome = fulfil_in(&host, &order).await.unwrap();
            assert_eq!(attached(&on.census().await), attaches, "{}", order.id());
            assert_eq!(waits_for(&outcome), waits, "{}", order.id());
        }
        // What somebody agrees to is this operator's charge, and in one direction.
        said(&host, "anne", "zoe", true).await.unwrap();
        said(&host, "claire", "zoe", true).await.unwrap();
        assert_eq!(attached(&on.census().await), ["anne to claire", "anne to zoe", "claire to zoe"]);
    }
}

/// Whoever hands over an order that made an account loses no charge over it that another order gives.
#[tokio::test]
async fn an_account_that_an_order_made_is_its_former_operators_too_where_another_order_says_so() {
    for on in On::both(None).await {
        on.sells(&catalogue(CONSENT));
        let host = on.host(on.platform().await).await;
        let (first, second) = (sale("A", &["anne"]).with("revision", 1), sale("B", &["anne"]));
        let passed = first.clone().by("zoe").with("revision", 2);
        for (order, attaches) in [
            (&first, &["anne to claire"][..]),
            (&second, &["anne to claire"]),
            (&passed, &["anne to claire", "anne to zoe"]),
            (&sale("C", &["anne"]).by("zoe"), &["anne to claire", "anne to zoe"]),
            (&second, &["anne to claire", "anne to zoe"]),
            (&passed.clone().with("revision", 3).state("cancelled"), &["anne to claire", "anne to zoe"]),
        ] {
            fulfil_in(&host, order).await.unwrap();
            assert_eq!(attached(&on.census().await), attaches, "{}", order.id());
            is_settled(&host, order, &order.id()).await;
        }
    }
}

#[tokio::test]
async fn who_is_protected_later_is_detached_at_the_next_repair() {
    for who in ["bob", "anne", "claire"] {
        for on in On::both(None).await {
            on.sells(&catalogue("attach_existing = \"always\""));
            let order = sale("A", &["anne", "bob"]);
            fulfil_in(&*on.host(on.platform().await).await, &order).await.unwrap();
            assert_eq!(attached(&on.census().await), ["anne to claire", "bob to claire"], "{who}");
            on.sells(&catalogue(&format!("attach_existing = \"always\"\nprotected = [\"{who}@example.org\"]")));
            let host = on.host(on.platform().await).await;
            let drift = host.verify(&id("A")).await.unwrap();
            assert!(!drift.report.unwrap().is_in_place(), "{who}: it is told");
            host.repair(&id("A"), "vera", &|_, _| ()).await.unwrap();
            let left: Vec<String> = ["anne", "bob"]
                .iter()
                .filter(|it| **it != who && who != "claire")
                .map(|it| format!("{it} to claire"))
                .collect();
            assert_eq!(attached(&on.census().await), left, "{who}");
            is_settled(&host, &order, who).await;
        }
    }
}

/// Protected is an account, by whichever of its addresses the catalogue lists it.
#[tokio::test]
async fn who_is_protected_by_a_former_address_is_neither_attached_nor_can_agree() {
    for listed in ["bob", "robert"] {
        let world = shop_of_bob(CONSENT).await;
        comes_to(&world, &sale("A", &["bob"]), Fulfilled).await;
        world.by_hand().change_address(&email("bob"), &email("robert")).unwrap();
        let world = world.reopen(&catalogue(&format!("{CONSENT}\nprotected = [\"{listed}@example.org\"]"))).await;
        for typed in ["bob", "robert"] {
            let Err(HostError::Unattachable(why)) = said_of(&world, typed).await else { panic!("{listed}: {typed}") };
            assert_eq!(why, Unattachable::Protected(email("robert")), "{listed}: {typed}");
        }
        let outcome = world.fulfil(&sale("A", &["bob"]).json()).await.unwrap();
        let said: Vec<&str> = outcome.lines[0].messages.iter().map(|message| message.key.as_str()).collect();
        assert!(said.contains(&"account-protected"), "{listed}: {said:?}");
        assert_eq!(attached(&world.census().await), [""; 0], "{listed}");
    }
}

/// That somebody agrees to be attached to Claire.
async fn said_of(world: &World, person: &str) -> Result<Consented, HostError> {
    said(&world.host, person, "claire", true).await
}

/// Another version of the handler declares the same again: whom it attaches waits as before, and is attached as before.
#[tokio::test]
async fn an_upgrade_attaches_nobody_who_has_not_agreed_and_detaches_nobody_who_has() {
    for on in On::both(None).await {
        on.sells(&catalogue(CONSENT));
        let host = on.host(on.platform().await).await;
        let order = sale("A", &["anne", "bob"]);
        fulfil_in(&host, &order).await.unwrap();
        let nothing = Guest::Nothing.named("setup-one-course-session");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nothing.wasm");
        std::fs::write(&path, nothing).unwrap();
        let nothing = host.handlers().install(&path, "vera").await.unwrap().handler.digest;
        let ours = Digest::of(shop_harness::setup_one_course_session());
        for (agrees, attaches, waits) in [
            (false, &["anne to claire"][..], &["bob"][..]),
            (true, &["anne to claire", "bob to claire"], &[]),
            (false, &["anne to claire"], &["bob"]),
        ] {
            said(&host, "bob", "claire", agrees).await.unwrap();
            for (version, attaches, waits) in [(nothing, &[][..], &[][..]), (ours, attaches, waits)] {
                let upgrade = host.upgrade(&id("A"), Versions::This(version), "vera", &|_, _| ()).await;
                let outcome = upgrade.unwrap_or_else(|error| panic!("{agrees}: {error}"));
                assert_eq!(
                    (outcome.state, waits_for(&outcome)),
                    (Fulfilled, waits.iter().map(|who| (*who).to_owned()).collect()),
                    "{agrees}"
                );
                assert_eq!(attached(&on.census().await), attaches, "{agrees}");
                let verified = host.verify(&id("A")).await.unwrap();
                assert!(verified.report.as_ref().unwrap().is_in_place(), "{:#?}", steps(&verified));
            }
        }
    }
}

/// Whatever orders come, change hands, are suspended, cancelled and bought again: nobody is attached to anybody but those who
/// have been in charge of the order that made the account; and nobody who was in charge of it to whoever comes after.
#[test]
fn nobody_gets_power_over_an_account_that_an_order_of_somebody_else_made_or_none() {
    let runtime = Runtime::new().unwrap();
    let before = runtime.block_on(shop_with(CONSENT, &KNOWN.map(account).concat()));
    let config = Config { cases: variable("PROPTEST_CASES", 24), failure_persistence: None, ..Config::default() };
    let lives = (vec(line(), 3), vec((0..3_usize, change()), 1..15));
    let lived = TestRunner::new(config)
        .run(&lives, |(lines, changes)| runtime.block_on(is_lived_without_power(&before, lines, changes)));
    lived.unwrap_or_else(|error| panic!("{error}"));
}

async fn is_lived_without_power(
    before: &World,
    lines: Vec<Line>,
    changes: Vec<(usize, Change)>,
) -> Result<(), TestCaseError> {
    let world = before.copy().await;
    let mut drafts: Vec<Draft> = lines.into_iter().enumerate().map(|(number, line)| Draft::new(number, line)).collect();
    let mut in_charge = [const { BTreeSet::new() }; 3];
    let (mut made, mut ever) = (BTreeMap::<String, usize>::new(), BTreeSet::new());
    for (order, change) in changes {
        let known = accounts(&world).await;
        drafts[order].change(&change);
        // What comes to nothing, or contradicts, gives nothing either.
        if let Ok(Outcome { state: Fulfilled | Placed, .. }) = world.fulfil(&drafts[order].sale().json()).await {
            // Who has no account while nothing of the order is in place, and hands it over, has none that it could give away.
            let operator = drafts[order].operator;
            in_charge[order].extend(accounts(&world).await.contains(operator).then(|| operator.to_owned()));
        }
        made.extend(accounts(&world).await.difference(&known).map(|name| (name.clone(), order)));
        for pair in attached(&world.census().await) {
            let people = pair.split_once(" to ").and_then(|(who, to)| Some((*made.get(who)?, who, to)));
            let is_made_for = |(by, who, to): (usize, &str, &str)| {
                // Who was attached before being in charge themselves stays so.
                in_charge[by].contains(to) && (!in_charge[by].contains(who) || ever.contains(&pair))
            };
            if !people.is_some_and(is_made_for) {
                return Err(TestCaseError::fail(format!("{pair}: {}", drafts[order])));
            }
            ever.insert(pair);
        }
    }
    Ok(())
}

async fn accounts(world: &World) -> BTreeSet<String> {
    world.census().await.accounts.iter().map(|it| it.email.to_string().replace("@example.org", "")).collect()
}

/// Whose account was deleted gets another, by the order: that one is the order's.
#[tokio::test]
async fn an_account_that_is_made_in_the_place_of_a_deleted_one_is_attached_at_once() {
    let mut site = site();
    site.users.insert(10, user("bob"));
    let world = MoodleWorld::with(site).await;
    std::fs::write(world.folder.path().join("catalogue.toml"), catalogue(CONSENT)).unwrap();
    let order = sale("A", &["bob"]);
    assert_eq!(waits_for(&fulfil_in(&*world.host().await, &order).await.unwrap()), ["bob"]);
    world.double.site().delete_user(10);
    let outcome = fulfil_in(&*world.host().await, &order).await.unwrap();
    assert_eq!((outcome.state, waits_for(&outcome)), (Fulfilled, Vec::new()), "{:#?}", steps(&outcome));
    assert_eq!(attached(&world.census()), ["bob to claire"]);
}
