//! Orders as a WooCommerce tells them: no more of one is read than is needed, since extensions change the rest.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use shop_core::words::order::Person;
use shop_core::words::period::Timestamp;
use shop_core::words::text;

use super::settings::WooSettings;
use crate::purchase::{Item, Purchase, Stage};
use crate::shop::ShopError;

/// An order.
#[derive(Debug, Deserialize)]
pub(super) struct WooOrder {
    pub(super) id: u64,
    status: String,
    date_created_gmt: Option<String>,
    date_modified_gmt: Option<String>,
    date_paid_gmt: Option<String>,
    billing: Billing,
    /// What is not there is not empty: then it is no whole order.
    line_items: Vec<WooItem>,
    /// Without their lines.
    pub(super) refunds: Vec<IgnoredAny>,
    #[serde(default, deserialize_with = "metas")]
    meta_data: Vec<Meta>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Billing {
    #[serde(deserialize_with = "or_empty")]
    first_name: String,
    #[serde(deserialize_with = "or_empty")]
    last_name: String,
    #[serde(deserialize_with = "or_empty")]
    email: String,
}

#[derive(Debug, Deserialize)]
struct WooItem {
    id: u64,
    quantity: Quantity,
    #[serde(default, deserialize_with = "text_or_none")]
    sku: Option<String>,
    #[serde(default, deserialize_with = "metas")]
    meta_data: Vec<Meta>,
}

/// Whole, but some extensions sell parts of things.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct Quantity(f64);

#[derive(Debug, Deserialize)]
struct Meta {
    #[serde(default, deserialize_with = "or_empty")]
    key: String,
    #[serde(default)]
    value: Value,
}

/// A refund, with the lines that it is about; none, if an amount was paid back for no line.
#[derive(Debug, Deserialize)]
pub(super) struct WooRefund {
    line_items: Vec<WooItem>,
}

/// An order in a list.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    id: u64,
    date_modified_gmt: Option<String>,
}

fn or_empty<'de, D: Deserializer<'de>>(text: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(text)?.unwrap_or_default())
}

/// A text, or a number that stands for one: some extensions write that.
fn text_or_none<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(value)? {
        Value::String(text) if !text.is_empty() => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// A list; PHP writes one of which something was taken out by the places that its values had.
fn metas<'de, D: Deserializer<'de>>(list: D) -> Result<Vec<Meta>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Metas {
        List(Vec<Meta>),
        Places(BTreeMap<String, Meta>),
        Other(IgnoredAny),
    }
    Ok(match Metas::deserialize(list)? {
        Metas::List(all) => all,
        Metas::Places(all) => all.into_values().collect(),
        Metas::Other(_) => Vec::new(),
    })
}

impl Quantity {
    fn seats(&self) -> i64 {
        // Out of range it is the nearest that there is.
        self.0.trunc() as i64
    }
}

impl Listed {
    pub(super) fn changed(self) -> Result<(String, Timestamp), ShopError> {
        let time = self.date_modified_gmt.as_deref().map(time).transpose()?;
        Ok((self.id.to_string(), time.unwrap_or(Timestamp::EARLIEST)))
    }
}

impl WooOrder {
    /// What it says, as all web shops do.
    pub(super) fn purchase(&self, refunds: &[WooRefund], settings: &WooSettings) -> Result<Purchase, ShopError> {
        let at = |text: &Option<String>| text.as_deref().filter(|text| !text.is_empty()).map(time).transpose();
        let (paid, modified, created) =
            (at(&self.date_paid_gmt)?, at(&self.date_modified_gmt)?, at(&self.date_created_gmt)?);
        let changed = modified.or(created);
        let stage = stage(&self.status, paid.is_some());
        // Orders that were brought from another shop may be paid at no time.
        let paid = paid.or(created.filter(|_| stage == Stage::Paid));
        let none = || ShopError::Strange(format!("order {}: it has no date", self.id));
        let refunded = refunded(refunds);
        let items = self.line_items.iter().map(|item| item.item(&refunded, settings)).collect();
        Ok(Purchase {
            stage,
            paid,
            changed: changed.ok_or_else(none)?,
            language: settings.language_meta.as_deref().and_then(|key| meta(&self.meta_data, key)),
            buyer: self.buyer(),
            items,
        })
    }

    fn buyer(&self) -> Person {
        let Billing { first_name, last_name, email } = &self.billing;
        let (first_name, last_name, email) = (first_name.clone(), last_name.clone(), email.clone());
        Person { email, first_name, last_name, language: None, extra: BTreeMap::new() }
    }
}

impl WooItem {
    fn item(&self, refunded: &BTreeMap<u64, i64>, settings: &WooSettings) -> Item {
        let left = self.quantity.seats().saturating_add(refunded.get(&self.id).copied().unwrap_or(0));
        let texts = self.meta_data.iter().filter_map(|meta| Some((meta.key.as_str(), meta.value.as_str()?)));
        Item {
            id: self.id.to_string(),
            sku: self.sku.clone(),
            quantity: u32::try_from(left.max(0)).unwrap_or(u32::MAX),
            participants: settings.participants.as_ref().map(|fields| fields.read(texts)).unwrap_or_default(),
        }
    }
}

/// How many of each line were refunded, as negative numbers. A refund's line has the id of the order's in its meta data.
fn refunded(refunds: &[WooRefund]) -> BTreeMap<u64, i64> {
    let mut all = BTreeMap::new();
    for item in refunds.iter().flat_map(|refund| &refund.line_items) {
        let of = meta(&item.meta_data, "_refunded_item_id").and_then(|id| id.parse().ok());
        if let Some(id) = of {
            let sum: &mut i64 = all.entry(id).or_default();
            *sum = sum.saturating_add(item.quantity.seats().min(0));
        }
    }
    all
}

/// A value of meta data: a text, or a number that stands for one.
fn meta(all: &[Meta], key: &str) -> Option<String> {
    let value = &all.iter().find(|meta| meta.key == key)?.value;
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The state of an order that was paid once stays a paid one's, until it ends.
fn stage(status: &str, was_paid: bool) -> Stage {
    match status {
        "checkout-draft" | "auto-draft" => Stage::Draft,
        "pending" | "failed" | "on-hold" if was_paid => Stage::Held,
        "pending" | "failed" | "on-hold" => Stage::Placed,
        "processing" | "completed" => Stage::Paid,
        "cancelled" | "refunded" | "trash" => Stage::Ended,
        other => Stage::Unknown(text::excerpt(other)),
    }
}

/// Dates have no offset, and are in UTC.
fn time(text: &str) -> Result<Timestamp, ShopError> {
    let time = Timestamp::try_from(format!("{}Z", text.trim_end_matches('Z')));
    time.map_err(|error| ShopError::Strange(error.to_string()))
}
