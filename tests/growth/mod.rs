//! What grows with a shop's life, and what must not.

pub(crate) mod costs;
pub(crate) mod scale;
