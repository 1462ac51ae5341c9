//! Handlers: stored by the digest of their bytes, compiled once, loaded once.

use std::collections::HashMap;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::manifest::Manifest;
use crate::sandbox::{Engine, LoadError, Program, Stopped};

/// The SHA-256 of a component's bytes: what identifies a handler's version.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Digest(sha2::Sha256::digest(bytes).into())
    }

    /// The first characters, enough for people.
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What was read is no digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a SHA-256 digest of 64 hexadecimal digits, found {0:?}")]
pub struct InvalidDigest(String);

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        let invalid = || InvalidDigest(text.chars().take(80).collect());
        let mut digest = [0; 32];
        if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(invalid());
        }
        for (place, byte) in digest.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).map_err(|_| invalid())?;
        }
        Ok(Digest(digest))
    }
}

impl TryFrom<String> for Digest {
    type Error = InvalidDigest;

    fn try_from(text: String) -> Result<Self, InvalidDigest> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

/// A handler that is ready to be called.
pub struct Handler {
    /// What identifies it.
    pub digest: Digest,
    /// What it says of itself.
    pub manifest: Manifest,
    /// What runs.
    pub program: Program,
}

/// A handler cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The component is too large.
    #[error("{}: expected a component of at most {MAX_BYTES} bytes, found {bytes}", path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// The component is none, or not for this host.
    #[error("{}: {error}", path.display())]
    Load {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: LoadError,
    },
    /// It does not describe itself properly.
    #[error("{}: describe: {error}", path.display())]
    Describe {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: Stopped,
    },
    /// It is not in the store.
    #[error(
        "the handler {0} is not in the store, although a line was bought with it: restore the folder \"handlers\" of the data"
    )]
    Lost(Digest),
}

/// Components are some 100 KB; a large one in Rust with all its libraries has a few MB.
const MAX_BYTES: u64 = 16 << 20;

/// The store of handlers.
pub struct Registry {
    folder: PathBuf,
    engine: Engine,
    loaded: Mutex<HashMap<Digest, Arc<Handler>>>,
}

impl Registry {
    /// Opens the store in a folder, which is made if it is not there.
    pub fn open(folder: &Path, engine: Engine) -> Result<Self, RegistryError> {
        let io = |error| RegistryError::Io { path: folder.to_owned(), error };
        std::fs::create_dir_all(folder).map_err(io)?;
        Ok(Registry { folder: folder.to_owned(), engine, loaded: Mutex::default() })
    }

    /// Takes a component from a file into the store, after checking that it is a handler. It is compiled if it has not been
    /// yet.
    pub fn admit(&self, path: &Path) -> Result<Arc<Handler>, RegistryError> {
        let io = |error| RegistryError::Io { path: path.to_owned(), error };
        let bytes = std::fs::metadata(path).map_err(io)?.len();
        if bytes > MAX_BYTES {
            return Err(RegistryError::TooLarge { path: path.to_owned(), bytes });
        }
        let component = std::fs::read(path).map_err(io)?;
        let digest = Digest::of(&component);
        if let Some(handler) = self.remembered(digest) {
            return Ok(handler);
        }
        let handler = self.ready(digest, &component, path)?;
        let stored = self.folder.join(format!("{digest}.wasm"));
        if !stored.exists() {
            write_whole(&stored, &component).map_err(|error| RegistryError::Io { path: stored, error })?;
        }
        Ok(self.remember(handler))
    }

    /// The handler with a digest, from the store.
    pub fn load(&self, digest: Digest) -> Result<Arc<Handler>, RegistryError> {
        if let Some(handler) = self.remembered(digest) {
            return Ok(handler);
        }
        let path = self.folder.join(format!("{digest}.wasm"));
        let component = std::fs::read(&path).map_err(|_| RegistryError::Lost(digest))?;
        if Digest::of(&component) != digest {
            return Err(RegistryError::Lost(digest));
        }
        Ok(self.remember(self.ready(digest, &component, &path)?))
    }

    fn remembered(&self, digest: Digest) -> Option<Arc<Handler>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned()
    }

    fn remember(&self, handler: Handler) -> Arc<Handler> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.entry(handler.digest).or_insert_with(|| Arc::new(handler)).clone()
    }

    fn ready(&self, digest: Digest, component: &[u8], path: &Path) -> Result<Handler, RegistryError> {
        let load = |error| RegistryError::Load { path: path.to_owned(), error };
        let compiled = self.folder.join(format!("{digest}.{}.compiled", self.engine.compatibility()));
        let program = match self.cached(&compiled) {
            Some(program) => program,
            None => {
                let bytes = self.engine.compile(component).map_err(load)?;
                // SAFETY: the engine has just compiled it.
                let program = unsafe { self.engine.load(&bytes) }.map_err(load)?;
                if let Err(error) = write_whole(&compiled, &bytes) {
                    tracing::warn!(path = %compiled.display(), %error, "a compiled handler could not be kept");
                }
                program
            }
        };
        let described = program.describe();
        let manifest = described.map_err(|error| RegistryError::Describe { path: path.to_owned(), error })?;
        Ok(Handler { digest, manifest, program })
    }

    /// A compiled component from an earlier run. A damaged or stale one is compiled again, never an error.
    fn cached(&self, compiled: &Path) -> Option<Program> {
        let bytes = std::fs::read(compiled).ok()?;
        // SAFETY: this folder is the host's own: who can write here can replace the host's data as well.
        unsafe { self.engine.load(&bytes) }.ok()
    }
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
