//! The handler `setup-one-course-session`: one paid order line sets up a whole training session in one course.
//!
//! A handler is a pure function: the order and what the host looked up go in, the session comes out. It declares what
//! must be true (accounts, a group, enrolments, attachments) and never acts. See `wit/` for the contract.
//!
//! The crate is a component, and a plain library too: the logic works on the trait [`Imports`], so that it also runs
//! natively, against a fake.
//!
//! Data flow down this list: [`manifest`](describe) says what may be written; `parameters` and `times` read what was
//! written; `setup` looks up what it names and finds the faults; `session` declares; `messages` tells.

mod imports;
mod manifest;
mod messages;
mod parameters;
mod session;
mod setup;
mod times;

#[cfg(test)]
mod tests;

pub use imports::Imports;
pub use manifest::describe;
pub use session::fulfil;

/// The contract's types and functions, generated from `wit/`, where they are documented.
#[allow(missing_docs, unreachable_pub, clippy::all)]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit",
        world: "product-handler",
        additional_derives: [PartialEq, Eq],
        default_bindings_module: "crate::bindings",
    });
}

/// The contract's types, which are this crate's domain types as they stand.
mod contract {
    pub(crate) use crate::bindings::exports::shop::product_handler::handler::{
        Guest, Manifest, Parameter, ParameterKind, Translation,
    };
    pub(crate) use crate::bindings::shop::product_handler::courses::{CourseInfo, GroupMode, RoleInfo};
    pub(crate) use crate::bindings::shop::product_handler::types::{
        Account, Audience, Course, Group, Level, Message, Order, Period, Person, Role, SeatRole, Stage, Subject,
        Timestamp, Value,
    };
    pub(crate) use crate::bindings::shop::product_handler::user_lookup::{AccountInfo, Origin};
}

struct Handler;

impl contract::Guest for Handler {
    fn describe() -> contract::Manifest {
        describe()
    }

    fn fulfil(order: contract::Order) -> Result<Vec<contract::Message>, Vec<contract::Message>> {
        fulfil(&mut imports::Host, &order)
    }
}

// The exported symbols' names mean something to the component linker only.
#[cfg(target_arch = "wasm32")]
bindings::export!(Handler);
