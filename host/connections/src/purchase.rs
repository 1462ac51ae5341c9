//! An order of a web shop, as all web shops have it, before it is one of ours.

use shop_core::words::order::Person;
use shop_core::words::period::Timestamp;

/// An order of a web shop, as it is there now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// How far it has got.
    pub stage: Stage,
    /// When it was first paid.
    pub paid: Option<Timestamp>,
    /// When it was last changed, as far as the web shop tells that.
    pub changed: Timestamp,
    /// In which language its readers are told of it; none: the shop's.
    pub language: Option<String>,
    /// Who buys.
    pub buyer: Person,
    /// What is bought, in the web shop's sequence.
    pub items: Vec<Item>,
}

/// How far an order of a web shop has got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is none yet.
    Draft,
    /// Ordered, not paid.
    Placed,
    /// Paid.
    Paid,
    /// Paid once, and held back for now.
    Held,
    /// Ended.
    Ended,
    /// Something that only the web shop knows, such as what an extension of it has made up.
    Unknown(String),
}

/// A line of an order of a web shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What the web shop knows it by, for as long as it is there.
    pub id: String,
    /// The product, as it is called now; none: it is no longer there.
    pub sku: Option<String>,
    /// How many are paid for, without those that were refunded.
    pub quantity: u32,
    /// Who was named when it was bought.
    pub participants: Vec<Person>,
}
