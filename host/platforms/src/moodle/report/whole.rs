//! A report, read whole and checked.
//!
//! A site answers as many rows as it is asked for, unless something forbids it. So most reports come in one page, which is what
//! the site's database had at one moment. Of a longer one, each page is taken from a sequence of its own, unless the report is
//! sorted; and while pages are read, people come and go, and those below them move. Then somebody is told twice, and somebody
//! else not at all. So each page begins with the last rows of the page before: the nth one is asked for with n rows fewer. No
//! row may be in two pages, and all together are as many as the report says that it has.

use std::collections::HashMap;

use serde::Deserialize;

use super::super::MoodlePlatform;
use super::super::fault;
use super::super::requirements::REPORT;
use shop_core::platform::{PlatformError, Reply};

/// More than most sites have enrolments, and not more than a server has memory for.
pub(super) const PAGE: usize = 10_000;

/// Who has longer reports has one for each course.
const MOST_PAGES: usize = 50;

/// How often a report is read that changes meanwhile.
const TRIES: usize = 3;

#[derive(Debug, Deserialize)]
struct Page {
    data: Table,
}

/// Rows of a report, or all of them.
#[derive(Debug, Deserialize)]
pub(super) struct Table {
    pub(super) headers: Vec<String>,
    pub(super) rows: Vec<Row>,
    totalrowcount: usize,
}

#[derive(Debug, PartialEq, Eq, Hash, Deserialize)]
pub(super) struct Row {
    pub(super) columns: Vec<Option<String>>,
}

/// Why pages do not make a whole.
enum Gap {
    /// There are more rows or fewer than at the beginning.
    Counts,
    /// A page does not go on where the one before ended, or has a row that was in another one.
    Sequence,
}

/// A report's number on the site, and its rows.
pub(super) async fn table(moodle: &MoodlePlatform, report: i64, most: usize) -> Reply<Table> {
    let mut gap = Gap::Counts;
    for _ in 0..TRIES {
        match attempt(moodle, report, most).await? {
            Ok(table) => return Ok(table),
            Err(this) => gap = this,
        }
    }
    let told = |code, why| fault::told(REPORT, code, format!("{REPORT}: the report {report} {why}"), &[]);
    Err(match gap {
        Gap::Counts => PlatformError::Unavailable(told(
            "report-moves",
            "had more or fewer rows each time that another page of it was read: it is tried again later",
        )),
        Gap::Sequence => PlatformError::Refused(told(
            "report-unsorted",
            "sends some rows twice and leaves others out: switch sorting on for its course, its address and its start \
             (docs/moodle.md, step 6), or make one report for each course",
        )),
    })
}

async fn attempt(moodle: &MoodlePlatform, report: i64, most: usize) -> Reply<Result<Table, Gap>> {
    let mut all = page(moodle, report, 0, most).await?;
    // The site may not give as many rows as it is asked for.
    let most = most.min(all.rows.len());
    let mut pages = vec![all.rows.len()];
    while all.rows.len() < all.totalrowcount {
        let number = pages.len();
        let Some(size) = most.checked_sub(number).filter(|size| number < MOST_PAGES && *size > number) else {
            return Err(too_long(report, &all));
        };
        let next = page(moodle, report, number, size).await?;
        let expected = size.min(all.totalrowcount - number * size);
        if (next.totalrowcount, next.rows.len()) != (all.totalrowcount, expected) {
            return Ok(Err(Gap::Counts));
        }
        let known = &all.rows[all.rows.len() - number..];
        if next.headers != all.headers || next.rows[..number] != *known {
            return Ok(Err(Gap::Sequence));
        }
        all.rows.extend(next.rows.into_iter().skip(number));
        pages.push(all.rows.len());
    }
    Ok(match () {
        () if all.rows.len() != all.totalrowcount => Err(Gap::Counts),
        () if is_any_in_two(&all.rows, &pages) => Err(Gap::Sequence),
        () => Ok(all),
    })
}

/// Whether some row is in two of the pages, which end at these places. In one page two can be alike, as of somebody who is there
/// by two methods that the report does not tell.
fn is_any_in_two(rows: &[Row], pages: &[usize]) -> bool {
    let page_of = |place: usize| pages.partition_point(|end| *end <= place);
    let mut seen: HashMap<&Row, usize> = HashMap::new();
    rows.iter().enumerate().any(|(place, row)| *seen.entry(row).or_insert(page_of(place)) != page_of(place))
}

fn too_long(report: i64, read: &Table) -> PlatformError {
    let (rows, total) = (read.rows.len(), read.totalrowcount);
    let told = format!(
        "{REPORT}: the report {report} has {total} rows, of which only {rows} can be read in a sensible number of pages: limit \
         it to the courses that the shop sells, or make one report for each course (docs/moodle.md, step 6)"
    );
    PlatformError::Refused(fault::told(REPORT, "report-too-long", told, &[]))
}

async fn page(moodle: &MoodlePlatform, report: i64, number: usize, rows: usize) -> Reply<Table> {
    let asked = [("reportid", report.to_string()), ("page", number.to_string()), ("perpage", rows.to_string())];
    let asked = asked.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let Page { data } = moodle.client.call(REPORT, &asked).await?;
    Ok(data)
}
