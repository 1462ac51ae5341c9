//! Handlers' versions, as they are typed.

use std::path::PathBuf;

use clap::Subcommand;

use super::By;

#[derive(Subcommand)]
pub(in crate::cli) enum Handlers {
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
