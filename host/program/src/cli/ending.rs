//! The signals by which somebody tells the program to end.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Failure;

/// Hears them from the moment that it is made: one that comes before it is waited for is not missed.
pub(super) struct Ending {
    interrupted: Signal,
    terminated: Signal,
}

impl Ending {
    pub(super) fn new() -> Result<Ending, Failure> {
        let heard = |kind| signal(kind).map_err(|error| Failure::Machine(format!("signals cannot be heard: {error}")));
        Ok(Ending { interrupted: heard(SignalKind::interrupt())?, terminated: heard(SignalKind::terminate())? })
    }

    /// Waits until one comes.
    pub(super) async fn comes(&mut self) {
        tokio::select! {
            _ = self.interrupted.recv() => {}
            _ = self.terminated.recv() => {}
        }
    }
}
