//! What a handler's version says of itself, and what was done with its handler.

use schemars::JsonSchema;
use serde::Serialize;
use shop_core::lines::manifest::{self, Kind};
use shop_core::words::digest::Digest;
use shop_journal::{HandlerEvent, Installed};
use shop_sandbox::Handler;

use super::{Version, Voice};

/// What a handler's version says of itself, and what was done with its handler.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Inspection {
    /// What identifies it.
    pub digest: Digest,
    /// The version of the contract that it was built for.
    pub contract: semver::Version,
    /// What it says of itself.
    pub manifest: Manifest,
    /// Since when it is installed, and whether it serves; none: it is not installed.
    pub installed: Option<Installed>,
    /// What was done with the handler's versions, the oldest first.
    pub events: Vec<HandlerEvent>,
}

/// What a handler's version says of itself, in words.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Manifest {
    /// The handler's name.
    pub name: String,
    /// Its version.
    pub version: semver::Version,
    /// What it is called.
    pub title: String,
    /// What it does.
    pub description: String,
    /// The languages that it speaks.
    pub languages: Vec<String>,
    /// The product's parameters.
    pub parameters: Vec<Parameter>,
    /// What occupants and operator supply beside the usual.
    pub fields: Vec<Field>,
}

/// A parameter of a product, in words.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "WordedParameter")]
pub struct Parameter {
    /// Which values it takes.
    #[serde(flatten)]
    pub parameter: manifest::Parameter,
    /// What it is called.
    pub label: String,
    /// What it is for.
    pub help: String,
}

/// Something that occupants and operator supply, in words.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "WordedField")]
pub struct Field {
    /// Which.
    #[serde(flatten)]
    pub field: manifest::Field,
    /// What it is called.
    #[serde(skip)]
    pub label: String,
}

impl Inspection {
    /// A version, installed or not, and what was done with its handler.
    pub fn of(handler: &Handler, installed: Option<Installed>, events: Vec<HandlerEvent>, voice: Voice) -> Inspection {
        Inspection {
            digest: handler.digest,
            contract: handler.program.contract().clone(),
            manifest: Manifest::of(&handler.manifest, voice),
            installed,
            events,
        }
    }

    /// By which it is known.
    pub fn version(&self) -> Version {
        Version { name: self.manifest.name.clone(), version: self.manifest.version.clone(), digest: self.digest }
    }
}

impl Manifest {
    fn of(manifest: &manifest::Manifest, voice: Voice) -> Manifest {
        let word = |id: &str| manifest.texts.word(voice.language, id, &[]);
        let parameter = |parameter: &manifest::Parameter| Parameter {
            label: word(&format!("parameter-{}", parameter.name)),
            help: word(&format!("parameter-{}.help", parameter.name)),
            parameter: parameter.clone(),
        };
        let field =
            |field: &manifest::Field| Field { label: word(&format!("field-{}", field.name)), field: field.clone() };
        Manifest {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            title: word("title"),
            description: word("description"),
            languages: manifest.texts.languages(),
            parameters: manifest.parameters.iter().map(parameter).collect(),
            fields: manifest.fields.iter().map(field).collect(),
        }
    }
}

impl Parameter {
    /// Which values it takes.
    pub fn kind(&self) -> String {
        match &self.parameter.kind {
            Kind::Text => "text".to_owned(),
            Kind::Course => "course".to_owned(),
            Kind::Role => "role".to_owned(),
            Kind::Time => "time".to_owned(),
            Kind::Duration => "duration".to_owned(),
            Kind::End => "end".to_owned(),
            Kind::Flag => "flag".to_owned(),
            Kind::Choice(values) => values.join(" | "),
        }
    }

    /// What is taken if no value is given; or that one must be.
    pub fn default(&self, voice: Voice) -> String {
        match &self.parameter.default {
            Some(default) => default.clone(),
            None if self.parameter.required => voice.word("parameter-required"),
            None => String::new(),
        }
    }
}

impl Field {
    /// What it is for, and whether it must be supplied.
    pub fn told(&self, voice: Voice) -> String {
        let id = if self.field.required { "field-required" } else { "field-optional" };
        voice.say(id, &[("field", self.field.name.as_str().into()), ("label", self.label.as_str().into())])
    }
}
