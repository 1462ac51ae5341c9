//! What becomes of an order as a whole.

use serde_json::Value;

use super::{Note, Order, Shop, Status, Storage, next};

/// Whether a change moves the date of change in shops that keep orders as posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Of what stands in the post: status, dates, the buyer's note.
    Post,
    /// Of what stands beside it: lines, address, meta.
    Beside,
}

/// What an order in the trash keeps of its time before.
const TRASH_META: [&str; 2] = ["_wp_trash_meta_status", "_wp_trash_meta_time"];

impl Shop {
    /// The payment provider says that an order is paid.
    ///
    /// # Panics
    ///
    /// If there is no such order; so do all that follow.
    pub fn pay(&mut self, id: u64) {
        let order = self.order_mut(id).clone();
        let status = self.once_paid(&order);
        "psp-test-0001".clone_into(&mut self.order_mut(id).transaction);
        self.set_status(id, status);
        self.fire("woocommerce_payment_complete", id);
    }

    /// The merchant has seen the money.
    pub fn pay_by_hand(&mut self, id: u64) {
        self.set_status(id, Status::Processing);
    }

    /// The merchant completes an order.
    pub fn complete(&mut self, id: u64) {
        self.set_status(id, Status::Completed);
    }

    /// The merchant puts an order on hold.
    pub fn hold(&mut self, id: u64) {
        self.set_status(id, Status::OnHold);
    }

    /// The merchant cancels an order, or the shop one of a classic checkout that was not paid for an hour.
    pub fn cancel(&mut self, id: u64) {
        self.set_status(id, Status::Cancelled);
    }

    /// A payment fails.
    pub fn fail(&mut self, id: u64) {
        self.set_status(id, Status::Failed);
    }

    /// An order gets a state; also the one that it has, which is told, too. When it was first paid stays.
    pub fn set_status(&mut self, id: u64, status: Status) {
        let now = self.now;
        let order = self.order_mut(id);
        let is_new = order.status != status;
        if is_new && status.is_paid() {
            order.paid.get_or_insert(now);
        }
        if is_new && status == Status::Completed {
            order.completed = Some(now);
        }
        order.status = status;
        self.written(id, Kind::Post);
        if is_new {
            self.fire("woocommerce_order_status_changed", id);
        }
    }

    /// The state of an order that was just paid.
    pub(crate) fn once_paid(&self, order: &Order) -> Status {
        let is_sent = |line: &super::Line| self.products.get(&line.product).is_some_and(|product| product.downloadable);
        if !order.lines.is_empty() && order.lines.iter().all(is_sent) { Status::Completed } else { Status::Processing }
    }

    /// The buyer's address is corrected.
    pub fn correct_email(&mut self, id: u64, email: &str) {
        email.clone_into(&mut self.order_mut(id).billing.email);
        self.written(id, Kind::Beside);
    }

    /// What the buyer wrote at the checkout is changed.
    pub fn write_customer_note(&mut self, id: u64, note: &str) {
        note.clone_into(&mut self.order_mut(id).note);
        self.written(id, Kind::Post);
    }

    /// Somebody writes meta on an order, in the place of what has the same key.
    pub fn write_meta(&mut self, id: u64, key: &str, value: Value) {
        self.put_meta(id, key, value);
        self.written(id, Kind::Beside);
    }

    /// The same, before the order is written.
    pub(crate) fn put_meta(&mut self, id: u64, key: &str, value: Value) {
        match self.order_mut(id).meta.iter_mut().find(|meta| meta.key == key) {
            Some(meta) => meta.value = value,
            None => {
                let meta = self.new_meta(key, value);
                self.order_mut(id).meta.push(meta);
            }
        }
    }

    /// Something is noted at an order, and mailed to the buyer or not. Nothing of this is delivered. Gives its id.
    pub fn add_note(&mut self, id: u64, text: &str, to_customer: bool) -> u64 {
        let note = Note { id: next(&mut self.next_note), text: text.to_owned(), to_customer, created: self.now };
        let number = note.id;
        self.order_mut(id).notes.push(note);
        number
    }

    /// The merchant moves an order to the trash: the order keeps in its meta which state it had, and since when.
    pub fn trash(&mut self, id: u64) {
        let status = format!("wc-{}", self.order_mut(id).status);
        let now = self.now.timestamp().to_string();
        self.put_meta(id, TRASH_META[0], status.into());
        self.put_meta(id, TRASH_META[1], now.into());
        self.order_mut(id).trashed = true;
        self.touch(id, Kind::Post);
        self.fire("woocommerce_trash_order", id);
    }

    /// The merchant takes an order out of the trash: it has the state that it had.
    pub fn restore(&mut self, id: u64) {
        let order = self.order_mut(id);
        order.meta.retain(|meta| !TRASH_META.contains(&meta.key.as_str()));
        order.trashed = false;
        self.touch(id, Kind::Post);
        self.fire("woocommerce_untrash_order", id);
        self.fire("woocommerce_order_status_changed", id);
    }

    /// The merchant deletes an order for good. Nobody is told.
    pub fn delete(&mut self, id: u64) {
        self.orders.remove(&id);
    }

    /// An order is written, which is told.
    pub(crate) fn written(&mut self, id: u64, kind: Kind) {
        self.touch(id, kind);
        self.fire("woocommerce_update_order", id);
    }

    fn touch(&mut self, id: u64, kind: Kind) {
        if self.storage == Storage::Hpos || kind == Kind::Post {
            let now = self.now;
            self.order_mut(id).modified = now;
        }
    }
}
