//! A version that was to serve.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Product, Version};
use crate::forecast::Line;

/// A version that was to serve: whether it does, and what speaks against it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Activation {
    /// Which version.
    #[serde(flatten)]
    pub handler: Version,
    /// Whether it serves.
    pub active: bool,
    /// The products that are sold with it; none: they could not be checked, or there was no need.
    pub products: Option<Vec<Product>>,
    /// Why the products could not be checked, or not as a whole.
    pub unchecked: Option<String>,
    /// What would not have been fulfilled of the last lines, and what cannot be told of.
    pub lines: Vec<Line>,
}

impl Activation {
    /// How many products could not be sold with it.
    pub fn rejected(&self) -> usize {
        self.products.iter().flatten().filter(|product| product.rejected).count()
    }

    /// The products that a merchant should look at.
    pub fn doubtful(&self) -> impl Iterator<Item = &Product> {
        self.products.iter().flatten().filter(|product| product.doubtful)
    }
}
