//! Orders, and what they are made of.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::money::Amount;

/// The state of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// The checkout page is open.
    CheckoutDraft,
    /// The merchant has begun an order and not saved it.
    AutoDraft,
    /// Not paid.
    #[default]
    Pending,
    /// Paid.
    Processing,
    /// Waits for the merchant, mostly for a bank transfer.
    OnHold,
    /// Paid and sent.
    Completed,
    /// Given up.
    Cancelled,
    /// Wholly refunded.
    Refunded,
    /// The payment failed.
    Failed,
    /// One that a plugin has added.
    Other(String),
}

/// Those of the shop itself, in the order in which it lists them.
pub(crate) const STATUSES: [Status; 9] = [
    Status::AutoDraft,
    Status::Pending,
    Status::Processing,
    Status::OnHold,
    Status::Completed,
    Status::Cancelled,
    Status::Refunded,
    Status::Failed,
    Status::CheckoutDraft,
];

impl Status {
    /// As the API has it.
    pub fn as_str(&self) -> &str {
        match self {
            Status::CheckoutDraft => "checkout-draft",
            Status::AutoDraft => "auto-draft",
            Status::Pending => "pending",
            Status::Processing => "processing",
            Status::OnHold => "on-hold",
            Status::Completed => "completed",
            Status::Cancelled => "cancelled",
            Status::Refunded => "refunded",
            Status::Failed => "failed",
            Status::Other(name) => name,
        }
    }

    /// What the API calls so.
    pub fn named(name: &str) -> Status {
        let known = STATUSES.into_iter().find(|status| status.as_str() == name);
        known.unwrap_or_else(|| Status::Other(name.to_owned()))
    }

    pub(crate) fn is_paid(&self) -> bool {
        matches!(self, Status::Processing | Status::Completed)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// How an order came to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Via {
    /// The checkout of the present, made of blocks.
    #[default]
    Blocks,
    /// The classic checkout.
    Classic,
    /// The REST API.
    Api,
    /// The admin pages.
    Admin,
}

impl Via {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Via::Blocks => "store-api",
            Via::Classic => "checkout",
            Via::Api => "rest-api",
            Via::Admin => "admin",
        }
    }

    pub(crate) fn is_buyer(self) -> bool {
        matches!(self, Via::Blocks | Via::Classic)
    }
}

/// How an order is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Payment {
    /// Nobody has said how.
    Unknown,
    /// By card: pending until the provider says that it is paid.
    #[default]
    Card,
    /// By bank transfer: on hold until the merchant sees the money.
    Transfer,
}

/// Who buys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Billing {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Company.
    pub company: String,
    /// Street.
    pub address_1: String,
    /// More of the address.
    pub address_2: String,
    /// City.
    pub city: String,
    /// State.
    pub state: String,
    /// Postcode.
    pub postcode: String,
    /// Country, two letters.
    pub country: String,
    /// E-mail address: all that a guest is known by.
    pub email: String,
    /// Telephone.
    pub phone: String,
}

/// A key and its value, at an order or at one of its lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    /// Its id.
    pub id: u64,
    /// The key.
    pub key: String,
    /// A text, or anything.
    pub value: Value,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Stays for the life of the line.
    pub id: u64,
    /// What the product was called when it was ordered.
    pub name: String,
    /// The product or variation; 0 once that is deleted.
    pub product: u64,
    /// How many, refunded ones among them.
    pub quantity: i64,
    /// What was typed with it.
    pub meta: Vec<Meta>,
    pub(crate) amount: Amount,
}

/// What of a line was paid back.
#[derive(Clone, Debug, PartialEq)]
pub struct RefundedLine {
    /// The refund's own line.
    pub id: u64,
    /// The order's line.
    pub line: u64,
    /// How many.
    pub quantity: i64,
    pub(crate) amount: Amount,
    pub(crate) meta: u64,
}

/// Money paid back.
#[derive(Clone, Debug, PartialEq)]
pub struct Refund {
    /// Its id, of the same numbers as orders.
    pub id: u64,
    /// Why.
    pub reason: String,
    /// When.
    pub created: DateTime<Utc>,
    /// For which lines; mostly none if an amount was given back.
    pub lines: Vec<RefundedLine>,
    /// Whether nothing was left to pay back.
    pub is_last: bool,
    pub(crate) amount: i64,
    pub(crate) meta: u64,
    pub(crate) tax_line: u64,
}

/// A note at an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: u64,
    /// The text.
    pub text: String,
    /// Whether it was mailed to the buyer.
    pub to_customer: bool,
    /// When.
    pub created: DateTime<Utc>,
}

/// An order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Order {
    /// Its id, which is its number, too.
    pub id: u64,
    /// The secret that opens its page.
    pub key: String,
    /// Its state; that which it had before, if it is in the trash.
    pub status: Status,
    /// Whether it is in the trash.
    pub trashed: bool,
    /// How it came to be.
    pub via: Via,
    /// How it is paid.
    pub payment: Payment,
    /// The number that the payment provider gave.
    pub transaction: String,
    /// The account of the buyer; 0: a guest.
    pub customer: u64,
    /// Who buys.
    pub billing: Billing,
    /// What the buyer wrote at the checkout.
    pub note: String,
    /// The lines.
    pub lines: Vec<Line>,
    /// The order's own meta.
    pub meta: Vec<Meta>,
    /// What was paid back, the newest last.
    pub refunds: Vec<Refund>,
    /// What was noted, the newest last.
    pub notes: Vec<Note>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it was last written, by what the shop says.
    pub modified: DateTime<Utc>,
    /// When it was first paid; never taken back.
    pub paid: Option<DateTime<Utc>>,
    /// When it was completed.
    pub completed: Option<DateTime<Utc>>,
    /// The id of the line of its tax.
    pub tax_line: u64,
}

impl Order {
    /// Its state as the API has it: the trash is one.
    pub fn shown_status(&self) -> &str {
        if self.trashed { "trash" } else { self.status.as_str() }
    }

    /// The line with an id.
    pub fn line(&self, id: u64) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// The value of the first meta with a key.
    pub fn meta(&self, key: &str) -> Option<&Value> {
        self.meta.iter().find(|meta| meta.key == key).map(|meta| &meta.value)
    }

    pub(crate) fn amount(&self) -> Amount {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// What is not yet paid back.
    pub(crate) fn refundable(&self) -> i64 {
        self.amount().gross() - self.refunds.iter().map(|refund| refund.amount).sum::<i64>()
    }
}
