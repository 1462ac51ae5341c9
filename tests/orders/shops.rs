//! Several shops that one host serves, on one learning platform: each sells by its own catalogue, and none takes away what another
//! has sold.

use std::collections::BTreeSet;

use shop_core::audit::Entry;
use shop_core::lines::catalogue::Catalogue;
use shop_core::lines::catalogues::Catalogues;
use shop_core::orders::amendment::Amendment;
use shop_core::orders::retries::Retries;
use shop_core::orders::scope::Scope;
use shop_core::orders::state::LineState::{self, Cancelled, Fulfilled, Rejected};
use shop_core::words::shop::ShopName;
use shop_folder::file::{parse_order, parse_toml};
use shop_harness::World;
use shop_host::host::{Host, HostError, Outcome};
use shop_host::view::audit::within;
use shop_sandbox::Allocation;

use crate::fixtures::shop::*;

fn toml(settings: &str) -> Catalogue {
    parse_toml(&catalogue(settings)).unwrap()
}

fn name(shop: &str) -> ShopName {
    shop.parse().unwrap()
}

async fn open(world: &World, all: Catalogues) -> Host {
    let host = Host::open(&world.data(), all, world.platform.clone(), Allocation::OnDemand).await.unwrap();
    host.with_retries(Retries::NONE).with_clock(shop_harness::today)
}

/// A host that serves these shops beside the first, each with its settings.
pub(crate) async fn host_of(world: &World, first: &str, shops: &[(&str, &str)]) -> Host {
    let all = shops
        .iter()
        .fold(Catalogues::from(toml(first)), |all, (shop, settings)| all.with(name(shop), toml(settings)).unwrap());
    open(world, all).await
}

/// What is said of an order's lines.
fn said(outcome: &Outcome) -> Vec<&str> {
    outcome.lines.iter().flat_map(|line| &line.messages).map(|message| &*message.key).collect()
}

async fn comes(host: &Host, order: &Sale, state: LineState) {
    assert_eq!(fulfil_in(host, order).await.unwrap().state, state, "{}", order.id());
}

#[tokio::test]
async fn two_shops_never_end_each_others_rights() {
    let world = shop().await;
    let host = host_of(&world, "", &[("nord", ""), ("sud", "")]).await;
    let before = lines(&world.census().await);
    let orders = ["A", "nord::A", "sud::A"];
    for order in orders {
        comes(&host, &sale(order, &["anne", "tutor tess"]), Fulfilled).await;
    }
    // Each has a group of its own by the whole id, though the shops' own ids are the same.
    let of_groups = |line: &&String| line.starts_with("group ");
    let census = lines(&world.census().await);
    assert_eq!(census.iter().filter(of_groups).count(), 3, "{census:#?}");
    for order in orders {
        assert!(census.iter().any(|line| line.starts_with(&format!("group SPOC {order} "))), "{order}: {census:#?}");
    }
    let enrolled = |lines: &BTreeSet<String>| {
        lines.iter().filter(|line| line.starts_with("enrolment ")).cloned().collect::<Vec<_>>()
    };
    let all = enrolled(&census);
    for (nth, order) in orders.into_iter().enumerate() {
        assert_eq!(enrolled(&lines(&world.census().await)), all, "before {order} ends, nobody has lost a right");
        comes(&host, &sale(order, &["anne", "tutor tess"]).state("cancelled"), Cancelled).await;
        assert_eq!(lines(&world.census().await).iter().filter(of_groups).count(), 2 - nth);
    }
    let left = lines(&world.census().await);
    let made: Vec<&String> = left.difference(&before).collect();
    let stays = |line: &&&String| line.starts_with("account ") || line.starts_with("invitation ");
    assert!(made.iter().all(|line| stays(&line)), "{made:?}");
}

#[tokio::test]
async fn each_shop_sells_by_its_own_catalogue() {
    let world = shop().await;
    let other = catalogue("roles = [\"student\"]\nlanguage = \"fr\"").replace("coursename=SPOC&", "coursename=OTHER&");
    let shops = Catalogues::from(toml("")).with(name("nord"), parse_toml(&other).unwrap()).unwrap();
    let shops = shops.with(name("sud"), parse_toml(&catalogue("").replace("SPOC", "SPOCM1")).unwrap()).unwrap();
    let host = open(&world, shops).await;

    // It lets no handler make teachers.
    let outcome = fulfil_in(&host, &sale("nord::1", &["anne"])).await.unwrap();
    assert_eq!((outcome.state, &*outcome.language), (Rejected, "fr"));
    assert!(said(&outcome).contains(&"role-not-allowed"), "{:?}", said(&outcome));
    // It has no product that is called so.
    let outcome = fulfil_in(&host, &sale("sud::1", &["anne"])).await.unwrap();
    assert_eq!(said(&outcome), ["product-unknown"]);
    comes(&host, &sale("sud::2", &["anne"]).of("SPOCM1"), Fulfilled).await;
    comes(&host, &sale("1", &["anne"]), Fulfilled).await;

    let checks = host.check().await.unwrap();
    let told = |product: &str| checks.iter().find(|check| check.product == product).map(|check| check.rejected);
    assert_eq!(
        [told("SPOC"), told("nord::SPOC"), told("sud::SPOCM1"), told("sud::SPOC")],
        [Some(false), Some(true), Some(false), None]
    );
}

#[tokio::test]
async fn what_a_shop_has_sold_goes_on_when_its_catalogue_is_there_again() {
    let world = shop().await;
    let host = host_of(&world, "", &[("nord", "")]).await;
    comes(&host, &sale("nord::1", &["anne"]), Fulfilled).await;
    let census = world.census().await;

    let without = host_of(&world, "", &[]).await;
    for order in [sale("nord::1", &["bob"]), sale("nord::1", &["anne"]).state("cancelled"), sale("nord::2", &["bob"])] {
        let refused = fulfil_in(&without, &order).await;
        assert!(matches!(&refused, Err(HostError::UnknownShop(of)) if of.shop.as_deref() == Some("nord")));
    }
    assert_eq!(world.census().await, census);

    let host = host_of(&world, "", &[("nord", "")]).await;
    comes(&host, &sale("nord::1", &["anne"]).state("cancelled"), Cancelled).await;
}

#[tokio::test]
async fn an_id_cannot_pass_for_another_shops() {
    let world = shop().await;
    let host = host_of(&world, "", &[("nord", "")]).await;
    for id in
        ["Nord::1", "NORD::1", "nord::", "::1", "nord::a::b", "nord ::1", "n\u{200b}ord::1", "nord\u{ff1a}\u{ff1a}1"]
    {
        let said = sale("X", &["anne"]).with("id", id).json();
        match parse_order(&said) {
            Err(_) => {}
            Ok(said) => assert!(matches!(host.accept(&said).await.err(), Some(HostError::Id(_))), "{id:?}"),
        }
    }
}

/// There is one account, whoever sells: what gives power over it is withheld by what any of the shops says.
#[tokio::test]
async fn whom_one_shop_protects_is_protected_from_all() {
    let world = shop_with("", &account("anne")).await;
    let protects = "protected = [\"anne@example.org\"]";
    for (first, nord, is_attached) in [("", "", true), ("", protects, false), (protects, "", false)] {
        let host = host_of(&world, first, &[("nord", nord)]).await;
        for order in ["1", "nord::1"] {
            let outcome = preview_in(&host, &sale(order, &["anne", "bob"])).await;
            let attaches = |step: &String| step.starts_with("made attachment") && step.contains("anne");
            assert_eq!(steps(&outcome).iter().any(attaches), is_attached, "{order}: {:?}", steps(&outcome));
        }
    }
}

/// Each shop's claim is made by what that shop says of accounts that were there before, whichever order is worked at.
#[tokio::test]
async fn what_one_shop_withholds_takes_nothing_from_another() {
    let attached = async |world: &World| {
        let lines = lines(&world.census().await);
        lines.iter().filter(|line| line.starts_with("attachment ") && line.contains("anne")).count()
    };
    for (nord_says, sud_says) in [("always", "consent"), ("always", "never")] {
        let says = |word: &str| format!("attach_existing = \"{word}\"");
        let (nord, sud) = (sale("nord::1", &["anne"]), sale("sud::1", &["anne"]));
        for (first, last, kept) in [(&nord, &sud, 0), (&sud, &nord, 2)] {
            let world = shop_with("", &account("anne")).await;
            let host = host_of(&world, "", &[("nord", &says(nord_says)), ("sud", &says(sud_says))]).await;
            for order in [&nord, &sud, &nord, &sud] {
                comes(&host, order, Fulfilled).await;
            }
            assert_eq!(attached(&world).await, 2, "{sud_says}");
            comes(&host, &first.clone().state("cancelled"), Cancelled).await;
            assert_eq!(attached(&world).await, kept, "{sud_says}: {} has ended", first.id());
            comes(&host, &last.clone().state("cancelled"), Cancelled).await;
            assert_eq!(attached(&world).await, 0, "{sud_says}");
        }
    }
}

#[tokio::test]
async fn no_work_is_lost_that_one_of_the_shops_keeps() {
    let world = shop().await;
    let host = host_of(&world, "", &[("nord", "leavers = \"unenrol\""), ("sud", "")]).await;
    comes(&host, &sale("sud::1", &["anne"]), Fulfilled).await;
    world.by_hand().enter_course("SPOC", &email("anne")).unwrap();
    comes(&host, &sale("sud::1", &["anne"]).state("cancelled"), Cancelled).await;
    comes(&host, &sale("nord::1", &["anne"]), Fulfilled).await;
    comes(&host, &sale("nord::1", &["anne"]).state("cancelled"), Cancelled).await;
    let kept = lines(&world.census().await);
    assert!(kept.iter().any(|line| line.starts_with("enrolment SPOC anne") && line.contains("suspended")), "{kept:?}");
}

/// It waits as something about which somebody must act, also what the staff has asked for; and the first shop's orders do, too.
#[tokio::test]
async fn an_order_of_a_shop_without_a_catalogue_is_blocked() {
    for (order, missing) in [("nord::1", toml("").into()), ("1", named_only())] {
        let world = shop().await;
        let host = host_of(&world, "", &[("nord", "")]).await;
        drop(host.accept(&parse_order(&sale(order, &["anne"]).json()).unwrap()).await.unwrap());
        let without = open(&world, missing).await;
        let amended = without.amend(&id(order), &Amendment::Cancel, "vera", &|_, _| ()).await;
        assert!(matches!(amended, Err(HostError::UnknownShop(_))), "nothing is written down");
        let resumed = without.resume(&|_, _| ()).await.unwrap();
        assert!(matches!(resumed[0].outcome, Err(HostError::UnknownShop(_))));
        let blocked = without.journal().blocked().await.unwrap();
        assert_eq!(blocked.iter().map(|it| it.order.as_str()).collect::<Vec<_>>(), [order]);
        assert!(blocked[0].reason.contains("there is no catalogue of the shop"), "{}", blocked[0].reason);
        assert_eq!(host.retry(&id(order), "vera", &|_, _| ()).await.unwrap().state, Fulfilled);
    }
}

/// There is no first shop.
fn named_only() -> Catalogues {
    Catalogues::default().with(name("nord"), toml("")).unwrap()
}

/// What the groups of another shop are called, and in whose orders somebody stays in charge, is that shop's.
#[tokio::test]
async fn the_audit_log_of_a_shop_is_about_its_own_orders() {
    let world = shop().await;
    let host = host_of(&world, "", &[("nord", ""), ("sud", "")]).await;
    for order in ["nord::1", "sud::1"] {
        comes(&host, &sale(order, &["anne"]), Fulfilled).await;
    }
    let message = |nth: u32, by: &str| sale("nord::1", &["anne"]).by(by).with("revision", nth);
    comes(&host, &message(1, "zoe"), Fulfilled).await;
    let all = host.journal().audit(None).await.unwrap();
    let of_nord = within(all.clone(), &Scope::Shop(name("nord")));
    let told = |entries: &[Entry]| serde_json::to_string(entries).unwrap();
    assert!(told(&all).contains("sud::1") && told(&of_nord).contains("nord::1"));
    assert!(told(&all).contains("\"keeps\":[{"), "or this shows nothing: {}", told(&all));
    assert!(!told(&of_nord).contains("sud::1"), "{}", told(&of_nord));
    assert!(of_nord.iter().all(|entry| entry.order.is_some()));
}

#[test]
fn how_long_records_are_kept_is_said_once() {
    let kept = |text: &str| Catalogues::from(toml(text)).with(name("nord"), toml("[shop.keep]\npeople = 30"));
    let told = kept("").unwrap_err().to_string();
    assert!(told.contains("\"keep\"") && told.contains("nord"), "{told}");
    assert!(Catalogues::from(toml("[shop.keep]\npeople = 30")).with(name("nord"), toml("")).is_ok());
}
