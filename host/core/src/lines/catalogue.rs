//! The shop's catalogue: its products, and what holds for all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use iso_currency::Currency;
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::lines::line::SeatRole;
use crate::sessions::attachment::AttachExisting;
use crate::words::email::Email;
use crate::words::language::{self, UnknownLanguage};
use crate::words::object;
use crate::words::order::MAX_REFERENCE;
use crate::words::text;

/// The products that the shop sells, and what holds for all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// What holds for all products.
    #[serde(default, deserialize_with = "object::one")]
    pub shop: Settings,
    /// The products.
    #[serde(default, rename = "product", deserialize_with = "products")]
    pub products: Vec<Product>,
}

/// What holds for all products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The language of readers whose order names none.
    #[serde(deserialize_with = "language")]
    pub language: String,
    /// The short names of the roles that handlers may ever assign, whatever their manifests ask for.
    pub roles: Vec<String>,
    /// Addresses whose accounts are never attached to an operator's.
    pub protected: Vec<Email>,
    /// Which accounts are attached to an operator's that no order of that operator has made: those whose holders have agreed,
    /// all (then an operator can get power over the account of anybody whose address is known), or none.
    pub attach_existing: AttachExisting,
    /// Parameters for all products whose handler has them and that do not set them, URL-encoded.
    pub parameters: String,
    /// What becomes of the enrolment of a learner who has entered the course, when nothing claims it any longer.
    pub leavers: Leavers,
    /// How long records are kept.
    #[serde(deserialize_with = "object::one")]
    pub keep: Keep,
}

/// How long records are kept; what is not said is kept for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Keep {
    /// For how many days recorded calls of handlers, and receipts that a newer one has taken the place of.
    pub recordings: Option<u32>,
    /// For how many days after the end of the last order that names them people are known by their names.
    pub people: Option<u32>,
}

impl Settings {
    /// Whether handlers may assign a role.
    pub fn allows_role(&self, short_name: &str) -> bool {
        self.roles.iter().any(|allowed| allowed == short_name)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            language: "en".to_owned(),
            roles: vec!["student".to_owned(), "teacher".to_owned()],
            protected: Vec::new(),
            attach_existing: AttachExisting::default(),
            parameters: String::new(),
            leavers: Leavers::Suspend,
            keep: Keep::default(),
        }
    }
}

/// What becomes of the enrolment of a learner who has entered the course, when nothing claims it any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Leavers {
    /// It is suspended, so that no work is lost.
    Suspend,
    /// It is ended, as for those who never entered.
    Unenrol,
}

/// A product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// What orders name it by.
    #[serde(deserialize_with = "reference")]
    #[schemars(length(min = 1, max = 255))]
    pub reference: String,
    /// What people know it by.
    pub title: String,
    /// The price of one seat, including VAT.
    pub price: Price,
    /// The handler's name: its active version serves.
    pub handler: String,
    /// The handler's parameters, URL-encoded, such as `coursename=SPOCM1&supervisor=teacher`.
    #[serde(default)]
    pub parameters: String,
    /// How many seats one line may have.
    #[serde(deserialize_with = "seats")]
    #[schemars(range(min = 1, max = 10_000))]
    pub max_seats: u32,
    /// What a connected web shop sells its seats as, where that is not the reference: by each SKU, whom such a seat is for. So learners'
    /// and tutors' seats of one session can have SKUs of their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skus: BTreeMap<String, SeatRole>,
}

/// More seats than this in one line are never sold: the limit up to which the host is tested.
pub const MAX_SEATS: u32 = 10_000;

/// An amount of money, written as `10.00 EUR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Price {
    /// In the currency's smallest unit, such as cents.
    minor: u64,
    currency: Currency,
}

/// What was read is no price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an amount and a currency, such as \"10.00 EUR\", found {0:?}")]
pub struct InvalidPrice(String);

impl Price {
    /// The price of several of these; none if it is too large to be written.
    pub fn times(self, quantity: u32) -> Option<Price> {
        Some(Price { minor: self.minor.checked_mul(quantity.into())?, ..self })
    }

    fn decimals(currency: Currency) -> usize {
        currency.exponent().unwrap_or(0).into()
    }

    fn parse(text: &str) -> Option<Price> {
        let (amount, code) = text.split_once(' ')?;
        let currency = Currency::from_code(code)?;
        let decimals = Self::decimals(currency);
        let (whole, fraction) = match amount.split_once('.') {
            Some((whole, fraction)) if fraction.len() == decimals && decimals > 0 => (whole, fraction),
            Some(_) => return None,
            None => (amount, ""),
        };
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let minor = format!("{whole}{fraction:0<decimals$}").parse().ok()?;
        Some(Price { minor, currency })
    }
}

impl FromStr for Price {
    type Err = InvalidPrice;

    fn from_str(text: &str) -> Result<Self, InvalidPrice> {
        Self::parse(text).ok_or_else(|| InvalidPrice(text::excerpt(text)))
    }
}

impl TryFrom<String> for Price {
    type Error = InvalidPrice;

    fn try_from(text: String) -> Result<Self, InvalidPrice> {
        text.parse()
    }
}

impl From<Price> for String {
    fn from(price: Price) -> String {
        price.to_string()
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = Self::decimals(self.currency);
        let unit = 10u64.pow(decimals.try_into().unwrap_or(0));
        write!(f, "{}", self.minor / unit)?;
        if decimals > 0 {
            write!(f, ".{:0decimals$}", self.minor % unit)?;
        }
        write!(f, " {}", self.currency.code())
    }
}

impl Catalogue {
    /// The product with this reference.
    pub fn product(&self, reference: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.reference == reference)
    }

    /// The product of which a web shop sells seats by a SKU, and whom such a seat is for.
    pub fn sold_as(&self, sku: &str) -> Option<(&Product, SeatRole)> {
        let role = |product: &Product| product.sold_as().find(|(own, _)| *own == sku).map(|(_, role)| role);
        self.products.iter().find_map(|product| Some((product, role(product)?)))
    }
}

impl Product {
    /// The SKUs by which a web shop sells its seats, and whom each is for: without any, it is sold by its reference, to learners.
    pub fn sold_as(&self) -> impl Iterator<Item = (&str, SeatRole)> {
        let own = self.skus.iter().map(|(sku, role)| (sku.as_str(), *role));
        let reference = self.skus.is_empty().then_some((self.reference.as_str(), SeatRole::Learner));
        own.chain(reference)
    }
}

/// No two with one reference.
fn products<'de, D: Deserializer<'de>>(list: D) -> Result<Vec<Product>, D::Error> {
    let clash = |product: &Product| {
        format!("expected products with references of their own, found {:?} twice", text::excerpt(&product.reference))
    };
    let products = object::distinct(list, |product: &Product| product.reference.clone(), clash)?;
    let mut taken = BTreeSet::new();
    let twice = products.iter().flat_map(Product::sold_as).map(|(sku, _)| sku).find(|sku| !taken.insert(*sku));
    match twice.map(text::excerpt) {
        Some(found) => {
            Err(D::Error::custom(format!("skus: expected SKUs of one product each, found {found:?} for two")))
        }
        None => Ok(products),
    }
}

fn reference<'de, D: Deserializer<'de>>(text: D) -> Result<String, D::Error> {
    let text = String::deserialize(text)?;
    let fits = (1..=MAX_REFERENCE).contains(&text.chars().count()) && text.trim() == text;
    if fits && !text.chars().any(|c| text::is_unprintable(c) || text::is_invisible(c)) {
        return Ok(text);
    }
    let expected = format!("expected a reference of 1 to {MAX_REFERENCE} characters");
    let problem = "without outer spaces, control characters and invisible ones, found";
    Err(D::Error::custom(format!("{expected}, {problem} {:?}", text::excerpt(&text))))
}

fn seats<'de, D: Deserializer<'de>>(number: D) -> Result<u32, D::Error> {
    let number = u32::deserialize(number)?;
    match (1..=MAX_SEATS).contains(&number) {
        true => Ok(number),
        false => Err(D::Error::custom(format!("expected a number of seats from 1 to {MAX_SEATS}, found {number}"))),
    }
}

fn language<'de, D: Deserializer<'de>>(tag: D) -> Result<String, D::Error> {
    let tag = String::deserialize(tag)?;
    match language::read(&tag).map_err(D::Error::custom)? {
        Some(tag) => Ok(tag),
        None => Err(D::Error::custom(UnknownLanguage(tag))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_as_it_is_written() {
        for text in ["10.00 EUR", "0.05 CHF", "1200 JPY", "1.234 KWD", "0.00 EUR"] {
            assert_eq!(text.parse::<Price>().unwrap().to_string(), text);
        }
        assert_eq!("10 EUR".parse::<Price>().unwrap().to_string(), "10.00 EUR");
        assert_eq!("10.10 EUR".parse::<Price>().unwrap().times(6).unwrap().to_string(), "60.60 EUR");
        assert_eq!("99999999999.00 EUR".parse::<Price>().unwrap().times(u32::MAX), None);
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for text in [
            "",
            "10.00",
            "EUR",
            "10.00EUR",
            "-1.00 EUR",
            "10.0 EUR",
            "10.000 EUR",
            "1,00 EUR",
            "1.5 JPY",
            "10. EUR",
            ".50 EUR",
            "10.00 XYZ",
            "10.00 eur",
            "1e3 EUR",
            "+1 EUR",
            "99999999999999999999 EUR",
            "10.00  EUR",
            "١ EUR",
        ] {
            assert!(text.parse::<Price>().is_err(), "{text:?}");
        }
    }
}
