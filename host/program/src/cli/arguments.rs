//! What can be typed.

mod connect;
mod handlers;
mod orders;
mod people;
mod seats;
mod tokens;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use shop_core::words::author::{Author, InvalidName};
use shop_core::words::digest::Digest;
use shop_core::words::shop::ShopName;

pub(super) use connect::{Connect, NewlyConnected};
pub(super) use handlers::Handlers;
pub(super) use orders::{Listing, Orders};
pub(super) use people::{People, Successor};
pub(super) use seats::Seats;
pub(super) use tokens::{NewlyMade, Tokens};

const EXIT_STATUSES: &str = "Exit statuses:
  0  done; nothing speaks against it
  1  a file, the journal or another part of this machine failed
  2  usage: a wrong argument, or a file that is not what it should be
  3  rejected: findings speak against the order, the product or the component; nothing was applied
  4  refused: the handler asked for more than the order grants; nothing was applied
  5  unavailable: the learning platform or the web shop does not answer, or this machine has no room for a handler's call; run
     the same command again later
  6  conflict: the order contradicts what is recorded under its id, the handler is needed, or products could not be sold
     with it; nothing was applied
  7  stopped: the handler failed or exceeded a limit; nothing was applied
  8  incomplete or blocked: the learning platform would not do some steps, or not be read, until somebody puts that right;
     or the order has brought this program down, and was set aside; or a web shop does not let us in, or lacks something
  9  drift: the learning platform has not what the orders claim
  10  untold: what a version would change, or whether the learning platform still has what the orders claim, cannot be told
     of everything; why, and what would help, is said

Results go to standard output, errors to standard error. With --json, standard output holds one JSON value; if the
command failed before there was a result, that is {\"error\": TEXT, \"status\": STATUS}. `work` writes one value for each round
in which it did something.

Files are read as UTF-8. `shop-host schema KIND` prints the JSON Schema of each kind, `shop-host schema answer COMMAND` that
of what a command answers with --json.";

/// Runs product handlers in a sandbox, and sets up what they declare on a learning platform.
#[derive(Parser)]
#[command(name = "shop-host", version, after_help = EXIT_STATUSES)]
pub(super) struct Cli {
    /// The folder of the shop's data: journal, handlers, embedded learning platform
    #[arg(long, global = true, value_name = "DIR", env = "SHOP_HOST_DATA", default_value = "shop-data")]
    pub(super) data: PathBuf,
    /// The shop whose orders the command is about, of several that share the folder: each has its catalogue there as
    /// shops/NAME.toml [default: all of them]
    #[arg(long, global = true, value_name = "NAME", env = "SHOP_HOST_SHOP")]
    pub(super) shop: Option<ShopName>,
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
    /// Fulfils orders as they stand now; again, it applies just what has changed
    Fulfil {
        /// The orders, each a file in JSON
        #[arg(required = true, value_name = "ORDER")]
        orders: Vec<PathBuf>,
    },
    /// Installs handlers' versions, and decides which of them serve
    #[command(subcommand)]
    Handlers(Handlers),
    /// Goes on with orders that were interrupted or wait for the learning platform, each when its time has come
    Work {
        /// Only with those whose time has come; then ends
        #[arg(long)]
        once: bool,
    },
    /// Serves the HTTP API, and goes on with what waits
    Serve {
        /// Where: an address of this machine and a port; 0 leaves the port to the machine
        #[arg(long, value_name = "ADDRESS:PORT", env = "SHOP_HOST_LISTEN", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
    },
    /// Connects web shops that sell for the host, and checks those that are connected
    #[command(subcommand)]
    Connect(Connect),
    /// Makes, lists and revokes the tokens by which shops use the API
    #[command(subcommand)]
    Tokens(Tokens),
    /// Shows the orders
    #[command(subcommand)]
    Orders(Orders),
    /// Changes who sits in a seat, and until when
    #[command(subcommand)]
    Seats(Seats),
    /// Erases people from what is recorded, and notes who agrees to whose charge over the own account
    #[command(subcommand)]
    People(People),
    /// Shows and checks the audit log: who did what, and when
    #[command(subcommand)]
    Audit(Audit),
    /// Shows what has happened to orders, in sequence
    Events(Events),
    /// Moves the journal to a PostgreSQL server
    #[command(subcommand)]
    Journal(Journal),
    /// Puts the shop's data of this moment into a file, while orders flow
    Backup {
        /// The file, which must not be there yet
        file: PathBuf,
        #[command(flatten)]
        by: By,
    },
    /// Puts the data of a backup into an empty folder
    Restore {
        /// The backup
        file: PathBuf,
    },
    /// Makes a component out of a handler's crate
    Build {
        /// The folder of the crate
        dir: PathBuf,
        /// Where to put the component [default: in the crate's target folder]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Prints the JSON Schema of a kind of file, or of what a command answers
    #[command(subcommand)]
    Schema(Schema),
    /// Sets up and shows the embedded learning platform, or checks a Moodle
    #[command(subcommand)]
    Platform(Platform),
}

#[derive(clap::Args)]
pub(super) struct By {
    /// Who does this, for the audit trail
    #[arg(long = "by", value_name = "NAME", env = "USER", default_value = "unknown", hide_env_values = true,
        value_parser = staff)]
    pub(super) who: String,
}

/// How something is changed.
#[derive(clap::Args)]
pub(super) struct How {
    /// Only show what that would change
    #[arg(long)]
    pub(super) preview: bool,
    #[command(flatten)]
    pub(super) by: By,
}

#[derive(Subcommand)]
pub(super) enum Audit {
    /// The entries, the oldest first
    List {
        /// Those about this order
        #[arg(long, value_name = "ID")]
        order: Option<String>,
        /// With people's addresses in place of their pseudonyms, as far as they are known
        #[arg(long)]
        people: bool,
    },
    /// Checks that no entry was changed, inserted or dropped, and prints the last one's chain value
    Check {
        /// A chain value that was noted earlier: the log must still have it
        #[arg(long, value_name = "VALUE")]
        noted: Option<Digest>,
    },
}

#[derive(clap::Args)]
pub(super) struct Events {
    /// What has happened after the event of this number
    #[arg(long, value_name = "NUMBER", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
    pub(super) after: i64,
    /// To this order
    #[arg(long, value_name = "ID")]
    pub(super) order: Option<String>,
    /// And goes on with what happens from now on, until it is ended; in JSON, an event a line
    #[arg(long)]
    pub(super) follow: bool,
}

#[derive(Subcommand)]
pub(super) enum Journal {
    /// Copies all that is in the file to a database that has nothing in it, checks what arrived, and uses that from then on
    Copy {
        /// The database, without a password
        #[arg(long, value_name = "postgres://USER@HOST/DATABASE")]
        to: String,
        /// The file with the password [default: the environment variable SHOP_JOURNAL_PASSWORD, if it is set]
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
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
    /// Notes that the Moodle has another address than the orders were set up at
    Moved {
        /// The address that it had
        #[arg(long, value_name = "URL")]
        from: String,
        #[command(flatten)]
        by: By,
    },
}

/// Of what a JSON Schema is printed.
#[derive(Subcommand)]
pub(super) enum Schema {
    /// Orders
    Order,
    /// Catalogues (as JSON Schema, for TOML editors too)
    Catalogue,
    /// Descriptions of an embedded platform
    Platform,
    /// Settings of a Moodle
    Moodle,
    /// Settings of a web shop that is connected
    Connection,
    /// What a command answers with --json
    Answer {
        /// The command without its arguments, such as `orders show`
        #[arg(required = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
}

fn staff(name: &str) -> Result<String, InvalidName> {
    Author::typed(name).map(|author| author.name().to_owned())
}

fn language_tag(text: &str) -> Result<String, &'static str> {
    shop_core::words::language::read(text).ok().flatten().ok_or("expected a language tag such as fr or en-GB")
}
