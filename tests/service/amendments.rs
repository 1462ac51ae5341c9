//! What is done to orders by the API, as the command line does it.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use shop_core::words::permission::Permission;
use shop_core::words::seat::SeatId;
use shop_journal::NewToken;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{Answer, Ask, Service, service, token, token_of};
use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;
use crate::orders::shops::host_of;

fn post(path: &str) -> Ask<'_> {
    Ask::new("POST", path)
}

/// Previewed, it changes nothing; done, it comes to what the preview said.
async fn amend(service: &Service, path: &str, body: Value, token: &str) -> Answer {
    let before = service.get("/v1/orders/A", token).await.header("etag").to_owned();
    let previewing = format!("{path}?preview=true");
    let preview = service.asks(&post(&previewing).with(body.clone()), token).await;
    assert_eq!(preview.status, 200, "{path}: {}", preview.body);
    assert_eq!(service.get("/v1/orders/A", token).await.header("etag"), before, "{path}: a preview");
    let done = service.asks(&post(path).with(body), token).await;
    assert_eq!((done.status, &done.body["state"]), (200, &preview.body["state"]), "{path}: {}", done.body);
    done
}

#[tokio::test]
async fn the_life_of_an_order() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    service.put(&sale("A", &["anne", "bob"]), &token).await;
    let before = world.census().await;
    for (path, body, state) in [
        ("/v1/orders/A/suspend", Value::Null, "suspended"),
        ("/v1/orders/A/resume", Value::Null, "fulfilled"),
        ("/v1/orders/A/hand-over", person("zoe"), "fulfilled"),
        // By the names that the order has.
        ("/v1/orders/A/hand-over", json!({"email": "ANNE@example.org"}), "fulfilled"),
        ("/v1/orders/A/hand-over", person("claire"), "fulfilled"),
        ("/v1/orders/A/cancel", Value::Null, "cancelled"),
    ] {
        let done = amend(&service, path, body, &token).await;
        assert_eq!((&done.body["state"], done.header("location")), (&json!(state), "/v1/orders/A"), "{path}");
        assert_eq!(done.header("preference-applied"), "wait=30");
    }
    assert_ne!(difference(&before, &world.census().await), [""; 0]);
    let shown = service.get("/v1/orders/A", &token).await.body;
    assert_eq!(shown["hand_overs"].as_array().unwrap().len(), 3, "{shown}");
    assert_eq!(shown["hand_overs"][0]["by"], Value::Null);
    assert_eq!(shown["hand_overs"][0]["who"], "test (token 1)");
    service.ends().await;
}

#[tokio::test]
async fn what_cannot_be_done_is_told_and_changes_nothing() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    service.put(&sale("A", &["anne"]), &token).await;
    service.put(&sale("C", &["anne"]).state("cancelled"), &token).await;
    let before = (world.census().await, service.get("/v1/orders/A", &token).await.header("etag").to_owned());
    let many: serde_json::Map<String, Value> = (0..1_001).map(|number| (format!("f{number}"), json!("x"))).collect();
    let long = "x".repeat(300 << 10);
    for (path, body, status, code) in [
        ("/v1/orders/B/suspend", Value::Null, 404, "order-unknown"),
        ("/v1/orders/B/cancel?preview=true", Value::Null, 404, "order-unknown"),
        ("/v1/orders/B/hand-over", person("zoe"), 404, "order-unknown"),
        ("/v1/orders/B/retry", Value::Null, 404, "order-unknown"),
        ("/v1/orders/B/verify", Value::Null, 404, "order-unknown"),
        ("/v1/orders/B/repair", Value::Null, 404, "order-unknown"),
        ("/v1/orders/B/upgrade", Value::Null, 404, "order-unknown"),
        ("/v1/orders/A%20/suspend", Value::Null, 400, "order-id-invalid"),
        ("/v1/orders/nord::A/suspend", Value::Null, 400, "order-id-invalid"),
        ("/v1/orders/A/suspend?preveiw=true", Value::Null, 400, "query-invalid"),
        ("/v1/orders/A/suspend?preview", Value::Null, 400, "query-invalid"),
        ("/v1/orders/A/suspend?preview=yes", Value::Null, 400, "query-invalid"),
        ("/v1/orders/A/verify?preview=true", Value::Null, 400, "query-invalid"),
        ("/v1/orders/A/retry?preview=true", Value::Null, 400, "query-invalid"),
        ("/v1/orders/A/suspend", json!({"preview": true}), 400, "body-unexpected"),
        ("/v1/orders/A/repair", json!({"restate": true}), 400, "body-unexpected"),
        ("/v1/orders/C/resume", Value::Null, 409, "order-not-amendable"),
        ("/v1/orders/C/resume?preview=true", Value::Null, 409, "order-not-amendable"),
        ("/v1/orders/A/hand-over", person("claire"), 409, "order-not-amendable"),
        ("/v1/orders/A/hand-over", json!({"email": "nobody@example.org"}), 400, "person-unknown"),
        ("/v1/orders/A/hand-over?preview=true", json!({"email": "nobody"}), 400, "person-unknown"),
        ("/v1/orders/A/hand-over", json!(["zoe@example.org", "Zoe"]), 400, "person-malformed"),
        ("/v1/orders/A/hand-over", json!({"email": "zoe@example.org", "name": "Zoe"}), 400, "person-malformed"),
        ("/v1/orders/A/hand-over", json!({"email": "zoe@example.org", "extra": many}), 400, "person-malformed"),
        ("/v1/orders/A/hand-over", json!({"email": "zoe@example.org", "last_name": long}), 413, "body-too-large"),
        ("/v1/orders/A/hand-over", json!({"email": "zoe", "last_name": "Test"}), 422, "order-rejected"),
        ("/v1/orders/A/hand-over", Value::Null, 415, "content-type-unfit"),
        ("/v1/orders/A/retry", Value::Null, 409, "order-not-waiting"),
        ("/v1/orders/A/upgrade", Value::Null, 409, "order-not-upgradable"),
        ("/v1/orders/A/upgrade?preview=true", Value::Null, 409, "order-not-upgradable"),
        ("/v1/orders/A/upgrade?to=none@1.0.0", Value::Null, 404, "handler-unknown"),
        // Whether this machine has a file is nobody's business.
        ("/v1/orders/A/upgrade?to=%2Fproc%2Fself%2Fexe", Value::Null, 404, "handler-unknown"),
        ("/v1/orders/A/replay", Value::Null, 404, "route-unknown"),
    ] {
        service.asks(&post(path).with(body), &token).await.is_problem(status, code, path);
    }
    service.get("/v1/orders/A/suspend", &token).await.is_problem(405, "method-unknown", "GET");
    let shown = service.get("/v1/orders/A", &token).await;
    assert_eq!((world.census().await, shown.header("etag")), (before.0, &*before.1));
    let found =
        service.asks(&post("/v1/orders/A/hand-over").with(json!({"email": "zoe", "last_name": "x"})), &token).await;
    assert_eq!(found.body["outcome"]["lines"][0]["messages"][0]["level"], "error", "{}", found.body);
    service.ends().await;
}

/// By another shop's token, an order is none.
#[tokio::test]
async fn no_shop_changes_what_is_anothers() {
    let world = shop().await;
    let service = Service::of(host_of(&world, "", &[("nord", ""), ("sud", "")]).await).await;
    let [first, nord] = [token(&world).await, token_of(&world, Some("nord"), &Permission::ALL).await];
    for token in [&first, &nord] {
        service.put(&sale("1", &["anne"]), token).await;
    }
    let sud = token_of(&world, Some("sud"), &Permission::ALL).await;
    let seat = SeatId::derive("nord::1", 1, 1);
    let before = (world.census().await, world.host.journal().audit(None).await.unwrap().len());
    for token in [&first, &sud] {
        for order in ["nord::1", "sud::nord::1"] {
            for deed in ["suspend", "cancel", "cancel?preview=true", "repair", "verify", "retry", "upgrade"] {
                let path = format!("/v1/orders/{order}/{deed}");
                let told = service.asks(&post(&path), token).await;
                assert!([400, 404].contains(&told.status), "{path}: {}", told.body);
            }
        }
        for (method, what, body) in [
            ("PUT", "occupant", person("zoe")),
            ("PUT", "occupant?preview=true", person("zoe")),
            ("DELETE", "occupant", Value::Null),
            ("DELETE", "occupant?preview=true", Value::Null),
            ("PUT", "until", json!({"until": "2027-08-31"})),
            ("PUT", "until?preview=true", json!({"until": "2027-08-31"})),
        ] {
            for tags in [None, Some("*")] {
                let ask = |path| Ask { method, path, body: body.clone(), if_match: tags };
                let [theirs, nobodys] = [&seat, &SeatId::derive("none", 1, 1)].map(SeatId::to_string);
                let [path, other] = [&theirs, &nobodys].map(|seat| format!("/v1/seats/{seat}/{what}"));
                let (told, unknown) = (service.asks(&ask(&path), token).await, service.asks(&ask(&other), token).await);
                told.is_problem(404, "seat-unknown", &path);
                assert_eq!(
                    told.body.to_string().replace(&theirs, &nobodys),
                    unknown.body.to_string(),
                    "as one that is none"
                );
            }
        }
    }
    assert_eq!((world.census().await, world.host.journal().audit(None).await.unwrap().len()), before);
    // The shop's own token does it, by the shop's own id.
    let done = service.asks(&post("/v1/orders/1/suspend"), &nord).await;
    assert_eq!((done.status, &done.body["order"]), (200, &json!("nord::1")), "{}", done.body);
    service.ends().await;
}

/// Whoever names a token, what is done by it is told as that, and never as the shop's doing or somebody else's.
#[tokio::test]
async fn the_audit_log_tells_by_which_token_something_was_done() {
    let world = shop().await;
    let service = service(&world).await;
    for (name, told) in [
        ("shop", "shop (token 1)"),
        ("vera", "vera (token 2)"),
        ("vera", "vera (token 3)"),
        ("Сергей\u{202e}", "Сергей (token 4)"),
        (&"x".repeat(100), &format!("{} (token 5)", "x".repeat(70))),
    ] {
        let permissions = Permission::ALL.into();
        let new = NewToken { name, shop: None, permissions: &permissions, expires: None };
        let token = world.host.tokens().make(new, "vera").await.unwrap().1.reveal().to_owned();
        service.put(&sale("A", &["anne"]), &token).await;
        let seen = world.host.journal().audit(Some(&id("A"))).await.unwrap().len();
        for path in ["/v1/orders/A/suspend", "/v1/orders/A/resume", "/v1/orders/A/repair"] {
            let done = service.asks(&post(path), &token).await;
            assert_eq!(done.status, 200, "{path}: {}", done.body);
        }
        let who: Vec<String> = world
            .host
            .journal()
            .audit(Some(&id("A")))
            .await
            .unwrap()
            .into_iter()
            .skip(seen)
            .map(|entry| entry.who)
            .collect();
        assert!(who.len() >= 4 && who.iter().all(|who| who == told), "{who:?}");
    }
    service.ends().await;
}

#[tokio::test]
async fn what_somebody_must_put_right_is_retried_then() {
    let world = shop().await;
    let faulty = faulty(world.platform.clone(), Fault::Refuses("enrol"));
    let (token, service) = (token(&world).await, Service::of(host_through(&world, faulty.clone()).await).await);
    let retry = async || service.asks(&post("/v1/orders/A/retry"), &token).await;
    for answer in [service.put(&sale("A", &["anne"]), &token).await, retry().await] {
        assert_eq!((answer.status, &answer.body["state"]), (202, &json!("incomplete")), "{}", answer.body);
    }
    faulty.by.becomes(None);
    let done = retry().await;
    assert_eq!((done.status, &done.body["state"]), (200, &json!("fulfilled")), "{}", done.body);
    retry().await.is_problem(409, "order-not-waiting", "it is done");
    service.ends().await;
}

/// Nobody waits, and the platform is away: it is done when it is there again; and whoever goes away changes nothing.
#[tokio::test]
async fn a_change_that_was_accepted_is_done_whoever_waits_for_it() {
    let world = shop().await;
    let faulty = faulty(world.platform.clone(), Fault::Down);
    let (token, service) = (token(&world).await, Service::of(host_through(&world, faulty.clone()).await).await);
    faulty.by.becomes(None);
    service.put(&sale("A", &["anne"]), &token).await;
    faulty.by.becomes(Some(Fault::Down));
    let suspended = service.request(Method::POST, "/v1/orders/A/suspend", &token).send().await.unwrap();
    let suspended = Answer::of(suspended).await;
    assert_eq!((suspended.status, &suspended.body["state"]), (202, &json!("waiting")), "{}", suspended.body);
    assert_eq!(suspended.header("location"), "/v1/orders/A");
    let seat = format!("/v1/seats/{}/occupant", SeatId::derive("A", 1, 1));
    let unfinished = service.asks(&Ask::new("DELETE", &seat).if_match("*"), &token).await;
    unfinished.is_problem(409, "order-unfinished", "the suspension waits");
    faulty.by.becomes(None);
    is_in_state(&service, "suspended", &token).await;

    // The request has been sent, and nobody reads the answer.
    let head = format!(
        "POST /v1/orders/A/resume HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nprefer: wait=30\r\ncontent-length: 0\r\n\r\n"
    );
    let seen = world.host.journal().audit(None).await.unwrap().len();
    let mut gone = TcpStream::connect(service.address()).await.unwrap();
    gone.write_all(head.as_bytes()).await.unwrap();
    while world.host.journal().audit(None).await.unwrap().len() == seen {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(gone);
    is_in_state(&service, "fulfilled", &token).await;
    service.ends().await;
}

async fn is_in_state(service: &Service, state: &str, token: &str) {
    for _ in 0..600 {
        if service.get("/v1/orders/A", token).await.body["lines"][0]["state"] == state {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the order is not {state}");
}

#[tokio::test]
async fn what_the_platform_has_otherwise_is_told_and_put_back() {
    let world = shop().await;
    let faulty = faulty(world.platform.clone(), Fault::Down);
    let (token, service) = (token(&world).await, Service::of(host_through(&world, faulty.clone()).await).await);
    faulty.by.becomes(None);
    service.put(&sale("A", &["anne"]), &token).await;
    let sound = world.census().await;
    world.by_hand().unenrol("SPOC", &email("anne")).unwrap();
    for (deed, before, after) in [
        ("verify", false, false),
        ("repair?preview=true", false, false),
        ("repair?restate=true&preview=true", false, false),
        ("repair", false, true),
        ("verify", true, true),
        ("repair?restate=true", true, true),
    ] {
        let done = service.asks(&post(&format!("/v1/orders/A/{deed}")), &token).await;
        assert_eq!((done.status, &done.body["as_recorded"]), (200, &json!(before)), "{deed}: {}", done.body);
        assert_eq!(world.census().await == sound, after, "{deed}");
    }
    faulty.by.becomes(Some(Fault::Down));
    service.asks(&post("/v1/orders/A/verify"), &token).await.is_problem(503, "platform-unavailable", "verify");
    service.ends().await;
}

#[tokio::test]
async fn an_order_is_moved_to_another_version() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    service.put(&sale("A", &["anne"]), &token).await;
    let component =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/golden/1.0.0/setup-one-course-session-652538c4a309.wasm"))
            .unwrap();
    let new = world.install(&component).await.unwrap();
    service.asks(&post("/v1/orders/A/upgrade"), &token).await.is_problem(409, "order-not-upgradable", "the active one");
    let to = format!("/v1/orders/A/upgrade?to={}", new.digest.short());
    let bought = async || service.get("/v1/orders/A", &token).await.body["lines"][0]["bargain"]["handler"].clone();
    let before = bought().await;
    let preview = service.asks(&post(&format!("{to}&preview=true")), &token).await;
    assert_eq!((preview.status, bought().await), (200, before), "{}", preview.body);
    let done = service.asks(&post(&to), &token).await;
    assert_eq!((done.status, bought().await), (200, json!(new.digest)), "{}", done.body);
    service.ends().await;
}
