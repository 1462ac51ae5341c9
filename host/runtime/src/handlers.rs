//! Handlers: which versions are installed, which of them serve, and who decided so. Their [components](Inadmissible) are
//! files; all else stands in the journal.

mod shared;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shop_core::words::digest::Digest;
use shop_core::words::period::Timestamp;
use shop_folder as folder;
use shop_journal::{HandlerAction, HandlerEvent, Installed, Journal, JournalError, Records, Removal, Switched};
use shop_sandbox::{Allocation, Compiler, Engine, Handler, Unable};

use crate::components::{Components, digest_of_file};

pub use crate::components::Inadmissible;

/// A handler cannot be had, or not be changed as asked.
#[derive(Debug, thiserror::Error)]
pub enum HandlerError {
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
    #[error("no version of the handler {0:?} is active")]
    Inactive(String),
    /// Nothing that is installed is meant by it.
    #[error("{0:?} is not installed: expected a file, name@version, or the beginning of a digest")]
    Unknown(String),
    /// It is a file that is not installed.
    #[error("{}: this component is not installed", .0.display())]
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
    #[error("{title} is needed: {lines} of the lines in place were bought with it")]
    Pinned {
        /// Its name and version.
        title: String,
        /// How many lines.
        lines: u64,
    },
    /// This machine could not call it.
    #[error(transparent)]
    Unable(#[from] Unable),
    /// The sandbox cannot be set up on this machine.
    #[error("the sandbox cannot be set up: {0}")]
    Sandbox(String),
    /// The journal fails.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl HandlerError {
    /// What it is, in a word that stays the same; as the host's own errors have one.
    pub fn code(&self) -> &'static str {
        match self {
            HandlerError::Io { .. } => "folder-fails",
            HandlerError::Inadmissible { .. } => "component-inadmissible",
            HandlerError::Unloadable { .. } => "handler-unloadable",
            HandlerError::Lost(_) => "handler-lost",
            HandlerError::Inactive(_) => "handler-inactive",
            HandlerError::Unknown(_) => "handler-unknown",
            HandlerError::NotInstalled(_) => "component-not-installed",
            HandlerError::Ambiguous { .. } => "handler-ambiguous",
            HandlerError::NoEarlier(_) => "handler-no-earlier",
            HandlerError::Meanwhile(_) => "handler-activated-meanwhile",
            HandlerError::Active(_) => "handler-active",
            HandlerError::Pinned { .. } => "handler-needed",
            HandlerError::Unable(_) => "machine-unable",
            HandlerError::Sandbox(_) => "sandbox-unavailable",
            HandlerError::Journal(error) => error.code(),
        }
    }
}

/// The handlers of a shop.
pub struct Handlers {
    components: Components,
    journal: Journal,
}

/// What came of an installation.
pub struct Admitted {
    /// What was installed.
    pub handler: Arc<Handler>,
    /// Whether it was not there before.
    pub new: bool,
}

impl Handlers {
    /// The handlers of the shop whose data are in a folder, which is made if it is not there. It takes neither a catalogue nor
    /// a learning platform. Components are compiled in this process.
    pub async fn open(data: &Path) -> Result<Self, HandlerError> {
        folder::make(data).map_err(|error| HandlerError::Io { path: data.to_owned(), error })?;
        let journal = Journal::open(data).await?;
        let handlers = Self::of(data, engine(Allocation::OnDemand)?, journal);
        handlers.share().await?;
        Ok(handlers)
    }

    /// The same as far as that goes: only to be looked at, where nothing may be written.
    pub async fn open_or_read(data: &Path) -> Result<Self, HandlerError> {
        let journal = Journal::open_or_read(data).await?;
        Ok(Self::of(data, engine(Allocation::OnDemand)?, journal))
    }

    pub(crate) fn of(data: &Path, engine: Engine, journal: Journal) -> Self {
        Handlers { components: Components::new(&data.join(folder::HANDLERS), engine), journal }
    }

    /// The same with another compiler.
    pub fn with_compiler(self, compiler: Compiler) -> Self {
        Handlers { components: self.components.with_compiler(compiler), ..self }
    }

    /// What is recorded of them, and of the calls that were made.
    pub fn records(&self) -> &Records {
        &self.journal
    }

    /// Everything that is installed.
    pub async fn list(&self) -> Result<Vec<Installed>, HandlerError> {
        Ok(self.journal.handlers().await?)
    }

    /// The audit trail of a handler, or of all, the oldest first.
    pub async fn events(&self, name: Option<&str>) -> Result<Vec<HandlerEvent>, HandlerError> {
        Ok(self.journal.handler_events(name).await?)
    }

    /// Checks a component as if it were to be installed, and makes it ready to be called.
    pub async fn examine(&self, path: &Path) -> Result<Arc<Handler>, HandlerError> {
        Ok(self.components.admit(path).await.map_err(|error| inadmissible(path, error))?.handler)
    }

    /// Installs a component, unless it is installed already. It serves no line before it is activated. If it is not
    /// admitted, everything stays as it was.
    pub async fn install(&self, path: &Path, who: &str) -> Result<Admitted, HandlerError> {
        let admissible = self.components.admit(path).await.map_err(|error| inadmissible(path, error))?;
        let handler = admissible.handler.clone();
        let new = Installed {
            digest: handler.digest,
            name: handler.manifest.name.clone(),
            version: handler.manifest.version.clone(),
            contract: handler.program.contract().clone(),
            bytes: admissible.bytes().len() as u64,
            installed: Timestamp::now(),
            active: false,
            lines: 0,
        };
        // Whoever else installs or removes waits for this: what is known stays true.
        let _alone = self.lock_folder().await?;
        let known = self.list().await?;
        let is_same = |known: &&Installed| (&known.name, &known.version) == (&new.name, &new.version);
        if let Some(taken) = known.iter().filter(is_same).find(|known| known.digest != new.digest) {
            return Err(taken_by(path, &handler, taken.digest));
        }
        let file = self.components.file(new.digest);
        let kept = self.components.keep(admissible).await.map_err(|error| HandlerError::Io { path: file, error })?;
        let (handler, bytes) = kept;
        match self.journal.install_handler(&new, &bytes, who).await? {
            Some(taken) => Err(taken_by(path, &handler, taken)),
            None => Ok(Admitted { handler, new: known.iter().all(|known| known.digest != new.digest) }),
        }
    }

    /// Lets an installed version serve: the next line that is sold is sold with it.
    pub async fn activate(&self, digest: Digest, who: &str) -> Result<Arc<Handler>, HandlerError> {
        self.serve(digest, HandlerAction::Activated, None, who).await
    }

    /// The same, although something speaks against it, or nobody could find out what does: it stands so in the audit log.
    pub async fn activate_anyway(&self, digest: Digest, who: &str) -> Result<Arc<Handler>, HandlerError> {
        self.serve(digest, HandlerAction::ActivatedAnyway, None, who).await
    }

    /// Lets the version serve that served before the one that serves now.
    pub async fn rollback(&self, name: &str, who: &str) -> Result<Arc<Handler>, HandlerError> {
        let now = self.journal.active_handler(name).await?.ok_or_else(|| HandlerError::Inactive(name.to_owned()))?;
        let before = before(&self.events(Some(name)).await?).ok_or_else(|| HandlerError::NoEarlier(name.to_owned()))?;
        self.serve(before, HandlerAction::RolledBack, Some(now), who).await
    }

    /// `from`: what is taken to serve now; any version, if none.
    async fn serve(
        &self,
        digest: Digest,
        action: HandlerAction,
        from: Option<Digest>,
        who: &str,
    ) -> Result<Arc<Handler>, HandlerError> {
        // Loaded before it serves, so that no order waits for it, and none finds that it cannot be.
        let handler = self.load(digest).await?;
        let name = &handler.manifest.name;
        match self.journal.activate_handler(name, digest, action, from, who).await? {
            Switched::Done => Ok(handler),
            Switched::NotInstalled => Err(HandlerError::Unknown(digest.to_string())),
            Switched::Meanwhile => Err(HandlerError::Meanwhile(name.clone())),
        }
    }

    /// Takes away a version that neither serves nor is needed by a line. Its component stays while there are recordings
    /// of its calls, so that they can be made again.
    pub async fn remove(&self, old: &Installed, who: &str) -> Result<(), HandlerError> {
        let title = format!("{}@{}", old.name, old.version);
        let _alone = self.lock_folder().await?;
        match self.journal.remove_handler(old, who).await? {
            Removal::Active => Err(HandlerError::Active(title)),
            Removal::Pinned(lines) => Err(HandlerError::Pinned { title, lines }),
            Removal::Recorded => Ok(()),
            Removal::Whole => {
                let discarded = self.components.discard(old.digest).await;
                discarded.map_err(|error| HandlerError::Io { path: self.components.folder().to_owned(), error })
            }
        }
    }

    /// Only one process at a time installs or removes: between the files and what the journal says of them, there is a
    /// moment.
    async fn lock_folder(&self) -> Result<File, HandlerError> {
        let folder = self.components.folder();
        let locked = async {
            folder::make(folder)?;
            folder::lock(folder).await
        };
        locked.await.map_err(|error| HandlerError::Io { path: folder.to_owned(), error })
    }

    /// The version of a handler that serves new lines.
    pub async fn active(&self, name: &str) -> Result<Arc<Handler>, HandlerError> {
        let inactive = || HandlerError::Inactive(name.to_owned());
        let digest = self.journal.active_handler(name).await?.ok_or_else(inactive)?;
        match self.load(digest).await {
            // Another one was activated at this moment, and this one removed.
            Err(HandlerError::Lost(_)) => {
                let digest = self.journal.active_handler(name).await?.ok_or_else(inactive)?;
                self.load(digest).await
            }
            loaded => loaded,
        }
    }

    /// The handler with a digest, from the store: it may be removed, and be there for the recordings of its calls.
    pub async fn load(&self, digest: Digest) -> Result<Arc<Handler>, HandlerError> {
        let mut loaded = self.components.load(digest).await;
        if matches!(loaded, Ok(None) | Err(Inadmissible::Damaged)) && self.fetch(digest).await? {
            loaded = self.components.load(digest).await;
        }
        match loaded {
            Ok(Some(handler)) => Ok(handler),
            Ok(None) => Err(HandlerError::Lost(digest)),
            Err(Inadmissible::Unable(unable)) => Err(unable.into()),
            Err(error) => Err(HandlerError::Unloadable { digest, error }),
        }
    }

    /// The installed version with a digest. Another process may have removed it since this one has loaded it.
    pub async fn installed(&self, digest: Digest) -> Result<Arc<Handler>, HandlerError> {
        match self.journal.is_installed(digest).await? {
            true => self.load(digest).await,
            false => Err(HandlerError::Unknown(digest.to_string())),
        }
    }

    /// The installed version that a text means: `name@version`, the beginning of a digest (4 digits at least), or the
    /// path of a component.
    pub async fn find(&self, text: &str) -> Result<Installed, HandlerError> {
        let path = PathBuf::from(text);
        let of_file = match path.is_file() {
            true => digest_of_file(&path).await,
            false => None,
        };
        self.find_among(text, of_file).await
    }

    /// The same for somebody who is not to have this machine look at its files.
    pub async fn find_named(&self, text: &str) -> Result<Installed, HandlerError> {
        self.find_among(text, None).await
    }

    async fn find_among(&self, text: &str, of_file: Option<Digest>) -> Result<Installed, HandlerError> {
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
            return Err(HandlerError::Ambiguous { text: text.to_owned(), candidates });
        }
        meant.pop().ok_or_else(|| match of_file {
            Some(_) => HandlerError::NotInstalled(PathBuf::from(text)),
            None => HandlerError::Unknown(text.to_owned()),
        })
    }
}

/// A sandbox for handlers.
pub(crate) fn engine(allocation: Allocation) -> Result<Engine, HandlerError> {
    Engine::new(allocation).map_err(|error| HandlerError::Sandbox(error.to_string()))
}

fn inadmissible(path: &Path, error: Inadmissible) -> HandlerError {
    match error {
        Inadmissible::Unable(unable) => unable.into(),
        error => HandlerError::Inadmissible { path: path.to_owned(), error },
    }
}

fn taken_by(path: &Path, handler: &Handler, digest: Digest) -> HandlerError {
    let error = Inadmissible::Taken { title: handler.title(), digest };
    HandlerError::Inadmissible { path: path.to_owned(), error }
}

/// The version before the one that serves, by what was done: each activation goes one further, each rollback one back, and
/// a removed version is none to go back to.
fn before(events: &[HandlerEvent]) -> Option<Digest> {
    let mut served: Vec<Digest> = Vec::new();
    for event in events {
        match event.action {
            HandlerAction::Installed => {}
            HandlerAction::Activated | HandlerAction::ActivatedAnyway => served.push(event.to),
            HandlerAction::RolledBack => _ = served.pop(),
            HandlerAction::Removed => served.retain(|version| *version != event.to),
        }
        served.dedup();
    }
    served.pop();
    served.pop()
}
