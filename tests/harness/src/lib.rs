//! The harness: given a catalogue and what the learning platform has, when an order is fulfilled, the session is …
//!
//! Everything is real: the component runs in the host's sandbox, the journal and the embedded platform are SQLite files in a
//! folder of their own, which goes with the [`World`].
//!
//! ```no_run
//! # async fn test() {
//! let world = shop_harness::Given::catalogue(r#"
//!     [[product]]
//!     reference = "A"
//!     title = "A course"
//!     price = "10.00 EUR"
//!     handler = "my-handler"
//!     parameters = "coursename=A"
//!     max_seats = 30
//! "#)
//! .platform("[[role]]\nshort_name = \"student\"\nin_course = true\nin_account = true\n")
//! .handler(&std::fs::read("my-handler.wasm").unwrap())
//! .open()
//! .await;
//! let outcome = world.fulfil(&std::fs::read_to_string("order.json").unwrap()).await.unwrap();
//! insta::assert_snapshot!(shop_harness::findings(&outcome));
//! insta::assert_yaml_snapshot!(world.census().await);
//! # }
//! ```

pub mod counting;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use shop_host::backup;
use shop_host::file;
use shop_host::folder::{CATALOGUE, PLATFORM};
use shop_host::message::Message;
use shop_host::period::Timestamp;
use shop_host::platform::embedded::{Census, EmbeddedPlatform, Seed};
use shop_host::registry::RegistryError;
use shop_host::retries::Retries;
use shop_host::said::Said;
use shop_host::sandbox::{Allocation, Compiler, Handler};
use shop_host::shop::{Outcome, ProductCheck, Shop, ShopError};
use shop_host::text::printable;
use shop_host::wording::Texts;
use tempfile::TempDir;

use counting::Counting;

/// The folder of the shop's data.
const DATA: &str = "data";

/// Who installs and activates, by the audit trail.
const WHO: &str = "test";

/// What is there before the first order.
pub struct Given {
    catalogue: String,
    platform: String,
    handlers: Vec<Vec<u8>>,
}

impl Given {
    /// A catalogue, in TOML.
    pub fn catalogue(toml: &str) -> Self {
        Given { catalogue: toml.to_owned(), platform: String::new(), handlers: Vec::new() }
    }

    /// What the embedded platform has, in TOML.
    pub fn platform(mut self, toml: &str) -> Self {
        self.platform = toml.to_owned();
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
        let world = World::open_in(folder, &self.catalogue).await;
        let seed: Seed =
            file::parse_toml(&self.platform).unwrap_or_else(|fault| panic!("the platform's description: {fault}"));
        world.platform.seed(&seed).await.expect("seeding the platform");
        for handler in &self.handlers {
            world.serve(handler).await;
        }
        world
    }
}

async fn open_shop(folder: &Path, catalogue: &str, platform: Arc<Counting>) -> Shop {
    let path = folder.join(CATALOGUE);
    std::fs::write(&path, catalogue).expect("writing the catalogue");
    let catalogue = file::read_catalogue(&path).unwrap_or_else(|error| panic!("the catalogue: {error}"));
    let shop = Shop::open(&folder.join(DATA), catalogue, platform, Allocation::OnDemand).await;
    // A test decides itself what is tried again.
    shop.expect("opening the shop").with_retries(Retries::NONE).with_clock(today)
}

/// The day on which all tests happen: what a shop says of periods that are over must not depend on when it is tested.
///
/// # Panics
///
/// Never: it is a time.
pub fn today() -> Timestamp {
    Timestamp::new(1_796_083_200).expect("2026-12-01T00:00:00Z")
}

/// Copies what is in a folder into another.
pub fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            std::fs::create_dir(&to)?;
            copy_folder(&from, &to)?;
        } else {
            std::fs::copy(from, to)?;
        }
    }
    Ok(())
}

/// A shop with its learning platform, in a folder of its own.
pub struct World {
    /// The shop.
    pub shop: Shop,
    /// Its learning platform, to change it behind the shop's back.
    pub platform: Arc<EmbeddedPlatform>,
    /// What the shop asks the platform.
    pub requests: Arc<Counting>,
    folder: TempDir,
}

impl World {
    /// Fulfils an order, in JSON.
    pub async fn fulfil(&self, order: &str) -> Result<Outcome, ShopError> {
        self.shop.fulfil(&parse(order), &|_, _| ()).await
    }

    /// Previews an order, in JSON.
    pub async fn preview(&self, order: &str) -> Result<Outcome, ShopError> {
        self.shop.preview(&parse(order)).await
    }

    /// Checks the catalogue's products.
    pub async fn check(&self) -> Vec<ProductCheck> {
        self.shop.check().await.expect("checking the catalogue")
    }

    /// Everything that the platform has, to be compared.
    pub async fn census(&self) -> Census {
        self.platform.census().await.expect("the census")
    }

    async fn open_in(folder: TempDir, catalogue: &str) -> World {
        let data = folder.path().join(DATA);
        std::fs::create_dir_all(&data).expect("making the folder of the data");
        let platform = EmbeddedPlatform::open_or_make(&data.join(PLATFORM)).await.expect("the platform");
        let platform = Arc::new(platform);
        let requests = Arc::new(Counting::new(platform.clone()));
        let shop = open_shop(folder.path(), catalogue, requests.clone()).await;
        World { shop, platform, requests, folder }
    }

    /// Another world that is as this one is now.
    pub async fn copy(&self) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy_folder(self.folder(), folder.path()).expect("copying the folder");
        let catalogue = std::fs::read_to_string(self.folder().join(CATALOGUE)).expect("the catalogue");
        World::open_in(folder, &catalogue).await
    }

    /// A host on the data in the folder of a world that another process has set up.
    pub async fn again(folder: &Path) -> Shop {
        let catalogue = std::fs::read_to_string(folder.join(CATALOGUE)).expect("the catalogue");
        let platform = EmbeddedPlatform::open(&folder.join(DATA).join("platform.sqlite")).await.expect("the platform");
        open_shop(folder, &catalogue, Arc::new(Counting::new(Arc::new(platform)))).await
    }

    /// Another world with the data of a backup.
    pub async fn restored(&self, backup: &Path) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        backup::restore(backup, &folder.path().join(DATA)).await.unwrap_or_else(|error| panic!("{error}"));
        let catalogue = std::fs::read_to_string(self.folder().join(CATALOGUE)).expect("the catalogue");
        World::open_in(folder, &catalogue).await
    }

    /// Another host on the same data, as another process would have it.
    pub async fn another_host(&self) -> Shop {
        let catalogue = std::fs::read_to_string(self.folder().join(CATALOGUE)).expect("the catalogue");
        open_shop(self.folder(), &catalogue, self.requests.clone()).await
    }

    /// The same world, where handlers are compiled by another compiler.
    pub fn compiling(self, compiler: Compiler) -> World {
        World { shop: self.shop.with_compiler(compiler), ..self }
    }

    /// Closes the shop and opens it again on the same data, with another catalogue.
    pub async fn reopen(self, catalogue: &str) -> World {
        let World { shop, platform, requests, folder } = self;
        drop(shop);
        let shop = open_shop(folder.path(), catalogue, requests.clone()).await;
        World { shop, platform, requests, folder }
    }

    /// Installs a component, without activating it.
    pub async fn install(&self, component: &[u8]) -> Result<Arc<Handler>, RegistryError> {
        Ok(self.shop.registry().install(&self.written(component), WHO).await?.handler)
    }

    /// Checks a component as if it were to be installed.
    pub async fn examine(&self, component: &[u8]) -> Result<Arc<Handler>, RegistryError> {
        self.shop.registry().examine(&self.written(component)).await
    }

    fn written(&self, component: &[u8]) -> PathBuf {
        let path = self.folder.path().join("handler.wasm");
        std::fs::write(&path, component).expect("writing the handler");
        path
    }

    /// Installs a component and activates it: new lines of its products are sold with it from now on.
    ///
    /// # Panics
    ///
    /// If it is not admitted.
    pub async fn serve(&self, component: &[u8]) -> Arc<Handler> {
        let handler = self.install(component).await.unwrap_or_else(|error| panic!("{error}"));
        self.shop.registry().activate(handler.digest, WHO).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// The folder of the shop's data.
    pub fn data(&self) -> PathBuf {
        self.folder().join(DATA)
    }

    /// The folder with everything in it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn parse(order: &str) -> Said {
    file::parse_order(order).unwrap_or_else(|fault| panic!("the order: {fault}"))
}

/// What was said about an order, a line each: level, subject, key, and the text in the order's language.
pub fn findings(outcome: &Outcome) -> String {
    let worded = |message: &Message, texts: Option<&Texts>| {
        let level = format!("{:?}", message.level).to_lowercase();
        let text = message.worded(&outcome.language, texts);
        let subject = printable(&message.subject.to_string());
        format!("{level} ({subject}) {}: {text}\n", message.key)
    };
    let mut text: String = outcome.messages.iter().map(|message| worded(message, None)).collect();
    for line in &outcome.lines {
        let texts = line.handler.as_ref().map(|handler| &handler.manifest.texts);
        text.extend(line.messages.iter().map(|message| worded(message, texts)));
    }
    text
}

/// The component of this project's own handler, built once.
///
/// # Panics
///
/// If it cannot be built.
pub fn setup_one_course_session() -> &'static [u8] {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    COMPONENT.get_or_init(|| {
        let plugin: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugin");
        let built =
            shop_build::component(&plugin, &shop_build::Options::default()).unwrap_or_else(|error| panic!("{error}"));
        std::fs::read(built.path).expect("reading the component")
    })
}

/// A version 1.0.2 of it whose manifest calls the parameter `coursename` otherwise: `coursenamx`. Its code still goes by the
/// old name, so it can set up nothing.
///
/// # Panics
///
/// If the component does not have these words in its data.
pub fn with_another_parameter() -> Vec<u8> {
    let mut component = setup_one_course_session().to_vec();
    for (old, new) in [("coursename", "coursenamx"), ("setup-one-course-session1.0.1", "setup-one-course-session1.0.2")]
    {
        let places: Vec<usize> =
            (0..component.len() - old.len()).filter(|at| component[*at..].starts_with(old.as_bytes())).collect();
        assert!(!places.is_empty(), "expected {old:?} in the component's data");
        places.iter().for_each(|at| component[*at..at + new.len()].copy_from_slice(new.as_bytes()));
    }
    component
}

/// How much memory this process has, in bytes, where the system tells.
pub fn resident_bytes() -> Option<u64> {
    memory("VmRSS:")
}

/// The most memory that this process had, in bytes, where the system tells.
pub fn peak_bytes() -> Option<u64> {
    memory("VmHWM:")
}

/// Has [`peak_bytes`] begin anew; false, if the system does not.
pub fn forget_peak() -> bool {
    std::fs::write("/proc/self/clear_refs", "5").is_ok()
}

fn memory(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse().ok().map(|kib: u64| kib << 10)
}
