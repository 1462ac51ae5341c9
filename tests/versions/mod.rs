//! Handlers' versions.

pub(crate) mod component;
pub(crate) mod golden;
pub(crate) mod lines;
