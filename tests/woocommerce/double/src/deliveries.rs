//! Deliveries: what is queued, how it looks when it leaves, and what the answer changes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::bodies;
use crate::json::{Json, object};
use crate::refusal::Refusal;
use crate::shop::{Shop, Webhook, WebhookStatus};

/// So many failures in a row are counted; the next one switches the webhook off.
const MOST_FAILURES: u32 = 6;

/// A request of the shop to the address of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The webhook.
    pub webhook: u64,
    /// Its topic; a ping does not say it.
    pub topic: String,
    /// Where to.
    pub url: String,
    /// Names and values, but for the host and the length.
    pub headers: Vec<(String, String)>,
    /// Exactly what is signed.
    pub body: Vec<u8>,
}

impl Delivery {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// What was sent.
    pub delivery: Delivery,
    /// What was answered, if anything was.
    pub status: Option<u16>,
}

/// The signature of a body.
pub fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("keys of any length");
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

impl Shop {
    /// What waits for the queue to run.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Nothing waits any more, as if the queue had run and nobody had listened.
    pub fn forget_waiting(&mut self) {
        self.queue.clear();
    }

    /// The next delivery, which waits no more: as the shop is now, and whatever the status of the webhook is now.
    pub(crate) fn next_delivery(&mut self) -> Option<Delivery> {
        while let Some(job) = self.queue.pop_front() {
            if let Some(webhook) = self.webhooks.get(&job.webhook) {
                return Some(self.delivery(webhook, self.delivered_body(webhook, job.about)));
            }
        }
        None
    }

    /// The ping of a new address, or of one that has not answered it with 200.
    pub(crate) fn ping(&self, webhook: &Webhook) -> Delivery {
        let mut headers = common_headers();
        headers.push(("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        Delivery {
            webhook: webhook.id,
            topic: webhook.topic.clone(),
            url: webhook.delivery_url.clone(),
            headers,
            body: format!("webhook_id={}", webhook.id).into_bytes(),
        }
    }

    fn delivered_body(&self, webhook: &Webhook, about: u64) -> Json {
        match webhook.resource_and_event() {
            ("action", hook) => object([("action", hook.into()), ("arg", about.into())]),
            (_, "deleted") => object([("id", about.into())]),
            ("order", _) => match self.orders.get(&about) {
                Some(order) => bodies::order(self, order),
                None => Refusal::no_order().body(),
            },
            _ => match self.products.get(&about) {
                Some(product) => bodies::product(self, product),
                None => Refusal::new(404, "woocommerce_rest_product_invalid_id", "Invalid ID.").body(),
            },
        }
    }

    fn delivery(&self, webhook: &Webhook, body: Json) -> Delivery {
        let body = body.to_text().into_bytes();
        let (resource, event) = webhook.resource_and_event();
        // Of the webhook and the second: two deliveries of one second have the same.
        let hash = Sha256::digest(format!("{} {}", webhook.id, self.now.timestamp()));
        let number: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let own = [
            ("Content-Type", "application/json".to_owned()),
            ("X-WC-Webhook-Source", format!("{}/", self.home)),
            ("X-WC-Webhook-Topic", webhook.topic.clone()),
            ("X-WC-Webhook-Resource", resource.to_owned()),
            ("X-WC-Webhook-Event", event.to_owned()),
            ("X-WC-Webhook-Signature", signature(&webhook.secret, &body)),
            ("X-WC-Webhook-ID", webhook.id.to_string()),
            ("X-WC-Webhook-Delivery-ID", number),
        ];
        let headers = common_headers().into_iter().chain(own.map(|(name, value)| (name.to_owned(), value))).collect();
        let (topic, url) = (webhook.topic.clone(), webhook.delivery_url.clone());
        Delivery { webhook: webhook.id, topic, url, headers, body }
    }

    /// What the answer to a delivery changes. The shop holds the webhook's row while it waits, and writes it back: one that
    /// somebody has stopped meanwhile says that it is active, and fires no more.
    pub(crate) fn answered(&mut self, before: &Webhook, status: Option<u16>) {
        let Some(webhook) = self.webhooks.get_mut(&before.id) else { return };
        webhook.deaf |= before.status == WebhookStatus::Active && webhook.status != before.status;
        webhook.status = before.status;
        match status {
            Some(200..=299 | 301 | 302) => webhook.failures = 0,
            _ if webhook.failures >= MOST_FAILURES => webhook.status = WebhookStatus::Disabled,
            _ => webhook.failures += 1,
        }
    }

    /// What the answer to a ping changes: only 200 will do, and then the webhook is written.
    pub(crate) fn pinged(&mut self, webhook: u64, status: Option<u16>) {
        let now = self.now;
        if let Some(webhook) = self.webhooks.get_mut(&webhook).filter(|_| status == Some(200)) {
            webhook.ping_pending = false;
            webhook.modified = Some(now);
        }
    }
}

fn common_headers() -> Vec<(String, String)> {
    let headers = [
        ("User-Agent", "WooCommerce/10.5.2 Hookshot (WordPress/6.9.1)"),
        ("Accept", "*/*"),
        ("Accept-Encoding", "deflate, gzip, br, zstd"),
        ("Connection", "close"),
    ];
    headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}
