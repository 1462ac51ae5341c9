//! A WooCommerce double: a small HTTP server that answers, and delivers webhooks, as a recorded WooCommerce 10.5.2 does.
//!
//! A test lets things happen in the [`Shop`] as people do them: an order is placed, paid, refunded, trashed. Each queues the
//! deliveries that it gave in a real shop, which leave when the test says so. The quirks are kept: several events before the
//! queue runs give one delivery with the newest state, a deleted refund tells nobody, the date of change has seconds only, and
//! nothing is ever sent again. `tests/recordings` holds it against what was recorded.

mod bodies;
mod deliveries;
mod json;
mod money;
mod post;
mod refusal;
mod rest;
mod server;
pub mod shop;

use std::net::SocketAddr;
use std::sync::{Arc, MutexGuard};

use axum::Router;
use tokio::task::JoinHandle;

pub use deliveries::{Delivered, Delivery, signature};
use post::post;
use server::{Shared, deliver, lock, serve};
use shop::Shop;

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not done, and answered with this status: 401 as the shop refuses a key, others as a server before the shop does.
    Status(u16),
    /// It is not done, and a page of HTML is answered in its place, with 200.
    Page,
    /// It is not done, and the connection breaks.
    Lost,
    /// It is done, and the connection breaks before the answer.
    AnswerLost,
    /// It is done, and never answered.
    Silence,
}

/// Which requests go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// All, from now on.
    Always,
    /// The nth from now on; the next one is the first.
    Nth(usize),
    /// The nth and all that follow.
    From(usize),
}

/// A request that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Like `GET`.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// What follows the question mark, as it was sent.
    pub query: String,
    /// What was sent.
    pub body: Vec<u8>,
}

/// The server; it ends with this.
#[derive(Debug)]
pub struct WooDouble {
    shared: Arc<Shared>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Drop for WooDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl WooDouble {
    /// Starts it.
    ///
    /// # Panics
    ///
    /// If this machine has no port for it.
    pub async fn start(shop: Shop) -> WooDouble {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("the port");
        let shared = Arc::new(Shared::new(shop));
        let router = Router::new().fallback(serve).with_state(shared.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("the server") });
        WooDouble { shared, address, server }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it has, to look at and to change it behind the host's back.
    pub fn shop(&self) -> MutexGuard<'_, Shop> {
        lock(&self.shared.shop)
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.shared.requests).clone()
    }

    /// From now on, this goes wrong, and nothing else.
    pub fn fail(&self, when: When, fault: Fault) {
        *lock(&self.shared.fault) = Some((when, fault, 0));
    }

    /// From now on, nothing goes wrong.
    pub fn mend(&self) {
        *lock(&self.shared.fault) = None;
    }

    /// The queue runs once: what waits when it begins is sent, one after the other, and each body is made just before. What
    /// happens meanwhile waits for the next run.
    pub async fn deliver(&self) -> Vec<Delivered> {
        deliver(&self.shared).await
    }

    /// Sends a delivery, however old it is, and tells what was answered, if anything was. The shop takes no notice.
    pub async fn send(&self, delivery: &Delivery) -> Option<u16> {
        let patience = self.shop().patience;
        post(delivery, patience).await
    }

    /// What waits, as it would be sent now. It is taken out of the queue and not sent, so that a test can send it when, and as
    /// often as, it likes.
    pub fn queued(&self) -> Vec<Delivery> {
        let mut shop = self.shop();
        std::iter::from_fn(|| shop.next_delivery()).collect()
    }
}
