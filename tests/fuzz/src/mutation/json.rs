//! JSON, as a tree: values are replaced, moved about, left out, doubled and nested. It may have one name twice, then.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::text::ODD;

/// Stands behind a name that is to be there twice, until it is written.
const AGAIN: &str = "\u{e000}";

pub(super) fn mutate(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let Ok(mut tree) = serde_json::from_slice::<Value>(bytes) else { return super::text(bytes, rng) };
    for _ in 0..rng.usize(1..4) {
        let count = count(&tree);
        let copy = node(&mut tree, &mut rng.usize(..count)).map(|node| node.clone()).unwrap_or_default();
        if let Some(node) = node(&mut tree, &mut rng.usize(..count)) {
            change(node, copy, rng);
        }
    }
    *bytes = tree.to_string().replace(AGAIN, "").into_bytes();
}

/// How many values there are in all.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// The nth value.
fn node<'a>(value: &'a mut Value, nth: &mut usize) -> Option<&'a mut Value> {
    if *nth == 0 {
        return Some(value);
    }
    *nth -= 1;
    match value {
        Value::Array(list) => list.iter_mut().find_map(|value| node(value, nth)),
        Value::Object(fields) => fields.values_mut().find_map(|value| node(value, nth)),
        _ => None,
    }
}

fn change(node: &mut Value, copy: Value, rng: &mut Rng) {
    match (rng.u8(..8), node) {
        (0, node) => *node = copy,
        (1, node) => {
            for _ in 0..1 << rng.u8(..8) {
                *node = if rng.bool() { json!([node.take()]) } else { json!({ "a": node.take() }) };
            }
        }
        (2, node) => *node = odd(rng),
        // It stays of its kind, so that what comes after reading is tried, too.
        (_, Value::Array(list)) if !list.is_empty() => in_list(list, copy, rng),
        (_, Value::Object(fields)) if !fields.is_empty() => in_object(fields, copy, rng),
        (3, Value::String(text)) => *text = rng.choice(ODD).copied().unwrap_or_default().to_owned(),
        (_, Value::String(text)) => {
            let at =
                text.char_indices().map(|(at, _)| at).nth(rng.usize(..=text.chars().count())).unwrap_or(text.len());
            text.insert_str(at, rng.choice(ODD).copied().unwrap_or_default());
        }
        (_, Value::Bool(flag)) => *flag = !*flag,
        (_, Value::Number(number)) => *number = NUMBERS[rng.usize(..NUMBERS.len())].into(),
        (_, node) => *node = odd(rng),
    }
}

const NUMBERS: [i64; 9] = [0, 1, -1, 2, 10, 4_294_967_295, i64::MAX, i64::MIN, 253_402_300_800];

fn in_list(list: &mut Vec<Value>, copy: Value, rng: &mut Rng) {
    let at = rng.usize(..list.len());
    match rng.u8(..4) {
        0 => _ = list.remove(at),
        1 => list.insert(at, copy),
        2 => list.extend(vec![list[at].clone(); 1 << rng.u8(..9)]),
        _ => list.reverse(),
    }
}

fn in_object(fields: &mut Map<String, Value>, copy: Value, rng: &mut Rng) {
    let names: Vec<String> = fields.keys().cloned().collect();
    let (one, other) = (&names[rng.usize(..names.len())], &names[rng.usize(..names.len())]);
    match rng.u8(..4) {
        0 => _ = fields.remove(one),
        1 => _ = fields.insert(format!("{one}{AGAIN}"), copy),
        2 => {
            let value = fields.remove(one).unwrap_or_default();
            fields.insert(rng.choice(ODD).copied().unwrap_or_default().to_owned(), value);
        }
        _ => {
            let value = fields[other].clone();
            fields.insert(one.clone(), value);
        }
    }
}

fn odd(rng: &mut Rng) -> Value {
    match rng.u8(..10) {
        0 => Value::Null,
        1 => rng.bool().into(),
        2 => NUMBERS[rng.usize(..NUMBERS.len())].into(),
        3 => [u64::MAX.into(), json!(0.5), json!(1e300), json!(-0.0)][rng.usize(..4)].clone(),
        4 => json!([]),
        5 => json!({}),
        6 => "x".repeat(1 << rng.u8(..14)).into(),
        _ => rng.choice(ODD).copied().unwrap_or_default().into(),
    }
}
