//! What is asked for by somebody who may, with a path, a query and headers; the body is read by whoever expects something there.

use std::time::Duration;

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, Query, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shop_core::words::permission::Permission;
use shop_host::host::Provided;

use crate::Service;
use crate::access::Access;
use crate::answers::wait;
use crate::conditions::provided;
use crate::problem::Problem;

/// How something is done.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct How {
    /// Only what it would do is told.
    #[serde(default)]
    pub(crate) preview: bool,
}

/// What is asked for.
pub(crate) struct Asked<Q> {
    pub(crate) access: Access,
    pub(crate) path: Result<Path<String>, PathRejection>,
    pub(crate) query: Q,
    pub(crate) provided: Provided,
    pub(crate) wait: Option<Duration>,
}

impl<Q: DeserializeOwned> Asked<Q> {
    /// Reads a request up to its body, if what it asks for is permitted.
    pub(crate) async fn of(
        request: Request,
        service: &Service,
        permission: Permission,
    ) -> Result<(Self, Request), Problem> {
        let (mut parts, body) = request.into_parts();
        let access = Access::from_request_parts(&mut parts, service).await?;
        access.permits(permission)?;
        let path = Path::from_request_parts(&mut parts, service).await;
        let query = Query::try_from_uri(&parts.uri).map_err(|rejected| Problem::no_query(&rejected.body_text()))?;
        let (provided, wait) = (provided(&parts.headers)?, wait(&parts.headers));
        Ok((Asked { access, path, query: query.0, provided, wait }, Request::from_parts(parts, body)))
    }
}
