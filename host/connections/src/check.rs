//! Whether a connection works, as far as the web shop and what is recorded tell. Nothing is changed.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;
use shop_core::lines::catalogue::{Catalogue, Product};
use shop_core::lines::line::SeatRole;
use shop_core::words::period::Timestamp;
use shop_core::words::shop::ShopName;
use shop_journal::{JournalError, Records};

use crate::connection::ConnectionName;
use crate::known::{Note, notes};
use crate::settings::ConnectionSettings;
use crate::shop::{ShopError, WebShop};
use crate::woocommerce::{TOPICS, Unusable, WooCommerce, Wrong};

/// So many orders are read from what is recorded at once.
const PAGE: u32 = 500;

/// A connection, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Check {
    /// What it is called here.
    pub name: String,
    /// Whose orders it takes; null: those of the shop without a name.
    pub shop: Option<ShopName>,
    /// The address of the web shop.
    pub url: String,
    /// Where the web shop sends to.
    pub deliveries: String,
    /// Why the web shop did not answer what it was asked. Then the rest was not asked.
    pub problem: Option<String>,
    /// What it is to send, and whether it does.
    pub webhooks: Vec<Webhook>,
    /// What is sold there, and whether it is there.
    pub products: Vec<Sold>,
    /// How many of its orders are to be read.
    pub to_read: i64,
    /// How many of these were tried several times in vain.
    pub in_vain: i64,
    /// How many of its orders are left alone because they were paid before the connection began.
    pub paid_before: u64,
    /// What else somebody should know of its orders.
    pub orders: Vec<Noted>,
    /// Whether nothing is to be done.
    pub green: bool,
}

/// Something that a web shop is to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Webhook {
    /// What it is.
    pub topic: &'static str,
    /// Whether it is sent.
    pub state: WebhookState,
}

/// Whether something is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WebhookState {
    /// It is, as far as the web shop tells.
    Active,
    /// What sends it is switched off.
    Off,
    /// Nothing sends it.
    Missing,
    /// The web shop did not tell.
    Unknown,
}

/// What a web shop sells seats as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sold {
    /// Its SKU there.
    pub sku: String,
    /// The reference of the product here.
    pub product: String,
    /// Whom such a seat is for.
    pub role: SeatRole,
    /// Whether the web shop has it; null: it did not tell.
    pub found: Option<bool>,
    /// What it is called there.
    pub name: Option<String>,
}

/// An order of which somebody should know something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Noted {
    /// Its number in the web shop.
    pub order: String,
    /// What.
    pub notes: Vec<Note>,
}

/// A connection cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// Nothing can be done with its settings.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// What is recorded cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What is remembered of an order cannot be read.
    #[error("what is remembered of the web shop's order {order} cannot be read: {error}")]
    #[expect(missing_docs)]
    Known { order: String, error: serde_json::Error },
}

/// Checks one. `folder` is where its settings are; without records, nothing was heard of it yet.
pub async fn check(
    name: &ConnectionName,
    settings: &ConnectionSettings,
    folder: &Path,
    catalogue: &Catalogue,
    records: Option<&Records>,
) -> Result<Check, CheckError> {
    let woo = &settings.woocommerce;
    woo.check_deliveries(name)?;
    let shop = WooCommerce::new(woo, folder)?;
    let mut check = Check {
        name: name.to_string(),
        shop: settings.shop.clone(),
        url: woo.url.clone(),
        deliveries: woo.deliveries.clone(),
        problem: None,
        webhooks: TOPICS.map(|topic| Webhook { topic, state: WebhookState::Unknown }).into(),
        products: sold(catalogue),
        to_read: 0,
        in_vain: 0,
        paid_before: 0,
        orders: Vec::new(),
        green: false,
    };
    check.problem = check.ask(&shop).await.err().map(|error| error.to_string());
    if let Some(records) = records {
        check.read(records).await?;
    }
    check.green = check.is_green();
    Ok(check)
}

/// All that a catalogue has sold in web shops.
fn sold(catalogue: &Catalogue) -> Vec<Sold> {
    let of = |product: &Product| {
        let reference = product.reference.clone();
        let sold = move |(sku, role): (&str, SeatRole)| Sold {
            sku: sku.to_owned(),
            product: reference.clone(),
            role,
            found: None,
            name: None,
        };
        product.sold_as().map(sold).collect::<Vec<_>>()
    };
    catalogue.products.iter().flat_map(of).collect()
}

impl Check {
    async fn ask(&mut self, shop: &WooCommerce) -> Result<(), ShopError> {
        shop.changed(Timestamp::now(), 1).await?;
        let wrong = shop.wrong().await?;
        for webhook in &mut self.webhooks {
            let mut states = wrong.iter().filter_map(|wrong| match wrong {
                Wrong::Missing(topic) => (*topic == webhook.topic).then_some(WebhookState::Missing),
                Wrong::Off(topic, _) => (*topic == webhook.topic).then_some(WebhookState::Off),
            });
            webhook.state = states.next_back().unwrap_or(WebhookState::Active);
        }
        for sold in &mut self.products {
            let product = shop.product(&sold.sku).await?;
            (sold.found, sold.name) = (Some(product.is_some()), product.map(|product| product.name));
        }
        Ok(())
    }

    async fn read(&mut self, records: &Records) -> Result<(), CheckError> {
        self.to_read = records.hints(&self.name).await?;
        self.in_vain = records.hints_in_vain(&self.name).await?;
        let mut after = String::new();
        loop {
            let page = records.purchases(&self.name, &after, PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            after.clone_from(last);
            for (order, remembered) in page {
                let known = notes(&remembered);
                let mut notes = known.map_err(|error| CheckError::Known { order: order.clone(), error })?;
                self.paid_before += u64::from(notes.remove(&Note::PaidBefore));
                if !notes.is_empty() {
                    self.orders.push(Noted { order, notes: notes.into_iter().collect() });
                }
            }
        }
    }

    fn is_green(&self) -> bool {
        // People are named later, in whichever place: of vacant seats, nothing need be done.
        let is_left = |noted: &Noted| noted.notes.iter().any(|note| !matches!(note, Note::Unseated(_)));
        self.problem.is_none()
            && self.in_vain == 0
            && !self.products.is_empty()
            && self.webhooks.iter().all(|webhook| webhook.state == WebhookState::Active)
            && self.products.iter().all(|sold| sold.found == Some(true))
            && !self.orders.iter().any(is_left)
    }
}
