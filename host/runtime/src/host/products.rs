//! The catalogue's products: what each grants its handler, and whether it can be sold.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Host, HostError, handler_unusable};
use shop_core::calls::looked_up::{LookedUp, Wanted};
use shop_core::calls::snapshot::Accepted;
use shop_core::calls::stopped::Stopped;
use shop_core::lines::bargain::Bargain;
use shop_core::lines::catalogue::Product;
use shop_core::lines::check::{self, Checked};
use shop_core::lines::manifest::Kind;
use shop_core::lines::sold::Sold;
use shop_core::words::message::{Audience, Level, Message, Subject};
use shop_core::words::period::Timestamp;
use shop_core::words::text;
use shop_sandbox::Handler;

/// What a product would give its handler, and what is said about it.
pub struct ProductCheck {
    /// The product's reference.
    pub product: String,
    /// The handler, if it can be used.
    pub handler: Option<Arc<Handler>>,
    /// The courses that an order of it lets the handler enrol in.
    pub courses: Vec<String>,
    /// The roles that an order of it lets the handler assign.
    pub roles: Vec<String>,
    /// What was said.
    pub messages: Vec<Message>,
    /// What stopped the handler; there is a message of it too.
    pub stopped: Option<Stopped>,
    /// Whether it cannot be sold as it stands: its orders would be rejected.
    pub rejected: bool,
}

/// What orders of a product grant its handler.
pub struct Granted {
    /// The product's reference.
    pub product: String,
    /// The courses to enrol in.
    pub courses: Vec<GrantedCourse>,
    /// The short names of the roles to assign.
    pub roles: Vec<String>,
}

/// A course that orders of a product grant.
pub struct GrantedCourse {
    /// The parameter that names it.
    pub parameter: String,
    /// Its short name.
    pub short_name: String,
    /// Whether the handler cannot do without.
    pub required: bool,
}

/// A product with the handler that it would be sold with.
pub(super) struct Offer {
    pub(super) product: String,
    pub(super) handler: Arc<Handler>,
    pub(super) checked: Checked,
}

impl Host {
    /// Checks every product of the catalogue, as if it were about to be sold: after one look-up for all of them.
    pub async fn check(&self) -> Result<Vec<ProductCheck>, HostError> {
        let mut offers = Vec::new();
        for product in &self.catalogue.products {
            offers.push(match self.handlers.active(&product.handler).await {
                Ok(handler) => Ok(self.offer(product, handler)),
                Err(error) => Err(unusable(product, handler_unusable(error)?)),
            });
        }
        let found = self.wanted(offers.iter().flatten()).look_up(&*self.platform).await?;
        let mut checks = Vec::new();
        for offer in offers {
            checks.push(match offer {
                Ok(offer) => self.check_offer(offer, &found).await?,
                Err(unusable) => unusable,
            });
        }
        Ok(checks)
    }

    /// The courses and roles that orders of each product grant its handler; none of a product without a handler.
    pub async fn granted(&self) -> Result<Vec<Granted>, HostError> {
        let mut all = Vec::new();
        for product in &self.catalogue.products {
            let handler = match self.handlers.active(&product.handler).await {
                Ok(handler) => handler,
                Err(error) => {
                    handler_unusable(error)?;
                    continue;
                }
            };
            let Offer { product, handler, checked } = self.offer(product, handler);
            let manifest = &handler.manifest;
            let course = |(parameter, name): (&str, &str)| GrantedCourse {
                parameter: parameter.to_owned(),
                short_name: name.to_owned(),
                required: manifest.parameter(parameter).is_some_and(|parameter| parameter.required),
            };
            let courses = checked.parameters.granted(manifest, &Kind::Course).map(course).collect();
            all.push(Granted { product, courses, roles: self.grants(&checked, &handler).1 });
        }
        Ok(all)
    }

    pub(super) fn offer(&self, product: &Product, handler: Arc<Handler>) -> Offer {
        let (manifest, settings) = (&handler.manifest, &self.catalogue.shop);
        let bargain = Bargain::offered(product, settings, handler.digest, manifest, Timestamp::now());
        let checked = check::product(&bargain, manifest);
        Offer { product: product.reference.clone(), handler, checked }
    }

    /// What there is to look up for some products.
    pub(super) fn wanted<'a>(&self, offers: impl Iterator<Item = &'a Offer>) -> Wanted {
        let mut wanted = Wanted::default();
        offers.for_each(|offer| {
            wanted.add(&offer.checked, &Sold::default(), &offer.handler.manifest, &self.catalogue.shop)
        });
        wanted
    }

    /// The courses and the roles that an order grants the handler, each once, though several parameters may name it.
    pub(super) fn grants(&self, checked: &Checked, handler: &Handler) -> (Vec<String>, Vec<String>) {
        let named = |kind| {
            let mut told = BTreeSet::new();
            let named = checked.parameters.granted(&handler.manifest, kind).map(|(_, name)| name);
            named.filter(move |name| told.insert(*name)).map(str::to_owned)
        };
        let roles = named(&Kind::Role).filter(|role| self.catalogue.shop.allows_role(role));
        (named(&Kind::Course).collect(), roles.collect())
    }

    pub(super) async fn check_offer(&self, offer: Offer, found: &LookedUp) -> Result<ProductCheck, HostError> {
        let Offer { product, handler, mut checked } = offer;
        let (courses, roles) = self.grants(&checked, &handler);
        let by_default = courses_by_default(&checked, &handler);
        let language = self.catalogue.shop.language.clone();
        let call = self.call(&mut checked, Accepted::default(), &handler, found, &Default::default(), language).await?;
        let mut messages = call.messages;
        messages.extend(by_default);
        messages.extend(self.catalogue.shop.attach_existing.warning());
        Ok(ProductCheck {
            product,
            handler: Some(handler),
            courses,
            roles,
            rejected: call.rejected || call.stopped.is_some(),
            messages,
            stopped: call.stopped,
        })
    }
}

const BY_DEFAULT: &str = "course-by-default";

/// Courses that a version of a handler chooses, and no merchant: the next version can choose others.
pub(super) fn courses_by_default(checked: &Checked, handler: &Handler) -> Vec<Message> {
    let of_course = |(parameter, name): (&str, &str)| {
        let subject = Subject::Parameter(parameter.to_owned());
        let message = Message::host(Level::Warning, Audience::Sales, subject, BY_DEFAULT);
        message.with("parameter", parameter).with("name", text::spelled(name))
    };
    checked.parameters.by_default(&handler.manifest, &Kind::Course).map(of_course).collect()
}

impl ProductCheck {
    /// Whether a merchant should look at it before a version serves: it could not be sold, or its orders would be about
    /// courses that the version chooses.
    pub fn is_doubtful(&self) -> bool {
        self.rejected || self.messages.iter().any(|message| message.key == BY_DEFAULT)
    }
}

/// A product whose handler cannot be used.
fn unusable(product: &Product, message: Message) -> ProductCheck {
    ProductCheck {
        product: product.reference.clone(),
        handler: None,
        courses: Vec::new(),
        roles: Vec::new(),
        messages: vec![message],
        stopped: None,
        rejected: true,
    }
}
