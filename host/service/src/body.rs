//! What stands in the body of a request.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use shop_core::words::order::Overladen;
use shop_folder::file::parse_object;

use crate::Service;
use crate::problem::Problem;

/// What is expected in a body.
pub(crate) struct Expected {
    /// In a few words.
    pub(crate) what: &'static str,
    /// The code of what is none.
    pub(crate) malformed: &'static str,
    /// Of how many bytes at most: the route's limit.
    pub(crate) most: usize,
}

impl Expected {
    /// The text that is there, in JSON by what is said of it.
    pub(crate) async fn text(&self, request: Request, service: &Service) -> Result<String, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
            let detail = format!("expected {} in JSON, with the header Content-Type: application/json", self.what);
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type-unfit", detail));
        }
        let bytes = self.bytes(request, service).await?;
        String::from_utf8(bytes.into()).map_err(|_| self.none("expected UTF-8"))
    }

    /// The object that is there.
    pub(crate) async fn object<T: DeserializeOwned>(&self, request: Request, service: &Service) -> Result<T, Problem> {
        let text = self.text(request, service).await?;
        parse_object(&text).map_err(|fault| self.none(&fault.to_string()))
    }

    /// The person that is there, by what is said beside the usual.
    pub(crate) async fn person<T: DeserializeOwned>(
        &self,
        request: Request,
        service: &Service,
        extra: impl Fn(&T) -> &BTreeMap<String, String>,
    ) -> Result<T, Problem> {
        let person = self.object(request, service).await?;
        match Overladen::extra(extra(&person)) {
            Some(overladen) => Err(self.none(&overladen.to_string())),
            None => Ok(person),
        }
    }

    async fn bytes(&self, request: Request, service: &Service) -> Result<Bytes, Problem> {
        Bytes::from_request(request, service).await.map_err(|rejected| match rejected.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(self.most),
            _ => self.none("the body broke off"),
        })
    }

    /// What is there is not what was expected.
    pub(crate) fn none(&self, detail: &str) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, self.malformed, detail)
    }
}

/// Fails if there is anything: whoever sends something expects that it counts.
pub(crate) async fn nothing(request: Request, service: &Service) -> Result<(), Problem> {
    let expected = Expected { what: "nothing", malformed: "body-unexpected", most: crate::MOST_BYTES_OF_CHANGE };
    match expected.bytes(request, service).await?.is_empty() {
        true => Ok(()),
        false => Err(expected.none("expected no body: what is to be done stands in the path, and how in the query")),
    }
}
