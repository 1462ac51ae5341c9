//! Files that are no component, or no longer the one that they were: they are refused, or harmless, and the shop goes on.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shop_core::orders::state::LineState;
use shop_harness::World;
use shop_host::handlers::HandlerError;

use crate::fixtures::shop::*;

async fn is_refused(world: &World, bytes: &[u8], what: &str) {
    let refused = world.install(bytes).await.err();
    assert!(matches!(refused, Some(HandlerError::Inadmissible { .. })), "{what}");
}

#[tokio::test]
async fn what_is_no_whole_component_is_refused() {
    let world = shop().await;
    let whole = shop_harness::setup_one_course_session();
    is_refused(&world, b"", "nothing").await;
    for length in (1024..whole.len()).step_by(1024).chain([1, 7, 8, 9, whole.len() - 1]) {
        is_refused(&world, &whole[..length], &format!("the first {length} bytes")).await;
    }
    is_refused(&world, &[whole, b"\x7f"].concat(), "one byte more").await;
    is_refused(&world, &[whole, whole].concat(), "twice").await;
    is_refused(&world, &vec![0; 100_000_000], "100 MB").await;
    comes_to(&world, &sale("A", &["anne"]), LineState::Fulfilled).await;
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

/// A component with some bits flipped may well be a handler still: another one. Whatever it is, it is called with what
/// was recorded of an order, and nothing breaks.
#[test]
fn flipped_bits_do_no_harm() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(shop());
    runtime.block_on(comes_to(&world, &sale("A", &["anne", "bob"]), LineState::Fulfilled));
    let journal = world.host.journal();
    let call = runtime.block_on(journal.last_recordings("setup-one-course-session", 1)).unwrap()[0];
    let recording = runtime.block_on(journal.recording(call)).unwrap().unwrap().recording.unwrap();
    let whole = shop_harness::setup_one_course_session();
    let flips = prop::collection::vec((0..whole.len(), 0..8u32), 1..4);
    let run =
        TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() }).run(&flips, |flips| {
            let mut bytes = whole.to_vec();
            flips.iter().for_each(|(at, bit)| bytes[*at] ^= 1 << bit);
            if let Ok(mutant) = runtime.block_on(world.examine(&bytes)) {
                let _ = runtime.block_on(mutant.replay(&recording));
            }
            Ok(())
        });
    run.unwrap();
    runtime.block_on(comes_to(&world, &sale("B", &["anne"]), LineState::Fulfilled));
}
