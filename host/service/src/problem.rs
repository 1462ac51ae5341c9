//! What is answered when something is not done: a problem as RFC 9457 has it, in `application/problem+json`.

use std::fmt::Display;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use shop_core::platform::PlatformError;
use shop_core::words::permission::Permission;
use shop_host::handlers::HandlerError;
use shop_host::host::HostError;
use shop_journal::JournalError;

/// Why something was not done.
pub(crate) struct Problem {
    status: StatusCode,
    /// In a word that stays the same.
    code: &'static str,
    /// What was expected, what was found, and what to do.
    detail: String,
    /// What more a program can read of it.
    more: Option<(&'static str, Value)>,
}

/// After so many seconds something that is away for a moment may be there again.
const SOON: HeaderValue = HeaderValue::from_static("10");

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Problem {
        Problem { status, code, detail: detail.into(), more: None }
    }

    /// The same with something more to be read.
    pub(crate) fn with(self, name: &'static str, value: Value) -> Problem {
        Problem { more: Some((name, value)), ..self }
    }

    pub(crate) fn no_token() -> Problem {
        let detail = "expected a token in the header Authorization: Bearer TOKEN; `shop-host tokens make` makes one";
        Problem::new(StatusCode::UNAUTHORIZED, "token-missing", detail)
    }

    pub(crate) fn unknown_token() -> Problem {
        let detail =
            "the token was never made, was revoked, or has expired: `shop-host tokens list` lists those that there are";
        Problem::new(StatusCode::UNAUTHORIZED, "token-unknown", detail)
    }

    pub(crate) fn not_permitted(permission: Permission) -> Problem {
        let detail = format!("expected a token that permits {permission}");
        Problem::new(StatusCode::FORBIDDEN, "token-not-permitted", detail)
    }

    pub(crate) fn no_connection() -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "connection-unknown", "no web shop is connected under this name")
    }

    pub(crate) fn too_large(most: usize) -> Problem {
        let detail = match most >> 20 {
            0 => format!("expected at most {} KiB", most >> 10),
            most => format!("expected at most {most} MiB"),
        };
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", detail)
    }

    pub(crate) fn busy() -> Problem {
        let detail = "too much of this is being done at this moment: try the same again later";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "service-busy", detail)
    }

    pub(crate) fn no_id(why: &impl Display) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "order-id-invalid", why.to_string())
    }

    pub(crate) fn no_query(why: &impl Display) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "query-invalid", why.to_string())
    }

    pub(crate) fn no_order(id: &impl Display) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "order-unknown", format!("no order {id} is recorded"))
    }
}

pub(crate) async fn no_such_route() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "route-unknown", "there is nothing at this path")
}

pub(crate) async fn no_such_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-unknown", "the path is there, but not for this method")
}

impl From<HostError> for Problem {
    fn from(error: HostError) -> Problem {
        let status = status(&error);
        if !status.is_server_error() {
            return Problem::new(status, error.code(), error.to_string());
        }
        // What is in the way within is for whoever runs the host, and stands in its log.
        tracing::error!(code = error.code(), %error, "a request failed");
        Problem::new(
            status,
            error.code(),
            match status {
                StatusCode::SERVICE_UNAVAILABLE => {
                    "what this takes does not answer, or is taken: try the same again later"
                }
                _ => "the host could not do it: its log tells why",
            },
        )
    }
}

fn status(error: &HostError) -> StatusCode {
    match error {
        HostError::Conflict { .. } | HostError::Unamendable { .. } | HostError::NotUpgradable { .. } => {
            StatusCode::CONFLICT
        }
        HostError::InUse { .. } | HostError::NothingWaits(_) | HostError::Unfinished { .. } => StatusCode::CONFLICT,
        HostError::Unattachable(_) | HostError::SetAside { .. } => StatusCode::CONFLICT,
        HostError::Id(_) | HostError::Name(_) => StatusCode::BAD_REQUEST,
        HostError::UnknownOrder(_) => StatusCode::NOT_FOUND,
        HostError::Changed(_) => StatusCode::PRECONDITION_FAILED,
        HostError::Platform(PlatformError::Unavailable(_) | PlatformError::Lost(_)) => StatusCode::SERVICE_UNAVAILABLE,
        HostError::Platform(_) => StatusCode::BAD_GATEWAY,
        HostError::UnknownShop(_) => StatusCode::CONFLICT,
        HostError::Held { .. } | HostError::Unable(_) => StatusCode::SERVICE_UNAVAILABLE,
        HostError::Handler(HandlerError::Meanwhile(_)) => StatusCode::SERVICE_UNAVAILABLE,
        HostError::Journal(
            JournalError::Database(_)
            | JournalError::Alone
            | JournalError::Connect { .. }
            | JournalError::HandlerGone(_)
            | JournalError::Meanwhile(_)
            | JournalError::RanOut
            | JournalError::Superseded(_),
        ) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<HandlerError> for Problem {
    fn from(error: HandlerError) -> Problem {
        HostError::from(error).into()
    }
}

impl From<JournalError> for Problem {
    fn from(error: JournalError) -> Problem {
        HostError::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Problem { status, code, detail, more } = self;
        let mut problem = json!({
            "type": format!("urn:shop-host:problem:{code}"),
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "code": code,
            "detail": detail,
        });
        if let Some((name, value)) = more {
            problem[name] = value;
        }
        let mut response = (status, problem.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        // RFC 6750, 3.1.
        let challenge = match code {
            "token-missing" => Some("Bearer"),
            "token-unknown" => Some("Bearer error=\"invalid_token\""),
            "token-not-permitted" => Some("Bearer error=\"insufficient_scope\""),
            _ => None,
        };
        if let Some(challenge) = challenge {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, SOON);
        }
        response
    }
}
