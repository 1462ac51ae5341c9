//! A shop in a test: its data are files in a folder of its own, which goes with it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shop_core::orders::retries::Retries;
use shop_core::orders::said::Said;
use shop_folder::file;
use shop_folder::{CATALOGUE, JOURNAL_SETTINGS, PLATFORM};
use shop_host::backup;
use shop_host::handlers::HandlerError;
use shop_host::host::{Host, HostError, Outcome, ProductCheck};
use shop_platforms::embedded::{Census, EmbeddedPlatform};
use shop_sandbox::{Allocation, Compiler, Handler};
use tempfile::TempDir;

use crate::by_hand::ByHand;
use crate::counting::Counting;
use crate::today;

/// The folder of the shop's data.
const DATA: &str = "data";

/// Who installs and activates, by the audit trail.
const WHO: &str = "test";

async fn open_host(folder: &Path, catalogue: &str, platform: Arc<Counting>) -> Host {
    let path = folder.join(CATALOGUE);
    std::fs::write(&path, catalogue).expect("writing the catalogue");
    let catalogue = file::read_catalogue(&path).unwrap_or_else(|error| panic!("the catalogue: {error}"));
    let host = Host::open(&folder.join(DATA), catalogue, platform, Allocation::OnDemand).await;
    // A test decides itself what is tried again.
    host.expect("opening the shop").with_retries(Retries::NONE).with_clock(today)
}

/// Copies what is in a folder into another, which is empty. A database's log can go away in the midst, when a connection ends that was
/// dropped a moment before: then what was in it is in the database by now, and it is copied anew.
pub fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    for _ in 0..100 {
        match copy_entries(from, to) {
            Err(error) if error.kind() == ErrorKind::NotFound && from.exists() => {
                std::fs::remove_dir_all(to)?;
                std::fs::create_dir(to)?;
            }
            copied => return copied,
        }
    }
    Err(std::io::Error::other("what is in the folder does not stay"))
}

fn copy_entries(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            std::fs::create_dir(&to)?;
            copy_entries(&from, &to)?;
        } else {
            std::fs::copy(from, to)?;
        }
    }
    Ok(())
}

/// A shop with its learning platform, in a folder of its own.
pub struct World {
    /// The shop.
    pub host: Host,
    /// Its learning platform, to change it behind the shop's back.
    pub platform: Arc<EmbeddedPlatform>,
    /// What the shop asks the platform.
    pub requests: Arc<Counting>,
    folder: TempDir,
}

impl World {
    /// Fulfils an order, in JSON.
    pub async fn fulfil(&self, order: &str) -> Result<Outcome, HostError> {
        self.host.fulfil(&parse(order), &|_, _| ()).await
    }

    /// Previews an order, in JSON.
    pub async fn preview(&self, order: &str) -> Result<Outcome, HostError> {
        self.host.preview(&parse(order)).await
    }

    /// Checks the catalogue's products.
    pub async fn check(&self) -> Vec<ProductCheck> {
        self.host.check().await.expect("checking the catalogue")
    }

    /// Everything that the platform has, to be compared.
    pub async fn census(&self) -> Census {
        self.platform.census().await.expect("the census")
    }

    pub(crate) async fn open_new(folder: TempDir, catalogue: &str, journal: Option<&str>) -> World {
        if let Some(settings) = journal {
            let data = folder.path().join(DATA);
            std::fs::create_dir_all(&data).expect("making the folder of the data");
            std::fs::write(data.join(JOURNAL_SETTINGS), settings).expect("writing the journal's settings");
        }
        World::open_in(folder, catalogue).await
    }

    async fn open_in(folder: TempDir, catalogue: &str) -> World {
        let data = folder.path().join(DATA);
        std::fs::create_dir_all(&data).expect("making the folder of the data");
        let platform = EmbeddedPlatform::open_or_make(&data.join(PLATFORM)).await.expect("the platform");
        let platform = Arc::new(platform);
        let requests = Arc::new(Counting::new(platform.clone()));
        let host = open_host(folder.path(), catalogue, requests.clone()).await;
        World { host, platform, requests, folder }
    }

    /// Another world that is as this one is now.
    ///
    /// # Panics
    ///
    /// If its journal is not a file.
    pub async fn copy(&self) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert!(!self.data().join(JOURNAL_SETTINGS).exists(), "a journal on a server is not copied with the folder");
        copy_folder(self.folder(), folder.path()).expect("copying the folder");
        let catalogue = std::fs::read_to_string(self.folder().join(CATALOGUE)).expect("the catalogue");
        World::open_in(folder, &catalogue).await
    }

    /// A host on the data in the folder of a world that another process has set up.
    pub async fn again(folder: &Path) -> Host {
        let catalogue = std::fs::read_to_string(folder.join(CATALOGUE)).expect("the catalogue");
        let platform = EmbeddedPlatform::open(&folder.join(DATA).join("platform.sqlite")).await.expect("the platform");
        open_host(folder, &catalogue, Arc::new(Counting::new(Arc::new(platform)))).await
    }

    /// Another world with the data of a backup.
    pub async fn restored(&self, backup: &Path) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        backup::restore(backup, &folder.path().join(DATA)).await.unwrap_or_else(|error| panic!("{error}"));
        let catalogue = std::fs::read_to_string(self.folder().join(CATALOGUE)).expect("the catalogue");
        World::open_in(folder, &catalogue).await
    }

    /// Another host on the same data, as another process would have it.
    pub async fn another_host(&self) -> Host {
        let catalogue = std::fs::read_to_string(self.folder().join(CATALOGUE)).expect("the catalogue");
        open_host(self.folder(), &catalogue, self.requests.clone()).await
    }

    /// The same world, where handlers are compiled by another compiler.
    pub fn compiling(self, compiler: Compiler) -> World {
        World { host: self.host.with_compiler(compiler), ..self }
    }

    /// Closes the shop and opens it again on the same data, with another catalogue.
    pub async fn reopen(self, catalogue: &str) -> World {
        let World { host, platform, requests, folder } = self;
        drop(host);
        let host = open_host(folder.path(), catalogue, requests.clone()).await;
        World { host, platform, requests, folder }
    }

    /// Installs a component, without activating it.
    pub async fn install(&self, component: &[u8]) -> Result<Arc<Handler>, HandlerError> {
        Ok(self.host.handlers().install(&self.written(component), WHO).await?.handler)
    }

    /// Checks a component as if it were to be installed.
    pub async fn examine(&self, component: &[u8]) -> Result<Arc<Handler>, HandlerError> {
        self.host.handlers().examine(&self.written(component)).await
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
        self.host.handlers().activate(handler.digest, WHO).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// What is done on the learning platform behind the shop's back.
    pub fn by_hand(&self) -> ByHand {
        ByHand::on(&self.data().join(PLATFORM))
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
