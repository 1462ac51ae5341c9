//! Money paid back. It changes no line of the order, and not its total.

use super::life::Kind;
use super::{Refund, RefundedLine, Shop, Status, next};
use crate::money::{Amount, is_seen, of_cents};

impl Shop {
    /// Some seats of a line are paid back; gives the refund's id.
    ///
    /// # Panics
    ///
    /// If there is no such order or line.
    pub fn refund_seats(&mut self, id: u64, line: u64, seats: i64, reason: &str) -> u64 {
        let of = self.line_mut(id, line).clone();
        let part = |whole: i64| whole * seats / of.quantity.max(1);
        let amount = Amount { net: part(of.amount.net), tax: part(of.amount.tax) };
        self.refund(id, amount.gross(), reason, &[(line, seats, amount)])
    }

    /// An amount is paid back, in cents, and nobody says for what; gives the refund's id.
    ///
    /// # Panics
    ///
    /// If there is no such order.
    pub fn refund_amount(&mut self, id: u64, cents: i64, reason: &str) -> u64 {
        self.refund(id, of_cents(cents), reason, &[])
    }

    /// The merchant deletes a refund. Nobody is told, and no date moves.
    ///
    /// # Panics
    ///
    /// If there is no such order.
    pub fn delete_refund(&mut self, id: u64, refund: u64) {
        self.order_mut(id).refunds.retain(|there| there.id != refund);
    }

    /// An amount is paid back, for some seats of some lines. If nothing is left then, the order is refunded.
    pub(crate) fn refund(&mut self, id: u64, amount: i64, reason: &str, lines: &[(u64, i64, Amount)]) -> u64 {
        let refund = next(&mut self.next_id);
        let line = |&(line, quantity, amount): &(u64, i64, Amount)| RefundedLine {
            id: next(&mut self.next_line),
            line,
            quantity,
            amount,
            meta: next(&mut self.next_meta),
        };
        let lines = lines.iter().map(line).collect();
        let is_last = !is_seen(self.order_mut(id).refundable() - amount);
        let made = Refund {
            id: refund,
            reason: reason.to_owned(),
            created: self.now,
            lines,
            is_last,
            amount,
            meta: next(&mut self.next_meta),
            tax_line: next(&mut self.next_line),
        };
        self.order_mut(id).refunds.push(made);
        match is_last {
            true => self.set_status(id, Status::Refunded),
            false => self.written(id, Kind::Post),
        }
        self.fire("woocommerce_order_refunded", id);
        refund
    }
}
