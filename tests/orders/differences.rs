//! Changes of one order: each applies just its difference, and again nothing.

use shop_core::orders::state::LineState::{self, Cancelled, Fulfilled, Suspended};

use crate::fixtures::shop::*;

/// A change of a fulfilled order of Anne and Bob with the tutor Tess.
struct Case {
    told: &'static str,
    /// Who of them has entered the course.
    entered: &'static [&'static str],
    settings: &'static str,
    change: fn(Sale) -> Sale,
    state: LineState,
    steps: &'static str,
    differs: &'static str,
}

const UNLESS: Case =
    Case { told: "", entered: &[], settings: "", change: |order| order, state: Fulfilled, steps: "", differs: "" };

const CASES: &[Case] = &[
    Case { told: "nothing", ..UNLESS },
    Case {
        told: "a late occupant",
        change: |order| order.seats(&["anne", "bob", "tutor tess", "carl"]),
        steps: "made account carl
            made enrolment SPOC carl
            made member SPOC A carl
            made attachment student carl in claire
            made attachment teacher claire in carl",
        differs: "+ account carl (carl Test)
            + attachment student carl in claire
            + attachment teacher claire in carl
            + enrolment SPOC carl student 2026-12-01..2027-01-05
            + invitation carl
            + member SPOC A carl",
        ..UNLESS
    },
    Case {
        told: "an occupant replaced",
        change: |order| order.seats(&["carl", "bob", "tutor tess"]),
        steps: "made account carl
            retracted enrolment SPOC anne
            made enrolment SPOC carl
            made member SPOC A carl
            retracted attachment student anne in claire
            made attachment student carl in claire
            retracted attachment teacher claire in anne
            made attachment teacher claire in carl",
        differs: "- attachment student anne in claire
            - attachment teacher claire in anne
            - enrolment SPOC anne student 2026-12-01..2027-01-05
            - member SPOC A anne
            + account carl (carl Test)
            + attachment student carl in claire
            + attachment teacher claire in carl
            + enrolment SPOC carl student 2026-12-01..2027-01-05
            + invitation carl
            + member SPOC A carl",
        ..UNLESS
    },
    Case {
        told: "an occupant replaced who has entered the course",
        entered: &["anne"],
        change: |order| order.seats(&["carl", "bob", "tutor tess"]),
        steps: "made account carl
            retracted enrolment SPOC anne
            made enrolment SPOC carl
            made member SPOC A carl
            retracted attachment student anne in claire
            made attachment student carl in claire
            retracted attachment teacher claire in anne
            made attachment teacher claire in carl",
        differs: "- attachment student anne in claire
            - attachment teacher claire in anne
            - enrolment SPOC anne student 2026-12-01..2027-01-05, entered
            + account carl (carl Test)
            + attachment student carl in claire
            + attachment teacher claire in carl
            + enrolment SPOC anne student 2026-12-01..2027-01-05, suspended, entered
            + enrolment SPOC carl student 2026-12-01..2027-01-05
            + invitation carl
            + member SPOC A carl",
        ..UNLESS
    },
    Case {
        told: "an occupant replaced who has entered the course, where the merchant keeps no leavers",
        entered: &["anne"],
        settings: "leavers = \"unenrol\"",
        change: |order| order.seats(&["-", "bob", "tutor tess"]),
        steps: "retracted enrolment SPOC anne
            retracted attachment student anne in claire
            retracted attachment teacher claire in anne",
        differs: "- attachment student anne in claire
            - attachment teacher claire in anne
            - enrolment SPOC anne student 2026-12-01..2027-01-05, entered
            - member SPOC A anne",
        ..UNLESS
    },
    Case {
        told: "a seat vacated",
        change: |order| order.seats(&["-", "bob", "tutor tess"]),
        steps: "retracted enrolment SPOC anne
            retracted attachment student anne in claire
            retracted attachment teacher claire in anne",
        differs: "- attachment student anne in claire
            - attachment teacher claire in anne
            - enrolment SPOC anne student 2026-12-01..2027-01-05
            - member SPOC A anne",
        ..UNLESS
    },
    Case {
        told: "people in another order, typed otherwise",
        change: |order| order.seats(&["tutor TESS", "ANNE", "bob"]),
        ..UNLESS
    },
    Case {
        told: "a learner who becomes a tutor",
        change: |order| order.seats(&["tutor anne", "bob", "tutor tess"]),
        steps: "changed enrolment SPOC anne
            retracted role SPOC anne student",
        differs: "- enrolment SPOC anne student 2026-12-01..2027-01-05
            + enrolment SPOC anne teacher 2026-12-01..2027-01-05",
        ..UNLESS
    },
    Case {
        told: "a later end",
        change: |order| order.in_line(1, "parameters", "endtime=2027-03-30"),
        steps: "changed enrolment SPOC anne
            changed enrolment SPOC bob
            changed enrolment SPOC claire
            changed enrolment SPOC tess",
        differs: "- enrolment SPOC anne student 2026-12-01..2027-01-05
            - enrolment SPOC bob student 2026-12-01..2027-01-05
            - enrolment SPOC claire teacher 2026-12-01..2027-01-05
            - enrolment SPOC tess teacher 2026-12-01..2027-01-05
            + enrolment SPOC anne student 2026-12-01..2027-03-31
            + enrolment SPOC bob student 2026-12-01..2027-03-31
            + enrolment SPOC claire teacher 2026-12-01..2027-03-31
            + enrolment SPOC tess teacher 2026-12-01..2027-03-31",
        ..UNLESS
    },
    Case {
        told: "an earlier end",
        change: |order| order.in_line(1, "parameters", "endtime=2026-12-23"),
        steps: "changed enrolment SPOC anne
            changed enrolment SPOC bob
            changed enrolment SPOC claire
            changed enrolment SPOC tess",
        differs: "- enrolment SPOC anne student 2026-12-01..2027-01-05
            - enrolment SPOC bob student 2026-12-01..2027-01-05
            - enrolment SPOC claire teacher 2026-12-01..2027-01-05
            - enrolment SPOC tess teacher 2026-12-01..2027-01-05
            + enrolment SPOC anne student 2026-12-01..2026-12-24
            + enrolment SPOC bob student 2026-12-01..2026-12-24
            + enrolment SPOC claire teacher 2026-12-01..2026-12-24
            + enrolment SPOC tess teacher 2026-12-01..2026-12-24",
        ..UNLESS
    },
    Case {
        told: "fewer seats",
        change: |order| order.in_line(1, "quantity", 2).seats(&["anne", "tutor tess"]),
        steps: "retracted enrolment SPOC bob
            retracted attachment student bob in claire
            retracted attachment teacher claire in bob",
        differs: "- attachment student bob in claire
            - attachment teacher claire in bob
            - enrolment SPOC bob student 2026-12-01..2027-01-05
            - member SPOC A bob",
        ..UNLESS
    },
    Case {
        told: "suspended",
        change: |order| order.state("suspended"),
        state: Suspended,
        steps: "changed enrolment SPOC anne
            changed enrolment SPOC bob
            changed enrolment SPOC claire
            changed enrolment SPOC tess
            changed enrolment SUPPORT claire",
        differs: "- enrolment SPOC anne student 2026-12-01..2027-01-05
            - enrolment SPOC bob student 2026-12-01..2027-01-05
            - enrolment SPOC claire teacher 2026-12-01..2027-01-05
            - enrolment SPOC tess teacher 2026-12-01..2027-01-05
            - enrolment SUPPORT claire student 2026-12-01..
            + enrolment SPOC anne student 2026-12-01..2027-01-05, suspended
            + enrolment SPOC bob student 2026-12-01..2027-01-05, suspended
            + enrolment SPOC claire teacher 2026-12-01..2027-01-05, suspended
            + enrolment SPOC tess teacher 2026-12-01..2027-01-05, suspended
            + enrolment SUPPORT claire student 2026-12-01.., suspended",
        ..UNLESS
    },
    Case {
        told: "cancelled",
        change: |order| order.state("cancelled"),
        state: Cancelled,
        steps: "retracted enrolment SPOC anne
            retracted enrolment SPOC bob
            retracted enrolment SPOC claire
            retracted enrolment SPOC tess
            retracted enrolment SUPPORT claire
            retracted group SPOC A
            retracted attachment student anne in claire
            retracted attachment student bob in claire
            retracted attachment student tess in claire
            retracted attachment teacher claire in anne
            retracted attachment teacher claire in bob
            retracted attachment teacher claire in tess",
        differs: "- attachment student anne in claire
            - attachment student bob in claire
            - attachment student tess in claire
            - attachment teacher claire in anne
            - attachment teacher claire in bob
            - attachment teacher claire in tess
            - enrolment SPOC anne student 2026-12-01..2027-01-05
            - enrolment SPOC bob student 2026-12-01..2027-01-05
            - enrolment SPOC claire teacher 2026-12-01..2027-01-05
            - enrolment SPOC tess teacher 2026-12-01..2027-01-05
            - enrolment SUPPORT claire student 2026-12-01..
            - group SPOC A (claire Test – A)
            - member SPOC A anne
            - member SPOC A bob
            - member SPOC A claire
            - member SPOC A tess",
        ..UNLESS
    },
    Case {
        told: "cancelled after somebody entered",
        entered: &["anne"],
        change: |order| order.state("cancelled"),
        state: Cancelled,
        steps: "retracted enrolment SPOC anne
            retracted enrolment SPOC bob
            retracted enrolment SPOC claire
            retracted enrolment SPOC tess
            retracted enrolment SUPPORT claire
            retracted attachment student anne in claire
            retracted attachment student bob in claire
            retracted attachment student tess in claire
            retracted attachment teacher claire in anne
            retracted attachment teacher claire in bob
            retracted attachment teacher claire in tess",
        differs: "- attachment student anne in claire
            - attachment student bob in claire
            - attachment student tess in claire
            - attachment teacher claire in anne
            - attachment teacher claire in bob
            - attachment teacher claire in tess
            - enrolment SPOC anne student 2026-12-01..2027-01-05, entered
            - enrolment SPOC bob student 2026-12-01..2027-01-05
            - enrolment SPOC claire teacher 2026-12-01..2027-01-05
            - enrolment SPOC tess teacher 2026-12-01..2027-01-05
            - enrolment SUPPORT claire student 2026-12-01..
            - member SPOC A bob
            - member SPOC A claire
            - member SPOC A tess
            + enrolment SPOC anne student 2026-12-01..2027-01-05, suspended, entered",
        ..UNLESS
    },
];

#[tokio::test]
async fn each_change_applies_just_its_difference() {
    for case in CASES {
        let world = shop_with(case.settings, "").await;
        let order = sale("A", &["anne", "bob", "tutor tess"]);
        comes_to(&world, &order, Fulfilled).await;
        for name in case.entered {
            world.by_hand().enter_course("SPOC", &email(name)).unwrap();
        }
        let order = (case.change)(order);
        let effect = effect(&world, &order).await;
        assert_eq!(effect.state, case.state, "{}", case.told);
        assert_lines(&format!("{}: the receipt", case.told), &effect.steps, case.steps);
        assert_lines(&format!("{}: the platform", case.told), &effect.differs, case.differs);
        is_in_place(&world, &order, case.told).await;
        let world = world.reopen(&catalogue(case.settings)).await;
        is_in_place(&world, &order, case.told).await;
    }
}
