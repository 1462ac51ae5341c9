//! Many seats.

use std::collections::BTreeMap;

use shop_core::orders::state::LineState::{self, Cancelled, Fulfilled, Suspended};

use crate::fixtures::shop::*;

fn seats(first: usize, count: usize) -> Vec<String> {
    let tutor = "tutor tess".to_owned();
    let learners = (first..first + count - 1).map(|number| format!("learner{number}"));
    std::iter::once(tutor).chain(learners).collect()
}

fn order(first: usize, count: usize) -> Sale {
    let seats = seats(first, count);
    let seats: Vec<&str> = seats.iter().map(String::as_str).collect();
    sale("A", &seats).in_line(1, "quantity", count)
}

/// The requests of each stage of an order's life, by method.
async fn requests(count: usize) -> Vec<(LineState, BTreeMap<&'static str, usize>)> {
    let world = shop().await;
    let mut requests = Vec::new();
    for (order, state) in [
        (order(1, count), Fulfilled),
        (order(1, count), Fulfilled),
        // Half of them are replaced.
        (order(1 + count / 2, count), Fulfilled),
        (order(1 + count / 2, count).state("suspended"), Suspended),
        (order(1 + count / 2, count), Fulfilled),
        (order(1 + count / 2, count).state("cancelled"), Cancelled),
    ] {
        world.requests.take();
        comes_to(&world, &order, state).await;
        requests.push((state, world.requests.take()));
    }
    assert_eq!(world.census().await.enrolments, []);
    requests
}

#[tokio::test]
async fn the_number_of_requests_does_not_depend_on_the_number_of_seats() {
    assert_eq!(requests(5).await, requests(1_000).await);
}

#[tokio::test]
async fn ten_thousand_seats_end() {
    let world = shop().await;
    comes_to(&world, &order(1, 10_000), Fulfilled).await;
    assert_eq!(world.census().await.enrolments.len(), 10_002);
    comes_to(&world, &order(1, 10_000).state("cancelled"), Cancelled).await;
    assert_eq!(world.census().await.enrolments, []);
}
