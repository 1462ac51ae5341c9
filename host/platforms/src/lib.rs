//! The learning platforms that the host knows: each is all that the port [`Platform`](shop_core::platform::Platform) asks for.
//!
//! They know the port's words, and how a Moodle or a database is spoken to. Of orders, handlers and plans they know nothing.

pub mod embedded;
pub mod moodle;
