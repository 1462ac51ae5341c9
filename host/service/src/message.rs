//! What somebody who may says of the order that the path names.

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use serde::Deserialize;
use shop_core::orders::said::Said;
use shop_core::words::permission::Permission;
use shop_folder::file::parse_order;

use crate::Service;
use crate::access::Access;
use crate::body::Expected;
use crate::problem::Problem;

const ORDER: Expected = Expected { what: "an order", malformed: "order-malformed", most: crate::MOST_BYTES };

/// A message about an order.
pub(crate) struct Message {
    pub(crate) access: Access,
    pub(crate) said: Said,
}

/// Nothing is asked beside it: whoever writes `?preview=true` here is told so, and has not handed anything over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl FromRequest<Service> for Message {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Service) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let access = Access::from_request_parts(&mut parts, service).await?;
        access.permits(Permission::WriteOrders)?;
        let id = access.order_at(Path::from_request_parts(&mut parts, service).await)?;
        Query::<Nothing>::try_from_uri(&parts.uri).map_err(|rejected| Problem::no_query(&rejected.body_text()))?;
        let text = ORDER.text(Request::from_parts(parts, body), service).await?;
        let said = parse_order(&text).map_err(|fault| ORDER.none(&fault.to_string()))?;
        let said = access.scope().said(said).map_err(|error| Problem::no_id(&error))?;
        if *said.id() != id {
            let detail = format!("expected the order that the path names, {id}, found {}", said.id());
            return Err(Problem::new(StatusCode::BAD_REQUEST, "order-id-differs", detail));
        }
        Ok(Message { access, said })
    }
}
