//! Who makes an order what it is.

use crate::audit;

/// Who makes an order what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// The shop that sold it.
    Shop,
    /// One of its staff, by name, on the command line.
    Staff(String),
}

impl Author {
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
