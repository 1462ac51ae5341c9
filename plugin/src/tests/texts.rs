//! The texts: complete in both languages, and well set.

use std::collections::BTreeSet;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::contract::{Message, ParameterKind, Value};
use crate::describe;
use crate::messages::{self, samples};

const LANGUAGES: [&str; 2] = ["en", "fr"];

fn ftl(language: &str) -> String {
    let translations = describe().translations;
    translations.into_iter().find(|translation| translation.language == language).unwrap().ftl
}

fn bundle(language: &str) -> FluentBundle<FluentResource> {
    let language_tag: LanguageIdentifier = language.parse().unwrap();
    let mut bundle = FluentBundle::new(vec![language_tag]);
    bundle.set_use_isolating(false);
    bundle.add_resource(FluentResource::try_new(ftl(language)).expect(language)).expect(language);
    bundle
}

/// Words the message; the errors are those of Fluent, such as an argument that is not there.
fn word(bundle: &FluentBundle<FluentResource>, message: &Message) -> (String, usize) {
    let mut arguments = FluentArgs::new();
    for (name, value) in &message.arguments {
        arguments.set(
            name.as_str(),
            match value {
                Value::Text(text) => FluentValue::from(text.as_str()),
                Value::Number(number) => FluentValue::from(*number),
                Value::Time(time) => FluentValue::from(format!("[{time}]")),
            },
        );
    }
    let mut errors = Vec::new();
    let text = bundle.get_message(&message.key).and_then(|message| message.value()).expect(&message.key);
    let text = bundle.format_pattern(text, Some(&arguments), &mut errors).into_owned();
    (text, errors.len())
}

#[test]
fn every_message_has_a_text_that_uses_all_its_arguments_and_no_other() {
    for language in LANGUAGES {
        let bundle = bundle(language);
        for message in samples() {
            let (text, errors) = word(&bundle, &message);
            assert_eq!(errors, 0, "{language}: {text}");
            for argument in 0..message.arguments.len() {
                let mut without = message.clone();
                let (name, _) = without.arguments.remove(argument);
                let (_, errors) = word(&bundle, &without);
                assert!(errors > 0, "{language}: {} does not use {name}", message.key);
            }
        }
    }
}

/// `key`, and `key.attribute` for each attribute.
fn ids(ftl: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut key = "";
    for (name, _) in ftl.lines().filter_map(|line| line.split_once(" =")) {
        match name.strip_prefix("    .") {
            Some(attribute) => assert!(ids.insert(format!("{key}.{attribute}"))),
            None => {
                key = name;
                assert!(ids.insert(key.to_owned()), "{key} stands twice");
            }
        }
    }
    ids
}

#[test]
fn the_languages_have_the_texts_of_the_contract_and_no_others() {
    let mut expected = BTreeSet::from(["title".to_owned(), "description".to_owned()]);
    for parameter in describe().parameters {
        let key = format!("parameter-{}", parameter.name);
        if let ParameterKind::Choice(choices) = parameter.kind {
            expected.extend(choices.iter().map(|choice| format!("{key}.{choice}")));
        }
        expected.extend([format!("{key}.help"), key]);
    }
    expected.extend(samples().into_iter().map(|message| message.key));
    for language in LANGUAGES {
        assert_eq!(ids(&ftl(language)), expected, "{language}");
    }
}

#[test]
fn plurals_are_right_in_both_languages() {
    let seats = |learners, tutors| messages::seats_ready("C", learners, tutors);
    let cases = [
        ("en", seats(0, 1), "Your session in the course “C”: 0 learners, 1 tutor."),
        ("en", seats(1, 0), "Your session in the course “C”: 1 learner, 0 tutors."),
        ("en", seats(2, 2), "Your session in the course “C”: 2 learners, 2 tutors."),
        ("fr", seats(0, 1), "Votre session dans le cours « C » : 0 apprenant, 1 tuteur."),
        ("fr", seats(1, 0), "Votre session dans le cours « C » : 1 apprenant, 0 tuteur."),
        ("fr", seats(2, 2), "Votre session dans le cours « C » : 2 apprenants, 2 tuteurs."),
        ("en", messages::seats_vacant(1), "1 seat is still vacant; you can fill it later."),
        ("en", messages::seats_vacant(3), "3 seats are still vacant; you can fill them later."),
        ("fr", messages::seats_vacant(1), "1 place est encore libre ; vous pourrez l’attribuer plus tard."),
        ("fr", messages::seats_vacant(3), "3 places sont encore libres ; vous pourrez les attribuer plus tard."),
        (
            "fr",
            messages::accounts(1, 2, "created"),
            "Comptes : 1 existant, 2 créés. À rattacher au client : seulement les comptes créés.",
        ),
        (
            "en",
            messages::accounts(1, 2, "none"),
            "Accounts: 1 found, 2 created. To be attached to the customer’s: none.",
        ),
    ];
    for (language, message, expected) in cases {
        let (text, _) = word(&bundle(language), &message);
        let text = text.replace(['\u{A0}', '\u{202F}'], " ");
        assert_eq!(text, expected);
    }
}

#[test]
fn french_is_set_with_its_spaces_and_apostrophes() {
    for line in ftl("fr").lines() {
        let characters: Vec<char> = line.chars().collect();
        for pair in characters.windows(2) {
            match pair {
                ['«', after] => assert_eq!(*after, '\u{A0}', "{line}"),
                [before, '»'] => assert_eq!(*before, '\u{A0}', "{line}"),
                [before, ';' | '!' | '?'] => assert_eq!(*before, '\u{202F}', "{line}"),
                [before, ':'] if !before.is_ascii_digit() => {
                    assert_eq!(*before, '\u{A0}', "{line}")
                }
                _ => {}
            }
        }
        assert!(!line.contains(['\'', '"']), "{line}");
    }
}
