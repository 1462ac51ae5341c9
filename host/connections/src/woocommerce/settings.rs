//! How a WooCommerce is reached, and what it must be told of it because it does not tell that itself.

use std::time::Duration;

use reqwest::Url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shop_web::{is_this_machine, shown};

use super::participants::Fields;
use super::unusable::Unusable;
use crate::connection::ConnectionName;
use crate::secret::{Source, source};

/// The settings of a WooCommerce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WooSettings {
    /// The address of the shop: `https://shop.example.org`.
    pub url: String,
    /// The addresses that the same shop had before. Another shop under the name of this connection is told nothing of this one's orders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formerly: Vec<String>,
    /// Where its consumer key and consumer secret are, one behind the other with a blank or a line's end between.
    #[serde(deserialize_with = "source")]
    pub keys: Source,
    /// Where the secret is with which it signs what it sends.
    #[serde(deserialize_with = "source")]
    pub secret: Source,
    /// Where it sends to: this host's address, as the shop reaches it, such as `https://seats.example.org/connections/web`.
    pub deliveries: String,
    /// Whether the keys are sent in the address, for servers that keep the header from the shop.
    #[serde(default)]
    pub keys_in_address: bool,
    /// How long one request may take, in seconds: 25 at most.
    #[serde(default = "timeout")]
    pub timeout_seconds: u64,
    /// The key of the orders' meta data in which an extension notes the language of the buyer, such as `wpml_language`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_meta: Option<String>,
    /// What the fields are called in which participants are named when seats are bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participants: Option<Fields>,
}

fn timeout() -> u64 {
    20
}

/// An address to which a path can be added.
fn bare(text: &str) -> Option<Url> {
    let url: Url = text.trim_end_matches('/').parse().ok()?;
    let is_bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    (matches!(url.scheme(), "http" | "https") && is_bare && url.fragment().is_none()).then_some(url)
}

/// Where a shop sends to what is for a connection, by this host's own address as the shop reaches it.
pub(crate) fn deliveries(address: &str, name: &ConnectionName) -> Result<String, Unusable> {
    let host = bare(address).ok_or_else(|| Unusable::Deliveries(shown(address)))?;
    match host.scheme() == "http" && !is_this_machine(&host) {
        true => Err(Unusable::OpenDeliveries(shown(address))),
        false => Ok(format!("{}/connections/{name}", host.as_str().trim_end_matches('/'))),
    }
}

impl WooSettings {
    /// Fails if the shop sends to anything but the connection of this name.
    pub(crate) fn check_deliveries(&self, name: &ConnectionName) -> Result<(), Unusable> {
        let address = self.deliveries.strip_suffix(&format!("/connections/{name}"));
        deliveries(address.ok_or_else(|| Unusable::Elsewhere(name.clone(), shown(&self.deliveries)))?, name).map(|_| ())
    }

    /// The address below which its API is.
    pub(super) fn api(&self) -> Result<Url, Unusable> {
        let malformed = || Unusable::Url(shown(&self.url));
        let site = bare(&self.url).ok_or_else(malformed)?;
        // The keys go with each request.
        if site.scheme() == "http" && !is_this_machine(&site) {
            return Err(Unusable::Insecure(shown(&self.url)));
        }
        let api = format!("{}/wp-json/wc/v3/", site.as_str().trim_end_matches('/'));
        api.parse().map_err(|_| malformed())
    }

    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds.clamp(1, 25))
    }
}
