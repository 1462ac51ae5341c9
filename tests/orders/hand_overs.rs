//! Orders that pass from one operator to another.

use serde_json::{Value, json};
use shop_core::orders::amendment::{Amendment, Unamendable};
use shop_core::orders::conflict::Conflict;
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Placed};
use shop_core::words::order::Person;
use shop_harness::World;
use shop_host::host::{HostError, Outcome};

use crate::fixtures::shop::*;

pub(super) fn hand_over_to(name: &str) -> Amendment {
    let person = json!({"email": format!("{name}@example.org"), "first_name": name, "last_name": "Test"});
    Amendment::HandOver(serde_json::from_value::<Person>(person).unwrap())
}

pub(super) fn order() -> Sale {
    sale("A", &["anne"]).with("revision", 1)
}

/// The two ways in which an order is handed over.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    Shop,
    Staff,
}

/// Hands the order over to Zoe; what comes of it, after a preview that changed nothing and said the same.
pub(super) async fn hand_over(world: &World, order: &Sale, by: By) -> (Outcome, Vec<String>) {
    let before = world.census().await;
    let next = order.clone().by("zoe").with("revision", 2);
    let preview = match by {
        By::Shop => world.preview(&next.json()).await.unwrap(),
        By::Staff => world.host.preview_amendment(&id("A"), &hand_over_to("zoe")).await.unwrap(),
    };
    assert_eq!(world.census().await, before, "{by:?}: a preview");
    let outcome = match by {
        By::Shop => world.fulfil(&next.json()).await.unwrap(),
        By::Staff => world.host.amend(&id("A"), &hand_over_to("zoe"), "vera", &|_, _| ()).await.unwrap(),
    };
    assert_eq!((preview.state, steps(&preview)), (outcome.state, steps(&outcome)), "{by:?}");
    assert_eq!(shop_harness::findings(&preview), shop_harness::findings(&outcome), "{by:?}");
    (outcome, difference(&before, &world.census().await))
}

pub(super) async fn in_charge(world: &World) -> String {
    world.host.journal().order(&id("A")).await.unwrap().unwrap().order.operator.email
}

pub(super) fn keys(outcome: &Outcome) -> Vec<&str> {
    outcome.messages.iter().map(|message| message.key.as_str()).collect()
}

/// What there is when the order of Anne passes from Claire to Zoe, and what is told of it.
struct Case {
    told: &'static str,
    platform: &'static str,
    order: fn(Sale) -> Sale,
    /// Another order that is fulfilled already.
    other: Option<fn() -> Sale>,
    entered: bool,
    keys: &'static [&'static str],
    differs: &'static str,
}

const UNLESS: Case = Case {
    told: "",
    platform: "",
    order: |order| order,
    other: None,
    entered: false,
    keys: &["order-handed-over"],
    differs: "",
};

const CASES: &[Case] = &[
    Case {
        told: "all that was the operator's is the other's, and the group keeps its name",
        differs: "- attachment student anne in claire
            - attachment teacher claire in anne
            - enrolment SPOC claire teacher 2026-12-01..2027-01-05
            - enrolment SUPPORT claire student 2026-12-01..
            - member SPOC A claire
            + account zoe (zoe Test)
            + attachment student anne in zoe
            + attachment teacher zoe in anne
            + enrolment SPOC zoe teacher 2026-12-01..2027-01-05
            + enrolment SUPPORT zoe student 2026-12-01..
            + invitation zoe
            + member SPOC A zoe",
        ..UNLESS
    },
    Case {
        told: "who learns in the order goes on learning, in the other's charge",
        order: |order| order.seats(&["anne", "claire", "zoe"]),
        differs: "- attachment student anne in claire
            - attachment student zoe in claire
            - attachment teacher claire in anne
            - attachment teacher claire in zoe
            - enrolment SPOC claire student+teacher 2026-12-01..2027-01-05
            - enrolment SPOC zoe student 2026-12-01..2027-01-05
            - enrolment SUPPORT claire student 2026-12-01..
            + attachment student anne in zoe
            + attachment student claire in zoe
            + attachment teacher zoe in anne
            + attachment teacher zoe in claire
            + enrolment SPOC claire student 2026-12-01..2027-01-05
            + enrolment SPOC zoe student+teacher 2026-12-01..2027-01-05
            + enrolment SUPPORT zoe student 2026-12-01..",
        ..UNLESS
    },
    Case {
        told: "what another order gives stays, and is told",
        order: |order| order.seats(&["anne", "bob"]),
        other: Some(|| sale("B", &["anne"])),
        keys: &["order-handed-over", "operator-keeps-enrolment", "operator-keeps-enrolment", "operator-keeps-charge"],
        differs: "- attachment student bob in claire
            - attachment teacher claire in bob
            - member SPOC A claire
            + account zoe (zoe Test)
            + attachment student anne in zoe
            + attachment student bob in zoe
            + attachment teacher zoe in anne
            + attachment teacher zoe in bob
            + enrolment SPOC zoe teacher 2026-12-01..2027-01-05
            + enrolment SUPPORT zoe student 2026-12-01..
            + invitation zoe
            + member SPOC A zoe",
        ..UNLESS
    },
    Case {
        told: "what was there before stays",
        platform: "[[account]]\nemail = \"claire@example.org\"\nfirst_name = \"claire\"\nlast_name = \"Test\"\n\
            [[enrolment]]\ncourse = \"SUPPORT\"\nemail = \"claire@example.org\"\nrole = \"student\"\n\
            start = \"2026-01-01T00:00:00Z\"\n",
        order: |order| order.of("NONE").seats(&[]),
        keys: &["order-handed-over", "operator-keeps-enrolment"],
        differs: "- enrolment SPOC claire teacher 2026-12-01..2027-01-05
            - member SPOC A claire
            + account zoe (zoe Test)
            + enrolment SPOC zoe teacher 2026-12-01..2027-01-05
            + enrolment SUPPORT zoe student 2026-12-01..
            + invitation zoe
            + member SPOC A zoe",
        ..UNLESS
    },
    Case {
        told: "who has entered the course is suspended there",
        order: |order| order.of("NONE").seats(&[]),
        entered: true,
        keys: &["order-handed-over", "operator-kept-suspended"],
        differs: "- enrolment SPOC claire teacher 2026-12-01..2027-01-05, entered
            - enrolment SUPPORT claire student 2026-12-01..
            + account zoe (zoe Test)
            + enrolment SPOC claire teacher 2026-12-01..2027-01-05, suspended, entered
            + enrolment SPOC zoe teacher 2026-12-01..2027-01-05
            + enrolment SUPPORT zoe student 2026-12-01..
            + invitation zoe
            + member SPOC A zoe",
        ..UNLESS
    },
];

#[tokio::test]
async fn all_that_is_the_operators_passes_and_what_stays_is_told() {
    for case in CASES {
        for by in [By::Shop, By::Staff] {
            let told = format!("{}, by {by:?}", case.told);
            let world = shop_with("", case.platform).await;
            let order = (case.order)(order());
            comes_to(&world, &order, Fulfilled).await;
            if let Some(other) = case.other {
                comes_to(&world, &other(), Fulfilled).await;
            }
            if case.entered {
                world.by_hand().enter_course("SPOC", &email("claire")).unwrap();
            }
            let (outcome, differs) = hand_over(&world, &order, by).await;
            assert_eq!(outcome.state, Fulfilled, "{told}");
            assert_lines(&told, &differs, case.differs);
            assert_eq!(keys(&outcome), case.keys, "{told}");
            let again = world.host.verify(&id("A")).await.unwrap();
            assert!(again.report.unwrap().is_in_place(), "{told}: once more");
        }
    }
}

#[tokio::test]
async fn an_order_that_is_not_paid_passes_too() {
    for by in [By::Shop, By::Staff] {
        let world = shop().await;
        let placed = order().state("placed");
        comes_to(&world, &placed, Placed).await;
        let (_, differs) = hand_over(&world, &placed, by).await;
        assert_lines("", &differs, "+ account zoe (zoe Test)\n+ invitation zoe");
    }
}

/// Nobody is told of a group that does not exist under that name.
#[tokio::test]
async fn a_group_that_is_there_is_told_by_the_name_that_it_has() {
    let world = shop().await;
    comes_to(&world, &order(), Fulfilled).await;
    let (outcome, _) = hand_over(&world, &order(), By::Shop).await;
    let named: Vec<_> =
        outcome.report.iter().flat_map(|report| &report.entries).filter_map(|e| e.name.clone()).collect();
    assert_eq!(named, ["claire Test – A"]);
    let findings = shop_harness::findings(&outcome);
    assert!(!findings.contains("zoe Test"), "{findings}");
}

/// What is bought stays what it is, whoever is in charge.
#[tokio::test]
async fn the_bargain_stays() {
    let world = shop().await;
    comes_to(&world, &order(), Fulfilled).await;
    let bargain = async |world: &World| {
        world.host.journal().order(&id("A")).await.unwrap().unwrap().lines.remove(&1).unwrap().bargain
    };
    let before = bargain(&world).await;
    hand_over(&world, &order(), By::Shop).await;
    assert_eq!(bargain(&world).await, before);
}

#[tokio::test]
async fn without_a_higher_revision_another_operator_contradicts() {
    for (first, next) in [(0, 0), (3, 3)] {
        let world = shop().await;
        let order = order().with("revision", first);
        comes_to(&world, &order, Fulfilled).await;
        let census = world.census().await;
        let other = order.by("zoe").with("revision", next);
        for attempt in [world.fulfil(&other.json()).await, world.preview(&other.json()).await] {
            let Err(HostError::Conflict { conflict, .. }) = attempt else { panic!("revision {next}: no conflict") };
            match conflict {
                Conflict::RevisionReused(reused) => assert_eq!(reused, 3),
                Conflict::Operator { found, .. } => assert!(found.starts_with("zoe"), "{found}"),
                _ => panic!("revision {next}: {conflict}"),
            }
        }
        assert_eq!(world.census().await, census);
    }
}

#[tokio::test]
async fn who_handed_over_to_whom_is_in_the_audit_log_under_pseudonyms() {
    for (by, who) in [(By::Shop, "shop"), (By::Staff, "vera")] {
        let world = shop().await;
        comes_to(&world, &order(), Fulfilled).await;
        hand_over(&world, &order(), by).await;
        let journal = world.host.journal();
        let log = journal.audit(Some(&id("A"))).await.unwrap();
        let told: Vec<&Value> = log.iter().filter_map(|entry| entry.details.get("operator")).collect();
        assert_eq!(told.len(), 1, "{by:?}: once");
        let names = journal.pseudonyms().await.unwrap();
        let person = |side: &str| names[told[0][side].as_str().unwrap()].as_str();
        assert_eq!((person("from"), person("to")), ("claire@example.org", "zoe@example.org"), "{by:?}");
        assert!(log.iter().any(|entry| entry.who == who && entry.details.get("operator").is_some()), "{by:?}");
        let shown = journal.hand_overs(&id("A")).await.unwrap();
        let shown: Vec<_> = shown.iter().map(|it| [it.who.as_str(), it.from.as_str(), it.to.as_str()]).collect();
        assert_eq!(shown, [[who, "claire@example.org", "zoe@example.org"]], "{by:?}");
    }
}

#[tokio::test]
async fn a_former_operator_can_be_erased() {
    for by in [By::Shop, By::Staff] {
        let world = shop().await;
        comes_to(&world, &order(), Fulfilled).await;
        let needed = world.host.erase(&email("claire"), "vera").await.unwrap_err();
        assert!(matches!(needed, HostError::InUse { .. }), "{by:?}: {needed}");
        hand_over(&world, &order(), by).await;
        world.host.erase(&email("claire"), "vera").await.unwrap();
        let recorded = world.host.journal().order(&id("A")).await.unwrap();
        assert!(!format!("{recorded:?}").contains("claire"), "{by:?}");
        let shown = world.host.journal().hand_overs(&id("A")).await.unwrap();
        assert!(shown[0].from.starts_with("person-"), "{by:?}: {shown:?}");
        let last = match by {
            By::Shop => order().by("zoe").with("revision", 2),
            By::Staff => order(),
        };
        is_in_place(&world, &last, "the shop's last message, come again").await;
        comes_to(&world, &last.with("revision", 3).state("cancelled"), Cancelled).await;
    }
}

#[tokio::test]
async fn what_cannot_be_handed_over_is_told_and_changes_nothing() {
    let world = shop().await;
    comes_to(&world, &order(), Fulfilled).await;
    let refused = async |to: &str| {
        let before = recorded(&world, "A").await;
        let error = world.host.amend(&id("A"), &hand_over_to(to), "vera", &|_, _| ()).await.err().unwrap();
        assert_eq!(recorded(&world, "A").await, before);
        match error {
            HostError::Unamendable { reason, .. } => reason,
            error => panic!("{error}"),
        }
    };
    assert_eq!(refused("CLAIRE").await, Unamendable::InCharge("claire@example.org".to_owned()));
    world.host.amend(&id("A"), &Amendment::Suspend, "vera", &|_, _| ()).await.unwrap();
    assert!(matches!(refused("zoe").await, Unamendable::State { .. }), "suspended");
    world.host.amend(&id("A"), &Amendment::Cancel, "vera", &|_, _| ()).await.unwrap();
    assert!(matches!(refused("zoe").await, Unamendable::State { .. }), "cancelled");
}

/// The names need not be typed of somebody who is known.
#[tokio::test]
async fn somebody_is_known_by_the_order_or_by_the_platform() {
    let world = shop_with("", &account("zoe")).await;
    comes_to(&world, &order(), Fulfilled).await;
    let somebody = async |who: &str| {
        let found = world.host.somebody(&id("A"), &format!("{who}@example.org")).await.unwrap();
        found.map(|person| person.first_name)
    };
    assert_eq!(somebody("ANNE").await.as_deref(), Some("anne"));
    assert_eq!(somebody("zoe").await.as_deref(), Some("zoe"));
    assert_eq!(somebody("nobody").await, None);
}
