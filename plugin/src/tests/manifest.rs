//! What the manifest says agrees with what the handler takes.

use std::str::FromStr;

use super::fake::{Fake, order};
use crate::contract::{ParameterKind, Stage};
use crate::parameters::{Delegation, Flag, Given, Parameters, ShortName};
use crate::{describe, fulfil};

#[test]
fn the_handler_says_who_it_is() {
    let manifest = describe();
    assert_eq!(manifest.name, "setup-one-course-session");
    assert_eq!(manifest.version, env!("CARGO_PKG_VERSION"));
    assert!(manifest.fields.is_empty());
    let languages: Vec<_> = manifest.translations.iter().map(|each| each.language.as_str()).collect();
    assert_eq!(languages, ["en", "fr"], "the first serves the readers of all other languages");
}

#[test]
fn the_parameters_are_those_of_the_documentation() {
    use ParameterKind::{Choice, Course, Duration, End, Flag, Role, Text, Time};
    let parameters = describe().parameters;
    let told: Vec<_> = parameters
        .iter()
        .map(|parameter| {
            let kind = match &parameter.kind {
                Text => "text".to_owned(),
                Course => "course".to_owned(),
                Role => "role".to_owned(),
                Time => "time".to_owned(),
                Duration => "duration".to_owned(),
                End => "end".to_owned(),
                Flag => "flag".to_owned(),
                Choice(choices) => choices.join("|"),
            };
            let required = if parameter.required { "required" } else { "" };
            (parameter.name.as_str(), kind, parameter.default.as_deref().unwrap_or(required))
        })
        .collect();
    let expected = [
        ("coursename", "course", "required"),
        ("learner", "role", "student"),
        ("tutor", "role", "teacher"),
        ("supervisor", "role", ""),
        ("starttime", "time", ""),
        ("endtime", "end", ""),
        ("duration", "end", ""),
        ("customersupport", "course", ""),
        ("autoenrolsupervisor", "flag", "1"),
        ("delegation", "all|created|none", "all"),
    ];
    assert_eq!(told, expected.map(|(name, kind, default)| (name, kind.to_owned(), default)));
}

#[test]
fn a_default_of_the_manifest_is_what_the_handler_takes() {
    let defaults = describe().parameters.into_iter().filter_map(|each| Some((each.name, each.default?)));
    let written: Vec<_> = defaults.map(|(name, value)| format!("{name}={value}")).collect();
    let [left_out, written] =
        ["coursename=SPOCM1".to_owned(), format!("coursename=SPOCM1&{}", written.join("&"))].map(|parameters| {
            let order = order(Stage::Paid, &parameters, "learner:lea tutor:tom");
            let mut fake = Fake::serving(&order);
            fulfil(&mut fake, &order).unwrap();
            fake.declared().to_vec()
        });
    assert_eq!(left_out, written);
}

#[test]
fn every_parameter_of_the_manifest_is_read() {
    for parameter in describe().parameters {
        let decoded = Parameters::decode(&format!("{}=1", parameter.name));
        assert_ne!(decoded, Parameters::default(), "{}", parameter.name);
    }
}

#[test]
fn parameters_are_decoded_into_types() {
    let decoded =
        Parameters::decode("delegation=created&learner=a%20b&autoenrolsupervisor=x&supervisor=&x=1&learner=c");
    assert_eq!(
        decoded,
        Parameters {
            delegation: Given::Value(Delegation::Created),
            learner: Given::Value(ShortName::from_str("a b").unwrap()),
            autoenrolsupervisor: Given::Unreadable("x".to_owned()),
            ..Parameters::default()
        }
    );
    assert_eq!(Parameters::decode("autoenrolsupervisor=0").autoenrolsupervisor, Given::Value(Flag(false)));
}
