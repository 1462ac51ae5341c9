//! JSON as PHP writes it, in the order in which it was put together: what is signed are the bytes.

use serde_json::Value;

/// A value whose fields keep their order, which those of serde_json do not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// An object, with its fields in this order.
pub(crate) fn object<const N: usize>(fields: [(&str, Json); N]) -> Json {
    Json::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

impl Json {
    /// The text, with `/` and all that is not ASCII escaped.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// More fields at the end of an object.
    pub(crate) fn with<const N: usize>(mut self, more: [(&str, Json); N]) -> Json {
        if let Json::Object(fields) = &mut self {
            fields.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
        }
        self
    }

    /// What `_fields` leaves of an object: fields of the first level only, and the links.
    pub(crate) fn only(self, kept: &[String]) -> Json {
        match self {
            Json::Object(fields) => Json::Object(fields.into_iter().filter(|(name, _)| kept.contains(name)).collect()),
            Json::List(values) => values.into_iter().map(|value| value.only(kept)).collect(),
            other => other,
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Json::Int(value) => out.push_str(&value.to_string()),
            // PHP writes as few digits as tell a float from all others, and none behind the point if they are zeros.
            Json::Float(value) => out.push_str(&value.to_string()),
            Json::Text(text) => write_text(text, out),
            Json::List(values) => {
                out.push('[');
                for (place, value) in values.iter().enumerate() {
                    out.push_str(if place == 0 { "" } else { "," });
                    value.write(out);
                }
                out.push(']');
            }
            // An empty array of PHP's is a list, whatever it was meant for.
            Json::Object(fields) if fields.is_empty() => out.push_str("[]"),
            Json::Object(fields) => {
                out.push('{');
                for (place, (name, value)) in fields.iter().enumerate() {
                    out.push_str(if place == 0 { "" } else { "," });
                    write_text(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' | '/' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(character),
            _ => {
                let mut units = [0; 2];
                let units = character.encode_utf16(&mut units);
                units.iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
            }
        }
    }
    out.push('"');
}

impl From<bool> for Json {
    fn from(value: bool) -> Json {
        Json::Bool(value)
    }
}

impl From<u64> for Json {
    fn from(value: u64) -> Json {
        Json::Int(value.cast_signed())
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Json {
        Json::Int(value)
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Json {
        Json::Text(value.to_owned())
    }
}

impl From<&String> for Json {
    fn from(value: &String) -> Json {
        Json::Text(value.clone())
    }
}

impl From<String> for Json {
    fn from(value: String) -> Json {
        Json::Text(value)
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Json {
        value.map_or(Json::Null, Into::into)
    }
}

impl FromIterator<Json> for Json {
    fn from_iter<I: IntoIterator<Item = Json>>(values: I) -> Json {
        Json::List(values.into_iter().collect())
    }
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Json {
        match value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(number) => {
                number.as_i64().map_or_else(|| Json::Float(number.as_f64().unwrap_or_default()), Json::Int)
            }
            Value::String(text) => Json::Text(text.clone()),
            Value::Array(values) => values.iter().map(Json::from).collect(),
            Value::Object(fields) => {
                Json::Object(fields.iter().map(|(name, value)| (name.clone(), value.into())).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, object};

    #[test]
    fn texts_are_escaped_and_numbers_are_short_as_php_has_them() {
        let value = object([
            ("url", "https://a/\u{e9}\u{20ac}\u{1f600}\"\n".into()),
            ("price", Json::Float(41.666_667 / 5.0)),
            ("whole", Json::Float(10.0)),
            ("none", object([])),
        ]);
        let expected =
            r#"{"url":"https:\/\/a\/\u00e9\u20ac\ud83d\ude00\"\n","price":8.333333399999999,"whole":10,"none":[]}"#;
        assert_eq!(value.to_text(), expected);
    }
}
