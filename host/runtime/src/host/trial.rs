//! A version on trial: it is held against what is sold, before it serves.

use std::sync::Arc;

use super::products::{Offer, ProductCheck, courses_by_default, wanted};
use super::{Host, HostError};
use shop_core::platform::PlatformError;
use shop_core::words::message::Message;
use shop_sandbox::Handler;

/// How the products fare that would be sold with a version.
pub struct Trial {
    /// The products whose handler it is.
    pub products: Vec<ProductCheck>,
    /// Why the learning platform could not be looked at: then the products are checked by what the version says of itself,
    /// and it was not asked about them.
    pub unread: Option<PlatformError>,
}

impl Trial {
    /// The products that could not be sold with it.
    pub fn rejected(&self) -> impl Iterator<Item = &ProductCheck> {
        self.products.iter().filter(|product| product.rejected)
    }
}

impl Host {
    /// Checks all products of a version's handler, as if it served and they were about to be sold. Changes nothing.
    pub async fn try_version(&self, handler: &Arc<Handler>) -> Result<Trial, HostError> {
        let products = self.products().filter(|it| it.product.handler == handler.manifest.name);
        let offers: Vec<Offer<'_>> = products.map(|it| it.offer(handler.clone())).collect();
        let found = match wanted(offers.iter()).look_up(&*self.platform).await {
            Ok(found) => found,
            Err(error) => {
                let products = offers.into_iter().map(unasked).collect();
                return Ok(Trial { products, unread: Some(error) });
            }
        };
        let mut products = Vec::new();
        for offer in offers {
            products.push(self.check_offer(offer, &found).await?);
        }
        Ok(Trial { products, unread: None })
    }
}

/// A product as far as it can be checked without the learning platform.
fn unasked(offer: Offer<'_>) -> ProductCheck {
    let (courses, roles) = offer.grants();
    let Offer { product, handler, mut checked, .. } = offer;
    checked.messages.extend(courses_by_default(&checked, &handler));
    ProductCheck {
        product,
        handler: Some(handler),
        courses,
        roles,
        rejected: checked.messages.iter().any(Message::is_error),
        messages: checked.messages,
        stopped: None,
    }
}
