//! Texts for pages, as Moodle answers them, made plain.

use shop_core::words::text::printable;

/// What stands between two marks.
pub(super) fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(between, _)| between)
}

/// Text for people: without markup, on one line, and not longer than they read.
pub(super) fn plain(text: &str) -> String {
    const ENOUGH: usize = 300;
    let mut plain = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                plain.push(' ');
            }
            _ if inside => {}
            _ => plain.push(if c.is_whitespace() { ' ' } else { c }),
        }
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    printable(&words.join(" ").chars().take(ENOUGH).collect::<String>())
}

/// A name as it was written: Moodle escapes it for pages in many answers, and not in others.
pub(super) fn unescaped(name: &str) -> String {
    const ENTITIES: [(&str, &str); 6] =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#039;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    ENTITIES.iter().fold(name.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

/// Whether a name is this one, as it was written or escaped.
pub(super) fn is_name(told: &str, name: &str) -> bool {
    told == name || unescaped(told) == name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_they_were_written() {
        for (told, name, same) in [
            ("R&amp;D", "R&D", true),
            ("R&D", "R&D", true),
            ("R&amp;D", "R&amp;D", true),
            ("L&#039;atelier &lt;1&gt; &quot;a&quot;", "L'atelier <1> \"a\"", true),
            // What was written as an entity once is one, and no other.
            ("&amp;lt;", "&lt;", true),
            ("&amp;lt;", "<", false),
            ("R&amp;D", "R&d", false),
        ] {
            assert_eq!(is_name(told, name), same, "{told} {name}");
        }
    }

    #[test]
    fn text_for_people_has_no_markup_and_is_short() {
        assert_eq!(plain("<p>Error:\r\n <b>no</b></p> 1 > 0"), "Error: no 1 > 0");
        assert_eq!(plain(&"x".repeat(1000)).len(), 300);
    }
}
