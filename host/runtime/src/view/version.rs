//! A handler's version, by which it is known.

use schemars::JsonSchema;
use serde::Serialize;
use shop_core::words::digest::Digest;
use shop_journal::Installed;
use shop_sandbox::Handler;

/// A handler's version, by which it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Version {
    /// The handler's name.
    pub name: String,
    /// Its version.
    pub version: semver::Version,
    /// The SHA-256 of its component, in hexadecimal digits.
    pub digest: Digest,
}

impl Version {
    /// As people write it.
    pub fn title(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }
}

impl From<&Handler> for Version {
    fn from(handler: &Handler) -> Version {
        let manifest = &handler.manifest;
        Version { name: manifest.name.clone(), version: manifest.version.clone(), digest: handler.digest }
    }
}

impl From<&Installed> for Version {
    fn from(installed: &Installed) -> Version {
        Version { name: installed.name.clone(), version: installed.version.clone(), digest: installed.digest }
    }
}
