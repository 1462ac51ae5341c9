//! What keeps the platform from working.

use shop_core::platform::{PlatformError, Problem};
use shop_store::database::describe;

/// Whatever fails in the database is told as "not available": the request was right, and nothing of it was done.
pub(super) fn unavailable(error: sqlx::Error) -> PlatformError {
    PlatformError::Unavailable(Problem::new("database", describe(&error)))
}

/// What the platform wrote in its own database does not read back.
pub(super) fn damaged(error: impl std::fmt::Display) -> PlatformError {
    PlatformError::Unavailable(Problem::new("database", format!("its database is damaged: {error}")))
}
