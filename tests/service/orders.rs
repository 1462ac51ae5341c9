//! Orders, by the API.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use shop_core::orders::state::LineState;
use shop_core::words::permission::Permission;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{Answer, Service, service, token, token_of};
use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;
use crate::orders::shops::host_of;

#[tokio::test]
async fn an_order_is_handed_over_waited_for_and_shown() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    let order = sale("A/1", &["anne"]);
    let path = "/v1/orders/A%2F1";
    let put = async |order: &Sale| {
        let request =
            service.request(Method::PUT, path, &token).header("content-type", "application/json; charset=utf-8");
        Answer::of(request.header("prefer", "respond-async, wait=30").body(order.json()).send().await.unwrap()).await
    };
    service.get(path, &token).await.is_problem(404, "order-unknown", "before");

    let preview = service.request(Method::POST, &format!("{path}/preview"), &token);
    let preview = preview.header("content-type", "application/json").body(order.json()).send().await.unwrap();
    let preview = Answer::of(preview).await;
    assert_eq!((preview.status, &preview.body["state"]), (200, &json!("fulfilled")));
    service.get(path, &token).await.is_problem(404, "order-unknown", "a preview writes nothing down");

    let done = put(&order).await;
    assert_eq!((done.status, &done.body["state"]), (200, &json!("fulfilled")), "{}", done.body);
    assert_eq!((done.header("location"), done.header("preference-applied")), (path, "wait=30"));
    let again = put(&order).await;
    assert_eq!((again.status, &again.body["state"]), (200, &json!("fulfilled")));
    is_in_place(&world, &order, "again").await;

    let shown = service.get(path, &token).await;
    assert_eq!((shown.status, &shown.body["order"]["id"]), (200, &json!("A/1")));
    assert_eq!(shown.body["lines"][0]["seats"][0]["occupant"], "anne@example.org");

    // It is the same order, bought by somebody else.
    put(&order.clone().by("zoe")).await.is_problem(409, "order-contradicts", "another operator");
    let rejected = put(&order.clone().seats(&["anne", "anne"])).await;
    rejected.is_problem(422, "order-rejected", "one person in two seats");
    assert_eq!(rejected.body["outcome"]["state"], "rejected");
    let cancelled = put(&order.state("cancelled")).await;
    assert_eq!((cancelled.status, &cancelled.body["state"]), (200, &json!("cancelled")));
    service.ends().await;
}

#[tokio::test]
async fn what_is_said_is_worded_in_the_language_of_whoever_asks() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    for (language, word) in [("fr-CH, en;q=0.4", "n’a pas de produit"), ("en", "has no product")] {
        let said = service.says(&sale("A", &["anne"]).of("NONE SUCH"), &token);
        let said = said.header("prefer", "wait=30").header("accept-language", language);
        let answer = Answer::of(said.send().await.unwrap()).await;
        let text = answer.body["outcome"]["lines"][0]["messages"][0]["text"].as_str().unwrap_or_default().to_owned();
        assert!(text.contains(word), "{language}: {text}");
        assert_eq!(answer.status, 422);
    }
    service.ends().await;
}

/// Nobody waits: it is done all the same; and whoever goes away changes nothing.
#[tokio::test]
async fn what_was_accepted_is_done_whoever_waits_for_it() {
    let world = shop().await;
    let token = token(&world).await;
    let service = service(&world).await;
    let accepted = Answer::of(service.says(&sale("A", &["anne"]), &token).send().await.unwrap()).await;
    assert_eq!((accepted.status, &accepted.body["state"]), (202, &json!("waiting")));
    assert_eq!(accepted.header("location"), "/v1/orders/A");
    // The request has been sent, and nobody reads the answer.
    let body = sale("B", &["bob"]).json();
    let head = format!(
        "PUT /v1/orders/B HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         prefer: wait=30\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut gone = TcpStream::connect(service.address()).await.unwrap();
    gone.write_all((head + &body).as_bytes()).await.unwrap();
    gone.flush().await.unwrap();
    is_fulfilled_or_heard_of(&service, "B", &token).await;
    drop(gone);
    for id in ["A", "B"] {
        is_fulfilled(&service, id, &token).await;
    }
    service.ends().await;
}

/// It is written down: from then on, nobody needs to wait.
async fn is_fulfilled_or_heard_of(service: &Service, id: &str, token: &str) {
    for _ in 0..600 {
        if service.get(&format!("/v1/orders/{id}"), token).await.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("order {id} was never heard of");
}

async fn is_fulfilled(service: &Service, id: &str, token: &str) {
    for _ in 0..600 {
        let shown = service.get(&format!("/v1/orders/{id}"), token).await;
        if shown.body["lines"][0]["state"] == "fulfilled" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("order {id} is not fulfilled");
}

/// The platform is away: the order waits, and the service goes on with it by itself.
#[tokio::test]
async fn what_waits_is_gone_on_with() {
    let world = shop().await;
    let faulty = faulty(world.platform.clone(), Fault::Down);
    let host = host_through(&world, faulty.clone()).await;
    let (token, service) = (token(&world).await, Service::of(host).await);
    let waits = service.put(&sale("A", &["anne"]), &token).await;
    assert_eq!((waits.status, &waits.body["state"]), (202, &json!("waiting")));
    let listed = service.get("/v1/orders?state=waiting", &token).await;
    assert_eq!(listed.body["orders"][0]["order"]["id"], "A");
    faulty.by.becomes(None);
    is_fulfilled(&service, "A", &token).await;
    // What somebody must put right is not told as done.
    faulty.by.becomes(Some(Fault::Refuses("create_accounts")));
    let blocked = service.put(&sale("B", &["bob"]), &token).await;
    assert_eq!((blocked.status, &blocked.body["state"]), (202, &json!("incomplete")), "{}", blocked.body);
    service.ends().await;
}

#[tokio::test]
async fn orders_are_listed_by_pages() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    for id in ["A", "B", "C"] {
        assert_eq!(service.put(&sale(id, &[]), &token).await.status, 200);
    }
    let ids = |page: &Value| -> Vec<String> {
        let orders = page["orders"].as_array().unwrap().iter();
        orders.map(|order| order["order"]["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = service.get("/v1/orders?most=2", &token).await.body;
    assert_eq!((ids(&first), &first["next"]), (vec!["A".to_owned(), "B".to_owned()], &json!("B")));
    let last = service.get("/v1/orders?most=2&after=B", &token).await.body;
    assert_eq!((ids(&last), &last["next"]), (vec!["C".to_owned()], &Value::Null));
    let state = service.get("/v1/orders?state=cancelled", &token).await.body;
    assert_eq!((ids(&state), &state["next"]), (vec![], &Value::Null));
    for (query, status, code) in [
        ("after=NONE", 404, "order-unknown"),
        ("state=lost", 400, "state-unknown"),
        ("most=many", 400, "query-invalid"),
        ("page=2", 400, "query-invalid"),
    ] {
        service.get(&format!("/v1/orders?{query}"), &token).await.is_problem(status, code, query);
    }
    service.ends().await;
}

/// A shop sees its own orders and events, and no others, by any id.
#[tokio::test]
async fn no_shop_sees_or_changes_what_is_anothers() {
    let world = shop().await;
    let service = Service::of(host_of(&world, "", &[("nord", ""), ("sud", "")]).await).await;
    let first = token(&world).await;
    let [nord, sud] = ["nord", "sud"].map(|shop| token_of(&world, Some(shop), &Permission::ALL));
    let (nord, sud) = (nord.await, sud.await);
    for token in [&first, &nord, &sud] {
        let done = service.put(&sale("1", &["anne"]), token).await;
        assert_eq!((done.status, &done.body["state"]), (200, &json!(LineState::Fulfilled)), "{}", done.body);
    }
    let before = world.census().await;
    for (token, own, others) in [
        (&first, "1", ["nord::1", "sud::1"]),
        (&nord, "nord::1", ["sud::1", "nord::sud::1"]),
        (&sud, "sud::1", ["nord::1", "SUD::1"]),
    ] {
        let listed = service.get("/v1/orders", token).await.body;
        let ids: Vec<&Value> = listed["orders"].as_array().unwrap().iter().map(|order| &order["order"]["id"]).collect();
        assert_eq!(ids, [own]);
        for id in ["1", own] {
            assert_eq!(service.get(&format!("/v1/orders/{id}"), token).await.body["order"]["id"], own);
        }
        for other in others {
            let path = format!("/v1/orders/{other}");
            let shown = service.get(&path, token).await;
            assert!([400, 404].contains(&shown.status), "{own}, {other}: {}", shown.body);
            let said = service.put(&sale(other, &["bob"]), token).await;
            said.is_problem(400, "order-id-invalid", other);
            let after = service.get(&format!("/v1/orders?after={other}"), token).await;
            assert!([400, 404].contains(&after.status), "{own}, {other}: {}", after.body);
        }
        // By the path of an own one, too.
        let disguised = service.request(Method::PUT, "/v1/orders/1", token).header("content-type", "application/json");
        let disguised = disguised.body(sale(others[0], &["bob"]).json()).send().await.unwrap();
        assert_eq!(Answer::of(disguised).await.status, 400);
    }
    assert_eq!(world.census().await, before);
    // Each order has come once more since, so that there is something to be told of others, too, before one's own last event.
    for token in [&first, &nord, &sud, &first, &nord, &sud] {
        let seats = if token == &first { ["anne", "bob"] } else { ["anne", "carl"] };
        service.put(&sale("1", &seats), token).await;
    }
    for (token, own) in [(&first, "1"), (&nord, "nord::1"), (&sud, "sud::1")] {
        let first = follow(&service, token, own, None).await;
        let told = first.clone() + &follow(&service, token, own, Some(&last(&first))).await;
        let events = told.lines().filter_map(|line| line.strip_prefix("data:"));
        let events = events.map(|event| serde_json::from_str::<Value>(event).unwrap());
        let orders: Vec<String> = events.map(|event| event["order"].as_str().unwrap().to_owned()).collect();
        assert!(orders.len() > 3 && orders.iter().all(|order| order == own), "{own}: {orders:?}");
    }
    service.ends().await;
}

/// The number of the last event that was told.
fn last(told: &str) -> String {
    told.lines().filter_map(|line| line.strip_prefix("id:")).next_back().unwrap().trim().to_owned()
}

/// What is told of events until one says that this order is fulfilled, or has changed.
async fn follow(service: &Service, token: &str, order: &str, last: Option<&str>) -> String {
    let mut request = service.request(Method::GET, "/v1/events", token);
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let (mut told, mut pieces) = (String::new(), response.bytes_stream());
    let is_told = |told: &str| {
        let mut events = told.split("\n\n");
        let is_end = |event: &str| event.contains("order-fulfilled") || event.contains("order-changed");
        events.any(|event| is_end(event) && event.contains(&format!("\"{order}\"")))
    };
    while !is_told(&told) {
        let piece = tokio::time::timeout(Duration::from_secs(30), pieces.next()).await.expect("in time");
        told += std::str::from_utf8(&piece.expect("more").unwrap()).unwrap();
    }
    told
}

#[tokio::test]
async fn events_go_on_after_the_last_that_is_known() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    service.put(&sale("A", &["anne"]), &token).await;
    let first = follow(&service, &token, "A", None).await;
    let last = last(&first);
    let (told, done) = tokio::join!(follow(&service, &token, "B", Some(&last)), async {
        service.put(&sale("B", &["bob"]), &token).await
    });
    assert_eq!(done.status, 200);
    assert!(!told.contains("\"A\""), "{told}");
    let invalid = service.request(Method::GET, "/v1/events", &token).header("last-event-id", "x").send().await.unwrap();
    Answer::of(invalid).await.is_problem(400, "event-number-invalid", "x");
    // A token that was revoked ends what it began.
    let revoked = token_of(&world, None, &[Permission::ReadOrders]).await;
    let mut open = service.request(Method::GET, "/v1/events", &revoked).send().await.unwrap().bytes_stream();
    world.host.tokens().revoke(2, "vera").await.unwrap();
    let ended = async { while open.next().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(60), ended).await.expect("it ends");
    // Whoever follows does not keep it from ending.
    let open = service.request(Method::GET, "/v1/events", &token).send().await.unwrap();
    service.ends().await;
    drop(open);
}
