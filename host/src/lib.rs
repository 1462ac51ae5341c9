//! The reference host: runs product handlers in a sandbox, and reconciles what they declare with a learning platform.
//!
//! An order goes down this list: [`file`] reads it, with the [`catalogue`] and the [`order`]'s own shape; [`admit`] tells
//! what it comes to by what was heard of it before; [`check`] holds it against the [`registry`]'s handler's [`manifest`]; [`snapshot`] looks up what the order allows to be asked;
//! [`sandbox`] runs the handler with just what the order [`grants`]; the [`session`] that it declares is compared with
//! the [`standing`] on the [`platform`]; the [`plan`] is written into the [`journal`], [`apply`] does it, and the
//! [`receipt`] tells. [`shop`] ties all this together.
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

pub mod accounts;
pub mod admit;
pub mod amendment;
pub mod apply;
pub mod attachment;
pub mod audit;
pub mod author;
pub mod backup;
pub mod bargain;
pub mod build;
pub mod catalogue;
pub mod check;
pub mod clock;
pub mod conflict;
mod database;
pub mod departures;
pub mod email;
pub mod file;
pub mod folder;
pub mod forecast;
pub mod grants;
pub mod hand_over;
pub mod journal;
pub mod language;
pub mod manifest;
pub mod message;
pub mod name;
pub mod order;
pub mod participant;
pub mod period;
pub mod plan;
pub mod platform;
pub mod receipt;
pub mod recording;
pub mod registry;
pub mod retries;
pub mod said;
pub mod sandbox;
pub mod seat;
pub mod seating;
pub mod session;
pub mod shop;
pub mod snapshot;
pub mod sold;
pub mod standing;
pub mod state;
pub mod text;
pub mod unsaid;
pub mod wording;
