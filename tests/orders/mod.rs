//! Orders, from their arrival to their end: what is said of them, and what comes of them.

pub(crate) mod accepted;
pub(crate) mod amendments;
pub(crate) mod arbitrary;
pub(crate) mod cases;
pub(crate) mod changes;
pub(crate) mod conflicts;
pub(crate) mod departures;
pub(crate) mod differences;
pub(crate) mod ended_lines;
mod events;
pub(crate) mod findings;
pub(crate) mod hand_overs;
pub(crate) mod messages;
pub(crate) mod operators;
pub(crate) mod shops;
pub(crate) mod side_by_side;
pub(crate) mod sold;
pub(crate) mod stages;
pub(crate) mod times;
pub(crate) mod together;
pub(crate) mod unsaid;
pub(crate) mod wording;
