//! The host: takes orders, asks handlers, reconciles the learning platform. This ties the other modules together.

mod amend;
mod charges;
mod consent;
mod fulfil;
mod guard;
mod heard;
mod held;
mod ledger;
mod lines;
mod moved;
mod operator;
mod privacy;
mod products;
mod reconcile;
mod trial;
mod upgrade;
mod versions;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::registry::{Registry, RegistryError};
use shop_core::calls::budget::Budget;
use shop_core::calls::stopped::Stopped;
use shop_core::lines::bargain::Bargain;
use shop_core::lines::catalogue::{Catalogue, Price};
use shop_core::lines::line::CheckedSeat;
use shop_core::orders::amendment::Unamendable;
use shop_core::orders::conflict::Conflict;
use shop_core::orders::retries::Retries;
use shop_core::orders::state::{LineState, Reason};
use shop_core::orders::waiting::Deferred;
use shop_core::platform::{Platform, PlatformError};
use shop_core::sessions::attachment::Unattachable;
use shop_core::sessions::receipt::Report;
use shop_core::words::author::InvalidName;
use shop_core::words::email::Typed;
use shop_core::words::message::Message;
use shop_core::words::order::{InvalidOrderId, Order, OrderId, OrderState};
use shop_core::words::period::Timestamp;
use shop_folder as folder;
use shop_journal::{Journal, JournalError, Records};
use shop_sandbox::{Allocation, Compiler, Engine, Handler, Unable};

pub use consent::Consented;
pub use fulfil::Resumed;
pub use moved::Compared;
pub use privacy::Pruned;
pub use products::{Granted, GrantedCourse, ProductCheck};
pub use trial::Trial;
pub use versions::Versions;

/// The host: what sells, sets up and takes away a shop's sessions.
pub struct Host {
    catalogue: Catalogue,
    registry: Registry,
    journal: Journal,
    platform: Arc<dyn Platform>,
    folder: PathBuf,
    retries: Retries,
    clock: Clock,
    /// One order at a time is compared and applied in this process, and, through the lock file, in all processes.
    turn: tokio::sync::Mutex<()>,
}

/// Something prevented the work as a whole. Nothing was changed; but if the journal failed while an order was carried out,
/// a part of that may be done. Fulfilling the order again goes on where it was.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The order contradicts what is recorded.
    #[error("order {order}: {conflict}")]
    Conflict {
        /// Which order.
        order: OrderId,
        /// How.
        conflict: Conflict,
    },
    /// A new order's id could be taken for another.
    #[error(transparent)]
    Id(#[from] InvalidOrderId),
    /// The order's lines cannot be moved to another version of their handlers.
    #[error("order {order} cannot be upgraded: {reason}")]
    NotUpgradable {
        /// Which order.
        order: OrderId,
        /// Why not.
        reason: &'static str,
    },
    /// The order cannot be amended like that.
    #[error("order {order} cannot be changed: {reason}")]
    Unamendable {
        /// Which order.
        order: OrderId,
        /// Why not.
        reason: Unamendable,
    },
    /// A change of the order is under way, or waits for the platform.
    #[error("order {order} is unfinished: {}", go_on(order, next_try.as_ref()))]
    Unfinished {
        /// Which order.
        order: OrderId,
        /// When it is tried again, if it is.
        next_try: Option<Timestamp>,
    },
    /// Nothing is to be done about the order.
    #[error("nothing of order {0} waits to be tried again: `shop-host orders show {0}` tells how it is")]
    NothingWaits(OrderId),
    /// The program went down so often in a row while it worked at the order.
    #[error(
        "order {order} has brought this program down {times} times in a row, and is set aside: `shop-host orders retry {order}` \
         tries it again"
    )]
    SetAside {
        /// Which order.
        order: OrderId,
        /// How often.
        times: u32,
    },
    /// The attempt panicked.
    #[error("order {order}: this program failed while it worked at it, and tries it again later; it said: {reason}")]
    Panicked {
        /// Which order.
        order: OrderId,
        /// What it said.
        reason: String,
    },
    /// Nobody of the staff has this name.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// A request about people whom this needs was given up, and may still be carried out.
    #[error(
        "the answer to an earlier request about the same people was lost, and it may be carried out until {} UTC: nothing newer is \
         asked of the learning platform about them before",
        until.to_the_second()
    )]
    Held {
        /// Until when.
        until: Timestamp,
    },
    /// Orders in force name the person.
    #[error("{email} is needed by the orders in force {}: release the seats, or cancel the orders first", list(orders))]
    InUse {
        /// Who.
        email: Typed,
        /// Which orders.
        orders: Vec<OrderId>,
    },
    /// Nobody can agree to that.
    #[error(transparent)]
    Unattachable(#[from] Unattachable),
    /// The platform is not the one that it was said to be.
    #[error("{0}")]
    NotMoved(String),
    /// Nothing is recorded of it.
    #[error("no order {0} is recorded: `shop-host orders list` lists those that are")]
    UnknownOrder(OrderId),
    /// The platform does not answer, or refuses to be read.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// The journal fails.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The handlers' store fails.
    #[error(transparent)]
    Registry(RegistryError),
    /// This machine could not call a handler.
    #[error(transparent)]
    Unable(#[from] Unable),
    /// The folder of the data fails.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The sandbox cannot be set up on this machine.
    #[error("the sandbox cannot be set up: {0}")]
    Sandbox(String),
}

impl From<RegistryError> for HostError {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Unable(unable) => HostError::Unable(unable),
            error => HostError::Registry(error),
        }
    }
}

/// What came, or would come, of an order.
pub struct Outcome {
    /// Its id.
    pub order: OrderId,
    /// Its readers' language.
    pub language: String,
    /// What was said about it as a whole; what was said about a line stands there.
    pub messages: Vec<Message>,
    /// Its lines; none if their handlers were not asked.
    pub lines: Vec<LineOutcome>,
    /// The state that the lines are in now; in a preview, would be in. If they differ, that of the worst.
    pub state: LineState,
    /// What was done, or would be; none if the order came to nothing.
    pub report: Option<Report>,
    /// Why some of it remains to be done, and when it is tried again.
    pub until: Option<Deferred>,
}

impl Outcome {
    /// After how many tries it was left to wait, if that may pass by itself, and this soon.
    fn waits_after(&self, soon: Timestamp) -> Option<u32> {
        self.until
            .as_ref()
            .filter(|until| !until.blocked && until.next_try.is_some_and(|next| next <= soon))
            .map(|until| until.tries)
    }
}

/// What came, or would come, of a line.
pub struct LineOutcome {
    /// Its number.
    pub line: u32,
    /// The product's reference.
    pub product: String,
    /// What it was bought with; none if there is no such product, or the line has ended.
    pub bargain: Option<Bargain>,
    /// Its seats.
    pub seats: Vec<CheckedSeat>,
    /// How many seats are ordered; if that is more than can be sold, `seats` has fewer.
    pub quantity: u32,
    /// What was said about it.
    pub messages: Vec<Message>,
    /// Whose texts word what the handler said.
    pub handler: Option<Arc<Handler>>,
    /// If it came to nothing: how.
    pub failed: Option<LineState>,
    /// What stopped its handler; there is a message of it too.
    pub stopped: Option<Stopped>,
    /// What its handler's call took of what it may take.
    pub budget: Option<Budget>,
}

impl LineOutcome {
    fn reason(&self) -> Reason {
        Reason { messages: self.messages.clone(), stopped: None, budget: self.budget }
    }

    /// The price of all seats that are ordered.
    pub fn total(&self) -> Option<Price> {
        self.bargain.as_ref()?.price.times(self.quantity)
    }
}

/// Tells the time.
pub type Clock = fn() -> Timestamp;

/// Hears how many of how many steps are behind us.
pub type Progress = dyn Fn(usize, usize) + Send + Sync;

impl Host {
    /// Opens a shop whose data are in a folder, which is made if it is not there. If it is, [`folder::exposed`] tells whether
    /// others can get at it.
    pub async fn open(
        folder: &Path,
        catalogue: Catalogue,
        platform: Arc<dyn Platform>,
        allocation: Allocation,
    ) -> Result<Host, HostError> {
        folder::make(folder).map_err(|error| HostError::Io { path: folder.to_owned(), error })?;
        let engine = Engine::new(allocation).map_err(|error| HostError::Sandbox(format!("{error:#}")))?;
        let journal = Journal::open(&folder.join(folder::JOURNAL)).await?;
        Ok(Host {
            catalogue,
            registry: Registry::new(&folder.join(folder::HANDLERS), engine, journal.clone()),
            journal,
            platform,
            folder: folder.to_owned(),
            retries: Retries::default(),
            clock: Timestamp::now,
            turn: tokio::sync::Mutex::new(()),
        })
    }

    /// The same with other pauses between tries.
    pub fn with_retries(self, retries: Retries) -> Host {
        Host { retries, ..self }
    }

    /// The same with another compiler for its handlers: without one, they are compiled in this process, for as long and with
    /// as much memory as it takes.
    ///
    /// # Examples
    ///
    /// A program of one's own whose shop compiles nothing in the process that serves:
    ///
    /// ```no_run
    /// use std::process::ExitCode;
    ///
    /// use shop_sandbox::{Compiler, compile_apart};
    /// use shop_host::host::Host;
    ///
    /// fn main() -> ExitCode {
    ///     if std::env::args_os().skip(1).eq(["compile"]) {
    ///         return compile_apart();
    ///     }
    ///     serve()
    /// }
    ///
    /// fn apart(host: Host) -> std::io::Result<Host> {
    ///     Ok(host.with_compiler(Compiler::this_program("compile")?))
    /// }
    /// # fn serve() -> ExitCode {
    /// #     ExitCode::SUCCESS
    /// # }
    /// ```
    pub fn with_compiler(self, compiler: Compiler) -> Host {
        Host { registry: self.registry.with_compiler(compiler), ..self }
    }

    /// The same with another clock for what is said of periods that are over or far away.
    pub fn with_clock(self, clock: Clock) -> Host {
        Host { clock, ..self }
    }

    /// What is sold.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The handlers.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// What is recorded.
    pub fn journal(&self) -> &Records {
        &self.journal
    }

    /// The language of an order's readers.
    fn language(&self, order: &Order) -> String {
        order.reads().ok().flatten().unwrap_or_else(|| self.catalogue.shop.language.clone())
    }

    async fn take_turn(&self) -> Result<Turn<'_>, HostError> {
        let guard = self.turn.lock().await;
        let file = turn(&self.folder).await?;
        // Another process may have begun with another platform, or told that it has moved.
        self.journal.check_platform(self.platform.identity()).await?;
        self.journal.go_on_erasing().await?;
        Ok(Turn { _guard: guard, _file: file })
    }
}

/// Waits until no other process has its turn at the data in a folder.
async fn turn(folder: &Path) -> Result<File, HostError> {
    folder::lock(folder).await.map_err(|error| HostError::Io { path: folder.join("lock"), error })
}

struct Turn<'a> {
    _guard: tokio::sync::MutexGuard<'a, ()>,
    _file: File,
}

fn go_on(order: &OrderId, next_try: Option<&Timestamp>) -> String {
    match next_try {
        Some(time) => {
            format!("`shop-host work` goes on with it; the next try is due at {} UTC", time.to_the_second())
        }
        None => format!("it was set aside; `shop-host orders retry {order}` tries it again"),
    }
}

fn list(orders: &[OrderId]) -> String {
    orders.iter().map(OrderId::as_str).collect::<Vec<_>>().join(", ")
}

/// That a product cannot be sold, because of its handler. What else fails says nothing of the product.
fn handler_unusable(error: RegistryError) -> Result<Message, HostError> {
    match error {
        RegistryError::Inactive(_) | RegistryError::Lost(_) | RegistryError::Unloadable { .. } => {
            Ok(Message::fault("handler-unusable").with("reason", error.to_string()))
        }
        error => Err(error.into()),
    }
}

/// The state that lines are in once every step has succeeded.
pub fn goal(state: OrderState) -> LineState {
    match state {
        OrderState::Placed => LineState::Placed,
        OrderState::Paid => LineState::Fulfilled,
        OrderState::Suspended => LineState::Suspended,
        OrderState::Cancelled => LineState::Cancelled,
    }
}
