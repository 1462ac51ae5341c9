//! Whoever may not, and whatever should not be, at the API.

use std::time::Duration;

use reqwest::Method;
use shop_core::words::period::Timestamp;
use shop_core::words::permission::Permission::{self, ReadOrders, WriteOrders, WriteSeats};
use shop_core::words::seat::SeatId;
use shop_core::words::secret::Secret;
use shop_journal::NewToken;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Answer, client, service, token, token_of};
use crate::fixtures::shop::*;

/// All routes below `/v1`, and what each takes.
fn routes() -> Vec<(&'static str, String, Permission)> {
    let seat = SeatId::derive("A", 1, 1);
    let orders = [
        ("GET", "/v1/orders", ReadOrders),
        ("GET", "/v1/orders/A", ReadOrders),
        ("PUT", "/v1/orders/A", WriteOrders),
        ("POST", "/v1/orders/A/preview", WriteOrders),
        ("POST", "/v1/orders/A/suspend", WriteOrders),
        ("POST", "/v1/orders/A/resume?preview=true", WriteOrders),
        ("POST", "/v1/orders/A/cancel", WriteOrders),
        ("POST", "/v1/orders/A/hand-over", WriteOrders),
        ("POST", "/v1/orders/A/retry", WriteOrders),
        ("POST", "/v1/orders/A/verify", ReadOrders),
        ("POST", "/v1/orders/A/repair", WriteOrders),
        ("POST", "/v1/orders/A/repair?preview=true", WriteOrders),
        ("POST", "/v1/orders/A/upgrade", WriteOrders),
        ("GET", "/v1/events", ReadOrders),
    ];
    let seats = [("PUT", "occupant"), ("PUT", "occupant?preview=true"), ("DELETE", "occupant"), ("PUT", "until")];
    let orders = orders.map(|(method, path, takes)| (method, path.to_owned(), takes));
    let seats = seats.map(|(method, what)| (method, format!("/v1/seats/{seat}/{what}"), WriteSeats));
    orders.into_iter().chain(seats).collect()
}

fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).unwrap()
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_that_counts() {
    let world = shop().await;
    let good = token(&world).await;
    let permissions = Permission::ALL.into();
    let tokens = world.host.tokens();
    let make = async |expires| {
        let new = NewToken { name: "test", shop: None, permissions: &permissions, expires };
        tokens.make(new, "vera").await.unwrap()
    };
    let expired = make(Some(Timestamp::now())).await.1.reveal().to_owned();
    let (revoked, secret) = make(None).await;
    assert!(tokens.revoke(revoked.id, "vera").await.unwrap() && !tokens.revoke(revoked.id, "vera").await.unwrap());
    let revoked = secret.reveal().to_owned();
    let service = service(&world).await;
    let shorter = &good[..good.len() - 1];
    let other_case = good.to_uppercase();
    for (route, path, _) in routes() {
        let url = format!("http://{}{path}", service.address());
        let bare = client().request(method(route), &url);
        for (header, code) in [
            (None, "token-missing"),
            (Some("Basic YTpi".to_owned()), "token-missing"),
            (Some("Bearer".to_owned()), "token-missing"),
            (Some("Bearer ".to_owned()), "token-missing"),
            (Some(format!("Bearer {shorter}")), "token-unknown"),
            (Some(format!("Bearer {good}x")), "token-unknown"),
            (Some(format!("Bearer {other_case}")), "token-unknown"),
            (Some(format!("Bearer {expired}")), "token-unknown"),
            (Some(format!("Bearer {revoked}")), "token-unknown"),
        ] {
            let request = bare.try_clone().unwrap();
            let request = match &header {
                Some(header) => request.header("authorization", header),
                None => request,
            };
            let answer = Answer::of(request.send().await.unwrap()).await;
            let header = header.unwrap_or_default();
            // A header's outer spaces are none of it.
            let code = if header == "Bearer " { "token-missing" } else { code };
            answer.is_problem(401, code, &format!("{route} {path} {header}"));
            let challenge = if code == "token-missing" { "Bearer" } else { "Bearer error=\"invalid_token\"" };
            assert_eq!(answer.header("www-authenticate"), challenge);
        }
    }
    // With its log, if what was written last is not in the file yet.
    let journal = ["journal.sqlite", "journal.sqlite-wal"].map(|file| std::fs::read(world.data().join(file)).unwrap());
    let has = |text: &str| journal.concat().windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(has(&Secret::sent(&good).digest().to_string()) && !has(&good), "what is kept is a digest");
    assert_eq!(service.get("/v1/orders", &good).await.status, 200);
    service.ends().await;
    let used: Vec<i64> = tokens.list().await.unwrap().iter().filter(|it| it.used.is_some()).map(|it| it.id).collect();
    assert_eq!(used, [1], "the good one, and no other");
}

#[tokio::test]
async fn a_token_permits_what_it_says_and_no_more() {
    let world = shop().await;
    let reads = token_of(&world, None, &[ReadOrders]).await;
    let service = service(&world).await;
    for (route, path, takes) in routes() {
        let others: Vec<Permission> = Permission::ALL.into_iter().filter(|permission| *permission != takes).collect();
        let barred = token_of(&world, None, &others).await;
        let request = service.request(method(route), &path, &barred).header("content-type", "application/json");
        let answer = Answer::of(request.body(sale("A", &["anne"]).json()).send().await.unwrap()).await;
        answer.is_problem(403, "token-not-permitted", &path);
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"insufficient_scope\"");
    }
    service.get("/v1/orders/A", &reads).await.is_problem(404, "order-unknown", "nothing was written down");
    service.ends().await;
}

#[tokio::test]
async fn what_is_no_order_is_told_and_changes_nothing() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    let good = sale("A", &["anne"]).json();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let large = format!("{{\"id\": \"{}\"}}", "A".repeat(17 << 20));
    let many = format!("[{}]", "0,".repeat(600_000));
    let json = "application/json";
    for (path, kind, body, status, code) in [
        ("/v1/orders/A", json, String::new(), 400, "order-malformed"),
        ("/v1/orders/A", json, "{".to_owned(), 400, "order-malformed"),
        ("/v1/orders/A", json, good.replace("\"paid\"", "\"bought\""), 400, "order-malformed"),
        ("/v1/orders/A", json, format!("{good} {good}"), 400, "order-malformed"),
        ("/v1/orders/A", json, deep, 400, "order-malformed"),
        ("/v1/orders/A", json, many, 400, "order-malformed"),
        ("/v1/orders/A", json, large, 413, "body-too-large"),
        ("/v1/orders/A?preview=true", json, good.clone(), 400, "query-invalid"),
        ("/v1/orders/A", "text/plain", good.clone(), 415, "content-type-unfit"),
        ("/v1/orders/A", "application/jsonp", good.clone(), 415, "content-type-unfit"),
        ("/v1/orders/B", json, good.clone(), 400, "order-id-differs"),
        ("/v1/orders/a", json, good.clone(), 400, "order-id-differs"),
        ("/v1/orders/A%20", json, good.clone(), 400, "order-id-invalid"),
        ("/v1/orders/%FF", json, good.clone(), 400, "order-id-invalid"),
        ("/v1/orders/A%00", json, good.clone(), 400, "order-id-invalid"),
        ("/v1/orders/%3Cscript%3E", json, good.clone(), 400, "order-id-invalid"),
        ("/v1/orders/A%2F..%2FB", json, good.clone(), 400, "order-id-differs"),
        ("/v1/orders/A%E2%80%8B", json, good.replace("\"A\"", "\"A\u{200b}\""), 400, "order-id-invalid"),
        ("/v1/orders/%2E%2E", json, good.clone(), 404, "route-unknown"),
        ("/v1/orders/A/B", json, good.clone(), 404, "route-unknown"),
        ("/v1//orders/A", json, good.clone(), 404, "route-unknown"),
        ("/v1/orders", json, good.clone(), 405, "method-unknown"),
    ] {
        let request = service.request(Method::PUT, path, &token).header("content-type", kind).body(body);
        let sent = request.send().await;
        // What is too large is answered before it was all sent, and that the connection breaks off then is as good an answer.
        let Ok(sent) = sent else {
            assert_eq!(status, 413);
            continue;
        };
        Answer::of(sent).await.is_problem(status, code, path);
    }
    assert_eq!(world.host.journal().order_ids().await.unwrap(), []);
    service.ends().await;
}

/// In this time.
async fn ends_without_success(mut connection: TcpStream, time: Duration) {
    let mut answer = Vec::new();
    _ = tokio::time::timeout(time, connection.read_to_end(&mut answer)).await.expect("it is ended");
    assert!(!String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 2"), "{}", String::from_utf8_lossy(&answer));
}

/// A request that breaks off in its body is none.
#[tokio::test]
async fn what_breaks_off_is_not_written_down() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    let body = sale("A", &["anne"]).json();
    for length in [body.len() / 2, body.len() - 1] {
        let mut connection = TcpStream::connect(service.address()).await.unwrap();
        let head = format!(
            "PUT /v1/orders/A HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        connection.write_all(head.as_bytes()).await.unwrap();
        connection.write_all(&body.as_bytes()[..length]).await.unwrap();
        connection.shutdown().await.unwrap();
        ends_without_success(connection, Duration::from_secs(20)).await;
    }
    assert_eq!(world.host.journal().order_ids().await.unwrap(), []);
    service.ends().await;
}

/// Whoever does not say what is wanted holds a connection for some seconds, and keeps nobody from anything meanwhile.
#[tokio::test]
async fn whoever_says_nothing_is_not_waited_for() {
    let world = shop().await;
    let (token, service) = (token(&world).await, service(&world).await);
    let mut silent = Vec::new();
    for begun in ["", "GET /v1/orders HTTP/1.1\r\nhost: x\r\nx-", "GET"] {
        let mut connection = TcpStream::connect(service.address()).await.unwrap();
        connection.write_all(begun.as_bytes()).await.unwrap();
        silent.push(connection);
    }
    assert_eq!(service.get("/v1/orders", &token).await.status, 200);
    for connection in silent {
        ends_without_success(connection, Duration::from_secs(60)).await;
    }
    service.ends().await;
}

#[tokio::test]
async fn whether_it_is_there_and_ready_is_told_to_anybody_and_nothing_else() {
    let world = shop().await;
    let service = service(&world).await;
    for (path, said) in [("/health", "alive"), ("/ready", "ready")] {
        let answer = client().get(format!("http://{}{path}", service.address())).send().await.unwrap();
        let answer = Answer::of(answer).await;
        assert_eq!((answer.status, &answer.body[said]), (200, &true.into()), "{path}");
    }
    service.get("/v1", "x").await.is_problem(404, "route-unknown", "/v1");
    service.ends().await;
}
