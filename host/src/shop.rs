//! The shop's runtime: takes orders, asks handlers, reconciles the learning platform. This ties the other modules together.

mod amend;
mod fulfil;
mod ledger;
mod lines;
mod moved;
mod privacy;
mod reconcile;
mod upgrade;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::amendment::Unamendable;
use crate::bargain::Bargain;
use crate::catalogue::{Catalogue, Price, Product};
use crate::check::{self, CheckedSeat};
use crate::conflict::Conflict;
use crate::email::Email;
use crate::folder;
use crate::journal::{Deferred, Journal, JournalError};
use crate::manifest::Kind;
use crate::message::Message;
use crate::order::{Order, OrderId, OrderState};
use crate::period::Timestamp;
use crate::platform::{Platform, PlatformError};
use crate::receipt::Report;
use crate::registry::{Handler, Registry, RegistryError};
use crate::retries::Retries;
use crate::sandbox::{Allocation, Budget, Engine, Stopped};
use crate::snapshot::Wanted;
use crate::state::{LineState, Reason};

pub use fulfil::Resumed;
pub use moved::Compared;
pub use privacy::Pruned;
pub use upgrade::Versions;

/// The shop's runtime.
pub struct Shop {
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
pub enum ShopError {
    /// The order contradicts what is recorded.
    #[error("order {order}: {conflict}")]
    Conflict {
        /// Which order.
        order: OrderId,
        /// How.
        conflict: Conflict,
    },
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
    /// Orders in force name the person.
    #[error("{email} is needed by the orders in force {}: release the seats, or cancel the orders first", list(orders))]
    InUse {
        /// Who.
        email: Email,
        /// Which orders.
        orders: Vec<OrderId>,
    },
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
    Registry(#[from] RegistryError),
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
    /// After how many tries it was left to wait, if that may pass by itself.
    fn waits_after(&self) -> Option<u32> {
        self.until.as_ref().filter(|until| !until.blocked).map(|until| until.tries)
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

/// What a product would give its handler, and what is said about it.
pub struct ProductCheck {
    /// The product's reference.
    pub product: String,
    /// The handler, if it can be used.
    pub handler: Option<Arc<Handler>>,
    /// The courses that an order of it lets the handler enrol in.
    pub courses: Vec<String>,
    /// The roles that an order of it lets the handler assign.
    pub roles: Vec<String>,
    /// What was said.
    pub messages: Vec<Message>,
    /// What stopped the handler; there is a message of it too.
    pub stopped: Option<Stopped>,
    /// Whether it cannot be sold as it stands: its orders would be rejected.
    pub rejected: bool,
}

/// What orders of a product grant its handler.
pub struct Granted {
    /// The product's reference.
    pub product: String,
    /// The courses to enrol in.
    pub courses: Vec<GrantedCourse>,
    /// The short names of the roles to assign.
    pub roles: Vec<String>,
}

/// A course that orders of a product grant.
pub struct GrantedCourse {
    /// The parameter that names it.
    pub parameter: String,
    /// Its short name.
    pub short_name: String,
    /// Whether the handler cannot do without.
    pub required: bool,
}

/// Tells the time.
pub type Clock = fn() -> Timestamp;

/// Hears how many of how many steps are behind us.
pub type Progress = dyn Fn(usize, usize) + Send + Sync;

impl Shop {
    /// Opens a shop whose data are in a folder, which is made if it is not there.
    pub async fn open(
        folder: &Path,
        catalogue: Catalogue,
        platform: Arc<dyn Platform>,
        allocation: Allocation,
    ) -> Result<Shop, ShopError> {
        std::fs::create_dir_all(folder).map_err(|error| ShopError::Io { path: folder.to_owned(), error })?;
        let engine = Engine::new(allocation).map_err(|error| ShopError::Sandbox(format!("{error:#}")))?;
        let journal = Journal::open(&folder.join(folder::JOURNAL)).await?;
        Ok(Shop {
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
    pub fn with_retries(self, retries: Retries) -> Shop {
        Shop { retries, ..self }
    }

    /// The same with another clock for what is said of periods that are over or far away.
    pub fn with_clock(self, clock: Clock) -> Shop {
        Shop { clock, ..self }
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
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Checks every product of the catalogue, as if it were about to be sold.
    pub async fn check(&self) -> Result<Vec<ProductCheck>, ShopError> {
        let mut checks = Vec::new();
        for product in &self.catalogue.products {
            checks.push(self.check_product(product).await?);
        }
        Ok(checks)
    }

    /// The courses and roles that orders of each product grant its handler; none of a product without a handler.
    pub async fn granted(&self) -> Result<Vec<Granted>, ShopError> {
        let mut all = Vec::new();
        for product in &self.catalogue.products {
            let Ok(handler) = self.registry.active(&product.handler).await else { continue };
            let (manifest, settings) = (&handler.manifest, &self.catalogue.shop);
            let bargain = Bargain::offered(product, settings, handler.digest, manifest, Timestamp::now());
            let parameters = check::product(&bargain, manifest).parameters;
            let course = |(parameter, name): (&str, &str)| GrantedCourse {
                parameter: parameter.to_owned(),
                short_name: name.to_owned(),
                required: manifest.parameter(parameter).is_some_and(|parameter| parameter.required),
            };
            let roles = parameters.granted(manifest, &Kind::Role).map(|(_, name)| name.to_owned());
            all.push(Granted {
                product: product.reference.clone(),
                courses: parameters.granted(manifest, &Kind::Course).map(course).collect(),
                roles: roles.filter(|role| settings.roles.contains(role)).collect(),
            });
        }
        Ok(all)
    }

    async fn check_product(&self, product: &Product) -> Result<ProductCheck, ShopError> {
        let mut outcome = ProductCheck {
            product: product.reference.clone(),
            handler: None,
            courses: Vec::new(),
            roles: Vec::new(),
            messages: Vec::new(),
            stopped: None,
            rejected: true,
        };
        let handler = match self.registry.active(&product.handler).await {
            Ok(handler) => handler,
            Err(error) => {
                outcome.messages.push(handler_unusable(&error));
                return Ok(outcome);
            }
        };
        let bargain =
            Bargain::offered(product, &self.catalogue.shop, handler.digest, &handler.manifest, Timestamp::now());
        let mut checked = check::product(&bargain, &handler.manifest);
        let names =
            |kind| checked.parameters.granted(&handler.manifest, kind).map(|(_, name)| name.to_owned()).collect();
        outcome.courses = names(&Kind::Course);
        outcome.roles = names(&Kind::Role);
        outcome.roles.retain(|role| self.catalogue.shop.roles.contains(role));
        let mut wanted = Wanted::default();
        wanted.add(&checked, &handler.manifest, &self.catalogue.shop);
        let found = wanted.look_up(&*self.platform).await?;
        let language = self.catalogue.shop.language.clone();
        let call = self.call(&mut checked, &handler, &found, &Default::default(), language).await;
        outcome.messages = call.messages;
        outcome.rejected = call.rejected || call.stopped.is_some();
        outcome.stopped = call.stopped;
        outcome.handler = Some(handler);
        Ok(outcome)
    }

    /// The language of an order's readers.
    fn language(&self, order: &Order) -> String {
        order.reads().ok().flatten().unwrap_or_else(|| self.catalogue.shop.language.clone())
    }

    async fn take_turn(&self) -> Result<Turn<'_>, ShopError> {
        let guard = self.turn.lock().await;
        let file = turn(&self.folder).await?;
        // Another process may have begun with another platform, or told that it has moved.
        self.journal.check_platform(self.platform.identity()).await?;
        self.journal.go_on_erasing().await?;
        Ok(Turn { _guard: guard, _file: file })
    }
}

/// Waits until no other process has its turn at the data in a folder.
async fn turn(folder: &Path) -> Result<File, ShopError> {
    let locking = folder.to_owned();
    let file = tokio::task::spawn_blocking(move || folder::lock(&locking));
    let file = file.await.map_err(std::io::Error::other).flatten();
    file.map_err(|error| ShopError::Io { path: folder.join("lock"), error })
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

fn handler_unusable(error: &RegistryError) -> Message {
    Message::fault("handler-unusable").with("reason", error.to_string())
}

/// The state that lines are in once every step has succeeded.
fn goal(state: OrderState) -> LineState {
    match state {
        OrderState::Placed => LineState::Placed,
        OrderState::Paid => LineState::Fulfilled,
        OrderState::Suspended => LineState::Suspended,
        OrderState::Cancelled => LineState::Cancelled,
    }
}
