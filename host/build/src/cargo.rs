//! Cargo, run for WebAssembly.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde::Deserialize;

use super::{
    BuildError, Toolchain,
    toolchain::{TARGET, cargo_home},
};

/// Small and the same everywhere; a trap needs no unwinding, and its text goes nowhere.
const PROFILE: [&str; 8] = [
    r#"profile.release.opt-level="s""#,
    r#"profile.release.panic="abort""#,
    "profile.release.lto=true",
    "profile.release.codegen-units=1",
    "profile.release.strip=true",
    "profile.release.debug=false",
    "profile.release.debug-assertions=false",
    "profile.release.incremental=false",
];

/// A folder beside the usual one of the workspace in which the crate is.
pub(super) fn default_target_dir(dir: &Path, toolchain: Toolchain) -> Result<PathBuf, BuildError> {
    let mut command = toolchain.cargo();
    command.args(["locate-project", "--workspace", "--message-format", "plain"]);
    let manifest = run(command, dir)?.stdout;
    let manifest = PathBuf::from(String::from_utf8_lossy(&manifest).trim_end());
    let target_dir = env::var_os("CARGO_TARGET_DIR").unwrap_or("target".into());
    Ok(manifest.with_file_name(target_dir).join("wasm"))
}

/// Compiles the library in `dir` to a core module, and says where that is.
pub(super) fn module(dir: &Path, toolchain: Toolchain, target_dir: &Path) -> Result<PathBuf, BuildError> {
    let mut command = toolchain.cargo();
    // `rustc` rather than `build`, because a library that is also an rlib is not optimised as a whole.
    command.args(["rustc", "--lib", "--crate-type", "cdylib", "--release", "--target", TARGET]);
    command.args(["--message-format", "json-render-diagnostics", "--target-dir"]).arg(target_dir);
    command.args(PROFILE.iter().flat_map(|setting| ["--config", setting]));
    command.arg("--config").arg(format!("target.{TARGET}.rustflags={}", without_paths(target_dir)));
    command.args(toolchain.build_arguments());
    let output = run(command, dir)?;
    module_in(&output.stdout).ok_or_else(|| BuildError::NoModule { dir: dir.into() })
}

/// Flags that keep the names of this machine's folders out of the module (they stand in the texts of panics), so that
/// it does not depend on them. Cargo already passes the crate's own folder as a relative path.
fn without_paths(target_dir: &Path) -> toml::Value {
    let flag = |from: &Path, to| format!("--remap-path-prefix={}={to}", from.display());
    let mut flags = vec![flag(target_dir, "/target")];
    flags.extend(cargo_home().map(|home| flag(&home, "/cargo")));
    flags.into()
}

/// Runs cargo in the crate's folder, where its settings and the toolchain file are found. What is meant for people
/// goes to our stderr.
fn run(mut command: Command, dir: &Path) -> Result<Output, BuildError> {
    let output = command
        .current_dir(dir)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|reason| BuildError::Start { program: command.get_program().display().to_string(), reason })?;
    match output.status.success() {
        true => Ok(output),
        false => Err(BuildError::Cargo { dir: dir.into(), status: output.status }),
    }
}

/// The module among the messages of a build. `--crate-type` makes the crate a pure `cdylib`, which no dependency can be.
fn module_in(messages: &[u8]) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Artifact {
        target: Target,
        filenames: Vec<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        kind: Vec<String>,
    }

    messages
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Artifact>(line).ok())
        .filter(|artifact| artifact.target.kind == ["cdylib"])
        .flat_map(|artifact| artifact.filenames)
        .find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
}
