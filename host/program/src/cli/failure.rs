//! What ends a command early, and what a command ends with.

mod hint;

use std::fmt;

use shop_build::BuildError;
use shop_connections::made::ConnectError;
use shop_connections::settings::ConnectionError;
use shop_connections::shop::ShopError;
use shop_core::orders::state::LineState;
use shop_core::platform::{PlatformError, Problem};
use shop_core::sessions::attachment::Unattachable;
use shop_core::words::message::Message;
use shop_folder::file::FileError;
use shop_host::backup::BackupError;
use shop_host::handlers::{HandlerError, Inadmissible};
use shop_host::host::{HostError, Outcome};
use shop_host::view::{self, Argument, Voice};
use shop_journal::JournalError;

/// What ends a command early.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// A wrong argument, in words of the command line's own.
    #[error("{0}")]
    Misused(Told),
    /// Something that is not there, in words of the command line's own.
    #[error("{0}")]
    Lacking(Told),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Host(#[from] HostError),
    #[error(transparent)]
    Handler(#[from] HandlerError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error(transparent)]
    Platform(#[from] PlatformError),
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// A web shop did not do what was asked of it.
    #[error("{url}: {error}")]
    WebShop { url: String, error: ShopError },
    /// A version does not serve, because nobody knows what speaks against it.
    #[error("{}", self.worded("en"))]
    Unchecked { handler: String, why: Box<Failure> },
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Machine(String),
}

/// A text of the host's own, with its arguments.
#[derive(Debug)]
pub(super) struct Told {
    id: &'static str,
    arguments: Vec<Argument<'static>>,
}

impl Told {
    pub(super) fn new(id: &'static str, arguments: impl Into<Vec<Argument<'static>>>) -> Self {
        Told { id, arguments: arguments.into() }
    }

    fn worded(&self, language: &str) -> String {
        Voice::of_what_is(language).say(self.id, &self.arguments)
    }
}

/// For logs.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.worded("en"))
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Failure::Host(error.into())
    }
}

impl Failure {
    pub(super) fn exit_status(&self) -> u8 {
        match self {
            Failure::File(FileError::Io { .. }) | Failure::Machine(_) | Failure::Lacking(_) => 1,
            Failure::File(_) | Failure::Usage(_) | Failure::Misused(_) => 2,
            Failure::Handler(error) => match error {
                HandlerError::Inadmissible { error: Inadmissible::Io(_), .. } => 1,
                HandlerError::Inadmissible { .. } => 3,
                HandlerError::Unable(_) => 5,
                HandlerError::Unknown(_) | HandlerError::NotInstalled(_) => 2,
                HandlerError::Ambiguous { .. } | HandlerError::Inactive(_) => 2,
                HandlerError::Active(_) | HandlerError::Pinned { .. } | HandlerError::NoEarlier(_) => 6,
                HandlerError::Meanwhile(_) => 6,
                _ => 1,
            },
            Failure::Backup(error) => match error {
                BackupError::Exists(_) | BackupError::Occupied { .. } => 2,
                BackupError::Newer { .. } | BackupError::Unfit { .. } => 2,
                _ => 1,
            },
            Failure::Build(_) => 1,
            Failure::Unchecked { why, .. } => why.exit_status(),
            Failure::Platform(error) => of_platform(error),
            Failure::Host(error) => of_host(error),
            Failure::Connect(error) => of_connect(error),
            Failure::WebShop { error, .. } => of_web_shop(error),
        }
    }
}

impl Failure {
    /// It in a language, as far as the command line words it. What its rooms tell of themselves is in English.
    pub(super) fn worded(&self, language: &str) -> String {
        match self {
            Failure::Misused(told) | Failure::Lacking(told) => told.worded(language),
            Failure::Unchecked { handler, why } => {
                let arguments = [("handler", handler.as_str().into()), ("reason", why.worded(language).into())];
                Voice::of_what_is(language).say("handler-unchecked", &arguments)
            }
            other => with(other, other.hint()),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Failure::Host(error) => hint::of_host(error),
            Failure::Handler(error) => hint::of_handler(error),
            Failure::Backup(error) => hint::of_backup(error),
            _ => None,
        }
    }

    /// What is wrong with the platform, if that is what ended it.
    pub(super) fn problem(&self) -> Option<&Problem> {
        match self {
            Failure::Platform(error) => Some(error.problem()),
            Failure::Host(error) => problem_of_host(error),
            Failure::Unchecked { why, .. } => why.problem(),
            _ => None,
        }
    }
}

/// What can be done with this program about what a message tells.
pub(super) fn hint_of(message: &Message) -> Option<&'static str> {
    hint::of_message(message)
}

/// What ended an order's command, and what can be done about it with this program.
pub(super) fn told(error: &HostError) -> String {
    with(error, hint::of_host(error))
}

fn with(error: &impl fmt::Display, hint: Option<String>) -> String {
    match hint {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}

/// The same with its status, and what is wrong with the platform, if it is that.
pub(super) fn view(error: &HostError) -> view::Failure {
    view::Failure::new(told(error), of_host(error), problem_of_host(error))
}

fn problem_of_host(error: &HostError) -> Option<&Problem> {
    match error {
        HostError::Platform(error) => Some(error.problem()),
        _ => None,
    }
}

fn of_platform(error: &PlatformError) -> u8 {
    match error {
        PlatformError::Unavailable(_) | PlatformError::Lost(_) => 5,
        PlatformError::Refused(_) | PlatformError::Unreadable(_) => 8,
    }
}

fn of_connect(error: &ConnectError) -> u8 {
    match error {
        ConnectError::Shop { error, .. } | ConnectError::Webhooks { error, .. } => of_web_shop(error),
        ConnectError::Io { .. } | ConnectError::There(ConnectionError::Folder { .. }) => 1,
        ConnectError::There(_) | ConnectError::Taken { .. } => 2,
        ConnectError::ShopTaken { .. } | ConnectError::Unusable(_) => 2,
    }
}

fn of_web_shop(error: &ShopError) -> u8 {
    match error {
        ShopError::Away(_) => 5,
        ShopError::Refuses(_) | ShopError::Strange(_) => 8,
    }
}

/// The status of what came of one of several orders.
pub(super) fn of_order(came: &Result<Outcome, HostError>) -> u8 {
    match came {
        Ok(outcome) => exit_status(outcome.state),
        Err(error) => of_host(error),
    }
}

fn of_host(error: &HostError) -> u8 {
    match error {
        HostError::Platform(error) => of_platform(error),
        HostError::Conflict { .. } | HostError::NotUpgradable { .. } | HostError::Unamendable { .. } => 6,
        HostError::InUse { .. } | HostError::NotMoved(_) | HostError::NothingWaits(_) => 6,
        HostError::SetAside { .. } => 8,
        HostError::Unfinished { .. } | HostError::Held { .. } | HostError::Unable(_) => 5,
        HostError::UnknownOrder(_) | HostError::Name(_) | HostError::Id(_) => 2,
        HostError::Unattachable(Unattachable::NoAccount(_) | Unattachable::Same(..)) => 2,
        HostError::Unattachable(_) => 6,
        _ => 1,
    }
}

pub(super) fn exit_status(state: LineState) -> u8 {
    match state {
        LineState::Placed | LineState::Fulfilled | LineState::Suspended => 0,
        LineState::Cancelled | LineState::Ended => 0,
        LineState::Rejected => 3,
        LineState::Refused => 4,
        LineState::Waiting | LineState::Applying => 5,
        LineState::Stopped => 7,
        LineState::Blocked | LineState::Incomplete => 8,
    }
}
