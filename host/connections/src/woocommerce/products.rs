//! What a WooCommerce sells.

use serde::Deserialize;

use super::client::Client;
use crate::shop::ShopError;

/// A product, or a variation of one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WooProduct {
    /// Its number in the shop.
    pub id: u64,
    /// What its seats are known by here.
    pub sku: String,
    /// What people know it by.
    pub name: String,
}

/// Variations are in no list of products but one by SKUs.
pub(super) async fn with_sku(client: &Client, sku: &str) -> Result<Option<WooProduct>, ShopError> {
    let query = [("sku", sku.to_owned()), ("_fields", "id,sku,name".to_owned())];
    let none = || ShopError::Strange("there is no list of products".to_owned());
    let found: Vec<WooProduct> = client.get("products", &query).await?.ok_or_else(none)?;
    // The shop's database takes capitals for small letters, and orders tell SKUs as they are.
    Ok(found.into_iter().find(|product| product.sku == sku))
}
