//! What became of a plan's steps.

use crate::platform::{Problem, RoleId};
use crate::sessions::attachment::Withheld;

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is done.
    Yes,
    /// It was there already, though it was not when the plan was made.
    Found,
    /// The platform will not do it.
    No(Problem),
    /// The enrolment is made, but not with all of its roles.
    Partly {
        /// The roles that it has been given.
        given: Vec<RoleId>,
        /// Why it has not been given the others.
        problem: Problem,
    },
    /// It is not to be done, after all: somebody else has made the account meanwhile.
    Withheld(Withheld),
    /// It was not tried, since the platform would not be looked at any more.
    Untried(Problem),
    /// The platform did not answer: it was not tried, or nobody knows what became of it.
    Remains,
}
