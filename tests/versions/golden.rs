//! What was released is run for ever: components that were built for earlier versions of the contract, and recordings of
//! calls that they answered. Nothing in `golden/` is ever changed; a release adds a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use shop_core::calls::recording::Recording;
use shop_core::orders::state::LineState::Fulfilled;
use shop_core::words::digest::Digest;
use shop_core::words::order::OrderId;
use shop_harness::World;
use shop_host::forecast::{Effect, Line};
use shop_host::host::Versions;
use shop_sandbox::Handler;

use crate::fixtures::shop::*;

const OURS: &str = "setup-one-course-session";

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
        world.host.handlers().activate(handler.digest, "test").await.unwrap();
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
            let answer = json!(handler.replay(&recording).await.unwrap());
            assert_eq!(answer, call["recording"]["answer"], "{}", file.display());
            replayed += 1;
        }
    }
    assert!(replayed > 0);
}

/// Tutors have a role of their own since 1.0.1, and the operator has theirs where none is named.
#[tokio::test]
async fn what_1_0_1_would_change_of_what_1_0_0_sold_is_shown_before_it_counts() {
    let product = |reference: &str, parameters: &str| {
        format!(
            "[[product]]\nreference = \"{reference}\"\ntitle = \"{reference}\"\nprice = \"10.00 EUR\"\nhandler = \"{OURS}\"\n\
             parameters = \"coursename=SPOC{parameters}\"\nmax_seats = 5\n"
        )
    };
    let sold = catalogue("roles = [\"student\", \"teacher\", \"mentor\"]");
    let sold = sold + &product("NONE-NAMED", "") + &product("MENTOR", "&supervisor=mentor");
    let world = shop_without_handlers().await.reopen(&sold).await;
    seed(&world, "[[role]]\nshort_name = \"mentor\"\nin_course = true\nin_account = true\n").await;
    let first = files("wasm").into_iter().find(|file| file.to_string_lossy().contains("/1.0.0/")).unwrap();
    world.serve(&std::fs::read(first).unwrap()).await;
    let orders = [("A", "SPOC"), ("B", "NONE-NAMED"), ("C", "MENTOR")];
    for (order, product) in orders {
        comes_to(&world, &sale(order, &["anne", "tutor tess"]).of(product), Fulfilled).await;
    }
    let next = world.serve(shop_harness::setup_one_course_session()).await;
    let mut effects = BTreeMap::new();
    let told = |line: Line| _ = effects.insert(line.order.to_string(), line.effect);
    world.host.handlers().forecast(&next, 10, world.host.catalogues(), told).await.unwrap();
    for order in ["A", "B"] {
        // It is told otherwise when a period ends.
        let Effect::Messages(changes) = &effects[order] else { panic!("{order}: {:?}", effects[order]) };
        assert!(changes.facts.is_empty(), "{order}: {changes:?}");
    }
    // The tutors' own role was not looked up then.
    assert!(matches!(effects["C"], Effect::Unasked { .. }), "{:?}", effects["C"]);
    for (order, changes) in [("A", &[][..]), ("C", &["retracted role SPOC tess mentor"])] {
        let id = OrderId::try_from(order.to_owned()).unwrap();
        let preview = world.host.preview_upgrade(&id, Versions::Active).await.unwrap();
        assert_eq!(steps(&preview), changes, "{order}");
    }
}

/// Of the folders themselves: without this, the tests above would show nothing.
#[test]
fn components_are_what_they_were() {
    for file in files("wasm") {
        let digest = Digest::of(&std::fs::read(&file).unwrap()).to_string();
        assert!(file.file_stem().unwrap().to_str().unwrap().ends_with(&digest[..12]), "{}: {digest}", file.display());
    }
}
