//! Texts that come from outside: orders, handlers, platforms.

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

/// The tag, if it is one.
pub(crate) fn language_tag(tag: String) -> Result<String, String> {
    match tag.parse::<unic_langid::LanguageIdentifier>() {
        Ok(_) => Ok(tag),
        Err(_) => Err(format!("expected a language tag such as \"fr\" or \"en-GB\", found {tag:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_overrides_become_visible() {
        assert_eq!(printable("\u{1b}[31mred\u{202e}\r\n"), "�[31mred���");
        assert_eq!(printable("L'été «ok» 👩‍🏫 عمر"), "L'été «ok» 👩‍🏫 عمر");
    }
}
