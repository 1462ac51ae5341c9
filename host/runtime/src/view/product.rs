//! A product of the catalogue, checked.

use schemars::JsonSchema;
use serde::Serialize;
use shop_core::calls::stopped::Stopped;

use super::{Message, Version, Voice};
use crate::host::ProductCheck;

/// A product of the catalogue, checked.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Product {
    /// Its reference.
    pub product: String,
    /// The handler, if it can be used.
    pub handler: Option<Version>,
    /// What its orders let the handler do.
    pub grants: Grants,
    /// Whether it cannot be sold as it stands: its orders would be rejected.
    pub rejected: bool,
    /// What is said about it.
    pub messages: Vec<Message>,
    /// What stopped the handler; there is a message of it too.
    pub stopped: Option<Stopped>,
    /// Whether a merchant should look at it before a version serves.
    #[serde(skip)]
    pub doubtful: bool,
}

/// What a product's orders let its handler do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Grants {
    /// The short names of the courses that it may enrol in.
    pub courses: Vec<String>,
    /// The short names of the roles that it may assign.
    pub roles: Vec<String>,
}

impl Product {
    /// Products that were checked.
    pub fn all(checks: &[ProductCheck], voice: Voice) -> Vec<Product> {
        checks.iter().map(|check| Product::of(check, voice)).collect()
    }

    fn of(check: &ProductCheck, voice: Voice) -> Product {
        Product {
            product: check.product.clone(),
            handler: check.handler.as_deref().map(Version::from),
            grants: Grants { courses: check.courses.clone(), roles: check.roles.clone() },
            rejected: check.rejected,
            messages: Message::all(&check.messages, check.handler.as_deref(), voice),
            stopped: check.stopped.clone(),
            doubtful: check.is_doubtful(),
        }
    }
}
