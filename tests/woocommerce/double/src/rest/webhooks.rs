//! Webhooks.

use serde_json::Value;

use super::list::not_one_of;
use super::pages::page;
use super::{Answer, Call, id, text};
use crate::bodies;
use crate::refusal::{Refusable, Refusal};
use crate::shop::{Shop, Webhook, WebhookStatus, hooks};

pub(crate) fn answer(shop: &mut Shop, call: &Call, path: &[&str]) -> Refusable<Answer> {
    match (call.method.as_str(), path) {
        ("GET", []) => {
            let is_asked = |webhook: &&Webhook| {
                call.parameter("status").is_none_or(|status| ["all", webhook.status.as_str()].contains(&status))
            };
            let all: Vec<&Webhook> = shop.webhooks.values().rev().filter(is_asked).collect();
            page(shop, call, &all, |webhook| bodies::webhook(shop, webhook))
        }
        ("POST", []) => make(shop, &call.body),
        ("GET", [one]) => shown(shop, id(one)?),
        ("PUT" | "POST" | "PATCH", [one]) => change(shop, id(one)?, &call.body),
        ("DELETE", [one]) => remove(shop, call, id(one)?),
        _ => Err(Refusal::no_route()),
    }
}

/// What is said of a webhook that there is not, and of wrong ones below, was not recorded; it is what WooCommerce says elsewhere.
fn missing() -> Refusal {
    Refusal::new(404, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.")
}

fn shown(shop: &Shop, id: u64) -> Refusable<Answer> {
    let webhook = shop.webhooks.get(&id).ok_or_else(missing)?;
    Ok(Answer::of(200, bodies::webhook(shop, webhook)))
}

/// A webhook is active at once, and pinged. Without a secret, the shop makes one that nobody else knows.
fn make(shop: &mut Shop, body: &Value) -> Refusable<Answer> {
    let topic = topic(body)?.ok_or_else(no_topic)?.to_owned();
    let url = url(body)?.ok_or_else(no_url)?.to_owned();
    let status = status(body)?;
    let secret = text(body, "secret").filter(|secret| !secret.is_empty()).unwrap_or("made by the shop").to_owned();
    let made = shop.add_webhook(&topic, &url, &secret);
    let webhook = shop.webhooks.get_mut(&made).ok_or_else(missing)?;
    text(body, "name").unwrap_or("Webhook").clone_into(&mut webhook.name);
    webhook.status = status.unwrap_or_default();
    webhook.ping_pending = true;
    let place = format!("{}/wp-json/wc/v3/webhooks/{made}", shop.home);
    let answer = shown(shop, made)?.with_header("Location", &place).made();
    Ok(Answer { pings: Some(made), ..answer })
}

/// Only a new address is pinged.
fn change(shop: &mut Shop, id: u64, body: &Value) -> Refusable<Answer> {
    let (topic, url, status) = (topic(body)?, url(body)?, status(body)?);
    let now = shop.now;
    let webhook = shop.webhooks.get_mut(&id).ok_or_else(missing)?;
    let is_moved = url.is_some_and(|url| url != webhook.delivery_url);
    let texts = [
        (topic, &mut webhook.topic),
        (url, &mut webhook.delivery_url),
        (text(body, "secret"), &mut webhook.secret),
        (text(body, "name"), &mut webhook.name),
    ];
    for (sent, field) in texts {
        if let Some(sent) = sent {
            sent.clone_into(field);
        }
    }
    webhook.modified = Some(now);
    webhook.ping_pending |= is_moved;
    if let Some(status) = status {
        shop.set_webhook_status(id, status);
    }
    Ok(Answer { pings: is_moved.then_some(id), ..shown(shop, id)? })
}

fn remove(shop: &mut Shop, call: &Call, id: u64) -> Refusable<Answer> {
    let before = shown(shop, id)?;
    if !call.is_set("force") {
        let message = "Webhooks do not support trashing.";
        return Err(Refusal::new(501, "woocommerce_rest_trash_not_supported", message));
    }
    shop.webhooks.remove(&id);
    Ok(before)
}

fn no_topic() -> Refusal {
    Refusal::new(400, "woocommerce_rest_shop_webhook_invalid_topic", "Webhook topic must be valid.")
}

fn no_url() -> Refusal {
    let message = "Webhook delivery URL must be a valid URL starting with http:// or https://.";
    Refusal::new(400, "woocommerce_rest_shop_webhook_invalid_delivery_url", message)
}

fn topic(body: &Value) -> Refusable<Option<&str>> {
    let topic = text(body, "topic");
    if topic.is_none_or(|topic| hooks(topic).is_some()) { Ok(topic) } else { Err(no_topic()) }
}

fn url(body: &Value) -> Refusable<Option<&str>> {
    let url = text(body, "delivery_url");
    let is_url = |url: &str| url.starts_with("http://") || url.starts_with("https://");
    if url.is_none_or(is_url) { Ok(url) } else { Err(no_url()) }
}

fn status(body: &Value) -> Refusable<Option<WebhookStatus>> {
    let Some(name) = text(body, "status") else { return Ok(None) };
    WebhookStatus::named(name).map(Some).ok_or_else(|| not_one_of("status", &["active", "paused", "disabled"]))
}
