//! What reports had a moment ago, for everybody who asks: reading one is dear, and one reading has the people of all orders.
//!
//! Nobody is told of twice from the same reading, nor from one that began before the shop has changed something about the person: who
//! looks again wants to know what is there now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Entry, MoodlePlatform, Place};
use shop_core::platform::Reply;

/// No reading is used for as long as that.
const LONG: Duration = Duration::from_secs(60 * 60);

/// The last readings of reports.
#[derive(Debug, Default)]
pub(in super::super) struct Readings {
    last: Mutex<BTreeMap<i64, Arc<tokio::sync::Mutex<Option<Reading>>>>>,
    touched: Mutex<Touched>,
}

/// When people in courses were last told of, or changed.
#[derive(Debug, Default)]
struct Touched(BTreeMap<Place, Instant>);

#[derive(Clone, Debug)]
pub(super) struct Reading {
    began: Instant,
    ended: Instant,
    pub(super) entries: Arc<Vec<Entry>>,
    /// Whether others were told from it before.
    pub(super) is_shared: bool,
}

impl Touched {
    fn note(&mut self, places: impl IntoIterator<Item = Place>, now: Instant) {
        self.0.retain(|_, when| now.saturating_duration_since(*when) < LONG);
        self.0.extend(places.into_iter().map(|place| (place, now)));
    }

    /// Whether a reading that began then may tell of these.
    fn allow(&self, places: &BTreeSet<Place>, began: Instant) -> bool {
        places.iter().all(|place| self.0.get(place).is_none_or(|when| *when < began))
    }
}

impl Readings {
    /// The shop has changed something about these, or may have.
    pub(in super::super) fn forget(&self, places: impl IntoIterator<Item = Place>) {
        self.touched().note(places, Instant::now());
    }

    fn touched(&self) -> MutexGuard<'_, Touched> {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn last(&self, report: i64) -> Arc<tokio::sync::Mutex<Option<Reading>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).entry(report).or_default().clone()
    }

    /// What a report has, for whoever wants to know about these. Who asks while it is being read waits for that.
    pub(super) async fn of(&self, moodle: &MoodlePlatform, report: i64, places: &BTreeSet<Place>) -> Reply<Reading> {
        let last = self.last(report);
        let mut last = last.lock().await;
        let shared = moodle.settings.report_shared();
        let serves =
            |reading: &&Reading| reading.ended.elapsed() < shared && self.touched().allow(places, reading.began);
        let reading = match last.as_ref().filter(serves) {
            Some(reading) => Reading { is_shared: true, ..reading.clone() },
            None => {
                let began = Instant::now();
                let entries = Arc::new(super::read_whole(moodle, report).await?);
                last.insert(Reading { began, ended: Instant::now(), entries, is_shared: false }).clone()
            }
        };
        self.touched().note(places.iter().copied(), Instant::now());
        Ok(reading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::platform::{AccountId, CourseId};

    #[test]
    fn nobody_is_told_of_from_a_reading_that_began_before_something_was_told_or_changed() {
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let place = |account: i64| (CourseId(2), AccountId(account));
        let mut touched = Touched::default();
        touched.note([place(10)], at(5));
        for (asked, began, allowed) in [
            (&[10][..], 4, false),
            (&[10], 5, false),
            (&[10], 6, true),
            (&[11], 0, true),
            (&[11, 10], 4, false),
            (&[], 0, true),
        ] {
            let places = asked.iter().map(|account| place(*account)).collect();
            assert_eq!(touched.allow(&places, at(began)), allowed, "{asked:?} at {began}");
        }
        touched.note([place(11)], at(5 + LONG.as_secs()));
        assert_eq!(touched.0.len(), 1, "what no reading can have is not kept");
    }
}
