//! Files that are no component, or no longer the one that they were: they are refused, or harmless, and the shop goes on.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shop_host::shop::Outcome;
use shop_host::state::LineState;
use shop_tests::World;

use crate::shop_fixtures::*;

/// What would become of an order with these bytes for a handler.
async fn with_handler(world: &World, bytes: &[u8]) -> Outcome {
    world.replace_handler(bytes);
    world.preview(&sale("A", &["anne", "bob"]).json()).await.unwrap()
}

async fn is_refused(world: &World, bytes: &[u8], what: &str) {
    let outcome = with_handler(world, bytes).await;
    let told = shop_tests::findings(&outcome);
    assert_eq!(outcome.state, LineState::Rejected, "{what}: {told}");
    assert!(told.contains("handler-unusable"), "{what}: {told}");
}

#[tokio::test]
async fn what_is_no_whole_component_is_refused() {
    let world = shop().await;
    let whole = shop_tests::setup_one_course_session();
    is_refused(&world, b"", "nothing").await;
    for length in (1024..whole.len()).step_by(1024).chain([1, 7, 8, 9, whole.len() - 1]) {
        is_refused(&world, &whole[..length], &format!("the first {length} bytes")).await;
    }
    is_refused(&world, &[whole, b"\x7f"].concat(), "one byte more").await;
    is_refused(&world, &[whole, whole].concat(), "twice").await;
    is_refused(&world, &vec![0; 100_000_000], "100 MB").await;
    assert_eq!(with_handler(&world, whole).await.state, LineState::Fulfilled);
}

#[test]
fn random_bytes_are_refused() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(shop());
    let preamble = prop::sample::select(vec![&b""[..], b"\0asm\x0d\0\x01\0", b"\0asm\x01\0\0\0"]);
    let bytes = (preamble, prop::collection::vec(any::<u8>(), 1..5_000));
    let run = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() }).run(
        &bytes,
        |(preamble, bytes)| {
            runtime.block_on(is_refused(&world, &[preamble, &bytes].concat(), "random bytes"));
            Ok(())
        },
    );
    run.unwrap();
}

#[test]
fn flipped_bits_do_no_harm() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(shop());
    let whole = shop_tests::setup_one_course_session();
    let flips = prop::collection::vec((0..whole.len(), 0..8u32), 1..4);
    let run =
        TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() }).run(&flips, |flips| {
            let mut bytes = whole.to_vec();
            flips.iter().for_each(|(at, bit)| bytes[*at] ^= 1 << bit);
            // It may well be a handler still: another one. Whatever it is, it is asked, and nothing breaks.
            let outcome = runtime.block_on(with_handler(&world, &bytes));
            assert!(outcome.lines.len() == 1, "{flips:?}");
            Ok(())
        });
    run.unwrap();
    let outcome = runtime.block_on(with_handler(&world, whole));
    assert_eq!(outcome.state, LineState::Fulfilled);
}
