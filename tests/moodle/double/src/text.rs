//! Texts as pages and databases have them.

use unicode_normalization::UnicodeNormalization;

/// A name as Moodle answers it in most places: escaped for pages, where it is not escaped already.
pub(crate) fn for_pages(name: &str) -> String {
    let mut parts = name.split('&');
    let mut escaped = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let entity = part.split_once(';').map_or("", |(entity, _)| entity);
        let is_entity =
            (1..=8).contains(&entity.len()) && entity.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#');
        escaped += if is_entity { "&" } else { "&amp;" };
        escaped += part;
    }
    escaped
}

/// As a collation that ignores case and accents has it.
pub(crate) fn collated(text: &str) -> String {
    text.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).flat_map(char::to_lowercase).collect()
}
