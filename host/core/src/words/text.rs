//! Texts that come from outside: orders, handlers, platforms.

use std::collections::BTreeSet;

use icu_properties::props::{DefaultIgnorableCodePoint, VariationSelector};
use icu_properties::{CodePointSetData, CodePointSetDataBorrowed};
use serde::{Deserialize, Deserializer};

const IGNORABLE: CodePointSetDataBorrowed = CodePointSetData::new::<DefaultIgnorableCodePoint>();
const VARIATIONS: CodePointSetDataBorrowed = CodePointSetData::new::<VariationSelector>();

/// Whether a character has no place in a name or a title: control characters, and those that reorder the text
/// around them (Unicode's explicit bidirectional formatting), with which a text can pretend to be another.
pub fn is_unprintable(c: char) -> bool {
    c.is_control() || is_direction(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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

/// Whether a character shows nothing: what takes no room, spaces, and the pattern of Braille without any dots, which looks
/// like one.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c) || c == '\u{2800}'
}

/// The text without spaces and invisible characters at its ends, which come along when it is copied. Those stay that change
/// how the others look: they reorder them, or tell which variant of the last one is meant.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| is_blank(c) && !is_direction(c) && !VARIATIONS.contains(c))
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

/// A text for an error, of which only the start is told if it is long: somebody may have sent megabytes. Its invisible
/// characters are written as their numbers.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(TOLD) {
        Some((end, _)) => spelled(&text[..end]) + "…",
        None => spelled(text),
    }
}

/// A sentence in which there may be such a text: if it is long, what stands in its midst is left out.
pub fn abridged(sentence: &str) -> String {
    let start = sentence.char_indices().nth(2 * TOLD).map(|(place, _)| &sentence[..place]);
    let end = sentence.char_indices().nth_back(2 * TOLD).map(|(place, _)| &sentence[place..]);
    match (start, end) {
        (Some(start), Some(end)) if start.len() + end.len() < sentence.len() => format!("{start} … {end}"),
        _ => sentence.to_owned(),
    }
}

/// So many characters of a text are told.
const TOLD: usize = 120;

/// Reads a field of a file whose outer spaces and invisible characters mean nothing.
pub fn trimmed<'de, D: Deserializer<'de>>(text: D) -> Result<String, D::Error> {
    String::deserialize(text).map(|text| trim(&text).to_owned())
}

/// A character as Unicode numbers it.
pub fn number(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
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
    fn what_comes_along_when_a_text_is_copied_is_dropped() {
        for (copied, text) in [
            ("\u{feff}\u{a0}Anne\u{200b} ", "Anne"),
            ("An\u{ad}ne", "An\u{ad}ne"),
            ("\u{200b}\u{2060}", ""),
            ("\u{2800}\u{3164} Anne\u{115f}\u{ffa0}\u{2800}", "Anne"),
            ("\u{202e}enna\u{200e}", "\u{202e}enna"),
            // Which of its forms a character of a Japanese name has.
            ("葛\u{e0100}\u{200b}", "葛\u{e0100}"),
        ] {
            assert_eq!(trim(copied), text, "{copied:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        let text = "a\u{2060}b\u{ad}c\u{2060}é";
        assert_eq!(invisible(text), "U+00AD, U+2060");
        assert_eq!(spelled(text), "a<U+2060>b<U+00AD>c<U+2060>é");
    }

    #[test]
    fn of_a_long_text_the_start_is_told() {
        assert_eq!(excerpt("a\u{2060}é"), "a<U+2060>é");
        assert_eq!(excerpt(&"é".repeat(120)), "é".repeat(120));
        assert_eq!(excerpt(&"é".repeat(121)), "é".repeat(120) + "…");
        for long in [481, 1 << 20] {
            let told = abridged(&("é".repeat(long) + ", expected a number"));
            assert!(
                told.ends_with("é, expected a number") && told.starts_with('é') && told.chars().count() < 500,
                "{told}"
            );
        }
        for short in ["", "unknown field", &"é".repeat(480)] {
            assert_eq!(abridged(short), short);
        }
    }
}
