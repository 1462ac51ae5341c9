//! Whatever fails, whenever: what is recorded is gone on with, and ends as if nothing had failed.

pub(crate) mod backups;
pub(crate) mod crashes;
pub(crate) mod flapping;
pub(crate) mod interruptions;
pub(crate) mod late_requests;
pub(crate) mod unfinished;
