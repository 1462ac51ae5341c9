//! Components as files, named by their digests; beside each, what it was compiled to.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use super::Inadmissible;
use shop_core::words::digest::Digest;
use shop_folder as folder;
use shop_sandbox::{Compiler, Engine, Handler, Program};

/// Components are some 100 KB; a large one in Rust with all its libraries has a few MB.
pub(crate) const MAX_BYTES: u64 = 16 << 20;

/// So many handlers stay loaded, the last used. Loading another takes milliseconds; it is on no order's path as long as no
/// more of them serve.
const LOADED: NonZeroUsize = NonZeroUsize::new(128).unwrap();

/// The bytes of a component.
pub(super) struct Component {
    pub(super) digest: Digest,
    pub(super) bytes: Vec<u8>,
}

impl Component {
    /// Reads one that is a file anywhere, if it is one and not too large.
    pub(super) fn read(path: &Path) -> Result<Self, Inadmissible> {
        let metadata = std::fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(std::io::Error::other("expected a file").into());
        }
        if metadata.len() > MAX_BYTES {
            return Err(Inadmissible::TooLarge(metadata.len()));
        }
        let mut bytes = Vec::new();
        // It may grow meanwhile.
        File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(Component { digest: Digest::of(&bytes), bytes })
    }
}

/// The components of a shop, and those that have been loaded.
pub(super) struct Store {
    folder: PathBuf,
    engine: Engine,
    /// One component at a time: however many wait, it takes the memory that one takes.
    compiler: Mutex<Compiler>,
    loaded: Mutex<LruCache<Digest, Arc<Handler>>>,
}

impl Store {
    /// The store in a folder, which is made when the first component is kept.
    pub(super) fn new(folder: &Path, engine: Engine, compiler: Compiler) -> Self {
        let (compiler, loaded) = (Mutex::new(compiler), Mutex::new(LruCache::new(LOADED)));
        Store { folder: folder.to_owned(), engine, compiler, loaded }
    }

    /// The same with another compiler.
    pub(super) fn with_compiler(&self, compiler: Compiler) -> Self {
        Store::new(&self.folder, self.engine.clone(), compiler)
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

    /// Compiles a component. Writes nothing.
    pub(super) fn compile(&self, component: Component) -> Result<(Component, Vec<u8>, Program), Inadmissible> {
        let compiled = {
            let compiler = self.compiler.lock().unwrap_or_else(PoisonError::into_inner);
            compiler.compile(&self.engine, &component.bytes)??
        };
        // SAFETY: the engine has just compiled it.
        let program = unsafe { self.engine.load(&compiled) }?;
        Ok((component, compiled, program))
    }

    /// Writes a component that has been checked, and what it was compiled to, so that no order waits for the compiler.
    pub(super) fn keep(&self, component: &Component, compiled: Option<&[u8]>) -> std::io::Result<()> {
        let path = self.component(component.digest);
        let intact = std::fs::read(&path).is_ok_and(|stored| stored == component.bytes);
        if !intact {
            write_whole(&path, &component.bytes)?;
        }
        match compiled {
            Some(compiled) => write_whole(&self.compiled(component.digest), &sealed(compiled)),
            None => Ok(()),
        }
    }

    /// Takes a component away, with all that it was ever compiled to.
    pub(super) fn discard(&self, digest: Digest) {
        self.lock().pop(&digest);
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

    fn lock(&self) -> MutexGuard<'_, LruCache<Digest, Arc<Handler>>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The handler with a digest, if it has been loaded.
    pub(super) fn loaded(&self, digest: Digest) -> Option<Arc<Handler>> {
        self.lock().get(&digest).cloned()
    }

    /// Keeps a handler loaded, unless another call has just done so.
    pub(super) fn remember(&self, handler: Arc<Handler>) -> Arc<Handler> {
        self.lock().get_or_insert(handler.digest, || handler).clone()
    }

    /// What runs of a component that is in the store.
    pub(super) fn program(&self, digest: Digest) -> Result<Program, Inadmissible> {
        let bytes = std::fs::read(self.component(digest))?;
        if Digest::of(&bytes) != digest {
            return Err(Inadmissible::Damaged);
        }
        if let Some(program) = self.cached(digest) {
            return Ok(program);
        }
        let (component, compiled, program) = self.compile(Component { digest, bytes })?;
        let path = self.compiled(component.digest);
        if let Err(error) = write_whole(&path, &sealed(&compiled)) {
            tracing::warn!(path = %path.display(), %error, "a compiled handler could not be kept");
        }
        Ok(program)
    }

    /// A compiled component from an earlier run. A damaged or stale one, or one that another user of this machine could have
    /// put there, is compiled again, never an error.
    fn cached(&self, digest: Digest) -> Option<Program> {
        let path = self.compiled(digest);
        if [&self.folder, &path].into_iter().any(|path| folder::is_open_to_others(path)) {
            return None;
        }
        let file = std::fs::read(path).ok()?;
        let (seal, compiled) = file.split_at_checked(SEAL)?;
        if Digest::of(compiled).as_bytes() != seal {
            return None;
        }
        // SAFETY: these are the bytes that this host wrote: damage shows in the seal, and nobody else writes into the folder.
        unsafe { self.engine.load(compiled) }.ok()
    }
}

/// What is compiled is run as it stands, and says nothing of being damaged: its digest is kept before it.
fn sealed(compiled: &[u8]) -> Vec<u8> {
    [Digest::of(compiled).as_bytes(), compiled].concat()
}

const SEAL: usize = 32;

/// Writes a file so that it is there whole or not at all, also after a power cut.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    folder::sync(folder)
}

#[cfg(test)]
mod tests {
    use hostile_guests::Guest;

    use super::*;
    use shop_sandbox::Allocation;

    #[test]
    fn what_others_could_have_compiled_is_compiled_again() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path(), Engine::new(Allocation::OnDemand).unwrap(), Compiler::Within);
        let bytes = Guest::Nothing.bytes();
        let digest = Digest::of(&bytes);
        let (component, compiled, _) = store.compile(Component { digest, bytes }).unwrap();
        store.keep(&component, Some(&compiled)).unwrap();
        for (path, usual) in [(folder.path().to_owned(), 0o700), (store.compiled(digest), 0o600)] {
            for (mode, is_trusted) in [(0o777, false), (usual | 0o020, false), (usual | 0o044, true), (usual, true)] {
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
                assert_eq!(store.cached(digest).is_some(), is_trusted, "{} {mode:o}", path.display());
            }
        }
    }

    #[test]
    fn only_the_handlers_that_were_used_last_stay_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path(), Engine::new(Allocation::OnDemand).unwrap(), Compiler::Within);
        let bytes = Guest::Nothing.bytes();
        let (component, _, program) = store.compile(Component { digest: Digest::of(&bytes), bytes }).unwrap();
        let manifest = || program.describe().unwrap().unwrap();
        let remember = |digest: Digest| {
            store.remember(Arc::new(Handler { digest, manifest: manifest(), program: program.clone() }));
        };
        let others = |number: usize| Digest::of(&number.to_le_bytes());
        remember(component.digest);
        (0..LOADED.get()).for_each(|number| {
            remember(others(number));
            assert!(store.loaded(component.digest).is_some(), "it is used all the time");
        });
        assert_eq!(store.lock().len(), LOADED.get());
        assert!(store.loaded(others(0)).is_none());
    }
}
