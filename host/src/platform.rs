//! The learning platforms that the host knows: all that [`Platform`](shop_core::platform::Platform) asks for, twice.

pub mod embedded;
pub mod moodle;

pub use shop_core::platform::*;
