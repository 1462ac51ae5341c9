//! A journal that moves from its file to a server: nothing is lost on the way, wherever that is interrupted.

use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use shop_core::orders::state::LineState::{Fulfilled, Waiting};
use shop_core::words::author::SHOP;
use shop_harness::World;
use shop_host::Host;
use shop_journal::{Journal, Moved, Wants};

use super::differential::{Deed, all_of_postgres, all_of_sqlite};
use super::server::{Database, server};
use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;

async fn moves(folder: &Path, to: &Database) -> Result<Moved, String> {
    Host::move_journal(folder, &to.address(), None).await.map_err(|error| error.to_string())
}

/// The file's name while it is the journal.
fn file(world: &World) -> PathBuf {
    world.data().join(shop_folder::JOURNAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_moves_in_the_midst_of_its_life_goes_on_as_one_that_stays() {
    let Some(server) = server().await else { return };
    for seed in 1..=variable("SHOP_CASES", 2) {
        let database = server.database().await;
        let (stays, mut moving) = (shop().await, shop().await);
        let mut random = Rng::with_seed(1000 + seed);
        for step in 0..40 {
            if step == 20 {
                let rows = moves(&moving.data(), &database).await.unwrap().rows;
                assert!(rows > 0);
                moving = reopened(moving).await;
            }
            let deed = Deed::any(&mut random);
            let (here, there) = (deed.done(&stays).await, deed.done(&moving).await);
            assert_eq!(here, there, "seed {seed}, step {step}: {deed:?}");
        }
        assert_eq!(stays.census().await, moving.census().await, "seed {seed}");
        let (here, there) = (all_of_sqlite(&stays).await, all_of_postgres(&stays, &database).await);
        for (table, rows) in &here {
            assert_eq!(there.get(table), Some(rows), "seed {seed}: {table}");
        }
    }
}

/// What waits is done by whoever goes on on the server; and what texts can have arrives as it was.
#[tokio::test]
async fn what_waits_and_whatever_stands_in_texts_moves_along() {
    let Some(server) = server().await else { return };
    let (database, world) = (server.database().await, shop().await);
    let odd = sale("ODD", &["anne"]).first_typed("a\\N\t\u{b}\u{c}\u{8}\r\n\\.\0é");
    _ = fulfil_in(&world.host, &odd).await.unwrap();
    let down = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
    assert_eq!(fulfil_in(&down, &sale("A", &["anne"])).await.unwrap().state, Waiting);
    let last = world.host.journal().last_event().await.unwrap();
    moves(&world.data(), &database).await.unwrap();
    let world = reopened(world).await;
    assert_eq!(world.host.resume(&|_, _| ()).await.unwrap().len(), 1);
    is_in_place(&world, &sale("A", &["anne"]), "moved").await;
    comes_to(&world, &sale("B", &["bob"]).by("zoe"), Fulfilled).await;
    assert!(world.host.journal().events(last, None).await.unwrap()[0].number > last, "numbers go on");
    world.host.journal().check_audit(None).await.unwrap().unwrap();
}

/// Wherever it is interrupted: the same once more ends it.
#[tokio::test]
async fn a_move_that_is_interrupted_is_begun_again() {
    let Some(server) = server().await else { return };
    let (database, world) = (server.database().await, shop().await);
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let (path, settings) = (file(&world), world.data().join(shop_folder::JOURNAL_SETTINGS));
    let before = world.folder().join("before.sqlite");
    let copy = "VACUUM INTO $1";
    sqlx::query(copy).bind(before.to_str().unwrap()).execute(&mut direct(&world).await).await.unwrap();
    let before = fs::read(before).unwrap();
    let aside = moves(&world.data(), &database).await.unwrap().file;

    // Before the file was put aside: neither counts until it is ended.
    fs::rename(&aside, &path).unwrap();
    let told = Journal::open(&world.data()).await.err().unwrap().to_string();
    assert!(told.contains("a shop has one journal"), "{told}");
    let aside = moves(&world.data(), &database).await.unwrap().file;

    // Before the settings were written: nothing is written to the file meanwhile.
    fs::remove_file(&settings).unwrap();
    fs::rename(&aside, &path).unwrap();
    let told = fulfil_in(&world.another_host().await, &sale("B", &["bob"]).by("zoe")).await.err().unwrap().to_string();
    assert!(told.contains("has moved to a server"), "{told}");
    let aside = moves(&world.data(), &database).await.unwrap().file;
    assert!(moves(&world.data(), &database).await.unwrap_err().contains("already"));

    // Before the file was sealed, and it had more afterwards.
    fs::remove_file(&settings).unwrap();
    fs::remove_file(aside).unwrap();
    fs::write(&path, &before).unwrap();
    let more = reopened(world).await;
    comes_to(&more, &sale("B", &["bob"]).by("zoe"), Fulfilled).await;
    moves(&more.data(), &database).await.unwrap();

    // Once the server is the journal, no older file takes its place, even while that has nothing new.
    fs::write(&path, &before).unwrap();
    let told = moves(&more.data(), &database).await.unwrap_err();
    assert!(told.contains("records of its own"), "{told}");
    fs::remove_file(&path).unwrap();
    let world = reopened(more).await;
    for order in [sale("A", &["anne"]), sale("B", &["bob"]).by("zoe")] {
        is_in_place(&world, &order, "begun again").await;
    }
    comes_to(&world, &sale("C", &["carl"]).by("yves"), Fulfilled).await;

    // What was written on the server since is nothing that a file takes the place of.
    fs::remove_file(&settings).unwrap();
    fs::write(&path, &before).unwrap();
    let told = moves(&world.data(), &database).await.unwrap_err();
    assert!(told.contains("records of its own"), "{told}");
    assert!(path.exists() && !settings.exists(), "nothing was changed");
}

#[tokio::test]
async fn what_is_in_the_way_of_a_move_is_told_and_the_file_stays_the_journal() {
    let Some(server) = server().await else { return };
    let (database, other, world) = (server.database().await, server.database().await, shop().await);
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let elsewhere = shop_with_journal(&other.settings()).await;
    let gone = database.address().replace("/shop_", "/no_");
    for (address, expected) in [
        (other.address(), "records of its own"),
        (gone, "there is no such database"),
        ("postgres://shop:secret@localhost/shop".to_owned(), "without a password"),
        ("journal.sqlite".to_owned(), "expected an address such as postgres://"),
    ] {
        let told = Host::move_journal(&world.data(), &address, None).await.err().unwrap().to_string();
        assert!(told.contains(expected) && !told.contains("secret"), "{address}: {told}");
    }
    let nothing = tempfile::tempdir().unwrap();
    let told = moves(nothing.path(), &database).await.unwrap_err();
    assert!(told.contains("there is no journal"), "{told}");
    is_in_place(&world, &sale("A", &["anne"]), "stayed").await;
    drop(elsewhere);
}

/// A program that has the file open, and waits to write to it, is told; what it would have written is not lost without a word.
#[tokio::test]
async fn nothing_is_written_to_a_file_that_is_the_journal_no_longer() {
    let Some(server) = server().await else { return };
    let (database, world) = (server.database().await, shop().await);
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let aside = moves(&world.data(), &database).await.unwrap().file;
    fulfil_in(&world.host, &sale("B", &["bob"]).by("zoe")).await.err().expect("its journal is gone");
    // By its other name, too.
    let folder = tempfile::tempdir().unwrap();
    fs::copy(&aside, folder.path().join(shop_folder::JOURNAL)).unwrap();
    let late = Journal::open(folder.path()).await.unwrap();
    let told = late.draw(SHOP, &Wants::All).await.unwrap_err().to_string();
    assert!(told.contains("has moved to a server"), "{told}");
    assert!(reopened(world).await.host.journal().order(&"A".to_owned().try_into().unwrap()).await.unwrap().is_some());
}
