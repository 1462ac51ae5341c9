//! As much of JSON Schema as the program's own schemas need: a whole validator would be some thirty crates.

use serde_json::{Map, Value};

/// What speaks against a value.
///
/// # Panics
///
/// At a word that this knows nothing of: a schema that says more than is checked would look better than it is.
pub(crate) fn fault(schema: &Value, value: &Value) -> Option<String> {
    Root(schema).fault(schema, value, "")
}

struct Root<'a>(&'a Value);

impl Root<'_> {
    fn fault(&self, schema: &Value, value: &Value, at: &str) -> Option<String> {
        let Some(words) = schema.as_object() else {
            return (schema == &Value::Bool(false)).then(|| format!("{at}: not allowed"));
        };
        words.iter().find_map(|(word, says)| self.word(word, says, words, value, at))
    }

    fn word(&self, word: &str, says: &Value, words: &Map<String, Value>, value: &Value, at: &str) -> Option<String> {
        let fits = match word {
            "$ref" => return self.fault(self.0.pointer(says.as_str()?.trim_start_matches('#'))?, value, at),
            "properties" => return self.properties(says.as_object()?, value, at),
            "items" => return value.as_array()?.iter().find_map(|item| self.fault(says, item, &format!("{at}[]"))),
            "oneOf" | "anyOf" => says.as_array()?.iter().any(|one| self.fault(one, value, at).is_none()),
            "additionalProperties" => {
                let known = |name: &String| words.get("properties").is_some_and(|of| of.get(name).is_some());
                let mut others = value.as_object()?.iter().filter(|(name, _)| !known(name));
                return others.find_map(|(name, other)| self.fault(says, other, &format!("{at}/{name}")));
            }
            "required" => says.as_array()?.iter().all(|name| value.get(name.as_str().unwrap()).is_some()),
            "type" => match says {
                Value::Array(types) => types.iter().any(|one| is(value, one)),
                one => is(value, one),
            },
            "const" => value == says,
            "enum" => says.as_array()?.contains(value),
            "minimum" => value.as_f64()? >= says.as_f64()?,
            "maximum" => value.as_f64()? <= says.as_f64()?,
            "minLength" => value.as_str()?.chars().count() >= says.as_u64()? as usize,
            "maxLength" => value.as_str()?.chars().count() <= says.as_u64()? as usize,
            "minItems" => value.as_array()?.len() >= says.as_u64()? as usize,
            "$schema" | "$defs" | "title" | "description" | "default" | "format" => true,
            other => panic!("the schema says {other:?}, which is not checked here"),
        };
        (!fits).then(|| format!("{at}: {word} {says}"))
    }

    fn properties(&self, known: &Map<String, Value>, value: &Value, at: &str) -> Option<String> {
        let inner = |(name, schema)| self.fault(schema, value.get(name)?, &format!("{at}/{name}"));
        known.iter().find_map(inner)
    }
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
