//! Handlers' versions.

pub(crate) mod component;
pub(crate) mod forecasts;
pub(crate) mod golden;
pub(crate) mod lines;
pub(crate) mod store;
