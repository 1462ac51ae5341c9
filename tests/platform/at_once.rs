//! What needs nothing of each other is asked of a platform at once: nearly all of the time of an order is the platform's own.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use shop_core::orders::state::LineState::Fulfilled;
use shop_core::platform::Reply;
use tokio::sync::Barrier;

use crate::fixtures::disturbed::{Disturbed, Disturbs, Passage};
use crate::fixtures::on_both::On;
use crate::fixtures::shop::*;

/// Passes requests by these methods on when all of them are there: the first one by each.
struct Together {
    expected: Mutex<BTreeSet<&'static str>>,
    barrier: Barrier,
}

/// Who waits so long waits in vain.
const ENDLESS: Duration = Duration::from_secs(30);

#[async_trait]
impl Disturbs for Together {
    async fn passage(&self, method: &'static str, elements: usize) -> Reply<Passage> {
        let is_expected = self.expected.lock().unwrap().remove(method);
        if is_expected && tokio::time::timeout(ENDLESS, self.barrier.wait()).await.is_err() {
            panic!("{method} is answered before {:?} is asked", self.expected.lock().unwrap());
        }
        Ok(Passage::free(elements))
    }
}

#[tokio::test]
async fn what_needs_nothing_of_each_other_is_asked_at_once() {
    // Bob has an account; Anne stays in the course for another order.
    let order = |seats: &[&str]| sale("A", seats);
    let earlier = || vec![order(&["anne"]), sale("B", &["anne"]).of("LONG").by("zoe")];
    for (earlier, order, together) in [
        (vec![], order(&["anne", "bob"]), &["enrol", "create_groups", "create_accounts"][..]),
        (vec![], order(&["anne", "bob"]), &["add_members", "assign_account_roles"]),
        (earlier(), order(&["bob"]), &["remove_members", "unassign_account_roles"]),
    ] {
        for on in On::both(None).await {
            let host = on.host(on.platform().await).await;
            for order in &earlier {
                assert_eq!(fulfil_in(&host, order).await.unwrap().state, Fulfilled);
            }
            let expected = Mutex::new(together.iter().copied().collect());
            let by = Together { expected, barrier: Barrier::new(together.len()) };
            let platform = Disturbed::platform(on.platform().await, by);
            let host = on.host(platform.clone()).await;
            assert_eq!(fulfil_in(&host, &order).await.unwrap().state, Fulfilled);
            assert_eq!(*platform.by.expected.lock().unwrap(), BTreeSet::new(), "{together:?}");
        }
    }
}
