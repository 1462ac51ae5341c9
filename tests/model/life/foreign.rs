//! What happens on the platform without the shop.

use std::fmt::Write;

use super::{Life, Wrong};
use crate::model::platform::{Foreign, Whim};

impl Life {
    pub(super) async fn happens(&mut self, whim: &Whim) -> Result<(), Wrong> {
        // What is there is the same for all of them.
        match whim.on(&self.models[0]) {
            Some(foreign) => self.is_done(foreign).await,
            None => Ok(()),
        }
    }

    /// Unless it cannot be.
    pub(crate) async fn is_done(&mut self, foreign: Foreign) -> Result<(), Wrong> {
        let mut changed = self.models.clone();
        if !changed.iter_mut().all(|model| foreign.changes(model)) {
            return Ok(());
        }
        _ = writeln!(self.log, "{foreign:?}");
        foreign.happens(&self.world, &self.models[0]).await;
        self.find((), changed.into_iter().map(|model| ((), model)).collect()).await
    }
}
