//! Handlers: which versions are installed, and which of them serve. A version is identified by its component's digest,
//! admitted once, compiled once, and loaded once.

mod store;

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shop_core::calls::stopped::Stopped;
use shop_core::words::digest::Digest;
use shop_core::words::period::Timestamp;
use shop_folder as folder;
use shop_journal::{Action, Event, Installed, Journal, JournalError, Removal, Switched};
use shop_sandbox::{Compiler, Engine, Handler, LoadError, Program, Unable};
use store::{Component, Store};

pub(crate) use store::MAX_BYTES;

/// A component is not admitted.
#[derive(Debug, thiserror::Error)]
pub enum Inadmissible {
    /// It cannot be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It is too large.
    #[error("expected a component of at most {} bytes, found {found}", store::MAX_BYTES, found = .0)]
    TooLarge(u64),
    /// It is no component, or not for this host.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Its file is no longer the one that was installed.
    #[error("its file is damaged: install the same component again")]
    Damaged,
    /// It does not describe itself properly.
    #[error("describe: {0}")]
    Describe(#[from] Stopped),
    /// Whether it describes itself properly could not be found out.
    #[error(transparent)]
    Unable(#[from] Unable),
    /// There is another component with this name and version.
    #[error("{title} is installed already, and is another component ({}): give this one a version of its own", digest.short())]
    Taken {
        /// The name and version.
        title: String,
        /// The component that has them.
        digest: Digest,
    },
}

/// A handler cannot be had, or not be changed as asked.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The store cannot be written.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A component is not admitted.
    #[error("{}: {error}", path.display())]
    Inadmissible {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: Inadmissible,
    },
    /// An installed component cannot be loaded.
    #[error("the handler {digest} cannot be loaded: {error}")]
    Unloadable {
        /// Which one.
        digest: Digest,
        /// Why.
        error: Inadmissible,
    },
    /// It is not in the store.
    #[error(
        "the handler {0} is not in the store, although it was installed: restore the folder \"handlers\" of the data"
    )]
    Lost(Digest),
    /// No version serves.
    #[error("no version of the handler {0:?} is active: `handlers install FILE --activate` makes one so")]
    Inactive(String),
    /// Nothing that is installed is meant by it.
    #[error("{0:?} is not installed: expected a file, name@version, or the beginning of a digest (`handlers list`)")]
    Unknown(String),
    /// It is a file that is not installed.
    #[error("{}: this component is not installed: `handlers install` does so", .0.display())]
    NotInstalled(PathBuf),
    /// More than one version is meant by it.
    #[error("{text:?} can be any of {}: give more of the digest", candidates.join(", "))]
    Ambiguous {
        /// What was asked for.
        text: String,
        /// What it can be.
        candidates: Vec<String>,
    },
    /// There is no version to go back to.
    #[error("the handler {0:?} has no earlier version to go back to")]
    NoEarlier(String),
    /// Another version was activated at this moment.
    #[error("another version of the handler {0:?} was activated at this moment: look at it again")]
    Meanwhile(String),
    /// The version serves.
    #[error("{0} is active: activate another version first")]
    Active(String),
    /// Lines keep to the version.
    #[error(
        "{title} is needed: {lines} of the lines in place were bought with it; `orders upgrade` moves them to another version"
    )]
    Pinned {
        /// Its name and version.
        title: String,
        /// How many lines.
        lines: u64,
    },
    /// This machine could not call it.
    #[error(transparent)]
    Unable(#[from] Unable),
    /// The journal fails.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// The handlers of a shop.
pub struct Registry {
    store: Arc<Store>,
    journal: Journal,
}

/// What came of an installation.
pub struct Admitted {
    /// What was installed.
    pub handler: Arc<Handler>,
    /// Whether it was not there before.
    pub new: bool,
}

impl Registry {
    /// The registry whose components are in a folder, and all else in the journal. Components are compiled in this process.
    pub fn new(folder: &Path, engine: Engine, journal: Journal) -> Self {
        Registry { store: Arc::new(Store::new(folder, engine, Compiler::Within)), journal }
    }

    /// The same with another compiler.
    pub fn with_compiler(self, compiler: Compiler) -> Self {
        Registry { store: Arc::new(self.store.with_compiler(compiler)), journal: self.journal }
    }

    /// Everything that is installed.
    pub async fn list(&self) -> Result<Vec<Installed>, RegistryError> {
        Ok(self.journal.handlers().await?)
    }

    /// The audit trail of a handler, or of all, the oldest first.
    pub async fn events(&self, name: Option<&str>) -> Result<Vec<Event>, RegistryError> {
        Ok(self.journal.handler_events(name).await?)
    }

    /// Checks a component as if it were to be installed, and makes it ready to be called.
    pub async fn examine(&self, path: &Path) -> Result<Arc<Handler>, RegistryError> {
        Ok(self.admit(path).await?.handler)
    }

    /// Checks a component that is a file anywhere. Writes nothing.
    async fn admit(&self, path: &Path) -> Result<Admissible, RegistryError> {
        let admitted = async {
            let file = path.to_owned();
            let component = blocking(move || Component::read(&file)).await?;
            if let Some(handler) = self.store.loaded(component.digest) {
                return Ok(Admissible { handler, component, compiled: None });
            }
            let store = self.store.clone();
            let (component, compiled, program) = blocking(move || store.compile(component)).await?;
            let handler = described(component.digest, program).await?;
            Ok(Admissible { handler, component, compiled: Some(compiled) })
        };
        admitted.await.map_err(|error| match error {
            Inadmissible::Unable(unable) => unable.into(),
            error => RegistryError::Inadmissible { path: path.to_owned(), error },
        })
    }

    /// Installs a component, unless it is installed already. It serves no line before it is activated. If it is not
    /// admitted, the registry stays as it was.
    pub async fn install(&self, path: &Path, who: &str) -> Result<Admitted, RegistryError> {
        let Admissible { handler, component, compiled } = self.admit(path).await?;
        let (digest, bytes) = (handler.digest, component.bytes.len() as u64);
        // Whoever else installs or removes waits for this: what is known stays true.
        let _alone = self.lock_folder().await?;
        let known = self.list().await?;
        let title = (&handler.manifest.name, &handler.manifest.version);
        let taken = known.iter().find(|known| (&known.name, &known.version) == title && known.digest != digest);
        if let Some(taken) = taken {
            return Err(taken_by(path, &handler, taken.digest));
        }
        let store = self.store.clone();
        let kept = blocking(move || store.keep(&component, compiled.as_deref())).await;
        kept.map_err(|error| RegistryError::Io { path: self.store.component(digest), error })?;
        let handler = self.store.remember(handler);
        let new = Installed {
            digest,
            name: handler.manifest.name.clone(),
            version: handler.manifest.version.clone(),
            contract: handler.program.contract().clone(),
            bytes,
            installed: Timestamp::now(),
            active: false,
            lines: 0,
        };
        match self.journal.install_handler(&new, who).await? {
            Some(taken) => Err(taken_by(path, &handler, taken)),
            None => Ok(Admitted { handler, new: known.iter().all(|known| known.digest != digest) }),
        }
    }

    /// Lets an installed version serve: the next line that is sold is sold with it.
    pub async fn activate(&self, digest: Digest, who: &str) -> Result<Arc<Handler>, RegistryError> {
        self.serve(digest, Action::Activated, None, who).await
    }

    /// The same, although something speaks against it, or nobody could find out what does: it stands so in the audit log.
    pub async fn activate_anyway(&self, digest: Digest, who: &str) -> Result<Arc<Handler>, RegistryError> {
        self.serve(digest, Action::ActivatedAnyway, None, who).await
    }

    /// Lets the version serve that served before the one that serves now.
    pub async fn rollback(&self, name: &str, who: &str) -> Result<Arc<Handler>, RegistryError> {
        let now = self.journal.active_handler(name).await?.ok_or_else(|| RegistryError::Inactive(name.to_owned()))?;
        let before =
            before(&self.events(Some(name)).await?).ok_or_else(|| RegistryError::NoEarlier(name.to_owned()))?;
        self.serve(before, Action::RolledBack, Some(now), who).await
    }

    /// `from`: what is taken to serve now; any version, if none.
    async fn serve(
        &self,
        digest: Digest,
        action: Action,
        from: Option<Digest>,
        who: &str,
    ) -> Result<Arc<Handler>, RegistryError> {
        // Loaded before it serves, so that no order waits for it, and none finds that it cannot be.
        let handler = self.load(digest).await?;
        let name = &handler.manifest.name;
        match self.journal.activate_handler(name, digest, action, from, who).await? {
            Switched::Done => Ok(handler),
            Switched::NotInstalled => Err(RegistryError::Unknown(digest.to_string())),
            Switched::Meanwhile => Err(RegistryError::Meanwhile(name.clone())),
        }
    }

    /// Takes away a version that neither serves nor is needed by a line. Its component stays while there are recordings
    /// of its calls, so that they can be made again.
    pub async fn remove(&self, old: &Installed, who: &str) -> Result<(), RegistryError> {
        let title = format!("{}@{}", old.name, old.version);
        let _alone = self.lock_folder().await?;
        match self.journal.remove_handler(old, who).await? {
            Removal::Active => Err(RegistryError::Active(title)),
            Removal::Pinned(lines) => Err(RegistryError::Pinned { title, lines }),
            Removal::Recorded => Ok(()),
            Removal::Whole => {
                let (store, digest) = (self.store.clone(), old.digest);
                let discarding = move || -> std::io::Result<()> {
                    store.discard(digest);
                    Ok(())
                };
                let discarded = blocking(discarding).await;
                discarded.map_err(|error| RegistryError::Io { path: self.store.folder().to_owned(), error })
            }
        }
    }

    /// Only one process at a time installs or removes: between the files and what the journal says of them, there is a
    /// moment.
    async fn lock_folder(&self) -> Result<File, RegistryError> {
        let folder = self.store.folder();
        let locked = async {
            folder::make(folder)?;
            folder::lock(folder).await
        };
        locked.await.map_err(|error| RegistryError::Io { path: folder.to_owned(), error })
    }

    /// The version of a handler that serves new lines.
    pub async fn active(&self, name: &str) -> Result<Arc<Handler>, RegistryError> {
        let inactive = || RegistryError::Inactive(name.to_owned());
        let digest = self.journal.active_handler(name).await?.ok_or_else(inactive)?;
        match self.load(digest).await {
            // Another one was activated at this moment, and this one removed.
            Err(RegistryError::Lost(_)) => {
                let digest = self.journal.active_handler(name).await?.ok_or_else(inactive)?;
                self.load(digest).await
            }
            loaded => loaded,
        }
    }

    /// The handler with a digest, from the store: it may be removed, and be there for the recordings of its calls.
    pub async fn load(&self, digest: Digest) -> Result<Arc<Handler>, RegistryError> {
        if let Some(handler) = self.store.loaded(digest) {
            return Ok(handler);
        }
        let store = self.store.clone();
        let loaded = async { described(digest, blocking(move || store.program(digest)).await?).await };
        match loaded.await {
            Ok(handler) => Ok(self.store.remember(handler)),
            Err(Inadmissible::Io(error)) if error.kind() == ErrorKind::NotFound => Err(RegistryError::Lost(digest)),
            Err(Inadmissible::Unable(unable)) => Err(unable.into()),
            Err(error) => Err(RegistryError::Unloadable { digest, error }),
        }
    }

    /// The installed version with a digest. Another process may have removed it since this one has loaded it.
    pub async fn installed(&self, digest: Digest) -> Result<Arc<Handler>, RegistryError> {
        match self.journal.is_installed(digest).await? {
            true => self.load(digest).await,
            false => Err(RegistryError::Unknown(digest.to_string())),
        }
    }

    /// The installed version that a text means: `name@version`, the beginning of a digest (4 digits at least), or the
    /// path of a component.
    pub async fn find(&self, text: &str) -> Result<Installed, RegistryError> {
        let path = PathBuf::from(text);
        let of_file = match path.is_file() {
            true => blocking(move || Component::read(&path)).await.ok().map(|component| component.digest),
            false => None,
        };
        let prefix = text.to_ascii_lowercase();
        let is_meant = |installed: &Installed| {
            of_file == Some(installed.digest)
                || (prefix.len() >= 4 && installed.digest.to_string().starts_with(&prefix))
                || text == format!("{}@{}", installed.name, installed.version)
        };
        let mut meant: Vec<Installed> = self.list().await?.into_iter().filter(is_meant).collect();
        if meant.len() > 1 {
            let candidates =
                meant.iter().map(|it| format!("{}@{} ({})", it.name, it.version, it.digest.short())).collect();
            return Err(RegistryError::Ambiguous { text: text.to_owned(), candidates });
        }
        meant.pop().ok_or_else(|| match of_file {
            Some(_) => RegistryError::NotInstalled(PathBuf::from(text)),
            None => RegistryError::Unknown(text.to_owned()),
        })
    }
}

/// A component that has been checked.
struct Admissible {
    /// Ready to be called.
    handler: Arc<Handler>,
    component: Component,
    /// What it was compiled to, unless that was done before.
    compiled: Option<Vec<u8>>,
}

/// Asks a program what it is.
async fn described(digest: Digest, program: Program) -> Result<Arc<Handler>, Inadmissible> {
    let asked = program.clone();
    let manifest = program.engine().when_free(move || asked.describe()).await???;
    Ok(Arc::new(Handler { digest, manifest, program }))
}

fn taken_by(path: &Path, handler: &Handler, digest: Digest) -> RegistryError {
    let error = Inadmissible::Taken { title: handler.title(), digest };
    RegistryError::Inadmissible { path: path.to_owned(), error }
}

/// The version before the one that serves, by what was done: each activation goes one further, each rollback one back, and
/// a removed version is none to go back to.
fn before(events: &[Event]) -> Option<Digest> {
    let mut served: Vec<Digest> = Vec::new();
    for event in events {
        match event.action {
            Action::Installed => {}
            Action::Activated | Action::ActivatedAnyway => served.push(event.to),
            Action::RolledBack => _ = served.pop(),
            Action::Removed => served.retain(|version| *version != event.to),
        }
        served.dedup();
    }
    served.pop();
    served.pop()
}

/// Compiling and loading hold up nothing else that waits on this thread.
async fn blocking<T: Send + 'static, E: Send + From<std::io::Error> + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(std::io::Error::other(error).into()))
}
