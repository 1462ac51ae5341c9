//! Orders, as far as a preview goes. It changes nothing, so that each is the shop's first one; whatever it says can be worded.

use std::sync::LazyLock;

use shop_folder::file::parse_order;

use shop_harness::{Given, World};

use crate::{check_told, check_worded, ours, released, wait};

/// The demo's shop before its first order.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    let file = |name: &str| String::from_utf8(ours(&format!("host/program/demo/{name}"))).expect("text");
    let given = Given::catalogue(&file("catalogue.toml")).platform(&file("platform.toml")).handler(&released());
    wait(given.open())
});

pub(super) fn read(bytes: &[u8]) -> bool {
    let Some(said) = std::str::from_utf8(bytes).ok().and_then(|text| parse_order(text).ok()) else { return false };
    match wait(WORLD.host.preview(&said)) {
        Ok(outcome) => {
            check_worded(&outcome.messages, None);
            for line in &outcome.lines {
                check_worded(&line.messages, line.handler.as_ref().map(|handler| &handler.manifest.texts));
                assert!(line.stopped.is_none(), "the handler was stopped: {:?}", line.stopped);
            }
        }
        Err(error) => check_told(&error.to_string()),
    }
    true
}
