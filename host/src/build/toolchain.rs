//! A Rust toolchain that compiles to WebAssembly: found, else installed.

use std::{
    env,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde::Serialize;

use super::BuildError;

/// What handlers are compiled for: no system underneath, so that a component imports the contract and nothing else.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// The environment variable that forces a toolchain: `path` or `debian`.
pub const TOOLCHAIN_VARIABLE: &str = "SHOP_WASM_TOOLCHAIN";

/// Debian's own toolchain comes without the target's standard library, but with its source.
pub(super) const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];

/// A Rust toolchain for WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Toolchain {
    /// The cargo on the path, with the target installed: rustup's, usually.
    Path,
    /// Debian's packages, which compile the standard library too: one to two minutes more, once.
    Debian,
}

impl Toolchain {
    /// Its cargo, in a clean environment.
    pub(super) fn cargo(self) -> Command {
        let mut command = Command::new(match self {
            Toolchain::Path => "cargo",
            Toolchain::Debian => "/usr/bin/cargo",
        });
        clean(&mut command);
        if self == Toolchain::Debian {
            // Compiling the standard library is unstable still, which a stable compiler does on this demand only.
            command.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", "/usr/bin/rustc");
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "/usr/bin/wasm-ld-19");
        }
        command
    }

    /// What a build needs beside the usual.
    pub(super) fn build_arguments(self) -> &'static [&'static str] {
        match self {
            Toolchain::Path => &[],
            Toolchain::Debian => &["-Zbuild-std=std,panic_abort"],
        }
    }
}

/// The first toolchain that works, of those wanted; where there is none, installs one. What is already there comes
/// first, so only a machine without a toolchain ever waits for the network.
pub(super) fn find(dir: &Path, wanted: Option<Toolchain>) -> Result<Toolchain, BuildError> {
    let wanted = match wanted {
        None => wanted_by_environment()?,
        chosen => chosen,
    };
    let may_be = |toolchain| wanted.is_none_or(|wanted| wanted == toolchain);
    let (path, debian) = (may_be(Toolchain::Path), may_be(Toolchain::Debian));
    let there = || match () {
        () if path && is_on_path(dir) => Some(Toolchain::Path),
        () if debian && is_packaged() => Some(Toolchain::Debian),
        () => None,
    };
    if let Some(toolchain) = there() {
        return Ok(toolchain);
    }
    // Two installers at once hinder each other; and what one build goes on with, the next one shall find first, since
    // another toolchain makes another component.
    let _alone = alone(&cargo_home().unwrap_or_else(env::temp_dir));
    if let Some(toolchain) = there() {
        Ok(toolchain)
    } else if path && add_target(dir) && is_on_path(dir) {
        Ok(Toolchain::Path)
    } else if debian && install_packages() && is_packaged() {
        Ok(Toolchain::Debian)
    } else {
        Err(BuildError::NoToolchain)
    }
}

/// Waits until nobody else on this machine is getting a toolchain, until the result is dropped. Where that cannot be known, it
/// is hoped for.
fn alone(folder: &Path) -> Option<File> {
    fs::create_dir_all(folder).ok()?;
    let file = File::create(folder.join(".shop-host-toolchain.lock")).ok()?;
    file.lock().ok()?;
    Some(file)
}

/// Where cargo keeps what it has fetched.
pub(super) fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))
}

fn wanted_by_environment() -> Result<Option<Toolchain>, BuildError> {
    let Some(found) = env::var_os(TOOLCHAIN_VARIABLE) else {
        return Ok(None);
    };
    match found.to_str() {
        Some("") => Ok(None),
        Some("path") => Ok(Some(Toolchain::Path)),
        Some("debian") => Ok(Some(Toolchain::Debian)),
        _ => Err(BuildError::UnknownToolchain { found: found.display().to_string() }),
    }
}

/// Whether the compiler on the path has the target's standard library. It names the folder whether it is there or not.
fn is_on_path(dir: &Path) -> bool {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]).current_dir(dir);
    let Some(folder) = answer(&mut rustc) else {
        return false;
    };
    let Ok(files) = fs::read_dir(folder.trim_end()) else {
        return false;
    };
    files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
}

/// Whether Debian's packages are installed, all of them.
fn is_packaged() -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${db:Status-Abbrev}\n"]).args(DEBIAN_PACKAGES);
    answer(&mut query).is_some_and(|states| states.lines().all(|state| state.starts_with("ii")))
}

fn add_target(dir: &Path) -> bool {
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).current_dir(dir);
    succeeds(&mut rustup, Duration::from_secs(300))
}

fn install_packages() -> bool {
    let is_root = answer(Command::new("id").arg("-u")).is_some_and(|id| id.trim_end() == "0");
    if !is_root || !Path::new("/etc/debian_version").exists() {
        return false;
    }
    let apt_get = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(["-y", "-o", "DPkg::Lock::Timeout=300"]).args(arguments);
        succeeds(command.env("DEBIAN_FRONTEND", "noninteractive"), Duration::from_secs(1200))
    };
    let install: Vec<&str> = ["install", "--no-install-recommends"].into_iter().chain(DEBIAN_PACKAGES).collect();
    // A new machine has no lists of packages yet, or old ones.
    apt_get(&install) || (apt_get(&["update"]) && apt_get(&install))
}

/// What a quick question to a program is answered, if it can be asked.
fn answer(command: &mut Command) -> Option<String> {
    let output = clean(command).stdin(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok().filter(|_| output.status.success())
}

/// Runs an installer, having said so; whatever it says itself goes to stderr too. One that hangs is stopped.
fn succeeds(command: &mut Command, limit: Duration) -> bool {
    clean(command).stdin(Stdio::null()).stdout(io::stderr());
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    eprintln!("Getting a Rust toolchain for {TARGET}: {}", words.join(" "));
    let deadline = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(50)),
            _ => {
                // It may have ended by itself just now, which is as well.
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}

/// Takes away what a cargo that runs us has left in the environment: its settings are for the host's build, not for
/// this one. What tells how to reach registries stays, and so does the choice of rustup's toolchain.
fn clean(command: &mut Command) -> &mut Command {
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(disturbs) {
            command.env_remove(name);
        }
    }
    command
}

fn disturbs(name: &str) -> bool {
    const ALL: [&str; 6] = ["CARGO", "__CARGO", "RUSTC", "RUSTDOC", "RUSTFLAGS", "LLVM_PROFILE"];
    const BUT: [&str; 8] = [
        "CARGO_HOME",
        "CARGO_NET_",
        "CARGO_HTTP_",
        "CARGO_REGISTRY_",
        "CARGO_REGISTRIES_",
        "CARGO_SOURCE_",
        "CARGO_TERM_",
        "CARGO_BUILD_JOBS",
    ];
    let is_among = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    is_among(&ALL) && !is_among(&BUT)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    #[test]
    fn only_what_is_meant_for_another_build_is_taken_away() {
        for name in ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_TARGET_DIR", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WRAPPER"] {
            assert!(disturbs(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_NET_OFFLINE", "CARGO_HTTP_PROXY", "RUSTUP_TOOLCHAIN", "PATH"] {
            assert!(!disturbs(name), "{name}");
        }
    }

    #[test]
    fn one_at_a_time_gets_a_toolchain() {
        let folder = tempfile::tempdir().unwrap();
        let getting = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let alone = alone(folder.path()).unwrap();
                    assert_eq!(getting.fetch_add(1, SeqCst), 0);
                    thread::yield_now();
                    getting.fetch_sub(1, SeqCst);
                    drop(alone);
                });
            }
        });
    }

    #[test]
    fn an_installer_that_hangs_is_stopped() {
        assert!(succeeds(Command::new("sleep").arg("0"), Duration::from_secs(60)));
        assert!(!succeeds(Command::new("sleep").arg("60"), Duration::from_millis(1)));
        assert!(!succeeds(&mut Command::new("no-such-program"), Duration::from_secs(60)));
    }
}
