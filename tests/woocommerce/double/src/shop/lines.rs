//! What becomes of the lines of an order.

use serde_json::Value;

use super::life::Kind;
use super::{Line, Meta, Shop};
use crate::money::{Amount, read, shown};

impl Shop {
    /// The merchant changes how many of a line there are; what it costs then is typed with two digits.
    ///
    /// # Panics
    ///
    /// If there is no such order or line; so do all that follow.
    pub fn change_quantity(&mut self, id: u64, line: u64, quantity: i64) {
        let product = self.line_mut(id, line).product;
        let cents = self.products.get(&product).map_or(0, |product| product.cents);
        self.put_quantity(id, line, quantity, read(&shown(Amount::of_price(cents * quantity).net)));
        self.written(id, Kind::Beside);
    }

    /// The merchant adds a line; gives its id.
    pub fn add_line(&mut self, id: u64, sku: &str, quantity: i64) -> u64 {
        let product = self.product(sku).unwrap_or_else(|| panic!("no product {sku} in the shop")).id;
        let line = self.put_line(id, product, quantity, &[]);
        self.written(id, Kind::Beside);
        line
    }

    /// The merchant removes a line.
    pub fn remove_line(&mut self, id: u64, line: u64) {
        self.put_quantity(id, line, 0, None);
        self.written(id, Kind::Beside);
    }

    /// A plugin writes meta on a line without writing the order: no date moves, and nobody is told.
    pub fn write_line_meta(&mut self, id: u64, line: u64, key: &str, value: Value) {
        let meta = self.new_meta(key, value);
        let line = self.line_mut(id, line);
        match line.meta.iter_mut().find(|there| there.key == key) {
            Some(there) => there.value = meta.value,
            None => line.meta.push(meta),
        }
    }

    /// A line with another quantity, or without any: then it goes. What it costs was said, or follows from the price.
    pub(crate) fn put_quantity(&mut self, id: u64, line: u64, quantity: i64, net: Option<i64>) {
        if quantity == 0 {
            return self.order_mut(id).lines.retain(|there| there.id != line);
        }
        let product = self.line_mut(id, line).product;
        let cents = self.products.get(&product).map_or(0, |product| product.cents);
        let line = self.line_mut(id, line);
        line.quantity = quantity;
        line.amount = net.map_or_else(|| Amount::of_price(cents * quantity), Amount::of_net);
    }

    /// One line more, before the order is written.
    pub(crate) fn put_line(&mut self, id: u64, product: u64, quantity: i64, meta: &[(String, Value)]) -> u64 {
        let line = self.new_line(product, quantity, meta);
        let number = line.id;
        self.order_mut(id).lines.push(line);
        number
    }

    pub(crate) fn line_mut(&mut self, id: u64, line: u64) -> &mut Line {
        let lines = &mut self.order_mut(id).lines;
        lines.iter_mut().find(|there| there.id == line).unwrap_or_else(|| panic!("no line {line} in order {id}"))
    }

    /// How a key is shown: the attribute of a variation has a label.
    pub(crate) fn shown_key<'a>(&'a self, line: &Line, meta: &'a Meta) -> &'a str {
        let variation = self.products.get(&line.product).and_then(|product| product.variation.as_ref());
        variation.filter(|variation| variation.key == meta.key).map_or(&meta.key, |variation| &variation.label)
    }
}
