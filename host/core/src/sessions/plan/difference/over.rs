//! Enrolments whose time is over: what the platform has ended since is not made again.

use super::{Difference, Right};
use crate::platform::{CourseId, Enrolment};
use crate::sessions::ledger::{Before, Claims};
use crate::sessions::session::Fact;
use crate::words::email::Email;
use crate::words::period::Period;

impl Difference<'_> {
    /// Whether an enrolment is over, or was ended since it was made, as all claims on it are over. Platforms suspend
    /// or end such enrolments by themselves, and would again.
    pub(super) fn is_over(&self, course: CourseId, email: &Email) -> bool {
        let fact = Fact::Enrolment(course, email.clone());
        let is_past = |period: Period| period.end.is_some_and(|end| end <= self.now);
        let is_claimed = self.claims.get(&fact).is_some_and(Claims::any);
        let was_made = || self.known(&fact).is_some() && !matches!(self.before.get(&fact), Some(Before::Asked(_)));
        is_claimed
            && matches!(self.right(course, email), Some(Right::Held { period, .. }) if is_past(period))
            && match self.standing.enrolment(course, email) {
                Some(current) => self.standing.is_certain(&fact) && is_past(current.period),
                None => was_made(),
            }
    }

    /// Whether a claimed enrolment is over and not as it was claimed any more; or a membership has gone with it.
    pub(super) fn has_run_out(&self, fact: &Fact) -> bool {
        match fact {
            Fact::Enrolment(course, email) if self.is_over(*course, email) => {
                let is_whole = |current: Enrolment| !current.suspended && self.missing_roles(*course, email).is_empty();
                !self.standing.enrolment(*course, email).is_some_and(is_whole)
            }
            Fact::Member(course, _, email) => !self.standing.is_in(*course, email) && self.is_over(*course, email),
            _ => false,
        }
    }
}
