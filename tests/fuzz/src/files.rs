//! Files that people and shops write. Whatever is read can be written, and is then read as the same; an error says what is wrong,
//! in a few words.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use shop_core::lines::catalogue::Catalogue;
use shop_folder::file::{Fault, parse_order, parse_toml};
use shop_platforms::embedded::Seed;
use shop_platforms::moodle::MoodleSettings;

use crate::check_told;

pub(super) fn order(bytes: &[u8]) -> bool {
    let Some(said) = told(bytes, parse_order) else { return false };
    let written = serde_json::to_string(&said).expect("an order is written");
    assert_eq!(parse_order(&written).as_ref(), Ok(&said), "{written}");
    true
}

pub(super) fn catalogue(bytes: &[u8]) -> bool {
    same::<Catalogue>(bytes)
}

pub(super) fn settings(bytes: &[u8]) -> bool {
    same::<MoodleSettings>(bytes)
}

pub(super) fn platform(bytes: &[u8]) -> bool {
    same::<Seed>(bytes)
}

fn same<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) -> bool {
    let Some(read) = told(bytes, parse_toml::<T>) else { return false };
    let written = toml::to_string(&read).expect("what was read is written");
    assert_eq!(parse_toml::<T>(&written).as_ref(), Ok(&read), "{written}");
    true
}

/// What is read of a file; what is not text is refused before.
fn told<T>(bytes: &[u8], read: impl Fn(&str) -> Result<T, Fault>) -> Option<T> {
    match read(std::str::from_utf8(bytes).ok()?) {
        Ok(read) => Some(read),
        Err(fault) => {
            check_told(&fault.to_string());
            None
        }
    }
}
