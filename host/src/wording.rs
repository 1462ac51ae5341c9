//! Wording messages in the reader's language, from Fluent texts: the host's own, and those of handlers' manifests.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::Entry;
use unic_langid::LanguageIdentifier;

use crate::message::{Message, Source, Value};
use crate::text::printable;

/// The same texts in several languages. The first serves readers of all others.
pub struct Texts {
    languages: Vec<(LanguageIdentifier, FluentBundle<FluentResource>)>,
    ids: BTreeSet<String>,
}

/// What is wrong with texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextsError {
    /// There are none.
    #[error("translations: expected at least one, found none")]
    None,
    /// A language is none, or stands twice.
    #[error("translations: expected language tags such as \"fr\", each once, found {0:?}")]
    Language(String),
    /// A resource is not Fluent.
    #[error("translation {language:?} is no Fluent resource: {problem}")]
    Syntax {
        /// In which language.
        language: String,
        /// What the parser says.
        problem: String,
    },
    /// A text is missing in a language.
    #[error("translation {language:?} lacks the text {id:?}")]
    Missing {
        /// In which language.
        language: String,
        /// The message id, and the attribute after a dot.
        id: String,
    },
}

impl Texts {
    /// Reads Fluent resources, each with its language tag.
    pub fn new<'a>(translations: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, TextsError> {
        let mut languages: Vec<(LanguageIdentifier, _)> = Vec::new();
        let mut ids_by_language = Vec::new();
        for (language, ftl) in translations {
            let tag: LanguageIdentifier = language.parse().map_err(|_| TextsError::Language(printable(language)))?;
            if languages.iter().any(|(earlier, _)| *earlier == tag) {
                return Err(TextsError::Language(printable(language)));
            }
            let (bundle, ids) = bundle(tag.clone(), ftl)?;
            languages.push((tag, bundle));
            ids_by_language.push((language.to_owned(), ids));
        }
        let ids: BTreeSet<String> = ids_by_language.iter().flat_map(|(_, ids)| ids).cloned().collect();
        for (language, own) in &ids_by_language {
            if let Some(id) = ids.difference(own).next() {
                return Err(TextsError::Missing { language: language.clone(), id: id.clone() });
            }
        }
        if languages.is_empty() { Err(TextsError::None) } else { Ok(Texts { languages, ids }) }
    }

    /// Makes sure that there are texts with these ids.
    pub fn require(&self, ids: impl IntoIterator<Item = String>) -> Result<(), TextsError> {
        match ids.into_iter().find(|id| !self.ids.contains(id)) {
            Some(id) => Err(TextsError::Missing { language: self.languages[0].0.to_string(), id }),
            None => Ok(()),
        }
    }

    /// The tags of all languages.
    pub fn languages(&self) -> Vec<String> {
        self.languages.iter().map(|(tag, _)| tag.to_string()).collect()
    }

    /// Whether there is a text with this id.
    pub fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// The text with this id (an attribute's after a dot), filled in.
    pub fn word(&self, language: &str, id: &str, arguments: &[(String, Value)]) -> String {
        let bundle = self.bundle_for(language);
        let (message, attribute) = match id.split_once('.') {
            Some((message, attribute)) => (message, Some(attribute)),
            None => (id, None),
        };
        let pattern = bundle.get_message(message).and_then(|message| match attribute {
            Some(attribute) => message.get_attribute(attribute).map(|attribute| attribute.value()),
            None => message.value(),
        });
        // Errors leave a visible hole in the text ({$name}), which says more than failing would.
        let worded = pattern.map(|p| bundle.format_pattern(p, Some(&fluent(arguments)), &mut Vec::new()));
        printable(worded.as_deref().unwrap_or(id))
    }

    fn bundle_for(&self, language: &str) -> &FluentBundle<FluentResource> {
        let wanted: LanguageIdentifier = language.parse().unwrap_or_default();
        let exact = self.languages.iter().find(|(tag, _)| *tag == wanted);
        let kin = || self.languages.iter().find(|(tag, _)| tag.language == wanted.language);
        // There is a first one: see `new`.
        &exact.or_else(kin).unwrap_or(&self.languages[0]).1
    }
}

type Bundle = FluentBundle<FluentResource>;

fn bundle(tag: LanguageIdentifier, ftl: &str) -> Result<(Bundle, BTreeSet<String>), TextsError> {
    let language = tag.to_string();
    let syntax = |problem: String| TextsError::Syntax { language: language.clone(), problem: printable(&problem) };
    let resource = FluentResource::try_new(ftl.to_owned())
        .map_err(|(_, errors)| syntax(errors.first().map(ToString::to_string).unwrap_or_default()))?;
    let ids = ids(&resource);
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Isolating marks would go into tables, logs and JSON, where they are noise.
    bundle.set_use_isolating(false);
    bundle
        .add_resource(resource)
        .map_err(|errors| syntax(errors.first().map(ToString::to_string).unwrap_or_default()))?;
    Ok((bundle, ids))
}

fn ids(resource: &FluentResource) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for entry in resource.entries() {
        if let Entry::Message(message) = entry {
            if message.value.is_some() {
                ids.insert(message.id.name.to_owned());
            }
            ids.extend(message.attributes.iter().map(|a| format!("{}.{}", message.id.name, a.id.name)));
        }
    }
    ids
}

fn fluent(arguments: &[(String, Value)]) -> FluentArgs<'_> {
    arguments
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Value::Number(number) => FluentValue::from(*number),
                Value::Time(time) => FluentValue::from(time.date_time().format("%Y-%m-%d %H:%M UTC").to_string()),
                Value::Text(text) => FluentValue::from(text.as_str()),
            };
            (name.as_str(), value)
        })
        .collect()
}

static HOST: LazyLock<Texts> = LazyLock::new(|| {
    Texts::new([("en", include_str!("texts/en.ftl")), ("fr", include_str!("texts/fr.ftl"))])
        .unwrap_or_else(|error| panic!("the host's own texts: {error}"))
});

/// The host's own texts.
pub fn host() -> &'static Texts {
    &HOST
}

impl Message {
    /// The message in a reader's language. The handler's texts word what the handler says.
    pub fn worded(&self, language: &str, handler: Option<&Texts>) -> String {
        let texts = match (self.source, handler) {
            (Source::Handler, Some(texts)) => texts,
            _ => host(),
        };
        texts.word(language, &self.key, &self.arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_worded_in_the_nearest_language() {
        let texts = Texts::new([
            ("en", "seats = { $n ->\n    [one] one seat\n   *[other] { $n } seats\n }"),
            ("fr", "seats = { $n ->\n    [one] { $n } place\n   *[other] { $n } places\n }"),
        ])
        .unwrap();
        let n = |n: u32| [("n".to_owned(), Value::from(n))];
        for (language, count, worded) in [
            ("fr", 0, "0 place"),
            ("fr-CA", 2, "2 places"),
            ("en", 1, "one seat"),
            ("de", 0, "0 seats"),
            ("?", 1, "one seat"),
        ] {
            assert_eq!(texts.word(language, "seats", &n(count)), worded);
        }
    }

    #[test]
    fn faulty_texts_are_refused() {
        for translations in [
            vec![],
            vec![("??", "a = b")],
            vec![("en", "a = b"), ("en", "a = b")],
            vec![("en", "a = {")],
            vec![("en", "a = b\na = c")],
            vec![("en", "a = b\nc = d"), ("fr", "a = b")],
        ] {
            assert!(Texts::new(translations.clone()).is_err(), "{translations:?}");
        }
    }

    /// As in the texts of this project's handler.
    #[test]
    fn french_is_set_with_its_spaces() {
        for line in include_str!("texts/fr.ftl").lines().filter(|line| !line.starts_with('#')) {
            for ordinary in ["« ", " »", " :", " ;", " ?", " !"] {
                assert!(!line.contains(ordinary), "{line}");
            }
        }
    }

    #[test]
    fn arguments_cannot_smuggle_escapes() {
        let texts = Texts::new([("en", "hello = Hello { $name }")]).unwrap();
        let arguments = [("name".to_owned(), Value::from("\u{1b}[2J{ $name }\u{202e}"))];
        assert_eq!(texts.word("en", "hello", &arguments), "Hello �[2J{ $name }�");
    }
}
