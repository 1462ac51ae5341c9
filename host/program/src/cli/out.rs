//! Where results go: standard output.

use std::fmt::Display;
use std::io::{ErrorKind, Write};

use comfy_table::Table;
use owo_colors::OwoColorize;
use shop_core::words::text::printable;

/// Writes a line. Colours are left out where they are not wanted.
///
/// A reader that has gone (`| head`) has seen enough, which is no failure; the command's own status still tells how it
/// ended. Any other failure ends the program: results that nobody gets must not look like success.
pub(super) fn line(text: impl Display) {
    match writeln!(anstream::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => fail(&format!("standard output: {error}")),
        _ => {}
    }
}

pub(super) fn title(text: &str) {
    line(format!("\n{}", text.bold()));
}

/// Writes a table; none if it has no rows.
pub(super) fn table(table: &Table) {
    if table.row_count() > 0 {
        line(table.trim_fmt());
    }
}

/// Ends the program: a result cannot be told.
pub(super) fn fail(text: &str) -> ! {
    failure(text);
    std::process::exit(1);
}

/// Says on standard error what went wrong.
pub(super) fn failure(text: &str) {
    note(&format!("{} {}", "error:".red().bold(), printable(text)));
}

/// Says on standard error what is dangerous, and hinders nothing.
pub(super) fn warning(text: &str) {
    note(&format!("{} {}", "warning:".yellow().bold(), printable(text)));
}

/// Says something on standard error that is no result.
pub(super) fn note(text: &str) {
    // There is nowhere left to tell that this failed.
    let _ = writeln!(anstream::stderr(), "{text}");
}
