//! Who may use the API: tokens, each for the orders of one shop.

use std::path::Path;

use super::HostError;
use shop_core::words::author::Author;
use shop_core::words::secret::Secret;
use shop_folder as folder;
use shop_journal::{Journal, NewToken, Token};

/// The tokens for the API of a host.
pub struct Tokens {
    journal: Journal,
}

impl Tokens {
    /// Those of the host whose data are in a folder, which is made if it is not there.
    pub async fn open(data: &Path) -> Result<Self, HostError> {
        folder::make(data).map_err(|error| HostError::Io { path: data.to_owned(), error })?;
        Ok(Tokens::of(Journal::open(data).await?))
    }

    pub(super) fn of(journal: Journal) -> Self {
        Tokens { journal }
    }

    /// Makes one. Its secret is told here, and never again.
    pub async fn make(&self, new: NewToken<'_>, by: &str) -> Result<(Token, Secret), HostError> {
        Ok(self.journal.make_token(new, Author::staff(by)?.name()).await?)
    }

    /// From now on it no longer counts, at any host. False: there is none with this number.
    pub async fn revoke(&self, id: i64, by: &str) -> Result<bool, HostError> {
        Ok(self.journal.revoke_token(id, Author::staff(by)?.name()).await?)
    }

    /// All that were made and not revoked, those too that have expired.
    pub async fn list(&self) -> Result<Vec<Token>, HostError> {
        Ok(self.journal.tokens().await?)
    }

    /// The one that somebody shows, if there is one, and it has not expired.
    pub async fn shown(&self, secret: &Secret) -> Result<Option<Token>, HostError> {
        Ok(self.journal.token(secret).await?)
    }

    /// Notes that one is used.
    pub async fn used(&self, token: &Token) -> Result<(), HostError> {
        Ok(self.journal.token_used(token).await?)
    }
}
