//! The routes below `/v1/orders`.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use shop_core::orders::said::Said;
use shop_core::orders::state::LineState;
use shop_core::words::order::OrderId;
use shop_core::words::permission::Permission;
use shop_core::words::text;
use shop_host::host::{HostError, Outcome};
use shop_host::recorded::{Found, Page, Which, page};
use shop_host::view::order::{Ended, Listed, Order, Shown};
use shop_host::view::{self, Voice};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::Service;
use crate::access::Access;
use crate::message::Message;
use crate::problem::Problem;

/// Nobody waits for longer for what comes of an order.
const LONGEST: u64 = 60;

/// What is asked of a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    state: Option<String>,
    after: Option<String>,
    most: Option<usize>,
}

/// A page has so many orders at most, and so many if nobody says how many.
const MOST: (usize, usize) = (200, 50);

/// What is said of an order is written down; then it is done, whether or not anybody waits for it.
pub(crate) async fn hand_over(
    State(service): State<Service>,
    headers: HeaderMap,
    Message { access, said }: Message,
) -> Result<Response, Problem> {
    let (id, wait) = (said.id().clone(), wait(&headers));
    let (accepted, done) = service.take_in(said);
    let accepted = tokio::time::timeout(PATIENCE, accepted).await.map_err(|_| Problem::busy())?;
    accepted.map_err(|_| lost())??;
    let done = match wait {
        Some(wait) => tokio::time::timeout(wait, done).await.ok().and_then(Result::ok).flatten(),
        None => None,
    };
    let has_waited = done.is_some();
    let mut answer = match done {
        Some(Ok(outcome)) => told(&access, &outcome),
        _ => service.waits(&id).await?,
    };
    if let Some(applied) =
        wait.filter(|_| has_waited).and_then(|wait| HeaderValue::from_str(&format!("wait={}", wait.as_secs())).ok())
    {
        answer.headers_mut().insert("preference-applied", applied);
    }
    if let Ok(place) = HeaderValue::from_str(&format!("/v1/orders/{}", encoded(&id))) {
        answer.headers_mut().insert(LOCATION, place);
    }
    Ok(answer)
}

/// What would come of it. Nothing is written down.
pub(crate) async fn preview(
    State(service): State<Service>,
    Message { access, said }: Message,
) -> Result<Json<view::Outcome>, Problem> {
    let place = service.previews.clone().try_acquire_owned().map_err(|_| Problem::busy())?;
    let host = service.host.clone();
    // Whoever goes away leaves nothing half asked.
    let previewed = service.tasks.spawn(async move {
        let _place = place;
        host.preview(&said).await
    });
    let previewed = tokio::time::timeout(PATIENCE, previewed).await.map_err(|_| Problem::busy())?;
    let outcome = previewed.map_err(|_| lost())??;
    let voice = Voice { language: access.language(&outcome.language), preview: true };
    Ok(Json(view::Outcome::of(&outcome, voice)))
}

/// All that is recorded of an order.
pub(crate) async fn show(
    State(service): State<Service>,
    access: Access,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Shown>, Problem> {
    access.permits(Permission::ReadOrders)?;
    let id = access.order_at(path)?;
    let found = service.host.handlers().find_order(&id).await?;
    Ok(Json(match found.ok_or_else(|| Problem::no_order(&id))? {
        Found::Ended(ending) => Shown::Ended(Ended::from(&ending)),
        Found::Recorded(found) => {
            let (recorded, beside) = *found;
            let shops =
                || service.host.catalogues().of(&id).map_or("en", |catalogue| &catalogue.shop.language).to_owned();
            let own = recorded.order.reads().ok().flatten().unwrap_or_else(shops);
            Shown::Recorded(Box::new(Order::of(&recorded, beside, Voice::of_what_is(access.language(&own)))))
        }
    }))
}

/// Orders, as they came; and after which one the next page begins.
pub(crate) async fn list(
    State(service): State<Service>,
    access: Access,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    access.permits(Permission::ReadOrders)?;
    let Query(asked) = asked.map_err(|rejected| Problem::no_query(&rejected.body_text()))?;
    let after = asked.after.map(|id| access.order(id)).transpose()?;
    let state = asked.state.map(|word| {
        let unknown = || {
            let (states, found) = (LineState::ALL.map(LineState::as_str).join(", "), text::excerpt(&word));
            let detail = format!("expected a state ({states}), found {found:?}");
            Problem::new(StatusCode::BAD_REQUEST, "state-unknown", detail)
        };
        LineState::named(&word).ok_or_else(unknown)
    });
    let most = asked.most.unwrap_or(MOST.1).clamp(1, MOST.0);
    let which = Which { scope: access.scope(), state: state.transpose()?, after, most };
    let listed = page(service.host.journal(), &which).await?;
    let unknown = || Problem::no_order(&which.after.as_ref().map(ToString::to_string).unwrap_or_default());
    let Page { orders, next } = listed.ok_or_else(unknown)?;
    Ok(Json(json!({ "orders": Listed::all(&orders, &[]), "next": next })))
}

impl Service {
    /// It is written down, and not done yet: what keeps it, as far as that is known.
    async fn waits(&self, id: &OrderId) -> Result<Response, Problem> {
        let left = self.host.journal().unfinished(id).await?;
        let state = match &left {
            Some(left) if left.blocked => LineState::Blocked,
            _ => LineState::Waiting,
        };
        let next_try = left.and_then(|left| left.next_try);
        let waits = json!({ "order": id, "state": state, "next_try": next_try });
        Ok((StatusCode::ACCEPTED, Json(waits)).into_response())
    }

    /// Takes in what is said, and sets to work at it, whoever goes on waiting for that: whether it is written down, and what came of
    /// it. Nothing comes of it here, where too much is being done already: then it is the worker's.
    fn take_in(&self, said: Said) -> (oneshot::Receiver<Result<(), Problem>>, JoinHandle<Option<Came>>) {
        let (tell, accepted) = oneshot::channel();
        let (host, at_work, mut ends) = (self.host.clone(), self.at_work.clone(), self.ends.clone());
        let done = self.tasks.spawn(async move {
            let accepted = match host.accept(&said).await {
                Ok(accepted) => accepted,
                Err(error) => {
                    _ = tell.send(Err(error.into()));
                    return None;
                }
            };
            _ = tell.send(Ok(()));
            let _place = at_work.try_acquire_owned().ok()?;
            let came = tokio::select! {
                came = accepted.fulfil(&|_, _| ()) => came,
                // Whatever is being done is gone on with the next time.
                _ = ends.wait_for(|ends| *ends) => return None,
            };
            if let Err(error) = &came {
                tracing::warn!(order = %said.id(), code = error.code(), %error, "an order could not be worked at");
            }
            Some(came)
        });
        (accepted, done)
    }
}

/// A request waits for so long for what should take a moment: for the journal's turn, or for a preview.
const PATIENCE: Duration = Duration::from_secs(60);

type Came = Result<Outcome, HostError>;

/// It was never told whether it was written down.
fn lost() -> Problem {
    let detail = "whether it was written down is not known: say the same again";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "request-lost", detail)
}

/// For how long somebody wants to wait for what comes of it: `Prefer: wait=SECONDS` (RFC 7240).
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    // What stands behind a semicolon is a parameter of the preference before it.
    let mut preferences = preferences.flat_map(|value| value.split(',')).filter_map(|one| one.split(';').next());
    let seconds: u64 = preferences.find_map(|one| {
        let (name, seconds) = one.split_once('=')?;
        let is_wait = name.trim().eq_ignore_ascii_case("wait");
        is_wait.then(|| seconds.trim().trim_matches('"').parse().ok()).flatten()
    })?;
    Some(Duration::from_secs(seconds.min(LONGEST)))
}

/// What came of an order. What speaks against it is a problem.
fn told(access: &Access, outcome: &Outcome) -> Response {
    let told = view::Outcome::of(outcome, Voice::of_what_is(access.language(&outcome.language)));
    match outcome.state {
        LineState::Rejected => {
            let detail = format!("order {} is rejected: nothing of it was applied", told.order);
            let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "order-rejected", detail);
            problem.with("outcome", json!(told)).into_response()
        }
        // That is no fault of whoever asks.
        LineState::Refused | LineState::Stopped => {
            let detail = format!("order {}: its handler failed, and nothing of it was applied", told.order);
            let problem = Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "handler-failed", detail);
            problem.with("outcome", json!(told)).into_response()
        }
        LineState::Waiting | LineState::Applying | LineState::Blocked | LineState::Incomplete => {
            (StatusCode::ACCEPTED, Json(told)).into_response()
        }
        LineState::Placed | LineState::Fulfilled | LineState::Suspended | LineState::Cancelled | LineState::Ended => {
            Json(told).into_response()
        }
    }
}

/// An id in a path.
fn encoded(id: &OrderId) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let one = |byte: u8| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    id.as_str().bytes().map(one).collect()
}
