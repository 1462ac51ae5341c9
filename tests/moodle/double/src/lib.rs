//! A Moodle double: a small HTTP server that answers as recorded Moodles do, with their quirks.
//!
//! Batches are atomic, but for the groups that stay listed; what is left out of an enrolment is erased; past `max_input_vars`
//! the rest of a request is not read; errors come with HTTP 200. It is held against the recordings in `moodle::replay`.

mod answers;
mod calls;
mod courses;
mod enrolments;
mod fault;
mod form;
pub mod pace;
mod release;
mod reports;
mod server;
pub mod site;
mod text;
mod users;

use std::net::SocketAddr;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use axum::Router;
use tokio::task::JoinHandle;

use calls::FUNCTIONS;
use pace::{Pace, Work};
use server::{Shared, lock, serve};
use site::Site;

/// Whether the double offers a function.
pub fn offers(function: &str) -> bool {
    FUNCTIONS.iter().any(|(name, _)| *name == function)
}

/// For how long a request that was given up can be on its way.
pub const LATE: Duration = Duration::from_millis(10);

/// What goes wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The nth request does not arrive.
    Request(usize),
    /// The nth request is done, but its answer is lost.
    Answer(usize),
    /// The connection of the nth request breaks, and the request is done after others that come later, at the latest after
    /// [`LATE`].
    Late(usize),
    /// PHP is ended in the midst of each request that makes accounts: its work is saved, the mails that it would send afterwards never
    /// leave. Before 4.5, mails left first.
    Mails,
    /// The nth request is done, and never answered: whoever waits for that can only be killed.
    Silence(usize),
    /// The nth request is done, but something in between answers in its place.
    Garbled(usize),
    /// The nth request does not arrive, and something in between answers in its place.
    Blocked(usize),
    /// The nth request does not arrive, and a server before Moodle says so.
    BadGateway(usize),
    /// From the nth on, requests are refused by a server before Moodle.
    Forbidden(usize),
    /// Requests with more than so many bytes are refused by a server before Moodle.
    Larger(usize),
}

/// What others do to the site just before the nth request is carried out.
pub type Meanwhile = fn(usize, &mut Site);

/// A request that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The function that it called.
    pub function: String,
    /// How many variables its form had.
    pub variables: usize,
    /// What the site has to do for it.
    pub work: Work,
}

/// The server; it ends with this.
#[derive(Debug)]
pub struct MoodleDouble {
    shared: Arc<Shared>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Drop for MoodleDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl MoodleDouble {
    /// Starts it.
    ///
    /// # Panics
    ///
    /// If this machine has no port for it.
    pub async fn start(site: Site) -> MoodleDouble {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("the port");
        let shared = Arc::new(Shared::new(site));
        let router = Router::new().fallback(serve).with_state(shared.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("the server") });
        MoodleDouble { shared, address, server }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it has, to look at and to change it behind the shop's back.
    pub fn site(&self) -> MutexGuard<'_, Site> {
        lock(&self.shared.site)
    }

    /// From now on, this goes wrong; none: nothing.
    pub fn lose(&self, loss: Option<Loss>) {
        lock(&self.shared.requests).clear();
        *lock(&self.shared.loss) = loss;
    }

    /// From now on, others do this between requests; none: nothing.
    pub fn meanwhile(&self, others: Option<Meanwhile>) {
        lock(&self.shared.requests).clear();
        *lock(&self.shared.meanwhile) = others;
    }

    /// From now on, its work takes time.
    pub fn takes(&self, pace: Pace) {
        *lock(&self.shared.pace) = pace;
    }

    /// From now on, this is what a function answers, whatever it does; none: each answers for itself.
    pub fn answers(&self, instead: Option<(String, Vec<u8>)>) {
        *lock(&self.shared.instead) = instead;
    }

    /// Waits until a request was done that is not answered.
    pub async fn silent(&self) {
        self.shared.silent.notified().await;
    }

    /// How many requests were under way at once, at most.
    pub fn most_at_once(&self) -> usize {
        self.shared.most_at_once.load(SeqCst)
    }

    /// How many people, or rows of reports, were answered since the last time that this was asked.
    pub fn take_rows(&self) -> usize {
        self.shared.rows.swap(0, SeqCst)
    }

    /// The requests since the last time that this was asked.
    pub fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut *lock(&self.shared.requests))
    }
}
