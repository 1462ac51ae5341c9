//! Names of people: how they are kept, written, and compared.

use deunicode::deunicode_char;
use unicode_normalization::UnicodeNormalization;

use crate::words::text;

/// What stands for the name that somebody has not who has one name only: learning platforms want two, and so do handlers.
pub const STAND_IN: &str = "-";

/// A name as it is kept: without blanks at its ends, in Unicode form NFC. Empty, if there is nothing to see in it.
pub fn kept(typed: &str) -> String {
    match typed.chars().all(text::is_blank) {
        true => String::new(),
        false => text::trim(typed).nfc().collect(),
    }
}

/// First and last name as people write them, in Unicode form NFC: of somebody who has one name only, that.
pub fn full(first: &str, last: &str) -> String {
    let names = [first, last].map(kept);
    let real: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| !name.is_empty() && *name != STAND_IN).collect();
    if real.is_empty() { names.join(" ").trim().to_owned() } else { real.join(" ") }
}

/// Whether people would say that two texts are the same name: lists in capitals leave out accents, and apostrophes, hyphens and
/// spaces are of many kinds.
pub fn is_same(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// The words of a text, each folded as names are to be compared, and what comes behind it.
pub fn words(text: &str) -> impl Iterator<Item = (String, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || is_accent(c) || text::is_invisible(c);
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c| !is_part(c));
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        rest = behind;
        (!word.is_empty()).then(|| (folded(word), behind))
    })
}

fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Without case, accents, and all that is no letter and no digit; special letters of the Latin script as its usual ones.
fn folded(name: &str) -> String {
    // Some apostrophes are letters to Unicode.
    let is_apostrophe = |c: &char| ('\u{2b9}'..='\u{2c8}').contains(c);
    let letters = name.nfkd().filter(|c| c.is_alphanumeric() && !is_accent(*c) && !is_apostrophe(c));
    let plain = letters.flat_map(|c| c.to_uppercase()).flat_map(char::to_lowercase);
    plain.fold(String::new(), |mut folded, c| {
        match deunicode_char(c).filter(|_| ('\u{c0}'..='\u{24f}').contains(&c)) {
            Some(usual) => folded.push_str(usual),
            None => folded.push(c),
        }
        folded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_would_say_are_the_same_are() {
        for (one, other) in [
            ("İlker", "İLKER"),
            ("İlker", "ILKER"),
            ("İlker", "ilker"),
            ("Yıldırım", "YILDIRIM"),
            ("Yıldırım", "Yildirim"),
            ("Jörg", "JÖRG"),
            ("Großmann", "GROSSMANN"),
            ("Großmann", "GROẞMANN"),
            ("René", "RENE"),
            ("René", "Rene\u{301}"),
            ("Γιώργος", "ΓΙΩΡΓΟΣ"),
            ("Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ"),
            ("Łukasz", "LUKASZ"),
            ("Sørensen", "Sorensen"),
            ("Nguyễn", "NGUYEN"),
            ("O’Brien", "O'Brien"),
            ("O’Brien", "Oʼbrien"),
            ("O’Brien", "O`BRIEN"),
            ("O’Brien", "O´Brien"),
            ("Anne\u{a0}Marie", "Anne  Marie"),
            ("Anne-Marie", "Anne‑Marie"),
            ("Anne-Marie", "ANNE MARIE"),
            ("Le Gall", "\u{200b}Le Gall "),
            ("Ａｎｎａ", "Anna"),
            ("Henri Ⅳ", "Henri IV"),
            ("Suharto .", "Suharto"),
        ] {
            assert!(is_same(one, other), "{one} and {other}");
            assert!(is_same(other, one), "{other} and {one}");
        }
    }

    #[test]
    fn names_of_others_are_not() {
        for (one, other) in [
            ("Anna", "Anne"),
            ("Amy Alpha", "Amadou Delta"),
            ("Иван", "Иван Петров"),
            ("王芳", "王方"),
            ("भारती", "भरत"),
            ("ก", "กิ"),
            ("Henri IV", "Henri V"),
            ("Anna", ""),
        ] {
            assert!(!is_same(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn what_shows_nothing_is_no_name() {
        for blank in
            ["", " ", "\u{2800}", "\u{3164}", "\u{115f}", "\u{ffa0}", "\u{ad}", "\u{200b}\u{2800} \u{fe0f}", "\u{202e}"]
        {
            assert_eq!(kept(blank), "", "{blank:?}");
        }
        for name in ["-", "An\u{ad}ne", "علی\u{200c}رضا", "\u{1160}ᄀ"] {
            assert_ne!(kept(name), "", "{name:?}");
        }
    }

    #[test]
    fn who_has_one_name_only_is_called_by_it() {
        for (first, last, written) in [
            ("Anne", "Durand", "Anne Durand"),
            (" Anne\u{200b}", "Du\u{301}rand ", "Anne Dúrand"),
            ("Suharto", STAND_IN, "Suharto"),
            (STAND_IN, "Suharto", "Suharto"),
            ("", "Suharto", "Suharto"),
            ("Suharto", " \u{200b}", "Suharto"),
            ("", "", ""),
            (STAND_IN, STAND_IN, "- -"),
        ] {
            assert_eq!(full(first, last), written, "{first:?} {last:?}");
        }
    }
}
