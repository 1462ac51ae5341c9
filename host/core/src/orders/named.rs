//! Whom the shop has named.

/// Whom the shop has named as the operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Named {
    /// That is not known.
    #[default]
    Unknown,
    /// Somebody who was erased since.
    Erased,
    /// Somebody, by the folded address.
    Known(String),
}
