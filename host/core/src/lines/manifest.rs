//! What a handler says of itself, checked when it is loaded.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::words::text;
use crate::words::wording::{Texts, TextsError};

/// What a handler says of itself. Every name in it is well-formed, no default contradicts its kind, and every text that
/// it must have is there in every language.
pub struct Manifest {
    /// The handler's name.
    pub name: String,
    /// Its version.
    pub version: semver::Version,
    /// The product's parameters.
    pub parameters: Vec<Parameter>,
    /// What occupants and operator supply beside the usual.
    pub fields: Vec<Field>,
    /// All texts.
    pub texts: Texts,
}

/// A parameter of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Parameter {
    /// Its key in the parameter string.
    pub name: String,
    /// Which values it takes.
    pub kind: Kind,
    /// Whether a value must be given.
    pub required: bool,
    /// What the handler takes if none is given.
    pub default: Option<String>,
}

/// Which values a parameter takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Any text.
    Text,
    /// A course's short name.
    Course,
    /// A role's short name.
    Role,
    /// A point in time, read by the handler.
    Time,
    /// A length of time, read by the handler.
    Duration,
    /// When what is sold ends, read by the handler. Of the line, the product and the shop, only the most specific that has
    /// parameters of this kind counts.
    End,
    /// `1` or `0`.
    Flag,
    /// One of these.
    Choice(Vec<String>),
}

/// Something that occupants and operator supply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Field {
    /// Its key among the extra fields.
    pub name: String,
    /// Whether it must be supplied.
    pub required: bool,
}

/// What is wrong with a manifest.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message tells it")]
pub enum ManifestError {
    /// A name is not well-formed.
    #[error("{what}: expected small letters, digits and hyphens, beginning with a letter, at most 64, found {found:?}")]
    Name {
        /// The name of what.
        what: &'static str,
        found: String,
    },
    /// A name occurs twice.
    #[error("{0:?} stands twice among the parameters or the fields")]
    Repeated(String),
    /// The version is none.
    #[error("version: expected a semantic version such as 1.4.0, found {0:?}")]
    Version(String),
    /// A required parameter has a default.
    #[error("parameter {0:?} is required and has a default: it can only be one of the two")]
    RequiredDefault(String),
    /// A default is not a value of its kind.
    #[error("parameter {name:?}: the default {default:?} is no value of its kind")]
    Default { name: String, default: String },
    /// The texts are faulty.
    #[error(transparent)]
    Texts(#[from] TextsError),
}

impl Manifest {
    /// Checks a manifest. The texts must have been read from its translations.
    pub fn new(
        name: String,
        version: &str,
        parameters: Vec<Parameter>,
        fields: Vec<Field>,
        texts: Texts,
    ) -> Result<Self, ManifestError> {
        check_name("name", &name)?;
        let version = semver::Version::parse(version).map_err(|_| ManifestError::Version(text::excerpt(version)))?;
        let mut seen = BTreeSet::new();
        for parameter in &parameters {
            parameter.check()?;
            if !seen.insert(&parameter.name) {
                return Err(ManifestError::Repeated(parameter.name.clone()));
            }
        }
        let mut seen = BTreeSet::new();
        for field in &fields {
            check_name("field", &field.name)?;
            if !seen.insert(&field.name) {
                return Err(ManifestError::Repeated(field.name.clone()));
            }
        }
        texts.require(required_texts(&parameters, &fields))?;
        Ok(Manifest { name, version, parameters, fields, texts })
    }

    /// The parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// Ids of messages, and of attributes after a dot, that the contract asks a manifest's texts for.
fn required_texts(parameters: &[Parameter], fields: &[Field]) -> Vec<String> {
    let mut ids = vec!["title".to_owned(), "description".to_owned()];
    for Parameter { name, kind, .. } in parameters {
        ids.push(format!("parameter-{name}"));
        ids.push(format!("parameter-{name}.help"));
        if let Kind::Choice(values) = kind {
            ids.extend(values.iter().map(|value| format!("parameter-{name}.{value}")));
        }
    }
    ids.extend(fields.iter().map(|field| format!("field-{}", field.name)));
    ids
}

impl Parameter {
    fn check(&self) -> Result<(), ManifestError> {
        check_name("parameter", &self.name)?;
        if let Kind::Choice(values) = &self.kind {
            values.iter().try_for_each(|value| check_name("value of a choice", value))?;
        }
        match &self.default {
            Some(_) if self.required => Err(ManifestError::RequiredDefault(self.name.clone())),
            Some(default) if !self.kind.allows(default) => {
                Err(ManifestError::Default { name: self.name.clone(), default: default.clone() })
            }
            _ => Ok(()),
        }
    }
}

impl Kind {
    /// Whether a value is of this kind, as far as can be said without asking the platform or the handler.
    pub fn allows(&self, value: &str) -> bool {
        match self {
            Kind::Flag => value == "0" || value == "1",
            Kind::Choice(values) => values.iter().any(|allowed| allowed == value),
            _ => true,
        }
    }
}

fn check_name(what: &'static str, name: &str) -> Result<(), ManifestError> {
    let tail = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let well_formed = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(tail) && name.len() <= 64;
    if well_formed { Ok(()) } else { Err(ManifestError::Name { what, found: text::excerpt(name) }) }
}
