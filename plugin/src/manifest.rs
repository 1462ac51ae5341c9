//! What the handler says of itself.

use crate::contract::{Manifest, Parameter, ParameterKind, Translation};
use crate::parameters::{
    AUTOENROLSUPERVISOR, COURSENAME, CUSTOMERSUPPORT, DEFAULT_LEARNER, DEFAULT_TUTOR, DELEGATION, DURATION, Delegation,
    ENDTIME, LEARNER, STARTTIME, SUPERVISOR, TUTOR,
};

/// Describes the handler: its name, its version, its parameters and its texts.
pub fn describe() -> Manifest {
    let choices = Delegation::EACH.map(|choice| choice.name().to_owned()).to_vec();
    Manifest {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        parameters: vec![
            Parameter { required: true, ..optional(COURSENAME, ParameterKind::Course) },
            defaulted(LEARNER, ParameterKind::Role, DEFAULT_LEARNER),
            defaulted(TUTOR, ParameterKind::Role, DEFAULT_TUTOR),
            // Without it, the tutors' role, which the product may name.
            optional(SUPERVISOR, ParameterKind::Role),
            optional(STARTTIME, ParameterKind::Time),
            optional(ENDTIME, ParameterKind::End),
            optional(DURATION, ParameterKind::End),
            optional(CUSTOMERSUPPORT, ParameterKind::Course),
            defaulted(AUTOENROLSUPERVISOR, ParameterKind::Flag, "1"),
            defaulted(DELEGATION, ParameterKind::Choice(choices), Delegation::All.name()),
        ],
        fields: Vec::new(),
        // The first serves the readers of all other languages.
        translations: vec![
            translation("en", include_str!("texts/en.ftl")),
            translation("fr", include_str!("texts/fr.ftl")),
        ],
    }
}

fn optional(name: &str, kind: ParameterKind) -> Parameter {
    Parameter { name: name.to_owned(), kind, required: false, default: None }
}

fn defaulted(name: &str, kind: ParameterKind, default: &str) -> Parameter {
    Parameter { default: Some(default.to_owned()), ..optional(name, kind) }
}

fn translation(language: &str, ftl: &str) -> Translation {
    Translation { language: language.to_owned(), ftl: ftl.to_owned() }
}
