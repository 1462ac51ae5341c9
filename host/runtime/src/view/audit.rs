//! The audit log, with people's names.

use std::collections::BTreeMap;

use serde_json::Value;
use shop_core::audit::Entry;

/// Entries with people's addresses in place of their pseudonyms, as far as they are known.
pub fn with_names(mut entries: Vec<Entry>, names: &BTreeMap<String, String>) -> Vec<Entry> {
    entries.iter_mut().for_each(|entry| put_names(&mut entry.details, names));
    entries
}

fn put_names(details: &mut Value, names: &BTreeMap<String, String>) {
    match details {
        Value::String(text) => {
            if let Some(name) = names.get(text) {
                text.clone_from(name);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| put_names(value, names)),
        Value::Object(fields) => fields.values_mut().for_each(|value| put_names(value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
