//! How the API says no.

use serde_json::{Value, json};

use crate::json::Json;

/// An error of the REST API.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    code: String,
    message: String,
    data: Value,
}

/// What a request comes to.
pub(crate) type Refusable<T> = Result<T, Refusal>;

impl Refusal {
    pub(crate) fn new(status: u16, code: &str, message: &str) -> Refusal {
        Refusal { status, code: code.to_owned(), message: message.to_owned(), data: json!({ "status": status }) }
    }

    /// Something about the credentials.
    pub(crate) fn credentials(message: &str) -> Refusal {
        Refusal::new(401, "woocommerce_rest_authentication_error", message)
    }

    /// No such order. The same stands in a delivery about an order that is gone.
    pub(crate) fn no_order() -> Refusal {
        Refusal::new(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
    }

    pub(crate) fn no_route() -> Refusal {
        Refusal::new(404, "rest_no_route", "No route was found matching the URL and request method.")
    }

    /// A parameter that is none.
    pub(crate) fn parameter(name: &str, code: &str, message: &str) -> Refusal {
        let details = json!({ name: { "code": code, "message": message, "data": null } });
        Refusal {
            data: json!({ "status": 400, "params": { name: message }, "details": details }),
            ..Refusal::new(400, "rest_invalid_param", &format!("Invalid parameter(s): {name}"))
        }
    }

    /// A refund of more than there is: the shop says that this is its own fault, and has no status in the body.
    pub(crate) fn refund() -> Refusal {
        let refusal = Refusal::new(500, "woocommerce_rest_cannot_create_order_refund", "Invalid refund amount.");
        Refusal { data: json!(500), ..refusal }
    }

    pub(crate) fn body(&self) -> Json {
        crate::json::object([
            ("code", (&self.code).into()),
            ("message", (&self.message).into()),
            ("data", (&self.data).into()),
        ])
    }
}
