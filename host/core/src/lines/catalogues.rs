//! What several shops sell whose orders one host has: a catalogue of each.

use std::collections::{BTreeMap, BTreeSet};

use crate::lines::catalogue::{Catalogue, Keep, Leavers};
use crate::words::email::Email;
use crate::words::order::OrderId;
use crate::words::shop::{BETWEEN, ShopName};

/// The catalogues of all shops whose orders a host has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogues {
    first: Option<Catalogue>,
    named: BTreeMap<ShopName, Catalogue>,
}

/// An order is of a shop of which there is no catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("order {order}: there is no catalogue of {}", called(shop.as_deref()))]
pub struct UnknownShop {
    /// Which order.
    pub order: OrderId,
    /// Which shop; none: the one without a name.
    pub shop: Option<String>,
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
        Catalogues { first: Some(first), named: BTreeMap::new() }
    }
}

impl Catalogues {
    /// The same with a shop that has a name. There is one account and one enrolment, whoever sells: whom one of the shops protects is
    /// protected from the operators of all, and those who leave are suspended rather than unenrolled if one of the shops says so.
    pub fn with(mut self, shop: ShopName, catalogue: Catalogue) -> Result<Self, KeptApart> {
        if catalogue.shop.keep != Keep::default() {
            return Err(KeptApart(shop));
        }
        self.named.insert(shop, catalogue);
        let all = || self.all().map(|(_, catalogue)| &catalogue.shop);
        let protected: BTreeSet<Email> = all().flat_map(|shop| shop.protected.iter().cloned()).collect();
        let suspends = all().any(|shop| shop.leavers == Leavers::Suspend);
        for Catalogue { shop, .. } in self.first.iter_mut().chain(self.named.values_mut()) {
            shop.protected = protected.iter().cloned().collect();
            shop.leavers = if suspends { Leavers::Suspend } else { Leavers::Unenrol };
        }
        Ok(self)
    }

    /// How long records are kept, of all shops.
    pub fn keep(&self) -> Keep {
        self.first.as_ref().map(|first| first.shop.keep).unwrap_or_default()
    }

    /// Whom any of the shops protects.
    pub fn protected(&self) -> &[Email] {
        self.all().next().map(|(_, catalogue)| &*catalogue.shop.protected).unwrap_or_default()
    }

    /// That of the shop which has an order.
    pub fn of(&self, order: &OrderId) -> Result<&Catalogue, UnknownShop> {
        let shop = order.shop();
        let catalogue = shop.map_or(self.first.as_ref(), |shop| self.named.get(shop));
        catalogue.ok_or_else(|| UnknownShop { order: order.clone(), shop: shop.map(str::to_owned) })
    }

    /// That of a shop by its name, or of the one without.
    pub fn shop(&self, name: Option<&ShopName>) -> Option<&Catalogue> {
        name.map_or(self.first.as_ref(), |name| self.named.get(name))
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (Option<&ShopName>, &Catalogue)> {
        self.first
            .iter()
            .map(|first| (None, first))
            .chain(self.named.iter().map(|(shop, catalogue)| (Some(shop), catalogue)))
    }
}

fn called(shop: Option<&str>) -> String {
    shop.map_or("the shop without a name".to_owned(), |shop| format!("the shop {shop:?}"))
}

/// How a product is told of by its reference, where several shops have products.
pub fn titled(shop: Option<&ShopName>, reference: &str) -> String {
    match shop {
        None => reference.to_owned(),
        Some(shop) => format!("{shop}{BETWEEN}{reference}"),
    }
}
