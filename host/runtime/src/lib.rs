//! The host: makes true on a learning platform what product handlers declare.
//!
//! An order goes down this list: [`mod@file`] reads it, with the [`catalogue`] and the [`order`]'s own shape; [`admit`] tells
//! what it comes to by what was heard of it before; [`check`] holds it against the [`registry`]'s handler's [`manifest`];
//! [`looked_up`] is what the order allows to be asked, and the [`snapshot`] what its call is given of that; [`sandbox`] runs
//! the handler with just what the order [`grants`]; the [`session`] that it declares is compared with the [`standing`] on
//! the [`platform`]; the [`plan`] is written into the [`journal`], [`apply`] does it, and the [`receipt`] tells. [`shop`] ties
//! all this together.
//!
//! The rules are [`shop_core`]'s; [`shop_sandbox`], [`shop_platforms`], [`shop_journal`] and [`shop_folder`] each know one
//! thing that is outside of them, and none of each other but that platforms and journal keep files in the folder. Here all
//! of it goes by its own name: who embeds the host needs this crate only.
//!
//! What the shop's staff changes is an [`amendment`] of a recorded order, which goes down the same list again.
//!
//! What was [`sold`] stays what it was on the platform, by whichever name; whose account is whose, [`accounts`] know. What an
//! [`attachment`] takes, the host decides, and not the handler.
//!
//! The [`clock`] and the [`departures`] say of a line what its handler cannot: that it is over, and who loses a place in it.
//!
//! What a message does not say stays as it is: what is [`unsaid`] is filled in before anything else.
//!
//! What an interruption leaves unfinished is gone on with, and tried again by the [`retries`].
//!
//! The [`folder`] of a shop's data can be put into a [`backup`] at any moment.
//!
//! Each call of a handler leaves a [`recording`], from which it can be made again; the [`forecast`] makes the last calls
//! again with another version, before that serves.

pub mod apply;
pub mod backup;
pub mod forecast;
pub mod registry;
pub mod shop;

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
