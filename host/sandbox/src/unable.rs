//! When this machine cannot make a call, or make a component ready for calls.

use std::time::Duration;

use tokio::task::JoinError;

/// This machine could not make a call, or not to its end. That says nothing of the handler, and nothing of the order: the
/// call is made again later.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unable {
    /// It has no memory, or no free sandbox.
    #[error("this machine has no memory or no free sandbox for a handler's call: {0}")]
    Room(String),
    /// It was too slow: the backstop ended a call whose fuel was not used up.
    #[error("this machine is overloaded: it has not made a handler's call within {} seconds", .0.as_secs_f32())]
    Slow(Duration),
    /// It cannot have a component compiled.
    #[error("this machine could not compile a handler's component: {0}")]
    Compiling(String),
    /// Its thread was lost.
    #[error("this machine has lost a handler's call: {0}")]
    Lost(&'static str),
}

/// What a thread said when it panicked is in the log. It can name people, and is no reason to be recorded.
impl From<JoinError> for Unable {
    fn from(error: JoinError) -> Self {
        Unable::Lost(if error.is_panic() { "its thread panicked" } else { "its thread was ended" })
    }
}
