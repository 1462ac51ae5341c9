//! Settings of a WooCommerce with which nothing can be done.

use shop_web::TlsError;

use crate::connection::ConnectionName;
use crate::secret::SecretError;

/// A WooCommerce that cannot be reached by its settings.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Its address is none.
    #[error("url: expected the address of a shop such as \"https://shop.example.org\", found {0:?}")]
    Url(String),
    /// It would send the keys in clear.
    #[error("url: expected https://, since the keys go with each request, found {0:?}")]
    Insecure(String),
    /// Where it is to send to is no address.
    #[error(
        "deliveries: expected the address of this host, as the shop reaches it, such as \"https://seats.example.org\", found {0:?}"
    )]
    Deliveries(String),
    /// It would send people's names in clear.
    #[error("deliveries: expected https://, since people's names and addresses come there, found {0:?}")]
    OpenDeliveries(String),
    /// It is to send to something else than this connection.
    #[error("deliveries: expected the address of this host with /connections/{0} behind it, found {1:?}")]
    Elsewhere(ConnectionName, String),
    /// A secret is not there.
    #[error(transparent)]
    Secret(SecretError),
    /// The keys are none.
    #[error(
        "keys: expected the consumer key ck_… and the consumer secret cs_…, found something else, which is not shown"
    )]
    Keys,
    /// This machine cannot make secure connections.
    #[error(transparent)]
    Tls(#[from] TlsError),
}
