//! A request, taken apart.

use axum::http::HeaderValue;
use serde_json::Value;

/// A request of the REST API.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// Whether it is one of this API's at all.
    pub(crate) is_ours: bool,
    /// What stands behind `/wp-json/wc/v3`.
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) authorization: Option<String>,
    /// Null if it is no JSON.
    pub(crate) body: Value,
}

impl Call {
    pub(crate) fn new(method: &str, path: &str, query: &str, authorization: Option<&HeaderValue>, body: &[u8]) -> Call {
        let ours = path.strip_prefix("/wp-json/wc/v3");
        let parts = ours.unwrap_or_default().split('/').filter(|part| !part.is_empty());
        Call {
            method: method.to_owned(),
            is_ours: ours.is_some(),
            path: parts.map(str::to_owned).collect(),
            query: serde_urlencoded::from_str(query).unwrap_or_default(),
            authorization: authorization.and_then(|value| value.to_str().ok()).map(str::to_owned),
            body: serde_json::from_slice(body).unwrap_or_default(),
        }
    }

    /// The parameter with a name.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that can have several values: with commas, or given several times as PHP has lists.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let is_it = |given: &str| given == name || given.strip_prefix(name).is_some_and(|rest| rest.starts_with('['));
        let given: Vec<&str> =
            self.query.iter().filter(|(given, _)| is_it(given)).flat_map(|(_, value)| value.split(',')).collect();
        (!given.is_empty()).then_some(given)
    }

    /// Whether a parameter says yes.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.parameter(name).is_some_and(|value| value == "true" || value == "1")
    }
}
