//! Whatever else is sent to where the shop sends.

use reqwest::Method;
use woocommerce_double::shop::NewOrder;
use woocommerce_double::{Delivery, signature};

use super::{Connected, SECRET, connected};
use crate::service::{Answer, client};

/// Names and values.
type Headers<'a> = &'a [(&'a str, &'a str)];

async fn post(woo: &Connected, path: &str, headers: Headers<'_>, body: &[u8]) -> Option<Answer> {
    let mut request = client().request(Method::POST, format!("http://{}{path}", woo.service.address()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    // What is too large is answered before it was all sent: then the connection may break off.
    Some(Answer::of(request.body(body.to_vec()).send().await.ok()?).await)
}

#[tokio::test]
async fn nothing_but_what_the_shop_signed_is_heard() {
    let woo = connected().await;
    let order = woo.shop.shop().place(&NewOrder::by("Camille", "Martin", "camille@example.org").line("SPOCM1", 1));
    woo.shop.shop().pay(order);
    let sent: Vec<Delivery> = woo.shop.queued();
    let delivery = sent.iter().find(|it| it.topic == "order.updated").unwrap();
    let good = delivery.header("x-wc-webhook-signature").unwrap();
    let body = &*delivery.body;
    let mut changed = body.to_vec();
    changed.push(b' ');
    let printed = serde_json::from_slice::<serde_json::Value>(body).unwrap().to_string();
    let of_other = signature("another secret", body);
    let header = "x-wc-webhook-signature";
    let cases: [(&str, Headers<'_>, &[u8], u16, &str); 11] = [
        ("/connections/web", &[], body, 401, "delivery-unverified"),
        ("/connections/web", &[(header, "")], body, 401, "delivery-unverified"),
        ("/connections/web", &[(header, "AAAA")], body, 401, "delivery-unverified"),
        ("/connections/web", &[(header, "=%= =%=")], body, 401, "delivery-unverified"),
        ("/connections/web", &[(header, &of_other)], body, 401, "delivery-unverified"),
        ("/connections/web", &[(header, good)], &changed, 401, "delivery-unverified"),
        ("/connections/web", &[(header, good)], printed.as_bytes(), 401, "delivery-unverified"),
        ("/connections/other", &[(header, good)], body, 404, "connection-unknown"),
        ("/connections/..%2Fweb", &[(header, good)], body, 404, "connection-unknown"),
        ("/connections/web/", &[(header, good)], body, 404, "route-unknown"),
        ("/connections/web", &[(header, good)], &vec![b' '; 5 << 20], 413, "body-too-large"),
    ];
    for (path, headers, body, status, code) in cases {
        match post(&woo, path, headers, body).await {
            Some(answer) => answer.is_problem(status, code, &format!("{path} {headers:?}")),
            None => assert_eq!(status, 413, "{path}"),
        }
    }
    for (body, told) in [
        ("webhook_id=3", "a ping has no signature"),
        (
            r#"{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{"status":404}}"#,
            "an error",
        ),
        ("[]", "a list"),
        ("not json", "no JSON"),
        (r#"{"id":18446744073709551616}"#, "no number of an order"),
        (r#"{"id":"../../webhooks/1"}"#, "a path"),
        (r#"{"id":999999}"#, "an order that there is not"),
        (r#"{"id":0}"#, "no order"),
    ] {
        let sign = signature(SECRET, body.as_bytes());
        let headers: Headers<'_> = if body.starts_with("webhook_id") { &[] } else { &[(header, &sign)] };
        assert_eq!(post(&woo, "/connections/web", headers, body.as_bytes()).await.unwrap().status, 200, "{told}");
    }
    assert_eq!(post(&woo, "/connections/web", &[(header, good)], body).await.unwrap().status, 200, "the shop's own");
    woo.comes_to(&order.to_string(), "paid by camille: 1 fulfilled x1", "the shop's own").await;
    woo.service.ends().await;
}
