//! Handlers that mean harm, run.

pub(crate) mod components;
pub(crate) mod handlers;
pub(crate) mod shapes;
