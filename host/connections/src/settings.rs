//! The web shops that are connected: each has a file in `connections/`, in the folder of the host's data.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shop_core::words::period::Timestamp;
use shop_core::words::shop::ShopName;
use shop_folder::CONNECTIONS;
use shop_folder::file::{self, FileError};

use crate::connection::{Connection, ConnectionName};
use crate::woocommerce::{self, WooCommerce, WooSettings};

/// The settings of a connection: the file `connections/NAME.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectionSettings {
    /// Whose orders it takes, where one host has those of several shops: that one's catalogue says what is sold. Left out: those of
    /// the shop without a name.
    #[serde(default)]
    pub shop: Option<ShopName>,
    /// Since when the host works for the web shop: what was paid there earlier is left alone.
    pub begins: Timestamp,
    /// How often the web shop's list of orders is looked through for what was never sent, in seconds.
    #[serde(default = "look_seconds")]
    #[schemars(range(min = 10))]
    pub look_seconds: u32,
    /// What the web shop does not know any more for so long is cancelled, in seconds: it also says so of orders that it cannot load for a
    /// while.
    #[serde(default = "gone_seconds")]
    pub gone_seconds: u32,
    /// The WooCommerce that it is.
    pub woocommerce: WooSettings,
}

fn look_seconds() -> u32 {
    300
}

fn gone_seconds() -> u32 {
    24 * 60 * 60
}

/// A connection cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The folder cannot be read.
    #[error("{}: {error}", path.display())]
    #[expect(missing_docs)]
    Folder { path: PathBuf, error: io::Error },
    /// A file of settings cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// What is in one cannot be used.
    #[error("{}: {why}", path.display())]
    #[expect(missing_docs)]
    Unfit { path: PathBuf, why: String },
}

impl ConnectionSettings {
    /// The connection, ready to be used. `folder` is where the settings are.
    pub fn connect(&self, name: ConnectionName, folder: &Path) -> Result<Connection, woocommerce::Unusable> {
        self.woocommerce.check_deliveries(&name)?;
        Ok(Connection {
            name,
            sells_for: self.shop.clone(),
            begins: self.begins,
            gone_seconds: self.gone_seconds,
            look: Duration::from_secs(self.look_seconds.max(10).into()),
            shop: Arc::new(WooCommerce::new(&self.woocommerce, folder)?),
        })
    }
}

/// The files that there are, with the connections' names.
pub fn files(data: &Path) -> Result<Vec<(ConnectionName, PathBuf)>, ConnectionError> {
    let failed = |error| ConnectionError::Folder { path: data.join(CONNECTIONS), error };
    let named = |(path, _): (PathBuf, _)| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().parse();
        let name = name.map_err(|why| ConnectionError::Unfit { path: path.clone(), why })?;
        Ok((name, path))
    };
    shop_folder::connections(data).map_err(failed)?.into_iter().map(named).collect()
}

/// The file of a connection.
pub fn file_of(data: &Path, name: &ConnectionName) -> PathBuf {
    data.join(name.settings())
}

/// All connections, ready to be used. Two never take the orders of one shop: these could have the same ids.
pub fn connections(data: &Path) -> Result<Vec<Connection>, ConnectionError> {
    let mut all: Vec<Connection> = Vec::new();
    for (name, path) in files(data)? {
        let unfit = |why: String| ConnectionError::Unfit { path: path.clone(), why };
        let settings: ConnectionSettings = file::read_toml(&path)?;
        if let Some(other) = all.iter().find(|other| other.sells_for == settings.shop) {
            let told = format!(
                "shop: expected a shop of which no other connection takes the orders, found that of {}: give each a `shop` of its own",
                other.name
            );
            return Err(unfit(told));
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        all.push(settings.connect(name, folder).map_err(|error| unfit(error.to_string()))?);
    }
    Ok(all)
}
