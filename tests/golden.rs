//! What was released is run for ever: components that were built for earlier versions of the contract, and recordings of
//! calls that they answered. Nothing in `golden/` is ever changed; a release adds a folder.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use shop_host::recording::Recording;
use shop_host::registry::{Digest, Handler};
use shop_host::state::LineState::Fulfilled;
use shop_tests::World;

use crate::shop_fixtures::*;

/// The files of a kind in all releases' folders, sorted.
fn files(kind: &str) -> Vec<PathBuf> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let releases = golden.read_dir().unwrap().map(|release| release.unwrap().path());
    let files = releases.flat_map(|release| release.read_dir().unwrap().map(|file| file.unwrap().path()));
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|extension| extension == kind)).collect();
    files.sort();
    files
}

async fn install_all(world: &World) -> Vec<std::sync::Arc<Handler>> {
    let mut handlers = Vec::new();
    for file in files("wasm") {
        let component = std::fs::read(&file).unwrap();
        let handler = world.install(&component).await.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        handlers.push(handler);
    }
    handlers
}

#[tokio::test]
async fn every_released_component_still_fulfils_orders() {
    let world = shop_without_handlers().await;
    let handlers = install_all(&world).await;
    assert!(!handlers.is_empty());
    for (number, handler) in handlers.iter().enumerate().filter(|(_, handler)| handler.manifest.name != "hostile") {
        world.shop.registry().activate(handler.digest, "test").await.unwrap();
        comes_to(&world, &sale(&format!("order-{number}"), &["anne", "tutor tess"]), Fulfilled).await;
    }
}

#[tokio::test]
async fn every_released_recording_gives_the_same_answer() {
    let world = shop_without_handlers().await;
    let handlers = install_all(&world).await;
    let mut replayed = 0;
    for file in files("json") {
        let calls: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for call in calls {
            let recording: Recording = serde_json::from_value(call["recording"].clone()).unwrap();
            let handler = handlers.iter().find(|handler| handler.digest == recording.handler);
            let handler = handler.unwrap_or_else(|| panic!("{}: no component {}", file.display(), recording.handler));
            let answer = json!(recording.replay(handler).await.unwrap());
            assert_eq!(answer, call["recording"]["answer"], "{}", file.display());
            replayed += 1;
        }
    }
    assert!(replayed > 0);
}

#[test]
fn components_are_what_they_were() {
    for file in files("wasm") {
        let digest = Digest::of(&std::fs::read(&file).unwrap()).to_string();
        assert!(file.file_stem().unwrap().to_str().unwrap().ends_with(&digest[..12]), "{}: {digest}", file.display());
    }
}
