//! Who makes an order what it is, and who sets to work at it.

use crate::audit;

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
#[error("expected the name of somebody who is accountable, found {0:?}")]
pub struct InvalidName(String);

impl Author {
    /// A member of the staff. The audit log must be able to tell people from the shop and from the host themselves.
    pub fn staff(name: &str) -> Result<Self, InvalidName> {
        let trimmed = name.trim();
        match trimmed.to_lowercase().as_str() {
            "" | audit::SHOP | audit::HOST => Err(InvalidName(name.to_owned())),
            _ => Ok(Author::Staff(trimmed.to_owned())),
        }
    }

    /// As the audit log names it.
    pub fn name(&self) -> &str {
        self.who().unwrap_or(audit::SHOP)
    }

    /// The name of the member of the staff.
    pub fn who(&self) -> Option<&str> {
        match self {
            Author::Shop => None,
            Author::Staff(name) => Some(name),
        }
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
        for name in ["", " ", "shop", "Shop", " SHOP ", "host", "Host"] {
            assert_eq!(Author::staff(name), Err(InvalidName(name.to_owned())));
        }
        assert_eq!(Author::staff(" Vera "), Ok(Author::Staff("Vera".to_owned())));
        assert_eq!(Author::staff("shopkeeper"), Ok(Author::Staff("shopkeeper".to_owned())));
    }
}
