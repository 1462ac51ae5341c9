//! Which version of its handler a line is asked with.

use super::Host;
use crate::handlers::HandlerError;
use shop_core::words::digest::Digest;

/// Which version of its handler a line is asked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Versions {
    /// The one that it was bought with.
    Bought,
    /// The one that serves now.
    Active,
    /// This one, for the lines that have another version of the same handler.
    This(Digest),
}

impl Versions {
    /// The version for a line that was bought with another.
    pub(super) async fn of(self, host: &Host, bought: Digest) -> Result<Digest, HandlerError> {
        let names = |digest| host.journal.handler_name(digest);
        match self {
            Versions::Bought => Ok(bought),
            Versions::Active => match names(bought).await? {
                Some(name) => host.journal.active_handler(&name).await?.ok_or(HandlerError::Inactive(name)),
                None => Ok(bought),
            },
            Versions::This(other) if names(other).await? == names(bought).await? => Ok(other),
            Versions::This(_) => Ok(bought),
        }
    }
}
