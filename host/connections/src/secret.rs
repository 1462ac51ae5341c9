//! Where secrets are: never in settings themselves, which are copied and shown around.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use shop_core::words::secret::Secret;

/// Where a secret is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// In this environment variable.
    Env(String),
    /// In this file, which holds nothing else; as seen from where the settings are.
    File(PathBuf),
}

/// There is no secret to be had. What was found instead is not told: it may be another one.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set.
    #[error("expected {what} in an environment variable that is set, found none of the name that the settings have")]
    #[expect(missing_docs)]
    Unset { what: &'static str },
    /// The file cannot be read.
    #[error("expected a file with {what}, as the settings name it: {error}")]
    #[expect(missing_docs)]
    Unreadable { what: &'static str, error: std::io::Error },
    /// It is none.
    #[error("expected {what}, found something else, which is not shown")]
    #[expect(missing_docs)]
    Malformed { what: &'static str },
}

impl Source {
    /// Fetches it; `what` it is, is told if it is not there.
    pub fn read(&self, folder: &Path, what: &'static str) -> Result<Secret, SecretError> {
        let text = match self {
            Source::Env(name) => std::env::var(name).map_err(|_| SecretError::Unset { what })?,
            Source::File(path) => {
                let path = folder.join(path);
                if let Some(exposed) = shop_folder::exposed(&path) {
                    tracing::warn!("{what}: {exposed}");
                }
                std::fs::read_to_string(path).map_err(|error| SecretError::Unreadable { what, error })?
            }
        };
        match text.trim() {
            "" => Err(SecretError::Malformed { what }),
            text => Ok(Secret::sent(text)),
        }
    }
}

/// What stands there instead may be the secret itself.
pub(crate) fn source<'de, D: Deserializer<'de>>(source: D) -> Result<Source, D::Error> {
    Source::deserialize(source).map_err(|_| {
        D::Error::custom(
            "expected { env = \"NAME\" } or { file = \"PATH\" }, found something else, which is not shown: it may be a secret",
        )
    })
}

/// A new one of 256 random bits: in letters and digits only, since web shops change other characters.
pub fn random() -> Secret {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system has random numbers");
    Secret::sent(&bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}
