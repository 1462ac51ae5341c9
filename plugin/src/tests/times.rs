//! Times: how they are written, and when access starts and ends.

use super::fake::{Fake, NOW, at, brief, moment, order};
use crate::contract::Stage;
use crate::fulfil;
use crate::times::{Days, End, Time};

#[test]
fn a_time_is_unix_seconds_a_date_or_a_date_and_time_with_offset() {
    let cases = [
        ("100000000", "1973-03-03T09:46:40Z"),
        ("1798761600", "2027-01-01T00:00:00Z"),
        ("99999999999", "5138-11-16T09:46:39Z"),
        ("2027-01-11", "2027-01-11T00:00:00Z"),
        ("2028-02-29", "2028-02-29T00:00:00Z"),
        ("2027-01-11T09:00:00Z", "2027-01-11T09:00:00Z"),
        ("2027-01-11T09:00:00+01:00", "2027-01-11T08:00:00Z"),
        ("2027-01-11T09:00:00-05:30", "2027-01-11T14:30:00Z"),
        ("2027-01-11T09:00:00.75Z", "2027-01-11T09:00:00Z"),
        ("2027-01-11T00:30:00+14:00", "2027-01-10T10:30:00Z"),
        // In an URL-encoded text, a bare plus means a space.
        ("2027-01-11T09:00:00 01:00", "2027-01-11T08:00:00Z"),
    ];
    for (text, time) in cases {
        assert_eq!(text.parse(), Ok(Time(at(time))), "{text}");
        let days = if text.len() == "2027-01-11".len() && text.contains('-') { 1 } else { 0 };
        assert_eq!(
            text.parse(),
            Ok(End::At(Time(at(time) + days * 86_400))),
            "{text}: as an end, a date is the last day"
        );
    }
    assert_eq!("9999-12-31".parse(), Ok(End::At(Time(at("9999-12-31T23:59:59Z")))), "there is no later time");
}

#[test]
fn anything_else_is_no_time() {
    let cases = [
        "tomorrow",
        "-",
        "-1",
        "+1798761600",
        "1798761600.5",
        "1e9",
        // Digits that were meant as something else: nothing, a year, a date, a date with its time of day, milliseconds.
        "0",
        "2027",
        "202702",
        "20270201",
        "99999999",
        "100000000000",
        "202702010900",
        "20270201090000",
        "1798761600000",
        "99999999999999999999999999",
        "२०२७",
        "2027-1-11",
        "2027-02-29",
        "2027-13-01",
        "11/01/2027",
        "2027-01",
        "2027-01-11T09:00:00",
        "2027-01-11T09:00+01:00",
        "2027-01-11T25:00:00Z",
        "2027-01-11 ",
        " 2027-01-11",
        "12027-01-11",
        "-2027-01-11T00:00:00Z",
        "1969-12-31",
        "1970-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "2027-01-1é",
        "30D",
        "\0",
    ];
    for text in cases {
        assert!(text.parse::<Time>().is_err(), "{text}");
        assert!(text.parse::<End>().is_err(), "{text}");
    }
    assert!("+30D".parse::<Time>().is_err(), "a start cannot be relative");
}

#[test]
fn an_end_may_be_some_days_or_hours_after_the_start() {
    let cases =
        [("+30D", 30 * 86_400), ("+12H", 12 * 3600), (" 30D", 30 * 86_400), ("+0D", 0), ("+36500D", 36_500 * 86_400)];
    for (text, seconds) in cases {
        assert_eq!(text.parse(), Ok(End::After(seconds)), "{text}");
    }
    let wrong = [
        "+",
        "+D",
        "+30",
        "+30d",
        "+30M",
        "++30D",
        "+-30D",
        "-30D",
        "+1.5D",
        "+ 30D",
        "+30D ",
        "+36501D",
        "+30DH",
        "+999999999999999999D",
        "+99999999999999999999999H",
    ];
    for text in wrong {
        assert!(text.parse::<End>().is_err(), "{text}");
    }
}

#[test]
fn a_duration_is_a_positive_whole_number_of_days() {
    assert_eq!("1".parse(), Ok(Days(86_400)));
    assert_eq!("36500".parse(), Ok(Days(36_500 * 86_400)));
    for text in ["0", "-1", "+1", "1.5", "36501", "18446744073709551616", "213503982334602", "5 ", "five", "30D"] {
        assert!(text.parse::<Days>().is_err(), "{text}");
    }
}

/// Further parameters; when access to the course starts and ends, for an order of 2026-01-01.
const PERIODS: &[(&str, &str)] = &[
    // The purchase, or the start that is given, even if it is past; but never before the course starts.
    ("coursename=SPOCM1", "2026-01-01.."),
    ("coursename=SPOCM1&starttime=2026-02-01", "2026-02-01.."),
    ("coursename=SPOCM1&starttime=2025-12-01", "2025-12-01.."),
    ("coursename=SPOCM1&starttime=2025-01-01", "2025-09-01.."),
    ("coursename=LATE", "2026-03-01.."),
    ("coursename=LATE&starttime=2026-02-01", "2026-03-01.."),
    ("coursename=LATE&starttime=2026-04-01T09:00:00%2B02:00", "2026-04-01T07:00.."),
    ("coursename=LATE&starttime=2026-04-01T09:00:00+02:00", "2026-04-01T07:00.."),
    // The end that is given, else the duration.
    ("coursename=SPOCM1&endtime=2026-06-30", "2026-01-01..2026-07-01"),
    ("coursename=SPOCM1&endtime=2026-06-30T00:00:00Z", "2026-01-01..2026-06-30"),
    ("coursename=SPOCM1&starttime=2026-06-30&endtime=2026-06-30", "2026-06-30..2026-07-01"),
    ("coursename=SPOCM1&endtime=2026-01-01", "2026-01-01..2026-01-02"),
    ("coursename=SPOCM1&endtime=1782777600", "2026-01-01..2026-06-30"),
    ("coursename=SPOCM1&endtime=%2B30D", "2026-01-01..2026-01-31"),
    ("coursename=SPOCM1&endtime=+30D", "2026-01-01..2026-01-31"),
    ("coursename=SPOCM1&endtime=+12H", "2026-01-01..2026-01-01T12:00"),
    ("coursename=SPOCM1&duration=31", "2026-01-01..2026-02-01"),
    ("coursename=LATE&duration=31", "2026-03-01..2026-04-01"),
    ("coursename=LATE&endtime=+31D", "2026-03-01..2026-04-01"),
    ("coursename=SPOCM1&starttime=2026-02-01&duration=28", "2026-02-01..2026-03-01"),
    ("coursename=SPOCM1&duration=31&endtime=2026-06-30", "2026-01-01..2026-07-01"),
    ("coursename=SPOCM1&starttime=2025-12-01&duration=32", "2025-12-01..2026-01-02"),
    ("coursename=SPOCM1&starttime=9999-12-01&duration=60", "9999-12-01..9999-12-31T23:59"),
];

#[test]
fn access_starts_and_ends_as_the_parameters_say() {
    for (parameters, period) in PERIODS {
        let order = order(Stage::Paid, parameters, "learner:lea");
        let mut fake = Fake::serving(&order);
        fulfil(&mut fake, &order).unwrap();
        let enrolments = fake.declared().iter().filter(|line| line.contains(" in "));
        let enrolled = enrolments.filter_map(|line| line.split(' ').nth(3)).next();
        assert_eq!(enrolled, Some(format!("{period}:").as_str()), "{parameters}");
    }
}

/// Further parameters, and what is found in them.
const FAULTS: &[(&str, &[&str])] = &[
    ("endtime=2026-01-02", &[]),
    ("starttime=", &[]),
    ("starttime=+30D", &["error starttime start-unreadable value=+30D"]),
    ("starttime=2027", &["error starttime start-unreadable value=2027"]),
    ("endtime=20270201", &["error endtime end-unreadable value=20270201"]),
    ("starttime=1798761600000", &["error starttime start-unreadable value=1798761600000"]),
    ("endtime=-", &["error endtime end-unreadable value=-"]),
    ("duration=0", &["error duration duration-unreadable value=0"]),
    ("endtime=2026-06-30&duration=31", &["warning duration duration-ignored"]),
    ("endtime=+30D&duration=0", &["error duration duration-unreadable value=0"]),
    // The end is past, or before the start, or both. Where the start is the purchase, both are one.
    ("endtime=2026-01-01", &[]),
    ("endtime=2026-01-01T00:00:00Z", &["error endtime end-past end=2025-12-31 24:00 UTC now=2026-01-01"]),
    ("endtime=2025-12-31", &["error endtime end-past end=2025-12-31 24:00 UTC now=2026-01-01"]),
    ("endtime=2025-12-30", &["error endtime end-past end=2025-12-30 24:00 UTC now=2026-01-01"]),
    ("endtime=+0D", &["error endtime end-past end=2025-12-31 24:00 UTC now=2026-01-01"]),
    ("starttime=2025-10-01&duration=31", &["error duration end-past end=2025-10-31 24:00 UTC now=2026-01-01"]),
    ("starttime=2025-10-01&endtime=+31D", &["error endtime end-past end=2025-10-31 24:00 UTC now=2026-01-01"]),
    (
        "starttime=2026-03-01&endtime=2026-02-01",
        &["error endtime end-before-start start=2026-03-01 end=2026-02-01 24:00 UTC"],
    ),
    (
        "starttime=2026-03-01&endtime=2026-02-28",
        &["error endtime end-before-start start=2026-03-01 end=2026-02-28 24:00 UTC"],
    ),
    ("starttime=2026-03-01&endtime=2026-03-01", &[]),
    (
        "starttime=2026-03-01&endtime=2025-11-30",
        &[
            "error endtime end-past end=2025-11-30 24:00 UTC now=2026-01-01",
            "error endtime end-before-start start=2026-03-01 end=2025-11-30 24:00 UTC",
        ],
    ),
    // An end is checked as far as it can be where the start cannot be read.
    (
        "starttime=soon&endtime=2025-11-30",
        &[
            "error starttime start-unreadable value=soon",
            "error endtime end-past end=2025-11-30 24:00 UTC now=2026-01-01",
        ],
    ),
    ("starttime=soon&endtime=+30D", &["error starttime start-unreadable value=soon"]),
    (
        "duration=soon&endtime=2025-11-30",
        &[
            "error duration duration-unreadable value=soon",
            "error endtime end-past end=2025-11-30 24:00 UTC now=2026-01-01",
        ],
    ),
];

#[test]
fn wrong_times_are_told_and_never_guessed() {
    for stage in [Stage::Offered, Stage::Paid] {
        for (parameters, expected) in FAULTS {
            let parameters = format!("coursename=SPOCM1&supervisor=teacher&{parameters}");
            let order = order(stage, &parameters, "");
            let result = fulfil(&mut Fake::serving(&order), &order);
            let rejected = expected.iter().any(|finding| finding.starts_with("error"));
            assert_eq!(result.is_err(), rejected, "{parameters}");
            let messages = result.unwrap_or_else(|findings| findings);
            let found = messages.iter().filter(|message| message.key != "order-rejected").map(brief);
            let found: Vec<_> = found.filter(|finding| !finding.starts_with("notice")).collect();
            assert_eq!(found, *expected, "{parameters}");
        }
    }
}

#[test]
fn the_purchase_is_the_only_clock() {
    let mut order = order(Stage::Paid, "coursename=SPOCM1&endtime=2026-01-01", "learner:lea");
    assert!(fulfil(&mut Fake::serving(&order), &order).is_ok());
    order.time = at("2026-01-02T00:00:00Z");
    assert!(fulfil(&mut Fake::serving(&order), &order).is_err());
    assert_eq!(moment(NOW), "2026-01-01");
}
