//! The host: takes orders, asks handlers, reconciles the learning platform. This ties the other modules together.

mod accept;
mod amend;
mod carry_out;
mod compare;
mod consent;
mod error;
mod fulfil;
mod guard;
mod heard;
mod held;
mod in_charge;
mod keys;
mod lease;
mod ledger;
mod lines;
mod moved;
mod operator;
mod outcome;
mod prepare;
mod privacy;
mod products;
mod purchases;
mod redo;
mod tag;
mod tokens;
mod trial;
mod upgrade;
mod versions;

use std::path::Path;
use std::sync::Arc;

use crate::handlers::{self, HandlerError, Handlers};
use shop_core::lines::catalogue::{Catalogue, Settings};
use shop_core::lines::catalogues::Catalogues;
use shop_core::orders::retries::Retries;
use shop_core::orders::state::LineState;
use shop_core::platform::Platform;
use shop_core::words::message::Message;
use shop_core::words::order::{Order, OrderId, OrderState};
use shop_core::words::period::Timestamp;
use shop_folder as folder;
use shop_journal::{Journal, Records};
use shop_sandbox::{Allocation, Compiler};

use lease::Leases;

pub use accept::Accepted;
pub use amend::Amended;
pub use consent::Consented;
pub use error::HostError;
pub use fulfil::{AT_ONCE, Resumed};
pub use moved::Compared;
pub use outcome::{LineOutcome, Outcome};
pub use prepare::Believes;
pub use privacy::Pruned;
pub use products::{Granted, GrantedCourse, ProductCheck};
pub use purchases::{Had, Purchases};
pub use redo::Redo;
pub use tag::{Provided, Tag};
pub use tokens::Tokens;
pub use trial::Trial;
pub use versions::Versions;

/// The host: what sells, sets up and takes away a shop's sessions.
pub struct Host {
    catalogues: Catalogues,
    handlers: Handlers,
    journal: Journal,
    platform: Arc<dyn Platform>,
    retries: Retries,
    clock: Clock,
    leases: Box<Leases>,
}

/// Tells the time.
pub type Clock = fn() -> Timestamp;

/// Hears how many of how many steps are behind us.
pub type Progress = dyn Fn(usize, usize) + Send + Sync;

impl Host {
    /// Opens a shop whose data are in a folder, which is made if it is not there. If it is, [`folder::exposed`] tells whether
    /// others can get at it. It sells by one [`Catalogue`], or, for several shops, by the [`Catalogues`] of all of them.
    pub async fn open(
        folder: &Path,
        catalogues: impl Into<Catalogues>,
        platform: Arc<dyn Platform>,
        allocation: Allocation,
    ) -> Result<Host, HostError> {
        folder::make(folder).map_err(|error| HostError::Io { path: folder.to_owned(), error })?;
        let engine = handlers::engine(allocation)?;
        let journal = Journal::open(folder).await?;
        let handlers = Handlers::of(folder, engine, journal.clone());
        handlers.share().await?;
        Ok(Host {
            catalogues: catalogues.into(),
            handlers,
            leases: Box::new(Leases::of(folder, &journal)),
            journal,
            platform,
            retries: Retries::default(),
            clock: Timestamp::now,
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
    /// use shop_host::{Compiler, Host, compile_apart};
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
        Host { handlers: self.handlers.with_compiler(compiler), ..self }
    }

    /// The same with another clock for what is said of periods that are over or far away.
    pub fn with_clock(self, clock: Clock) -> Host {
        Host { clock, ..self }
    }

    /// What is sold.
    pub fn catalogues(&self) -> &Catalogues {
        &self.catalogues
    }

    /// What the shop sells that has an order, and what holds for all of it.
    fn catalogue_of(&self, order: &OrderId) -> Result<&Catalogue, HostError> {
        Ok(self.catalogues.of(order)?)
    }

    /// The handlers.
    pub fn handlers(&self) -> &Handlers {
        &self.handlers
    }

    /// Who may use the API.
    pub fn tokens(&self) -> Tokens {
        Tokens::of(self.journal.clone())
    }

    /// The orders of web shops that are connected.
    pub fn purchases(&self) -> Purchases {
        Purchases::of(self.journal.clone())
    }

    /// What is recorded, to be read.
    pub fn journal(&self) -> &Records {
        &self.journal
    }

    /// The language of an order's readers.
    fn language(&self, order: &Order) -> String {
        order.reads().ok().flatten().unwrap_or_else(|| self.language_of_shop(&order.id))
    }

    /// The language of the shop that has an order.
    fn language_of_shop(&self, order: &OrderId) -> String {
        self.catalogues
            .of(order)
            .map_or_else(|_| Settings::default().language, |catalogue| catalogue.shop.language.clone())
    }
}

/// That a product cannot be sold, because of its handler. What else fails says nothing of the product.
fn handler_unusable(error: HandlerError) -> Result<Message, HostError> {
    match error {
        HandlerError::Inactive(_) | HandlerError::Lost(_) | HandlerError::Unloadable { .. } => {
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
