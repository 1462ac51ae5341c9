//! The routes below `/v1/seats`: who sits where, and until when.

use std::time::Duration;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shop_core::lines::line::SeatRole;
use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::words::order::Person;
use shop_core::words::period::{InvalidInstant, Timestamp};
use shop_core::words::permission::Permission;
use shop_core::words::seat::{InvalidSeatId, SeatId};
use shop_host::host::Provided;

use crate::Service;
use crate::access::Access;
use crate::asked::{Asked, How};
use crate::body::{Expected, nothing};
use crate::changes::{Change, Task};
use crate::conditions::needs;
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sits {
    #[serde(default)]
    preview: bool,
    /// As what somebody takes a vacant seat.
    role: Option<SeatRole>,
}

/// Until when somebody sits there at least.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extended {
    until: End,
}

/// A day, to its end, or an instant.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct End(Timestamp);

impl TryFrom<String> for End {
    type Error = InvalidInstant;

    fn try_from(text: String) -> Result<Self, InvalidInstant> {
        Timestamp::end(&text).map(End)
    }
}

const PERSON: Expected =
    Expected { what: "a person", malformed: "person-malformed", most: crate::MOST_BYTES_OF_CHANGE };

const TIME: Expected = Expected {
    what: "a time, such as {\"until\": \"2027-08-31\"},",
    malformed: "time-malformed",
    most: crate::MOST_BYTES_OF_CHANGE,
};

/// Somebody takes a seat, whoever sits there.
pub(crate) async fn occupy(State(service): State<Service>, request: Request) -> Result<Response, Problem> {
    let (of, request) = Of::<Sits>::read(request, &service).await?;
    let person = PERSON.person(request, &service, |person: &Person| &person.extra).await?;
    let Sits { preview, role } = of.query;
    of.change(&service, SeatAmendment::Occupy(person, role), preview).await
}

pub(crate) async fn release(State(service): State<Service>, request: Request) -> Result<Response, Problem> {
    let (of, request) = Of::<How>::read(request, &service).await?;
    nothing(request, &service).await?;
    let How { preview } = of.query;
    of.change(&service, SeatAmendment::Release, preview).await
}

pub(crate) async fn extend(State(service): State<Service>, request: Request) -> Result<Response, Problem> {
    let (of, request) = Of::<How>::read(request, &service).await?;
    let Extended { until: End(until) } = TIME.object(request, &service).await?;
    let How { preview } = of.query;
    of.change(&service, SeatAmendment::Extend(until), preview).await
}

/// Something that is asked of the seat that the path names.
struct Of<Q> {
    access: Access,
    seat: SeatId,
    query: Q,
    provided: Provided,
    wait: Option<Duration>,
}

impl<Q: DeserializeOwned> Of<Q> {
    async fn read(request: Request, service: &Service) -> Result<(Self, Request), Problem> {
        let (Asked { access, path, query, provided, wait }, request) =
            Asked::of(request, service, Permission::WriteSeats).await?;
        Ok((Of { access, seat: seat_at(path)?, query, provided, wait }, request))
    }

    async fn change(self, service: &Service, change: SeatAmendment, preview: bool) -> Result<Response, Problem> {
        let Of { access, seat, provided, wait, .. } = self;
        let order = service.host.journal().order_of_seat(&seat).await?;
        // Whether another shop has it is not told.
        let order = order.filter(|order| access.scope().has(order)).ok_or_else(|| {
            Problem::new(StatusCode::NOT_FOUND, "seat-unknown", format!("no order has a seat {seat}"))
        })?;
        if !preview {
            needs(&provided)?;
        }
        let task = Task { order, by: access.name(), provided };
        service.change(&access, task, Change::Amend(Amendment::Seat(seat, change)), preview, wait).await
    }
}

fn seat_at(path: Result<Path<String>, PathRejection>) -> Result<SeatId, Problem> {
    let invalid = |why: String| Problem::new(StatusCode::BAD_REQUEST, "seat-id-invalid", why);
    let Path(typed) = path.map_err(|rejected| invalid(rejected.body_text()))?;
    typed.parse().map_err(|error: InvalidSeatId| invalid(error.to_string()))
}
