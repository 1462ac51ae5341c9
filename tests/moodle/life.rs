//! The life of an order on a Moodle is the same as on the embedded platform.

use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Placed, Suspended};

use crate::fixtures::shop::*;
use crate::moodle::world::MoodleWorld;

/// Everything that can become of an order, stage by stage.
fn life() -> Vec<(&'static str, Sale, shop_core::orders::state::LineState)> {
    let order = sale("A", &["anne", "bob", "tutor tess"]).line("OTHER", 5, &["anne"]);
    let changed = order.clone().seats(&["tutor anne", "carl"]).in_line(1, "parameters", "endtime=2027-03-31");
    let other = sale("B", &["carl", "dan"]).of("LONG");
    vec![
        ("placed", order.clone().state("placed"), Placed),
        ("paid", order.clone(), Fulfilled),
        ("again", order, Fulfilled),
        ("people change seats, and the end changes", changed.clone(), Fulfilled),
        ("another order for one of them, for longer", other.clone(), Fulfilled),
        ("suspended", changed.clone().state("suspended"), Suspended),
        ("resumed", changed.clone(), Fulfilled),
        ("in another's charge", changed.clone().by("zoe").with("revision", 1), Fulfilled),
        ("in the charge of one who has a seat", changed.clone().by("carl").with("revision", 2), Fulfilled),
        (
            "cancelled, whatever else is said",
            changed.of("UNHEARD-OF").with("revision", 3).state("cancelled"),
            Cancelled,
        ),
        ("the other, too", other.state("cancelled"), Cancelled),
    ]
}

#[tokio::test]
async fn an_order_lives_on_a_moodle_as_on_the_embedded_platform() {
    let (embedded, moodle) = (shop().await, MoodleWorld::new().await);
    for (told, order, state) in life() {
        let here = embedded.fulfil(&order.json()).await.unwrap();
        let there = fulfil_in(&*moodle.host().await, &order).await.unwrap();
        assert_eq!((here.state, there.state), (state, state), "{told}: {:#?}", steps(&there));
        assert_eq!(steps(&there), steps(&here), "{told}: the receipt");
        assert_eq!(shop_harness::findings(&there), shop_harness::findings(&here), "{told}: the findings");
        let differs = difference(&embedded.census().await, &moodle.census());
        assert_eq!(differs, [""; 0], "{told}: what is there");
    }
}
