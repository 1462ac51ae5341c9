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

use schemars::JsonSchema;
use serde::Serialize;

use super::BuildError;

/// What handlers are compiled for: no system underneath, so that a component imports the contract and nothing else.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// The environment variable that forces a toolchain: `path` or `debian`.
pub const TOOLCHAIN_VARIABLE: &str = "SHOP_WASM_TOOLCHAIN";

/// Debian's own toolchain comes without the target's standard library, but with its source.
pub(super) const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];

/// A Rust toolchain for WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
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
        let mut command = program(match self {
            Toolchain::Path => "cargo",
            Toolchain::Debian => "/usr/bin/cargo",
        });
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
    let mut rustc = program("rustc");
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
    let mut query = program("dpkg-query");
    query.args(["--show", "--showformat", "${db:Status-Abbrev}\n"]).args(DEBIAN_PACKAGES);
    answer(&mut query).is_some_and(|states| states.lines().all(|state| state.starts_with("ii")))
}

fn add_target(dir: &Path) -> bool {
    let mut rustup = program("rustup");
    rustup.args(["target", "add", TARGET]).current_dir(dir);
    succeeds(&mut rustup, Duration::from_secs(300))
}

fn install_packages() -> bool {
    let is_root = answer(program("id").arg("-u")).is_some_and(|id| id.trim_end() == "0");
    if !is_root || !Path::new("/etc/debian_version").exists() {
        return false;
    }
    let apt_get = |arguments: &[&str]| {
        let mut command = program("apt-get");
        command.args(["-y", "-o", "DPkg::Lock::Timeout=300"]).args(arguments);
        succeeds(command.env("DEBIAN_FRONTEND", "noninteractive"), Duration::from_secs(1200))
    };
    let install: Vec<&str> = ["install", "--no-install-recommends"].into_iter().chain(DEBIAN_PACKAGES).collect();
    // A new machine has no lists of packages yet, or old ones.
    apt_get(&install) || (apt_get(&["update"]) && apt_get(&install))
}

/// What a quick question to a program is answered, if it can be asked.
fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok().filter(|_| output.status.success())
}

/// Runs an installer, having said so; whatever it says itself goes to stderr too. One that hangs is stopped.
fn succeeds(command: &mut Command, limit: Duration) -> bool {
    command.stdin(Stdio::null()).stdout(io::stderr());
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

/// A program in a clean environment. What is compiled runs programs of its own, which somebody else has written: no
/// secret of the shop's is handed to them. Nor are the settings of a cargo that runs us, which are for another build.
fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.env_clear().envs(env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_passed_on)));
    command
}

/// Whether a variable tells where things are on this machine, how to reach registries, or how to speak; without the secrets
/// among them.
fn is_passed_on(name: &str) -> bool {
    const NAMES: [&str; 15] = [
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "TMPDIR",
        "TERM",
        "LANG",
        "LANGUAGE",
        "LD_LIBRARY_PATH",
        "CARGO_HOME",
        "CARGO_BUILD_JOBS",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "CURL_CA_BUNDLE",
        "GIT_SSL_CAINFO",
    ];
    const BEGINNINGS: [&str; 8] = [
        "LC_",
        "RUSTUP_",
        "CARGO_NET_",
        "CARGO_HTTP_",
        "CARGO_REGISTRY_",
        "CARGO_REGISTRIES_",
        "CARGO_SOURCE_",
        "CARGO_TERM_",
    ];
    const PROXIES: [&str; 4] = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"];
    let is_secret = ["TOKEN", "SECRET", "PASSWORD", "CREDENTIAL"].iter().any(|part| name.contains(part));
    let is_proxy = PROXIES.iter().any(|proxy| proxy.eq_ignore_ascii_case(name));
    let is_known = NAMES.contains(&name) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning));
    (is_known || is_proxy) && !is_secret
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    #[test]
    fn only_what_a_build_needs_is_passed_on() {
        for name in
            ["PATH", "HOME", "LC_ALL", "CARGO_HOME", "CARGO_NET_OFFLINE", "CARGO_HTTP_PROXY", "RUSTUP_TOOLCHAIN"]
        {
            assert!(is_passed_on(name), "{name}");
        }
        for name in ["https_proxy", "HTTPS_PROXY", "SSL_CERT_FILE", "CARGO_REGISTRIES_OURS_INDEX"] {
            assert!(is_passed_on(name), "{name}");
        }
        for name in ["MOODLE_TOKEN", "DATABASE_URL", "AWS_SECRET_ACCESS_KEY", "SSH_AUTH_SOCK", "PATHS", "path", ""] {
            assert!(!is_passed_on(name), "{name}");
        }
        for name in ["CARGO_REGISTRY_TOKEN", "CARGO_REGISTRIES_OURS_TOKEN", "CARGO_REGISTRY_CREDENTIAL_PROVIDER"] {
            assert!(!is_passed_on(name), "{name}");
        }
        for name in ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_TARGET_DIR", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WRAPPER"] {
            assert!(!is_passed_on(name), "{name}");
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
