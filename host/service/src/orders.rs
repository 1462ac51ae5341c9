//! The routes below `/v1/orders`.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::{ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use shop_core::orders::said::Said;
use shop_core::orders::state::LineState;
use shop_core::words::permission::Permission;
use shop_core::words::text;
use shop_host::host::Provided;
use shop_host::recorded::{Found, Page, Which, page};
use shop_host::view::order::{Ended, Listed, Order, Shown};
use shop_host::view::{self, Voice};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::Service;
use crate::access::Access;
use crate::answers::{Came, PATIENCE, Told, about, came, lost, wait, within};
use crate::conditions::{etag, provided};
use crate::message::Message;
use crate::problem::Problem;

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
    let (accepted, done) = service.take_in(said, provided(&headers)?);
    let accepted = tokio::time::timeout(PATIENCE, accepted).await.map_err(|_| Problem::busy())?;
    accepted.map_err(|_| lost())??;
    let done = within(wait, done).await;
    let waited = wait.filter(|_| done.is_some());
    let answer = match done {
        Some(Ok(outcome)) => came(&access, &outcome, Told::Outcome),
        _ => service.waits(&id).await?,
    };
    Ok(about(&id, answer, waited))
}

/// What would come of it. Nothing is written down.
pub(crate) async fn preview(
    State(service): State<Service>,
    headers: HeaderMap,
    Message { access, said }: Message,
) -> Result<Json<view::Outcome>, Problem> {
    let (host, provided) = (service.host.clone(), provided(&headers)?);
    let previewed = service.previewed(async move {
        host.check_provided(said.id(), &provided).await?;
        Ok(host.preview(&said).await?)
    });
    let outcome = previewed.await?;
    let voice = Voice { language: access.language(&outcome.language), preview: true };
    Ok(Json(view::Outcome::of(&outcome, voice)))
}

/// All that is recorded of an order, with the tag by which it is seen whether it is still so.
pub(crate) async fn show(
    State(service): State<Service>,
    access: Access,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    access.permits(Permission::ReadOrders)?;
    let id = access.order_at(path)?;
    let (found, tag) = service.host.find_order(&id).await?.ok_or_else(|| Problem::no_order(&id))?;
    let shops = || service.host.catalogues().of(&id).map_or("en", |catalogue| &catalogue.shop.language).to_owned();
    let own = match &found {
        Found::Ended(_) => shops(),
        Found::Recorded(found) => found.0.order.reads().ok().flatten().unwrap_or_else(shops),
    };
    let language = access.language(&own);
    let shown = match found {
        Found::Ended(ending) => Shown::Ended(Ended::from(&ending)),
        Found::Recorded(found) => {
            let (recorded, beside) = *found;
            Shown::Recorded(Box::new(Order::of(&recorded, beside, Voice::of_what_is(language))))
        }
    };
    let mut answer = Json(shown).into_response();
    answer.headers_mut().insert(VARY, HeaderValue::from_static("accept-language"));
    if let Some(tag) = etag(tag, language) {
        answer.headers_mut().insert(ETAG, tag);
    }
    Ok(answer)
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
    /// Takes in what is said, and sets to work at it, whoever goes on waiting for that: whether it is written down, and what came of
    /// it. Nothing comes of it here, where too much is being done already: then it is the worker's.
    fn take_in(
        &self,
        said: Said,
        provided: Provided,
    ) -> (oneshot::Receiver<Result<(), Problem>>, JoinHandle<Option<Came>>) {
        let (tell, accepted) = oneshot::channel();
        let (host, at_work, mut ends) = (self.host.clone(), self.at_work.clone(), self.ends.clone());
        let done = self.tasks.spawn(async move {
            let accepted = match host.accept_provided(&said, &provided).await {
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
