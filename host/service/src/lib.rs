//! The host's service: an HTTP API for shops, and the worker that goes on with what waits.
//!
//! What is said of an order is written down before it is answered, and done by nobody's request: a client that goes away changes
//! nothing. Whoever asks shows a [token](shop_host::Tokens), and sees and names the orders of its shop and no others.
//!
//! | | |
//! | --- | --- |
//! | `connections` | how many there are at once, and how long one may take to say what it wants |
//! | `access` | who asks, and what is permitted |
//! | `problem` | what is answered when something is not done (RFC 9457) |
//! | `asked` | what is asked for, by somebody who may, up to the body |
//! | `conditions` | on which condition: `ETag` and `If-Match` |
//! | `body` | what stands in a body |
//! | `message` | what is said of an order, by somebody who may |
//! | `answers` | what is answered of what came of it |
//! | `changes` | what is changed, in tasks of their own |
//! | `orders` | `/v1/orders`: what is said of orders, and what is recorded |
//! | `amendments` | the routes below `/v1/orders/{id}` |
//! | `seats` | the routes below `/v1/seats` |
//! | `events` | `/v1/events`: what happens to orders, as it happens |
//! | `connected` | `/connections/{name}`: what web shops send, and whoever works for them |
//! | `health` | `/health` and `/ready` |
//! | `worker` | goes on with what waits |

mod access;
mod amendments;
mod answers;
mod asked;
mod body;
mod changes;
mod conditions;
mod connected;
mod connections;
mod events;
mod health;
mod message;
mod orders;
mod problem;
mod seats;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use shop_connections::Connection;
use shop_host::Host;
use shop_host::host::AT_ONCE;
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::task::TaskTracker;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

use connected::Connected;

/// An order of 10,000 seats has some 3 MB.
const MOST_BYTES: usize = 16 << 20;

/// A person with all that a handler can ask for, in texts of some length.
const MOST_BYTES_OF_CHANGE: usize = 256 << 10;

/// A client that sends nothing of a body for so long has gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whatever it sends, and however it is answered: it has gone after so long.
const LONGEST: Duration = Duration::from_secs(180);

/// Once the service ends, what was asked is answered in this time, and what was being done is left.
const GRACE: Duration = Duration::from_secs(20);

/// So many follow the events at once; each looks at the journal twice a second.
const FOLLOWERS: usize = 64;

/// What all requests have in common.
#[derive(Clone)]
pub(crate) struct Service {
    host: Arc<Host>,
    /// The web shops that sell for it.
    connected: Arc<[Connected]>,
    /// Orders that are worked at because somebody has just said something of them. What finds no place here is the worker's.
    at_work: Arc<Semaphore>,
    /// Previews are made in these places: what was accepted does not wait behind many of them.
    previews: Arc<Semaphore>,
    /// Who follows the events.
    followers: Arc<Semaphore>,
    /// Whether the use of a token is being noted.
    noting: Arc<Semaphore>,
    /// Something was heard of an order that nobody here works at: it is the worker's.
    heard: Arc<Notify>,
    /// What is done beside the requests that asked for it.
    tasks: TaskTracker,
    /// Whether the service is to end.
    ends: watch::Receiver<bool>,
}

/// Serves, and works for the web shops that are connected, until told to stop: then what was asked is answered, and what the host is at is
/// given back.
pub async fn serve(host: Host, connections: Vec<Connection>, listener: TcpListener, stop: impl Future<Output = ()>) {
    let (end, ends) = watch::channel(false);
    let places = |number| Arc::new(Semaphore::new(number));
    let service = Service {
        host: Arc::new(host),
        connected: Connected::all(connections),
        at_work: places(AT_ONCE),
        previews: places(AT_ONCE),
        followers: places(FOLLOWERS),
        noting: places(1),
        heard: Arc::new(Notify::new()),
        tasks: TaskTracker::new(),
        ends,
    };
    let worker = worker::start(service.clone());
    connected::start(&service);
    let served = tokio::spawn(connections::serve(listener, routes(service.clone()), service.ends.clone()));
    stop.await;
    _ = end.send(true);
    // Whoever has not had an answer by then takes none.
    if tokio::time::timeout(GRACE, served).await.is_err() {
        tracing::warn!("some requests were not answered in time");
    }
    service.tasks.close();
    let left = tokio::time::timeout(GRACE, async {
        _ = worker.await;
        service.tasks.wait().await;
        service.host.leave().await
    });
    match left.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "what was worked at could not be given back"),
        Err(_) => tracing::warn!("what was worked at was not given back in time: others go on with it in a minute"),
    }
}

fn routes(service: Service) -> Router {
    let orders = Router::new()
        .route("/v1/orders", get(orders::list))
        .route("/v1/orders/{id}", put(orders::hand_over).get(orders::show))
        .route("/v1/orders/{id}/preview", post(orders::preview))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(RequestBodyTimeoutLayer::new(PATIENCE))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST));
    let connected = Router::new()
        .route("/connections/{name}", post(connected::deliver))
        .layer(DefaultBodyLimit::max(connected::MOST_BYTES))
        .layer(RequestBodyTimeoutLayer::new(PATIENCE))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE));
    let changes = Router::new()
        .route("/v1/orders/{id}/suspend", post(amendments::suspend))
        .route("/v1/orders/{id}/resume", post(amendments::resume))
        .route("/v1/orders/{id}/cancel", post(amendments::cancel))
        .route("/v1/orders/{id}/hand-over", post(amendments::hand_over))
        .route("/v1/orders/{id}/retry", post(amendments::retry))
        .route("/v1/orders/{id}/verify", post(amendments::verify))
        .route("/v1/orders/{id}/repair", post(amendments::repair))
        .route("/v1/orders/{id}/upgrade", post(amendments::upgrade))
        .route("/v1/seats/{seat}/occupant", put(seats::occupy).delete(seats::release))
        .route("/v1/seats/{seat}/until", put(seats::extend))
        .layer(DefaultBodyLimit::max(MOST_BYTES_OF_CHANGE))
        .layer(RequestBodyTimeoutLayer::new(PATIENCE))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST));
    Router::new()
        .merge(orders)
        .merge(changes)
        .merge(connected)
        .route("/v1/events", get(events::follow))
        .route("/health", get(health::is_alive))
        .route("/ready", get(health::is_ready))
        .fallback(problem::no_such_route)
        .method_not_allowed_fallback(problem::no_such_method)
        .with_state(service)
}
