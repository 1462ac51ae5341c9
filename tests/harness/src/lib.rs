//! The harness for whoever writes a handler: given a catalogue and what the learning platform has, when an order is fulfilled,
//! the session is …
//!
//! Everything is real: the component runs in the host's sandbox, the journal and the embedded platform are SQLite files in a
//! folder of their own, which goes with the [`World`]. It is always the same [day](today). In the `Cargo.toml` of a handler's crate:
//!
//! ```toml
//! [dev-dependencies]
//! insta = { version = "1", features = ["yaml"] }
//! shop-harness = { path = "…/tests/harness" }
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```
//!
//! and in one of its tests:
//!
//! ```no_run
//! use shop_harness::{Given, built, findings};
//!
//! # async fn test() {
//! let world = Given::catalogue(r#"
//!     [[product]]
//!     reference = "A"
//!     title = "A course"
//!     price = "10.00 EUR"
//!     handler = "my-handler"
//!     parameters = "coursename=A"
//!     max_seats = 30
//! "#)
//! .platform("[[role]]\nshort_name = \"student\"\nin_course = true\nin_account = true\n")
//! .handler(&built(env!("CARGO_MANIFEST_DIR").as_ref()))
//! .open()
//! .await;
//! let outcome = world.fulfil(&std::fs::read_to_string("order.json").unwrap()).await.unwrap();
//! insta::assert_snapshot!(findings(&outcome));
//! insta::assert_yaml_snapshot!(world.census().await);
//! # }
//! ```
//!
//! What is wrong with a product before anybody orders it, [`World::check`] tells; what an order would do, [`World::preview`]. What
//! the platform was asked stands in [`World::requests`].

mod by_hand;
mod component;
mod counting;
mod memory;
mod told;
mod world;

use shop_core::words::period::Timestamp;
use shop_folder::file;
use shop_platforms::embedded::Seed;

pub use by_hand::ByHand;
pub use component::{built, setup_one_course_session, with_another_parameter};
pub use counting::Counting;
pub use memory::{forget_peak, peak_bytes, resident_bytes};
pub use told::findings;
pub use world::{World, copy_folder};

/// What is there before the first order.
pub struct Given {
    catalogue: String,
    platform: String,
    journal: Option<String>,
    handlers: Vec<Vec<u8>>,
}

impl Given {
    /// A catalogue, in TOML.
    pub fn catalogue(toml: &str) -> Self {
        Given { catalogue: toml.to_owned(), platform: String::new(), journal: None, handlers: Vec::new() }
    }

    /// What the embedded platform has, in TOML.
    pub fn platform(mut self, toml: &str) -> Self {
        self.platform = toml.to_owned();
        self
    }

    /// Where the journal is, in TOML, if not in a file beside the rest.
    pub fn journal(mut self, toml: &str) -> Self {
        self.journal = Some(toml.to_owned());
        self
    }

    /// A handler's component, which is installed and activated.
    pub fn handler(mut self, component: &[u8]) -> Self {
        self.handlers.push(component.to_vec());
        self
    }

    /// Sets it all up.
    ///
    /// # Panics
    ///
    /// If the catalogue, the platform's description or a handler is faulty: the test is, then.
    pub async fn open(self) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let world = World::open_new(folder, &self.catalogue, self.journal.as_deref()).await;
        let seed: Seed =
            file::parse_toml(&self.platform).unwrap_or_else(|fault| panic!("the platform's description: {fault}"));
        world.platform.seed(&seed).await.expect("seeding the platform");
        for handler in &self.handlers {
            world.serve(handler).await;
        }
        world
    }
}

/// The day on which all tests happen: what a shop says of periods that are over must not depend on when it is tested.
///
/// # Panics
///
/// Never: it is a time.
pub fn today() -> Timestamp {
    Timestamp::new(1_796_083_200).expect("2026-12-01T00:00:00Z")
}
