//! Forms as PHP reads them, and what Moodle makes of them.

use std::collections::BTreeMap;

use crate::fault::{Fault, Faulty};

/// A parameter: a text, or a list or record of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parameter {
    /// A text.
    Text(String),
    /// What PHP calls an array, in the sequence of the request.
    Array(Vec<(String, Parameter)>),
}

/// What a function takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Whole,
    Flag,
    Text,
    /// Text without markup.
    Plain,
    List(&'static Kind),
    /// Fields, each with whether it is required.
    Record(&'static [(&'static str, Kind, bool)]),
}

/// The variables of a form. PHP reads one more than `max_input_vars` of them, and leaves out the others without a word.
pub(crate) fn variables(form: &str, max_input_vars: usize) -> Vec<(String, String)> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(form).unwrap_or_default();
    pairs.into_iter().take(max_input_vars + 1).collect()
}

/// As PHP nests them: `a[0][b]`.
pub(crate) fn nest(variables: Vec<(String, String)>) -> BTreeMap<String, Parameter> {
    let mut root = Parameter::Array(Vec::new());
    for (name, value) in variables {
        let (first, rest) = name.split_once('[').unwrap_or((&name, ""));
        let keys = rest.trim_end_matches(']').split("][").map(str::to_owned);
        let path: Vec<String> = match rest {
            "" => vec![first.to_owned()],
            _ => std::iter::once(first.to_owned()).chain(keys).collect(),
        };
        put(&mut root, &path, value);
    }
    match root {
        Parameter::Array(entries) => entries.into_iter().collect(),
        Parameter::Text(_) => BTreeMap::new(),
    }
}

fn put(into: &mut Parameter, path: &[String], value: String) {
    let [key, rest @ ..] = path else {
        *into = Parameter::Text(value);
        return;
    };
    if let Parameter::Text(_) = into {
        *into = Parameter::Array(Vec::new());
    }
    let Parameter::Array(entries) = into else { return };
    // `values[]` counts by itself.
    let key = if key.is_empty() { entries.len().to_string() } else { key.clone() };
    let place = entries.iter().position(|(name, _)| *name == key).unwrap_or_else(|| {
        entries.push((key, Parameter::Array(Vec::new())));
        entries.len() - 1
    });
    put(&mut entries[place].1, rest, value);
}

/// Whether parameters are what a function takes; nothing missing, and nothing else.
pub(crate) fn check(
    parameters: &BTreeMap<String, Parameter>,
    fields: &'static [(&'static str, Kind, bool)],
) -> Faulty<()> {
    let array = Parameter::Array(parameters.iter().map(|(name, value)| (name.clone(), value.clone())).collect());
    fits(&array, Kind::Record(fields)).then_some(()).ok_or(Fault::INVALID)
}

fn fits(parameter: &Parameter, kind: Kind) -> bool {
    match (parameter, kind) {
        (Parameter::Text(text), Kind::Whole) => text.parse::<i64>().is_ok(),
        (Parameter::Text(text), Kind::Flag) => matches!(text.as_str(), "0" | "1"),
        (Parameter::Text(_), Kind::Text) => true,
        (Parameter::Text(text), Kind::Plain) => !text.contains(['<', '>']),
        (Parameter::Array(entries), Kind::List(kind)) => entries.iter().all(|(_, entry)| fits(entry, *kind)),
        (Parameter::Array(entries), Kind::Record(fields)) => {
            let known = |name: &str| fields.iter().find(|(field, ..)| *field == name);
            let entries_fit = entries.iter().all(|(name, entry)| known(name).is_some_and(|field| fits(entry, field.1)));
            let complete =
                fields.iter().all(|(field, _, required)| !required || entries.iter().any(|(name, _)| name == field));
            entries_fit && complete
        }
        _ => false,
    }
}

impl Parameter {
    /// The elements of a list.
    pub(crate) fn list(&self) -> Vec<&Parameter> {
        match self {
            Parameter::Array(entries) => entries.iter().map(|(_, entry)| entry).collect(),
            Parameter::Text(_) => Vec::new(),
        }
    }

    /// A field of a record.
    pub(crate) fn field(&self, name: &str) -> Option<&Parameter> {
        match self {
            Parameter::Array(entries) => entries.iter().find(|(field, _)| field == name).map(|(_, value)| value),
            Parameter::Text(_) => None,
        }
    }

    pub(crate) fn text(&self) -> &str {
        match self {
            Parameter::Text(text) => text,
            Parameter::Array(_) => "",
        }
    }

    /// A field as text; empty if it is not there.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.field(name).map_or("", Parameter::text)
    }

    /// A field as a number; 0 if it is not there.
    pub(crate) fn number_of(&self, name: &str) -> i64 {
        self.text_of(name).parse().unwrap_or(0)
    }
}
