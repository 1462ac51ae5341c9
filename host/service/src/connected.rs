//! Web shops that are connected: what they send is written down and answered at once; it is read and told later.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use futures_util::FutureExt;
use shop_connections::shop::Delivery;
use shop_connections::{Connection, Looker, Round, read_hints};
use shop_core::words::text;
use tokio::sync::Notify;

use crate::Service;
use crate::problem::Problem;

/// No order of a web shop has more bytes, with all that extensions put in it.
pub(crate) const MOST_BYTES: usize = 4 << 20;

/// What other hosts were sent is looked for so often.
const LOOK: Duration = Duration::from_secs(1);

/// After something failed that has nothing to do with one order.
const PAUSE: Duration = Duration::from_secs(10);

/// A web shop that is away is asked for its orders so often at least.
const LONGEST: Duration = Duration::from_secs(60);

/// A web shop that is connected, and what wakes whoever works for it.
pub(crate) struct Connected {
    connection: Connection,
    sent: Notify,
    missed: Notify,
}

/// Something that a web shop has sent. Nothing but what is written down is answered with 200: a web shop sends once, and what it does
/// not get told of is found by looking.
pub(crate) async fn deliver(
    State(service): State<Service>,
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    let name = name.map(|Path(name)| name).unwrap_or_default();
    let connected = service.connected.iter().find(|it| it.connection.name.as_str() == name);
    let connected = connected.ok_or_else(Problem::no_connection)?;
    let body = body.map_err(|rejected| match rejected.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(MOST_BYTES),
        status => Problem::new(status, "delivery-malformed", "the body broke off"),
    })?;
    let name = connected.connection.name.as_str();
    match connected.connection.shop.delivery(&headers, &body) {
        Ok(Delivery::Order(key)) => {
            service.host.purchases().hint(name, &[key]).await?;
            connected.sent.notify_one();
        }
        Ok(Delivery::Ping) => {}
        Ok(Delivery::Failed(code)) => {
            tracing::error!(connection = name, code, "the web shop cannot tell of which order it speaks");
            connected.missed.notify_one();
        }
        Err(unverified) => {
            tracing::warn!(connection = name, "a delivery was refused: {unverified}");
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "delivery-unverified", unverified.to_string()));
        }
    }
    Ok(StatusCode::OK)
}

impl Connected {
    pub(crate) fn all(connections: Vec<Connection>) -> Arc<[Connected]> {
        let connected = |connection| Connected { connection, sent: Notify::new(), missed: Notify::new() };
        connections.into_iter().map(connected).collect()
    }

    /// Reads what was hinted at, until the service ends: then what is being read is told first.
    async fn read(&self, service: &Service) {
        let (mut ends, mut away) = (service.ends.clone(), 0);
        while !*ends.borrow() {
            let read = AssertUnwindSafe(read_hints(&service.host, &self.connection)).catch_unwind().await;
            if matches!(read, Ok(Ok(Round { orders: 1.., .. }))) {
                service.heard.notify_one();
            }
            away = if matches!(read, Ok(Ok(Round { is_away: true, .. }))) { away + 1 } else { 0 };
            let pause = match read {
                Ok(Ok(Round { orders: 0, .. })) => LOOK,
                Ok(Ok(Round { is_away: false, .. })) => continue,
                Ok(Ok(Round { is_away: true, .. })) => growing(away, LONGEST),
                Ok(Err(error)) => self.failed(&error.to_string()),
                Err(_) => self.failed("this program failed"),
            };
            let wakes = async {
                match away {
                    0 => self.sent.notified().await,
                    // It is left in peace, whatever it sends.
                    _ => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = tokio::time::timeout(pause, wakes) => {}
                _ = ends.wait_for(|ends| *ends) => {}
            }
        }
    }

    /// Looks for what was never sent, and sees to it that the shop goes on sending, until it is dropped.
    async fn look(&self, service: &Service) {
        let (mut looker, mut told, mut failures) = (Looker::default(), None, 0);
        loop {
            let began = Instant::now();
            let looked = AssertUnwindSafe(looker.look(&service.host, &self.connection)).catch_unwind().await;
            let failed = match looked {
                Ok(looked) => looked.err().map(|error| error.to_string()),
                Err(_) => Some("this program failed".to_owned()),
            };
            // What is still as it was is not told again.
            if let Some(why) = failed.as_ref().filter(|_| failed != told) {
                self.failed(why);
            }
            failures = if failed.is_some() { failures + 1 } else { 0 };
            told = failed;
            if failures == 0 {
                self.tend().await;
            }
            let look = self.connection.look;
            let pause = if failures > 0 { growing(failures, look) } else { look };
            let pause = pause.saturating_sub(began.elapsed()).max(LOOK.min(look));
            _ = tokio::time::timeout(pause, self.missed.notified()).await;
        }
    }

    async fn tend(&self) {
        let connection = self.connection.name.as_str();
        match self.connection.shop.tend().await {
            Ok(told) => told.iter().for_each(|told| tracing::warn!(connection, "{told}")),
            Err(error) => tracing::warn!(connection, %error, "whether the web shop goes on sending cannot be seen"),
        }
    }

    fn failed(&self, why: &str) -> Duration {
        let why = text::printable(why);
        tracing::error!(connection = self.connection.name.as_str(), why, "a web shop's orders cannot be looked at");
        PAUSE
    }
}

/// A second, and then twice as long each time, up to the longest.
fn growing(failures: u32, longest: Duration) -> Duration {
    Duration::from_secs(1 << failures.saturating_sub(1).min(16)).min(longest)
}

/// Works for all web shops that are connected, until the service ends.
pub(crate) fn start(service: &Service) {
    for nth in 0..service.connected.len() {
        let reads = service.clone();
        service.tasks.spawn(async move { reads.connected[nth].read(&reads).await });
        let looks = service.clone();
        service.tasks.spawn(async move {
            let mut ends = looks.ends.clone();
            tokio::select! {
                () = looks.connected[nth].look(&looks) => {}
                _ = ends.wait_for(|ends| *ends) => {}
            }
        });
    }
}
