//! Instants and periods.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::text;

/// In seconds.
const DAY: i64 = 86_400;

/// An instant, to the second: seconds since 1970-01-01T00:00:00Z, never earlier, and at the latest the end of the year
/// 9999. In files it is written as in RFC 3339, with any offset: `2027-01-11T09:00:00+01:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "DateTime<Utc>")]
#[schemars(with = "DateTime<Utc>")]
pub struct Timestamp(i64);

/// An instant outside the range of [`Timestamp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an instant from 1970 to 9999, found {0} seconds since 1970")]
pub struct OutOfRange(pub i128);

impl Timestamp {
    /// 9999-12-31T23:59:59Z
    const MAX: i64 = 253_402_300_799;

    /// 1970-01-01T00:00:00Z
    pub const EARLIEST: Timestamp = Timestamp(0);

    /// From seconds since 1970.
    pub fn new(seconds: i128) -> Result<Self, OutOfRange> {
        match i64::try_from(seconds) {
            Ok(seconds @ 0..=Self::MAX) => Ok(Timestamp(seconds)),
            _ => Err(OutOfRange(seconds)),
        }
    }

    /// The instant at which this is called.
    pub fn now() -> Self {
        Timestamp(Utc::now().timestamp().clamp(0, Self::MAX))
    }

    /// This long later, in whole seconds and no less; at the latest the end of the year 9999.
    pub fn after(self, pause: Duration) -> Self {
        let seconds = pause.as_secs() + u64::from(pause.subsec_nanos() > 0);
        Timestamp(self.0.saturating_add_unsigned(seconds).min(Self::MAX))
    }

    /// So many days earlier; at the earliest 1970.
    pub fn days_before(self, days: u32) -> Self {
        Timestamp((self.0 - i64::from(days) * DAY).max(0))
    }

    /// Seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// As people are told it, to the minute, in UTC: `2027-01-11 08:00`.
    pub fn to_the_minute(self) -> String {
        self.date_time().format("%Y-%m-%d %H:%M").to_string()
    }

    /// The same of an end: midnight is that of the day which ends then, as `2027-01-31 24:00`.
    pub fn as_end(self) -> String {
        match self.0 {
            midnight if midnight > 0 && midnight % DAY == 0 => {
                format!("{} 24:00", Timestamp(midnight - DAY).date_time().format("%Y-%m-%d"))
            }
            _ => self.to_the_minute(),
        }
    }

    /// Midnight after a date such as `2027-01-31`, UTC: what ends on a day ends with it. None, if the text is no date.
    pub fn end_of_day(date: &str) -> Option<Self> {
        let day = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok().filter(|day| day.to_string() == date)?;
        let midnight = day.succ_opt()?.and_time(NaiveTime::MIN).and_utc().timestamp();
        (0..=Self::MAX + 1).contains(&midnight).then(|| Timestamp(midnight.min(Self::MAX)))
    }

    /// The end that a text names: the end of a day, such as `2027-01-31` (UTC), or an instant.
    pub fn end(text: &str) -> Result<Self, InvalidInstant> {
        Self::end_of_day(text).map_or_else(|| Timestamp::try_from(text.to_owned()), Ok)
    }

    /// The same to the second: `2027-01-11 08:00:30`.
    pub fn to_the_second(self) -> String {
        self.date_time().format("%Y-%m-%d %H:%M:%S").to_string()
    }

    fn date_time(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }
}

/// What was read is no instant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a date and time with an offset, from 1970 to 9999, such as \"2027-01-11T09:00:00+01:00\", found {0:?}"
)]
pub struct InvalidInstant(String);

impl TryFrom<String> for Timestamp {
    type Error = InvalidInstant;

    fn try_from(text: String) -> Result<Self, InvalidInstant> {
        let instant = DateTime::parse_from_rfc3339(&text).ok();
        let read = instant.and_then(|instant| Self::new(instant.timestamp().into()).ok());
        read.ok_or_else(|| InvalidInstant(text::excerpt(&text)))
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(instant: Timestamp) -> Self {
        instant.date_time()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.date_time().to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

/// From `start` on, until just before `end`, or for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Period {
    /// The first instant.
    pub start: Timestamp,
    /// The first instant after it; none: it does not end.
    pub end: Option<Timestamp>,
}

impl Period {
    /// The shortest period that holds both. Learning platforms keep one period per enrolment, so a gap between
    /// the two is granted rather than a right shortened.
    pub fn union(self, other: Period) -> Period {
        Period { start: self.start.min(other.start), end: self.end.zip(other.end).map(|(a, b)| a.max(b)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_never_shortens() {
        let t = |s| Timestamp::new(s).unwrap();
        let p = |start, end: Option<i128>| Period { start: t(start), end: end.map(t) };
        for (a, b, both) in [
            (p(1, Some(5)), p(3, Some(9)), p(1, Some(9))),
            (p(1, Some(2)), p(8, Some(9)), p(1, Some(9))),
            (p(4, None), p(1, Some(9)), p(1, None)),
            (p(4, None), p(1, None), p(1, None)),
        ] {
            assert_eq!(a.union(b), both);
            assert_eq!(b.union(a), both);
        }
    }

    #[test]
    fn a_day_that_is_an_end_is_in_what_ends() {
        for (date, end) in [
            ("2027-08-31", Some("2027-09-01T00:00:00Z")),
            ("2028-02-29", Some("2028-03-01T00:00:00Z")),
            ("1970-01-01", Some("1970-01-02T00:00:00Z")),
            ("9999-12-31", Some("9999-12-31T23:59:59Z")),
            ("2027-02-29", None),
            ("2027-8-31", None),
            ("1969-12-30", None),
            ("10000-01-01", None),
            ("2027-08-31T18:00:00Z", None),
        ] {
            assert_eq!(Timestamp::end_of_day(date).map(|end| end.to_string()).as_deref(), end, "{date}");
        }
        for (end, told) in
            [(1_819_756_800, "2027-08-31 24:00"), (1_819_756_860, "2027-09-01 00:01"), (0, "1970-01-01 00:00")]
        {
            assert_eq!(Timestamp::new(end).unwrap().as_end(), told);
        }
    }

    #[test]
    fn instants_are_from_1970_to_9999() {
        assert!(Timestamp::new(0).is_ok());
        assert!(Timestamp::new(-1).is_err());
        assert_eq!(Timestamp::new(253_402_300_799).unwrap().to_string(), "9999-12-31T23:59:59Z");
        assert!(Timestamp::new(253_402_300_800).is_err());
        assert!(Timestamp::new(u64::MAX.into()).is_err());
    }
}
