//! Recordings. Whatever is read can be written, and is then read as the same; it can be told, and made again with the handler
//! that there is, which never fails by the host's fault.

use std::sync::{Arc, LazyLock};

use shop_core::calls::recording::Recording;
use shop_sandbox::Handler;

use shop_harness::{Given, World};

use crate::{check_told, check_worded, released, wait};

/// A shop with a handler, which serves to make the calls.
static WORLD: LazyLock<(World, Arc<Handler>)> = LazyLock::new(|| {
    wait(async {
        let world = Given::catalogue("").open().await;
        let handler = world.serve(&released()).await;
        (world, handler)
    })
});

pub(super) fn read(bytes: &[u8]) -> bool {
    let recording: Recording = match serde_json::from_slice(bytes) {
        Ok(recording) => recording,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return false;
        }
    };
    let written = serde_json::to_string(&recording).expect("a recording is written");
    let again: Recording = serde_json::from_str(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(again, recording);
    let (_, handler) = &*WORLD;
    check_worded(&recording.host, Some(&handler.manifest.texts));
    let answer = wait(handler.replay(&recording)).unwrap_or_else(|unable| panic!("{unable}"));
    let again = wait(handler.replay(&recording)).unwrap_or_else(|unable| panic!("{unable}"));
    assert_eq!(answer, again, "the same call has the same answer");
    match &answer {
        Ok(answer) => check_worded(&answer.messages, Some(&handler.manifest.texts)),
        Err(stopped) => check_told(&stopped.to_string()),
    }
    let other = wait(handler.instead(&recording, &handler.manifest, "customersupport=SUPPORT"));
    if let Err(unasked) = other.unwrap_or_else(|unable| panic!("{unable}")) {
        assert!(!unasked.is_empty());
    }
    true
}
