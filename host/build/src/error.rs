use std::{
    io,
    path::{Path, PathBuf},
    process::ExitStatus,
};

use super::toolchain::{DEBIAN_PACKAGES, TARGET, TOOLCHAIN_VARIABLE};

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The folder is not a crate's.
    #[error("expected the folder of a handler's crate, found no Cargo.toml in {}; name the folder that holds it", dir.display())]
    NoManifest {
        /// The folder.
        dir: PathBuf,
    },
    /// The manifest cannot be read.
    #[error("expected a crate's manifest, found a fault in {}: {reason}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// The fault.
        reason: Box<toml::de::Error>,
    },
    /// The manifest is that of a workspace only.
    #[error("expected a handler's crate, found no [package] in {}; name the folder of the crate itself", path.display())]
    NoPackage {
        /// The manifest.
        path: PathBuf,
    },
    /// The crate is a program's.
    #[error("expected a library, found neither [lib] in {} nor src/lib.rs; put the handler into src/lib.rs", path.display())]
    NoLibrary {
        /// The manifest.
        path: PathBuf,
    },
    /// No toolchain compiles to WebAssembly, and none could be installed.
    #[error(
        "expected a Rust toolchain for {TARGET}, found none; install it with `rustup target add {TARGET}`, or on Debian, \
         as root, with `apt-get install {packages}`", packages = DEBIAN_PACKAGES.join(" ")
    )]
    NoToolchain,
    /// The environment asks for a toolchain that does not exist.
    #[error(
        "expected `path` or `debian` in the environment variable {TOOLCHAIN_VARIABLE}, found `{found}`; correct it or unset it"
    )]
    UnknownToolchain {
        /// Its value.
        found: String,
    },
    /// A program of the toolchain does not start.
    #[error("expected to run {program}, found that it does not start ({reason}); install it again")]
    Start {
        /// The program.
        program: String,
        /// Why.
        reason: io::Error,
    },
    /// Cargo failed; it has said why on stderr.
    #[error("expected cargo to build the crate in {}, found that it failed ({status}); correct what it says above", dir.display())]
    Cargo {
        /// The crate's folder.
        dir: PathBuf,
        /// How it ended.
        status: ExitStatus,
    },
    /// Cargo succeeded without a module.
    #[error("expected cargo to make a WebAssembly module of the crate in {}, found that it names none; use a newer cargo", dir.display())]
    NoModule {
        /// The crate's folder.
        dir: PathBuf,
    },
    /// The module does not say what it imports and exports, in the component model's terms.
    #[error(
        "expected {name} to describe its interface, found no such section in its module; call `wit_bindgen::generate!` \
         for the world `product-handler`, and `export!`"
    )]
    NoInterface {
        /// The crate.
        name: String,
    },
    /// The module is at odds with the interface that it describes.
    #[error(
        "expected {name} to be what its interface describes, found: {reason}; use a wit-bindgen that goes with this host"
    )]
    Encode {
        /// The crate.
        name: String,
        /// In wit-component's words.
        reason: String,
    },
    /// A file or folder is out of reach.
    #[error("expected to {task} {}, found: {reason}; see to its permissions and to the space on the disk", path.display())]
    File {
        /// What was to be done with it.
        task: &'static str,
        /// Which.
        path: PathBuf,
        /// Why not.
        reason: io::Error,
    },
}

impl BuildError {
    /// Tells which file an input or output error is about.
    pub(super) fn file(task: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |reason| BuildError::File { task, path: path.into(), reason }
    }
}
