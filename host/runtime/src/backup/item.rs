//! What can be in a backup.

use std::fmt;
use std::str::FromStr;

use shop_core::words::digest::Digest;
use shop_core::words::shop::ShopName;
use shop_core::words::text;
use shop_folder::{
    CATALOGUE, CONNECTIONS, HANDLERS, JOURNAL, MOODLE, MOODLE_MEMORY, PLATFORM, SHOPS, catalogue_of, connection_of,
};

/// A file of a shop's data that is in backups. There are no others: an archive's entry cannot be named so that it would
/// come to lie anywhere else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// The journal.
    Journal,
    /// The embedded learning platform.
    Platform,
    /// What is remembered of a Moodle.
    MoodleMemory,
    /// How to reach a Moodle.
    Moodle,
    /// The catalogue.
    Catalogue,
    /// The catalogue of one of several shops.
    CatalogueOf(ShopName),
    /// How to reach a web shop, by the name of the connection.
    Connection(ShopName),
    /// A handler's component.
    Component(Digest),
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Journal => f.write_str(JOURNAL),
            Item::Platform => f.write_str(PLATFORM),
            Item::MoodleMemory => f.write_str(MOODLE_MEMORY),
            Item::Moodle => f.write_str(MOODLE),
            Item::Catalogue => f.write_str(CATALOGUE),
            Item::CatalogueOf(shop) => f.write_str(&catalogue_of(shop)),
            Item::Connection(name) => f.write_str(&connection_of(name)),
            Item::Component(digest) => write!(f, "{HANDLERS}/{digest}.wasm"),
        }
    }
}

/// A name that nothing in a backup has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it holds {0:?}, which is no part of a shop's data")]
pub struct UnknownItem(String);

impl FromStr for Item {
    type Err = UnknownItem;

    fn from_str(name: &str) -> Result<Self, UnknownItem> {
        let within = |folder: &str, ending: &str| name.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(ending);
        let shop = || within(SHOPS, ".toml")?.parse().ok();
        let connection = || within(CONNECTIONS, ".toml")?.parse().ok();
        let component = || within(HANDLERS, ".wasm")?.parse().ok();
        let settings = || shop().map(Item::CatalogueOf).or_else(|| connection().map(Item::Connection));
        let in_folder = || settings().or_else(|| component().map(Item::Component));
        match name {
            JOURNAL => Ok(Item::Journal),
            PLATFORM => Ok(Item::Platform),
            MOODLE_MEMORY => Ok(Item::MoodleMemory),
            MOODLE => Ok(Item::Moodle),
            CATALOGUE => Ok(Item::Catalogue),
            _ => in_folder().ok_or_else(|| UnknownItem(text::excerpt(name))),
        }
    }
}
