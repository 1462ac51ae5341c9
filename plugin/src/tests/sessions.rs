//! What is declared, and what the readers are told of it.

use super::fake::{Fake, brief, order, person};
use crate::contract::{Audience, Message, Order, Stage};
use crate::fulfil;

struct Case {
    what: &'static str,
    parameters: &'static str,
    seats: &'static str,
    declared: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        what: "learners, a tutor and the operator; everyone is attached but the operator",
        parameters: "",
        seats: "learner:lea learner:max tutor:tom",
        declared: &[
            "accounts olga lea max tom",
            "student in SPOCM1 2026-01-01..: lea max",
            "teacher in SPOCM1 2026-01-01..: tom",
            "teacher in SPOCM1 2026-01-01..: olga",
            "group \"Olga Martin – 2026-0142\" in SPOCM1",
            "members olga lea max tom",
            "teacher over student lea max tom",
        ],
    },
    Case {
        what: "all seats vacant: the operator and the group",
        parameters: "",
        seats: "learner: learner: tutor:",
        declared: &[
            "accounts olga",
            "teacher in SPOCM1 2026-01-01..: olga",
            "group \"Olga Martin – 2026-0142\" in SPOCM1",
            "members olga",
        ],
    },
    Case {
        what: "no seats at all",
        parameters: "&autoenrolsupervisor=0",
        seats: "",
        declared: &["accounts olga", "group \"Olga Martin – 2026-0142\" in SPOCM1"],
    },
    Case {
        what: "the operator is not enrolled, so is not in the group either, but administers the accounts",
        parameters: "&autoenrolsupervisor=0",
        seats: "learner:lea tutor: learner:",
        declared: &[
            "accounts olga lea",
            "student in SPOCM1 2026-01-01..: lea",
            "group \"Olga Martin – 2026-0142\" in SPOCM1",
            "members lea",
            "teacher over student lea",
        ],
    },
    Case {
        what: "the operator learns too, and is not attached to himself",
        parameters: "",
        seats: "learner:olga learner:lea",
        declared: &[
            "accounts olga lea",
            "student in SPOCM1 2026-01-01..: olga lea",
            "teacher in SPOCM1 2026-01-01..: olga",
            "group \"Olga Martin – 2026-0142\" in SPOCM1",
            "members olga lea",
            "teacher over student lea",
        ],
    },
    Case {
        what: "the operator learns and is nothing else",
        parameters: "&autoenrolsupervisor=0",
        seats: "learner:olga",
        declared: &[
            "accounts olga",
            "student in SPOCM1 2026-01-01..: olga",
            "group \"Olga Martin – 2026-0142\" in SPOCM1",
            "members olga",
        ],
    },
    Case {
        what: "the operator is the tutor, too",
        parameters: "&supervisor=mentor",
        seats: "tutor:olga learner:lea",
        declared: &[
            "accounts olga lea",
            "student in SPOCM1 2026-01-01..: lea",
            "teacher in SPOCM1 2026-01-01..: olga",
            "mentor in SPOCM1 2026-01-01..: olga",
            "group \"Olga Martin – 2026-0142\" in SPOCM1",
            "members olga lea",
            "mentor over student lea",
        ],
    },
    Case {
        what: "other roles",
        parameters: "&supervisor=mentor&learner=teacher&tutor=courseonly",
        seats: "learner:lea tutor:tom",
        declared: &[
            "accounts olga lea tom",
            "teacher in SPOCM1 2026-01-01..: lea",
            "courseonly in SPOCM1 2026-01-01..: tom",
            "mentor in SPOCM1 2026-01-01..: olga",
            "group \"Olga Martin – 2026-0142\" in SPOCM1",
            "members olga lea tom",
            "mentor over teacher lea tom",
        ],
    },
    Case {
        what: "without a role of the operator's, it is that of the tutors",
        parameters: "&tutor=mentor",
        seats: "learner:lea tutor:tom",
        declared: &[
            "accounts olga lea tom",
            "student in SPOCM1 2026-01-01..: lea",
            "mentor in SPOCM1 2026-01-01..: tom",
            "mentor in SPOCM1 2026-01-01..: olga",
            "group \"Olga Martin – 2026-0142\" in SPOCM1",
            "members olga lea tom",
            "mentor over student lea tom",
        ],
    },
    Case {
        what: "the support course, from the purchase and without end, whatever the period of the session",
        parameters: "&starttime=2026-02-01&duration=28&customersupport=HELP",
        seats: "learner:",
        declared: &[
            "accounts olga",
            "teacher in SPOCM1 2026-02-01..2026-03-01: olga",
            "group \"Olga Martin – 2026-0142\" in SPOCM1",
            "members olga",
            "student in HELP 2026-01-01..: olga",
        ],
    },
    Case {
        what: "a support course that starts later",
        parameters: "&autoenrolsupervisor=0&customersupport=LATEHELP",
        seats: "",
        declared: &[
            "accounts olga",
            "group \"Olga Martin – 2026-0142\" in SPOCM1",
            "student in LATEHELP 2026-02-01..: olga",
        ],
    },
];

#[test]
fn a_paid_line_declares_its_session() {
    for Case { what, parameters, seats, declared } in CASES {
        let order = order(Stage::Paid, &format!("coursename=SPOCM1{parameters}"), seats);
        let mut fake = Fake::serving(&order);
        fulfil(&mut fake, &order).unwrap();
        assert_eq!(fake.declared(), *declared, "{what}");
    }
}

#[test]
fn delegation_says_who_is_attached() {
    let attached = [
        ("", "teacher over student lea max tom"),
        ("&delegation=all", "teacher over student lea max tom"),
        ("&delegation=created", "teacher over student max tom"),
        ("&delegation=none", "members olga lea max tom"),
    ];
    for (delegation, last) in attached {
        let parameters = format!("coursename=SPOCM1{delegation}");
        let order = order(Stage::Paid, &parameters, "learner:lea learner:max tutor:tom");
        // Max has an account since an earlier fulfilment, Tom has none yet.
        let mut fake = Fake::serving(&order).found(&["olga", "lea"]).made(&["max"]);
        fulfil(&mut fake, &order).unwrap();
        assert_eq!(fake.declared().last().unwrap(), last, "{delegation}");
    }
}

#[test]
fn a_placed_line_declares_the_operators_account_only() {
    let order = order(Stage::Placed, "coursename=SPOCM1&customersupport=HELP", "learner:lea tutor:tom");
    let mut fake = Fake::serving(&order);
    fulfil(&mut fake, &order).unwrap();
    assert_eq!(fake.declared(), ["accounts olga"]);
}

fn told(order: &Order, audience: Audience) -> Vec<String> {
    let mut fake = Fake::serving(order).found(&["olga", "lea"]);
    let messages: Vec<Message> = fulfil(&mut fake, order).unwrap();
    messages.iter().filter(|message| message.audience == audience).map(brief).collect()
}

const FULL: &str = "coursename=SPOCM1&supervisor=teacher&duration=31&customersupport=HELP";

#[test]
fn once_paid_everyone_is_told_what_is_set_up() {
    let order = order(Stage::Paid, FULL, "learner:lea learner:max tutor:tom learner:");
    assert_eq!(told(&order, Audience::Public), ["notice session-ready"]);
    assert_eq!(
        told(&order, Audience::Operator),
        [
            "notice seats-ready course=The course SPOCM1 learners=2 tutors=1",
            "notice seats-vacant vacant=1",
            "notice period-days start=2026-01-01 last=2026-01-31",
            "notice support-course course=The course HELP start=2026-01-01",
        ]
    );
    assert_eq!(
        told(&order, Audience::Sales),
        ["notice setup-ready course=The course SPOCM1", "notice accounts found=2 created=2 delegation=all",]
    );
}

#[test]
fn before_that_everyone_is_told_what_will_be() {
    let order = order(Stage::Placed, "coursename=VISIBLE", "learner:lea learner:max");
    assert_eq!(told(&order, Audience::Public), ["notice session-planned"]);
    assert_eq!(
        told(&order, Audience::Operator),
        ["notice seats-planned course=The course VISIBLE learners=2 tutors=0", "notice period-open start=2026-01-01",]
    );
    assert_eq!(
        told(&order, Audience::Sales),
        [
            "warning coursename groups-not-separate course=The course VISIBLE",
            "notice supervisor supervisor-defaulted role=teacher",
            "notice setup-planned course=The course VISIBLE",
            "notice accounts found=2 created=1 delegation=all",
        ]
    );
}

#[test]
fn a_group_is_named_for_people_whatever_the_names() {
    let cases = [
        ("Zoë \"Zo\" 🦊", "A-1", "Zoë \"Zo\" 🦊 Martin – A-1".to_owned()),
        ("نور", "A-1", "نور Martin – A-1".to_owned()),
        ("Zoë\n\u{85}", "A\t1", "Zoë\u{FFFD}\u{FFFD} Martin – A\u{FFFD}1".to_owned()),
        (&"é".repeat(300), "A-1", format!("{}… – A-1", "é".repeat(96))),
        (&"🦊".repeat(300), &"9".repeat(300), format!("{}… – {}…", "🦊".repeat(96), "9".repeat(99))),
        ("Zoë\u{202E}", "A-1", "Zoë\u{FFFD} Martin – A-1".to_owned()),
        ("", "", " Martin – ".to_owned()),
    ];
    for (first_name, id, name) in cases {
        let mut order = order(Stage::Paid, "coursename=SPOCM1", "");
        order.id = id.to_owned();
        order.operator.as_mut().unwrap().first_name = first_name.to_owned();
        let mut fake = Fake::serving(&order);
        fulfil(&mut fake, &order).unwrap();
        assert_eq!(fake.declared()[2], format!("group {name:?} in SPOCM1"));
    }
}

#[test]
fn the_number_of_calls_does_not_grow_with_the_seats() {
    let mut order = order(Stage::Paid, FULL, "");
    order.seats = super::fake::seats(&"learner: tutor: ".repeat(500));
    for (number, seat) in order.seats.iter_mut().enumerate() {
        seat.occupant = Some(person(&format!("person{number}")));
    }
    let mut fake = Fake::serving(&order);
    fulfil(&mut fake, &order).unwrap();
    assert_eq!(fake.declared().len(), 8);
}
