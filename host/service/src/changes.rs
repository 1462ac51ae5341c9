//! What is changed about an order and its seats, as the command line changes it: in a task of its own, which no client ends that goes
//! away.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use shop_core::orders::amendment::Amendment;
use shop_core::orders::successor::Successor;
use shop_core::words::email::Email;
use shop_core::words::order::OrderId;
use shop_core::words::text;
use shop_host::Host;
use shop_host::host::{Amended, Provided, Redo};
use shop_host::view::Voice;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::Service;
use crate::access::Access;
use crate::answers::{Came, LONGEST, PATIENCE, Told, about, came, lost, within};
use crate::problem::Problem;

/// What can be changed about an order, and previewed.
pub(crate) enum Change {
    /// The order is like this from now on.
    Amend(Amendment),
    /// Somebody else is in charge of it.
    HandOver(Successor),
    /// What it claims is done once more, or with another version.
    Redo(Redo),
}

/// What can be done about an order.
pub(crate) enum Deed {
    Change(Change),
    /// What waits is tried at once.
    Retry,
}

/// What is done about which order, by whom and on which condition.
pub(crate) struct Task {
    pub(crate) order: OrderId,
    pub(crate) by: String,
    pub(crate) provided: Provided,
}

/// What is to be worked at.
enum Begun<'a> {
    /// It is written down: if nobody finds the time now, the worker does it.
    Amended(Amended<'a>),
    Redo(Redo),
    Retry,
}

impl Change {
    fn told(&self) -> Told {
        match self {
            Change::Redo(Redo::Claims(_)) => Told::Drift,
            Change::Redo(Redo::Lines(_)) | Change::Amend(_) | Change::HandOver(_) => Told::Outcome,
        }
    }

    /// What it would do.
    async fn preview(self, host: &Host, task: &Task) -> Result<Came, Problem> {
        check(host, task).await?;
        let amendment = match self {
            Change::Redo(what) => return Ok(host.preview_again(&task.order, what).await),
            Change::Amend(amendment) => amendment,
            Change::HandOver(to) => handed_over(host, &task.order, &to).await?,
        };
        Ok(host.preview_amendment(&task.order, &amendment).await)
    }
}

impl Deed {
    fn told(&self) -> Told {
        match self {
            Deed::Change(change) => change.told(),
            Deed::Retry => Told::Outcome,
        }
    }

    /// For how long is waited for what comes of it, if nobody says so: what is not written down, only its end tells of.
    fn patience(&self) -> Option<Duration> {
        match self {
            Deed::Change(Change::Amend(_) | Change::HandOver(_)) => None,
            Deed::Change(Change::Redo(_)) | Deed::Retry => Some(LONGEST),
        }
    }

    async fn begin<'a>(self, service: &'a Service, task: &'a Task) -> Result<Begun<'a>, Problem> {
        let (host, Task { order, by, provided }) = (&*service.host, task);
        check(host, task).await?;
        let amendment = match self {
            Deed::Retry => return Ok(Begun::Retry),
            Deed::Change(Change::Redo(what)) => return Ok(Begun::Redo(what)),
            Deed::Change(Change::Amend(amendment)) => amendment,
            Deed::Change(Change::HandOver(to)) => handed_over(host, order, &to).await?,
        };
        Ok(Begun::Amended(host.accept_amendment(order, &amendment, by, provided).await?))
    }
}

impl Begun<'_> {
    async fn fulfil(self, host: &Host, Task { order, by, provided }: &Task) -> Came {
        let nobody = &|_, _| ();
        match self {
            Begun::Amended(amended) => amended.fulfil(nobody).await,
            Begun::Redo(what) => host.redo(order, what, by, provided, nobody).await,
            Begun::Retry => host.retry(order, by, nobody).await,
        }
    }
}

/// Fails if the order is not known, or not as it must be. Whoever changes it looks again.
async fn check(host: &Host, Task { order, provided, .. }: &Task) -> Result<(), Problem> {
    match host.journal().is_heard_of(order).await? {
        true => Ok(host.check_provided(order, provided).await?),
        false => Err(Problem::no_order(order)),
    }
}

/// How somebody on the learning platform is called is not told to whoever knows an address: others' customers are there, too.
async fn handed_over(host: &Host, order: &OrderId, to: &Successor) -> Result<Amendment, Problem> {
    let person = to.person(host.named_in(order, &to.email).await?);
    let unknown = || {
        let detail = match Email::for_account(&to.email) {
            Ok(email) => format!("the order does not name {email}: say a first_name or a last_name, too"),
            Err(_) => format!("expected the address of a person, found {:?}", text::excerpt(&to.email)),
        };
        Problem::new(StatusCode::BAD_REQUEST, "person-unknown", detail)
    };
    person.map(Amendment::HandOver).ok_or_else(unknown)
}

impl Service {
    /// What a change would do, or what comes of it.
    pub(crate) async fn change(
        &self,
        access: &Access,
        task: Task,
        change: Change,
        preview: bool,
        wait: Option<Duration>,
    ) -> Result<Response, Problem> {
        match preview {
            true => self.preview_change(access, task, change).await,
            false => self.carry_out(access, task, Deed::Change(change), wait).await,
        }
    }

    /// Nothing is written down.
    async fn preview_change(&self, access: &Access, task: Task, change: Change) -> Result<Response, Problem> {
        let (host, told) = (self.host.clone(), change.told());
        let outcome = self.previewed(async move { Ok(Box::pin(change.preview(&host, &task)).await??) }).await?;
        let voice = Voice { language: access.language(&outcome.language), preview: true };
        Ok(Json(told.of(&outcome, voice)).into_response())
    }

    /// Does it. What changes the order is written down, and then answered, or waited for, as what is said of an order; for the rest is
    /// waited.
    pub(crate) async fn carry_out(
        &self,
        access: &Access,
        task: Task,
        deed: Deed,
        wait: Option<Duration>,
    ) -> Result<Response, Problem> {
        let (id, told, patience) = (task.order.clone(), deed.told(), deed.patience());
        let (accepted, done) = self.set_to_work(task, deed);
        let accepted = tokio::time::timeout(PATIENCE, accepted).await.map_err(|_| lost())?;
        accepted.map_err(|_| lost())??;
        let done = within(wait.or(patience), done).await;
        let waited = wait.filter(|_| done.is_some());
        let answer = match done {
            Some(Ok(outcome)) => came(access, &outcome, told),
            // What is written down is gone on with.
            Some(Err(_)) | None if patience.is_none() => self.waits(&id).await?,
            Some(Err(error)) => return Err(error.into()),
            None => self.waits(&id).await?,
        };
        Ok(about(&id, answer, waited))
    }

    /// Whether it is written down, or else begun; and what came of it.
    fn set_to_work(
        &self,
        task: Task,
        deed: Deed,
    ) -> (oneshot::Receiver<Result<(), Problem>>, JoinHandle<Option<Came>>) {
        let (tell, accepted) = oneshot::channel();
        let (service, mut ends) = (self.clone(), self.ends.clone());
        let done = self.tasks.spawn(async move {
            let begun = match Box::pin(deed.begin(&service, &task)).await {
                Ok(begun) => begun,
                Err(problem) => {
                    _ = tell.send(Err(problem));
                    return None;
                }
            };
            let place = service.at_work.clone().try_acquire_owned();
            let is_kept = matches!(begun, Begun::Amended(_));
            _ = tell.send(if is_kept || place.is_ok() { Ok(()) } else { Err(Problem::busy()) });
            let _place = place.ok()?;
            let came = tokio::select! {
                came = Box::pin(begun.fulfil(&service.host, &task)) => came,
                // Whatever is being done is gone on with the next time.
                _ = ends.wait_for(|ends| *ends) => return None,
            };
            if let Err(error) = &came {
                tracing::warn!(order = %task.order, code = error.code(), %error, "an order could not be worked at");
            }
            Some(came)
        });
        (accepted, done)
    }
}
