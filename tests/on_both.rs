//! A shop on either platform, for tests of what must hold on both.

use std::sync::Arc;
use std::time::Duration;

use shop_host::period::Timestamp;
use shop_host::platform::Platform;
use shop_host::platform::embedded::Census;
use shop_host::shop::{Outcome, Shop};
use shop_host::state::LineState::Waiting;
use shop_tests::World;
use shop_tests::moodle_site::Enrolled;
use tokio::time::sleep;

use crate::moodle_world::{MoodleWorld, site, user};
use crate::shop_fixtures::*;

/// A shop on one platform or the other.
pub(crate) enum On {
    Embedded(World),
    Moodle(MoodleWorld),
}

impl On {
    /// Each with Bob, who is enrolled already until this time, if any is told.
    pub(crate) async fn both(bob_until: Option<i64>) -> [On; 2] {
        let instant = |time: i64| Timestamp::new(time.into()).unwrap().to_string();
        let enrolment = bob_until.map(|end| {
            let end = instant(end);
            format!(
                "[[enrolment]]\ncourse = \"SPOC\"\nemail = \"bob@example.org\"\nrole = \"student\"\nend = \"{end}\"\n"
            )
        });
        let embedded = shop_with("", &(account("bob") + "\n" + &enrolment.unwrap_or_default())).await;
        let mut site = site();
        site.users.insert(10, user("bob"));
        if let Some(end) = bob_until {
            site.enrolments.insert((2, 10), Enrolled { end, ..Enrolled::default() });
            site.course_roles.insert((2, 10, 5));
        }
        [On::Embedded(embedded), On::Moodle(MoodleWorld::with(site).await)]
    }

    /// From now on, shops that are opened sell this catalogue.
    pub(crate) fn sells(&self, catalogue: &str) {
        let folder = match self {
            On::Embedded(world) => world.folder(),
            On::Moodle(world) => world.folder.path(),
        };
        std::fs::write(folder.join("catalogue.toml"), catalogue).unwrap();
    }

    pub(crate) async fn copy(&self) -> On {
        match self {
            On::Embedded(world) => On::Embedded(world.copy().await),
            On::Moodle(world) => On::Moodle(world.copy().await),
        }
    }

    pub(crate) async fn platform(&self) -> Arc<dyn Platform> {
        match self {
            On::Embedded(world) => world.platform.clone(),
            On::Moodle(world) => Arc::new(world.platform().await),
        }
    }

    pub(crate) async fn shop(&self, platform: Arc<dyn Platform>) -> Arc<Shop> {
        match self {
            On::Embedded(world) => Arc::new(shop_through(world, platform).await),
            On::Moodle(world) => world.shop_through(platform).await,
        }
    }

    pub(crate) async fn census(&self) -> Census {
        match self {
            On::Embedded(world) => world.census().await,
            On::Moodle(world) => world.census(),
        }
    }
}

/// More often, an order is not tried: it should have been settled long since.
pub(crate) const PATIENCE: usize = 5_000;

/// Hands an order over until it no longer waits: what came of it.
pub(crate) async fn settled(shop: &Shop, order: &Sale) -> Outcome {
    for _ in 0..PATIENCE {
        match fulfil_in(shop, order).await.unwrap_or_else(|error| panic!("{error}")) {
            Outcome { state: Waiting, until: Some(_), .. } => sleep(Duration::from_millis(1)).await,
            outcome => return outcome,
        }
    }
    panic!("order {} is not settled", order.id());
}
