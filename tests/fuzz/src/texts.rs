//! A vendor's texts. Whatever is read can be worded, whatever it is filled in with, and becomes no longer than it is said to
//! weigh.

use std::collections::BTreeSet;

use shop_core::words::message::Value;
use shop_core::words::period::Timestamp;
use shop_core::words::text::printable;
use shop_core::words::wording::Texts;

use crate::check_told;

pub(super) fn read(bytes: &[u8]) -> bool {
    let Ok(ftl) = std::str::from_utf8(bytes) else { return false };
    let texts = match Texts::new([("en", ftl), ("fr", ftl)]) {
        Ok(texts) => texts,
        Err(error) => {
            check_told(&error.to_string());
            return false;
        }
    };
    let words: BTreeSet<&str> = ftl.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c))).collect();
    let ids: Vec<&str> = words.iter().copied().filter(|word| texts.has(word)).collect();
    let of_attributes = words.iter().flat_map(|attribute| ids.iter().map(move |id| format!("{id}.{attribute}")));
    let all: Vec<String> = ids.iter().map(|id| (*id).to_owned()).chain(of_attributes).collect();
    for (value, length) in values() {
        // Whatever a place is called, it is filled in.
        let arguments: Vec<_> = words.iter().map(|word| ((*word).to_owned(), value.clone())).collect();
        for id in all.iter().filter(|id| texts.has(id)) {
            for language in ["en", "fr"] {
                let worded = texts.word(language, id, &arguments);
                assert_eq!(worded, printable(&worded));
                // A place that is not filled in shows its name; what must not be shown takes three bytes.
                let longest = length.max(ftl.len().min(300));
                assert!(worded.len() as u64 <= 3 * texts.weight(id, longest), "{id} becomes {} bytes", worded.len());
            }
        }
    }
    true
}

/// All kinds of them, each with how long it is at most.
fn values() -> [(Value, usize); 6] {
    let end = Timestamp::new(253_402_300_799).expect("9999-12-31T23:59:59Z");
    [
        (Value::Number(i64::MIN), 32),
        (Value::Number(1), 32),
        (Value::Time(end), 32),
        (Value::from(""), 0),
        (Value::from("one"), 3),
        (Value::from("x".repeat(1_000)), 1_000),
    ]
}
