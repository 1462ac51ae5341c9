//! What can be typed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use shop_core::orders::state::LineState;
use shop_core::words::author::{Author, InvalidName};
use shop_core::words::digest::Digest;
use shop_core::words::email::{Spelled, Typed};
use shop_core::words::order::Person;
use shop_core::words::period::Timestamp;
use shop_core::words::seat::SeatId;

const EXIT_STATUSES: &str = "Exit statuses:
  0  done; nothing speaks against it
  1  a file, the journal or another part of this machine failed
  2  usage: a wrong argument, or a file that is not what it should be
  3  rejected: findings speak against the order, the product or the component; nothing was applied
  4  refused: the handler asked for more than the order grants; nothing was applied
  5  unavailable: the learning platform does not answer, or this machine has no room for a handler's call; run the same
     command again later
  6  conflict: the order contradicts what is recorded under its id, the handler is needed, or products could not be sold
     with it; nothing was applied
  7  stopped: the handler failed or exceeded a limit; nothing was applied
  8  incomplete or blocked: the learning platform would not do some steps, or not be read, until somebody puts that right;
     or the order has brought this program down, and was set aside
  9  drift: the learning platform has not what the orders claim
  10  untold: what a version would change, or whether the learning platform still has what the orders claim, cannot be told
     of everything; why, and what would help, is said

Results go to standard output, errors to standard error. With --json, standard output holds one JSON value; if the
command failed before there was a result, that is {\"error\": TEXT, \"status\": STATUS}. `work` writes one value for each round
in which it did something.

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
        /// Let it serve at once, if all products can be sold with it
        #[arg(long)]
        activate: bool,
        /// Let it serve although products cannot be sold with it, or could not be checked
        #[arg(long, requires = "activate")]
        anyway: bool,
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
    /// Lets a version serve from the next order on, if all products can be sold with it
    Activate {
        /// A component's file, name@version, or the beginning of a digest
        handler: String,
        /// Let it serve although products cannot be sold with it, or could not be checked
        #[arg(long)]
        anyway: bool,
        #[command(flatten)]
        by: By,
    },
    /// Lets the version serve that served before, at once; then says what cannot be sold with it
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
    #[arg(long = "by", value_name = "NAME", env = "USER", default_value = "unknown", hide_env_values = true,
        value_parser = staff)]
    pub(super) who: String,
}

#[derive(Subcommand)]
pub(super) enum Orders {
    /// All orders
    List {
        /// Only those with a line in this state, such as waiting; and with `blocked` all for which somebody must act
        #[arg(long, value_parser = state)]
        state: Option<LineState>,
    },
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
        #[command(flatten)]
        by: By,
    },
    /// Compares what orders claim with what the learning platform has, and shows the difference
    Verify {
        /// Their ids [default: all orders that were accepted]
        ids: Vec<String>,
    },
    /// Puts back what orders claim and the learning platform has otherwise, or no longer
    Repair {
        /// Their ids [default: all orders that were accepted]
        ids: Vec<String>,
        /// States again, too, what the platform does not tell: until when people are enrolled, and what roles they have in accounts
        #[arg(long)]
        restate: bool,
        #[command(flatten)]
        how: How,
    },
    /// Interrupts an order: its enrolments are suspended
    Suspend {
        /// Its id
        id: String,
        #[command(flatten)]
        how: How,
    },
    /// Puts a suspended order in force again
    Resume {
        /// Its id
        id: String,
        #[command(flatten)]
        how: How,
    },
    /// Ends an order for good: what it made is taken away
    Cancel {
        /// Its id
        id: String,
        #[command(flatten)]
        how: How,
    },
    /// Puts somebody else in charge of an order: all that is its operator's goes to that person
    HandOver {
        /// Its id
        id: String,
        #[command(flatten)]
        to: Successor,
        #[command(flatten)]
        how: How,
    },
    /// Tries an order at once that waits or is blocked, whenever its time would come
    Retry {
        /// Its id
        id: String,
        #[command(flatten)]
        by: By,
    },
    /// Makes every recorded call for an order again, and says whether the answer is the same
    Replay {
        /// Its id
        id: String,
    },
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
pub(super) enum Seats {
    /// Somebody takes a vacant seat
    Assign {
        /// The seat's id
        seat: SeatId,
        #[command(flatten)]
        person: Occupant,
        /// As a tutor, who accompanies the learners
        #[arg(long)]
        tutor: bool,
        #[command(flatten)]
        how: How,
    },
    /// A seat is vacated
    Release {
        /// The seat's id
        seat: SeatId,
        #[command(flatten)]
        how: How,
    },
    /// Somebody else takes a seat; or the same person, with a mistyped address put right
    Reassign {
        /// The seat's id
        seat: SeatId,
        #[command(flatten)]
        person: Occupant,
        #[command(flatten)]
        how: How,
    },
    /// A seat's occupant gets more time than the line gives
    Extend {
        /// The seat's id
        seat: SeatId,
        /// Until when at least, such as 2027-08-31 (to the end of that day, UTC) or 2027-08-31T18:00:00+02:00
        #[arg(long, value_name = "TIME", value_parser = end)]
        until: Timestamp,
        #[command(flatten)]
        how: How,
    },
}

#[derive(Subcommand)]
pub(super) enum People {
    /// Notes that somebody who had an account before agrees to an operator's charge over it, and attaches it
    Attach {
        /// The address of the account
        email: Spelled,
        /// The operator's address
        #[arg(long, value_name = "OPERATOR")]
        to: Spelled,
        #[command(flatten)]
        by: By,
    },
    /// Notes that somebody does not agree, or no longer, to an operator's charge over the own account, and detaches it
    Detach {
        /// The address of the account
        email: Spelled,
        /// The operator's address
        #[arg(long, value_name = "OPERATOR")]
        from: Spelled,
        #[command(flatten)]
        by: By,
    },
    /// Erases a person from orders, receipts and recorded calls; the account on the learning platform stays
    Erase {
        /// The address; or what was typed for one in an order, whether it is one or not
        email: Typed,
        #[command(flatten)]
        by: By,
    },
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

/// Who takes a seat.
#[derive(clap::Args)]
pub(super) struct Occupant {
    /// The address, by which the person is identified
    #[arg(long)]
    email: String,
    /// The first name; leave it out for somebody who has a last name only
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    first_name: String,
    /// The last name; leave it out for somebody who has a first name only
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    last_name: String,
    /// The language that an invitation is written in
    #[arg(long = "in", value_name = "TAG", value_parser = language_tag)]
    speaks: Option<String>,
    /// What the product's handler asks for beside that
    #[arg(long, value_name = "FIELD=VALUE", value_parser = field)]
    field: Vec<(String, String)>,
}

impl From<&Occupant> for Person {
    fn from(typed: &Occupant) -> Person {
        Person {
            email: typed.email.clone(),
            first_name: typed.first_name.clone(),
            last_name: typed.last_name.clone(),
            language: typed.speaks.clone(),
            extra: typed.field.iter().cloned().collect(),
        }
    }
}

/// Who is to be in charge of an order.
#[derive(clap::Args)]
pub(super) struct Successor {
    /// The address, by which the person is identified
    pub(super) email: String,
    /// The first name [default of both names: as in the order, or on the learning platform]
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// The last name
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    /// The language that an invitation is written in
    #[arg(long = "in", value_name = "TAG", value_parser = language_tag)]
    speaks: Option<String>,
    /// What the product's handler asks for beside that
    #[arg(long, value_name = "FIELD=VALUE", value_parser = field)]
    field: Vec<(String, String)>,
}

impl Successor {
    /// The person, with what was typed over what is known; none: nobody is known by that address, and no name was typed.
    pub(super) fn person(&self, known: Option<Person>) -> Option<Person> {
        let person = match (&self.first_name, &self.last_name) {
            (None, None) => Person { email: self.email.clone(), ..known? },
            (first, last) => Person {
                email: self.email.clone(),
                first_name: first.clone().unwrap_or_default(),
                last_name: last.clone().unwrap_or_default(),
                language: known.and_then(|person| person.language),
                extra: BTreeMap::new(),
            },
        };
        let extra = person.extra.into_iter().chain(self.field.iter().cloned()).collect();
        Some(Person { language: self.speaks.clone().or(person.language), extra, ..person })
    }
}

fn staff(name: &str) -> Result<String, InvalidName> {
    Author::staff(name).map(|author| author.name().to_owned())
}

fn state(text: &str) -> Result<LineState, String> {
    let all = LineState::ALL.map(LineState::as_str);
    let state = LineState::ALL.into_iter().find(|state| state.as_str() == text);
    state.ok_or_else(|| format!("expected one of {}", all.join(", ")))
}

fn field(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("expected a field and its value, such as phone=0102")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn end(text: &str) -> Result<Timestamp, String> {
    let read = Timestamp::end_of_day(text).map_or_else(|| Timestamp::try_from(text.to_owned()), Ok);
    read.map_err(|error| error.to_string())
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
    shop_core::words::language::read(text).ok().flatten().ok_or("expected a language tag such as fr or en-GB")
}
