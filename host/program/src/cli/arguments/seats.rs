//! Seats, as they are typed.

use clap::Subcommand;
use shop_core::words::period::Timestamp;
use shop_core::words::seat::SeatId;

use super::How;
use super::people::Occupant;

#[derive(Subcommand)]
pub(in crate::cli) enum Seats {
    /// Somebody takes a vacant seat
    Assign {
        /// The seat's id
        seat: SeatId,
        #[command(flatten)]
        person: Occupant,
        /// As a tutor, who accompanies the learners
        #[arg(long)]
        tutor: bool,
        #[command(flatten)]
        how: How,
    },
    /// A seat is vacated
    Release {
        /// The seat's id
        seat: SeatId,
        #[command(flatten)]
        how: How,
    },
    /// Somebody else takes a seat; or the same person, with a mistyped address put right
    Reassign {
        /// The seat's id
        seat: SeatId,
        #[command(flatten)]
        person: Occupant,
        #[command(flatten)]
        how: How,
    },
    /// A seat's occupant gets more time than the line gives
    Extend {
        /// The seat's id
        seat: SeatId,
        /// Until when at least, such as 2027-08-31 (to the end of that day, UTC) or 2027-08-31T18:00:00+02:00
        #[arg(long, value_name = "TIME", value_parser = end)]
        until: Timestamp,
        #[command(flatten)]
        how: How,
    },
}

fn end(text: &str) -> Result<Timestamp, String> {
    Timestamp::end(text).map_err(|error| error.to_string())
}
