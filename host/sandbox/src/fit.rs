//! Whether a component fits the contract that this host has: found out once, when it is loaded.

use semver::Version;
use serde::{Deserialize, Serialize};
use wasmtime::Engine;
use wasmtime::component::Component;

/// The contract that this host has. It runs handlers that were built for this version and for all earlier ones of the same
/// major version: what a version adds are new interfaces and functions.
pub const CONTRACT: Version = Version::new(1, 0, 0);

const PACKAGE: &str = "shop:product-handler";

/// What every host has of the contract, and what every handler has.
const IMPORTS: &[&str] =
    &["types", "user-lookup", "account-creation", "courses", "grouping", "enrolment", "delegation"];
const EXPORT: &str = "handler";

/// Why a component does not fit the contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Unfit {
    /// It needs another version.
    #[error("it needs {PACKAGE} {}.{}, this host has {}", .0.major, .0.minor, versions())]
    Version(Version),
    /// It imports what no handler is given.
    #[error("it imports {}: a handler is given nothing but the interfaces of {PACKAGE} {}", .0.join(", "), versions())]
    Imports(Vec<String>),
    /// It is no handler.
    #[error("it does not export {PACKAGE}/{EXPORT}: it is not a handler")]
    NoHandler,
    /// Its interfaces have the contract's names, and other types.
    #[error("its interfaces are not those of {PACKAGE} {}: {found}", versions(), found = .0)]
    Types(String),
}

/// The versions of the contract that this host has, for people.
fn versions() -> String {
    match CONTRACT.minor {
        0 => format!("{}.0", CONTRACT.major),
        minor => format!("{major}.0 to {major}.{minor}", major = CONTRACT.major),
    }
}

/// The version of the contract that a component was built for. That its types fit is for the linker to say.
pub(super) fn contract(component: &Component, engine: &Engine) -> Result<Version, Unfit> {
    let shape = component.component_type();
    let imports: Vec<&str> = shape.imports(engine).map(|(name, _)| name).collect();
    let exports = shape.exports(engine).map(|(name, _)| name);
    let own = exports.filter_map(parse).find(|(interface, _)| *interface == EXPORT);
    let needed = imports.iter().filter_map(|name| parse(name)).map(|(_, version)| version);
    let needed = needed.chain(own.iter().map(|(_, version)| version.clone())).max();
    if let Some(version) = needed.filter(|version| version.major != CONTRACT.major || version.minor > CONTRACT.minor) {
        return Err(Unfit::Version(version));
    }
    let unknown = imports.iter().filter(|name| parse(name).is_none_or(|(interface, _)| !IMPORTS.contains(&interface)));
    let unknown: Vec<String> = unknown.map(|name| shop_core::words::text::printable(name)).collect();
    if !unknown.is_empty() {
        return Err(Unfit::Imports(unknown));
    }
    own.map(|(_, version)| version).ok_or(Unfit::NoHandler)
}

/// The interface and the version in a name such as `shop:product-handler/courses@1.0.0`; none if it is another package's.
fn parse(name: &str) -> Option<(&str, Version)> {
    let (interface, version) = name.strip_prefix(PACKAGE)?.strip_prefix('/')?.split_once('@')?;
    Some((interface, version.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_contract() {
        let package = format!("package {PACKAGE}@{CONTRACT};");
        assert!(include_str!("../../../wit/handler.wit").contains(&package), "expected {package} in wit/handler.wit");
    }

    #[test]
    fn names_are_read_as_wit_writes_them() {
        let version = Version::new(1, 2, 0);
        assert_eq!(parse("shop:product-handler/courses@1.2.0"), Some(("courses", version)));
        for other in ["wasi:cli/run@0.2.0", "shop:product-handler/courses", "shop:product-handlers/courses@1.0.0", "x"]
        {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
