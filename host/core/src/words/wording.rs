//! Wording messages in the reader's language, from Fluent texts: the host's own, and those of handlers' manifests.

mod resource;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use resource::Size;
pub use resource::Unwordable;
pub use resource::pieces;

use crate::words::message::{Message, Source, Value};
use crate::words::text::printable;

/// The same texts in several languages. The first serves readers of all others.
pub struct Texts {
    languages: Vec<(LanguageIdentifier, FluentBundle<FluentResource>)>,
    /// Of each text in all languages, how large it can become at most.
    sizes: BTreeMap<String, Size>,
}

/// What is wrong with texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message tells it")]
pub enum TextsError {
    #[error("translations: expected at least one, found none")]
    None,
    /// A language is none, or stands twice.
    #[error("translations: expected language tags such as \"fr\", each once, found {0:?}")]
    Language(String),
    /// A text stands twice.
    #[error("translation {language:?} has a text twice: {problem}")]
    Repeated { language: String, problem: String },
    /// A text cannot be used.
    #[error("translation {language:?}, text {id:?}: {fault}")]
    Unfit {
        language: String,
        /// The id, or what stands in its place.
        id: String,
        fault: Unwordable,
    },
    /// A text is missing in a language.
    #[error("translation {language:?} lacks the text {id:?}")]
    Missing {
        language: String,
        /// The message id, and the attribute after a dot.
        id: String,
    },
}

impl Texts {
    /// Reads Fluent resources, each with its language tag.
    pub fn new<'a>(translations: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, TextsError> {
        let mut languages: Vec<(LanguageIdentifier, _)> = Vec::new();
        let mut sizes_by_language = Vec::new();
        for (language, ftl) in translations {
            let tag: LanguageIdentifier = language.parse().map_err(|_| TextsError::Language(printable(language)))?;
            if languages.iter().any(|(earlier, _)| *earlier == tag) {
                return Err(TextsError::Language(printable(language)));
            }
            let (bundle, sizes) = bundle(tag.clone(), ftl)?;
            languages.push((tag, bundle));
            sizes_by_language.push((language.to_owned(), sizes));
        }
        let mut sizes: BTreeMap<String, Size> = BTreeMap::new();
        for (id, size) in sizes_by_language.iter().flat_map(|(_, sizes)| sizes) {
            let largest = sizes.entry(id.clone()).or_default();
            *largest = largest.or(*size);
        }
        for (language, own) in &sizes_by_language {
            if let Some(id) = sizes.keys().find(|id| !own.contains_key(*id)) {
                return Err(TextsError::Missing { language: language.clone(), id: id.clone() });
            }
        }
        if languages.is_empty() { Err(TextsError::None) } else { Ok(Texts { languages, sizes }) }
    }

    /// Makes sure that there are texts with these ids.
    pub fn require(&self, ids: impl IntoIterator<Item = String>) -> Result<(), TextsError> {
        match ids.into_iter().find(|id| !self.sizes.contains_key(id)) {
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
        self.sizes.contains_key(id)
    }

    /// What it takes to word the text with this id, in whichever language, filled in with texts of so many bytes at most:
    /// about the bytes that come of it. Nothing if there is no such text.
    pub fn weight(&self, id: &str, longest: usize) -> u64 {
        self.sizes.get(id).map_or(0, |size| size.weight(longest))
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

fn bundle(tag: LanguageIdentifier, ftl: &str) -> Result<(Bundle, BTreeMap<String, Size>), TextsError> {
    let language = tag.to_string();
    let (resources, mut sizes) = resource::read(ftl).map_err(|(id, fault)| TextsError::Unfit {
        language: language.clone(),
        id: printable(&id),
        fault,
    })?;
    sizes.retain(|id, _| !id.starts_with('-'));
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Isolating marks would go into tables, logs and JSON, where they are noise.
    bundle.set_use_isolating(false);
    for resource in resources {
        bundle.add_resource(resource).map_err(|errors| TextsError::Repeated {
            language: language.clone(),
            problem: printable(&errors.first().map(ToString::to_string).unwrap_or_default()),
        })?;
    }
    Ok((bundle, sizes))
}

/// The whole numbers that Fluent, which has no others than those of 64 bits with a floating point, can tell apart.
const EXACT: u64 = 1 << 53;

fn fluent(arguments: &[(String, Value)]) -> FluentArgs<'_> {
    arguments
        .iter()
        .map(|(name, value)| {
            let value = match value {
                // Fluent would round it.
                Value::Number(number) if number.unsigned_abs() > EXACT => FluentValue::from(number.to_string()),
                Value::Number(number) => FluentValue::from(*number),
                Value::Time(time) => FluentValue::from(format!("{} UTC", time.to_the_minute())),
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
    use crate::words::period::Timestamp;

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

    #[test]
    fn all_of_fluent_that_texts_need_can_be_worded() {
        let texts = Texts::new([(
            "en",
            "### For tests\n\n-shop = { $case ->\n   *[short] Shop\n    [long] The { \"shop\" }\n }\n .gender = it\n\
             # Said first\nwelcome =\n    Welcome to { -shop(case: \"long\") }: { shop-says.aloud } { 5 }\n\
             shop-says = { -shop.gender ->\n    [it] It\n   *[other] They\n } says { $n ->\n    [0] nothing\n\
             \u{20}   [one] a word\n   *[other] words\n }\n .aloud = “{ shop-says }”",
        )]);
        let texts = texts.unwrap();
        let n = [("n".to_owned(), Value::from(1u32))];
        assert_eq!(texts.word("en", "welcome", &n), "Welcome to The shop: “It says a word” 5");
    }

    #[test]
    fn texts_that_the_formatter_could_stumble_over_are_refused() {
        let of = |ftl: &str| match Texts::new([("en", ftl)]) {
            Err(TextsError::Unfit { fault, .. }) => format!("{fault:?}").split('(').next().unwrap().to_owned(),
            Ok(_) => "fit".to_owned(),
            Err(error) => format!("{error:?}"),
        };
        let doubled: String = (1..20).map(|n| format!("a{n} = {{ a{} }}{{ a{} }}\n", n - 1, n - 1)).collect();
        let chain: String = (1..5000).map(|n| format!("a{n} = {{ a{} }}\n", n + 1)).collect();
        let nested =
            |open: &str, close: &str, depth: usize| format!("a = {}x{}", open.repeat(depth), close.repeat(depth));
        let long = "x".repeat(3000);
        for (ftl, expected) in [
            // Without end, or nearly.
            ("a = { a }".to_owned(), "Circular"),
            ("a = { b }\nb = { -c }\n-c = { a }".to_owned(), "Circular"),
            (format!("{chain}a5000 = x"), "Circular"),
            (format!("a0 = ha\n{doubled}"), "Places"),
            (format!("a = {}", "{ $a }".repeat(33)), "Places"),
            (format!("a = {long}\nb = {}", "{ a }".repeat(3)), "Bytes"),
            // The parser would use up the stack.
            (nested("{", "}", 30_000), "Braces"),
            (nested("{\na(", ")}", 20_000), "Syntax"),
            (nested("{ F(", ") }", 10_000), "Braces"),
            (nested("{ $a ->\n *[a] ", "\n}", 3_000), "Braces"),
            (nested("{ $a ->\n *[a] ", "\n}", 150), "Places"),
            (nested("{", "}", 199), "Construct"),
            // Looking for the variant that is meant would take long, here or where it is referred to.
            (format!("a = {{ $a ->{}\n *[x] x\n }}", "\n [1] x".repeat(100)), "Variants"),
            (format!("a = {{ $a ->{}\n *[x] x\n }}\nb = {{ a }}{{ a }}", "\n [1] x".repeat(60)), "Variants"),
            (format!("a = {{ {}\"\"{} }}", "F(".repeat(190), ")".repeat(190)), "Function"),
            // The formatter would panic, or use up the memory.
            ("a = { 1.5000000000000000000000000001 ->\n *[one] x\n }".to_owned(), "Construct"),
            ("a = { -b(n: 1.5000000000000000000000000001) }\n-b = { $n ->\n *[one] x\n }".to_owned(), "Construct"),
            ("a = { { $b } }".to_owned(), "Construct"),
            ("a = { \"x\" ->\n *[one] x\n }".to_owned(), "Construct"),
            (format!("a = {{ -t({}) }}\n-t = x\nm = {long}", "m,".repeat(1000)), "Construct"),
            (format!("a = {{ -t(m: \"{long}\") }}\n-t = {{ $m }}"), "Construct"),
            ("a = { NUMBER($n, minimumFractionDigits: 999999999999999) }".to_owned(), "Function"),
            // Mistakes.
            ("a = { b }".to_owned(), "Reference"),
            ("a = { -b }".to_owned(), "Reference"),
            ("a = b\n .c = { a.d }".to_owned(), "Reference"),
            ("a = b\n c = { }".to_owned(), "Syntax"),
        ] {
            let start: String = ftl.chars().take(60).collect();
            assert_eq!(of(&ftl), expected, "{start}");
        }
    }

    #[test]
    fn any_language_and_any_argument_can_be_worded() {
        let ftl = "a = { $n ->\n    [zero] none\n    [one] one\n   *[other] { $n }\n }";
        for language in ["en", "fr", "ar", "und", "qaa", "xx-Zzzz-999-variant1"] {
            let texts = Texts::new([(language, ftl)]).unwrap();
            let numbers = [i64::MIN, -1, 0, 1, i64::MAX].map(Value::Number);
            let times = [0, 253_402_300_799].map(|seconds| Value::Time(Timestamp::new(seconds).unwrap()));
            let others = [Value::from("one"), Value::from(""), Value::from("{ $n }")];
            for value in numbers.into_iter().chain(times).chain(others) {
                assert!(!texts.word(language, "a", &[("n".to_owned(), value)]).contains("$m"));
            }
            assert_eq!(texts.word(language, "a", &[]), "{$n}");
        }
    }

    #[test]
    fn numbers_are_shown_as_they_are() {
        let texts = Texts::new([("en", "a = { $n } { $n ->\n [one] one\n *[other] others\n }")]).unwrap();
        for number in [i64::MIN, -(1 << 53) - 1, -1, 0, 1 << 53, (1 << 53) + 1, i64::MAX] {
            assert!(texts.word("en", "a", &[("n".to_owned(), Value::Number(number))]).starts_with(&number.to_string()));
        }
    }

    #[test]
    fn no_text_becomes_longer_than_it_weighs() {
        let ftl = "plain = a text\n\
            filled = { $a } and { $a } and { filled-by }\n\
            filled-by = { $a ->\n    [one] { plain }\n   *[other] other{ $a }\n }";
        let texts = Texts::new([("en", ftl), ("fr", &ftl.replace("text", "texte"))]).unwrap();
        for (id, argument) in [("plain", 0), ("filled", 0), ("filled", 1000), ("filled-by", 1000)] {
            let arguments = [("a".to_owned(), Value::from("x".repeat(argument)))];
            for language in ["en", "fr"] {
                assert!(texts.word(language, id, &arguments).len() as u64 <= texts.weight(id, argument), "{id}");
            }
        }
        assert_eq!([texts.weight("plain", 1000), texts.weight("none", 1000)], [7, 0]);
    }

    #[test]
    fn pieces_of_a_resource_are_counted_before_it_is_read() {
        for (ftl, pieces) in
            [("", 0), ("# a\na = b\n  c\n .d = e\n-t = x\n", 4), ("a = { $a ->\n [one] { $a }\n *[other] x\n }", 5)]
        {
            assert_eq!(resource::pieces(ftl), pieces, "{ftl}");
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
