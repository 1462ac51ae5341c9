//! Whether something is still as it was read, by the API: of two who change the same, one is told so.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use shop_core::words::seat::SeatId;

use super::{Answer, Ask, Service, service, token};
use crate::fixtures::shop::*;

async fn tag(service: &Service, token: &str) -> String {
    let shown = service.get("/v1/orders/A", token).await;
    assert_eq!(shown.header("vary"), "accept-language");
    let tag = shown.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 60, "it is a strong one: {tag}");
    tag
}

#[tokio::test]
async fn the_tag_of_an_order_changes_with_what_is_told_of_it() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    service.put(&sale("A", &["anne"]), &token).await;
    let seat = format!("/v1/seats/{}/", SeatId::derive("A", 1, 1));
    let mut seen = vec![tag(&service, &token).await];
    for (method, path, body) in [
        ("PUT", format!("{seat}until"), json!({"until": "2027-08-31"})),
        // That changes nothing on the platform.
        (
            "PUT",
            format!("{seat}occupant"),
            json!({"email": "anne@example.org", "first_name": "Ann", "last_name": "Test"}),
        ),
        ("POST", "/v1/orders/A/suspend".to_owned(), Value::Null),
        ("POST", "/v1/orders/A/resume".to_owned(), Value::Null),
        ("POST", "/v1/orders/A/hand-over".to_owned(), person("zoe")),
        ("DELETE", format!("{seat}occupant"), Value::Null),
        ("POST", "/v1/orders/A/cancel".to_owned(), Value::Null),
    ] {
        assert_eq!(tag(&service, &token).await, seen[seen.len() - 1], "nothing has changed");
        let done = service.asks(&Ask::new(method, &path).with(body).if_match("*"), &token).await;
        assert_eq!(done.status, 200, "{path}: {}", done.body);
        let new = tag(&service, &token).await;
        assert!(!seen.contains(&new), "{path}");
        seen.push(new);
    }
    // Another text, and the same order.
    let french = service.request(Method::GET, "/v1/orders/A", &token).header("accept-language", "fr");
    let french = Answer::of(french.send().await.unwrap()).await.header("etag").to_owned();
    let english = service.request(Method::GET, "/v1/orders/A", &token).header("accept-language", "en");
    let english = Answer::of(english.send().await.unwrap()).await.header("etag").to_owned();
    assert_ne!(french, english);
    assert_eq!(french.split('-').next(), english.split('-').next());
    service.ends().await;
}

#[tokio::test]
async fn what_is_no_longer_as_it_was_read_is_not_changed() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    let missing = service.says(&sale("A", &["anne"]), &token).header("if-match", "*").send().await.unwrap();
    Answer::of(missing).await.is_problem(412, "order-changed", "there is none yet");
    service.get("/v1/orders/A", &token).await.is_problem(404, "order-unknown", "there is none yet");
    service.put(&sale("A", &["anne"]), &token).await;
    let old = tag(&service, &token).await;
    service.put(&sale("A", &["anne", "bob"]), &token).await;
    let new = tag(&service, &token).await;
    let seat = format!("/v1/seats/{}", SeatId::derive("A", 1, 1));
    let [occupant, until] = ["occupant", "until"].map(|what| format!("{seat}/{what}"));
    let order = || serde_json::from_str::<Value>(&sale("A", &["carl"]).json()).unwrap();
    let weak = format!("W/{new}");
    let before = world.census().await;
    for tags in [&*old, "\"x\"", &weak, new.trim_matches('"'), "", "\"*\""] {
        for (method, path, body) in [
            ("PUT", "/v1/orders/A", order()),
            ("POST", "/v1/orders/A/preview", order()),
            ("POST", "/v1/orders/A/suspend", Value::Null),
            ("POST", "/v1/orders/A/suspend?preview=true", Value::Null),
            ("POST", "/v1/orders/A/cancel", Value::Null),
            ("POST", "/v1/orders/A/hand-over", person("zoe")),
            ("POST", "/v1/orders/A/repair", Value::Null),
            ("POST", "/v1/orders/A/verify", Value::Null),
            ("POST", "/v1/orders/A/retry", Value::Null),
            ("POST", "/v1/orders/A/upgrade", Value::Null),
            ("PUT", &occupant, person("zoe")),
            ("DELETE", &occupant, Value::Null),
            ("DELETE", &format!("{occupant}?preview=true"), Value::Null),
            ("PUT", &until, json!({"until": "2027-08-31"})),
        ] {
            let told = service.asks(&Ask::new(method, path).with(body).if_match(tags), &token).await;
            told.is_problem(412, "order-changed", &format!("{method} {path} {tags}"));
        }
    }
    for (method, path, body) in [
        ("PUT", &occupant, person("zoe")),
        ("DELETE", &occupant, Value::Null),
        ("PUT", &until, json!({"until": "2027-08-31"})),
    ] {
        let told = service.asks(&Ask::new(method, path).with(body), &token).await;
        told.is_problem(428, "if-match-missing", path);
    }
    assert_eq!(tag(&service, &token).await, new);
    assert_eq!(world.census().await, before);
    let all = format!("\"x\", {old}, {new}");
    let done = service.asks(&Ask::new("PUT", "/v1/orders/A").with(order()).if_match(&all), &token).await;
    assert_eq!(done.status, 200, "{}", done.body);
    service.ends().await;
}

/// Many at once, each by what it has read: one of them is done, and the others are told.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_changes_at_once_by_one_tag_one_is_done() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    service.put(&sale("A", &["anne"]), &token).await;
    for round in 0..3 {
        let tag = tag(&service, &token).await;
        let asked = (0..8).map(async |number| {
            let path = format!("/v1/seats/{}/occupant", SeatId::derive("A", 1, number % 3 + 1));
            let body = person(&format!("p{round}{number}"));
            service.asks(&Ask::new("PUT", &path).with(body).if_match(&tag), &token).await
        });
        let handed = async {
            let said = service.says(&sale("A", &[&*format!("q{round}")]), &token);
            Answer::of(said.header("if-match", &tag).header("prefer", "wait=30").send().await.unwrap()).await
        };
        let (mut all, handed) = futures_util::future::join(join_all(asked), handed).await;
        all.push(handed);
        let done: Vec<&Answer> = all.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(
            done.len(),
            1,
            "{round}: {:?}",
            all.iter().map(|answer| answer.body.to_string()).collect::<Vec<_>>()
        );
        for told in all.iter().filter(|answer| answer.status != 200) {
            told.is_problem(412, "order-changed", "the others");
        }
    }
    service.ends().await;
}
