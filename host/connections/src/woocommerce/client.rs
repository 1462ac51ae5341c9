//! Requests to a WooCommerce's REST API, version 3.

use reqwest::header::ACCEPT;
use reqwest::{Client as Http, Method, RequestBuilder, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shop_core::words::secret::Secret;
use shop_core::words::text;
use shop_folder::file::values;
use shop_web::{BodyError, body, why};

use super::settings::WooSettings;
use super::unusable::Unusable;
use crate::shop::ShopError;

/// So many of anything are on a page of a list, at most.
pub(super) const PAGE: usize = 100;

/// No answer is larger: a page of its list has a hundred orders at most.
const MOST: usize = 32 << 20;

/// Nor has any more values, each of which takes more memory than its few bytes in the answer.
const MOST_VALUES: usize = 1 << 20;

/// With which requests are let in.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    key: Secret,
    secret: Secret,
}

impl Keys {
    pub(super) fn of(both: &Secret) -> Result<Keys, Unusable> {
        let mut parts = both.reveal().split_whitespace();
        let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(key), Some(secret), None) if is_plain(key) && is_plain(secret) => {
                let is_one = key.starts_with("ck_") && secret.starts_with("cs_");
                let keys = || Keys { key: Secret::sent(key), secret: Secret::sent(secret) };
                is_one.then(keys).ok_or(Unusable::Keys)
            }
            _ => Err(Unusable::Keys),
        }
    }
}

/// A way to a WooCommerce's API.
#[derive(Debug)]
pub(super) struct Client {
    http: Http,
    api: Url,
    keys: Keys,
    keys_in_address: bool,
}

/// What it says when it does not do what it is asked.
#[derive(Deserialize)]
struct Refusal {
    code: String,
}

impl Client {
    pub(super) fn new(settings: &WooSettings, keys: Keys) -> Result<Client, Unusable> {
        let api = settings.api()?;
        let http = shop_web::client(&api, settings.timeout())?;
        Ok(Client { http, api, keys, keys_in_address: settings.keys_in_address })
    }

    /// Reads something. None: the shop says that it is not there.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<Option<T>, ShopError> {
        self.ask(Method::GET, path, query, None).await
    }

    /// Writes something, and reads what it is then.
    pub(super) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        what: &Value,
    ) -> Result<Option<T>, ShopError> {
        self.ask(method, path, &[], Some(what)).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, String)],
        what: Option<&Value>,
    ) -> Result<Option<T>, ShopError> {
        let request = self.request(method, path, query)?;
        let request = match what {
            Some(what) => request.header("content-type", "application/json").body(what.to_string()),
            None => request,
        };
        let answer = request.send().await.map_err(|error| ShopError::Away(why(error)))?;
        let status = answer.status();
        let body = body(answer, MOST).await.map_err(|error| match error {
            BodyError::Lost(error) => ShopError::Away(why(error)),
            BodyError::TooLarge => ShopError::Strange(format!("its answer has more than {} MiB", MOST >> 20)),
        })?;
        if values(&body) > MOST_VALUES {
            return Err(ShopError::Strange(format!("its answer has more than {MOST_VALUES} values")));
        }
        match status.is_success() {
            true => serde_json::from_slice(&body).map(Some).map_err(|error| unreadable(path, &error, &body)),
            false => refused(status, &body),
        }
    }

    fn request(&self, method: Method, path: &str, query: &[(&str, String)]) -> Result<RequestBuilder, ShopError> {
        let mut url = self.api.join(path).map_err(|error| ShopError::Strange(error.to_string()))?;
        let Keys { key, secret } = &self.keys;
        if !query.is_empty() || self.keys_in_address {
            let mut pairs = url.query_pairs_mut();
            pairs.extend_pairs(query);
            if self.keys_in_address {
                pairs.append_pair("consumer_key", key.reveal()).append_pair("consumer_secret", secret.reveal());
            }
        }
        let request = self.http.request(method, url).header(ACCEPT, "application/json");
        Ok(match self.keys_in_address {
            true => request,
            false => request.basic_auth(key.reveal(), Some(secret.reveal())),
        })
    }
}

/// What another status means. By its code alone it is known that something is not there: anything in between can answer 404.
fn refused<T>(status: StatusCode, body: &[u8]) -> Result<Option<T>, ShopError> {
    let code = serde_json::from_slice::<Refusal>(body).ok().map(|refusal| text::excerpt(&refusal.code));
    let told = format!("HTTP status {}, {}", status.as_u16(), code.as_deref().unwrap_or("and a page instead of data"));
    match (status.as_u16(), code.as_deref()) {
        (404, Some("woocommerce_rest_shop_order_invalid_id")) => Ok(None),
        (401 | 403, _) => Err(ShopError::Refuses(told)),
        (408 | 429 | 500..=599, _) => Err(ShopError::Away(told)),
        (404, Some("rest_no_route")) => {
            Err(ShopError::Strange(format!("{told}: no WooCommerce is there, or its permalinks are plain ones")))
        }
        (300..=399, _) => {
            let hint = "it sends requests on, where the keys are not sent: take the shop's own address";
            Err(ShopError::Strange(format!("{told}: {hint}")))
        }
        _ => Err(ShopError::Strange(told)),
    }
}

/// What stands in an answer is about people: it is not told.
fn unreadable(path: &str, error: &serde_json::Error, body: &[u8]) -> ShopError {
    let place = format!("line {}, column {}", error.line(), error.column());
    match serde_json::from_slice::<serde::de::IgnoredAny>(body) {
        // A server that is being upgraded says so on a page, with any status.
        Err(_) => ShopError::Away(format!("{path}: a page instead of data")),
        Ok(_) => ShopError::Strange(format!("{path}: its answer is not what WooCommerce 9 and 10 answer ({place})")),
    }
}
