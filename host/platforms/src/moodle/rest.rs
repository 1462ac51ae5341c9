//! When the site is left in peace: while it rests, nobody knocks.
//!
//! What the site says of itself, such as that it is in maintenance, holds for every request. Any other fault may be gone with the
//! next request, so that the tries of a call are worth making; only when several came to nothing in a row, it is taken to
//! be down.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use shop_core::platform::Problem;

/// The site is asked again at least so often.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// After so many faults in a row, the site is taken to be down: more than a call has tries.
const MANY: usize = 5;

/// What the site wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// It said nothing: something went wrong.
    Nothing,
    /// To be left in peace, for as long as it said, if it did.
    Rest(Option<Duration>),
}

impl Asks {
    /// The same of a site that is at rest, as it says in words.
    pub(super) fn or_rest(self) -> Asks {
        match self {
            Asks::Nothing => Asks::Rest(None),
            rest => rest,
        }
    }
}

/// Whether the site rests.
#[derive(Debug)]
pub(super) struct Rests {
    /// For how long, unless it says so itself; never, if that is no time at all.
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The faults since the last answer. Those of requests that were under way at the same time count once.
    faults: usize,
    rest: Option<Rest>,
}

#[derive(Debug)]
struct Rest {
    until: Instant,
    problem: Problem,
}

/// A request that is under way, by the faults that were known when it began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Began(usize);

impl Rests {
    pub(super) fn new(pause: Duration) -> Self {
        Rests { pause, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a request begin, unless the site rests; then the problem is why.
    pub(super) fn begin(&self, now: Instant) -> Result<Began, Problem> {
        let mut state = self.state();
        match &state.rest {
            Some(rest) if now < rest.until => Err(rest.problem.clone()),
            _ => {
                state.rest = None;
                Ok(Began(state.faults))
            }
        }
    }

    /// A request was answered.
    pub(super) fn answered(&self) {
        self.state().faults = 0;
    }

    /// A request came to nothing because of this.
    pub(super) fn failed(&self, began: Began, asks: Asks, problem: &Problem, now: Instant) {
        let mut state = self.state();
        if began.0 == state.faults {
            state.faults += 1;
        }
        let length = match asks {
            Asks::Rest(length) => length.unwrap_or(self.pause).min(LONGEST),
            Asks::Nothing if state.faults >= MANY => self.pause,
            Asks::Nothing => return,
        };
        let until = now + length;
        let is_longer = state.rest.as_ref().is_none_or(|rest| rest.until < until);
        if !self.pause.is_zero() && is_longer {
            state.rest = Some(Rest { until, problem: problem.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(60);

    /// For how long nobody knocks after these, which came one after the other.
    fn rest(rests: &Rests, asked: &[Asks]) -> Duration {
        let now = Instant::now();
        for asks in asked {
            let began = Began(rests.state().faults);
            rests.failed(began, *asks, &Problem::new("x", "y"), now);
        }
        let seconds = (0..10_000).map(Duration::from_secs);
        seconds.into_iter().find(|after| rests.begin(now + *after).is_ok()).unwrap()
    }

    #[test]
    fn what_the_site_says_of_itself_counts_at_once_and_faults_do_when_there_are_many() {
        let says = |seconds| Asks::Rest(Some(Duration::from_secs(seconds)));
        for (asked, seconds) in [
            (vec![Asks::Nothing], 0),
            (vec![Asks::Nothing; MANY - 1], 0),
            (vec![Asks::Nothing; MANY], 60),
            (vec![Asks::Rest(None)], 60),
            (vec![says(300)], 300),
            (vec![says(300), Asks::Rest(None), says(10)], 300),
            (vec![says(u64::MAX)], 3600),
        ] {
            assert_eq!(rest(&Rests::new(PAUSE), &asked).as_secs(), seconds, "{asked:?}");
            assert_eq!(rest(&Rests::new(Duration::ZERO), &asked).as_secs(), 0, "{asked:?}, without pauses");
        }
    }

    #[test]
    fn an_answer_makes_faults_count_anew_and_after_a_rest_one_is_enough() {
        let rests = Rests::new(PAUSE);
        for _ in 0..3 {
            assert!(rest(&rests, &[Asks::Nothing; MANY - 1]).is_zero());
            rests.answered();
        }
        assert_eq!(rest(&rests, &[Asks::Nothing; MANY]), PAUSE);
        assert_eq!(rest(&rests, &[Asks::Nothing]), PAUSE, "it is still down");
        rests.answered();
        assert!(rest(&rests, &[Asks::Nothing]).is_zero());
    }

    #[test]
    fn one_blow_to_many_requests_at_once_is_one_fault() {
        let (rests, now) = (Rests::new(PAUSE), Instant::now());
        let under_way: Vec<Began> = (0..3 * MANY).map(|_| rests.begin(now).unwrap()).collect();
        under_way.iter().for_each(|began| rests.failed(*began, Asks::Nothing, &Problem::new("x", "y"), now));
        assert!(rests.begin(now).is_ok());
    }
}
