//! The handler's specification, as tables of cases against a fake of the host.

mod arbitrary;
mod fake;
mod manifest;
mod parameters;
mod sessions;
mod texts;
mod times;
