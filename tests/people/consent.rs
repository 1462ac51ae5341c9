//! Whose account is attached to whose: being named in an order gives nobody power over an account that was there before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use hostile_guests::Guest;
use proptest::collection::vec;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Incomplete, Placed, Suspended};
use shop_core::platform::{NewAccount, Platform, Reply};
use shop_core::sessions::attachment::Unattachable;
use shop_core::words::digest::Digest;
use shop_core::words::email::Email;
use shop_core::words::message::Value;
use shop_core::words::order::OrderId;
use shop_harness::World;
use shop_host::host::{Consented, Host, HostError, Outcome, Versions};
use shop_platforms::embedded::{Census, EmbeddedPlatform};
use tokio::runtime::Runtime;

use crate::fixtures::disturbed::{Disturbed, Disturbs, Passage};
use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::on_both::On;
use crate::fixtures::shop::*;
use crate::model::KNOWN;
use crate::model::orders::{Change, Draft, Line, change, line};
use crate::moodle::world::{MoodleWorld, site, user};

const CONSENT: &str = "attach_existing = \"consent\"";

fn id(order: &str) -> OrderId {
    OrderId::try_from(order.to_owned()).unwrap()
}

/// A shop with these settings on the embedded platform, where Bob has an account.
async fn shop_of_bob(settings: &str) -> World {
    shop_with(settings, &account("bob")).await
}

/// Who is attached to whom, such as `anne to claire`: both halves, or it is told which.
fn attached(census: &Census) -> Vec<String> {
    let name = |text: &str| text.replace("@example.org", "");
    let halves: BTreeSet<(String, String, String)> =
        census.attachments.iter().map(|it| (it.role.clone(), name(&it.holder), name(&it.context))).collect();
    let told = halves.iter().map(|(role, holder, context)| match role.as_str() {
        "teacher" if halves.contains(&("student".to_owned(), context.clone(), holder.clone())) => {
            Some(format!("{context} to {holder}"))
        }
        "student" if halves.contains(&("teacher".to_owned(), context.clone(), holder.clone())) => None,
        _ => Some(format!("{role} {holder} in {context}")),
    });
    let mut told: Vec<String> = told.flatten().collect();
    told.sort();
    told
}

/// For whom an order waits, by what is told of it.
fn waits_for(outcome: &Outcome) -> Vec<String> {
    let told = outcome.messages.iter().filter(|message| message.key == "attachments-await-consent");
    let arguments = told.flat_map(|message| &message.arguments);
    let people = arguments.filter_map(|(name, value)| match value {
        Value::Text(people) if name == "people" => Some(people.replace("@example.org", "")),
        _ => None,
    });
    people.flat_map(|people| people.split(", ").map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Anne makes an account for herself just before anybody else is about to make any.
struct Registers(Arc<EmbeddedPlatform>);

#[async_trait]
impl Disturbs for Registers {
    async fn passage(&self, method: &'static str, elements: usize) -> Reply<Passage> {
        if method == "create_accounts" {
            let seed = shop_folder::file::parse_toml(&account("anne")).unwrap();
            self.0.seed(&seed).await.unwrap();
        }
        Ok(Passage::free(elements))
    }
}

async fn said(host: &Host, person: &str, operator: &str, agrees: bool) -> Result<Consented, HostError> {
    host.consent(email(person), email(operator), agrees, "vera", &|_, _| ()).await
}

/// Verified, nothing is different from what the order claims; fulfilled again, nothing is done.
async fn is_settled(host: &Host, order: &Sale, told: &str) {
    let verified = host.verify(&id(&order.id())).await.unwrap_or_else(|error| panic!("{told}: {error}"));
    assert!(verified.report.as_ref().unwrap().is_in_place(), "{told}: {:#?}", steps(&verified));
    let again = fulfil_in(host, order).await.unwrap();
    assert!(again.report.as_ref().unwrap().is_in_place(), "{told}: {:#?}", steps(&again));
}

#[tokio::test]
async fn an_account_that_was_there_waits_for_consent_and_the_rest_does_not() {
    for (settings, attaches, told) in [
        ("", &["anne to claire"][..], "awaitsconsent"),
        (CONSENT, &["anne to claire"], "awaitsconsent"),
        ("attach_existing = \"always\"", &["anne to claire", "bob to claire"], ""),
        ("attach_existing = \"never\"", &["anne to claire"], "withheld"),
    ] {
        for on in On::both(None).await {
            // What the tests' catalogue says, these say otherwise; and nothing said is consent.
            on.sells(&catalogue(CONSENT).replace(CONSENT, settings));
            let host = on.host(on.platform().await).await;
            let order = sale("A", &["anne", "bob", "tutor tess"]);
            let attaches = [attaches, &["tess to claire"]].concat();
            let previewed = preview_in(&host, &order).await;
            let outcome = fulfil_in(&host, &order).await.unwrap();
            assert_eq!(outcome.state, Fulfilled, "{settings}");
            assert_eq!(attached(&on.census().await), attaches, "{settings}");
            let withheld = |outcome: &Outcome| -> Vec<String> {
                let steps = steps(outcome).into_iter();
                steps.filter(|step| step.starts_with("awaits") || step.starts_with("withheld")).collect()
            };
            let halves = ["attachment student bob in claire", "attachment teacher claire in bob"];
            let expected: Vec<String> =
                halves.iter().filter(|_| !told.is_empty()).map(|half| format!("{told} {half}")).collect();
            assert_eq!([withheld(&previewed), withheld(&outcome)], [expected.clone(), expected], "{settings}");
            let waits: &[&str] = if told == "awaitsconsent" { &["bob"] } else { &[] };
            assert_eq!([waits_for(&previewed), waits_for(&outcome)], [waits, waits], "{settings}");
            let enrolled = lines(&on.census().await);
            assert!(enrolled.iter().any(|line| line.starts_with("enrolment SPOC bob student")), "{enrolled:#?}");
            is_settled(&host, &order, settings).await;
        }
    }
}

#[tokio::test]
async fn whoever_agrees_is_attached_at_once_and_can_take_it_back() {
    for on in On::both(None).await {
        on.sells(&catalogue(CONSENT));
        let host = on.host(on.platform().await).await;
        let order = sale("A", &["anne", "bob"]);
        fulfil_in(&host, &order).await.unwrap();
        for (person, agrees, news, attaches) in [
            ("bob", true, true, &["anne to claire", "bob to claire"][..]),
            ("bob", true, false, &["anne to claire", "bob to claire"]),
            ("bob", false, true, &["anne to claire"]),
            ("bob", false, false, &["anne to claire"]),
            // Made by the order, and so attached without being asked; but not against the own word.
            ("anne", false, true, &[]),
            ("anne", true, true, &["anne to claire"]),
        ] {
            let consented = said(&host, person, "claire", agrees).await.unwrap();
            let [of] = &consented.orders[..] else { panic!("{person}: one order is concerned") };
            assert_eq!((of.order.as_str(), of.outcome.as_ref().unwrap().state), ("A", Fulfilled));
            assert_eq!(consented.news, news, "{person}, {agrees}");
            assert_eq!(attached(&on.census().await), attaches, "{person}, {agrees}");
            is_settled(&host, &order, person).await;
        }
        said(&host, "bob", "claire", true).await.unwrap();
        let ended = order.clone().state("cancelled");
        assert_eq!(fulfil_in(&host, &ended).await.unwrap().state, Cancelled);
        assert_eq!(attached(&on.census().await), [""; 0], "cancelled");
    }
}

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

#[tokio::test]
async fn whatever_becomes_of_an_order_its_attachments_wait_or_follow() {
    let world = shop_of_bob(CONSENT).await;
    let order = sale("A", &["bob"]).with("revision", 1);
    comes_to(&world, &order, Fulfilled).await;
    let seats = async || world.host.journal().order(&id("A")).await.unwrap().unwrap().lines[&1].seats.clone();
    let staff = async |amendment: Amendment| world.host.amend(&id("A"), &amendment, "vera", &|_, _| ()).await.unwrap();
    let now = async || attached(&world.census().await);
    // Suspended and resumed.
    assert_eq!(staff(Amendment::Suspend).await.state, Suspended);
    said(&world.host, "bob", "claire", true).await.unwrap();
    assert_eq!(now().await, [""; 0], "a suspended order gives nothing");
    assert_eq!(staff(Amendment::Resume).await.state, Fulfilled);
    assert_eq!(now().await, ["bob to claire"], "resumed");
    // Another person takes the seat, and then the same one.
    let seat = seats().await[0].id.clone();
    let assign = |name: &str| {
        let person = serde_json::from_value(person(name)).unwrap();
        Amendment::Seat(seat.clone(), SeatAmendment::Reassign(person))
    };
    staff(assign("carl")).await;
    assert_eq!(now().await, ["carl to claire"]);
    staff(assign("bob")).await;
    assert_eq!(now().await, ["bob to claire"], "he agreed before");
    // Passes to somebody else: that is not whom he has agreed to.
    let passed = order.by("zoe").with("revision", 2).seats(&["bob", "carl"]);
    let outcome = world.fulfil(&passed.json()).await.unwrap();
    assert_eq!((now().await, waits_for(&outcome)), (vec!["carl to zoe".to_owned()], vec!["bob".to_owned()]));
    is_in_place(&world, &passed, "handed over").await;
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

/// Somebody whom an order would have made an account for, and who got one otherwise, before or while that was done.
#[tokio::test]
async fn an_account_that_somebody_else_makes_meanwhile_waits_for_consent() {
    let world = shop_with(CONSENT, "").await;
    let order = sale("A", &["anne", "carl"]);
    let host =
        host_through(&world, Disturbed::platform(world.platform.clone(), Registers(world.platform.clone()))).await;
    let outcome = fulfil_in(&host, &order).await.unwrap();
    assert_eq!(outcome.state, Fulfilled, "{:#?}", steps(&outcome));
    assert!(steps(&outcome).contains(&"awaitsconsent attachment teacher claire in anne".to_owned()));
    assert_eq!(attached(&world.census().await), ["carl to claire"]);
    is_settled(&host, &order, "made meanwhile").await;

    let world = shop_with(CONSENT, "").await;
    let refuses = host_through(&world, faulty(world.platform.clone(), Fault::Refuses("create_accounts"))).await;
    assert_eq!(fulfil_in(&refuses, &order).await.unwrap().state, Incomplete);
    seed(&world, &account("anne")).await;
    comes_to(&world, &order, Fulfilled).await;
    assert_eq!(attached(&world.census().await), ["carl to claire"], "made after the shop was refused");
}

/// The account counts, and not the address.
#[tokio::test]
async fn consent_is_an_accounts_and_goes_where_it_goes() {
    let world = shop_of_bob(CONSENT).await;
    comes_to(&world, &sale("A", &["anne", "bob"]), Fulfilled).await;
    said(&world.host, "bob", "claire", true).await.unwrap();
    for (from, to) in [("bob", "robert"), ("anne", "annie"), ("claire", "clara")] {
        world.by_hand().change_address(&email(from), &email(to)).unwrap();
    }
    // Others have the addresses now.
    let others = ["bob", "anne"].map(|name| NewAccount {
        email: email(name),
        first_name: name.to_owned(),
        last_name: "Test".to_owned(),
        language: None,
    });
    world.platform.create_accounts(&others, &|_| ()).await.unwrap();
    let order = sale("B", &["bob", "anne", "robert", "annie"]).by("clara");
    let outcome = world.fulfil(&order.json()).await.unwrap();
    assert_eq!(waits_for(&outcome), ["anne", "bob"], "{:#?}", steps(&outcome));
    let with_halves = world.census().await.attachments.iter().filter(|it| it.role == "teacher").count();
    assert_eq!(with_halves, 2, "{:#?}", world.census().await.attachments);
}

#[tokio::test]
async fn what_nobody_can_agree_to_is_refused_and_nothing_is_noted() {
    let platform = account("twin")
        + &account("twin")
        + &account("bob")
        + &account("boss")
        + &(account("ada") + "administrator = true\n");
    let world = shop_with(&format!("{CONSENT}\nprotected = [\"boss@example.org\"]"), &platform).await;
    comes_to(&world, &sale("A", &["anne", "bob", "boss", "ada"]), Fulfilled).await;
    let refused = async |world: &World, person: &str, operator: &str| {
        let before = world.host.journal().audit(None).await.unwrap().len();
        let Err(HostError::Unattachable(why)) = said(&world.host, person, operator, true).await else {
            panic!("{person} to {operator}: it is not refused")
        };
        assert_eq!(world.host.journal().audit(None).await.unwrap().len(), before);
        why
    };
    let of = |name: &str| -> Email { email(name) };
    assert_eq!(refused(&world, "nobody", "claire").await, Unattachable::NoAccount(of("nobody")));
    assert_eq!(refused(&world, "bob", "nobody").await, Unattachable::NoAccount(of("nobody")));
    assert_eq!(refused(&world, "twin", "claire").await, Unattachable::Several(of("twin")));
    assert_eq!(refused(&world, "claire", "claire").await, Unattachable::Same(of("claire"), of("claire")));
    assert_eq!(refused(&world, "boss", "claire").await, Unattachable::Protected(of("boss")));
    assert_eq!(refused(&world, "bob", "ada").await, Unattachable::Protected(of("ada")));
    let Err(HostError::Name(_)) = world.host.consent(of("bob"), of("claire"), true, "shop", &|_, _| ()).await else {
        panic!("nobody is called so")
    };
    said(&world.host, "bob", "claire", true).await.unwrap();
    let world = world.reopen(&catalogue("attach_existing = \"never\"")).await;
    assert_eq!(refused(&world, "bob", "claire").await, Unattachable::Never);
    world.host.repair(&id("A"), "vera", &|_, _| ()).await.unwrap();
    assert_eq!(attached(&world.census().await), ["anne to claire"], "what was agreed to before");
}

#[tokio::test]
async fn consent_is_audited_under_pseudonyms_and_erased_with_the_person() {
    for erased in ["bob", "claire"] {
        let world = shop_of_bob(CONSENT).await;
        let order = sale("A", &["bob"]);
        comes_to(&world, &order, Fulfilled).await;
        said(&world.host, "bob", "claire", true).await.unwrap();
        let journal = world.host.journal();
        let log = journal.audit(None).await.unwrap();
        let entries: Vec<_> = log.iter().filter(|entry| entry.action == "attached").collect();
        let names = journal.pseudonyms().await.unwrap();
        let person = |field: &str| names[entries[0].details[field].as_str().unwrap()].as_str();
        assert_eq!((entries.len(), entries[0].who.as_str()), (1, "vera"));
        assert_eq!((person("person"), person("operator")), ("bob@example.org", "claire@example.org"));
        comes_to(&world, &order.clone().state("cancelled"), Cancelled).await;
        world.host.erase(&email(erased), "vera").await.unwrap();
        let again = world.fulfil(&sale("B", &["bob"]).json()).await.unwrap();
        assert_eq!(waits_for(&again), ["bob"], "{erased} is erased");
    }
}

/// Whatever orders come, change hands, are suspended, cancelled and bought again: nobody is attached to anybody but those who
/// have been in charge of the order that made the account.
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
    let mut made: BTreeMap<String, usize> = BTreeMap::new();
    for (order, change) in changes {
        let known = accounts(&world).await;
        drafts[order].change(&change);
        // What comes to nothing, or contradicts, gives nothing either.
        if let Ok(Outcome { state: Fulfilled | Placed, .. }) = world.fulfil(&drafts[order].sale().json()).await {
            in_charge[order].insert(drafts[order].operator.to_owned());
        }
        made.extend(accounts(&world).await.difference(&known).map(|name| (name.clone(), order)));
        for pair in attached(&world.census().await) {
            let made_for = pair.split_once(" to ").and_then(|(person, operator)| Some((*made.get(person)?, operator)));
            if !made_for.is_some_and(|(order, operator)| in_charge[order].contains(operator)) {
                return Err(TestCaseError::fail(format!("{pair}: {}", drafts[order])));
            }
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
