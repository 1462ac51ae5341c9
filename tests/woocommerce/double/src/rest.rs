//! The REST API, version 3.

use axum::http::HeaderValue;
use serde_json::Value;

use crate::json::{Json, object};
use crate::refusal::{Refusable, Refusal};
use crate::shop::Shop;

mod call;
mod changes;
mod credentials;
mod list;
mod orders;
mod pages;
mod products;
mod webhooks;

pub(crate) use call::Call;

/// What is answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, HeaderValue)>,
    pub(crate) body: Json,
    /// The webhook whose new address is pinged before the answer leaves.
    pub(crate) pings: Option<u64>,
}

impl Answer {
    fn of(status: u16, body: Json) -> Answer {
        Answer { status, headers: Vec::new(), body, pings: None }
    }

    pub(crate) fn refused(refusal: &Refusal) -> Answer {
        Answer::of(refusal.status, refusal.body())
    }

    fn with_header(mut self, name: &'static str, value: &str) -> Answer {
        self.headers.extend(HeaderValue::from_str(value).map(|value| (name, value)));
        self
    }
}

/// Answers a request.
pub(crate) fn answer(shop: &mut Shop, call: &Call) -> Answer {
    let answer = route(shop, call).unwrap_or_else(|refusal| Answer::refused(&refusal));
    let kept = call.parameter("_fields").map(|fields| fields.split(',').map(str::to_owned).collect::<Vec<_>>());
    match kept {
        Some(kept) if answer.status < 300 => {
            let kept = with_links(kept, &answer.body);
            Answer { body: answer.body.only(&kept), ..answer }
        }
        _ => answer,
    }
}

/// Of a single thing, the links stay, whatever fields were asked for; of those in a list, they go.
fn with_links(mut kept: Vec<String>, body: &Json) -> Vec<String> {
    if matches!(body, Json::Object(_)) {
        kept.push("_links".to_owned());
    }
    kept
}

fn route(shop: &mut Shop, call: &Call) -> Refusable<Answer> {
    credentials::check(shop, call)?;
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match (call.method.as_str(), path.as_slice()) {
        ("GET", []) => Ok(Answer::of(200, object([("namespace", "wc/v3".into())]))),
        (_, ["orders", rest @ ..]) => orders::answer(shop, call, rest),
        (_, ["webhooks", rest @ ..]) => webhooks::answer(shop, call, rest),
        ("GET", ["products", rest @ ..]) => products::answer(shop, call, rest),
        _ => Err(Refusal::no_route()),
    }
}

/// The id in a path: only digits are a path of the API's.
fn id(text: &str) -> Refusable<u64> {
    text.parse().map_err(|_| Refusal::no_route())
}

/// A text field of what was sent.
fn text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}
