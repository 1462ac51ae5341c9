//! The journal: what the host must not forget, durable in a database.
//!
//! What is committed here is decided: a plan is written before it is applied, so an interrupted one can be resumed. Each
//! method is one transaction. Of how a platform is reached, or a handler is run, the journal knows nothing.

mod accounts;
mod as_of;
mod attempt;
mod audit;
mod consents;
mod copy;
mod endings;
mod erase;
mod events;
mod handlers;
mod late_requests;
mod lines;
mod named;
mod people;
mod platform;
mod prune;
mod pseudonyms;
mod purchases;
mod recorded;
mod recordings;
mod records;
mod settings;
mod tickets;
mod tokens;
mod unfinished;
mod write;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use include_dir::include_dir;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;

use shop_core::sessions::session::Fact;
use shop_core::words::digest::{Digest, InvalidDigest};
use shop_core::words::email::Email;
use shop_core::words::order::{OrderId, fold};
use shop_core::words::period::Timestamp;
use shop_core::words::text;
use shop_folder::JOURNAL;
use shop_store::{Connections, Database, Server, Store, Tx, database, migrator, query, server_migrator};

pub use as_of::AsOf;
pub use attempt::{AcceptedLine, Basis, Begun, Ended, Intent};
pub use audit::HandedOver;
pub use consents::Holder;
pub use copy::Moved;
pub use erase::Erased;
pub use handlers::{HandlerAction, HandlerEvent, Installed};
pub use handlers::{Removal, Switched};
pub use late_requests::{Held, Moment};
pub use people::ERASED;
pub use prune::Outdated;
pub use purchases::{Hint, Looked, Remembered};
pub use recordings::{Damaged, RecordingAt};
pub use records::{Known, Records};
pub use settings::SettingsError;
pub use shop_store::StoreError;
pub use tickets::{Ahead, Key, LASTS, Ticket, Wants};
pub use tokens::{NewToken, Token};
pub use unfinished::{Blocked, Clock, Due, News, Received, When};

static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| migrator(&include_dir!("$CARGO_MANIFEST_DIR/migrations")));

/// The same for a database on a server.
static ON_A_SERVER: LazyLock<Migrator> =
    LazyLock::new(|| server_migrator(&include_dir!("$CARGO_MANIFEST_DIR/migrations/postgres")));

/// The journal, to be written. Whoever only reads is handed the [`Records`] in it.
#[derive(Clone)]
pub struct Journal {
    records: Records,
    /// With which it is written, if whoever writes works at orders.
    ticket: Option<Ticket>,
    /// Whether it is written only while nobody is alone with the shop.
    passes: bool,
}

impl Deref for Journal {
    type Target = Records;

    fn deref(&self) -> &Records {
        &self.records
    }
}

/// The journal cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It cannot be opened.
    #[error("the journal {}: {error}", path.display())]
    Open {
        /// Its file.
        path: PathBuf,
        /// Why.
        error: String,
    },
    /// The settings do not tell where it is.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database that it is in cannot be used.
    #[error("the journal in {server}: {error}")]
    Connect {
        /// That one, without the password.
        server: String,
        /// Why.
        error: String,
    },
    /// The database failed.
    #[error("the journal ({place}): {0}", place = if _0.is_of_server() { "PostgreSQL" } else { JOURNAL })]
    Database(#[from] StoreError),
    /// What is in it is not what this version wrote.
    #[error("the journal holds something that this version cannot read: {0}")]
    Content(String),
    /// Its orders were set up on another learning platform, where the same ids are other people's.
    #[error(
        "the orders recorded here were set up on the learning platform {recorded}, and this one is {found}: use that one, or \
         another folder for the orders of this one"
    )]
    OtherPlatform {
        /// That one.
        recorded: String,
        /// This one.
        found: String,
    },
    /// It cannot move to a server.
    #[error("the journal was not moved: {0}")]
    NotMoved(String),
    /// What waited for an attempt is no longer what waits.
    #[error("order {0}: something else was received meanwhile, and takes the place of this")]
    Superseded(OrderId),
    /// More was heard of an order while it was being decided what a message about it means.
    #[error("order {0}: something was heard of it at this moment: try the same again")]
    Meanwhile(OrderId),
    /// Somebody is alone with the shop.
    #[error("somebody erases people, or moves the shop, at this moment: try the same again")]
    Alone,
    /// Whoever writes was paused for so long that others have taken the right to it.
    #[error("this was paused for so long that others have gone on with it: nothing more was done here")]
    RanOut,
    /// A line would keep to a handler that is no longer there.
    #[error("the handler {0} was removed at this moment: try the same again")]
    HandlerGone(Digest),
}

impl JournalError {
    /// What it is, in a word that stays the same, for whoever tells it to programs.
    pub fn code(&self) -> &'static str {
        match self {
            JournalError::Open { .. } | JournalError::Connect { .. } => "journal-unopened",
            JournalError::Settings(_) => "journal-settings-unfit",
            JournalError::Database(_) => "journal-fails",
            JournalError::Content(_) => "journal-unreadable",
            JournalError::OtherPlatform { .. } => "platform-other",
            JournalError::NotMoved(_) => "journal-not-moved",
            JournalError::Superseded(_) => "order-superseded",
            JournalError::Meanwhile(_) => "order-changed-meanwhile",
            JournalError::Alone => "shop-taken",
            JournalError::RanOut => "ticket-ran-out",
            JournalError::HandlerGone(_) => "handler-removed-meanwhile",
        }
    }
}

impl Journal {
    /// Opens the journal of a folder: its file, which is made if it is not there; or on the server that its settings name
    /// ([`shop_folder::JOURNAL_SETTINGS`]).
    pub async fn open(folder: &Path) -> Result<Self, JournalError> {
        if let Some(server) = settings::server_of(folder)? {
            return Self::connect(&server).await;
        }
        Self::open_file(folder).await
    }

    async fn open_file(folder: &Path) -> Result<Self, JournalError> {
        let empty = "its file is empty, which no journal ever is: restore a backup into another folder";
        let path = folder.join(JOURNAL);
        let opened = Database::open(&path, &MIGRATIONS, database::PATIENCE).await;
        let database = opened.map_err(|why| JournalError::Open { path, error: why.told(empty) })?;
        let journal = Journal::of(Store::Sqlite(database));
        journal.index_people().await?;
        journal.fold_ids().await?;
        Ok(journal)
    }

    fn of(store: Store) -> Self {
        Journal { records: Records::of(store), ticket: None, passes: false }
    }

    /// Opens the journal in the database of a server, in which there is nothing else, and which several hosts may share.
    async fn connect(server: &Server) -> Result<Self, JournalError> {
        Ok(Journal::of(Store::Postgres(Self::connections(server).await?)))
    }

    async fn connections(server: &Server) -> Result<Connections, JournalError> {
        let opened = Connections::open(server, &ON_A_SERVER).await;
        opened.map_err(|why| JournalError::Connect { server: server.to_string(), error: why.told() })
    }

    /// The database on a server that the settings of a folder name; none, if there are no settings. What several hosts must know of
    /// their platform stands there, too.
    pub async fn server(folder: &Path) -> Result<Option<Store>, JournalError> {
        let Some(server) = settings::server_of(folder)? else { return Ok(None) };
        Ok(Some(Store::Postgres(Self::connections(&server).await?)))
    }

    /// Opens the journal of a folder as far as that goes: only to be read, where it may not be written.
    pub async fn open_or_read(folder: &Path) -> Result<Self, JournalError> {
        match Self::open(folder).await {
            Err(error @ (JournalError::Settings(_) | JournalError::Connect { .. })) => Err(error),
            Err(error) => Self::open_to_read(&folder.join(JOURNAL)).await.ok_or(error),
            opened => opened,
        }
    }

    async fn open_to_read(path: &Path) -> Option<Self> {
        let to_read = SqliteConnectOptions::new().filename(path).read_only(true);
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        match Self::open_current(path, to_read.clone()).await {
            // A log is read with an index of it, which cannot be made here. Without a log, nobody is writing.
            None if !Path::new(&log).exists() => Self::open_current(path, to_read.immutable(true)).await,
            read => read,
        }
    }

    async fn open_current(path: &Path, options: SqliteConnectOptions) -> Option<Self> {
        let database = Database::open_current(path, &MIGRATIONS, options).await.ok().flatten()?;
        Some(Journal::of(Store::Sqlite(database)))
    }

    /// Folds the ids of orders that are not folded as they are today.
    async fn fold_ids(&self) -> Result<(), JournalError> {
        let unfolded = "SELECT id FROM orders WHERE folded = '' LIMIT 100";
        loop {
            let ids: Vec<String> = query(unfolded).all(self.store()).await?;
            if ids.is_empty() {
                return Ok(());
            }
            let pairs: Vec<(String, String)> = ids.into_iter().map(|id| (fold(&id), id)).collect();
            let mut tx = self.begin_tx().await?;
            let sql = "UPDATE orders SET folded = value ->> 0 FROM json_each($1) WHERE orders.id = value ->> 1";
            query(sql).bind(to_json(&pairs)?).execute(&mut tx).await?;
            tx.commit("folded").await?;
        }
    }

    /// Waits until everything is written and closes the file.
    pub async fn close(&self) {
        self.store().close().await;
    }

    /// A transaction that nobody else writes beside.
    async fn begin_tx(&self) -> Result<Tx, JournalError> {
        let mut tx = self.store().begin_write().await?;
        if let Some(ticket) = self.ticket {
            tickets::check(&mut tx, ticket).await?;
        }
        if self.passes {
            tickets::pass(&mut tx).await?;
        }
        Ok(tx)
    }
}

/// A number that nobody else has.
fn random() -> u64 {
    getrandom::u64().expect("the operating system has random numbers")
}

fn email_of(text: String) -> Result<Email, JournalError> {
    text.parse().map_err(|_| JournalError::Content(format!("{text:?} is no address")))
}

fn order_id(text: String) -> Result<OrderId, JournalError> {
    OrderId::try_from(text).map_err(|error| JournalError::Content(error.to_string()))
}

fn digest(text: &str) -> Result<Digest, JournalError> {
    text.parse().map_err(|error: InvalidDigest| JournalError::Content(error.to_string()))
}

fn timestamp(seconds: i64) -> Result<Timestamp, JournalError> {
    Timestamp::new(seconds.into()).map_err(|error| JournalError::Content(error.to_string()))
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<String, JournalError> {
    serde_json::to_string(value).map_err(|error| JournalError::Content(error.to_string()))
}

/// A JSON array of facts' keys: one parameter, however many there are.
fn keys<'a>(facts: impl IntoIterator<Item = &'a &'a Fact>) -> Result<String, JournalError> {
    let keys = facts.into_iter().map(to_json).collect::<Result<Vec<_>, _>>()?;
    to_json(&keys)
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, JournalError> {
    serde_json::from_str(text).map_err(|error| JournalError::Content(format!("{error} in {}", text::excerpt(text))))
}
