//! Whatever is handed in, an order ends in a named state from which it goes on. What files are read or refused is fuzzed.
//!
//! `PROPTEST_CASES` sets how many cases are tried.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use shop_core::orders::state::LineState;
use shop_folder::file;
use shop_host::host::HostError;

use crate::fixtures::shop::*;

/// A value that does not belong there, or does by chance.
fn foreign() -> impl Strategy<Value = Value> {
    let texts = [
        "",
        " ",
        "paid",
        "cancelled",
        "learner",
        "SPOC",
        "é@exämple.org",
        "ANNE@example.org",
        "duration=1",
        "\u{202e}\u{0}",
    ];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0u32..9).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(texts.to_vec()).prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
    ]
}

/// The places in a document, as JSON pointers.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(key, value)| places(value, &format!("{at}/{key}"), all));
        }
        Value::Object(object) => object.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), all)),
        _ => {}
    }
}

/// A good order with some places changed.
fn order() -> impl Strategy<Value = String> {
    let changes = prop::collection::vec((any::<Index>(), foreign()), 1..4);
    (changes, 0u8..4).prop_map(|(changes, id)| {
        let order = sale(&format!("arbitrary-{id}"), &["anne", "tutor tess", "-"]).line("OTHER", 2, &["bob"]);
        let mut order: Value = serde_json::from_str(&order.json()).unwrap();
        for (index, value) in changes {
            let mut all = Vec::new();
            places(&order, "", &mut all);
            if let Some(place) = order.pointer_mut(&all[index.index(all.len())]) {
                *place = value;
            }
        }
        order.to_string()
    })
}

/// One world for all cases, so that each comes upon what the others left.
#[test]
fn an_order_ends_in_a_state_from_which_it_goes_on() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = Arc::new(runtime.block_on(shop()));
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(text in order())| {
        let Ok(order) = file::parse_order(&text) else { return Ok(()) };
        let fulfil = || runtime.block_on(world.host.fulfil(&order, &|_, _| ()));
        match fulfil() {
            Err(HostError::Conflict { .. }) => {}
            Err(other) => prop_assert!(false, "{other}"),
            Ok(outcome) => {
                let failed = [LineState::Rejected, LineState::Refused, LineState::Stopped].contains(&outcome.state);
                // Of an order that ends before it began, nothing is to be taken away.
                let ends = [LineState::Suspended, LineState::Cancelled].contains(&outcome.state);
                prop_assert!(failed == outcome.report.is_none() || ends, "{:?}", outcome.state);
                prop_assert!(!failed || !shop_harness::findings(&outcome).is_empty());
                let again = fulfil().unwrap();
                prop_assert_eq!(again.state, outcome.state);
                prop_assert!(again.report.is_none_or(|report| report.is_in_place()));
            }
        }
    });
}
