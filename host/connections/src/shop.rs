//! What a web shop is to us.

use async_trait::async_trait;
use http::HeaderMap;
use shop_core::words::period::Timestamp;

use crate::purchase::Purchase;

/// A web shop that sells for the host, in its own language.
#[async_trait]
pub trait WebShop: Send + Sync {
    /// Its address, and those that it had before: by these it is known whose orders are remembered.
    fn addresses(&self) -> Vec<String>;

    /// What it is that was sent in the web shop's name; refused, if it was not the web shop that sent it.
    fn delivery(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery, Unverified>;

    /// Reads an order.
    async fn read(&self, key: &str) -> Result<Reading, ShopError>;

    /// A page of the orders that changed after a time, from 1: the one that changed first comes first.
    async fn changed(&self, after: Timestamp, page: u32) -> Result<Changes, ShopError>;

    /// Sees to it that the web shop goes on sending, and tells what was not as it should be.
    async fn tend(&self) -> Result<Vec<String>, ShopError>;
}

/// What was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Something has happened to an order.
    Order(String),
    /// The web shop has tried whether anybody is there.
    Ping,
    /// It could not tell of which order it speaks; in its word for why.
    Failed(String),
}

/// It cannot be shown that the web shop sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the web shop's signature of the body, made with the secret of this connection")]
pub struct Unverified;

/// An order as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It is there.
    There(Box<Purchase>),
    /// The web shop has deleted it.
    Gone,
}

/// Orders that changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Each with when it changed last.
    pub orders: Vec<(String, Timestamp)>,
    /// Whether there may be more of them.
    pub more: bool,
}

/// A web shop did not answer as it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShopError {
    /// It is away for now.
    #[error("the web shop is not available: {0}")]
    Away(String),
    /// It does not let us in.
    #[error("the web shop refuses: {0}: see whether the keys are there, and may read and write")]
    Refuses(String),
    /// What it answers is not what such a web shop answers.
    #[error("the web shop answers something else than expected: {0}")]
    Strange(String),
}
