//! Whose account is attached to whose: being named in an order gives nobody power over an account that was there before.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Incomplete, Suspended};
use shop_core::platform::{NewAccount, Platform, Reply};
use shop_core::sessions::attachment::Unattachable;
use shop_core::words::email::Email;
use shop_core::words::message::Value;
use shop_harness::World;
use shop_host::host::{Consented, Host, HostError, Outcome};
use shop_platforms::embedded::{Census, EmbeddedPlatform};

use crate::fixtures::disturbed::{Disturbed, Disturbs, Passage};
use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::on_both::On;
use crate::fixtures::shop::*;

pub(super) const CONSENT: &str = "attach_existing = \"consent\"";

/// A shop with these settings on the embedded platform, where Bob has an account.
pub(super) async fn shop_of_bob(settings: &str) -> World {
    shop_with(settings, &account("bob")).await
}

/// Who is attached to whom, such as `anne to claire`: both halves, or it is told which.
pub(super) fn attached(census: &Census) -> Vec<String> {
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
pub(super) fn waits_for(outcome: &Outcome) -> Vec<String> {
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

pub(super) async fn said(host: &Host, person: &str, operator: &str, agrees: bool) -> Result<Consented, HostError> {
    host.consent(email(person), email(operator), agrees, "vera", &|_, _| ()).await
}

/// Verified, nothing is different from what the order claims; fulfilled again, nothing is done.
pub(super) async fn is_settled(host: &Host, order: &Sale, told: &str) {
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
