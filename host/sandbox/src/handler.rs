//! A handler's version that is ready to be called.

use std::sync::Arc;

use super::{Program, Unable};
use shop_core::calls::answer::{Answer, Called};
use shop_core::calls::recording::{Adapted, Conclusion, Recording, Unasked};
use shop_core::calls::snapshot::Snapshot;
use shop_core::calls::stopped::Stopped;
use shop_core::lines::line::LineOrder;
use shop_core::lines::manifest::Manifest;
use shop_core::words::digest::Digest;

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

    /// Makes a recorded call again.
    pub async fn replay(self: &Arc<Self>, recording: &Recording) -> Result<Result<Answer, Stopped>, Unable> {
        Ok(self.fulfil(&recording.line, &recording.snapshot).await?.answer)
    }

    /// What this version would have answered where another, with the manifest `old`, was called; `defaults` are the
    /// parameters that the shop has for all products.
    pub async fn instead(
        self: &Arc<Self>,
        recording: &Recording,
        old: &Manifest,
        defaults: &str,
    ) -> Result<Result<Conclusion, Vec<Unasked>>, Unable> {
        let Adapted { line, snapshot, messages } = match recording.adapted(old, &self.manifest, defaults) {
            Ok(adapted) => adapted,
            Err(unasked) => return Ok(Err(unasked)),
        };
        let Called { answer, budget } = self.fulfil(&line, &snapshot).await?;
        Ok(Ok(Conclusion::new(answer, Some(budget), messages)))
    }
}
