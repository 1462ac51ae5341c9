//! What several shops sell whose orders one host has: a catalogue of each.

use std::collections::{BTreeMap, BTreeSet};

use crate::lines::catalogue::{Catalogue, Keep};
use crate::words::email::Email;
use crate::words::order::OrderId;
use crate::words::shop::{BETWEEN, ShopName};

/// The catalogues of all shops whose orders a host has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogues {
    first: Catalogue,
    named: BTreeMap<ShopName, Catalogue>,
}

/// An order is of a shop of which there is no catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("order {order}: there is no catalogue of the shop {shop:?}")]
pub struct UnknownShop {
    /// Which order.
    pub order: OrderId,
    /// Which shop.
    pub shop: String,
}

/// How long records are kept is told in the catalogue of one shop among several: people can be in the orders of all of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected nothing of \"keep\" in the catalogue of the shop {0}: how long records are kept holds for all shops together, and \
     is told in the first one's catalogue"
)]
pub struct KeptApart(ShopName);

impl From<Catalogue> for Catalogues {
    fn from(first: Catalogue) -> Self {
        Catalogues { first, named: BTreeMap::new() }
    }
}

impl Catalogues {
    /// The same with a shop that has a name. Whom one of the shops protects is protected from the operators of all: there is one
    /// account, whoever sells.
    pub fn with(mut self, shop: ShopName, catalogue: Catalogue) -> Result<Self, KeptApart> {
        if catalogue.shop.keep != Keep::default() {
            return Err(KeptApart(shop));
        }
        self.named.insert(shop, catalogue);
        let protected: BTreeSet<Email> = self.all().flat_map(|(_, it)| it.shop.protected.iter().cloned()).collect();
        for catalogue in [&mut self.first].into_iter().chain(self.named.values_mut()) {
            catalogue.shop.protected = protected.iter().cloned().collect();
        }
        Ok(self)
    }

    /// That of the shop without a name: what it says of how long records are kept holds for all.
    pub fn first(&self) -> &Catalogue {
        &self.first
    }

    /// That of the shop which has an order; of what is no order's, the first.
    pub fn of(&self, order: &OrderId) -> Result<&Catalogue, UnknownShop> {
        match order.shop() {
            None => Ok(&self.first),
            Some(shop) => {
                let unknown = || UnknownShop { order: order.clone(), shop: shop.to_owned() };
                self.named.get(shop).ok_or_else(unknown)
            }
        }
    }

    /// That of a shop by its name.
    pub fn named(&self, shop: &ShopName) -> Option<&Catalogue> {
        self.named.get(shop)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (Option<&ShopName>, &Catalogue)> {
        [(None, &self.first)].into_iter().chain(self.named.iter().map(|(shop, catalogue)| (Some(shop), catalogue)))
    }
}

/// How a product is told of by its reference, where several shops have products.
pub fn titled(shop: Option<&ShopName>, reference: &str) -> String {
    match shop {
        None => reference.to_owned(),
        Some(shop) => format!("{shop}{BETWEEN}{reference}"),
    }
}
