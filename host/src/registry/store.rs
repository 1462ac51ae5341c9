//! Components as files, named by their digests; beside each, what it was compiled to.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Digest, Handler, Inadmissible};
use crate::folder;
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
    /// The store in a folder, which is made when the first component is kept.
    pub(super) fn new(folder: &Path, engine: Engine) -> Self {
        Store { folder: folder.to_owned(), engine, loaded: Mutex::default() }
    }

    /// Where the components are.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
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
        let component = read_component(path)?;
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
        std::fs::create_dir_all(&self.folder)?;
        let path = self.component(handler.digest);
        let intact = std::fs::read(&path).is_ok_and(|stored| stored == component);
        if !intact {
            write_whole(&path, &component)?;
        }
        if let Some(compiled) = compiled {
            write_whole(&self.compiled(handler.digest), &sealed(&compiled))?;
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
            return Err(Inadmissible::Damaged);
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
        let file = std::fs::read(self.compiled(digest)).ok()?;
        let (seal, compiled) = file.split_at_checked(SEAL)?;
        if Digest::of(compiled).as_bytes() != seal {
            return None;
        }
        // SAFETY: these are the bytes that this host wrote, for damage shows in the seal; and who can write both into
        // this folder can replace the host's data as well.
        unsafe { self.engine.load(compiled) }.ok()
    }

    /// Only one process at a time installs or removes: between the files and what the journal says of them, there is a
    /// moment. The lock goes with the file.
    pub(super) fn lock_folder(&self) -> std::io::Result<File> {
        std::fs::create_dir_all(&self.folder)?;
        folder::lock(&self.folder)
    }

    fn compile(&self, digest: Digest, component: &[u8]) -> Result<Program, LoadError> {
        let bytes = self.engine.compile(component)?;
        // SAFETY: the engine has just compiled it.
        let program = unsafe { self.engine.load(&bytes) }?;
        let path = self.compiled(digest);
        if let Err(error) = write_whole(&path, &sealed(&bytes)) {
            tracing::warn!(path = %path.display(), %error, "a compiled handler could not be kept");
        }
        Ok(program)
    }
}

fn ready(digest: Digest, program: Program) -> Result<Handler, Inadmissible> {
    let manifest = program.describe()?;
    Ok(Handler { digest, manifest, program })
}

/// What is compiled is run as it stands, and says nothing of being damaged: its digest is kept before it.
fn sealed(compiled: &[u8]) -> Vec<u8> {
    [Digest::of(compiled).as_bytes(), compiled].concat()
}

const SEAL: usize = 32;

/// The bytes of a component that is a file anywhere, if it is one and not too large.
pub(super) fn read_component(path: &Path) -> Result<Vec<u8>, Inadmissible> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("expected a file").into());
    }
    if metadata.len() > MAX_BYTES {
        return Err(Inadmissible::TooLarge(metadata.len()));
    }
    let mut component = Vec::new();
    // It may grow meanwhile.
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut component)?;
    Ok(component)
}

/// Writes a file so that it is there whole or not at all, also after a power cut.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    folder::sync(folder)
}
