//! Webhooks.

use chrono::{DateTime, Utc};

/// Whether a webhook delivers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WebhookStatus {
    /// It delivers.
    #[default]
    Active,
    /// Somebody has stopped it.
    Paused,
    /// Somebody has switched it off, or the shop has, after too many failures.
    Disabled,
}

impl WebhookStatus {
    /// As the API has it.
    pub fn as_str(self) -> &'static str {
        match self {
            WebhookStatus::Active => "active",
            WebhookStatus::Paused => "paused",
            WebhookStatus::Disabled => "disabled",
        }
    }

    pub(crate) fn named(name: &str) -> Option<WebhookStatus> {
        let all = [WebhookStatus::Active, WebhookStatus::Paused, WebhookStatus::Disabled];
        all.into_iter().find(|status| status.as_str() == name)
    }
}

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: u64,
    /// What it is called.
    pub name: String,
    /// What it delivers, like `order.updated`.
    pub topic: String,
    /// Where to.
    pub delivery_url: String,
    /// What its bodies are signed with; the API never shows it.
    pub secret: String,
    /// Whether it delivers.
    pub status: WebhookStatus,
    /// Failures in a row; the API does not show them.
    pub failures: u32,
    /// Whether its address has still to answer a ping with 200.
    pub ping_pending: bool,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it was last changed, if it was.
    pub modified: Option<DateTime<Utc>>,
    /// Whether it fires no more, whatever its status says: paused while it delivered, the shop wrote back that it is active.
    pub deaf: bool,
}

impl Webhook {
    /// The part of the topic that says what it is about, and the part that says what happened to it.
    pub(crate) fn resource_and_event(&self) -> (&str, &str) {
        self.topic.split_once('.').unwrap_or((&self.topic, ""))
    }

    /// What of the shop's own events it listens to.
    pub(crate) fn hooks(&self) -> Vec<&str> {
        hooks(&self.topic).unwrap_or_default()
    }

    /// Whether something that happens now is queued for it.
    pub(crate) fn fires(&self) -> bool {
        self.status == WebhookStatus::Active && !self.deaf
    }
}

/// The shop's own events of a topic; none: there is no such topic.
pub(crate) fn hooks(topic: &str) -> Option<Vec<&str>> {
    Some(match topic {
        "order.created" => vec!["woocommerce_new_order"],
        "order.updated" => vec!["woocommerce_update_order", "woocommerce_order_refunded"],
        "order.deleted" => vec!["wp_trash_post", "woocommerce_trash_order"],
        "order.restored" => vec!["untrashed_post", "woocommerce_untrash_order"],
        "product.updated" => vec![
            "woocommerce_process_product_meta",
            "woocommerce_update_product",
            "woocommerce_update_product_variation",
        ],
        _ => vec![topic.strip_prefix("action.").filter(|name| name.starts_with("woocommerce_"))?],
    })
}
