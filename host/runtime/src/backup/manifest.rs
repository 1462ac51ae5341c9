//! What a backup says of itself.

use std::collections::BTreeMap;
use std::fmt::Write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Item;
use shop_core::words::digest::Digest;
use shop_core::words::period::Timestamp;

/// The format of the backups that this version makes, and the newest that it restores.
pub const FORMAT: u32 = 1;

/// The first entry, which tells how to read the others.
pub(super) const MANIFEST: &str = "manifest.json";
/// The second entry: the digest of every other.
pub(super) const SUMS: &str = "SHA256SUMS";

/// Where a backup comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// How it is written.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// Of which moment it is.
    pub time: Timestamp,
    /// Who made it.
    pub by: String,
}

/// The digest of each item.
pub(super) type Sums = BTreeMap<Item, Digest>;

/// The digests as `sha256sum` writes them.
pub(super) fn written(manifest: &[u8], sums: &Sums) -> String {
    let mut text = format!("{}  {MANIFEST}\n", Digest::of(manifest));
    for (item, digest) in sums {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{digest}  {item}");
    }
    text
}

/// Reads the digests, and holds the manifest against its own.
pub(super) fn read(manifest: &[u8], text: &str) -> Result<Sums, String> {
    let mut sums = Sums::new();
    let mut own = None;
    for line in text.lines() {
        let (digest, name) = line.split_once("  ").ok_or("its SHA256SUMS is damaged")?;
        let digest: Digest = digest.parse().map_err(|error| format!("its SHA256SUMS: {error}"))?;
        let twice = match name {
            MANIFEST => own.replace(digest).is_some(),
            _ => sums.insert(item(name, digest)?, digest).is_some(),
        };
        if twice {
            return Err(format!("its SHA256SUMS has {name} twice"));
        }
    }
    match own {
        Some(digest) if digest == Digest::of(manifest) => Ok(sums),
        _ => Err(format!("its {MANIFEST} is not what was written")),
    }
}

/// The item of a name. A component's is its digest.
fn item(name: &str, digest: Digest) -> Result<Item, String> {
    match name.parse().map_err(|error| format!("{error}"))? {
        Item::Component(named) if named != digest => Err(format!("{name} is another component than it is called")),
        item => Ok(item),
    }
}
