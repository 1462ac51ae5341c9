//! Components: from the bytes of a file to a handler that is ready to be called. A component is identified by its digest,
//! admitted once, compiled once, and loaded once. Which of them serve, the [`handlers`](crate::handlers) know.

mod store;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shop_core::calls::stopped::Stopped;
use shop_core::words::digest::Digest;
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

/// The components in a folder, and those that have been loaded.
pub(crate) struct Components {
    store: Arc<Store>,
}

/// A component that has been checked.
pub(crate) struct Admissible {
    /// Ready to be called.
    pub(crate) handler: Arc<Handler>,
    component: Component,
    /// What it was compiled to, unless that was done before.
    compiled: Option<Vec<u8>>,
}

impl Admissible {
    /// Its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.component.bytes
    }
}

impl Components {
    /// Those in a folder, which is made when the first is kept. They are compiled in this process.
    pub(crate) fn new(folder: &Path, engine: Engine) -> Self {
        Components { store: Arc::new(Store::new(folder, engine, Compiler::Within)) }
    }

    /// The same with another compiler.
    pub(crate) fn with_compiler(self, compiler: Compiler) -> Self {
        Components { store: Arc::new(self.store.with_compiler(compiler)) }
    }

    /// Where they are.
    pub(crate) fn folder(&self) -> &Path {
        self.store.folder()
    }

    /// The file of one.
    pub(crate) fn file(&self, digest: Digest) -> PathBuf {
        self.store.component(digest)
    }

    /// Checks a component that is a file anywhere, and makes it ready to be called. Writes nothing.
    pub(crate) async fn admit(&self, path: &Path) -> Result<Admissible, Inadmissible> {
        let file = path.to_owned();
        let component = blocking(move || Component::read(&file)).await?;
        if let Some(handler) = self.store.loaded(component.digest) {
            return Ok(Admissible { handler, component, compiled: None });
        }
        let store = self.store.clone();
        let (component, compiled, program) = blocking(move || store.compile(component)).await?;
        let handler = described(component.digest, program).await?;
        Ok(Admissible { handler, component, compiled: Some(compiled) })
    }

    /// Writes a component that has been checked.
    pub(crate) async fn keep(&self, admissible: Admissible) -> std::io::Result<(Arc<Handler>, Vec<u8>)> {
        let Admissible { handler, component, compiled } = admissible;
        let store = self.store.clone();
        let keeping = move || -> std::io::Result<Vec<u8>> {
            store.keep(&component, compiled.as_deref())?;
            Ok(component.bytes)
        };
        let bytes = blocking(keeping).await?;
        Ok((self.store.remember(handler), bytes))
    }

    /// Writes the bytes of a component that was checked when it was installed elsewhere.
    pub(crate) async fn put(&self, bytes: Vec<u8>) -> std::io::Result<()> {
        let (store, component) = (self.store.clone(), Component { digest: Digest::of(&bytes), bytes });
        blocking(move || store.keep(&component, None)).await
    }

    /// The bytes of one, if they are here and intact.
    pub(crate) async fn bytes(&self, digest: Digest) -> Option<Vec<u8>> {
        let path = self.file(digest);
        let component = blocking(move || Component::read(&path)).await.ok()?;
        (component.digest == digest).then_some(component.bytes)
    }

    /// The one with a digest, ready to be called; none: it is not in the folder.
    pub(crate) async fn load(&self, digest: Digest) -> Result<Option<Arc<Handler>>, Inadmissible> {
        if let Some(handler) = self.store.loaded(digest) {
            return Ok(Some(handler));
        }
        let store = self.store.clone();
        let loaded = async { described(digest, blocking(move || store.program(digest)).await?).await };
        match loaded.await {
            Ok(handler) => Ok(Some(self.store.remember(handler))),
            Err(Inadmissible::Io(error)) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes one away, with all that it was ever compiled to.
    pub(crate) async fn discard(&self, digest: Digest) -> std::io::Result<()> {
        let store = self.store.clone();
        let discarding = move || -> std::io::Result<()> {
            store.discard(digest);
            Ok(())
        };
        blocking(discarding).await
    }
}

/// The digest of a component that is a file anywhere, if there is one that can be read.
pub(crate) async fn digest_of_file(path: &Path) -> Option<Digest> {
    let path = path.to_owned();
    blocking(move || Component::read(&path)).await.ok().map(|component| component.digest)
}

/// Asks a program what it is.
async fn described(digest: Digest, program: Program) -> Result<Arc<Handler>, Inadmissible> {
    let asked = program.clone();
    let manifest = program.engine().when_free(move || asked.describe()).await???;
    Ok(Arc::new(Handler { digest, manifest, program }))
}

/// Compiling and loading hold up nothing else that waits on this thread.
async fn blocking<T: Send + 'static, E: Send + From<std::io::Error> + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(std::io::Error::other(error).into()))
}
