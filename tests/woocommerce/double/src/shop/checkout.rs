//! How orders come to be.

use serde_json::Value;

use super::{Billing, Line, NewOrder, Order, Payment, Shop, Status, Via, next};
use crate::money::{Amount, is_seen};

impl Shop {
    /// A buyer opens the checkout page: the shop keeps a draft, of which it delivers an update. Gives its id.
    ///
    /// # Panics
    ///
    /// If there is no such product.
    pub fn open_checkout(&mut self, new: &NewOrder) -> u64 {
        let mut order = self.made(new);
        let country = std::mem::take(&mut order.billing).country;
        order.billing = Billing { country, ..Billing::default() };
        order.note.clear();
        order.payment = Payment::Transfer;
        order.status = Status::CheckoutDraft;
        let id = order.id;
        self.orders.insert(id, order);
        self.fire("woocommerce_update_order", id);
        id
    }

    /// Somebody places an order; gives its id. One by card is pending, one by transfer is on hold, and one that costs nothing is
    /// paid at once.
    ///
    /// # Panics
    ///
    /// If there is no such product.
    pub fn place(&mut self, new: &NewOrder) -> u64 {
        self.place_with(new, |_, _| ())
    }

    /// The same, with something that is done to the order before it is placed; gives its id.
    pub(crate) fn place_with(&mut self, new: &NewOrder, before: impl FnOnce(&mut Shop, u64)) -> u64 {
        let order = self.made(new);
        let id = order.id;
        self.orders.insert(id, order);
        before(self, id);
        let order = self.order_mut(id).clone();
        self.placed(order, new.paid)
    }

    /// The buyer who opened the checkout page places the order.
    ///
    /// # Panics
    ///
    /// If there is no such draft.
    pub fn place_opened(&mut self, draft: u64, new: &NewOrder) {
        let opened = self.orders.remove(&draft).expect("a draft of the shop");
        let (billing, note) = (new.billing.clone(), new.note.clone());
        let order = Order { billing, note, payment: new.payment, ..opened };
        self.placed(order, false);
    }

    fn made(&mut self, new: &NewOrder) -> Order {
        let id = next(&mut self.next_id);
        // A draft has its tax before its lines.
        let tax_line = if new.via == Via::Blocks { next(&mut self.next_line) } else { 0 };
        let mut order = Order {
            id,
            key: format!("wc_order_{:013x}", id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 12),
            via: new.via,
            payment: new.payment,
            customer: new.customer,
            billing: new.billing.clone(),
            note: new.note.clone(),
            created: self.now,
            modified: self.now,
            tax_line,
            ..Order::default()
        };
        for line in &new.lines {
            let product = self.product(&line.sku).unwrap_or_else(|| panic!("no product {} in the shop", line.sku)).id;
            order.lines.push(self.new_line(product, line.quantity, &line.meta));
        }
        order
    }

    /// A line with a product that is there.
    pub(crate) fn new_line(&mut self, product: u64, quantity: i64, meta: &[(String, Value)]) -> Line {
        let of = self.products.get(&product).cloned().unwrap_or_default();
        let attribute = of.variation.map(|variation| (variation.key, Value::from(variation.value)));
        let meta = attribute.iter().chain(meta).map(|(key, value)| self.new_meta(key, value.clone())).collect();
        let id = next(&mut self.next_line);
        Line { id, name: of.name, product, quantity, meta, amount: Amount::of_price(of.cents * quantity) }
    }

    fn placed(&mut self, mut order: Order, paid: bool) -> u64 {
        let (id, via) = (order.id, order.via);
        let is_free = via.is_buyer() && !is_seen(order.amount().gross());
        let is_paid = is_free || paid;
        order.modified = self.now;
        if order.tax_line == 0 {
            order.tax_line = next(&mut self.next_line);
        }
        if is_free {
            order.payment = Payment::Unknown;
        }
        order.status = match order.payment {
            _ if is_paid => self.once_paid(&order),
            Payment::Transfer if via.is_buyer() => Status::OnHold,
            _ => Status::Pending,
        };
        order.paid = is_paid.then_some(self.now);
        order.completed = (order.status == Status::Completed).then_some(self.now);
        let is_pending = order.status == Status::Pending;
        self.orders.insert(id, order);
        let first = match via {
            Via::Blocks | Via::Admin => ["woocommerce_update_order", "woocommerce_new_order"],
            Via::Classic | Via::Api => ["woocommerce_new_order", "woocommerce_update_order"],
        };
        first.into_iter().for_each(|hook| self.fire(hook, id));
        // A checkout of blocks makes a draft first, which then changes to what it is.
        if via == Via::Blocks || !is_pending {
            self.fire("woocommerce_order_status_changed", id);
        }
        if is_paid {
            self.fire("woocommerce_payment_complete", id);
        }
        id
    }
}
