//! The routes below `/v1/orders/{id}/`: what the command line does to orders.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shop_core::orders::amendment::Amendment;
use shop_core::orders::successor::Successor;
use shop_core::words::permission::Permission;
use shop_core::words::text;
use shop_host::handlers::HandlerError;
use shop_host::host::{Believes, Redo, Versions};

use crate::Service;
use crate::access::Access;
use crate::asked::{Asked, How};
use crate::body::{Expected, nothing};
use crate::changes::{Change, Deed, Task};
use crate::problem::Problem;

/// Nothing is asked beside it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Just {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Repair {
    #[serde(default)]
    preview: bool,
    /// What the platform does not tell is stated again, too.
    #[serde(default)]
    restate: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Upgrade {
    #[serde(default)]
    preview: bool,
    /// To this version; else to the one that is active.
    to: Option<String>,
}

const SUCCESSOR: Expected =
    Expected { what: "a person", malformed: "person-malformed", most: crate::MOST_BYTES_OF_CHANGE };

pub(crate) async fn suspend(State(service): State<Service>, request: Request) -> Result<Response, Problem> {
    amend(&service, request, Amendment::Suspend).await
}

pub(crate) async fn resume(State(service): State<Service>, request: Request) -> Result<Response, Problem> {
    amend(&service, request, Amendment::Resume).await
}

pub(crate) async fn cancel(State(service): State<Service>, request: Request) -> Result<Response, Problem> {
    amend(&service, request, Amendment::Cancel).await
}

async fn amend(service: &Service, request: Request, amendment: Amendment) -> Result<Response, Problem> {
    let (of, request) = Of::<How>::read(request, service, Permission::WriteOrders).await?;
    nothing(request, service).await?;
    let preview = of.query.preview;
    of.change(service, Change::Amend(amendment), preview).await
}

pub(crate) async fn hand_over(State(service): State<Service>, request: Request) -> Result<Response, Problem> {
    let (of, request) = Of::<How>::read(request, &service, Permission::WriteOrders).await?;
    let to = SUCCESSOR.person(request, &service, |to: &Successor| &to.extra).await?;
    let preview = of.query.preview;
    of.change(&service, Change::HandOver(to), preview).await
}

/// What the learning platform has otherwise.
pub(crate) async fn verify(State(service): State<Service>, request: Request) -> Result<Response, Problem> {
    let (of, request) = Of::<Just>::read(request, &service, Permission::ReadOrders).await?;
    nothing(request, &service).await?;
    of.change(&service, Change::Redo(Redo::Claims(Believes::Answers)), true).await
}

pub(crate) async fn repair(State(service): State<Service>, request: Request) -> Result<Response, Problem> {
    let (of, request) = Of::<Repair>::read(request, &service, Permission::WriteOrders).await?;
    nothing(request, &service).await?;
    let Repair { preview, restate } = of.query;
    let believes = if restate { Believes::Nothing } else { Believes::Answers };
    of.change(&service, Change::Redo(Redo::Claims(believes)), preview).await
}

pub(crate) async fn upgrade(State(service): State<Service>, request: Request) -> Result<Response, Problem> {
    let (of, request) = Of::<Upgrade>::read(request, &service, Permission::WriteOrders).await?;
    nothing(request, &service).await?;
    let versions = match &of.query.to {
        Some(to) => version(&service, to).await?,
        None => Versions::Active,
    };
    let preview = of.query.preview;
    of.change(&service, Change::Redo(Redo::Lines(versions)), preview).await
}

/// The version that is meant. No file is looked at.
async fn version(service: &Service, to: &str) -> Result<Versions, Problem> {
    match service.host.handlers().find_named(to).await {
        Ok(installed) => Ok(Versions::This(installed.digest)),
        Err(HandlerError::Unknown(_)) => {
            let found = text::excerpt(to);
            let detail = format!(
                "expected name@version, or the beginning of its digest, found {found:?}, which is not installed"
            );
            Err(Problem::new(StatusCode::NOT_FOUND, "handler-unknown", detail))
        }
        Err(error @ HandlerError::Ambiguous { .. }) => {
            Err(Problem::new(StatusCode::BAD_REQUEST, "handler-ambiguous", error.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn retry(State(service): State<Service>, request: Request) -> Result<Response, Problem> {
    let (Of { access, task, wait, .. }, request) = Of::<Just>::read(request, &service, Permission::WriteOrders).await?;
    nothing(request, &service).await?;
    service.carry_out(&access, task, Deed::Retry, wait).await
}

/// Something that is asked of the order that the path names.
struct Of<Q> {
    access: Access,
    task: Task,
    query: Q,
    wait: Option<Duration>,
}

impl<Q: DeserializeOwned> Of<Q> {
    async fn read(request: Request, service: &Service, permission: Permission) -> Result<(Self, Request), Problem> {
        let (Asked { access, path, query, provided, wait }, request) = Asked::of(request, service, permission).await?;
        let task = Task { order: access.order_at(path)?, by: access.name(), provided };
        Ok((Of { access, task, query, wait }, request))
    }

    async fn change(self, service: &Service, change: Change, preview: bool) -> Result<Response, Problem> {
        service.change(&self.access, self.task, change, preview, self.wait).await
    }
}
