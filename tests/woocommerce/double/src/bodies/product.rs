//! A product, as the API shows it: with the fields that tell it from others. The recorded ones have some fifty more.

use super::{ALL_METHODS, gmt, link, local, own_link};
use crate::json::{Json, object};
use crate::money::{of_cents, shown};
use crate::shop::{Product, Shop};

/// A product or a variation.
pub(crate) fn product(shop: &Shop, product: &Product) -> Json {
    let variations = |product: &Product| -> Vec<u64> {
        let of = |other: &&Product| other.variation.as_ref().is_some_and(|variation| variation.parent == product.id);
        shop.products.values().filter(of).map(|variation| variation.id).collect()
    };
    let (parent, variations) =
        (product.variation.as_ref().map_or(0, |variation| variation.parent), variations(product));
    let kind = match (parent, variations.is_empty()) {
        (0, true) => "simple",
        (0, false) => "variable",
        _ => "variation",
    };
    let price = if kind == "variable" { String::new() } else { shown(of_cents(product.cents)) };
    let all = format!("{}/wp-json/wc/v3/products", shop.home);
    object([
        ("id", product.id.into()),
        ("name", (&product.name).into()),
        ("date_modified", local(shop, product.modified)),
        ("date_modified_gmt", gmt(product.modified)),
        ("type", kind.into()),
        ("status", "publish".into()),
        ("sku", (&product.sku).into()),
        ("price", (&price).into()),
        ("regular_price", price.into()),
        ("sale_price", "".into()),
        ("virtual", (kind != "variable").into()),
        ("downloadable", product.downloadable.into()),
        ("parent_id", parent.into()),
        ("images", object([])),
        ("variations", variations.into_iter().map(Json::from).collect()),
        ("stock_status", "instock".into()),
        ("global_unique_id", "".into()),
        ("meta_data", object([])),
        (
            "_links",
            object([("self", own_link(format!("{all}/{}", product.id), ALL_METHODS)), ("collection", link(all))]),
        ),
    ])
}
