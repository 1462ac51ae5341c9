//! A Moodle that flaps by a seed: the same schedules of faults as on the embedded platform.

use std::sync::Arc;

use shop_platforms::embedded::Census;

use crate::durability::flapping::{Flapping, SETTLES, ends, life, seeds, settle};
use crate::fixtures::disturbed::{Disturbed, Post};
use crate::fixtures::shop::difference;
use crate::moodle::interruptions::{bob_enters, comes_to, open};
use crate::moodle::world::MoodleWorld;

/// What there is at the end of each round when nothing goes wrong, and once all is cancelled.
async fn undisturbed(world: &MoodleWorld) -> Vec<Census> {
    let mut ends_of_rounds = Vec::new();
    for round in life().into_iter().chain([ends()]) {
        for (order, state) in round {
            comes_to(world, &order, state, "undisturbed").await;
        }
        ends_of_rounds.push(world.census());
        bob_enters(world);
    }
    ends_of_rounds
}

#[tokio::test]
async fn whatever_a_flapping_moodle_does_orders_end_as_if_it_had_not() {
    let before = open().await;
    let expected = undisturbed(&before.copy().await).await;
    // Each takes longer than on the embedded platform.
    for (seed, told) in seeds().step_by(4) {
        let world = before.copy().await;
        let by = Flapping::new(seed, None);
        let flapping = Disturbed::by_post(Arc::new(world.platform().await), by, Post::new(SETTLES));
        let host = world.host_through(flapping.clone()).await;
        for (number, (round, expected)) in life().into_iter().chain([ends()]).zip(&expected).enumerate() {
            let told = format!("{told}, round {}", number + 1);
            settle(&host, &flapping, round, &told).await;
            let found = difference(expected, &world.census());
            assert!(found.is_empty(), "{told}: {found:#?}\n{}", flapping.by.log());
            bob_enters(&world);
        }
    }
}
