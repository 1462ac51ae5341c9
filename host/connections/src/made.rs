//! A web shop is connected: what is written down of it, and what it is told. Nothing that is there is replaced, and where something
//! fails, nothing stays.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;
use shop_core::words::period::Timestamp;
use shop_core::words::secret::Secret;
use shop_core::words::shop::ShopName;
use shop_folder::{CONNECTIONS, file};

use crate::connection::ConnectionName;
use crate::secret;
use crate::settings::{ConnectionError, ConnectionSettings, file_of, files};
use crate::shop::{ShopError, WebShop};
use crate::woocommerce::{self, Unusable, WooCommerce};

/// A WooCommerce that is to be connected.
#[derive(Clone, Debug)]
pub struct NewWooCommerce<'a> {
    /// What it is to be called here.
    pub name: ConnectionName,
    /// Whose orders it is to take; none: those of the shop without a name.
    pub shop: Option<&'a ShopName>,
    /// What was paid there earlier is left alone.
    pub begins: Timestamp,
    /// Its address.
    pub url: &'a str,
    /// This host's own address, as the shop reaches it.
    pub address: &'a str,
    /// The consumer key and the consumer secret.
    pub keys: Secret,
    /// Whether these are sent in the address.
    pub keys_in_address: bool,
}

/// A web shop that was connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Connected {
    /// What it is called here.
    pub name: String,
    /// Whose orders it takes; null: those of the shop without a name.
    pub shop: Option<ShopName>,
    /// Its address.
    pub url: String,
    /// What was paid there earlier is left alone.
    pub begins: Timestamp,
    /// Where it sends to.
    pub deliveries: String,
    /// What was made there to be sent.
    pub webhooks: Vec<&'static str>,
    /// What was written, in the folder of the data.
    pub files: Vec<String>,
}

/// A web shop was not connected. No file is left behind, unless the web shop may have heard its secret.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs)]
pub enum ConnectError {
    /// What is there cannot be read.
    #[error(transparent)]
    There(#[from] ConnectionError),
    /// The name is taken.
    #[error(
        "{}: expected a name that no connection has, found this one: if it is the same web shop, `shop-host connect webhooks` goes on with \
         it; else give the new one another name", path.display()
    )]
    Taken { path: PathBuf },
    /// Another one takes the orders of that shop.
    #[error("expected a shop of which no connection takes the orders, found that of {}: name another shop", path.display())]
    ShopTaken { path: PathBuf },
    /// It cannot be reached with what is said of it.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// It does not answer as it should.
    #[error("{url}: {error}; nothing was written")]
    Shop { url: String, error: ShopError },
    /// It does not take its webhooks.
    #[error("{url}: {error}; the settings and the secrets are written: `shop-host connect webhooks` goes on")]
    Webhooks { url: String, error: ShopError },
    /// A file cannot be written.
    #[error("{}: {error}", path.display())]
    Io { path: PathBuf, error: io::Error },
}

/// What was written, which goes again unless all went well.
struct Written(Vec<PathBuf>);

impl Written {
    fn write(&mut self, path: PathBuf, text: &str) -> Result<(), ConnectError> {
        let failed = |error| ConnectError::Io { path: path.clone(), error };
        let mut file = shop_folder::private().create_new(true).open(&path).map_err(failed)?;
        self.0.push(path.clone());
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        // The settings were written last: without them, the others are of no use.
        self.0.iter().rev().for_each(|path| _ = fs::remove_file(path));
    }
}

/// Connects a WooCommerce: asks it whether it lets us in, writes that down, and makes its webhooks.
pub async fn connect(data: &Path, new: &NewWooCommerce<'_>) -> Result<Connected, ConnectError> {
    is_free(data, new)?;
    let path = file_of(data, &new.name);
    let folder = data.join(CONNECTIONS);
    let text = settings(new)?;
    let settings: ConnectionSettings = file::parse_toml(&text)
        .map_err(|fault| ConnectionError::Unfit { path: path.clone(), why: fault.to_string() })?;
    let secret = secret::random();
    let shop = WooCommerce::with(&settings.woocommerce, &new.keys, secret.clone())?;
    let url = settings.woocommerce.url;
    let failed = |error: ShopError| ConnectError::Shop { url: url.clone(), error };
    shop.changed(Timestamp::now(), 1).await.map_err(failed)?;
    shop.wrong().await.map_err(failed)?;

    let io = |error| ConnectError::Io { path: folder.clone(), error };
    shop_folder::make(&folder).map_err(io)?;
    let mut written = Written(Vec::new());
    written.write(folder.join(format!("{}.keys", new.name)), &format!("{}\n", new.keys.reveal()))?;
    written.write(folder.join(format!("{}.secret", new.name)), &format!("{}\n", secret.reveal()))?;
    written.write(path, &text)?;
    shop_folder::sync(&folder).map_err(io)?;
    let made = shop.make_webhooks().await;
    if let Err(error @ ShopError::Refuses(_)) = made {
        return Err(failed(error));
    }
    // The web shop may have the secret by now: signed with one that nobody has written down, nothing would ever be let in.
    written.keep();
    let webhooks = made.map_err(|error| ConnectError::Webhooks { url: url.clone(), error })?;
    Ok(Connected {
        name: new.name.to_string(),
        shop: settings.shop,
        url,
        begins: settings.begins,
        deliveries: settings.woocommerce.deliveries,
        webhooks,
        files: ["toml", "keys", "secret"].map(|kind| format!("{CONNECTIONS}/{}.{kind}", new.name)).into(),
    })
}

fn is_free(data: &Path, new: &NewWooCommerce) -> Result<(), ConnectError> {
    for (name, path) in files(data)? {
        if name == new.name {
            return Err(ConnectError::Taken { path });
        }
        let other: ConnectionSettings = file::read_toml(&path).map_err(ConnectionError::File)?;
        if other.shop.as_ref() == new.shop {
            return Err(ConnectError::ShopTaken { path });
        }
    }
    Ok(())
}

/// The file of settings, with what else can be said in it.
fn settings(new: &NewWooCommerce) -> Result<String, Unusable> {
    let deliveries = woocommerce::deliveries(new.address, &new.name)?;
    // Of what is in these, TOML writes everything as JSON does.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let (name, begins) = (&new.name, new.begins);
    let (url, deliveries) = (quoted(new.url.trim_end_matches('/')), quoted(&deliveries));
    let shop = match new.shop {
        Some(shop) => format!("shop = {}", quoted(shop.as_str())),
        None => "# shop = \"nord\"".to_owned(),
    };
    let keys_in_address = if new.keys_in_address { "" } else { "# " };
    Ok(format!(
        r#"# A WooCommerce that sells for this host. `shop-host schema connection` tells all that can be said here.

# Whose orders it takes: of the shop whose catalogue is shops/NAME.toml; left out, of the shop without a name.
{shop}
# What was paid in the web shop earlier is left alone.
begins = "{begins}"
# How often its list of orders is looked through for what was never sent, in seconds.
look_seconds = 300

[woocommerce]
url = {url}
# The secrets themselves are never written in here. Or {{ env = "NAME" }}.
keys = {{ file = "{name}.keys" }}
secret = {{ file = "{name}.secret" }}
# Where it sends to: this host, as the web shop reaches it.
deliveries = {deliveries}
# For a server that keeps the header with the keys from WooCommerce.
{keys_in_address}keys_in_address = true
# The key of the orders' meta data in which an extension notes the buyer's language.
# language_meta = "wpml_language"

# What the fields are called in which participants are named when seats are bought.
# [woocommerce.participants]
# email = "Participant {{n}}: e-mail"
# first_name = "Participant {{n}}: first name"
# last_name = "Participant {{n}}: last name"
"#
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::woocommerce::Fields;

    fn new<'a>(url: &'a str, address: &'a str, shop: Option<&'a ShopName>) -> NewWooCommerce<'a> {
        let keys = Secret::sent("ck_1 cs_1");
        let begins = Timestamp::new(1_900_000_000).unwrap();
        NewWooCommerce { name: "web".parse().unwrap(), shop, begins, url, address, keys, keys_in_address: false }
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let nord: ShopName = "nord".parse().unwrap();
        let url = "https://shop.example.org/a \"quoted\" \\ one/";
        for shop in [None, Some(&nord)] {
            let new = NewWooCommerce { keys_in_address: shop.is_some(), ..new(url, "https://h.example.org/x/", shop) };
            let text = settings(&new).unwrap();
            let read: ConnectionSettings = file::parse_toml(&text).unwrap();
            assert_eq!((read.shop.as_ref(), read.begins), (shop, new.begins));
            assert_eq!(read.woocommerce.url, url.trim_end_matches('/'));
            assert_eq!(read.woocommerce.deliveries, "https://h.example.org/x/connections/web");
            assert_eq!(read.woocommerce.keys_in_address, shop.is_some());
            assert!(!text.contains("ck_1") && !text.contains("cs_1"), "{text}");
        }
    }

    #[test]
    fn what_stands_there_as_an_example_can_be_said() {
        let text = settings(&new("https://shop.example.org", "https://h.example.org", None)).unwrap();
        let examples = ["shop", "keys_in_address", "language_meta", "[", "email", "first_name", "last_name"];
        let said = examples.iter().fold(text, |text, name| text.replace(&format!("\n# {name}"), &format!("\n{name}")));
        let read: ConnectionSettings = file::parse_toml(&said).unwrap();
        let email = "Participant {n}: e-mail".to_owned();
        assert!(matches!(read.woocommerce.participants, Some(Fields { email: it, .. }) if it == email));
        assert_eq!(read.woocommerce.language_meta.as_deref(), Some("wpml_language"));
        assert!(read.shop.is_some() && read.woocommerce.keys_in_address);
    }

    #[test]
    fn a_host_has_an_address_that_a_shop_can_reach_in_safety() {
        for (address, told) in [
            ("seats.example.org", "expected the address of this host"),
            ("https://seats.example.org?x=1", "expected the address of this host"),
            ("https://me:word@seats.example.org", "expected the address of this host"),
            ("ftp://seats.example.org", "expected the address of this host"),
            ("http://seats.example.org", "expected https://"),
        ] {
            let error = settings(&new("https://shop.example.org", address, None)).unwrap_err().to_string();
            assert!(error.contains(told) && !error.contains("word"), "{address}: {error}");
        }
    }
}
