//! What a test can have go wrong.

use std::time::Duration;

use woocommerce_double::shop::{NewOrder, Shop, Status};
use woocommerce_double::{Fault, When, WooDouble};

use crate::receiver::Receiver;
use crate::recording::{Asked, SECRET, recording};
use crate::replay::ask;

/// A request that completes an order, and the double with that order.
async fn completing() -> (WooDouble, Asked, u64) {
    let mut shop = Shop::new();
    let order = shop.place(&NewOrder::by("Camille", "Martin", "camille.martin@example.org").line("SPOCM1", 5));
    let asked = recording("a-04").asked[0].clone();
    let asked = Asked { path: format!("/wp-json/wc/v3/orders/{order}"), ..asked };
    (WooDouble::start(shop).await, asked, order)
}

#[tokio::test]
async fn requests_fail_as_they_are_told_to_and_are_done_or_not() {
    for (fault, status, is_done) in [
        (Fault::Status(500), Some(500), false),
        (Fault::Status(503), Some(503), false),
        (Fault::Status(401), Some(401), false),
        (Fault::Page, Some(200), false),
        (Fault::Lost, None, false),
        (Fault::AnswerLost, None, true),
        (Fault::Silence, None, true),
    ] {
        let (double, asked, order) = completing().await;
        double.fail(When::Nth(1), fault);
        let answered = tokio::time::timeout(Duration::from_millis(300), ask(&double, &asked)).await;
        let status_and_body = answered.ok().filter(|(_, _, body)| !body.is_empty());
        assert_eq!(status_and_body.map(|(status, ..)| status), status, "{fault:?}");
        assert_eq!(double.shop().orders[&order].status == Status::Completed, is_done, "{fault:?}");
        assert_eq!(ask(&double, &asked).await.0, 200, "{fault:?}: only the first one");
    }
}

#[tokio::test]
async fn faults_begin_and_end_when_they_are_told_to() {
    let (double, asked, _) = completing().await;
    double.fail(When::From(2), Fault::Status(503));
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(ask(&double, &asked).await.0);
    }
    double.mend();
    seen.push(ask(&double, &asked).await.0);
    assert_eq!(seen, [200, 503, 503, 200]);
    let requests: Vec<String> =
        double.requests().into_iter().map(|one| format!("{} {}", one.method, one.path)).collect();
    assert_eq!(requests, vec![format!("PUT {}", asked.path); 4]);
}

#[tokio::test]
async fn a_delivery_that_was_taken_out_of_the_queue_can_be_sent_late_and_twice() {
    let receiver = Receiver::start(200).await;
    let (double, _, order) = completing().await;
    double.shop().add_webhook("order.updated", &receiver.url, SECRET);
    double.shop().pay(order);
    let stale = double.queued();
    double.shop().cancel(order);
    double.deliver().await;
    for _ in 0..2 {
        assert_eq!(double.send(&stale[0]).await, Some(200));
    }
    let is_paid = |body: &[u8]| String::from_utf8_lossy(body).contains(r#""status":"processing""#);
    let seen: Vec<bool> = receiver.take().iter().map(|one| is_paid(&one.body)).collect();
    assert_eq!(seen, [false, true, true]);
}
