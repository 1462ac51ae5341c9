//! The web-service token: a secret that is neither shown nor logged.

use std::fmt;
use std::path::PathBuf;

use memchr::memmem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the token is: never in the settings themselves, which are copied and shown around.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TokenSource {
    /// In this environment variable.
    Env(String),
    /// In this file, which holds nothing else.
    File(PathBuf),
}

impl Default for TokenSource {
    fn default() -> Self {
        TokenSource::Env("MOODLE_TOKEN".to_owned())
    }
}

/// There is no token to be had.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The variable is not set.
    #[error("expected the web-service token of Moodle in the environment variable {0}, which is not set")]
    Unset(String),
    /// It stands where only its place should be told.
    #[error(
        "expected the name of an environment variable or a file with the web-service token of Moodle, found what looks like the \
         token itself, which is not shown: whoever can read these settings has it, so make another, and put that elsewhere"
    )]
    Misplaced,
    /// The file cannot be read.
    #[error("{}: expected a file with the web-service token of Moodle: {error}", path.display())]
    #[expect(missing_docs)]
    Unreadable { path: PathBuf, error: std::io::Error },
    /// It is no token. What it is, is not told: it may be another secret.
    #[error("{0}: expected a web-service token of Moodle: letters and digits, and nothing else")]
    Malformed(String),
}

impl TokenSource {
    /// Fetches the token.
    pub fn token(&self) -> Result<Token, TokenError> {
        let (place, text) = match self {
            TokenSource::Env(name) => {
                let text = std::env::var(name).map_err(|_| match is_like_a_token(name) {
                    true => TokenError::Misplaced,
                    false => TokenError::Unset(name.clone()),
                })?;
                (format!("environment variable {name}"), text)
            }
            TokenSource::File(path) => {
                let name = path.file_name().and_then(|name| name.to_str());
                let unreadable = |error| match name.is_some_and(is_like_a_token) {
                    true => TokenError::Misplaced,
                    false => TokenError::Unreadable { path: path.clone(), error },
                };
                if let Some(exposed) = shop_folder::exposed(path) {
                    tracing::warn!("the token of Moodle: {exposed}");
                }
                (path.display().to_string(), std::fs::read_to_string(path).map_err(unreadable)?)
            }
        };
        Token::new(&text).ok_or(TokenError::Malformed(place))
    }
}

/// As Moodle makes them.
fn is_like_a_token(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A web-service token.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// From text, whose outer spaces do not count.
    pub fn new(text: &str) -> Option<Token> {
        let text = text.trim();
        let fits = (8..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        fits.then(|| Token(text.to_owned()))
    }

    /// For the body of a request, and for nothing else.
    pub(super) fn secret(&self) -> &str {
        &self.0
    }

    /// What a site has sent, without the token, should it be in it.
    pub(super) fn redact(&self, sent: Vec<u8>) -> Vec<u8> {
        let (mut redacted, mut rest) = (Vec::new(), 0);
        for place in memmem::find_iter(&sent, &self.0) {
            redacted.extend_from_slice(&sent[rest..place]);
            redacted.extend_from_slice(b"[token]");
            rest = place + self.0.len();
        }
        if rest == 0 {
            return sent;
        }
        redacted.extend_from_slice(&sent[rest..]);
        redacted
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_token_is_read_and_never_shown() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("{SECRET}\n")).unwrap();
        let token = TokenSource::File(file.path().to_owned()).token().unwrap();
        assert_eq!(token.secret(), SECRET);
        assert!(!format!("{token:?}").contains("0123"));
        for (sent, redacted) in [
            (format!("a {SECRET} b"), "a [token] b"),
            (format!("{SECRET}{SECRET}"), "[token][token]"),
            (format!("{SECRET},0123"), "[token],0123"),
            ("0123".to_owned(), "0123"),
            (String::new(), ""),
        ] {
            assert_eq!(token.redact(sent.into_bytes()), redacted.as_bytes());
        }
    }

    #[test]
    fn what_is_no_token_is_refused_without_being_shown() {
        for text in ["", "short", "with space in it", "my-password-1!", "0123456789abcdef\n0123456789abcdef"] {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), text).unwrap();
            let error = TokenSource::File(file.path().to_owned()).token().unwrap_err().to_string();
            assert!(error.contains("letters and digits"), "{text:?}: {error}");
            assert!(text.is_empty() || !error.contains(text), "{error}");
        }
        let error = TokenSource::Env("NO_SUCH_VARIABLE_HERE".to_owned()).token().unwrap_err().to_string();
        assert!(error.contains("NO_SUCH_VARIABLE_HERE, which is not set"), "{error}");
    }
}
