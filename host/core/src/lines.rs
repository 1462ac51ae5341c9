//! What a line was [sold](bargain) with, and [who sits where](seating) in it: all that is [checked](check) before any
//! handler sees it.

pub mod bargain;
pub mod catalogue;
pub mod catalogues;
pub mod check;
pub mod clock;
pub mod departures;
pub mod ended;
pub mod line;
pub mod manifest;
pub mod occupants;
pub mod participant;
pub mod seating;
pub mod sold;
