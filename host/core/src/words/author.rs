//! Who makes an order what it is, and who sets to work at it.

use unicode_normalization::UnicodeNormalization;

use crate::words::text;

/// Who acts when a message of the shop comes.
pub const SHOP: &str = "shop";

/// Who acts when a time comes, and not a message or somebody of the staff.
pub const HOST: &str = "host";

/// Who makes an order what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// The shop that sold it.
    Shop,
    /// One of its staff, by name.
    Staff(String),
}

/// What was read is no name of a member of the staff.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected the name of somebody who is accountable, in one line of 1 to {MAX_NAME} characters, and neither {shop}, \
     {host} nor a token, found {0:?}", shop = SHOP, host = HOST
)]
pub struct InvalidName(String);

const MAX_NAME: usize = 100;

impl Author {
    /// A member of the staff. The audit log must be able to tell people from the shop and from the host themselves, and to
    /// show each entry in a line.
    pub fn staff(name: &str) -> Result<Self, InvalidName> {
        let trimmed = text::trim(name);
        let shown = trimmed.nfkc().filter(|c| !text::is_invisible(*c));
        let seen: String = shown.flat_map(char::to_lowercase).map(as_latin).collect();
        let is_line = trimmed.chars().count() <= MAX_NAME && !trimmed.chars().any(text::is_unprintable);
        match seen.as_str() {
            "" | SHOP | HOST => Err(InvalidName(text::excerpt(name))),
            _ if !is_line => Err(InvalidName(text::excerpt(name))),
            _ => Ok(Author::Staff(trimmed.to_owned())),
        }
    }

    /// The same by a name that somebody types: tokens are told of otherwise.
    pub fn typed(name: &str) -> Result<Self, InvalidName> {
        let author = Author::staff(name)?;
        let seen: String = author.name().nfkc().filter(|c| !text::is_invisible(*c)).collect();
        match seen.ends_with(')') && seen.to_lowercase().contains("(token") {
            true => Err(InvalidName(text::excerpt(name))),
            false => Ok(author),
        }
    }

    /// As the audit log names it.
    pub fn name(&self) -> &str {
        self.who().unwrap_or(SHOP)
    }

    /// The name of the member of the staff.
    pub fn who(&self) -> Option<&str> {
        match self {
            Author::Shop => None,
            Author::Staff(name) => Some(name),
        }
    }
}

/// How whoever shows a token of the API is told of, as one of the staff: by its name, and by its number, so that no name passes for the
/// shop, for somebody of the staff or for another token.
pub fn by_token(number: i64, name: &str) -> String {
    let shown: String = name.chars().filter(|c| !text::is_unprintable(*c)).take(MAX_TOKEN).collect();
    format!("{} (token {number})", text::trim(&shown)).trim_start().to_owned()
}

/// So much of a token's name is told: with the longest number behind it, it is a name.
const MAX_TOKEN: usize = MAX_NAME - 30;

/// The letter of `shop` or `host` that one of another script cannot be told from, in capitals or not.
fn as_latin(letter: char) -> char {
    match letter {
        'ѕ' => 's',
        'һ' | 'հ' | 'н' | 'η' => 'h',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'т' | 'τ' => 't',
        other => other,
    }
}

impl From<Option<String>> for Author {
    fn from(who: Option<String>) -> Self {
        who.map_or(Author::Shop, Author::Staff)
    }
}

/// Who sets to work at an order, and for whom: a message of the shop that comes again, for instance, can have what the staff
/// has decided carried out.
#[derive(Clone, Copy, Debug)]
pub struct Acting<'a> {
    /// As the audit log names it: the shop, the host by itself, or one of the staff.
    pub who: &'a str,
    /// Who made the order what it is.
    pub author: &'a Author,
}

impl Acting<'_> {
    /// For whom, if for somebody else.
    pub fn on_behalf_of(&self) -> Option<&str> {
        Some(self.author.name()).filter(|name| *name != self.who)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_of_the_staff_is_called_as_the_shop_or_the_host() {
        for name in ["", " ", "\u{200b}", "shop", "Shop", " SHOP ", "host", "Host", "s\u{2060}hop", "\u{feff}host"] {
            assert!(Author::staff(name).is_err(), "{name:?}");
        }
        for name in ["ｓｈｏｐ", "ＨＯＳＴ", "ѕhop", "shοp", "һоѕт", "ΗΟST", "𝓼𝓱𝓸𝓹"] {
            assert!(Author::staff(name).is_err(), "{name:?} looks the same");
        }
        for name in ["Сергей", "Ηλίας", "シヨツプ"] {
            assert_eq!(Author::staff(name), Ok(Author::Staff(name.to_owned())));
        }
        assert_eq!(Author::staff(" Vera "), Ok(Author::Staff("Vera".to_owned())));
        assert_eq!(Author::staff("shopkeeper"), Ok(Author::Staff("shopkeeper".to_owned())));
    }

    #[test]
    fn a_name_of_the_staff_is_one_line_that_shows_what_it_is() {
        let long = "x".repeat(101);
        for name in
            ["Vera\nshop", "Ve\rra", "Ve\u{1b}[2Jra", "Ve\u{202e}ra", "Ve\u{2028}ra", "Ve\u{85}ra", "Ve\0ra", &long]
        {
            let told = Author::staff(name).unwrap_err().to_string();
            assert!(told.contains("in one line of 1 to 100 characters"), "{told}");
            assert!(!told.contains(text::is_unprintable) && told.len() < 300, "{told:?}");
        }
        for name in ["shop", "vera", "", " ", "a\nb", "\u{202e}pohs", "host (token 1)", &long] {
            for number in [1, i64::MAX, i64::MIN] {
                let told = by_token(number, name);
                assert_eq!(Author::staff(&told), Ok(Author::Staff(told.clone())), "{name:?}");
                assert!(told.ends_with(&format!("(token {number})")));
            }
        }
        assert_eq!(by_token(3, "web"), "web (token 3)");
        for name in ["web (token 3)", "(Token 1)", "x (tok\u{200b}en 1)", "x (ｔoken 1）"] {
            assert!(Author::typed(name).is_err(), "{name}");
        }
        assert!(Author::typed("Vera (nord)").is_ok());
        for name in ["Vera O’Hara", "نادر\u{200c}زاده", &"x".repeat(100)] {
            assert_eq!(Author::staff(name), Ok(Author::Staff(name.to_owned())));
        }
    }
}
