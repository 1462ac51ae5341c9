//! The catalogue's products: what each grants its handler, and whether it can be sold.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::lines::call;
use super::{Host, HostError, handler_unusable};
use shop_core::calls::looked_up::{LookedUp, Wanted};
use shop_core::calls::snapshot::{Accepted, KnownPeople};
use shop_core::calls::stopped::Stopped;
use shop_core::lines::bargain::Bargain;
use shop_core::lines::catalogue::{Catalogue, Product, Settings};
use shop_core::lines::catalogues::titled;
use shop_core::lines::check::{self, Checked};
use shop_core::lines::manifest::Kind;
use shop_core::lines::sold::Sold;
use shop_core::words::message::{Audience, Level, Message, Subject};
use shop_core::words::period::Timestamp;
use shop_core::words::shop::ShopName;
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
pub(super) struct Offer<'a> {
    pub(super) product: String,
    pub(super) handler: Arc<Handler>,
    pub(super) checked: Checked,
    /// Of the shop that offers it.
    settings: &'a Settings,
}

/// A product in a catalogue, with what that says of all of them.
pub(super) struct InCatalogue<'a> {
    shop: Option<&'a ShopName>,
    pub(super) product: &'a Product,
    settings: &'a Settings,
}

impl<'a> InCatalogue<'a> {
    /// It with a handler. A product of one shop among several is told of with the shop's name.
    pub(super) fn offer(&self, handler: Arc<Handler>) -> Offer<'a> {
        let (manifest, settings) = (&handler.manifest, self.settings);
        let bargain = Bargain::offered(self.product, settings, handler.digest, manifest, Timestamp::now());
        let checked = check::product(&bargain, manifest);
        Offer { product: titled(self.shop, &self.product.reference), handler, checked, settings }
    }
}

impl Offer<'_> {
    /// The courses and the roles that an order grants the handler, each once, though several parameters may name it.
    pub(super) fn grants(&self) -> (Vec<String>, Vec<String>) {
        let named = |kind| {
            let mut told = BTreeSet::new();
            let named = self.checked.parameters.granted(&self.handler.manifest, kind).map(|(_, name)| name);
            named.filter(move |name| told.insert(*name)).map(str::to_owned)
        };
        let roles = named(&Kind::Role).filter(|role| self.settings.allows_role(role));
        (named(&Kind::Course).collect(), roles.collect())
    }
}

impl Host {
    /// Checks every product of the catalogue, as if it were about to be sold: after one look-up for all of them.
    pub async fn check(&self) -> Result<Vec<ProductCheck>, HostError> {
        let mut offers = Vec::new();
        for it in self.products() {
            offers.push(match self.handlers.active(&it.product.handler).await {
                Ok(handler) => Ok(it.offer(handler)),
                Err(error) => Err(unusable(&it, handler_unusable(error)?)),
            });
        }
        let found = wanted(offers.iter().flatten()).look_up(&*self.platform).await?;
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
        for it in self.products() {
            let handler = match self.handlers.active(&it.product.handler).await {
                Ok(handler) => handler,
                Err(error) => {
                    handler_unusable(error)?;
                    continue;
                }
            };
            let offer = it.offer(handler);
            let roles = offer.grants().1;
            let Offer { product, handler, checked, .. } = offer;
            let manifest = &handler.manifest;
            let course = |(parameter, name): (&str, &str)| GrantedCourse {
                parameter: parameter.to_owned(),
                short_name: name.to_owned(),
                required: manifest.parameter(parameter).is_some_and(|parameter| parameter.required),
            };
            let courses = checked.parameters.granted(manifest, &Kind::Course).map(course).collect();
            all.push(Granted { product, courses, roles });
        }
        Ok(all)
    }

    /// All products of all shops.
    pub(super) fn products(&self) -> impl Iterator<Item = InCatalogue<'_>> {
        self.catalogues.all().flat_map(|(shop, Catalogue { shop: settings, products })| {
            products.iter().map(move |product| InCatalogue { shop, product, settings })
        })
    }

    pub(super) async fn check_offer(&self, offer: Offer<'_>, found: &LookedUp) -> Result<ProductCheck, HostError> {
        let (courses, roles) = offer.grants();
        let Offer { product, handler, mut checked, settings } = offer;
        let by_default = courses_by_default(&checked, &handler);
        let known = KnownPeople::default();
        let language = settings.language.clone();
        let call = call(&mut checked, Accepted::default(), &handler, found, &known, settings, language).await?;
        let mut messages = call.messages;
        messages.extend(by_default);
        messages.extend(settings.attach_existing.warning());
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

/// What there is to look up for some products.
pub(super) fn wanted<'a>(offers: impl Iterator<Item = &'a Offer<'a>>) -> Wanted {
    let mut wanted = Wanted::default();
    offers.for_each(|offer| wanted.add(&offer.checked, &Sold::default(), &offer.handler.manifest, offer.settings));
    wanted
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
fn unusable(it: &InCatalogue<'_>, message: Message) -> ProductCheck {
    ProductCheck {
        product: titled(it.shop, &it.product.reference),
        handler: None,
        courses: Vec::new(),
        roles: Vec::new(),
        messages: vec![message],
        stopped: None,
        rejected: true,
    }
}
