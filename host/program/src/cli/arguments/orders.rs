//! Orders, as they are typed.

use clap::Subcommand;
use shop_core::orders::state::LineState;

use super::people::Successor;
use super::{By, How};

/// Which orders are listed.
#[derive(clap::Args)]
pub(in crate::cli) struct Listing {
    /// Only those with a line in this state, such as waiting; and with `blocked` all for which somebody must act
    #[arg(long, value_parser = state)]
    pub(in crate::cli) state: Option<LineState>,
    /// Those that came after this one
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) after: Option<String>,
    /// At most so many of them
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub(in crate::cli) most: Option<u32>,
}

#[derive(Subcommand)]
pub(in crate::cli) enum Orders {
    /// All orders, as they came
    List(Listing),
    /// One order, with its last receipt
    Show {
        /// Its id
        id: String,
    },
    /// Moves an order's lines to another version of their handlers: shows what that would change
    Upgrade {
        /// Its id
        id: String,
        /// To this version: a component's file, name@version, or the beginning of a digest [default: the active one]
        #[arg(long, value_name = "HANDLER")]
        to: Option<String>,
        /// Do it
        #[arg(long)]
        apply: bool,
        #[command(flatten)]
        by: By,
    },
    /// Compares what orders claim with what the learning platform has, and shows the difference
    Verify {
        /// Their ids [default: all orders that were accepted]
        ids: Vec<String>,
    },
    /// Puts back what orders claim and the learning platform has otherwise, or no longer
    Repair {
        /// Their ids [default: all orders that were accepted]
        ids: Vec<String>,
        /// States again, too, what the platform does not tell: until when people are enrolled, and what roles they have in accounts
        #[arg(long)]
        restate: bool,
        #[command(flatten)]
        how: How,
    },
    /// Interrupts an order: its enrolments are suspended
    Suspend {
        /// Its id
        id: String,
        #[command(flatten)]
        how: How,
    },
    /// Puts a suspended order in force again
    Resume {
        /// Its id
        id: String,
        #[command(flatten)]
        how: How,
    },
    /// Ends an order for good: what it made is taken away
    Cancel {
        /// Its id
        id: String,
        #[command(flatten)]
        how: How,
    },
    /// Puts somebody else in charge of an order: all that is its operator's goes to that person
    HandOver {
        /// Its id
        id: String,
        #[command(flatten)]
        to: Successor,
        #[command(flatten)]
        how: How,
    },
    /// Tries an order at once that waits or is blocked, whenever its time would come
    Retry {
        /// Its id
        id: String,
        #[command(flatten)]
        by: By,
    },
    /// Makes every recorded call for an order again, and says whether the answer is the same
    Replay {
        /// Its id
        id: String,
    },
}

fn state(text: &str) -> Result<LineState, String> {
    let all = LineState::ALL.map(LineState::as_str);
    LineState::named(text).ok_or_else(|| format!("expected one of {}", all.join(", ")))
}
