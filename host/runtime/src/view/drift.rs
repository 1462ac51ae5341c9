//! What the learning platform has otherwise than an order claims.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Outcome, Voice};
use crate::host;

/// What the learning platform has otherwise than an order claims, or had until it was put back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Drift {
    /// What is, or was, otherwise.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Whether it has all that the order claims; none: it has all that it tells of.
    pub as_recorded: Option<bool>,
}

/// What is told of an order as a whole if something that it claims cannot be there any more.
const LOST: [&str; 3] = ["account-deleted-since", "course-gone-since", "role-gone-since"];

impl Drift {
    /// What was found out about an order.
    pub fn of(outcome: &host::Outcome, voice: Voice) -> Drift {
        let outcome = Outcome::of(outcome, voice);
        let as_recorded = match (is_in_place(&outcome), is_untold(&outcome)) {
            (false, _) => Some(false),
            (true, true) => None,
            (true, false) => Some(true),
        };
        Drift { outcome, as_recorded }
    }

    /// Whether something is otherwise.
    pub fn is_otherwise(&self) -> bool {
        self.as_recorded == Some(false)
    }

    /// Whether nothing that is missing can be put back: what became of it, the messages tell.
    pub fn is_lost(&self) -> bool {
        self.is_otherwise() && self.outcome.report.as_ref().is_some_and(|report| report.is_in_place())
    }

    /// Whether the platform does not tell everything that the order claims.
    pub fn is_untold(&self) -> bool {
        is_untold(&self.outcome)
    }
}

/// What else is told of an order as a whole, accounts that moved for instance, is dealt with, or is what the platform does not
/// tell.
fn is_in_place(outcome: &Outcome) -> bool {
    let lost = outcome.messages.iter().any(|message| LOST.contains(&&*message.message.key));
    !lost && outcome.report.as_ref().is_some_and(|report| report.is_in_place())
}

fn is_untold(outcome: &Outcome) -> bool {
    outcome.report.as_ref().is_some_and(|report| report.untold().next().is_some())
}
