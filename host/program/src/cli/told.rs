//! What `work` has told already, so that it does not tell the same again and again while that lasts.

use std::collections::BTreeMap;

use shop_core::words::order::OrderId;
use shop_host::host::Resumed;
use shop_journal::Blocked;

/// What was told last.
#[derive(Default)]
pub(super) struct Told {
    failure: Option<String>,
    /// Of the orders that are not settled yet.
    orders: BTreeMap<OrderId, String>,
    blocked: Vec<OrderId>,
}

impl Told {
    /// Whether this is another failure of the work as a whole than the last one; none if it did not fail.
    pub(super) fn is_new_failure(&mut self, failure: Option<&str>) -> bool {
        let is_new = failure.is_some() && self.failure.as_deref() != failure;
        self.failure = failure.map(str::to_owned);
        is_new
    }

    /// What came of orders that was not told before.
    pub(super) fn news<'a>(&mut self, resumed: &'a [Resumed]) -> Vec<&'a Resumed> {
        resumed.iter().filter(|of| self.is_new_of(&of.order, lasting(of))).collect()
    }

    fn is_new_of(&mut self, order: &OrderId, lasting: Option<String>) -> bool {
        let before = self.orders.remove(order);
        let is_new = lasting.is_none() || lasting != before;
        if let Some(text) = lasting {
            self.orders.insert(order.clone(), text);
        }
        is_new
    }

    /// Whether other orders are blocked than before.
    pub(super) fn are_others(&mut self, blocked: &[Blocked]) -> bool {
        let orders: Vec<OrderId> = blocked.iter().map(|blocked| blocked.order.clone()).collect();
        let are_others = orders != self.blocked;
        self.blocked = orders;
        are_others
    }
}

/// Why an order is not settled; none if it is.
fn lasting(resumed: &Resumed) -> Option<String> {
    match &resumed.outcome {
        Ok(outcome) => outcome.until.as_ref().map(|until| format!("{}: {}", outcome.state, until.reason)),
        Err(error) => Some(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_told_once_until_something_else_happens() {
        let mut told = Told::default();
        let failures = [Some("locked"), Some("locked"), Some("full"), None, Some("full"), None];
        assert_eq!(failures.map(|failure| told.is_new_failure(failure)), [true, false, true, false, true, false]);
        let order = OrderId::try_from("A".to_owned()).unwrap();
        let lasting = [Some("waits"), Some("waits"), Some("refused"), None, None, Some("refused")];
        let is_new = lasting.map(|text| told.is_new_of(&order, text.map(str::to_owned)));
        assert_eq!(is_new, [true, false, true, true, true, true]);
        let blocked = Blocked { order, next_try: None, reason: "refused".to_owned() };
        let all = [&[][..], std::slice::from_ref(&blocked), std::slice::from_ref(&blocked), &[]];
        assert_eq!(all.map(|blocked| told.are_others(blocked)), [false, true, false, true]);
    }
}
