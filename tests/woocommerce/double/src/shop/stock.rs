//! What the shop sells, and what becomes of it.

use super::{Product, Shop, Variation, next};

impl Shop {
    /// The recorded products.
    pub(crate) fn stock_as_recorded(&mut self) {
        let course = "SPOC d'appropriation de MOODLE sur 5 semaines : Session de formation";
        self.add_product("SPOCM1", course, 1000);
        let variable = format!("{course} (variable)");
        let parent = self.add_product("SPOCM2", &variable, 0);
        for (sku, cents, value) in [("SPOCM2-L", 1000, "Learner"), ("SPOCM2-T", 2500, "Tutor")] {
            let id = self.add_product(sku, &format!("{variable} - {value}"), cents);
            let variation =
                Variation { parent, key: "seat".to_owned(), label: "Seat".to_owned(), value: value.to_owned() };
            self.products.entry(id).and_modify(|product| product.variation = Some(variation));
        }
        self.add_product("BOOK1", "Livre papier (not a training)", 800);
    }

    /// There is a new product, with a price in cents; gives its id.
    pub fn add_product(&mut self, sku: &str, name: &str, cents: i64) -> u64 {
        let id = next(&mut self.next_id);
        let product =
            Product { id, name: name.to_owned(), sku: sku.to_owned(), cents, modified: self.now, ..Product::default() };
        self.products.insert(id, product);
        id
    }

    /// The merchant gives a product another SKU: that of all orders that have it changes, too, and none of them says so.
    ///
    /// # Panics
    ///
    /// If there is no such product.
    pub fn change_sku(&mut self, product: u64, sku: &str) {
        let now = self.now;
        let changed = self.products.get_mut(&product).expect("a product of the shop");
        changed.sku = sku.to_owned();
        changed.modified = now;
        self.fire("woocommerce_update_product", product);
    }

    /// The merchant deletes a product for good: lines of orders keep its name only, and nothing is delivered.
    pub fn delete_product(&mut self, product: u64) {
        self.products.remove(&product);
    }
}
