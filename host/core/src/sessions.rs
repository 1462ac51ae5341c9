//! What must be true ([`session`]), what is there ([`standing`]), what the shop has claimed and made ([`ledger`]), and the
//! difference ([`plan`]), with what became of it ([`receipt`]).

pub mod accounts;
pub mod attachment;
pub mod ledger;
pub mod plan;
pub mod receipt;
pub mod session;
pub mod standing;
