//! What a WooCommerce sends of its own accord. It stops without a word after some failures in a row, and what it did not send then, it
//! never sends.

use reqwest::Method;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use shop_core::words::secret::Secret;
use shop_core::words::text;

use super::client::{Client, PAGE};
use super::settings::WooSettings;
use crate::shop::ShopError;

/// What is to be sent. Whatever else there is tells nothing more.
pub const TOPICS: [&str; 3] = ["order.updated", "order.deleted", "order.restored"];

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Webhook {
    /// Its number in the shop.
    pub id: u64,
    /// What it sends.
    pub topic: String,
    /// Whether it does: `active`, `paused` or `disabled`.
    pub status: String,
    /// Where to.
    pub delivery_url: String,
}

/// What is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing sends this.
    Missing(&'static str),
    /// What sends this is switched off.
    Off(&'static str, u64),
}

/// Sees to it that everything is sent, signed with this secret: makes the webhooks that are missing, which are told, and gives it to
/// those that there are, which may be of an earlier connection.
pub(super) async fn make(
    client: &Client,
    settings: &WooSettings,
    secret: &Secret,
) -> Result<Vec<&'static str>, ShopError> {
    let mut made = Vec::new();
    let there = ours(client, settings).await?;
    for webhook in &there {
        client
            .send::<IgnoredAny>(Method::PUT, &format!("webhooks/{}", webhook.id), &json!({ "secret": secret.reveal() }))
            .await?;
        switch_on(client, webhook.id).await?;
    }
    for topic in TOPICS.into_iter().filter(|topic| there.iter().all(|it| it.topic != *topic)) {
        let webhook = json!({
            "name": format!("shop-host {topic}"),
            "topic": topic,
            "delivery_url": settings.deliveries,
            "secret": secret.reveal(),
            "status": "active",
        });
        client.send::<IgnoredAny>(Method::POST, "webhooks", &webhook).await?;
        made.push(topic);
    }
    Ok(made)
}

/// Those that send here what is to be sent.
async fn ours(client: &Client, settings: &WooSettings) -> Result<Vec<Webhook>, ShopError> {
    let most = [("per_page", PAGE.to_string())];
    let none = || ShopError::Strange("there is no list of webhooks".to_owned());
    let mut all: Vec<Webhook> = client.get("webhooks", &most).await?.ok_or_else(none)?;
    all.retain(|it| TOPICS.contains(&it.topic.as_str()) && it.delivery_url == settings.deliveries);
    Ok(all)
}

/// Made active while something was being sent, one may say so and send nothing: paused before, it sends.
async fn switch_on(client: &Client, id: u64) -> Result<(), ShopError> {
    for status in ["paused", "active"] {
        let path = format!("webhooks/{id}");
        client.send::<IgnoredAny>(Method::PUT, &path, &json!({ "status": status })).await?;
    }
    Ok(())
}

/// What of them is not as it should be.
pub(super) async fn wrong(client: &Client, settings: &WooSettings) -> Result<Vec<Wrong>, ShopError> {
    let all = ours(client, settings).await?;
    let check = |topic: &'static str| {
        let mut ours = all.iter().filter(|it| it.topic == topic).peekable();
        let Some(first) = ours.peek() else { return Some(Wrong::Missing(topic)) };
        let first = first.id;
        (!ours.any(|it| it.status == "active")).then_some(Wrong::Off(topic, first))
    };
    Ok(TOPICS.into_iter().filter_map(check).collect())
}

/// Switches on what is off, and tells of that and of what is missing.
pub(super) async fn tend(client: &Client, settings: &WooSettings) -> Result<Vec<String>, ShopError> {
    let mut told = Vec::new();
    for wrong in wrong(client, settings).await? {
        told.push(match wrong {
            Wrong::Missing(topic) => {
                format!(
                    "no webhook sends {topic} to {}: `shop-host connect webhooks` makes it",
                    text::excerpt(&settings.deliveries)
                )
            }
            Wrong::Off(topic, id) => {
                switch_on(client, id).await?;
                format!(
                    "the webhook {id} for {topic} was switched off, and is on again: it may have failed seven times"
                )
            }
        });
    }
    Ok(told)
}
