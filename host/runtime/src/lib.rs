//! The host: makes true on a learning platform what product handlers declare.
//!
//! # The tour that an order takes
//!
//! 1. [`file`] reads what the shop says, with the [`catalogue`]; its shape is the [`order`]'s own. What it does not say is
//!    [`unsaid`], and stays as it is.
//! 2. [`admit`] tells what it comes to by what was heard of the order before, and the [`journal`] writes it down.
//! 3. [`check`] holds each of its lines against the [`manifest`] of the handler that it is sold with, which the [`handlers`]
//!    know; the [`clock`] and the [`departures`] say what a handler cannot: that a line is over, and who loses a place in it.
//! 4. [`looked_up`] is what the order allows to be asked, and the [`snapshot`] what a call is given of that. What was
//!    [`sold`] is what it was then, by whichever name; whose account is whose, [`accounts`] know.
//! 5. [`sandbox`] runs the handler with just what the order [`grants`]: it declares a [`session`]. Each call leaves a
//!    [`recording`], from which it can be made again; the [`forecast`] makes the last calls again with another version,
//!    before that serves.
//! 6. The session is compared with the [`standing`] on the [`platform`], and the difference is the [`plan`]. What an
//!    [`attachment`] takes, the host decides, and not the handler.
//! 7. The journal writes the plan down, `apply` does it, and the [`receipt`] tells. What is interrupted is gone on with,
//!    and tried again by the [`retries`].
//!
//! [`host`] ties all this together; a [`view`] is what people and programs are told of it. What the shop's staff changes is an
//! [`amendment`] of a recorded order, which takes the same way again. The [`folder`] of a shop's data can be put into a
//! [`backup`] at any moment.
//!
//! # For whoever embeds it
//!
//! A program needs this crate only, as `examples/embed.rs` shows. It reads a [`Catalogue`] and what its shop [`Said`] from
//! [`file`]s or values of its own, opens a [`Host`] over a [`Platform`] ([`embedded`], a [`moodle`], or one that it has written
//! against [`platform`], as `tests/platform/stranger.rs` does), installs a version of its [`Handlers`], and is handed an [`Outcome`] with
//! the [`LineState`] that an order is in, or a [`HostError`] with a [code](HostError::code). What is recorded it reads in
//! [`Records`]; only the host writes there. How often is tried again ([`Retries`]), where calls get memory from
//! ([`Allocation`]) and which process compiles ([`Compiler`]) can be chosen. The lesser types stand beside what uses them, in
//! [`host`], [`handlers`], [`forecast`] and [`backup`]; what all of them are made of is [`shop_core`]'s.
//!
//! # The floors
//!
//! The rules are [`shop_core`]'s; [`shop_sandbox`], [`shop_platforms`], [`shop_journal`] and [`shop_folder`] each know one
//! thing that is outside of them, and none of each other but that platforms and journal keep files in the folder.
//!
//! [`admit`]: shop_core::orders::admit
//! [`accounts`]: shop_core::sessions::accounts
//! [`amendment`]: shop_core::orders::amendment
//! [`attachment`]: shop_core::sessions::attachment
//! [`catalogue`]: shop_core::lines::catalogue
//! [`check`]: shop_core::lines::check
//! [`clock`]: shop_core::lines::clock
//! [`departures`]: shop_core::lines::departures
//! [`folder`]: shop_folder
//! [`grants`]: shop_core::calls::grants
//! [`journal`]: shop_journal
//! [`looked_up`]: shop_core::calls::looked_up
//! [`manifest`]: shop_core::lines::manifest
//! [`file`]: shop_folder::file
//! [`order`]: shop_core::words::order
//! [`plan`]: shop_core::sessions::plan
//! [`platform`]: shop_core::platform
//! [`receipt`]: shop_core::sessions::receipt
//! [`recording`]: shop_core::calls::recording
//! [`retries`]: shop_core::orders::retries
//! [`sandbox`]: shop_sandbox
//! [`session`]: shop_core::sessions::session
//! [`snapshot`]: shop_core::calls::snapshot
//! [`sold`]: shop_core::lines::sold
//! [`standing`]: shop_core::sessions::standing
//! [`unsaid`]: shop_core::orders::unsaid

mod apply;
pub mod backup;
mod components;
pub mod forecast;
pub mod handlers;
pub mod host;
pub mod recorded;
pub mod view;

pub use handlers::Handlers;
pub use host::{Host, HostError, Outcome, Tokens};
pub use shop_core::lines::catalogue::Catalogue;
pub use shop_core::orders::retries::Retries;
pub use shop_core::orders::said::Said;
pub use shop_core::orders::state::LineState;
pub use shop_core::platform::{self, Platform};
pub use shop_core::{self, words};
pub use shop_folder::file;
pub use shop_journal::{self, Records};
pub use shop_platforms::{embedded, moodle};
pub use shop_sandbox::{Allocation, Compiler, compile_apart};
