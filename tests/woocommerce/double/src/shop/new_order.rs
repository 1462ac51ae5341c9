//! What somebody orders.

use serde_json::Value;

use super::{Billing, Payment, Via};

/// A product, how many of it, and what was typed with it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NewLine {
    pub(crate) sku: String,
    pub(crate) quantity: i64,
    pub(crate) meta: Vec<(String, Value)>,
}

/// What somebody orders: by card at a checkout of blocks, if nothing else is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewOrder {
    pub(crate) via: Via,
    pub(crate) payment: Payment,
    pub(crate) customer: u64,
    pub(crate) billing: Billing,
    pub(crate) note: String,
    pub(crate) paid: bool,
    pub(crate) lines: Vec<NewLine>,
}

impl NewOrder {
    /// Somebody without an account.
    pub fn by(first_name: &str, last_name: &str, email: &str) -> NewOrder {
        let billing = Billing {
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            email: email.to_owned(),
            address_1: "1 rue Exemple".to_owned(),
            city: "Paris".to_owned(),
            postcode: "75001".to_owned(),
            country: "FR".to_owned(),
            phone: "+33 1 00 00 00 00".to_owned(),
            ..Billing::default()
        };
        NewOrder { billing, ..NewOrder::default() }
    }

    /// So many of a product.
    pub fn line(self, sku: &str, quantity: i64) -> NewOrder {
        self.line_with(sku, quantity, &[])
    }

    /// So many of a product, with what was typed on its page: the labels of the fields, and the values.
    pub fn line_with(mut self, sku: &str, quantity: i64, fields: &[(&str, &str)]) -> NewOrder {
        let meta = fields.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value)));
        self.lines.push(NewLine { sku: sku.to_owned(), quantity, meta: meta.collect() });
        self
    }

    /// More meta of the last line, which can be anything: some plugins keep all fields in one.
    pub fn with(mut self, key: &str, value: Value) -> NewOrder {
        if let Some(line) = self.lines.last_mut() {
            line.meta.push((key.to_owned(), value));
        }
        self
    }

    /// The buyer's company.
    pub fn company(mut self, name: &str) -> NewOrder {
        name.clone_into(&mut self.billing.company);
        self
    }

    /// What the buyer writes at the checkout.
    pub fn note(mut self, text: &str) -> NewOrder {
        text.clone_into(&mut self.note);
        self
    }

    /// The buyer has an account.
    pub fn customer(self, customer: u64) -> NewOrder {
        NewOrder { customer, ..self }
    }

    /// Paid by bank transfer.
    pub fn by_transfer(self) -> NewOrder {
        NewOrder { payment: Payment::Transfer, ..self }
    }

    /// At a classic checkout, by the API, or in the admin pages.
    pub fn via(self, via: Via) -> NewOrder {
        NewOrder { via, ..self }
    }

    /// Paid when it is made, by the API.
    pub fn paid(self) -> NewOrder {
        NewOrder { paid: true, ..self }
    }
}
