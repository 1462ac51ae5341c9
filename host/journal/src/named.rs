//! By which words people who are erased are called.

use std::collections::{BTreeSet, HashMap};

use shop_core::words::name::{STAND_IN, words};

/// What orders call people: first and last names, as they are kept.
pub(super) type Names = BTreeSet<(String, String)>;

/// Finds people by what they are called. However many they are, a text is read once.
#[derive(Default)]
pub(super) struct Named {
    /// First and last name in either sequence, with anything between them or nothing.
    full: Sequences,
    /// The only name of somebody who has no other.
    only: Sequences,
    /// One of the names, which may be many people's.
    partly: Sequences,
}

impl Named {
    pub(super) fn new(names: &Names) -> Self {
        let mut named = Named::default();
        for (first, last) in names {
            let of = |name: &str| words(name).map(|(word, _)| word).collect::<Vec<_>>();
            match [first, last].map(|name| if name == STAND_IN { Vec::new() } else { of(name) }) {
                [first, last] if !first.is_empty() && !last.is_empty() => {
                    for both in [[&*first, &*last].concat(), [&*last, &*first].concat()] {
                        named.full.add(vec![both.concat()]);
                        named.full.add(both);
                    }
                    named.partly.add(first);
                    named.partly.add(last);
                }
                [only, other] => named.only.add([only, other].concat()),
            }
        }
        named
    }

    /// Whether a text has somebody's name in it. Who has one name only is meant by it only where no other one follows: it may
    /// be anybody's first name.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let words: Vec<(String, &str)> = words(text).collect();
        let stands_alone =
            |rest: &str| rest.strip_prefix(' ').is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        self.full.find(&words, |_| true) || self.only.find(&words, stands_alone)
    }

    /// Whether something is called after somebody, if only by one of the names.
    pub(super) fn gave_name_to(&self, text: &str) -> bool {
        let words: Vec<(String, &str)> = words(text).collect();
        [&self.full, &self.only, &self.partly].iter().any(|names| names.find(&words, |_| true))
    }
}

/// Sequences of words, by the first.
#[derive(Default)]
struct Sequences(HashMap<String, Vec<Vec<String>>>);

impl Sequences {
    fn add(&mut self, sequence: Vec<String>) {
        if let Some(first) = sequence.first() {
            self.0.entry(first.clone()).or_default().push(sequence);
        }
    }

    /// Whether one of them is among the words; `fits` judges by what comes behind it in the text.
    fn find(&self, words: &[(String, &str)], fits: impl Fn(&str) -> bool) -> bool {
        let is_at = |place: usize, sequence: &[String]| {
            let there = words[place..].get(..sequence.len());
            let there = there.filter(|there| there.iter().map(|(word, _)| word).eq(sequence));
            there.and_then(<[_]>::last).is_some_and(|(_, rest)| fits(rest))
        };
        let known = |(place, (word, _)): (usize, &(String, &str))| {
            self.0.get(word).is_some_and(|sequences| sequences.iter().any(|sequence| is_at(place, sequence)))
        };
        words.iter().enumerate().any(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(first: &str, last: &str) -> Named {
        Named::new(&[(first.to_owned(), last.to_owned())].into())
    }

    #[test]
    fn somebody_is_found_by_names_however_they_are_typed() {
        for (first, last, text, expected) in [
            ("Anne", "Durand", "Anne Durand – A1", true),
            ("Anne", "Dué", "Anne Due\u{301} – A1", true),
            ("Anne", "Durand", "DURAND Anne", true),
            ("Anne", "Durand", "Durand, Anne (A1)", true),
            ("Anne", "Durand", "A1-anne.durand", true),
            ("Anne", "Durand", "durandanne", true),
            ("Anne-Marie", "Le Gall", "LE GALL Anne Marie – A1", true),
            ("Zoé", "Müller", "Groupe de MULLER ZOE", true),
            ("Seán", "O’Brien", "O'Brien Sean", true),
            ("芳", "王", "王芳 – A1", true),
            ("Anne", "Durand", "Anne Durandal – A1", false),
            ("Anne", "Durand", "Anne Martin, Paul Durand", false),
            ("Anne", "Durand", "Anne", false),
            ("Anne", "Durand", "Durand", false),
            ("Martin", "Martin", "Martin", false),
            ("Suharto", "", "Suharto – A1", true),
            ("", "Suharto", "Suharto – A1", true),
            ("Suharto", "-", "Suharto - – A1", true),
            ("-", "Suharto", "- Suharto – A1", true),
            ("Suharto", "", "Suharto Wijaya – A1", false),
            // Somebody else's first name.
            ("Suharto", "", "Suharto", false),
            ("", "", "- – A1", false),
            ("-", "-", "- - – A1", false),
        ] {
            assert_eq!(named(first, last).are_in(text), expected, "{first:?} {last:?} in {text:?}");
        }
    }

    #[test]
    fn a_group_is_called_after_somebody_by_either_name() {
        for (first, last, group, expected) in [
            ("Anne", "Durand", "Session Durand", true),
            ("Anne", "Durand", "Les élèves d’Anne", true),
            ("Anne", "Durand", "Durand (A1) / Anne", true),
            ("Anne", "Le Gall", "Session LE GALL", true),
            ("Suharto", "", "Suharto", true),
            ("Anne", "Durand", "Session Durandal", false),
            ("Anne", "Le Gall", "Session Gall", false),
            ("Anne", "Durand", "2026-0142", false),
            ("", "", "Session -", false),
        ] {
            assert_eq!(named(first, last).gave_name_to(group), expected, "{first:?} {last:?} in {group:?}");
        }
    }
}
