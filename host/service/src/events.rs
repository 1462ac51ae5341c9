//! What happens to orders, as it happens: server-sent events.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::{Stream, stream};
use serde::Deserialize;
use shop_core::orders::event;
use shop_core::orders::scope::Scope;
use shop_core::words::permission::Permission;
use shop_core::words::secret::Secret;
use tokio::sync::OwnedSemaphorePermit;

use crate::Service;
use crate::access::Access;
use crate::problem::Problem;

/// Events come from other processes: so often is looked.
const LOOK: Duration = Duration::from_millis(500);

/// So often is looked whether the token still counts.
const RECHECK: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct From {
    /// The number of the last event that is known.
    after: Option<i64>,
}

/// Somebody who follows the events.
struct Follower {
    service: Service,
    scope: Scope,
    /// What was shown, and when that counted last.
    secret: Secret,
    checked: Instant,
    _place: OwnedSemaphorePermit,
    after: i64,
    left: VecDeque<event::Event>,
}

/// Those after the one that the header `Last-Event-ID` or the parameter `after` names; without either, all that are kept.
pub(crate) async fn follow(
    State(service): State<Service>,
    access: Access,
    from: Result<Query<From>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    access.permits(Permission::ReadOrders)?;
    let after = match headers.get("last-event-id") {
        None => from.map_err(|rejected| Problem::no_query(&rejected.body_text()))?.0.after.unwrap_or(0),
        Some(id) => {
            let number = id.to_str().ok().and_then(|text| text.parse().ok());
            let detail = "expected the number of an event in the header Last-Event-ID";
            number.ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "event-number-invalid", detail))?
        }
    };
    let place = service.followers.clone().try_acquire_owned().map_err(|_| Problem::busy())?;
    let follower = Follower {
        scope: access.scope(),
        secret: access.secret().clone(),
        checked: Instant::now(),
        _place: place,
        service,
        after,
        left: VecDeque::new(),
    };
    let events = stream::unfold(follower, |mut follower| async move { Some((follower.next().await?, follower)) });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

impl Follower {
    /// The next one, when it is there; none: the service ends, the token counts no longer, or the journal cannot be read. Whoever follows
    /// comes again then.
    async fn next(&mut self) -> Option<Result<Event, Infallible>> {
        loop {
            if let Some(event) = self.left.pop_front() {
                let told = Event::default().id(event.number.to_string()).json_data(&event).ok()?;
                return Some(Ok(told));
            }
            if self.checked.elapsed() >= RECHECK {
                self.service.host.tokens().shown(&self.secret).await.ok().flatten()?;
                self.checked = Instant::now();
            }
            let some = self.service.host.journal().events(self.after, None).await;
            let some = some.inspect_err(|error| tracing::warn!(%error, "the events cannot be read")).ok()?;
            match some.last() {
                Some(last) => self.after = last.number,
                None => tokio::select! {
                    () = tokio::time::sleep(LOOK) => {}
                    _ = self.service.ends.wait_for(|ends| *ends) => return None,
                },
            }
            self.left.extend(some.into_iter().filter(|event| self.scope.has(&event.order)));
        }
    }
}
