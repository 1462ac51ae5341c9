//! Products.

use chrono::{DateTime, Utc};

/// A product, or a variation of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Product {
    /// Its id.
    pub id: u64,
    /// What it is called.
    pub name: String,
    /// What it is known by, which a merchant can change.
    pub sku: String,
    /// The price with VAT, in cents.
    pub cents: i64,
    /// Whether it can be downloaded: then nothing is left to do once it is paid.
    pub downloadable: bool,
    /// The product whose variation it is, by which attribute (key, label), and its value.
    pub variation: Option<Variation>,
    /// When it was last written.
    pub modified: DateTime<Utc>,
}

/// How a variation differs from the others of its product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variation {
    /// The product.
    pub parent: u64,
    /// The key of the attribute, as it is in the meta of lines.
    pub key: String,
    /// What the attribute is called.
    pub label: String,
    /// Its value.
    pub value: String,
}
