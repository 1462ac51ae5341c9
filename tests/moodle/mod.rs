//! The same on a Moodle, and what only a Moodle does.

pub(crate) mod accounts;
pub(crate) mod addresses;
pub(crate) mod check;
pub(crate) mod connection;
pub(crate) mod crashes;
pub(crate) mod errors;
pub(crate) mod expiry;
pub(crate) mod flapping;
pub(crate) mod gone;
pub(crate) mod groups;
pub(crate) mod interruptions;
pub(crate) mod invitations;
pub(crate) mod large_courses;
pub(crate) mod life;
pub(crate) mod manual;
pub(crate) mod moved;
pub(crate) mod other_ways;
pub(crate) mod recorded_site;
pub(crate) mod recordings;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod requests;
pub(crate) mod reserved;
pub(crate) mod sight;
pub(crate) mod unseen;
pub(crate) mod world;
