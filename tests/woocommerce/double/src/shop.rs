//! What the shop has, and what happens in it.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

mod checkout;
mod life;
mod lines;
mod new_order;
mod order;
mod product;
mod refunds;
mod stock;
mod webhook;

pub(crate) use life::Kind;
pub use new_order::NewOrder;
pub(crate) use order::STATUSES;
pub use order::{Billing, Line, Meta, Note, Order, Payment, Refund, RefundedLine, Status, Via};
pub use product::{Product, Variation};
pub(crate) use webhook::hooks;
pub use webhook::{Webhook, WebhookStatus};

/// The consumer key of a new shop, which may read and write.
pub const CONSUMER_KEY: &str = "ck_0000000000000000000000000000000000000rw1";

/// Its secret.
pub const CONSUMER_SECRET: &str = "cs_0000000000000000000000000000000000000rw1";

/// What a key may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// GET.
    Read,
    /// All but GET.
    Write,
    /// All.
    ReadWrite,
}

/// A key of the REST API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The consumer key.
    pub key: String,
    /// The consumer secret.
    pub secret: String,
    /// What it may.
    pub may: Permission,
}

/// Where the shop keeps its orders: a date of change moves with some changes in one, and not in the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    /// Tables of their own, as new shops have them.
    #[default]
    Hpos,
    /// As posts, as shops had them before: lines, the buyer's address and meta change, and the date does not.
    Cpt,
}

/// A delivery that waits for the queue to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) webhook: u64,
    pub(crate) about: u64,
}

/// All that there is.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Its address, with which deliveries and links begin.
    pub home: String,
    /// Its time.
    pub now: DateTime<Utc>,
    /// By how many seconds its time zone is ahead of UTC.
    pub offset: i32,
    /// Where it keeps orders.
    pub storage: Storage,
    /// By id.
    pub orders: BTreeMap<u64, Order>,
    /// By id.
    pub products: BTreeMap<u64, Product>,
    /// By id.
    pub webhooks: BTreeMap<u64, Webhook>,
    /// The keys that it knows.
    pub keys: Vec<Key>,
    /// For how long it waits for the answer to a delivery. A real one waits for 60 seconds.
    pub patience: Duration,
    /// The id of the next order, refund or product.
    pub next_id: u64,
    /// The id of the next line.
    pub next_line: u64,
    /// The id of the next meta.
    pub next_meta: u64,
    /// The id of the next note.
    pub next_note: u64,
    /// The id of the next webhook.
    pub next_webhook: u64,
    pub(crate) queue: VecDeque<Job>,
}

impl Default for Shop {
    fn default() -> Shop {
        Shop::new()
    }
}

impl Shop {
    /// A shop with the recorded products (SPOCM1, SPOCM2-L, SPOCM2-T, BOOK1), one key, no order and no webhook.
    pub fn new() -> Shop {
        let key = |key: &str, secret: &str, may| Key { key: key.to_owned(), secret: secret.to_owned(), may };
        let mut shop = Shop {
            home: "https://shop.example.org".to_owned(),
            now: DateTime::from_timestamp(1_795_667_736, 0).unwrap_or_default(),
            offset: 3600,
            storage: Storage::default(),
            orders: BTreeMap::new(),
            products: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            keys: vec![key(CONSUMER_KEY, CONSUMER_SECRET, Permission::ReadWrite)],
            patience: Duration::from_secs(60),
            next_id: 10,
            next_line: 1,
            next_meta: 1,
            next_note: 1,
            next_webhook: 1,
            queue: VecDeque::new(),
        };
        shop.stock_as_recorded();
        shop
    }

    /// Time passes.
    pub fn pass(&mut self, seconds: i64) {
        self.now += TimeDelta::seconds(seconds);
    }

    /// The product or variation with this SKU.
    pub fn product(&self, sku: &str) -> Option<&Product> {
        self.products.values().find(|product| product.sku == sku)
    }

    /// A webhook is there, whose address has answered the ping; gives its id.
    pub fn add_webhook(&mut self, topic: &str, delivery_url: &str, secret: &str) -> u64 {
        let id = next(&mut self.next_webhook);
        let webhook = Webhook {
            id,
            name: topic.to_owned(),
            topic: topic.to_owned(),
            delivery_url: delivery_url.to_owned(),
            secret: secret.to_owned(),
            status: WebhookStatus::Active,
            failures: 0,
            ping_pending: false,
            created: self.now,
            modified: None,
            deaf: false,
        };
        self.webhooks.insert(id, webhook);
        id
    }

    /// Somebody sets the status of a webhook. One that is paused and then active again fires, whatever it was before.
    ///
    /// # Panics
    ///
    /// If there is no such webhook.
    pub fn set_webhook_status(&mut self, id: u64, status: WebhookStatus) {
        let now = self.now;
        let webhook = self.webhooks.get_mut(&id).expect("a webhook of the shop");
        webhook.deaf &= webhook.status == status || status != WebhookStatus::Active;
        webhook.status = status;
        webhook.modified = Some(now);
    }

    /// Something happens, which is queued for the webhooks that listen to it, if it does not wait already.
    pub(crate) fn fire(&mut self, hook: &str, about: u64) {
        let listening = self.webhooks.values().filter(|webhook| webhook.fires() && webhook.hooks().contains(&hook));
        for job in listening.map(|webhook| Job { webhook: webhook.id, about }) {
            if !self.queue.contains(&job) {
                self.queue.push_back(job);
            }
        }
    }

    /// An order that is there.
    pub(crate) fn order_mut(&mut self, id: u64) -> &mut Order {
        self.orders.get_mut(&id).unwrap_or_else(|| panic!("no order {id} in the shop"))
    }

    pub(crate) fn new_meta(&mut self, key: &str, value: serde_json::Value) -> Meta {
        Meta { id: next(&mut self.next_meta), key: key.to_owned(), value }
    }
}

/// The id that comes next.
pub(crate) fn next(id: &mut u64) -> u64 {
    *id += 1;
    *id - 1
}
