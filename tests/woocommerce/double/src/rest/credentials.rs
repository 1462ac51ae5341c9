//! Who may ask for what.
//!
//! A shop takes Basic auth over HTTPS only, and wants OAuth 1.0a over plain HTTP. The double has no TLS, so it takes plain HTTP for
//! HTTPS, and knows no OAuth.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Call;
use crate::refusal::{Refusable, Refusal};
use crate::shop::{Permission, Shop};

/// Whether the request has a key that may do it.
pub(crate) fn check(shop: &Shop, call: &Call) -> Refusable<()> {
    if !call.is_ours {
        return Err(Refusal::no_route());
    }
    let given = given(call);
    let Some(key) = given.as_ref().and_then(|(key, _)| shop.keys.iter().find(|known| known.key == *key)) else {
        return Err(nobody(call));
    };
    if given.is_some_and(|(_, secret)| secret != key.secret) {
        return Err(Refusal::credentials("Consumer secret is invalid."));
    }
    let lacks = |what: &str| Refusal::credentials(&format!("The API key provided does not have {what} permissions."));
    match (call.method.as_str(), key.may) {
        ("GET" | "HEAD", Permission::Write) => Err(lacks("read")),
        ("POST" | "PUT" | "PATCH" | "DELETE", Permission::Read) => Err(lacks("write")),
        _ => Ok(()),
    }
}

fn given(call: &Call) -> Option<(String, String)> {
    let basic = call.authorization.as_deref().and_then(|value| value.strip_prefix("Basic "));
    let Some(basic) = basic else {
        let parameter = |name| call.parameter(name).map(str::to_owned);
        return Some((parameter("consumer_key")?, parameter("consumer_secret")?));
    };
    let text = String::from_utf8(STANDARD.decode(basic.trim()).ok()?).ok()?;
    text.split_once(':').map(|(key, secret)| (key.to_owned(), secret.to_owned()))
}

/// A key that nobody knows is like none. What is said to those who want to write was not recorded; it is what WooCommerce says
/// elsewhere.
fn nobody(call: &Call) -> Refusal {
    let (code, message) = match (call.method.as_str(), call.path.len()) {
        ("POST", _) => ("create", "Sorry, you are not allowed to create resources."),
        ("PUT" | "PATCH", _) => ("edit", "Sorry, you are not allowed to edit this resource."),
        ("DELETE", _) => ("delete", "Sorry, you are not allowed to delete this resource."),
        (_, 0 | 1) => ("view", "Sorry, you cannot list resources."),
        _ => ("view", "Sorry, you cannot view this resource."),
    };
    Refusal::new(401, &format!("woocommerce_rest_cannot_{code}"), message)
}
