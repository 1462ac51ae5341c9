//! Whether the site writes times for the shop's account as the shop reads them: in English, and in UTC.
//!
//! The zone is that of the account, unless the site forces another one upon everybody, which is told nowhere. So the site is asked
//! to write times of which the shop knows how they must come out: one in winter, one in summer. That it writes them as reports do
//! is by Moodle's source, and was not tried on a live site.

use std::time::Instant;

use serde::Deserialize;

use super::super::MoodlePlatform;
use super::super::client::Parameters;
use super::super::fault;
use super::super::requirements::DATES;
use super::instant;
use shop_core::platform::{PlatformError, Reply};

/// As Moodle's English language pack has it, which reports use.
pub(super) const FORMAT: &str = "%A, %d %B %Y, %I:%M %p";

const TIMES: [(i64, &str); 2] =
    [(1_798_761_600, "Friday, 1 January 2027, 12:00 AM"), (1_814_400_000, "Thursday, 1 July 2027, 12:00 AM")];

#[derive(Debug, Deserialize)]
struct Written {
    dates: Vec<String>,
}

/// Refused, if times that the site writes would be taken for others.
pub(super) async fn ensure(moodle: &MoodlePlatform) -> Reply<()> {
    let (mut kept, now) = (moodle.tells_utc.lock().await, Instant::now());
    if kept.get(now).is_some() {
        return Ok(());
    }
    let written: Written = moodle.client.call(DATES, &asked()).await?;
    let read = |text: &String| instant(text).ok().flatten().map(|time| time.seconds());
    let found: Vec<Option<i64>> = written.dates.iter().map(read).collect();
    if found == TIMES.map(|(time, _)| Some(time)) {
        kept.keep(now, ());
        return Ok(());
    }
    let expected = TIMES.map(|(_, text)| text).join("; ");
    let found = written.dates.join("; ");
    let told = format!(
        "{DATES}: the site does not write times in English and in UTC for the shop's account, so those of the report would be \
         taken for others: expected {expected:?}, found {found:?}. Give the account the language English and the time zone UTC; \
         if it has them, the site forces another time zone upon everybody (site administration, location): set that to UTC, or \
         leave the report out of moodle.toml"
    );
    Err(PlatformError::Refused(fault::told(DATES, "report-zone", told, &[])))
}

fn asked() -> Parameters {
    let context = [("contextlevel", "system"), ("instanceid", "0")];
    let context = context.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let times = TIMES.iter().enumerate().flat_map(|(place, (time, _))| {
        let fields = [("timestamp", time.to_string()), ("format", FORMAT.to_owned()), ("type", "gregorian".to_owned())];
        fields.map(|(field, value)| (format!("timestamps[{place}][{field}]"), value))
    });
    context.into_iter().chain(times).collect()
}
