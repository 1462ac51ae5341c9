//! What somebody has a right to in a course, by all orders together: a second order never shortens what the first has given.
//!
//! | orders in force claim | suspended orders claim | before the shop came | so the enrolment is |
//! | --- | --- | --- | --- |
//! | periods | whatever | active, for a period | active, from the earliest start to the latest end of all of these, that of before too |
//! | periods | whatever | suspended, or not there | active, from the earliest start to the latest end of what orders in force claim |
//! | nothing | periods | active | as it was before |
//! | nothing | periods | suspended, or not there | suspended, from the earliest start to the latest end of what they claim |
//! | nothing | nothing | there | as it was before |
//! | nothing | nothing | not there | gone |

use crate::sessions::ledger::{Before, Claims};
use crate::sessions::session::Terms;
use crate::words::period::Period;

/// What must become of an enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Right {
    /// It must be so.
    Held { period: Period, suspended: bool },
    /// Nobody claims it, and the shop made it.
    Gone,
}

impl Right {
    /// By all claims on the enrolment, and by what was there before the first.
    pub(super) fn of(claims: &Claims, before: Before) -> Right {
        let had = match before {
            Before::Enrolled { period, suspended: false } => Some(period),
            _ => None,
        };
        if let Some(claimed) = all(&claims.active) {
            let period = had.map_or(claimed, |had| claimed.union(had));
            return Right::Held { period, suspended: false };
        }
        match (all(&claims.suspended), before) {
            (Some(_), Before::Enrolled { period, suspended: false }) => Right::Held { period, suspended: false },
            (Some(period), _) => Right::Held { period, suspended: true },
            (None, Before::Enrolled { period, suspended }) => Right::Held { period, suspended },
            (None, _) => Right::Gone,
        }
    }
}

/// The shortest period that holds all that is claimed.
fn all(claimed: &[Terms]) -> Option<Period> {
    let periods = claimed.iter().filter_map(|terms| match terms {
        Terms::For(period) => Some(*period),
        _ => None,
    });
    periods.reduce(Period::union)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::period::Timestamp;

    /// A period as `2-5`, or `2-` for ever; several are apart by spaces.
    fn periods(told: &str) -> impl Iterator<Item = Period> {
        let instant = |seconds: &str| Timestamp::new(seconds.parse().unwrap()).unwrap();
        told.split_whitespace().map(move |period| {
            let (start, end) = period.split_once('-').unwrap();
            Period { start: instant(start), end: (!end.is_empty()).then(|| instant(end)) }
        })
    }

    #[test]
    fn a_second_order_never_shortens_a_right() {
        let claimed = |told| periods(told).map(Terms::For).collect();
        let enrolled = |told, suspended| Before::Enrolled { period: periods(told).next().unwrap(), suspended };
        let (nothing, active, suspended) = (Before::Absent, enrolled("4-7", false), enrolled("4-7", true));
        for (in_force, interrupted, before, period, is_suspended) in [
            ("1-5 3-9", "", nothing, "1-9", false),
            ("3-9 1-5", "", nothing, "1-9", false),
            ("1-2 8-9", "", nothing, "1-9", false),
            ("1-5 3-", "", nothing, "1-", false),
            ("5-6", "1-9", nothing, "5-6", false),
            ("5-6", "1-9", active, "4-7", false),
            ("1-5", "", active, "1-7", false),
            ("5-6", "", suspended, "5-6", false),
            ("", "5-6", active, "4-7", false),
            ("", "5-6", suspended, "5-6", true),
            ("", "5-6 1-2", nothing, "1-6", true),
            ("", "", active, "4-7", false),
            ("", "", suspended, "4-7", true),
        ] {
            let claims = Claims { active: claimed(in_force), suspended: claimed(interrupted) };
            let right = Right::Held { period: periods(period).next().unwrap(), suspended: is_suspended };
            assert_eq!(Right::of(&claims, before), right, "{in_force:?}, {interrupted:?}, {before:?}");
        }
        assert_eq!(Right::of(&Claims::default(), Before::Absent), Right::Gone);
        assert_eq!(Right::of(&Claims::default(), Before::Present), Right::Gone);
    }
}
