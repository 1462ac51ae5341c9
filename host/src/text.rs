//! Texts that come from outside: orders, handlers, platforms.

use std::collections::BTreeSet;

use icu_properties::props::{DefaultIgnorableCodePoint, VariationSelector};
use icu_properties::{CodePointSetData, CodePointSetDataBorrowed};

const IGNORABLE: CodePointSetDataBorrowed = CodePointSetData::new::<DefaultIgnorableCodePoint>();
const VARIATIONS: CodePointSetDataBorrowed = CodePointSetData::new::<VariationSelector>();

/// Whether a character has no place in a name or a title: control characters, and those that reorder the text
/// around them (Unicode's explicit bidirectional formatting), with which a text can pretend to be another.
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text with every unprintable character made visible as `�`, so that it can be shown on a terminal or a page.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if is_unprintable(c) { '\u{fffd}' } else { c }).collect()
}

/// Whether a character takes no room, such as the soft hyphen or the space of no width. Inside a name some of them have
/// their place (between the letters of Persian names, in pictures); what people compare or look up must have none.
pub fn is_invisible(c: char) -> bool {
    IGNORABLE.contains(c)
}

/// The text without spaces and invisible characters at its ends, which come along when it is copied. Which variant of the
/// last character is meant stays.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c) && !VARIATIONS.contains(c))
}

/// The numbers of the invisible characters in a text, each once, such as `U+200B, U+2060`.
pub fn invisible(text: &str) -> String {
    let characters: BTreeSet<char> = text.chars().filter(|c| is_invisible(*c)).collect();
    characters.into_iter().map(number).collect::<Vec<_>>().join(", ")
}

/// The text with every invisible character written as its number, such as `<U+2060>`: for texts that were expected to be
/// something and are not, perhaps for that reason.
pub fn spelled(text: &str) -> String {
    let spell = |c: char| if is_invisible(c) { format!("<{}>", number(c)) } else { c.to_string() };
    text.chars().map(spell).collect()
}

/// The start of such a text.
pub fn excerpt(text: &str, max_chars: usize) -> String {
    spelled(&text.chars().take(max_chars).collect::<String>())
}

/// A character as Unicode numbers it.
pub(crate) fn number(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// A language tag as in BCP 47 but without extensions, if it is one, in its usual form: `pt_br` is `pt-BR`.
pub fn language_tag(tag: &str) -> Option<String> {
    tag.parse::<unic_langid::LanguageIdentifier>().ok().map(|tag| tag.to_string())
}

/// The same, for a file; or what is wrong.
pub(crate) fn language_in_file(tag: &str) -> Result<String, String> {
    language_tag(tag).ok_or_else(|| format!("expected a language tag such as \"fr\" or \"en-GB\", found {tag:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_overrides_become_visible() {
        assert_eq!(printable("\u{1b}[31mred\u{202e}\r\n"), "�[31mred���");
        assert_eq!(printable("L'été «ok» 👩‍🏫 عمر"), "L'été «ok» 👩‍🏫 عمر");
    }

    #[test]
    fn language_tags_have_one_form() {
        for (typed, tag) in [
            ("fr", Some("fr")),
            ("FR", Some("fr")),
            ("pt_BR", Some("pt-BR")),
            ("zh-hant-tw", Some("zh-Hant-TW")),
            ("de-u-co-phonebk", None),
            ("", None),
            ("French, please", None),
        ] {
            assert_eq!(language_tag(typed).as_deref(), tag, "{typed}");
        }
    }
}
