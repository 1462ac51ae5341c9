//! Handlers that mean harm, run.

mod charged;
pub(crate) mod components;
pub(crate) mod handlers;
pub(crate) mod shapes;
