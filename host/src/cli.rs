//! The command line: translates to and from the shop's runtime.

mod demo;
mod forecast;
mod handlers;
mod json;
mod orders;
mod out;
mod platform;
mod render;
mod replay;
mod report;
mod tables;
mod words;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use shop_host::build::{self, BuildError, Built};
use shop_host::catalogue::Catalogue;
use shop_host::file::{self, FileError};
use shop_host::journal::{Journal, JournalError};
use shop_host::order::{Order, OrderId};
use shop_host::platform::PlatformError;
use shop_host::platform::embedded::{EmbeddedPlatform, OpenError};
use shop_host::registry::{Inadmissible, Registry, RegistryError};
use shop_host::sandbox::{Allocation, Engine};
use shop_host::shop::{Outcome, Shop, ShopError};

use shop_host::state::LineState;
use words::Voice;

const EXIT_STATUSES: &str = "Exit statuses:
  0  done; nothing speaks against it
  1  a file, the journal or another part of this machine failed
  2  usage: a wrong argument, or a file that is not what it should be
  3  rejected: findings speak against the order, the product or the component; nothing was applied
  4  refused: the handler asked for more than the order grants; nothing was applied
  5  unavailable: the learning platform does not answer; run the same command again later
  6  conflict: the order contradicts what is recorded under its id, or the handler is needed; nothing was applied
  7  stopped: the handler failed or exceeded a limit; nothing was applied
  8  incomplete: the learning platform would not do some steps, or not be read, until somebody puts that right

Results go to standard output, errors to standard error. With --json, standard output holds one JSON value; if the
command failed before there was a result, that is {\"error\": TEXT, \"status\": STATUS}.

Files are read as UTF-8. `shop-host schema KIND` prints the JSON Schema of each kind.";

/// Runs product handlers in a sandbox, and sets up what they declare on a learning platform.
#[derive(Parser)]
#[command(name = "shop-host", version, after_help = EXIT_STATUSES)]
struct Cli {
    /// The folder of the shop's data: journal, handlers, embedded learning platform
    #[arg(long, global = true, value_name = "DIR", env = "SHOP_HOST_DATA", default_value = "shop-data")]
    data: PathBuf,
    /// The catalogue [default: catalogue.toml in the folder of the data]
    #[arg(long, global = true, value_name = "FILE", env = "SHOP_HOST_CATALOGUE")]
    catalogue: Option<PathBuf>,
    /// Write JSON for programs instead of text for people
    #[arg(long, global = true)]
    json: bool,
    /// The language of the output [default: the order's, or else the shop's]
    #[arg(long, global = true, value_name = "TAG", value_parser = language_tag)]
    language: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows everything: one order, from the preview to the cancellation
    Demo {
        /// The handler's component [default: built from this project's plugin folder]
        #[arg(long, value_name = "FILE")]
        handler: Option<PathBuf>,
    },
    /// Checks every product of a catalogue, and shows what each grants its handler
    Check {
        /// The catalogue
        #[arg(value_name = "CATALOGUE")]
        file: PathBuf,
    },
    /// Shows what fulfilling an order would do
    Preview {
        /// The order, in JSON
        order: PathBuf,
        /// As if it were paid
        #[arg(long)]
        paid: bool,
    },
    /// Fulfils an order as it stands now; again, it applies just what has changed
    Fulfil {
        /// The order, in JSON
        order: PathBuf,
    },
    /// Installs handlers' versions, and decides which of them serve
    #[command(subcommand)]
    Handlers(Handlers),
    /// Shows the orders
    #[command(subcommand)]
    Orders(Orders),
    /// Makes a component out of a handler's crate
    Build {
        /// The folder of the crate
        dir: PathBuf,
        /// Where to put the component [default: in the crate's target folder]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Prints the JSON Schema of a kind of file
    Schema {
        /// Of which
        kind: Schema,
    },
    /// Sets up and shows the embedded learning platform
    #[command(subcommand)]
    Platform(Platform),
}

#[derive(Subcommand)]
enum Handlers {
    /// All installed versions
    List,
    /// One version: what it says of itself, and what was done with its handler
    Inspect {
        /// A component's file, name@version, or the beginning of a digest
        handler: String,
    },
    /// Adds a version, after checking it; it serves once it is activated
    Install {
        /// The component
        file: PathBuf,
        /// Let it serve at once
        #[arg(long)]
        activate: bool,
        #[command(flatten)]
        by: By,
    },
    /// Shows what a version would have made of the last orders, had it served
    Preview {
        /// A component's file, name@version, or the beginning of a digest
        handler: String,
        /// Of how many lines
        #[arg(long, value_name = "LINES", default_value_t = 500)]
        last: u32,
    },
    /// Lets a version serve from the next order on
    Activate {
        /// A component's file, name@version, or the beginning of a digest
        handler: String,
        #[command(flatten)]
        by: By,
    },
    /// Lets the version serve that served before
    Rollback {
        /// The handler's name
        name: String,
        #[command(flatten)]
        by: By,
    },
    /// Takes away a version that neither serves nor is needed by a line
    Remove {
        /// A component's file, name@version, or the beginning of a digest
        handler: String,
        #[command(flatten)]
        by: By,
    },
}

#[derive(clap::Args)]
struct By {
    /// Who does this, for the audit trail
    #[arg(long = "by", value_name = "NAME", env = "USER", default_value = "unknown", hide_env_values = true)]
    who: String,
}

#[derive(Subcommand)]
enum Orders {
    /// All orders
    List,
    /// One order, with its last receipt
    Show {
        /// Its id
        id: String,
    },
    /// Moves an order's lines to another version of their handlers: shows what that would change
    Upgrade {
        /// Its id
        id: String,
        /// To this version: a component's file, name@version, or the beginning of a digest [default: the active one]
        #[arg(long, value_name = "HANDLER")]
        to: Option<String>,
        /// Do it
        #[arg(long)]
        apply: bool,
    },
    /// Makes every recorded call for an order again, and says whether the answer is the same
    Replay {
        /// Its id
        id: String,
    },
}

#[derive(Subcommand)]
enum Platform {
    /// Adds roles, courses, accounts and enrolments from a TOML file
    Seed {
        /// The file
        file: PathBuf,
    },
    /// Everything that the platform has
    Show,
}

#[derive(Clone, Copy, ValueEnum)]
enum Schema {
    /// Orders
    Order,
    /// Catalogues (as JSON Schema, for TOML editors too)
    Catalogue,
    /// Descriptions of an embedded platform
    Platform,
}

/// What ends a command early.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Shop(#[from] ShopError),
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error(transparent)]
    Platform(#[from] PlatformError),
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Machine(String),
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Failure::Shop(error.into())
    }
}

impl Failure {
    fn exit_status(&self) -> u8 {
        match self {
            Failure::File(FileError::Io { .. }) | Failure::Machine(_) => 1,
            Failure::File(_) | Failure::Usage(_) => 2,
            Failure::Registry(error) => match error {
                RegistryError::Inadmissible { error: Inadmissible::Io(_), .. } => 1,
                RegistryError::Inadmissible { .. } => 3,
                RegistryError::Unknown(_) | RegistryError::Ambiguous { .. } | RegistryError::Inactive(_) => 2,
                RegistryError::Active(_) | RegistryError::Pinned { .. } | RegistryError::NoEarlier(_) => 6,
                _ => 1,
            },
            Failure::Build(_) => 1,
            Failure::Platform(error) | Failure::Shop(ShopError::Platform(error)) => match error {
                PlatformError::Unavailable(_) => 5,
                PlatformError::Refused(_) => 8,
            },
            Failure::Shop(ShopError::Conflict { .. } | ShopError::NotUpgradable { .. }) => 6,
            Failure::Shop(_) => 1,
        }
    }
}

fn exit_status(state: LineState) -> u8 {
    match state {
        LineState::Placed | LineState::Fulfilled | LineState::Suspended | LineState::Cancelled => 0,
        LineState::Rejected => 3,
        LineState::Refused => 4,
        LineState::Waiting | LineState::Applying => 5,
        LineState::Stopped => 7,
        LineState::Incomplete => 8,
    }
}

fn language_tag(text: &str) -> Result<String, &'static str> {
    shop_host::text::language_tag(text).ok_or("expected a language tag such as fr or en-GB")
}

pub(crate) async fn run() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .init();
    let cli = Cli::try_parse().unwrap_or_else(|error| usage(&error));
    match cli.dispatch().await {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            let (text, status) = (failure.to_string(), failure.exit_status());
            if cli.json {
                json::print(&json::failure(&text, status));
            }
            out::failure(&text);
            ExitCode::from(status)
        }
    }
}

/// Tells of wrong arguments, and to programs that asked for JSON in JSON; or prints the help that was asked for.
fn usage(error: &clap::Error) -> ! {
    if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
        json::print(&json::failure(error.to_string().trim_end(), 2));
    }
    error.exit()
}

impl Cli {
    async fn dispatch(&self) -> Result<u8, Failure> {
        match &self.command {
            Command::Demo { handler } => demo::run(self, handler.as_deref()).await,
            Command::Check { file } => self.check(file).await,
            Command::Preview { order, paid } => self.preview(order, *paid).await,
            Command::Fulfil { order } => self.fulfil(order).await,
            Command::Handlers(command) => handlers::run(self, command).await,
            Command::Orders(Orders::List) => orders::list(self).await,
            Command::Orders(Orders::Show { id }) => orders::show(self, id).await,
            Command::Orders(Orders::Upgrade { id, to, apply }) => {
                orders::upgrade(self, id, to.as_deref(), *apply).await
            }
            Command::Orders(Orders::Replay { id }) => replay::run(self, id).await,
            Command::Build { dir, output } => self.build(dir, output.clone()),
            Command::Schema { kind } => Ok(schema(*kind)),
            Command::Platform(Platform::Seed { file }) => platform::seed(self, file).await,
            Command::Platform(Platform::Show) => platform::show(self).await,
        }
    }

    /// The same options, for the folder of a demonstration.
    fn for_demo(&self, folder: &Path) -> Cli {
        Cli {
            data: folder.to_owned(),
            catalogue: None,
            json: self.json,
            language: self.language.clone(),
            command: Command::Platform(Platform::Show),
        }
    }

    /// Runs another command with the same options.
    async fn again(&self, command: &[String]) -> Result<u8, Failure> {
        let words = std::iter::once("shop-host").chain(command.iter().map(String::as_str));
        let parsed = Cli::try_parse_from(words).map_err(|error| Failure::Usage(error.to_string()))?;
        let cli = Cli { command: parsed.command, ..self.for_demo(&self.data) };
        Box::pin(cli.dispatch()).await
    }

    fn catalogue(&self) -> Result<Catalogue, Failure> {
        let default = self.data.join("catalogue.toml");
        if self.catalogue.is_none() && !default.exists() {
            let problem = "the shop has no catalogue there: put one there, or name one with --catalogue FILE";
            return Err(Failure::Machine(format!("{}: {problem}", default.display())));
        }
        Ok(file::read_catalogue(self.catalogue.as_deref().unwrap_or(&default))?)
    }

    fn platform_file(&self) -> PathBuf {
        self.data.join("platform.sqlite")
    }

    fn make_data(&self) -> Result<(), Failure> {
        let io =
            |error: std::io::Error| Failure::Machine(format!("{}: no folder for data: {error}", self.data.display()));
        std::fs::create_dir_all(&self.data).map_err(io)
    }

    async fn platform(&self) -> Result<EmbeddedPlatform, Failure> {
        EmbeddedPlatform::open(self.platform_file()).await.map_err(|error| match error {
            OpenError::Missing { .. } => {
                Failure::Machine(format!("{error}: `platform seed FILE` makes one; --data DIR names another folder"))
            }
            _ => Failure::Machine(error.to_string()),
        })
    }

    /// Only seeding makes a platform: anywhere else, a file that is missing was lost.
    async fn make_platform(&self) -> Result<EmbeddedPlatform, Failure> {
        self.make_data()?;
        let opened = EmbeddedPlatform::open_or_make(self.platform_file()).await;
        opened.map_err(|error| Failure::Machine(error.to_string()))
    }

    async fn journal(&self) -> Result<Journal, Failure> {
        self.make_data()?;
        Ok(Journal::open(&self.data.join("journal.sqlite")).await?)
    }

    /// The handlers, for which it takes neither a catalogue nor a learning platform.
    async fn registry(&self) -> Result<Registry, Failure> {
        self.registry_in(self.journal().await?)
    }

    fn registry_in(&self, journal: Journal) -> Result<Registry, Failure> {
        let engine = Engine::new(Allocation::OnDemand).map_err(|error| ShopError::Sandbox(format!("{error:#}")))?;
        Ok(Registry::open(&self.data.join("handlers"), engine, journal)?)
    }

    /// What is recorded, for commands that only read it: they make no journal where there is none.
    async fn records(&self) -> Result<Journal, Failure> {
        let path = self.data.join("journal.sqlite");
        if !path.exists() {
            let problem = "no shop has recorded anything here: --data DIR names another folder";
            return Err(Failure::Machine(format!("{}: {problem}", path.display())));
        }
        self.journal().await
    }

    /// The language of the shop's staff, as far as there is a catalogue to tell.
    fn shop_language(&self) -> String {
        self.catalogue().map(|catalogue| catalogue.shop).unwrap_or_default().language
    }

    /// The id of an order, as typed.
    fn order_id(id: &str) -> Result<OrderId, Failure> {
        OrderId::try_from(id.to_owned()).map_err(|error| Failure::Usage(error.to_string()))
    }

    async fn shop(&self, catalogue: Catalogue) -> Result<Shop, Failure> {
        let platform = self.platform().await?;
        Ok(Shop::open(&self.data, catalogue, Arc::new(platform)).await?)
    }

    fn language<'a>(&'a self, other: &'a str) -> &'a str {
        self.language.as_deref().unwrap_or(other)
    }

    async fn check(&self, file: &Path) -> Result<u8, Failure> {
        let catalogue = file::read_catalogue(file)?;
        let language = self.language(&catalogue.shop.language).to_owned();
        let voice = Voice::of_what_is(&language);
        let checks = self.shop(catalogue).await?.check().await?;
        match (self.json, checks.is_empty()) {
            (true, _) => json::print(&json::checks(&checks, voice)),
            (false, true) => out::line(voice.word("check-nothing")),
            (false, false) => checks.iter().for_each(|check| render::check(check, voice)),
        }
        Ok(if checks.iter().any(|check| check.rejected) { 3 } else { 0 })
    }

    async fn preview(&self, order: &Path, paid: bool) -> Result<u8, Failure> {
        let mut order = file::read_order(order)?;
        if paid {
            order = order.paid();
        }
        let shop = self.shop(self.catalogue()?).await?;
        let outcome = shop.preview(&order).await?;
        self.tell(&order, &outcome, true);
        Ok(exit_status(outcome.state))
    }

    async fn fulfil(&self, order: &Path) -> Result<u8, Failure> {
        let order = file::read_order(order)?;
        let shop = self.shop(self.catalogue()?).await?;
        let outcome = shop.fulfil(&order, &progress()).await?;
        self.tell(&order, &outcome, false);
        Ok(exit_status(outcome.state))
    }

    fn tell(&self, order: &Order, outcome: &Outcome, preview: bool) {
        let voice = Voice { language: self.language(&outcome.language), preview };
        match self.json {
            true => json::print(&json::outcome(outcome, voice)),
            false => render::outcome(order, outcome, voice),
        }
    }

    fn build(&self, dir: &Path, output: Option<PathBuf>) -> Result<u8, Failure> {
        let options = build::Options { output, ..Default::default() };
        let built: Built = build::component(dir, &options)?;
        if self.json {
            json::print(&serde_json::json!(built));
        } else {
            out::line(format!("{} ({} bytes)", built.path.display(), built.bytes));
        }
        Ok(0)
    }
}

fn schema(kind: Schema) -> u8 {
    let schema = match kind {
        Schema::Order => schemars::schema_for!(Order),
        Schema::Catalogue => schemars::schema_for!(Catalogue),
        Schema::Platform => schemars::schema_for!(shop_host::platform::embedded::Seed),
    };
    json::print(&serde_json::json!(schema));
    0
}

/// A bar on the terminal, when there is enough to do for one to be of use.
fn progress() -> impl Fn(usize, usize) + Send + Sync {
    let bar = ProgressBar::hidden();
    let style =
        ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}").unwrap_or_else(|_| ProgressStyle::default_bar());
    move |done, of| {
        if of < 200 || !std::io::stderr().is_terminal() {
            return;
        }
        if bar.length() != Some(of as u64) {
            bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
            bar.set_style(style.clone());
            bar.set_length(of as u64);
        }
        bar.set_position(done as u64);
        if done >= of {
            bar.finish_and_clear();
        }
    }
}
