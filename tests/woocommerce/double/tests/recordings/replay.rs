//! How a recorded step is done again, and what of it is compared.

use chrono::NaiveDateTime;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use woocommerce_double::shop::Shop;
use woocommerce_double::{Delivery, WooDouble, signature};

use crate::recording::{Asked, Delivered, Recording, SECRET};

/// What the double does not have, or has in other words: ids of what nobody points to, hashes, and what only the shop reads.
const LEFT_OUT: &[&str] = &["cart_hash", "order_key", "payment_url"];

/// The topics that the recorded shop had webhooks for, in their order.
pub(crate) const TOPICS: [&str; 8] = [
    "order.created",
    "order.updated",
    "order.deleted",
    "order.restored",
    "product.updated",
    "action.woocommerce_order_status_changed",
    "action.woocommerce_payment_complete",
    "action.woocommerce_order_refunded",
];

/// A shop with the recorded webhooks, whose ids begin with 3.
pub(crate) fn shop() -> Shop {
    let mut shop = Shop::new();
    shop.next_webhook = 3;
    for topic in TOPICS {
        shop.add_webhook(topic, &format!("http://127.0.0.1:9099/hook/{topic}"), SECRET);
    }
    shop
}

/// Sets the shop's clock by a date of a recording, which is in UTC.
pub(crate) fn set_clock(shop: &mut Shop, date: &Value) {
    if let Some(date) = date.as_str() {
        shop.now = moment(date).unwrap().and_utc();
    }
}

/// Asks the double what the recorded shop was asked. No answer has the status 0.
pub(crate) async fn ask(double: &WooDouble, asked: &Asked) -> (u16, Vec<(String, String)>, String) {
    let authorization =
        asked.authorization.iter().map(|value| format!("Authorization: {value}\r\n")).collect::<String>();
    let head = format!(
        "{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{authorization}Content-Length: {}\r\n\r\n",
        asked.method,
        asked.path,
        asked.sent.len()
    );
    let mut stream = tokio::net::TcpStream::connect(double.url().trim_start_matches("http://")).await.unwrap();
    stream.write_all((head + &asked.sent).as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).map_or(0, |status| status.parse().unwrap());
    let headers = head.lines().filter_map(|line| line.split_once(": "));
    (status, headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(), body.to_owned())
}

/// Compares a body with the recorded one. Dates may be a few seconds off: the recorded shop took its time for a step.
pub(crate) fn compare(told: &str, found: &str, recorded: &str) {
    let parsed = |body: &str| serde_json::from_str::<Value>(body).unwrap_or_else(|_| panic!("{told}: no JSON: {body}"));
    let (mut found, recorded) = (stripped(&parsed(found)), stripped(&parsed(recorded)));
    align(&mut found, &recorded);
    let mut differing = Vec::new();
    differences("", &found, &recorded, &mut differing);
    assert!(differing.is_empty(), "{told}:\n{}", differing.join("\n"));
}

fn differences(place: &str, found: &Value, recorded: &Value, into: &mut Vec<String>) {
    match (found, recorded) {
        (Value::Object(one), Value::Object(other)) => {
            for name in one.keys().chain(other.keys().filter(|name| !one.contains_key(*name))) {
                let place = format!("{place}.{name}");
                let [one, other] = [one, other].map(|of| of.get(name).cloned().unwrap_or_else(|| "(missing)".into()));
                differences(&place, &one, &other, into);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (number, (one, other)) in one.iter().zip(other).enumerate() {
                differences(&format!("{place}[{number}]"), one, other, into);
            }
        }
        _ if found != recorded => into.push(format!("  {place}: found {found}, recorded {recorded}")),
        _ => {}
    }
}

/// So many seconds are one moment.
const MOMENT: i64 = 2;

fn align(found: &mut Value, recorded: &Value) {
    match (found, recorded) {
        (Value::Object(found), Value::Object(recorded)) => {
            for (name, found) in found.iter_mut() {
                align(found, recorded.get(name).unwrap_or(&Value::Null));
            }
        }
        (Value::Array(found), Value::Array(recorded)) => found.iter_mut().zip(recorded).for_each(|(a, b)| align(a, b)),
        (Value::String(text), Value::String(other)) => {
            if let (Some(one), Some(two)) = (moment(text), moment(other))
                && (one - two).num_seconds().abs() <= MOMENT
            {
                text.clone_from(other);
            }
        }
        _ => {}
    }
}

fn moment(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").ok()
}

/// A body as far as it is compared.
fn stripped(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
            let kept = kept.map(|(name, value)| match name.as_str() {
                "meta_data" => (name.clone(), Value::Array(meta(value))),
                _ => (name.clone(), stripped(value)),
            });
            kept.collect()
        }
        Value::Array(values) => values.iter().map(stripped).collect(),
        other => other.clone(),
    }
}

/// Meta, without what the shop keeps for itself; that of an order comes in any order, that of a line in the order of fields.
fn meta(list: &Value) -> Vec<Value> {
    let own = ["_shipping_hash", "_coupons_hash", "_fees_hash", "_taxes_hash", "is_vat_exempt"];
    let is_own = |key: &str| own.contains(&key) || key.starts_with("_debug_log");
    let mut kept = without_ids(list);
    kept.retain(|meta| !is_own(meta["key"].as_str().unwrap_or_default()));
    if kept.iter().all(|meta| meta["display_key"].is_null()) {
        kept.sort_by_key(|meta| meta["key"].to_string());
    }
    kept
}

fn without_ids(list: &Value) -> Vec<Value> {
    let mut list = list.as_array().cloned().unwrap_or_default();
    list.iter_mut().filter_map(Value::as_object_mut).for_each(|meta| _ = meta.remove("id"));
    list
}

/// The names of all fields, in their order: the double has those of the recorded shop, and no others.
fn names(body: &str) -> Vec<&str> {
    let own = body.split("\"meta_data\"").next().unwrap_or_default();
    own.split("\":").filter_map(|part| part.rsplit_once('"')).map(|(_, name)| name).collect()
}

/// Compares what the double would deliver with what was delivered.
pub(crate) fn compare_deliveries(told: &str, found: &[Delivery], recorded: &[Delivered]) {
    let topics: Vec<&str> = found.iter().map(|delivery| delivery.topic.as_str()).collect();
    let expected: Vec<&str> = recorded.iter().map(|one| one.header("X-WC-Webhook-Topic").unwrap()).collect();
    assert_eq!(topics, expected, "{told}: topics");
    for (found, recorded) in found.iter().zip(recorded) {
        let told = format!("{told}: {}", found.topic);
        let body = std::str::from_utf8(&found.body).unwrap();
        assert!(body.is_ascii(), "{told}");
        compare(&told, body, &recorded.body);
        assert_eq!(names(body), names(&recorded.body), "{told}: the order of fields");
        assert_eq!(found.header("X-WC-Webhook-Signature").unwrap(), signature(SECRET, &found.body), "{told}");
        for (name, value) in &recorded.headers {
            match name.as_str() {
                "Host" | "Content-Length" | "X-WC-Webhook-Signature" => {}
                "X-WC-Webhook-Delivery-ID" => assert_eq!(found.header(name).map(str::len), Some(32), "{told}"),
                _ => assert_eq!(found.header(name), Some(value.as_str()), "{told}: {name}"),
            }
        }
    }
}

/// The date at which the step was over, by what it delivered or answered.
pub(crate) fn date(recording: &Recording) -> Value {
    let bodies = recording.delivered.iter().map(|one| &one.body).chain(recording.asked.iter().map(|one| &one.body));
    let dates = bodies.filter_map(|body| serde_json::from_str::<Value>(body).ok()).map(|body| {
        let date = &body["date_modified_gmt"];
        if date.is_null() { body["date_created_gmt"].clone() } else { date.clone() }
    });
    dates.filter(|date| !date.is_null()).max_by_key(Value::to_string).unwrap_or_default()
}
