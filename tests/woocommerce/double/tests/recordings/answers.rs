//! What the answers of a receiver change, and that the deliveries are signed.

use std::time::Duration;

use woocommerce_double::shop::{NewOrder, Shop, WebhookStatus};
use woocommerce_double::{WooDouble, signature};

use crate::receiver::Receiver;
use crate::recording::{SECRET, recording, recordings};

/// A shop with an order (10) and one webhook (1), whose receiver answers so.
async fn one_webhook(answer: u16) -> (WooDouble, Receiver, u64) {
    let receiver = Receiver::start(answer).await;
    let mut shop = Shop::new();
    let order = shop.place(&NewOrder::by("Camille", "Martin", "camille.martin@example.org").line("SPOCM1", 5));
    shop.add_webhook("order.updated", &receiver.url, SECRET);
    (WooDouble::start(shop).await, receiver, order)
}

/// The order changes, and the queue runs; tells what was seen, the failures and the status of the webhook.
async fn change(double: &WooDouble, receiver: &Receiver, order: u64) -> (usize, u64, &'static str) {
    double.shop().correct_email(order, "camille.martin.2@example.org");
    double.deliver().await;
    let shop = double.shop();
    let webhook = &shop.webhooks[&1];
    (receiver.take().len(), webhook.failures.into(), webhook.status.as_str())
}

#[test]
fn every_recorded_delivery_is_signed_as_the_double_signs() {
    let mut seen = 0;
    for recording in recordings() {
        for delivery in &recording.delivered {
            if let Some(given) = delivery.header("X-WC-Webhook-Signature") {
                assert_eq!(given, signature(SECRET, delivery.body.as_bytes()), "{} {}", recording.name, delivery.path);
                seen += 1;
            }
        }
    }
    assert!(seen > 130, "{seen}");
}

#[tokio::test]
async fn each_answer_counts_as_it_did_in_the_recorded_shop() {
    let (double, receiver, order) = one_webhook(200).await;
    for row in recording("g-answers").file["table"].as_array().unwrap() {
        let number = |name: &str| row[name].as_u64().unwrap();
        receiver.answers(number("answer") as u16);
        double.shop().webhooks.get_mut(&1).unwrap().failures = number("failure_count_before") as u32;
        let (seen, failures, status) = change(&double, &receiver, order).await;
        assert_eq!(seen, row["deliveries_seen"].as_array().unwrap().len(), "{row}: nothing is sent again or followed");
        assert_eq!(failures, number("failure_count_after"), "{row}");
        assert_eq!(status, row["webhook_status_after"], "{row}");
    }
}

#[tokio::test]
async fn the_seventh_failure_in_a_row_disables_a_webhook_and_nobody_is_told() {
    let (double, receiver, order) = one_webhook(500).await;
    let file = recording("g-answers").file;
    for row in file["until_disabled_answer_500"].as_array().unwrap() {
        let (seen, failures, status) = change(&double, &receiver, order).await;
        let recorded = |name: &str| row[name].as_u64().unwrap();
        assert_eq!((seen as u64, failures), (recorded("delivered"), recorded("failure_count")), "{row}");
        assert_eq!(status, row["webhook_status"], "{row}");
    }
    receiver.answers(200);
    double.shop().set_webhook_status(1, WebhookStatus::Active);
    double.deliver().await;
    assert!(receiver.take().is_empty(), "what was missed stays missed");
    receiver.answers(500);
    let (_, failures, status) = change(&double, &receiver, order).await;
    let recorded = &file["after_reactivation_one_more_failure"]["after_one_500"];
    assert_eq!(
        (failures.to_string().into(), status.into()),
        (recorded["failure_count"].clone(), recorded["status"].clone())
    );
}

#[tokio::test]
async fn who_does_not_answer_in_time_or_does_not_listen_has_failed() {
    let file = recording("g-timeout-and-refused").file;
    let nobody = Receiver::start(200).await.url.clone();
    for (name, seen) in [("no_answer", 1), ("connection_refused", 0)] {
        let (double, receiver, order) = one_webhook(0).await;
        double.shop().patience = Duration::from_millis(50);
        if seen == 0 {
            double.shop().webhooks.get_mut(&1).unwrap().delivery_url.clone_from(&nobody);
        }
        let after = &file[name]["webhook_after"];
        let failures = after["failure_count"].as_str().unwrap().parse().unwrap();
        assert_eq!(
            change(&double, &receiver, order).await,
            (seen, failures, after["status"].as_str().unwrap()),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_paused_webhook_still_delivers_what_was_queued_before() {
    let (double, receiver, order) = one_webhook(200).await;
    double.shop().complete(order);
    double.shop().set_webhook_status(1, WebhookStatus::Paused);
    double.deliver().await;
    let topics: Vec<_> = receiver.take().iter().map(|one| one.topic().to_owned()).collect();
    let recorded = recording("g-paused-before-delivery").delivered;
    assert_eq!(topics, recorded.iter().map(|one| one.header("X-WC-Webhook-Topic").unwrap()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_webhook_paused_while_it_delivers_says_that_it_is_active_and_fires_no_more() {
    let (double, receiver, order) = one_webhook(0).await;
    let file = recording("g-paused-while-delivering").file;
    double.shop().patience = Duration::from_millis(300);
    double.shop().complete(order);
    let pause = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        double.shop().set_webhook_status(1, WebhookStatus::Paused);
    };
    tokio::join!(double.deliver(), pause);
    receiver.take();
    receiver.answers(200);
    assert_eq!(double.shop().webhooks[&1].status.as_str(), file["after_the_delivery_ended"]["row"]);
    let seen = async |double: &WooDouble| change(double, &receiver, order).await.0;
    assert_eq!(seen(&double).await, file["deliveries_of_the_later_change"]);
    double.shop().set_webhook_status(1, WebhookStatus::Active);
    assert_eq!(seen(&double).await, file["deliveries_after_setting_active_only"]);
    double.shop().set_webhook_status(1, WebhookStatus::Paused);
    double.shop().set_webhook_status(1, WebhookStatus::Active);
    assert_eq!(seen(&double).await, file["deliveries_after_pausing_and_setting_active"]);
}

#[tokio::test]
async fn a_ping_that_is_not_answered_with_200_follows_each_delivery() {
    for row in recording("b-ping-answered-204").file["rows"].as_array().unwrap() {
        let (double, receiver, order) = one_webhook(row["every_answer"].as_u64().unwrap() as u16).await;
        double.shop().webhooks.get_mut(&1).unwrap().ping_pending = row["every_answer"] != 200;
        for update in ["requests_after_update_1", "requests_after_update_2"] {
            double.shop().complete(order);
            double.deliver().await;
            let topics: Vec<_> = receiver.take().iter().map(|one| one.topic().to_owned()).collect();
            assert_eq!(topics, *row[update].as_array().unwrap(), "{row}");
        }
    }
}

#[tokio::test]
async fn what_happens_while_a_delivery_runs_is_delivered_by_the_next_run() {
    let (double, receiver, order) = one_webhook(0).await;
    double.shop().patience = Duration::from_millis(200);
    double.shop().correct_email(order, "camille.martin.2@example.org");
    let pay = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        double.shop().pay(order);
    };
    tokio::join!(double.deliver(), pay);
    receiver.answers(200);
    double.deliver().await;
    let received = receiver.take();
    let states: Vec<bool> =
        received.iter().map(|one| String::from_utf8_lossy(&one.body).contains(r#""status":"processing""#)).collect();
    assert_eq!(states, [false, true]);
    let signed = received.iter().all(|one| one.header("X-WC-Webhook-Signature") == Some(&signature(SECRET, &one.body)));
    assert!(signed, "the bytes that arrive are those that were signed");
}
