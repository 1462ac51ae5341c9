//! Times and lengths of time, as a merchant writes them.
//!
//! Each is read by `FromStr`, strictly: what cannot be read for certain is an error, never a guess.

use std::ops::Range;
use std::str::FromStr;

use chrono::DateTime;

use crate::contract::Timestamp;

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// What is taken for Unix seconds: numbers of nine to eleven digits, from 1973 to 5138. A smaller one was meant as a year
/// (`2027`) or as a date (`20270201`), a greater one as a date with its time of day or as milliseconds.
const UNIX_SECONDS: Range<Timestamp> = 100_000_000..100_000_000_000;

/// The last second of the year 9999, where RFC 3339 ends.
pub(crate) const LAST: Timestamp = 253_402_300_799;

/// A century: whoever writes a longer time has made a mistake.
const LONGEST: u64 = 36_500 * DAY;

/// The text is not a time, or not a length of time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// A point in time: Unix seconds, a date (its first second, UTC), or a date and time of day with an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) Timestamp);

impl FromStr for Time {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        if let Some(seconds) = digits(text) {
            return if UNIX_SECONDS.contains(&seconds) { Ok(Time(seconds)) } else { Err(Unreadable) };
        }
        let text = with_plus(text);
        let written_in_full = if is_date(&text) { text + "T00:00:00Z" } else { text };
        let time = DateTime::parse_from_rfc3339(&written_in_full).map_err(|_| Unreadable)?;
        let seconds = Timestamp::try_from(time.timestamp()).ok();
        seconds.filter(|&seconds| seconds <= LAST).map(Time).ok_or(Unreadable)
    }
}

/// An end: a point in time, a date (that day is the last one, UTC), or so long after the start (`+30D`, `+12H`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    At(Time),
    /// So many seconds after the start.
    After(u64),
}

impl FromStr for End {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let with_plus = with_plus(text);
        let Some(length) = with_plus.strip_prefix('+') else {
            let Time(time) = text.parse()?;
            // Whoever writes "until 31 August" means that day, too.
            let end = if is_date(text) { (time + DAY).min(LAST) } else { time };
            return Ok(End::At(Time(end)));
        };
        let (number, unit) = if let Some(number) = length.strip_suffix('D') {
            (number, DAY)
        } else {
            (length.strip_suffix('H').ok_or(Unreadable)?, HOUR)
        };
        seconds(number, unit).map(End::After)
    }
}

/// A positive whole number of days, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days(pub(crate) u64);

impl FromStr for Days {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        match seconds(text, DAY)? {
            0 => Err(Unreadable),
            seconds => Ok(Days(seconds)),
        }
    }
}

/// The last day before an end at midnight, UTC; none of an end at any other time.
pub(crate) fn last_day(end: Timestamp) -> Option<String> {
    let before = i64::try_from(end.checked_sub(1)?).ok()?;
    let day = DateTime::from_timestamp(before, 0)?.date_naive();
    end.is_multiple_of(DAY).then(|| day.to_string())
}

/// Whether a time is written as a date alone.
fn is_date(text: &str) -> bool {
    text.len() == "2027-01-11".len() && digits(text).is_none()
}

/// The text with the plus signs that it was written with: a bare `+` means a space in an URL-encoded text, but merchants
/// write `endtime=+30D`. No time has a space in it, so nothing is guessed.
pub(crate) fn with_plus(text: &str) -> String {
    text.replace(' ', "+")
}

fn seconds(number: &str, unit: u64) -> Result<u64, Unreadable> {
    let seconds = digits(number).and_then(|number| number.checked_mul(unit));
    seconds.filter(|&seconds| seconds <= LONGEST).ok_or(Unreadable)
}

/// A number of digits only; `parse` alone would also take a sign.
fn digits(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}
