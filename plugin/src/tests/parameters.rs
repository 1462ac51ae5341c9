//! What is found in the product's parameters.

use super::fake::{Fake, brief, order};
use crate::contract::{Audience, Level, Stage};
use crate::fulfil;

/// Parameters, and all that is found in them when the product is checked: `error` if it cannot be sold.
const CASES: &[(&str, &[&str])] = &[
    ("coursename=SPOCM1&supervisor=teacher", &[]),
    // Courses.
    ("supervisor=teacher", &["error coursename course-missing"]),
    ("supervisor=teacher&coursename=", &["error coursename course-missing"]),
    ("supervisor=teacher&coursename=Nix", &["error coursename course-unknown course=Nix"]),
    ("supervisor=teacher&coursename=spocm1", &["error coursename course-unknown course=spocm1"]),
    ("supervisor=teacher&coursename=CLOSED", &["error coursename course-closed course=The course CLOSED"]),
    ("supervisor=teacher&coursename=VISIBLE", &["warning coursename groups-not-separate course=The course VISIBLE"]),
    ("supervisor=teacher&coursename=NOGROUPS", &["warning coursename groups-not-separate course=The course NOGROUPS"]),
    ("coursename=SPOCM1&supervisor=teacher&customersupport=HELP", &[]),
    ("coursename=SPOCM1&supervisor=teacher&customersupport=", &[]),
    ("coursename=SPOCM1&supervisor=teacher&customersupport=Nix", &["error customersupport course-unknown course=Nix"]),
    (
        "coursename=SPOCM1&supervisor=teacher&customersupport=CLOSED",
        &["error customersupport course-closed course=The course CLOSED"],
    ),
    // Roles.
    ("coursename=SPOCM1", &["notice supervisor supervisor-defaulted role=teacher"]),
    ("coursename=SPOCM1&supervisor=", &["notice supervisor supervisor-defaulted role=teacher"]),
    ("coursename=SPOCM1&supervisor=mentor&learner=", &[]),
    ("coursename=SPOCM1&tutor=mentor", &["notice supervisor supervisor-defaulted role=mentor"]),
    ("coursename=SPOCM1&tutor=courseonly&supervisor=mentor", &[]),
    (
        "coursename=SPOCM1&tutor=courseonly",
        &[
            "notice supervisor supervisor-defaulted role=courseonly",
            "error supervisor role-not-in-account role=courseonly",
        ],
    ),
    ("coursename=SPOCM1&tutor=manager", &["error tutor role-unknown role=manager"]),
    ("coursename=SPOCM1&tutor=accountonly&supervisor=mentor", &["error tutor role-not-in-course role=accountonly"]),
    ("coursename=SPOCM1&supervisor=manager", &["error supervisor role-unknown role=manager"]),
    ("coursename=SPOCM1&supervisor=teacher&learner=pupil", &["error learner role-unknown role=pupil"]),
    ("coursename=SPOCM1&supervisor=accountonly", &["error supervisor role-not-in-course role=accountonly"]),
    (
        "coursename=SPOCM1&supervisor=teacher&learner=accountonly",
        &["error learner role-not-in-course role=accountonly"],
    ),
    ("coursename=SPOCM1&supervisor=courseonly", &["error supervisor role-not-in-account role=courseonly"]),
    (
        "coursename=SPOCM1&supervisor=courseonly&learner=courseonly&delegation=created",
        &["error learner role-not-in-account role=courseonly", "error supervisor role-not-in-account role=courseonly"],
    ),
    ("coursename=SPOCM1&supervisor=courseonly&learner=courseonly&delegation=none", &[]),
    // Flags and choices.
    ("coursename=SPOCM1&supervisor=teacher&autoenrolsupervisor=0", &[]),
    (
        "coursename=SPOCM1&supervisor=teacher&autoenrolsupervisor=yes",
        &["error autoenrolsupervisor flag-unreadable value=yes"],
    ),
    ("coursename=SPOCM1&supervisor=teacher&delegation=All", &["error delegation delegation-unreadable value=All"]),
    // The host tells of unknown and repeated keys; the first of repeated ones counts.
    ("coursename=SPOCM1&supervisor=teacher&colour=red&", &[]),
    ("coursename=SPOCM1&supervisor=teacher&coursename=Nix", &[]),
    ("coursename=&supervisor=teacher&coursename=SPOCM1", &["error coursename course-missing"]),
    // Encoded values.
    ("coursename=S%C3%A9ance+1%262&supervisor=teacher", &["error coursename course-unknown course=Séance 1&2"]),
    ("coursename=%FF%00%&supervisor=teacher", &["error coursename course-unknown course=\u{FFFD}\u{FFFD}%"]),
    // All is told, not the first thing.
    ("", &["error coursename course-missing", "notice supervisor supervisor-defaulted role=teacher"]),
    (
        "coursename=Nix&learner=pupil&supervisor=manager&starttime=soon&endtime=later&duration=long\
         &customersupport=Nix&autoenrolsupervisor=2&delegation=some",
        &[
            "error coursename course-unknown course=Nix",
            "error delegation delegation-unreadable value=some",
            "error learner role-unknown role=pupil",
            "error supervisor role-unknown role=manager",
            "error starttime start-unreadable value=soon",
            "error endtime end-unreadable value=later",
            "error duration duration-unreadable value=long",
            "error customersupport course-unknown course=Nix",
            "error autoenrolsupervisor flag-unreadable value=2",
        ],
    ),
    (
        "coursename=HELP&supervisor=teacher&customersupport=HELP",
        &[
            "warning coursename groups-not-separate course=The course HELP",
            "warning customersupport support-is-course course=The course HELP",
        ],
    ),
    (
        "coursename=LATECLOSED&learner=accountonly&supervisor=accountonly&endtime=2026-01-31&delegation=none",
        &[
            "error coursename course-closed course=The course LATECLOSED",
            "warning coursename groups-not-separate course=The course LATECLOSED",
            "error learner role-not-in-course role=accountonly",
            "error supervisor role-not-in-course role=accountonly",
            "error endtime end-before-start start=2026-03-01 end=2026-01-31 24:00 UTC",
        ],
    ),
];

#[test]
fn all_findings_are_told_each_with_its_parameter() {
    for (parameters, expected) in CASES {
        let order = order(Stage::Offered, parameters, "");
        let mut fake = Fake::serving(&order);
        let result = fulfil(&mut fake, &order);

        let rejected = expected.iter().any(|finding| finding.starts_with("error"));
        assert_eq!(result.is_err(), rejected, "{parameters}");
        let mut messages = result.unwrap_or_else(|findings| findings);
        if !rejected {
            assert_eq!(messages.pop().unwrap().key, "product-ready", "{parameters}");
        }
        assert!(messages.iter().all(|message| message.audience == Audience::Sales), "{parameters}");
        assert_eq!(messages.iter().map(brief).collect::<Vec<_>>(), *expected, "{parameters}");
        assert!(fake.declared().is_empty(), "{parameters}");
    }
}

#[test]
fn a_product_that_can_be_sold_says_what_it_grants() {
    let order = order(Stage::Offered, "coursename=SPOCM1&supervisor=mentor&delegation=created", "");
    let messages = fulfil(&mut Fake::serving(&order), &order).unwrap();
    assert_eq!(
        messages.iter().map(brief).collect::<Vec<_>>(),
        [
            "notice product-ready course=The course SPOCM1 learner=student tutor=teacher supervisor=mentor delegation=created"
        ]
    );
}

#[test]
fn the_same_is_found_at_every_stage_and_the_customer_is_told_so() {
    for stage in [Stage::Placed, Stage::Paid] {
        let order = order(stage, "coursename=Nix&supervisor=teacher", "learner:lea");
        let mut fake = Fake::serving(&order);
        let messages = fulfil(&mut fake, &order).unwrap_err();
        assert_eq!(
            messages.iter().map(brief).collect::<Vec<_>>(),
            ["error coursename course-unknown course=Nix", "error order-rejected",]
        );
        assert_eq!(messages[1].audience, Audience::Public);
        assert!(fake.declared().is_empty());
    }
}

#[test]
fn an_order_that_stands_has_an_operator() {
    let mut order = order(Stage::Paid, "coursename=SPOCM1&supervisor=teacher", "learner:lea");
    order.operator = None;
    let messages = fulfil(&mut Fake::serving(&order), &order).unwrap_err();
    assert_eq!(messages.iter().map(brief).collect::<Vec<_>>(), ["error operator-missing", "error order-rejected",]);
}

#[test]
fn a_name_too_long_to_be_looked_up_is_unknown_and_is_told_in_short() {
    let parameters = format!("coursename={}&supervisor=teacher", "é".repeat(2000));
    let order = order(Stage::Offered, &parameters, "");
    let fake = &mut Fake::serving(&order);
    let messages = fulfil(fake, &order).unwrap_err();
    let told = format!("error coursename course-unknown course={}…", "é".repeat(199));
    assert_eq!(messages.iter().map(brief).collect::<Vec<_>>(), [told]);
    assert_eq!(messages[0].level, Level::Error);
    assert_eq!(fake.lookups(), ["student", "teacher", "teacher"]);
}
