//! Whose orders somebody sees and names, where one host has those of several shops.

use crate::orders::said::{Ending, Said};
use crate::words::order::{InvalidOrderId, Order, OrderId};
use crate::words::shop::ShopName;

/// Whose orders somebody sees and names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of all shops, each by its whole id: for whoever runs the host.
    All,
    /// Those of the shop without a name. There are no others then.
    First,
    /// Those of one shop, by the shop's own ids or the whole ones. There are no others then.
    Shop(ShopName),
}

/// An id that can only be another shop's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Strange {
    /// It names another shop.
    #[error("expected an order of {}, found {found}", called(shop.as_ref()))]
    Other {
        /// Whose orders there are; none: those of the shop without a name.
        shop: Option<ShopName>,
        /// What was found.
        found: OrderId,
    },
    /// It is none, with the shop's name before it.
    #[error(transparent)]
    Invalid(#[from] InvalidOrderId),
}

impl Scope {
    /// Whether it has an order.
    pub fn has(&self, id: &OrderId) -> bool {
        match self {
            Scope::All => true,
            Scope::First => id.shop().is_none(),
            Scope::Shop(shop) => id.shop() == Some(shop.as_str()),
        }
    }

    /// The whole id of the order that is meant by one.
    pub fn id(&self, id: OrderId) -> Result<OrderId, Strange> {
        match self {
            Scope::All => Ok(id),
            Scope::First | Scope::Shop(_) if self.has(&id) => Ok(id),
            Scope::First => Err(Strange::Other { shop: None, found: id }),
            Scope::Shop(shop) => match id.shop() {
                Some(_) => Err(Strange::Other { shop: Some(shop.clone()), found: id }),
                None => Ok(id.of(shop)?),
            },
        }
    }

    /// A message, about the order that it means.
    pub fn said(&self, said: Said) -> Result<Said, Strange> {
        Ok(match said {
            Said::Stands(order) => Said::Stands(Order { id: self.id(order.id)?, ..order }),
            Said::Ends(ending) => Said::Ends(Ending { id: self.id(ending.id)?, ..ending }),
        })
    }
}

fn called(shop: Option<&ShopName>) -> String {
    shop.map_or("the shop without a name".to_owned(), |shop| format!("the shop {shop}"))
}

impl From<Option<ShopName>> for Scope {
    fn from(shop: Option<ShopName>) -> Scope {
        shop.map_or(Scope::First, Scope::Shop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> OrderId {
        OrderId::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_shop_names_its_own_orders_and_no_others() {
        let nord = Scope::Shop("nord".parse().unwrap());
        for (scope, typed, meant) in [
            (&Scope::All, "1001", Some("1001")),
            (&Scope::All, "nord::1001", Some("nord::1001")),
            (&Scope::First, "1001", Some("1001")),
            (&Scope::First, "nord::1001", None),
            (&nord, "1001", Some("nord::1001")),
            (&nord, "nord::1001", Some("nord::1001")),
            (&nord, "sud::1001", None),
            // No shop is called so: it would be nord's, if that were its id.
            (&nord, "Sud::1001", None),
            (&nord, &"1".repeat(95), None),
        ] {
            assert_eq!(scope.id(id(typed)).ok().as_ref().map(OrderId::as_str), meant, "{scope:?}: {typed}");
        }
        assert!(nord.has(&id("nord::1")) && !nord.has(&id("nord1")) && !nord.has(&id("1")) && !nord.has(&id("sud::1")));
    }
}
