//! People: their names, whose accounts are attached to whose, and what is known of them.

pub(crate) mod changed_accounts;
pub(crate) mod consent;
pub(crate) mod kept;
pub(crate) mod names;
pub(crate) mod privacy;
