//! The audit log, with people's names.

use std::collections::BTreeMap;

use serde_json::Value;
use shop_core::audit::Entry;
use shop_core::orders::scope::Scope;
use shop_core::words::order::OrderId;

/// Entries as far as they are about a shop's own orders: what is done for all shops is shown to whoever runs the host.
pub fn within(mut entries: Vec<Entry>, scope: &Scope) -> Vec<Entry> {
    let is_own = |order: &OrderId| scope.has(order);
    entries.retain(|entry| entry.order.as_ref().map_or(*scope == Scope::All, is_own));
    for entry in &mut entries {
        // In whose orders a former operator stays in charge.
        if let Some(Value::Array(kept)) = entry.details.get_mut("keeps") {
            let order = |kept: &Value| kept.get("order").and_then(|id| serde_json::from_value(id.clone()).ok());
            kept.retain(|kept| order(kept).is_some_and(|order| is_own(&order)));
        }
    }
    entries
}

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
