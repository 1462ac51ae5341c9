//! What is wrong with a text, where, in words that whoever wrote it knows.

use std::fmt;
use std::path::Path;

use serde_path_to_error::Segment;

use super::FileError;
use shop_core::words::text;

/// A line and a column, from 1; or nowhere in particular.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position(pub Option<(usize, usize)>);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((line, column)) => write!(f, ":{line}:{column}"),
            None => Ok(()),
        }
    }
}

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub(super) place: Position,
    pub(super) field: String,
    pub(super) problem: String,
}

impl Fault {
    pub(super) fn within(self, path: &Path) -> FileError {
        FileError::Malformed { path: path.to_owned(), place: self.place, field: self.field, problem: self.problem }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.field, self.problem)
    }
}

impl std::error::Error for Fault {}

/// What serde_json says, without the place, which is told elsewhere here, and without the words of programmers.
pub(super) fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let problem = text.rsplit_once(" at line ").map_or(text.as_str(), |(problem, _)| problem);
    match problem {
        "expected value" => "expected a JSON value, of the kind that belongs here, found something else".to_owned(),
        "key must be a string" => "expected a name in double quotes, found something else".to_owned(),
        "trailing comma" => "expected something behind the comma, found none".to_owned(),
        "trailing characters" => "expected the end of the file, found more".to_owned(),
        _ if error.is_eof() => format!("expected more, found the end of the file ({problem})"),
        _ => in_words(problem),
    }
}

/// Types as the author of a file knows them.
pub(super) fn in_words(problem: &str) -> String {
    [
        ("expected u32", "expected a whole number from 0 to 4294967295"),
        ("expected struct ", "expected an object: "),
        ("expected a sequence", "expected a list"),
        ("map, expected", "object, expected"),
        ("sequence, expected", "list, expected"),
    ]
    .into_iter()
    .fold(problem.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The field with a colon behind it; nothing where the file is too broken to tell.
pub(super) fn field(path: &serde_path_to_error::Path) -> String {
    let known = path.iter().take_while(|segment| !matches!(segment, Segment::Unknown));
    let mut text = String::new();
    for segment in known {
        let dot = if text.is_empty() || matches!(segment, Segment::Seq { .. }) { "" } else { "." };
        text += &format!("{dot}{segment}");
    }
    if text.is_empty() { text } else { text::abridged(&text) + ": " }
}

pub(super) fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
