//! As much of JSON Schema as the program's own schemas need: a whole validator would be some thirty crates.

pub(crate) mod answer;

use regex::Regex;
use serde_json::{Map, Value};

/// What speaks against a value.
///
/// # Panics
///
/// At a word that this knows nothing of: a schema that says more than is checked would look better than it is.
pub(crate) fn fault(schema: &Value, value: &Value) -> Option<String> {
    Root(schema).fault(schema, value, "")
}

/// The first thing in a value that its schema allows and does not name.
fn unnamed(schema: &Value, value: &Value) -> Option<String> {
    Root(schema).unnamed(&[schema], value, "")
}

struct Root<'a>(&'a Value);

impl<'a> Root<'a> {
    fn fault(&self, schema: &Value, value: &Value, at: &str) -> Option<String> {
        let Some(words) = schema.as_object() else {
            return (schema == &Value::Bool(false)).then(|| format!("{at}: not allowed"));
        };
        words.iter().find_map(|(word, says)| self.word(word, says, words, value, at))
    }

    fn word(&self, word: &str, says: &Value, words: &Map<String, Value>, value: &Value, at: &str) -> Option<String> {
        let fits = match word {
            "$ref" => return self.fault(self.referred(says)?, value, at),
            "properties" => return self.properties(says.as_object()?, value, at),
            "items" => {
                let listed = words.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                let mut others = value.as_array()?.iter().skip(listed);
                return others.find_map(|item| self.fault(says, item, &format!("{at}[]")));
            }
            "prefixItems" => {
                let mut items = says.as_array()?.iter().zip(value.as_array()?).enumerate();
                return items.find_map(|(place, (one, item))| self.fault(one, item, &format!("{at}[{place}]")));
            }
            "oneOf" | "anyOf" => says.as_array()?.iter().any(|one| self.fault(one, value, at).is_none()),
            "patternProperties" => {
                let by = |(pattern, schema): (&String, &Value)| {
                    let mut all = value.as_object()?.iter().filter(|(name, _)| matches(pattern, name));
                    all.find_map(|(name, other)| self.fault(schema, other, &format!("{at}/{name}")))
                };
                return says.as_object()?.iter().find_map(by);
            }
            "additionalProperties" => {
                let mut others = value.as_object()?.iter().filter(|(name, _)| property(words, name).is_none());
                return others.find_map(|(name, other)| self.fault(says, other, &format!("{at}/{name}")));
            }
            "required" => says.as_array()?.iter().all(|name| value.get(name.as_str().unwrap()).is_some()),
            "type" => match says {
                Value::Array(types) => types.iter().any(|one| is(value, one)),
                one => is(value, one),
            },
            "const" => value == says,
            "enum" => says.as_array()?.contains(value),
            "pattern" => matches(says.as_str()?, value.as_str()?),
            "minimum" => value.as_f64()? >= says.as_f64()?,
            "maximum" => value.as_f64()? <= says.as_f64()?,
            "minLength" => value.as_str()?.chars().count() >= says.as_u64()? as usize,
            "maxLength" => value.as_str()?.chars().count() <= says.as_u64()? as usize,
            "minItems" => value.as_array()?.len() >= says.as_u64()? as usize,
            "maxItems" => value.as_array()?.len() <= says.as_u64()? as usize,
            "maxProperties" => value.as_object()?.len() <= says.as_u64()? as usize,
            "uniqueItems" => {
                let items = value.as_array()?;
                items.iter().enumerate().all(|(place, item)| !items[..place].contains(item))
            }
            "$schema" | "$defs" | "title" | "description" | "default" | "format" => true,
            other => panic!("the schema says {other:?}, which is not checked here"),
        };
        (!fits).then(|| format!("{at}: {word} {says}"))
    }

    fn properties(&self, known: &Map<String, Value>, value: &Value, at: &str) -> Option<String> {
        let inner = |(name, schema)| self.fault(schema, value.get(name)?, &format!("{at}/{name}"));
        known.iter().find_map(inner)
    }

    fn referred(&self, to: &Value) -> Option<&'a Value> {
        self.0.pointer(to.as_str()?.trim_start_matches('#'))
    }

    fn unnamed(&self, schemas: &[&'a Value], value: &Value, at: &str) -> Option<String> {
        let all: Vec<&'a Value> = schemas.iter().flat_map(|schema| self.applying(schema, value)).collect();
        if all.iter().any(|schema| takes_anything(schema)) {
            return None;
        }
        let words = || all.iter().filter_map(|schema| schema.as_object());
        match value {
            Value::Object(fields) => fields.iter().find_map(|(name, field)| {
                let inner: Vec<&Value> = words().filter_map(|words| property(words, name)).collect();
                let at = format!("{at}/{name}");
                if inner.is_empty() { Some(at) } else { self.unnamed(&inner, field, &at) }
            }),
            Value::Array(items) => items.iter().enumerate().find_map(|(place, item)| {
                let inner: Vec<&Value> = words().filter_map(|words| element(words, place)).collect();
                let at = format!("{at}[{place}]");
                if inner.is_empty() { Some(at) } else { self.unnamed(&inner, item, &at) }
            }),
            _ => None,
        }
    }

    /// The schema, and those of its parts that the value fits.
    fn applying(&self, schema: &'a Value, value: &Value) -> Vec<&'a Value> {
        let referred = schema.get("$ref").and_then(|to| self.referred(to)).into_iter();
        let parts = ["oneOf", "anyOf"].into_iter().filter_map(|word| schema.get(word)?.as_array()).flatten();
        let fitting = parts.filter(|part| self.fault(part, value, "").is_none());
        let inner = referred.chain(fitting).flat_map(|part| self.applying(part, value));
        std::iter::once(schema).chain(inner).collect()
    }
}

/// Whether it says nothing of what it takes.
fn takes_anything(schema: &Value) -> bool {
    let says_nothing = |words: &Map<String, Value>| words.keys().all(|word| word == "title" || word == "description");
    schema == &Value::Bool(true) || schema.as_object().is_some_and(says_nothing)
}

/// What is said of a property.
fn property<'a>(words: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let by_pattern = || {
        let patterns = words.get("patternProperties")?.as_object()?;
        patterns.iter().find(|(pattern, _)| matches(pattern, name)).map(|(_, schema)| schema)
    };
    words
        .get("properties")
        .and_then(|of| of.get(name))
        .or_else(by_pattern)
        .or_else(|| words.get("additionalProperties"))
        .filter(|schema| *schema != &Value::Bool(false))
}

/// What is said of an element of a list.
fn element(words: &Map<String, Value>, place: usize) -> Option<&Value> {
    words.get("prefixItems").and_then(|items| items.get(place)).or_else(|| words.get("items"))
}

fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).unwrap().is_match(text)
}

fn is(value: &Value, kind: &Value) -> bool {
    match kind.as_str() {
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        Some("array") => value.is_array(),
        _ => value.is_object(),
    }
}
