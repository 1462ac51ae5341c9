//! What somebody who may says of the order that the path names.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use shop_core::orders::said::Said;
use shop_core::words::permission::Permission;
use shop_folder::file::parse_order;

use crate::Service;
use crate::access::Access;
use crate::problem::Problem;

/// A message about an order.
pub(crate) struct Message {
    pub(crate) access: Access,
    pub(crate) said: Said,
}

impl FromRequest<Service> for Message {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Service) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let access = Access::from_request_parts(&mut parts, service).await?;
        access.permits(Permission::WriteOrders)?;
        let id = access.order_at(Path::from_request_parts(&mut parts, service).await)?;
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
            let detail = "expected an order in JSON, with the header Content-Type: application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type-unfit", detail));
        }
        let body = Bytes::from_request(Request::from_parts(parts, body), service).await;
        let body = body.map_err(|rejected| match rejected.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                let detail = format!("expected at most {} MiB", crate::MOST_BYTES >> 20);
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", detail)
            }
            _ => malformed("the body broke off"),
        })?;
        let text = std::str::from_utf8(&body).map_err(|_| malformed("expected UTF-8"))?;
        let said = parse_order(text).map_err(|fault| malformed(&fault.to_string()))?;
        let said = access.scope().said(said).map_err(|error| Problem::no_id(&error))?;
        if *said.id() != id {
            let detail = format!("expected the order that the path names, {id}, found {}", said.id());
            return Err(Problem::new(StatusCode::BAD_REQUEST, "order-id-differs", detail));
        }
        Ok(Message { access, said })
    }
}

fn malformed(detail: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "order-malformed", detail)
}
