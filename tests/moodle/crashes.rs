//! The host is killed at every boundary between journal, memory of a Moodle, and Moodle: a real process, by SIGKILL, as in
//! `crashes`. The Moodle goes on, and does a request that was given up after newer ones.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use moodle_double::{LATE, Loss};
use shop_core::orders::retries::Retries;
use shop_folder::file;
use shop_host::host::Host;
use shop_platforms::moodle::{MoodlePlatform, MoodleSettings};
use shop_sandbox::Allocation;
use tokio::time::sleep;

use crate::durability::crashes::{child_in, each_stage, killed, life};
use crate::fixtures::on_both::PATIENCE;
use crate::fixtures::shop::*;
use crate::moodle::interruptions::comes_to;
use crate::moodle::world::{MoodleWorld, settling};

const SETTINGS: &str = "settings.json";

#[test]
#[ignore = "the others run it"]
fn child() {
    child_in(async |folder| {
        let settings: MoodleSettings =
            serde_json::from_str(&std::fs::read_to_string(folder.join(SETTINGS)).unwrap()).unwrap();
        let platform = MoodlePlatform::open(settings, &folder.join("moodle.sqlite")).await.unwrap();
        let catalogue = file::read_catalogue(&folder.join("catalogue.toml")).unwrap();
        let host = Host::open(&folder.join("data"), catalogue, settling(platform, LATE), Allocation::OnDemand).await;
        Arc::new(host.unwrap().with_retries(Retries::NONE))
    });
}

/// Fulfils orders in another process, which is killed at the nth boundary. Whether it was.
async fn is_killed(world: &MoodleWorld, orders: &[Sale], nth: usize) -> bool {
    let folder = world.folder.path().to_owned();
    std::fs::write(folder.join(SETTINGS), serde_json::to_string(&world.settings).unwrap()).unwrap();
    let orders = orders.to_vec();
    // The Moodle is on this thread.
    let child = move || killed("moodle::crashes::child", Path::new(&folder), &orders, nth);
    tokio::task::spawn_blocking(child).await.unwrap()
}

/// Kills the host at each boundary of a stage; what it had taken in goes on by itself, what it had not is handed over again.
async fn at_each_boundary(nth_stage: usize) {
    let world = MoodleWorld::new().await;
    for (orders, state) in life().into_iter().take(nth_stage) {
        for order in &orders {
            comes_to(&world, order, state, "before").await;
        }
    }
    let before = world.copy().await;
    let (orders, state) = life().remove(nth_stage);
    for order in &orders {
        comes_to(&world, order, state, "undisturbed").await;
    }
    for nth in 1.. {
        let mut crashed = before.copy().await;
        crashed.settles = LATE;
        // There are several boundaries to a request.
        let late = nth / 2 + 1;
        crashed.double.lose(Some(Loss::Late(late)));
        let was_killed = is_killed(&crashed, &orders, nth).await;
        let told = format!("stage {nth_stage}, boundary {nth}");
        let was_disturbed = was_killed || crashed.double.take_requests().len() >= late;
        crashed.double.lose(None);
        goes_on(&*crashed.host().await, &told).await;
        let by_itself = crashed.census();
        for order in &orders {
            comes_to(&crashed, order, state, &told).await;
        }
        assert_eq!(difference(&world.census(), &crashed.census()), [""; 0], "{told}");
        if !was_disturbed {
            assert_eq!(difference(&world.census(), &by_itself), [""; 0], "{told}");
            assert!(nth > 24, "a stage has boundaries, {nth} here");
            return;
        }
    }
}

/// What is unfinished is gone on with, until nothing is.
async fn goes_on(host: &Host, told: &str) {
    for _ in 0..PATIENCE {
        for resumed in host.resume(&|_, _| ()).await.unwrap() {
            resumed.outcome.unwrap_or_else(|error| panic!("{told}: {error}"));
        }
        if host.journal().next_try().await.unwrap().is_none() {
            return;
        }
        sleep(Duration::from_millis(2)).await;
    }
    panic!("{told}: something is unfinished");
}

each_stage!(at_each_boundary);
