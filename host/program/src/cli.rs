//! The command line: translates to and from the host.

mod activation;
mod amend;
mod arguments;
mod audit;
mod backup;
mod connect;
mod demo;
mod drift;
mod ending;
mod events;
mod failure;
mod forecast;
mod fulfil;
mod handlers;
mod journal;
mod json;
mod orders;
mod out;
mod people;
mod platform;
mod render;
mod replay;
mod report;
mod schema;
mod serve;
mod shops;
mod site;
mod tables;
mod tokens;
mod told;
mod work;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use shop_build::Built;
use shop_core::lines::catalogues::Catalogues;
use shop_core::orders::amendment::Amendment;
use shop_core::platform as learning;
use shop_core::words::text::{is_unprintable, printable};
use shop_folder as folder;
use shop_folder::file;
use shop_host::view::{self, Product, Voice};
use shop_host::{Host, Outcome};
use shop_journal::Records;
use shop_platforms::embedded::{EmbeddedPlatform, OpenError};
use shop_platforms::moodle::{MoodlePlatform, MoodleSettings, TokenSource};
use shop_sandbox::{Allocation, Compiler};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::{fmt, prelude::*};

use arguments::{Audit, Cli, Command, Journal, Orders, People, Platform};
use failure::{Failure, Told, exit_status};

pub(crate) async fn run() -> ExitCode {
    let logged = fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let asked: Option<Targets> = std::env::var("RUST_LOG").ok().and_then(|targets| targets.parse().ok());
    let targets = asked.unwrap_or_else(|| Targets::new().with_default(LevelFilter::WARN));
    tracing_subscriber::registry().with(logged.with_filter(targets)).init();
    let cli = Cli::try_parse().unwrap_or_else(|error| usage(&error));
    if let Some(exposed) = folder::exposed(&cli.data) {
        out::warning(&exposed.to_string());
    }
    match cli.dispatch().await {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            let (text, status) = (failure.worded(cli.language("en")), failure.exit_status());
            if cli.json {
                json::print(&view::Failure::new(text.clone(), status, failure.problem()));
            }
            out::failure(&text);
            ExitCode::from(status)
        }
    }
}

/// Tells why the program cannot even begin.
pub(crate) fn failed(text: &str) -> ExitCode {
    out::failure(text);
    ExitCode::FAILURE
}

/// Tells of wrong arguments, and to programs that asked for JSON in JSON; or prints the help that was asked for.
fn usage(error: &clap::Error) -> ! {
    let told = error.to_string();
    if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
        json::print(&view::Failure::new(told.trim_end().to_owned(), 2, None));
    }
    // It has what was typed in it as it was typed.
    if error.use_stderr() && told.contains(|c| c != '\n' && is_unprintable(c)) {
        told.lines().for_each(|line| out::note(&printable(line)));
        std::process::exit(error.exit_code());
    }
    error.exit()
}

impl Cli {
    async fn dispatch(&self) -> Result<u8, Failure> {
        self.check_shop()?;
        match &self.command {
            Command::Demo { handler } => demo::run(self, handler.as_deref()).await,
            Command::Check { file } => self.check(file).await,
            Command::Preview { order, paid } => self.preview(order, *paid).await,
            Command::Fulfil { orders } => fulfil::run(self, orders).await,
            Command::Handlers(command) => handlers::run(self, command).await,
            Command::Orders(Orders::List(which)) => orders::list(self, which).await,
            Command::Orders(Orders::Show { id }) => orders::show(self, id).await,
            Command::Orders(Orders::Upgrade { id, to, apply, by }) => {
                orders::upgrade(self, id, to.as_deref(), *apply, by).await
            }
            Command::Orders(Orders::Verify { ids }) => drift::verify(self, ids).await,
            Command::Orders(Orders::Repair { ids, restate, how }) => drift::repair(self, ids, *restate, how).await,
            Command::Orders(Orders::Suspend { id, how }) => amend::order(self, id, Amendment::Suspend, how).await,
            Command::Orders(Orders::Resume { id, how }) => amend::order(self, id, Amendment::Resume, how).await,
            Command::Orders(Orders::Cancel { id, how }) => amend::order(self, id, Amendment::Cancel, how).await,
            Command::Orders(Orders::HandOver { id, to, how }) => amend::hand_over(self, id, to, how).await,
            Command::Seats(command) => amend::seat(self, command).await,
            Command::Orders(Orders::Retry { id, by }) => orders::retry(self, id, by).await,
            Command::Orders(Orders::Replay { id }) => replay::run(self, id).await,
            Command::Connect(command) => connect::run(self, command).await,
            Command::Serve { listen } => serve::run(self, *listen).await,
            Command::Tokens(command) => tokens::run(self, command).await,
            Command::Work { once } => work::run(self, *once).await,
            Command::People(People::Attach { email, to, by }) => people::consent(self, email, to, true, &by.who).await,
            Command::People(People::Detach { email, from, by }) => {
                people::consent(self, email, from, false, &by.who).await
            }
            Command::People(People::Erase { email, by }) => audit::erase(self, email, by).await,
            Command::Audit(Audit::List { order, people }) => audit::list(self, order.as_deref(), *people).await,
            Command::Audit(Audit::Check { noted }) => audit::check(self, *noted).await,
            Command::Events(what) => events::run(self, what).await,
            Command::Journal(Journal::Copy { to, password_file }) => {
                journal::copy(self, to, password_file.as_deref()).await
            }
            Command::Backup { file, by } => backup::make(self, file, &by.who).await,
            Command::Restore { file } => backup::restore(self, file).await,
            Command::Build { dir, output } => self.build(dir, output.clone()),
            Command::Schema(kind) => schema::run(kind),
            Command::Platform(Platform::Seed { file }) => platform::seed(self, file).await,
            Command::Platform(Platform::Show) => platform::show(self).await,
            Command::Platform(Platform::Check) => site::check(self).await,
            Command::Platform(Platform::Moved { from, by }) => site::moved(self, from, &by.who).await,
        }
    }

    /// The same options, for the folder of a demonstration.
    fn for_demo(&self, folder: &Path) -> Cli {
        Cli {
            data: folder.to_owned(),
            shop: None,
            catalogue: None,
            moodle: None,
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

    fn platform_file(&self) -> PathBuf {
        self.data.join(folder::PLATFORM)
    }

    fn make_data(&self) -> Result<(), Failure> {
        let io =
            |error: std::io::Error| Failure::Machine(format!("{}: no folder for data: {error}", self.data.display()));
        folder::make(&self.data).map_err(io)
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

    /// The handlers, to install one: that makes a shop where there is none.
    async fn make_handlers(&self) -> Result<shop_host::Handlers, Failure> {
        self.make_data()?;
        Ok(shop_host::Handlers::open(&self.data).await?.with_compiler(compiler()?))
    }

    /// The handlers that there are.
    async fn handlers(&self) -> Result<shop_host::Handlers, Failure> {
        self.has_records()?;
        Ok(shop_host::Handlers::open_or_read(&self.data).await?.with_compiler(compiler()?))
    }

    /// What is recorded, for commands that only read it.
    async fn records(&self) -> Result<Records, Failure> {
        self.has_records()?;
        Ok(Records::open(&self.data).await?)
    }

    /// Commands that only read it make no journal where there is none.
    fn has_records(&self) -> Result<(), Failure> {
        let path = self.data.join(folder::JOURNAL);
        match path.exists() || self.data.join(folder::JOURNAL_SETTINGS).exists() {
            true => Ok(()),
            false => Err(Failure::Lacking(Told::new("no-records", [("file", path.display().to_string().into())]))),
        }
    }

    async fn host(&self, catalogues: impl Into<Catalogues>) -> Result<Host, Failure> {
        self.host_with(catalogues, Allocation::OnDemand).await
    }

    async fn host_with(&self, catalogues: impl Into<Catalogues>, allocation: Allocation) -> Result<Host, Failure> {
        let platform: Arc<dyn learning::Platform> = match self.moodle().await? {
            Some(moodle) => Arc::new(moodle),
            None => Arc::new(self.platform().await?),
        };
        self.host_on(catalogues.into(), platform, allocation).await
    }

    async fn host_on(
        &self,
        catalogues: Catalogues,
        platform: Arc<dyn learning::Platform>,
        allocation: Allocation,
    ) -> Result<Host, Failure> {
        Ok(Host::open(&self.data, catalogues, platform, allocation).await?.with_compiler(compiler()?))
    }

    /// The Moodle in place of the embedded platform, if one is set up.
    async fn moodle(&self) -> Result<Option<MoodlePlatform>, Failure> {
        let path = self.moodle_file();
        if self.moodle.is_none() && !path.exists() {
            return Ok(None);
        }
        let mut settings: MoodleSettings = file::read_toml(&path)?;
        if let TokenSource::File(token) = &mut settings.token {
            // As seen from where the settings are.
            *token = path.parent().unwrap_or(Path::new("")).join(&token);
        }
        self.make_data()?;
        let opened = match shop_journal::Journal::server(&self.data).await? {
            Some(shared) => MoodlePlatform::shared(settings, shared),
            None => MoodlePlatform::open(settings, &self.data.join(folder::MOODLE_MEMORY)).await,
        };
        opened.map(Some).map_err(|error| Failure::Machine(format!("{}: {error}", path.display())))
    }

    fn moodle_file(&self) -> PathBuf {
        self.moodle.clone().unwrap_or_else(|| self.data.join(folder::MOODLE))
    }

    fn language<'a>(&'a self, other: &'a str) -> &'a str {
        self.language.as_deref().unwrap_or(other)
    }

    async fn check(&self, file: &Path) -> Result<u8, Failure> {
        let catalogue = file::read_catalogue(file)?;
        let language = self.language(&catalogue.shop.language).to_owned();
        let voice = Voice::of_what_is(&language);
        let checks = Product::all(&self.host(catalogue).await?.check().await?, voice);
        match (self.json, checks.is_empty()) {
            (true, _) => json::print(&checks),
            (false, true) => out::line(voice.word("check-nothing")),
            (false, false) => checks.iter().for_each(|check| render::check(check, voice)),
        }
        Ok(if checks.iter().any(|check| check.rejected) { 3 } else { 0 })
    }

    async fn preview(&self, order: &Path, paid: bool) -> Result<u8, Failure> {
        let mut said = self.order(order)?;
        if paid {
            said = said.paid();
        }
        let host = self.host(self.catalogues()?).await?;
        let outcome = host.preview(&said).await?;
        self.tell(&outcome, true);
        Ok(exit_status(outcome.state))
    }

    fn voice<'a>(&'a self, outcome: &'a Outcome, preview: bool) -> Voice<'a> {
        Voice { language: self.language(&outcome.language), preview }
    }

    /// Tells what came, or would come, of an order.
    fn tell(&self, outcome: &Outcome, preview: bool) {
        let voice = self.voice(outcome, preview);
        let told = view::Outcome::of(outcome, voice);
        match self.json {
            true => json::print(&told),
            false => render::outcome(&told, voice),
        }
    }

    fn build(&self, dir: &Path, output: Option<PathBuf>) -> Result<u8, Failure> {
        let options = shop_build::Options { output, ..Default::default() };
        let built: Built = shop_build::component(dir, &options)?;
        if self.json {
            json::print(&built);
        } else {
            out::line(format!("{} ({} bytes)", built.path.display(), built.bytes));
        }
        Ok(0)
    }
}

/// The only argument of this program when it is to be a compiler, and nothing else; see [`compiler`].
pub(crate) const COMPILE: &str = "compile-apart";

/// This program itself, once more.
fn compiler() -> Result<Compiler, Failure> {
    let unknown = |error| Failure::Machine(format!("where is this program? {error}"));
    Compiler::this_program(COMPILE).map_err(unknown)
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
