//! Languages, by the tags that shops, platforms and computers write.

use unic_langid::LanguageIdentifier;
use unic_langid::subtags::Variant;

use crate::words::text;

/// What was read tells no language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a language tag such as \"fr\" or \"en-GB\", found {0:?}")]
pub struct UnknownLanguage(pub String);

/// Which language a tag tells, as a tag of BCP 47 without extensions in its usual form: `pt_br` is `pt-BR`. None, if the tag
/// says that there is none to tell (`C`).
///
/// Beside BCP 47's, the forms of POSIX (`fr_FR.UTF-8`, `sr@latin`), Moodle (`en_us`) and WordPress (`de_DE_formal`) are
/// understood. What comes behind a language is left out if it is none of its usual parts: Moodle Workplace's `en_us_wp` is
/// `en-US`.
pub fn read(typed: &str) -> Result<Option<String>, UnknownLanguage> {
    let unknown = || UnknownLanguage(text::excerpt(typed));
    let (locale, modifier) = split(text::trim(typed), '@');
    let (tag, _encoding) = split(locale, '.');
    if tag.is_empty() || ["c", "posix", "und"].contains(&&*tag.to_lowercase()) {
        return Ok(None);
    }
    let mut parts: Vec<&str> = tag.split(['-', '_']).collect();
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    if !parts.iter().all(|part| is_part(part)) {
        return Err(unknown());
    }
    while !parts.is_empty() {
        match parts.join("-").parse::<LanguageIdentifier>() {
            // Longer ones are words, not tags: "French".
            Ok(language) if language.language.as_str().len() <= 3 => {
                return Ok(Some(modified(language, modifier).to_string()));
            }
            _ => _ = parts.pop(),
        }
    }
    Err(unknown())
}

fn split(text: &str, at: char) -> (&str, &str) {
    text.split_once(at).unwrap_or((text, ""))
}

/// What POSIX puts behind an @: a script, a variant, or what is of no concern here, such as a currency.
fn modified(mut language: LanguageIdentifier, modifier: &str) -> LanguageIdentifier {
    let scripts = [("latin", "Latn"), ("cyrillic", "Cyrl"), ("devanagari", "Deva")];
    let modifier = modifier.to_lowercase();
    match scripts.iter().find(|(name, _)| *name == modifier) {
        Some((_, script)) => language.script = script.parse().ok(),
        None => {
            // A shorter one, such as a currency, is no variant, though it is read as one.
            let variant =
                Some(modifier).filter(|modifier| modifier.len() > 4).and_then(|modifier| modifier.parse().ok());
            let variants: Vec<Variant> = language.variants().copied().chain(variant).collect();
            language.set_variants(&variants);
        }
    }
    language
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_all_kinds_are_understood() {
        for (typed, tag) in [
            ("fr", Some("fr")),
            ("FR", Some("fr")),
            (" fr\u{200b}", Some("fr")),
            ("pt_BR", Some("pt-BR")),
            ("zh-hant-tw", Some("zh-Hant-TW")),
            ("fil", Some("fil")),
            ("de-u-co-phonebk", Some("de")),
            ("fr_FR.UTF-8", Some("fr-FR")),
            ("de_DE@euro", Some("de-DE")),
            ("en_IE.ISO-8859-15@euro", Some("en-IE")),
            ("sr@latin", Some("sr-Latn")),
            ("sr_RS.utf8@latin", Some("sr-Latn-RS")),
            ("ca_ES@valencia", Some("ca-ES-valencia")),
            ("ca_valencia", Some("ca-valencia")),
            ("en_us_wp", Some("en-US")),
            ("de_kids", Some("de-Kids")),
            ("de_DE_formal", Some("de-DE-formal")),
            ("pt_PT_ao90", Some("pt-PT-ao90")),
            ("art_xemoji", Some("art-xemoji")),
            ("", None),
            (" \u{200b}", None),
            ("C", None),
            ("C.UTF-8", None),
            ("POSIX", None),
            ("und", None),
        ] {
            assert_eq!(read(typed), Ok(tag.map(str::to_owned)), "{typed}");
        }
    }

    #[test]
    fn what_tells_no_language_is_told() {
        for typed in ["French", "French, please", "Klingon!", "fr;q=0.9", "f", "1", "-", "fr--FR", "日本語", "?"] {
            assert_eq!(read(typed), Err(UnknownLanguage(typed.to_owned())), "{typed}");
        }
    }
}
