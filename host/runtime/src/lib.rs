//! The host: makes true on a learning platform what product handlers declare.
//!
//! # The tour that an order takes
//!
//! 1. [`mod@file`] reads what the shop says, with the [`catalogue`]; its shape is the [`order`]'s own. What it does not say is
//!    [`unsaid`], and stays as it is.
//! 2. [`admit`] tells what it comes to by what was heard of the order before, and the [`journal`] writes it down.
//! 3. [`check`] holds each of its lines against the [`manifest`] of the handler that it is sold with, which the [`registry`]
//!    has; the [`clock`] and the [`departures`] say what a handler cannot: that a line is over, and who loses a place in it.
//! 4. [`looked_up`] is what the order allows to be asked, and the [`snapshot`] what a call is given of that. What was
//!    [`sold`] is what it was then, by whichever name; whose account is whose, [`accounts`] know.
//! 5. [`sandbox`] runs the handler with just what the order [`grants`]: it declares a [`session`]. Each call leaves a
//!    [`recording`], from which it can be made again; the [`forecast`] makes the last calls again with another version,
//!    before that serves.
//! 6. The session is compared with the [`standing`] on the [`platform`], and the difference is the [`plan`]. What an
//!    [`attachment`] takes, the host decides, and not the handler.
//! 7. The journal writes the plan down, [`apply`] does it, and the [`receipt`] tells. What is interrupted is gone on with,
//!    and tried again by the [`retries`].
//!
//! [`host`] ties all this together. What the shop's staff changes is an [`amendment`] of a recorded order, which takes the
//! same way again. The [`folder`] of a shop's data can be put into a [`backup`] at any moment.
//!
//! The rules are [`shop_core`]'s; [`shop_sandbox`], [`shop_platforms`], [`shop_journal`] and [`shop_folder`] each know one
//! thing that is outside of them, and none of each other but that platforms and journal keep files in the folder. Here all
//! of it goes by its own name: who embeds the host needs this crate only, as `examples/embed.rs` does.

pub mod apply;
pub mod backup;
pub mod forecast;
pub mod host;
pub mod registry;

pub use shop_core::audit;
pub use shop_core::calls::{answer, budget, grants, limits, looked_up, recording, snapshot, stopped};
pub use shop_core::lines::{bargain, catalogue, check, clock, departures, line, manifest, participant, seating, sold};
pub use shop_core::orders::{admit, amendment, conflict, hand_over, recorded, retries, said, state, unsaid, waiting};
pub use shop_core::platform::names;
pub use shop_core::sessions::{accounts, attachment, ledger, plan, receipt, session, standing};
pub use shop_core::words::{
    author, digest, email, language, message, name, object, order, period, seat, text, wording,
};
pub use shop_folder::{self as folder, file};
pub use shop_sandbox as sandbox;

/// The learning platform, as the host sees it, and those that it knows.
pub mod platform {
    pub use shop_core::platform::*;
    pub use shop_platforms::{embedded, moodle};
}
pub use shop_journal as journal;
