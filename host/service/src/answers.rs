//! What is answered of what was asked for: what came of it, or that it waits.

use std::time::Duration;

use axum::Json;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use shop_core::orders::state::LineState;
use shop_core::words::order::OrderId;
use shop_host::host::{HostError, Outcome};
use shop_host::view::{self, Drift, Voice};
use tokio::task::JoinHandle;

use crate::Service;
use crate::access::Access;
use crate::problem::Problem;

/// A request waits for so long for what should take a moment: for the journal's turn, or for a preview.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Nobody waits for longer for what comes of an order.
pub(crate) const LONGEST: Duration = Duration::from_secs(60);

/// What came of the work at an order.
pub(crate) type Came = Result<Outcome, HostError>;

/// How what came of an order is told.
#[derive(Clone, Copy)]
pub(crate) enum Told {
    /// As what it is.
    Outcome,
    /// As what the learning platform has otherwise.
    Drift,
}

impl Told {
    pub(crate) fn of(self, outcome: &Outcome, voice: Voice) -> Value {
        match self {
            Told::Outcome => json!(view::Outcome::of(outcome, voice)),
            Told::Drift => json!(Drift::of(outcome, voice)),
        }
    }
}

/// It was never told whether it was written down.
pub(crate) fn lost() -> Problem {
    let detail = "whether it was written down is not known: say the same again";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "request-lost", detail)
}

/// For how long somebody wants to wait for what comes of it: `Prefer: wait=SECONDS` (RFC 7240).
pub(crate) fn wait(headers: &HeaderMap) -> Option<Duration> {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    // What stands behind a semicolon is a parameter of the preference before it.
    let mut preferences = preferences.flat_map(|value| value.split(',')).filter_map(|one| one.split(';').next());
    let seconds: u64 = preferences.find_map(|one| {
        let (name, seconds) = one.split_once('=')?;
        let is_wait = name.trim().eq_ignore_ascii_case("wait");
        is_wait.then(|| seconds.trim().trim_matches('"').parse().ok()).flatten()
    })?;
    Some(Duration::from_secs(seconds).min(LONGEST))
}

/// What comes of the work at an order in the time that somebody waits for it.
pub(crate) async fn within(wait: Option<Duration>, done: JoinHandle<Option<Came>>) -> Option<Came> {
    tokio::time::timeout(wait?, done).await.ok().and_then(Result::ok).flatten()
}

/// The same answer with where the order can be looked at, and with the wish to wait that was met.
pub(crate) fn about(id: &OrderId, mut answer: Response, waited: Option<Duration>) -> Response {
    let waited = waited.and_then(|wait| HeaderValue::from_str(&format!("wait={}", wait.as_secs())).ok());
    if let Some(applied) = waited {
        answer.headers_mut().insert("preference-applied", applied);
    }
    if let Ok(place) = HeaderValue::from_str(&format!("/v1/orders/{}", encoded(id))) {
        answer.headers_mut().insert(LOCATION, place);
    }
    answer
}

/// What came of an order. What speaks against it is a problem.
pub(crate) fn came(access: &Access, outcome: &Outcome, told: Told) -> Response {
    let order = &outcome.order;
    let told = told.of(outcome, Voice::of_what_is(access.language(&outcome.language)));
    match outcome.state {
        LineState::Rejected => {
            let detail = format!("order {order} is rejected: nothing of it was applied");
            let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "order-rejected", detail);
            problem.with("outcome", told).into_response()
        }
        // That is no fault of whoever asks.
        LineState::Refused | LineState::Stopped => {
            let detail = format!("order {order}: its handler failed, and nothing of it was applied");
            let problem = Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "handler-failed", detail);
            problem.with("outcome", told).into_response()
        }
        LineState::Waiting | LineState::Applying | LineState::Blocked | LineState::Incomplete => {
            (StatusCode::ACCEPTED, Json(told)).into_response()
        }
        LineState::Placed | LineState::Fulfilled | LineState::Suspended | LineState::Cancelled | LineState::Ended => {
            Json(told).into_response()
        }
    }
}

impl Service {
    /// What a preview tells, made in one of the places for that. Whoever goes away leaves nothing half asked.
    pub(crate) async fn previewed(
        &self,
        preview: impl Future<Output = Result<Outcome, Problem>> + Send + 'static,
    ) -> Result<Outcome, Problem> {
        let place = self.previews.clone().try_acquire_owned().map_err(|_| Problem::busy())?;
        let previewed = self.tasks.spawn(async move {
            let _place = place;
            preview.await
        });
        let previewed = tokio::time::timeout(PATIENCE, previewed).await.map_err(|_| Problem::busy())?;
        previewed.map_err(|_| lost())?
    }

    /// It is written down, and not done yet: what keeps it, as far as that is known.
    pub(crate) async fn waits(&self, id: &OrderId) -> Result<Response, Problem> {
        let left = self.host.journal().unfinished(id).await?;
        let state = match &left {
            Some(left) if left.blocked => LineState::Blocked,
            _ => LineState::Waiting,
        };
        let next_try = left.and_then(|left| left.next_try);
        let waits = json!({ "order": id, "state": state, "next_try": next_try });
        Ok((StatusCode::ACCEPTED, Json(waits)).into_response())
    }
}

/// An id in a path.
fn encoded(id: &OrderId) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let one = |byte: u8| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    id.as_str().bytes().map(one).collect()
}
