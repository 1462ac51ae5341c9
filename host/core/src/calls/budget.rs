//! What a call has used of what it may use.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calls::limits::{Exceeded, Limit, Limits};

/// How much of a limit is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Use {
    /// How much was used; of a call that exceeded this limit, how much it wanted.
    pub used: u64,
    /// The limit.
    pub allowed: u64,
}

impl Use {
    fn none_of(allowed: u64) -> Self {
        Use { used: 0, allowed }
    }

    /// The part of the limit, rounded up: nothing that was used looks like nothing.
    pub fn percent(self) -> u64 {
        self.used.saturating_mul(100).div_ceil(self.allowed.max(1))
    }

    /// Uses more.
    pub fn charge(&mut self, limit: Limit, amount: u64) -> Result<(), Exceeded> {
        self.used = self.used.saturating_add(amount);
        Exceeded::check(limit, self.used, self.allowed)
    }
}

/// What a call has used: the same figures on every machine, for none is of time or of the host's own memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Budget {
    /// Computing steps, as wasmtime counts fuel.
    pub fuel: Use,
    /// Bytes of all linear memories together. They never shrink, so this is also the most that there ever was.
    pub memory: Use,
    /// Calls of imports.
    pub host_calls: Use,
    /// Elements of all lists handed to imports.
    pub facts: Use,
    /// Messages in the result.
    pub messages: Use,
    /// Bytes handed to the host, by imports and in the result.
    pub bytes: Use,
    /// What it takes to word the messages. Recorded calls may be older than this.
    #[serde(default)]
    pub wording: Use,
}

impl Budget {
    /// Nothing used yet.
    pub fn of(limits: &Limits) -> Self {
        Budget {
            fuel: Use::none_of(limits.fuel),
            memory: Use::none_of(limits.memory),
            host_calls: Use::none_of(limits.host_calls),
            facts: Use::none_of(limits.facts),
            messages: Use::none_of(limits.messages),
            bytes: Use::none_of(limits.bytes),
            wording: Use::none_of(limits.wording),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_is_told_in_per_cent_rounded_up() {
        for (used, allowed, percent) in [(0, 10, 0), (1, 1000, 1), (500, 1000, 50), (10, 10, 100), (11, 10, 110)] {
            assert_eq!(Use { used, allowed }.percent(), percent);
        }
        assert_eq!(Use { used: 0, allowed: 0 }.percent(), 0);
    }

    #[test]
    fn a_limit_may_be_reached_but_not_exceeded() {
        let mut calls = Use::none_of(2);
        assert_eq!(calls.charge(Limit::HostCalls, 2), Ok(()));
        let exceeded = Exceeded { limit: Limit::HostCalls, used: 3, allowed: 2 };
        assert_eq!(calls.charge(Limit::HostCalls, 1), Err(exceeded));
        assert_eq!(calls.charge(Limit::HostCalls, u64::MAX), Err(Exceeded { used: u64::MAX, ..exceeded }));
    }
}
