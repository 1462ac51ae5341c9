//! WooCommerce, as its versions 9 and 10 are by what they were seen to send and to answer.

mod client;
mod order;
mod participants;
mod products;
mod settings;
mod signature;
mod unusable;
mod webhooks;

use std::path::Path;

use async_trait::async_trait;
use http::HeaderMap;
use serde::Deserialize;
use shop_core::words::period::Timestamp;
use shop_core::words::secret::Secret;

use crate::purchase::Purchase;
use crate::secret::SecretError;
use crate::shop::{Changes, Delivery, Reading, ShopError, Unverified, WebShop};
use client::{Client, Keys, PAGE};
use order::{Listed, WooOrder, WooRefund};

pub use participants::Fields;
pub use products::WooProduct;
pub use settings::WooSettings;
pub(crate) use settings::deliveries;
pub use unusable::Unusable;
pub use webhooks::{TOPICS, Webhook, Wrong};

/// A WooCommerce shop.
#[derive(Debug)]
pub struct WooCommerce {
    client: Client,
    secret: Secret,
    settings: WooSettings,
}

impl WooCommerce {
    /// The shop of these settings, whose files are seen from a folder.
    pub fn new(settings: &WooSettings, folder: &Path) -> Result<Self, Unusable> {
        let unfit = |error: SecretError| Unusable::Secret(error);
        let keys =
            settings.keys.read(folder, "the consumer key and the consumer secret of WooCommerce").map_err(unfit)?;
        let secret = settings.secret.read(folder, "the secret of the webhooks").map_err(unfit)?;
        WooCommerce::with(settings, &keys, secret)
    }

    /// The same with secrets that are in no files yet.
    pub fn with(settings: &WooSettings, keys: &Secret, secret: Secret) -> Result<Self, Unusable> {
        Ok(WooCommerce { client: Client::new(settings, Keys::of(keys)?)?, secret, settings: settings.clone() })
    }

    /// What of its webhooks is not as it should be.
    pub async fn wrong(&self) -> Result<Vec<Wrong>, ShopError> {
        webhooks::wrong(&self.client, &self.settings).await
    }

    /// Makes the webhooks that are missing, with the secret of this connection; which. Those that there are get it, too, and are on.
    pub async fn make_webhooks(&self) -> Result<Vec<&'static str>, ShopError> {
        webhooks::make(&self.client, &self.settings, &self.secret).await
    }

    /// The product, or the variation of one, that has a SKU.
    pub async fn product(&self, sku: &str) -> Result<Option<WooProduct>, ShopError> {
        products::with_sku(&self.client, sku).await
    }

    async fn purchase(&self, key: &str) -> Result<Option<Purchase>, ShopError> {
        let Some(order) = self.client.get::<WooOrder>(&format!("orders/{key}"), &[]).await? else { return Ok(None) };
        if order.id.to_string() != key {
            return Err(ShopError::Strange(format!("expected order {key}, found order {}", order.id)));
        }
        // Of a refund, the order tells its amount alone.
        let refunds = match order.refunds.is_empty() {
            true => Vec::new(),
            false => self.refunds(key, order.refunds.len()).await?,
        };
        order.purchase(&refunds, &self.settings).map(Some)
    }
}

impl WooCommerce {
    /// All refunds of an order, of which it has so many.
    async fn refunds(&self, key: &str, number: usize) -> Result<Vec<WooRefund>, ShopError> {
        let (path, mut all) = (format!("orders/{key}/refunds"), Vec::new());
        for page in 1..=number / PAGE + 2 {
            let query = [("per_page", PAGE.to_string()), ("page", page.to_string())];
            let some = self.client.get::<Vec<WooRefund>>(&path, &query).await?.unwrap_or_default();
            let is_last = some.len() < PAGE;
            all.extend(some);
            if is_last {
                break;
            }
        }
        match all.len() >= number {
            true => Ok(all),
            // Something was paid back, or taken back, at this moment.
            false => Err(ShopError::Away(format!("order {key}: expected {number} refunds, found {}", all.len()))),
        }
    }
}

/// As much of a body as tells which order it is about.
#[derive(Deserialize)]
struct Sent {
    id: Option<u64>,
    code: Option<String>,
}

#[async_trait]
impl WebShop for WooCommerce {
    fn addresses(&self) -> Vec<String> {
        let all = std::iter::once(&self.settings.url).chain(&self.settings.formerly);
        all.map(|url| url.trim_end_matches('/').to_lowercase()).collect()
    }

    fn delivery(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery, Unverified> {
        let sent = headers.get("x-wc-webhook-signature");
        let Some(sent) = sent else {
            // Whether anybody is there is asked without a signature, and tells nothing.
            return if is_ping(body) { Ok(Delivery::Ping) } else { Err(Unverified) };
        };
        signature::check(&self.secret, sent.as_bytes(), body)?;
        Ok(match serde_json::from_slice(body) {
            Ok(Sent { id: Some(id), .. }) => Delivery::Order(id.to_string()),
            Ok(Sent { code: Some(code), .. }) => Delivery::Failed(shop_core::words::text::excerpt(&code)),
            Ok(Sent { .. }) | Err(_) => Delivery::Failed("unreadable".to_owned()),
        })
    }

    async fn read(&self, key: &str) -> Result<Reading, ShopError> {
        // Its keys are numbers; whatever else could name another path.
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ShopError::Strange(format!("expected the number of an order, found {key:?}")));
        }
        Ok(self.purchase(key).await?.map_or(Reading::Gone, |purchase| Reading::There(Box::new(purchase))))
    }

    async fn changed(&self, after: Timestamp, page: u32) -> Result<Changes, ShopError> {
        let mut all = Changes::default();
        // What is in the trash is in no other list.
        for status in ["any", "trash"] {
            let query = [
                ("status", status.to_owned()),
                ("modified_after", after.to_the_second().replace(' ', "T")),
                ("dates_are_gmt", "true".to_owned()),
                ("orderby", "modified".to_owned()),
                ("order", "asc".to_owned()),
                ("per_page", PAGE.to_string()),
                ("page", page.to_string()),
                ("_fields", "id,date_modified_gmt".to_owned()),
            ];
            let none = || ShopError::Strange("there is no list of orders".to_owned());
            let listed = self.client.get::<Vec<Listed>>("orders", &query).await?.ok_or_else(none)?;
            all.more |= listed.len() >= PAGE;
            all.orders.extend(listed.into_iter().map(Listed::changed).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(all)
    }

    async fn tend(&self) -> Result<Vec<String>, ShopError> {
        webhooks::tend(&self.client, &self.settings).await
    }
}

/// `webhook_id=3`, as a form.
fn is_ping(body: &[u8]) -> bool {
    let number = body.strip_prefix(b"webhook_id=");
    number.is_some_and(|number| (1..=20).contains(&number.len()) && number.iter().all(u8::is_ascii_digit))
}
