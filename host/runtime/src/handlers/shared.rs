//! Components among hosts on several machines that have a journal in common: each has its own files, and whichever it lacks it gets from
//! the journal.

use shop_core::words::digest::Digest;

use super::{HandlerError, Handlers};

impl Handlers {
    /// Lets other hosts have the components that only this folder has: those of a shop whose journal has just moved to a server.
    pub(crate) async fn share(&self) -> Result<(), HandlerError> {
        if !self.journal.is_shared() {
            return Ok(());
        }
        for digest in self.journal.lacks_components().await? {
            if let Some(bytes) = self.components.bytes(digest).await {
                self.journal.share_component(digest, &bytes).await?;
            }
        }
        Ok(())
    }

    /// Gets a component that this folder lacks; whether there is one.
    pub(super) async fn fetch(&self, digest: Digest) -> Result<bool, HandlerError> {
        let Some(bytes) = self.journal.component(digest).await? else { return Ok(false) };
        let path = self.components.file(digest);
        let _alone = self.lock_folder().await?;
        let put = self.components.put(bytes).await;
        put.map(|()| true).map_err(|error| HandlerError::Io { path, error })
    }

    /// Has the versions that serve ready to be called, whichever host has activated them, so that no order waits for the compiler.
    pub(crate) async fn get_ready(&self) -> Result<(), HandlerError> {
        if !self.journal.is_shared() {
            return Ok(());
        }
        for digest in self.journal.active_handlers().await? {
            if let Err(error) = self.load(digest).await {
                // Whoever needs it is told.
                tracing::debug!(%digest, %error, "a handler that serves cannot be loaded here");
            }
        }
        Ok(())
    }
}
