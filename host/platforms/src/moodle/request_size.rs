//! How large requests may be, as experience has it: one that the site has refused for its size, or not answered in time, makes
//! the next ones smaller, and those that it answers make them larger again. A slow day is not for ever.

/// Requests are not made smaller than this, whatever the site says.
pub(super) const LEAST: usize = 20;

/// After so many good answers, requests may be larger by half: seldom enough that a limit which is there to stay is met
/// by few of them.
const ENOUGH: usize = 20;

/// The most variables of a request.
#[derive(Debug)]
pub(super) struct Most {
    variables: usize,
    /// The good answers since that was changed.
    answers: usize,
}

impl Default for Most {
    fn default() -> Self {
        Most { variables: usize::MAX, answers: 0 }
    }
}

impl Most {
    /// How many of so many variables one request may have.
    pub(super) fn fitting(&self, variables: usize) -> usize {
        variables.min(self.variables)
    }

    /// A request with so many variables was too large: the next ones are half as large.
    pub(super) fn shrink(&mut self, variables: usize) {
        *self = Most { variables: self.variables.min((variables / 2).max(LEAST)), answers: 0 };
    }

    /// A request with so many variables was answered. That a much smaller one than may be was, says nothing.
    pub(super) fn answered(&mut self, variables: usize) {
        if variables > self.variables / 2 {
            self.answers += 1;
        }
        if self.answers >= ENOUGH {
            *self = Most { variables: self.variables.saturating_add(self.variables / 2), answers: 0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(most: &mut Most, variables: usize, times: usize) -> usize {
        (0..times).for_each(|_| most.answered(variables));
        most.fitting(900)
    }

    #[test]
    fn requests_shrink_at_once_and_grow_again_by_and_by() {
        let mut most = Most::default();
        assert_eq!(answered(&mut most, 900, 1000), 900);
        for (too_large, then) in [(900, 450), (450, 225), (900, 225), (30, LEAST), (usize::MAX, LEAST)] {
            most.shrink(too_large);
            assert_eq!(most.fitting(900), then, "after one of {too_large}");
        }
        for (variables, times, then) in [
            (20, ENOUGH - 1, 20),
            (20, 1, 30),
            // Small ones say nothing.
            (15, 1000, 30),
            (30, ENOUGH, 45),
            (45, ENOUGH, 67),
        ] {
            assert_eq!(answered(&mut most, variables, times), then, "{times} answers to {variables} variables");
        }
        let times = (0..1000)
            .take_while(|_| {
                let variables = most.fitting(900);
                answered(&mut most, variables, 1) < 900
            })
            .count();
        assert!(times < 8 * ENOUGH, "{times}");
        most.shrink(900);
        assert_eq!(answered(&mut most, 450, ENOUGH - 1), 450, "what was answered before counts no longer");
    }
}
