//! Words: values that mean the same everywhere, each with what makes it valid and how it is written.

pub mod author;
pub mod digest;
pub mod email;
pub mod language;
pub mod message;
pub mod name;
pub mod object;
pub mod order;
pub mod period;
pub mod permission;
pub mod seat;
pub mod secret;
pub mod shop;
pub mod text;
pub mod wording;
