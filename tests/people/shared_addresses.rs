//! Accounts that were given one address on the platform after the shop has acted on them, such as a mailbox that two share.

use shop_core::orders::state::LineState::{Cancelled, Fulfilled};
use shop_platforms::embedded::Census;

use crate::fixtures::on_both::{Moved, On};
use crate::fixtures::shop::*;

const CHANGES: &[&[Moved]] = &[
    &[("bob", "anne")],
    &[("anne", "bob")],
    &[("claire", "anne")],
    &[("anne", "claire")],
    &[("anne", "office"), ("bob", "office")],
];

/// How many are enrolled, in groups, and attached.
fn counts(census: &Census) -> [usize; 4] {
    let members = census.groups.iter().map(|group| group.members.len()).sum();
    [census.enrolments.len(), census.groups.len(), members, census.attachments.len()]
}

/// Nobody stands in for the other, and what each was given can be taken away.
#[tokio::test]
async fn two_accounts_with_one_address_stay_two_people() {
    for changes in CHANGES {
        for on in On::both(None).await {
            on.sells(&catalogue("attach_existing = \"always\""));
            let host = on.host(on.platform().await).await;
            let (both, one) = (sale("A", &["anne", "bob"]), sale("B", &["bob"]));
            for order in [&both, &one] {
                assert_eq!(fulfil_in(&host, order).await.unwrap().state, Fulfilled);
            }
            let before = on.census().await;
            on.change_addresses(changes);
            let again = fulfil_in(&host, &both).await.unwrap();
            assert!(again.messages.iter().any(|it| it.key == "account-nameless"), "{changes:?}: {:?}", again.messages);
            assert_eq!(again.state, Fulfilled, "{changes:?}");
            assert_eq!(counts(&on.census().await), counts(&before), "{changes:?}");
            for (order, enrolled) in [(&one, 4), (&both, 0)] {
                let ended = fulfil_in(&host, &order.clone().state("cancelled")).await.unwrap();
                assert_eq!(ended.state, Cancelled, "{changes:?}");
                let left = on.census().await;
                assert_eq!(left.enrolments.len(), enrolled, "{changes:?}: {:?}", left.enrolments);
            }
            assert_eq!(counts(&on.census().await), [0; 4], "{changes:?}");
        }
    }
}
