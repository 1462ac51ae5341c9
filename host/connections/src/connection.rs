//! A web shop that is connected, and what it is called here.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use shop_core::words::period::Timestamp;
use shop_core::words::shop::ShopName;

use crate::shop::WebShop;

/// A web shop that sells for the host.
#[derive(Clone)]
pub struct Connection {
    /// What it is called here.
    pub name: ConnectionName,
    /// Whose orders it takes; none: those of the shop without a name.
    pub sells_for: Option<ShopName>,
    /// What was paid there earlier is left alone.
    pub begins: Timestamp,
    /// How often its list of orders is looked through.
    pub look: Duration,
    /// What the web shop does not know any more for so long, in seconds, has ended.
    pub gone_seconds: u32,
    /// The web shop.
    pub shop: Arc<dyn WebShop>,
}

/// What a connection is called: a part of the address to which its web shop sends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionName(ShopName);

impl ConnectionName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Its settings, as they are called within the folder of the data.
    pub fn settings(&self) -> String {
        shop_folder::connection_of(&self.0)
    }
}

impl FromStr for ConnectionName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let invalid = |_| {
            format!("expected a connection's name of 1 to 30 characters a to z, 0 to 9 and hyphens, found {name:?}")
        };
        name.parse().map(ConnectionName).map_err(invalid)
    }
}

impl fmt::Display for ConnectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
