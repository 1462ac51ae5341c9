//! A backup that was made or restored.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::backup::{self, Item, Made, Manifest};

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Backup {
    /// Where it comes from.
    #[serde(flatten)]
    pub manifest: Manifest,
    /// The files that are in it.
    pub items: Vec<String>,
    /// The size of its file.
    pub bytes: u64,
    /// How many microseconds orders had to wait for it.
    pub held_us: u64,
    /// Components that are not what was installed, and hence not in it.
    pub damaged: Vec<String>,
}

/// A backup that was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Restored {
    /// Where it comes from.
    #[serde(flatten)]
    pub manifest: Manifest,
    /// The files that were in it.
    pub items: Vec<String>,
}

impl From<&Made> for Backup {
    fn from(made: &Made) -> Backup {
        let held_us = u64::try_from(made.held.as_micros()).unwrap_or(u64::MAX);
        let (items, damaged) = (names(&made.items), names(&made.damaged));
        Backup { manifest: made.manifest.clone(), items, bytes: made.bytes, held_us, damaged }
    }
}

impl From<&backup::Restored> for Restored {
    fn from(restored: &backup::Restored) -> Restored {
        Restored { manifest: restored.manifest.clone(), items: names(&restored.items) }
    }
}

fn names(items: &BTreeSet<Item>) -> Vec<String> {
    items.iter().map(Item::to_string).collect()
}
