//! Custom reports of the Moodle double, and the times that it tells: texts for people, to the minute, in the zone of the shop's
//! account or in the one that the site forces.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};

use crate::fault::{Fault, Faulty};
use crate::form::{Kind, Parameter, check};
use crate::site::{Enrolled, MethodColumn, Report, Site};
use crate::text::for_pages;

type Parameters = BTreeMap<String, Parameter>;

const RETRIEVE: &[(&str, Kind, bool)] =
    &[("reportid", Kind::Whole, true), ("page", Kind::Whole, false), ("perpage", Kind::Whole, false)];

/// As English pages write times.
const FORMAT: &str = "%A, %d %B %Y, %I:%M %p";

/// A page of a custom report on participants.
pub(crate) fn retrieve(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, RETRIEVE)?;
    let number = |name: &str, other| parameters.get(name).and_then(|p| p.text().parse().ok()).unwrap_or(other);
    let id = number("reportid", 0);
    let Some(report) = site.report.iter().chain(&site.more_reports).find(|report| report.id == id) else {
        return Err(Fault::missing(site.release, "reportbuilder_report"));
    };
    if !report.shown {
        // By Moodle's source.
        return Err(Fault::new(
            "core_reportbuilder\\exception\\report_access_exception",
            "errorreportview",
            "You cannot view this report",
        ));
    }
    let (page, most) = (number("page", 0) as usize, number("perpage", 10) as usize);
    let most = site.report_limit.map_or(most, |limit| most.min(limit));
    let mut rows = rows(site, report);
    let total = rows.len();
    if !report.sorted && total > most {
        // Each page is taken from a sequence of its own: of neighbours, now one comes first, now the other.
        rows.sort_by_cached_key(|row| hashed(&(page, most, row)));
    }
    let headings = headings(report);
    let is_left_out = |place: usize| report.without == Some(headings[place]);
    let columns = |cells: Vec<String>| {
        let left = cells.into_iter().enumerate().filter(|(place, _)| !is_left_out(*place));
        json!({ "columns": left.map(|(_, cell)| cell).collect::<Value>() })
    };
    Ok(json!({
        "data": {
            "headers": headings.iter().copied().filter(|heading| report.without != Some(*heading)).collect::<Value>(),
            "rows": rows.into_iter().skip(page * most).take(most).map(columns).collect::<Value>(),
            "totalrowcount": total,
        },
        "warnings": [],
    }))
}

fn hashed(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn method(report: &Report) -> Option<&'static str> {
    match report.method {
        MethodColumn::None => None,
        MethodColumn::Name => Some("Method"),
        MethodColumn::Plugin => Some("Plugin"),
    }
}

fn headings(report: &Report) -> Vec<&'static str> {
    let before = ["Course short name", "Email address", "Username"];
    let after = ["Time started", "Time ended", "Status"];
    before.into_iter().chain(method(report)).chain(after).collect()
}

/// Its rows, by course, address and start.
fn rows(site: &Site, report: &Report) -> Vec<Vec<String>> {
    let by_itself = match report.method {
        MethodColumn::Plugin => "Self enrolment",
        _ => "Self enrolment (Student)",
    };
    let manual = site.enrolments.iter().map(|(place, it)| (place, report.manual, it));
    let all = manual.chain(site.self_enrolled.iter().map(|(place, it)| (place, by_itself, it)));
    let chosen = all.filter(|((course, _), ..)| report.courses.is_none_or(|courses| courses.contains(course)));
    let mut chosen: Vec<_> = chosen.collect();
    chosen.sort_by_key(|((course, user), _, it)| (&site.courses[course].short_name, &site.users[user].email, it.start));
    chosen.into_iter().map(|(place, by, it)| row(site, report, *place, by, it)).collect()
}

fn row(site: &Site, report: &Report, (course, user): (i64, i64), by: &str, it: &Enrolled) -> Vec<String> {
    let (course, user) = (&site.courses[&course], &site.users[&user]);
    let time = |time: i64| if time == 0 { String::new() } else { told(site, time, FORMAT) };
    // A start that is none shows as the time of creation.
    let started = time(if it.start == 0 { site.now } else { it.start });
    let is_current = it.start <= site.now && (it.end == 0 || it.end > site.now);
    let status = match (it.suspended, is_current) {
        (true, _) => "Suspended",
        (false, true) => "Active",
        (false, false) => "Not current",
    };
    let before = [for_pages(&course.short_name), escaped(&user.email), user.username.clone()];
    let after = [started, time(it.end), status.to_owned()];
    before.into_iter().chain(method(report).map(|_| by.to_owned())).chain(after).collect()
}

/// Text from people, for a page.
fn escaped(text: &str) -> String {
    [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#039;")]
        .iter()
        .fold(text.to_owned(), |text, (character, entity)| text.replace(character, entity))
}

/// A time as the site writes it for the shop's account: without leading zeros of days and hours.
fn told(site: &Site, time: i64, format: &str) -> String {
    let offset = site.forced_offset.unwrap_or(site.caller_offset);
    let zone = FixedOffset::east_opt(offset).expect("a zone");
    let format = format.replace("%d", "%-d").replace("%I", "%-I");
    let format = if site.caller_in_french { format.replace("%A", "vendredi").replace("%B", "janvier") } else { format };
    DateTime::from_timestamp(time, 0)
        .map_or_else(String::new, |time| time.with_timezone(&zone).format(&format).to_string())
}

const DATES: &[(&str, Kind, bool)] = &[
    ("contextid", Kind::Whole, false),
    ("contextlevel", Kind::Text, false),
    ("instanceid", Kind::Whole, false),
    (
        "timestamps",
        Kind::List(&Kind::Record(&[
            ("timestamp", Kind::Whole, true),
            ("format", Kind::Text, true),
            ("type", Kind::Text, false),
            ("fixday", Kind::Whole, false),
            ("fixhour", Kind::Whole, false),
        ])),
        true,
    ),
];

/// Times as they are written for the shop's account. By Moodle's source: no exchange of it was recorded.
pub(crate) fn dates(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, DATES)?;
    if parameters.get("contextlevel").map(Parameter::text) != Some("system") {
        return Err(Fault::INVALID);
    }
    let write = |one: &Parameter| told(site, one.number_of("timestamp"), one.text_of("format"));
    Ok(json!({ "dates": parameters["timestamps"].list().into_iter().map(write).collect::<Value>() }))
}
