//! Components as files, named by their digests; beside each, what it was compiled to.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Digest, Handler, Inadmissible};
use crate::sandbox::{Engine, LoadError, Program};

/// Components are some 100 KB; a large one in Rust with all its libraries has a few MB.
pub(super) const MAX_BYTES: u64 = 16 << 20;

/// A component that has been checked.
pub(super) struct Admissible {
    /// Ready to be called.
    pub(super) handler: Arc<Handler>,
    /// Its bytes.
    pub(super) component: Vec<u8>,
    /// What it was compiled to, unless that was done before.
    compiled: Option<Vec<u8>>,
}

/// The components of a shop, and those that have been loaded.
pub(super) struct Store {
    folder: PathBuf,
    engine: Engine,
    loaded: Mutex<HashMap<Digest, Arc<Handler>>>,
}

impl Store {
    pub(super) fn open(folder: &Path, engine: Engine) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Store { folder: folder.to_owned(), engine, loaded: Mutex::default() })
    }

    /// The file of a component.
    pub(super) fn component(&self, digest: Digest) -> PathBuf {
        self.folder.join(format!("{digest}.wasm"))
    }

    /// What a component was compiled to. Another engine's is another file.
    fn compiled(&self, digest: Digest) -> PathBuf {
        self.folder.join(format!("{digest}.{}.compiled", self.engine.compatibility()))
    }

    /// Checks a component that is a file anywhere, and makes it ready to be called. Writes nothing.
    pub(super) fn admit(&self, path: &Path) -> Result<Admissible, Inadmissible> {
        let bytes = std::fs::metadata(path)?.len();
        if bytes > MAX_BYTES {
            return Err(Inadmissible::TooLarge(bytes));
        }
        let component = std::fs::read(path)?;
        let digest = Digest::of(&component);
        if let Some(handler) = self.loaded(digest) {
            return Ok(Admissible { handler, component, compiled: None });
        }
        let compiled = self.engine.compile(&component)?;
        // SAFETY: the engine has just compiled it.
        let program = unsafe { self.engine.load(&compiled) }?;
        let handler = Arc::new(ready(digest, program)?);
        Ok(Admissible { handler, component, compiled: Some(compiled) })
    }

    /// Writes a component that has been checked, and what it was compiled to, so that no order waits for the compiler.
    pub(super) fn keep(&self, admissible: Admissible) -> std::io::Result<Arc<Handler>> {
        let Admissible { handler, component, compiled } = admissible;
        let path = self.component(handler.digest);
        let intact = std::fs::read(&path).is_ok_and(|stored| stored == component);
        if !intact {
            write_whole(&path, &component)?;
        }
        if let Some(compiled) = compiled {
            write_whole(&self.compiled(handler.digest), &compiled)?;
        }
        Ok(self.lock().entry(handler.digest).or_insert(handler).clone())
    }

    /// Takes a component away, with all that it was ever compiled to.
    pub(super) fn discard(&self, digest: Digest) {
        self.lock().remove(&digest);
        let of_digest = |entry: &std::fs::DirEntry| {
            entry.file_name().to_str().is_some_and(|name| name.starts_with(&format!("{digest}.")))
        };
        let files = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for file in files.filter(of_digest) {
            if let Err(error) = std::fs::remove_file(file.path()) {
                tracing::warn!(path = %file.path().display(), %error, "a handler's file could not be removed");
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, Arc<Handler>>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The handler with a digest, if it has been loaded.
    pub(super) fn loaded(&self, digest: Digest) -> Option<Arc<Handler>> {
        self.lock().get(&digest).cloned()
    }

    /// The handler with a digest.
    pub(super) fn load(&self, digest: Digest) -> Result<Arc<Handler>, Inadmissible> {
        let component = std::fs::read(self.component(digest))?;
        if Digest::of(&component) != digest {
            return Err(std::io::Error::other("its file is damaged").into());
        }
        let program = match self.cached(digest) {
            Some(program) => program,
            None => self.compile(digest, &component)?,
        };
        let handler = ready(digest, program)?;
        Ok(self.lock().entry(digest).or_insert_with(|| Arc::new(handler)).clone())
    }

    /// A compiled component from an earlier run. A damaged or stale one is compiled again, never an error.
    fn cached(&self, digest: Digest) -> Option<Program> {
        let bytes = std::fs::read(self.compiled(digest)).ok()?;
        // SAFETY: this folder is the host's own: who can write here can replace the host's data as well.
        unsafe { self.engine.load(&bytes) }.ok()
    }

    fn compile(&self, digest: Digest, component: &[u8]) -> Result<Program, LoadError> {
        let bytes = self.engine.compile(component)?;
        // SAFETY: the engine has just compiled it.
        let program = unsafe { self.engine.load(&bytes) }?;
        let path = self.compiled(digest);
        if let Err(error) = write_whole(&path, &bytes) {
            tracing::warn!(path = %path.display(), %error, "a compiled handler could not be kept");
        }
        Ok(program)
    }
}

fn ready(digest: Digest, program: Program) -> Result<Handler, Inadmissible> {
    let manifest = program.describe()?;
    Ok(Handler { digest, manifest, program })
}

/// Writes a file so that it is there whole or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
