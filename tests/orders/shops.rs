//! Several shops that one host serves, on one learning platform: each sells by its own catalogue, and none takes away what another
//! has sold.

use std::collections::BTreeSet;
use std::sync::Arc;

use shop_core::lines::catalogue::Catalogue;
use shop_core::lines::catalogues::Catalogues;
use shop_core::orders::state::LineState::{self, Cancelled, Fulfilled, Rejected};
use shop_core::platform::Platform;
use shop_core::words::shop::ShopName;
use shop_folder::file::parse_toml;
use shop_harness::World;
use shop_host::host::{Host, HostError, Outcome};

use crate::fixtures::shop::*;

fn toml(settings: &str) -> Catalogue {
    parse_toml(&catalogue(settings)).unwrap()
}

fn name(shop: &str) -> ShopName {
    shop.parse().unwrap()
}

/// A host that serves these shops beside the first, each with its settings.
async fn host_of(world: &World, first: &str, shops: &[(&str, &str)]) -> Host {
    let all = shops
        .iter()
        .fold(Catalogues::from(toml(first)), |all, (shop, settings)| all.with(name(shop), toml(settings)).unwrap());
    host_through(world, world.platform.clone() as Arc<dyn Platform>).await.with_catalogues(all)
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
    let host = host_through(&world, world.platform.clone()).await.with_catalogues(shops);

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
        assert!(matches!(&refused, Err(HostError::UnknownShop(of)) if of.shop == "nord"));
    }
    assert_eq!(world.census().await, census);

    let host = host_of(&world, "", &[("nord", "")]).await;
    comes(&host, &sale("nord::1", &["anne"]).state("cancelled"), Cancelled).await;
}

#[tokio::test]
async fn an_id_cannot_pass_for_another_shops() {
    let world = shop().await;
    let host = host_of(&world, "", &[("nord", "")]).await;
    for id in ["Nord::1", "NORD::1", "nord::", "::1", "nord::a::b", "nord ::1", "n\u{200b}ord::1"] {
        let said = sale("X", &["anne"]).with("id", id).json();
        match shop_folder::file::parse_order(&said) {
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

#[test]
fn how_long_records_are_kept_is_said_once() {
    let kept = |text: &str| Catalogues::from(toml(text)).with(name("nord"), toml("[shop.keep]\npeople = 30"));
    let told = kept("").unwrap_err().to_string();
    assert!(told.contains("\"keep\"") && told.contains("nord"), "{told}");
    assert!(Catalogues::from(toml("[shop.keep]\npeople = 30")).with(name("nord"), toml("")).is_ok());
}
