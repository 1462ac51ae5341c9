//! Who makes an order what it is.

/// Who makes an order what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// The shop that sold it.
    Shop,
    /// One of its staff, by name, on the command line.
    Staff(String),
}

impl Author {
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
