//! The shops that share a folder, and have names: each has its catalogue there.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use shop_core::words::shop::{InvalidShopName, ShopName};

/// The catalogues of shops that have a name, where several share the folder: `NAME.toml` in this one.
pub const SHOPS: &str = "shops";

/// The catalogue of a shop, as it is called within the folder, whether it is there or not.
pub fn catalogue_of(shop: &ShopName) -> String {
    format!("{SHOPS}/{shop}.toml")
}

/// The settings of the web shops that are connected: `NAME.toml` in this folder. They name where their secrets are, and do not have them.
pub const CONNECTIONS: &str = "connections";

/// The settings of a connection, as they are called within the folder. Its name is one that a shop could have.
pub fn connection_of(connection: &ShopName) -> String {
    format!("{CONNECTIONS}/{connection}.toml")
}

/// The catalogues that are there, in the sequence of their names, each with the shop's name; or why a file's name is none.
pub fn shops(data: &Path) -> io::Result<Vec<(PathBuf, Result<ShopName, InvalidShopName>)>> {
    named(&data.join(SHOPS))
}

/// The settings of connections that are there, each with the connection's name, or why a file's name is none.
pub fn connections(data: &Path) -> io::Result<Vec<(PathBuf, Result<ShopName, InvalidShopName>)>> {
    named(&data.join(CONNECTIONS))
}

fn named(folder: &Path) -> io::Result<Vec<(PathBuf, Result<ShopName, InvalidShopName>)>> {
    let entries = match folder.read_dir() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut shops = Vec::new();
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        // Editors put files that begin with a dot beside what they edit.
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !is_hidden && path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().parse();
            shops.push((path, name));
        }
    }
    shops.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(shops)
}
