//! What can be typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

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
pub(super) struct Cli {
    /// The folder of the shop's data: journal, handlers, embedded learning platform
    #[arg(long, global = true, value_name = "DIR", env = "SHOP_HOST_DATA", default_value = "shop-data")]
    pub(super) data: PathBuf,
    /// The catalogue [default: catalogue.toml in the folder of the data]
    #[arg(long, global = true, value_name = "FILE", env = "SHOP_HOST_CATALOGUE")]
    pub(super) catalogue: Option<PathBuf>,
    /// How to reach the Moodle that takes the embedded platform's place [default: moodle.toml in the folder of the data]
    #[arg(long, global = true, value_name = "FILE", env = "SHOP_HOST_MOODLE")]
    pub(super) moodle: Option<PathBuf>,
    /// Write JSON for programs instead of text for people
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// The language of the output [default: the order's, or else the shop's]
    #[arg(long, global = true, value_name = "TAG", value_parser = language_tag)]
    pub(super) language: Option<String>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
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
    /// Sets up and shows the embedded learning platform, or checks a Moodle
    #[command(subcommand)]
    Platform(Platform),
}

#[derive(Subcommand)]
pub(super) enum Handlers {
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
        /// The handler's name, or what names one of its versions
        handler: String,
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
pub(super) struct By {
    /// Who does this, for the audit trail
    #[arg(long = "by", value_name = "NAME", env = "USER", default_value = "unknown", hide_env_values = true)]
    pub(super) who: String,
}

#[derive(Subcommand)]
pub(super) enum Orders {
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
pub(super) enum Platform {
    /// Adds roles, courses, accounts and enrolments from a TOML file
    Seed {
        /// The file
        file: PathBuf,
    },
    /// Everything that the platform has
    Show,
    /// What a Moodle has and lacks for the shop to work; changes nothing there
    Check,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Schema {
    /// Orders
    Order,
    /// Catalogues (as JSON Schema, for TOML editors too)
    Catalogue,
    /// Descriptions of an embedded platform
    Platform,
    /// Settings of a Moodle
    Moodle,
}

fn language_tag(text: &str) -> Result<String, &'static str> {
    shop_host::text::language_tag(text).ok_or("expected a language tag such as fr or en-GB")
}
