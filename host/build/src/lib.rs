//! Makes a component out of a handler's crate: what `shop-host build DIR`, the demo and the tests call.
//!
//! Cargo compiles the crate to a core module for `wasm32-unknown-unknown`, and wit-component wraps that into a
//! component. The settings are the same for every crate, whatever its own profile says, so that the same source gives
//! the same bytes, hence the same digest, in whichever folder it is built.

mod cargo;
mod error;
mod toolchain;

use std::{
    fs::{self, File},
    io::Write,
    path::{self, Path, PathBuf},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wit_component::ComponentEncoder;

pub use error::BuildError;
pub use toolchain::{TOOLCHAIN_VARIABLE, Toolchain};

/// What a caller may choose; the default is right for most.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where to put the component; else `components/CRATE.wasm` in the target folder.
    pub output: Option<PathBuf>,
    /// Cargo's target folder for this build; else `wasm` in the workspace's own target folder. It must be another than
    /// that of a cargo that is running meanwhile (`cargo test`, say), which would lock the build out.
    pub target_dir: Option<PathBuf>,
    /// The toolchain to use; else what [`TOOLCHAIN_VARIABLE`] says; else the first that works.
    pub toolchain: Option<Toolchain>,
}

/// A component that was built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Built {
    /// The name of the crate.
    pub name: String,
    /// Where the component is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// What compiled it.
    pub toolchain: Toolchain,
}

/// Builds the component of the library crate in `dir`. A crate type `cdylib` in its manifest is not needed.
///
/// What cargo and the installers of toolchains have to say goes to stderr. Several processes may do this at once, in
/// one target folder too: one after the other. The call blocks for as long as the build takes.
pub fn component(dir: &Path, options: &Options) -> Result<Built, BuildError> {
    let dir = &path::absolute(dir).map_err(BuildError::file("find", dir))?;
    let name = crate_name(dir)?;
    let toolchain = toolchain::find(dir, options.toolchain)?;
    let target_dir = match &options.target_dir {
        Some(chosen) => path::absolute(chosen).map_err(BuildError::file("find", chosen))?,
        None => cargo::default_target_dir(dir, toolchain)?,
    };
    let _alone = lock(&target_dir)?;
    let module = cargo::module(dir, toolchain, &target_dir)?;
    let module = fs::read(&module).map_err(BuildError::file("read", &module))?;
    let component = encode(&name, &module)?;
    let path = options.output.clone().unwrap_or_else(|| target_dir.join("components").join(format!("{name}.wasm")));
    write(&path, &component)?;
    Ok(Built { name, path, bytes: component.len() as u64, toolchain })
}

/// The name of the crate in `dir`, when that is a library's. Cargo would find the faults that this finds, but only
/// after a toolchain has been installed, and in words that do not help somebody who named the wrong folder.
fn crate_name(dir: &Path) -> Result<String, BuildError> {
    #[derive(Deserialize)]
    struct Manifest {
        package: Option<Package>,
        lib: Option<toml::Table>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
    }

    let path = dir.join("Cargo.toml");
    if !path.is_file() {
        return Err(BuildError::NoManifest { dir: dir.into() });
    }
    let text = fs::read_to_string(&path).map_err(BuildError::file("read", &path))?;
    match toml::from_str(&text) {
        Err(reason) => Err(BuildError::Manifest { path, reason: Box::new(reason) }),
        Ok(Manifest { package: None, .. }) => Err(BuildError::NoPackage { path }),
        Ok(Manifest { lib: None, .. }) if !dir.join("src/lib.rs").is_file() => Err(BuildError::NoLibrary { path }),
        Ok(Manifest { package: Some(package), .. }) => Ok(package.name),
    }
}

/// Waits until no other build uses the folder, up to the moment when the result is dropped. Cargo has a lock of its
/// own, but gives it back before we have read what it made.
fn lock(target_dir: &Path) -> Result<File, BuildError> {
    let path = target_dir.join(".shop-host-build");
    fs::create_dir_all(target_dir)
        .and_then(|()| File::create(&path))
        .and_then(|file| file.lock().map(|()| file))
        .map_err(BuildError::file("lock", &path))
}

/// The component that the core module describes in its custom section.
fn encode(name: &str, module: &[u8]) -> Result<Vec<u8>, BuildError> {
    let failed = |reason| BuildError::Encode { name: name.into(), reason: format!("{reason:#}") };
    let (described, _) = wit_component::metadata::decode(module).map_err(failed)?;
    if described.is_none() {
        return Err(BuildError::NoInterface { name: name.into() });
    }
    ComponentEncoder::default().validate(true).module(module).and_then(|mut encoder| encoder.encode()).map_err(failed)
}

/// Writes a file whole or not at all: who reads it meanwhile sees the old one or the new one.
fn write(path: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let write = || {
        fs::create_dir_all(folder)?;
        // As any new file, with the permissions that the user's mask allows; tempfile's own choice is private.
        let mut file = tempfile::Builder::new().make_in(folder, |path| File::create_new(path))?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(BuildError::file("write", path))
}

#[cfg(test)]
mod tests;
