//! People: their names, who is in charge of whose account, and what is known of them, for how long.

pub(crate) mod audit;
pub(crate) mod changed_accounts;
pub(crate) mod charge;
pub(crate) mod consent;
pub(crate) mod kept;
pub(crate) mod names;
pub(crate) mod power;
pub(crate) mod privacy;
pub(crate) mod shared_addresses;
