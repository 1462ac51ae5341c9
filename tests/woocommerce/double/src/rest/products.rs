//! Products.

use super::pages::page;
use super::{Answer, Call, id};
use crate::bodies;
use crate::refusal::{Refusable, Refusal};
use crate::shop::{Product, Shop};

/// One, or those with some SKUs; only these find variations.
pub(crate) fn answer(shop: &Shop, call: &Call, path: &[&str]) -> Refusable<Answer> {
    match path {
        [] => {
            let skus = call.list("sku");
            let is_asked = |product: &&Product| match &skus {
                Some(skus) => skus.contains(&product.sku.as_str()),
                None => product.variation.is_none(),
            };
            let all: Vec<&Product> = shop.products.values().rev().filter(is_asked).collect();
            page(shop, call, &all, |product| bodies::product(shop, product))
        }
        [one] => {
            let missing = || Refusal::new(404, "woocommerce_rest_product_invalid_id", "Invalid ID.");
            let product = shop.products.get(&id(one)?).ok_or_else(missing)?;
            Ok(Answer::of(200, bodies::product(shop, product)))
        }
        _ => Err(Refusal::no_route()),
    }
}
