//! The server, what goes wrong on the way to it, and the run of the queue.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};

use crate::deliveries::Delivered;
use crate::post::post;
use crate::refusal::Refusal;
use crate::rest::{self, Answer, Call};
use crate::shop::{Shop, Webhook};
use crate::{Fault, Request, When};

/// For how long the shop waits for the answer to a ping.
const PING: Duration = Duration::from_secs(5);

/// What the server and those who look at it share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) shop: Mutex<Shop>,
    pub(crate) requests: Mutex<Vec<Request>>,
    /// What goes wrong, when, and how many requests have come since this was said.
    pub(crate) fault: Mutex<Option<(When, Fault, usize)>>,
}

impl Shared {
    pub(crate) fn new(shop: Shop) -> Shared {
        Shared { shop: Mutex::new(shop), requests: Mutex::default(), fault: Mutex::default() }
    }

    /// What goes wrong with the request that has just come.
    fn fault(&self) -> Option<Fault> {
        let mut fault = lock(&self.fault);
        let (when, what, seen) = fault.as_mut()?;
        *seen += 1;
        let applies = match when {
            When::Always => true,
            When::Nth(nth) => seen == nth,
            When::From(nth) => *seen >= *nth,
        };
        applies.then_some(*what)
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) async fn serve(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    let (method, path) = (method.to_string(), uri.path().to_owned());
    let call = Call::new(&method, &path, &query, headers.get("authorization"), &body);
    lock(&shared.requests).push(Request { method, path, query, body: body.to_vec() });
    let fault = shared.fault();
    match fault {
        Some(Fault::Status(401)) => {
            return response(Answer::refused(&Refusal::credentials("Consumer secret is invalid.")));
        }
        Some(Fault::Status(status)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return (status, Html(format!("<html><body><h1>{status}</h1></body></html>"))).into_response();
        }
        Some(Fault::Page) => return Html("<!DOCTYPE html><html><body>Just a moment...</body></html>").into_response(),
        Some(Fault::Lost) => return lost(),
        _ => {}
    }
    let answer = rest::answer(&mut lock(&shared.shop), &call);
    if let Some(webhook) = answer.pings {
        ping(&shared, webhook).await;
    }
    match fault {
        Some(Fault::AnswerLost) => lost(),
        Some(Fault::Silence) => std::future::pending().await,
        _ => response(answer),
    }
}

fn response(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::builder().status(status).header("Content-Type", "application/json; charset=UTF-8");
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body.to_text())).unwrap_or_else(|_| StatusCode::BAD_REQUEST.into_response())
}

/// The connection breaks before there is an answer.
fn lost() -> Response {
    let broken = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("lost")) });
    Body::from_stream(broken).into_response()
}

/// A ping is one attempt, and whoever made the webhook does not hear of it.
async fn ping(shared: &Shared, webhook: u64) {
    let found = {
        let shop = lock(&shared.shop);
        shop.webhooks.get(&webhook).map(|webhook| (shop.ping(webhook), shop.patience.min(PING)))
    };
    if let Some((ping, patience)) = found {
        let status = post(&ping, patience).await;
        lock(&shared.shop).pinged(webhook, status);
    }
}

/// The queue runs once.
pub(crate) async fn deliver(shared: &Shared) -> Vec<Delivered> {
    let waiting = lock(&shared.shop).waiting();
    let mut delivered = Vec::new();
    for _ in 0..waiting {
        let next = {
            let mut shop = lock(&shared.shop);
            let patience = shop.patience;
            shop.next_delivery().map(|delivery| (shop.webhooks.get(&delivery.webhook).cloned(), delivery, patience))
        };
        let Some((Some(webhook), delivery, patience)) = next else { break };
        let status = post(&delivery, patience).await;
        lock(&shared.shop).answered(&webhook, status);
        delivered.push(Delivered { delivery, status });
        if is_ping_pending(shared, &webhook) {
            ping(shared, webhook.id).await;
        }
    }
    delivered
}

fn is_ping_pending(shared: &Shared, webhook: &Webhook) -> bool {
    lock(&shared.shop).webhooks.get(&webhook.id).is_some_and(|webhook| webhook.ping_pending)
}
