//! A handler's version that is ready to be called.

use std::sync::Arc;

use super::Digest;
use crate::check::LineOrder;
use crate::manifest::Manifest;
use crate::sandbox::{Called, Program, Unable};
use crate::snapshot::Snapshot;

/// A handler that is ready to be called.
pub struct Handler {
    /// What identifies it.
    pub digest: Digest,
    /// What it says of itself.
    pub manifest: Manifest,
    /// What runs.
    pub program: Program,
}

impl Handler {
    /// Its name and version, as `name@version`.
    pub fn title(&self) -> String {
        format!("{}@{}", self.manifest.name, self.manifest.version)
    }

    /// Calls it for a line. Computing for milliseconds would hold up everything else that waits on this thread: another one
    /// does it, as soon as there is room for a call.
    pub async fn fulfil(self: &Arc<Self>, line: &Arc<LineOrder>, snapshot: &Arc<Snapshot>) -> Result<Called, Unable> {
        let (handler, line, snapshot) = (self.clone(), line.clone(), snapshot.clone());
        let call = move || handler.program.fulfil(&line, snapshot, &handler.manifest);
        self.program.engine().when_free(call).await?
    }
}
