//! Where the journal of a shop is: in a file in the folder of its data, unless settings beside that name a server.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use shop_folder::file::{self, FileError};
use shop_folder::{JOURNAL, JOURNAL_SETTINGS};

use shop_store::{Server, has_password};

/// The environment variable with the password, where the settings name no other.
const PASSWORD: &str = "SHOP_JOURNAL_PASSWORD";

/// The settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(deserialize_with = "server")]
    server: Server,
    password: Option<Source>,
}

/// Where the password is. It never stands in the settings.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Source {
    Env(String),
    File(PathBuf),
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The settings cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is a journal beside them, which would be forgotten.
    #[error(
        "{}: the journal is to be on a server, and there is one in {}: a shop has one journal; if \
         it was moving there, end that with `shop-host journal copy`; else take these settings away, or use another folder", settings.display(), file.display()
    )]
    Both {
        /// The settings.
        settings: PathBuf,
        /// Its file.
        file: PathBuf,
    },
    /// What was named is no server.
    #[error("{0}")]
    Address(String),
    /// They cannot be written.
    #[error("{}: {error}", path.display())]
    Unwritten {
        /// Where.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The password cannot be read.
    #[error("the journal's password: {0}")]
    Password(String),
}

/// A server as somebody names it for whom the settings are to be written.
pub(super) struct Address {
    pub(super) server: Server,
    settings: String,
}

impl Address {
    /// `password`: the file with it; none: the environment has it, if there is one.
    pub(super) fn of(address: &str, password: Option<&Path>) -> Result<Self, SettingsError> {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let mut settings = format!("server = {}\n", quoted(address));
        if let Some(path) = password {
            let path = std::path::absolute(path)
                .map_err(|error| SettingsError::Password(format!("{}: {error}", path.display())))?;
            settings += &format!("password = {{ file = {} }}\n", quoted(&path.display().to_string()));
        }
        let read: Settings =
            toml::from_str(&settings).map_err(|error| SettingsError::Address(error.message().to_owned()))?;
        Ok(Address { server: with_password(read, Path::new(""))?, settings })
    }

    /// Writes settings that name it into a folder, if there are none.
    pub(super) fn write_into(&self, folder: &Path) -> Result<(), SettingsError> {
        let path = folder.join(JOURNAL_SETTINGS);
        let write = || {
            let mut new = tempfile::NamedTempFile::new_in(folder)?;
            new.write_all(self.settings.as_bytes())?;
            new.as_file().sync_all()?;
            match new.persist_noclobber(&path) {
                Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {}
                made => _ = made?,
            }
            shop_folder::sync(folder)
        };
        write().map_err(|error| SettingsError::Unwritten { path: path.clone(), error })
    }
}

/// The server that the settings in a folder name, without its password; none, if there are no settings.
pub(super) fn named(folder: &Path) -> Result<Option<String>, SettingsError> {
    let settings = &folder.join(JOURNAL_SETTINGS);
    if !settings.exists() {
        return Ok(None);
    }
    let Settings { server, .. } = file::read_toml(settings)?;
    Ok(Some(server.to_string()))
}

/// The server that the settings in a folder name; none, if there are no settings.
pub(super) fn server_of(folder: &Path) -> Result<Option<Server>, SettingsError> {
    let settings = &folder.join(JOURNAL_SETTINGS);
    if !settings.exists() {
        return Ok(None);
    }
    let file = folder.join(JOURNAL);
    if file.exists() {
        return Err(SettingsError::Both { settings: settings.clone(), file });
    }
    Ok(Some(with_password(file::read_toml(settings)?, settings)?))
}

/// A file with the password is named as seen from where the settings are.
fn with_password(Settings { server, password }: Settings, settings: &Path) -> Result<Server, SettingsError> {
    let password = match password {
        Some(Source::File(path)) => Some(in_file(&settings.with_file_name(path))?),
        Some(Source::Env(name)) => Some(in_environment(&name)?),
        None => std::env::var(PASSWORD).ok(),
    };
    Ok(match password {
        Some(password) => server.with_password(&password),
        None => server,
    })
}

fn in_file(path: &Path) -> Result<String, SettingsError> {
    let read = std::fs::read_to_string(path);
    let read = read.map_err(|error| SettingsError::Password(format!("{}: {error}", path.display())))?;
    Ok(read.trim_end_matches(['\r', '\n']).to_owned())
}

fn in_environment(name: &str) -> Result<String, SettingsError> {
    std::env::var(name).map_err(|_| SettingsError::Password(format!("the environment variable {name} is not set")))
}

fn server<'de, D: Deserializer<'de>>(address: D) -> Result<Server, D::Error> {
    let address = String::deserialize(address)?;
    let server: Server = address.parse().map_err(D::Error::custom)?;
    match has_password(&address) {
        true => Err(D::Error::custom(
            "expected an address without a password, which stands in a file or in the environment: password = { file = \"PATH\" }",
        )),
        false => Ok(server),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_in_a_file_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "s3cret\n").unwrap();
        let settings = folder.path().join("journal.toml");
        for (text, expected) in [
            (
                "server = \"postgres://shop@db.example/shop\"\npassword = { file = \"secret\" }",
                Ok("postgres://shop@db.example:5432/shop"),
            ),
            ("server = \"postgres://shop@db.example/shop\"\npassword = { file = \"none\" }", Err("none: ")),
            (
                "server = \"postgres://shop@db.example/shop\"\npassword = { env = \"NOT_SET\" }",
                Err("NOT_SET is not set"),
            ),
            ("server = \"postgres://shop:s3cret@db.example/shop\"", Err("without a password")),
            ("server = \"postgres://shop@db.example/shop?password=s3cret\"", Err("without a password")),
            ("server = \"postgres://shop:s3cret@db:x/shop\"", Err("postgres://user@host")),
            ("server = \"mysql://shop:s3cret@db/shop\"", Err("postgres://user@host")),
            ("server = \"postgres://shop@db.example/shop\"\npasword = \"s3cret\"", Err("pasword")),
        ] {
            std::fs::write(&settings, text).unwrap();
            let found = server_of(folder.path());
            let told = found.as_ref().map_or_else(ToString::to_string, |server| format!("{server:?}"));
            assert!(!told.contains("s3cret"), "{text}: {told}");
            match expected {
                Ok(expected) => assert_eq!(found.unwrap().unwrap().to_string(), expected),
                Err(expected) => assert!(told.contains(expected), "{text}: {told}"),
            }
        }
        std::fs::write(&settings, "server = \"postgres://shop@db.example/shop\"").unwrap();
        std::fs::write(folder.path().join(JOURNAL), "").unwrap();
        let both = server_of(folder.path()).unwrap_err();
        assert!(matches!(both, SettingsError::Both { .. }), "{both}");
        std::fs::remove_file(&settings).unwrap();
        assert!(server_of(folder.path()).unwrap().is_none());
    }
}
