//! Connections: how many there are at once, and how long one may take to say what it wants.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_util::task::TaskTracker;

/// So many there are at once; others wait until one of them ends.
const MOST: usize = 1_024;

/// Whoever has not said by then what is wanted has gone, or holds the connection for nothing.
const PATIENCE: Duration = Duration::from_secs(10);

/// After a connection could not be accepted: there may be too many files open for this moment.
const PAUSE: Duration = Duration::from_millis(500);

/// Answers requests until the service ends, and whoever is being answered then.
pub(crate) async fn serve(listener: TcpListener, routes: Router, mut ends: watch::Receiver<bool>) {
    let (places, open) = (Arc::new(Semaphore::new(MOST)), TaskTracker::new());
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            _ = ends.wait_for(|ends| *ends) => break,
        };
        match accepted {
            Ok((stream, place)) => {
                let answered = answer(stream, routes.clone(), ends.clone());
                open.spawn(async move {
                    answered.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    open.close();
    open.wait().await;
}

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<(TcpStream, impl Drop + use<>)> {
    let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
    Ok((listener.accept().await?.0, place))
}

/// All requests of a connection; once the service ends, the one that is being answered.
async fn answer(stream: TcpStream, routes: Router, mut ends: watch::Receiver<bool>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
    let mut connection = pin!(connection);
    let ends = async { _ = ends.wait_for(|ends| *ends).await };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = ends => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}
