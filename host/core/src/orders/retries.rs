//! When an order is tried again after the platform did not answer.
//!
//! An attempt as a whole is tried again, and not the request that failed: what became of a lost request shows only when the
//! platform is read anew.

use std::time::Duration;

use crate::words::period::Timestamp;

/// How often, and after which pauses. They double from try to try, and vary at random, so that many orders that failed
/// together do not all come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How many tries more a call makes itself, before the order waits.
    pub times: u32,
    /// The first pause.
    pub first: Duration,
    /// No pause is longer, but for the random part, which is at most as long again as the first.
    pub longest: Duration,
    /// The pause where somebody must act before another try is of use.
    pub blocked: Duration,
}

impl Default for Retries {
    /// Some four seconds in a call, then from eight seconds to a quarter of an hour; an hour where somebody must act.
    fn default() -> Self {
        let [quarter, hour] = [15, 60].map(|minutes| Duration::from_secs(minutes * 60));
        Retries { times: 3, first: Duration::from_millis(500), longest: quarter, blocked: hour }
    }
}

impl Retries {
    /// A call makes one try.
    pub const NONE: Retries =
        Retries { times: 0, first: Duration::ZERO, longest: Duration::ZERO, blocked: Duration::ZERO };

    /// The pause after so many tries in vain (from 1).
    pub fn pause(&self, tries: u32) -> Duration {
        // By the 32nd, the longest has been reached long before.
        let doubled = self.first.saturating_mul(1 << (tries.clamp(1, 32) - 1));
        doubled.min(self.longest) + self.first.mul_f64(fastrand::f64())
    }

    /// When the next try is due where somebody must act.
    pub fn next_of_blocked(&self) -> Timestamp {
        Timestamp::now().after(self.blocked)
    }

    /// No pause is longer than this, but for its random part.
    pub fn longest_of_all(&self) -> Duration {
        self.longest.max(self.blocked)
    }

    /// When the next try is due.
    pub fn next(&self, tries: u32) -> Timestamp {
        Timestamp::now().after(self.pause(tries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let (first, longest) = (Duration::from_secs(1), Duration::from_secs(60));
        let retries = Retries { first, longest, ..Retries::default() };
        for (tries, least) in [(0, 1), (1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (u32::MAX, 60)] {
            for _ in 0..100 {
                let pause = retries.pause(tries);
                let least = Duration::from_secs(least);
                assert!((least..=least * 2).contains(&pause), "{tries} tries: {pause:?}");
            }
        }
    }
}
