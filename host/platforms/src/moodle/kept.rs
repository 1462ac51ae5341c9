//! What the site was seen to be, for as long as that is believed: settings change, and so does what a program that runs for
//! months knows of them.

use std::time::{Duration, Instant};

/// For so long.
const BELIEVED: Duration = Duration::from_secs(60 * 60);

/// Something that was found out; nothing yet, or nothing any more.
#[derive(Debug)]
pub(super) struct Kept<T>(Option<(Instant, T)>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept(None)
    }
}

impl<T: Clone> Kept<T> {
    /// What is still believed.
    pub(super) fn get(&self, now: Instant) -> Option<T> {
        let (since, known) = self.0.as_ref()?;
        (now.saturating_duration_since(*since) < BELIEVED).then(|| known.clone())
    }

    /// This was found out now.
    pub(super) fn keep(&mut self, now: Instant, known: T) {
        self.0 = Some((now, known));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_out_is_believed_for_an_hour_from_then() {
        let mut kept = Kept::default();
        let start = Instant::now();
        let minutes = |minutes: u64| start + Duration::from_secs(60 * minutes);
        assert_eq!(kept.get(start), None);
        kept.keep(minutes(0), false);
        for (at, known) in [(0, Some(false)), (59, Some(false)), (60, None), (100_000, None)] {
            assert_eq!(kept.get(minutes(at)), known, "after {at} minutes");
        }
        kept.keep(minutes(70), true);
        for (at, known) in [(70, Some(true)), (129, Some(true)), (130, None)] {
            assert_eq!(kept.get(minutes(at)), known, "after {at} minutes");
        }
    }
}
