//! Enrolments' dates, from custom reports that an administrator has made for the shop.
//!
//! Their data source is "Course participants". Their values are texts for people, to the minute, in the language and the time
//! zone of the shop's account: those must be English and UTC, of which the [`zone`] makes sure. Columns are found by their
//! headings. A report that cannot be relied upon is refused, and so is whatever would need it: dates that are wrong would be
//! written for people.

mod readings;
mod whole;
mod zone;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;

use super::markup::unescaped;
use super::requirements::REPORT;
use super::{MoodlePlatform, accounts};
use shop_core::platform::{AccountId, CourseId, PlatformError, Problem, Reply};
use shop_core::words::period::{Period, Timestamp};
use shop_core::words::text;

pub(super) use readings::Readings;
use whole::{PAGE, Row, Table};

type Place = (CourseId, AccountId);

/// An enrolment as a report has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reported {
    pub(super) period: Period,
    pub(super) suspended: bool,
}

impl Reported {
    /// What both give together.
    pub(super) fn union(self, other: Reported) -> Reported {
        Reported { period: self.period.union(other.period), suspended: self.suspended && other.suspended }
    }

    /// Whether this is what is reported of such an enrolment.
    pub(super) fn may_be(&self, period: Period, suspended: bool) -> bool {
        let minute = |time: Timestamp| time.seconds() / 60;
        // Of an enrolment without a start, a report tells when it was made.
        let same_start = period.start == Timestamp::EARLIEST || minute(period.start) == minute(self.period.start);
        same_start && period.end.map(minute) == self.period.end.map(minute) && suspended == self.suspended
    }
}

/// What a report has of somebody in a course.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) manual: BTreeSet<Reported>,
    /// The enrolments by a method that the report does not tell.
    pub(super) unclear: BTreeSet<Reported>,
    /// Whether the person is known to be there by another method.
    pub(super) otherwise: bool,
}

impl Told {
    /// Whether the person is there, and not by hand.
    pub(super) fn is_only_otherwise(&self) -> bool {
        self.otherwise && self.manual.is_empty() && self.unclear.is_empty()
    }
}

/// A row about an enrolment: the course's short name, the address, and what is told of it.
#[derive(Debug)]
struct Entry {
    course: String,
    email: String,
    way: Way,
    reported: Reported,
}

/// By which method somebody is enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Manual,
    /// By another one, which is not the shop's to change.
    Other,
    /// The report does not tell.
    Unclear,
}

impl Way {
    /// By what is in a column: the name can be another than the usual one, and who knows which way it is then.
    fn named(column: MethodColumn, name: &str) -> Way {
        // As the American language pack has it.
        let name = name.replace("nrollment", "nrolment");
        match column {
            _ if name.starts_with(MANUAL) => Way::Manual,
            MethodColumn::Plugin if OTHERS.contains(&name.as_str()) => Way::Other,
            // A manual one can have been given any name.
            MethodColumn::Plugin | MethodColumn::Method => Way::Unclear,
        }
    }
}

/// The columns that are needed, by their headings.
const COURSE: &str = "Course short name";
const EMAIL: &str = "Email address";
const STARTED: &str = "Time started";
const ENDED: &str = "Time ended";
const STATUS: &str = "Status";
/// A column that tells of methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MethodColumn {
    /// The name of the plugin. Releases before 4.3 or so do not offer it.
    Plugin,
    /// The name that the method has in the course: offered up to 5.0.
    Method,
}

const METHODS: [(MethodColumn, &str); 2] = [(MethodColumn::Plugin, "Plugin"), (MethodColumn::Method, "Method")];
const MANUAL: &str = "Manual enrolments";
/// The methods that come with Moodle, by their usual names.
const OTHERS: [&str; 13] = [
    "Self enrolment",
    "Cohort sync",
    "Course meta link",
    "Category enrolments",
    "Guest access",
    "Enrolment on payment",
    "PayPal",
    "Publish as LTI tool",
    "LDAP enrolments",
    "External database",
    "Flat file (CSV)",
    "IMS Enterprise file",
    "MNet remote enrolments",
];

/// What reports have of these enrolments; nothing of those in a course that has no report.
/// `fits`: whether what is told of one can be what the shop has asked for.
pub(super) async fn enrolments(
    moodle: &MoodlePlatform,
    of: &BTreeSet<Place>,
    fits: &(dyn Fn(&Place, &Told) -> bool + Sync),
) -> Reply<BTreeMap<Place, Told>> {
    let mut of_reports: BTreeMap<i64, BTreeSet<Place>> = BTreeMap::new();
    for place in of {
        if let Some(report) = moodle.settings.report(place.0) {
            of_reports.entry(report).or_default().insert(*place);
        }
    }
    let mut told = BTreeMap::new();
    for (report, places) in of_reports {
        told.extend(of_report(moodle, report, &places, fits).await?);
    }
    Ok(told)
}

async fn of_report(
    moodle: &MoodlePlatform,
    report: i64,
    of: &BTreeSet<Place>,
    fits: &(dyn Fn(&Place, &Told) -> bool + Sync),
) -> Reply<BTreeMap<Place, Told>> {
    zone::ensure(moodle).await?;
    let courses: BTreeSet<CourseId> = of.iter().map(|(course, _)| *course).collect();
    let ids: BTreeSet<AccountId> = of.iter().map(|(_, account)| *account).collect();
    let reading = moodle.readings.of(moodle, report, of).await?;
    let courses = moodle.short_names(&courses).await?;
    let holders = accounts::holders(moodle, &ids).await?;
    let told = of_people(&reading.entries, &courses, &holders);
    let is_news = |place: &Place| told.get(place).is_none_or(|told| !fits(place, told));
    if reading.is_shared && of.iter().any(is_news) {
        // They have come since, or another host has changed something about them.
        let anew = moodle.readings.of(moodle, report, of).await?;
        return Ok(of_people(&anew.entries, &courses, &holders));
    }
    Ok(told)
}

/// What rows tell of people, by the short names of their courses and by their addresses.
fn of_people(
    entries: &[Entry],
    courses: &BTreeMap<String, CourseId>,
    holders: &BTreeMap<String, BTreeSet<AccountId>>,
) -> BTreeMap<Place, Told> {
    let mut told: BTreeMap<_, Told> = BTreeMap::new();
    for Entry { course, email, way, reported } in entries {
        let (Some(course), Some(holders)) = (courses.get(course), holders.get(email)) else { continue };
        // Of accounts that share an address, nothing tells which one is meant.
        let way = if holders.len() == 1 { *way } else { Way::Unclear };
        for account in holders {
            let of_place = told.entry((*course, *account)).or_default();
            match way {
                Way::Manual => _ = of_place.manual.insert(*reported),
                Way::Unclear => _ = of_place.unclear.insert(*reported),
                Way::Other => of_place.otherwise = true,
            }
        }
    }
    told
}

async fn read_whole(moodle: &MoodlePlatform, report: i64) -> Reply<Vec<Entry>> {
    entries(report, &whole::table(moodle, report, PAGE).await?)
}

/// What `platform check` finds out about a report.
pub(super) struct Examined {
    /// Whether it tells other methods apart.
    pub(super) tells_methods: bool,
    /// Whether its pages make a whole, as they must once it is longer than one.
    pub(super) has_sequence: bool,
}

/// Looks at a report as the orders do; fails if it cannot be relied upon.
pub(super) async fn examine(moodle: &MoodlePlatform, report: i64) -> Reply<Examined> {
    zone::ensure(moodle).await?;
    let table = whole::table(moodle, report, PAGE).await?;
    entries(report, &table)?;
    // In two pages.
    let has_sequence = match whole::table(moodle, report, table.rows.len() / 2 + 2).await {
        Ok(_) => true,
        Err(PlatformError::Refused(_)) => false,
        Err(error) => return Err(error),
    };
    let tells_methods = method(&table).is_some_and(|(column, _)| column == MethodColumn::Plugin);
    Ok(Examined { tells_methods, has_sequence })
}

fn entries(report: i64, table: &Table) -> Reply<Vec<Entry>> {
    read(table).map_err(|problem| unreadable(report, &problem))
}

fn unreadable(report: i64, problem: &str) -> PlatformError {
    let told = format!("{REPORT}: the report {report} cannot be read: {problem}; docs/moodle.md says how it is made");
    PlatformError::Refused(Problem::new("report-unreadable", told))
}

/// The column that tells the methods, if there is one.
fn method(table: &Table) -> Option<(MethodColumn, usize)> {
    let place = |heading: &str| table.headers.iter().position(|header| header == heading);
    METHODS.iter().find_map(|(column, heading)| Some((*column, place(heading)?)))
}

fn read(table: &Table) -> Result<Vec<Entry>, String> {
    let column = |heading: &str| {
        let found = table.headers.iter().position(|header| header == heading);
        found
            .ok_or_else(|| format!("expected a column {heading:?}, found {}", text::excerpt(&table.headers.join(", "))))
    };
    let [course, email] = [column(COURSE)?, column(EMAIL)?];
    let method = method(table);
    let [started, ended, status] = [column(STARTED)?, column(ENDED)?, column(STATUS)?];
    let mut found = Vec::new();
    for Row { columns } in &table.rows {
        let cell = |place: usize| columns.get(place).and_then(Option::as_deref).unwrap_or_default();
        let (email, course) = (unescaped(cell(email)), unescaped(cell(course)));
        if email.is_empty() {
            continue;
        }
        let way = method.map_or(Way::Unclear, |(column, place)| Way::named(column, cell(place)));
        let start = instant(cell(started))?.unwrap_or(Timestamp::EARLIEST);
        let period = Period { start, end: instant(cell(ended))? };
        let suspended = match cell(status) {
            "Suspended" => true,
            "Active" | "Not current" => false,
            other => return Err(format!("expected a status such as \"Active\", found {:?}", text::excerpt(other))),
        };
        found.push(Entry { course, email, way, reported: Reported { period, suspended } });
    }
    Ok(found)
}

/// `Friday, 1 January 2027, 12:00 AM`, in UTC.
fn instant(text: &str) -> Result<Option<Timestamp>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let problem =
        || format!("expected a time such as \"Friday, 1 January 2027, 12:00 AM\", found {:?}", text::excerpt(text));
    // Moodle writes a narrow space before AM and PM in some versions.
    let plain = text.replace('\u{202f}', " ");
    let read = NaiveDateTime::parse_from_str(&plain, zone::FORMAT).map_err(|_| problem())?;
    Timestamp::new(read.and_utc().timestamp().into()).map(Some).map_err(|_| problem())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.to_owned().try_into().unwrap()
    }

    #[test]
    fn times_are_read_as_moodle_writes_them() {
        for (text, read) in [
            ("", Ok(None)),
            ("Friday, 1 January 2027, 12:00 AM", Ok(Some("2027-01-01T00:00:00Z"))),
            ("Tuesday, 24 November 2026, 2:10 PM", Ok(Some("2026-11-24T14:10:00Z"))),
            ("Tuesday, 24 November 2026, 2:10\u{202f}AM", Ok(Some("2026-11-24T02:10:00Z"))),
            ("vendredi 1 janvier 2027, 00:00", Err(())),
            ("Monday, 1 January 2027, 12:00 AM", Err(())),
        ] {
            let read = read.map(|text| text.map(time));
            assert_eq!(instant(text).map_err(|_| ()), read, "{text}");
        }
    }

    #[test]
    fn methods_are_known_by_their_usual_names() {
        for (column, name, way) in [
            (MethodColumn::Plugin, "Manual enrolments", Way::Manual),
            (MethodColumn::Plugin, "Manual enrollments", Way::Manual),
            (MethodColumn::Plugin, "Self enrolment", Way::Other),
            (MethodColumn::Plugin, "Self enrollment", Way::Other),
            (MethodColumn::Plugin, "Inscriptions manuelles", Way::Unclear),
            (MethodColumn::Plugin, "", Way::Unclear),
            (MethodColumn::Method, "Manual enrolments", Way::Manual),
            (MethodColumn::Method, "Self enrolment (Student)", Way::Unclear),
            (MethodColumn::Method, "By hand", Way::Unclear),
        ] {
            assert_eq!(Way::named(column, name), way, "{column:?} {name}");
        }
    }

    #[test]
    fn recorded_reports_are_read() {
        macro_rules! recorded {
            ($($release:literal)*) => {
                [$(($release, include_str!(concat!(
                    "../../../../tests/moodle/recordings/", $release, "/e-enrol-39-custom-report-on-participants.json"
                )))),*]
            };
        }
        let (start, end) = (time("2026-01-01T00:00:00Z"), Some(time("2027-01-01T00:00:00Z")));
        for (release, recording) in recorded!["4.2.3" "4.5.6" "5.1"] {
            let recording: serde_json::Value = serde_json::from_str(recording).unwrap();
            let table = serde_json::from_value(recording["response"]["data"].clone()).unwrap();
            let entries = read(&table).unwrap_or_else(|problem| panic!("{release}: {problem}"));
            let courses: BTreeSet<&str> = entries.iter().map(|entry| entry.course.as_str()).collect();
            assert!(courses.contains("SPOCM1"), "{release}: {courses:?}");
            assert!(
                entries.iter().all(|entry| entry.email.parse::<shop_core::words::email::Email>().is_ok()),
                "{release}"
            );
            let year = Reported { period: Period { start, end }, suspended: false };
            let way = if release == "5.1" { Way::Unclear } else { Way::Manual };
            assert!(entries.iter().any(|entry| (entry.way, entry.reported) == (way, year)), "{release}");
        }
    }

    #[test]
    fn a_report_is_to_the_minute_and_what_was_asked_for_is_exact() {
        let period = |start, end: Option<&str>| Period { start: time(start), end: end.map(time) };
        let reported =
            |suspended| Reported { period: period("2026-12-01T10:30:00Z", Some("2027-01-05T10:30:00Z")), suspended };
        let asked = period("2026-12-01T10:30:42Z", Some("2027-01-05T10:30:42Z"));
        for (asked, suspended, same) in [
            (asked, false, true),
            (asked, true, false),
            (Period { end: None, ..asked }, false, false),
            (Period { start: time("1970-01-01T00:00:00Z"), ..asked }, false, true),
            (Period { start: time("2026-12-01T10:31:00Z"), ..asked }, false, false),
        ] {
            assert_eq!(reported(false).may_be(asked, suspended), same, "{asked:?} {suspended}");
        }
    }
}
