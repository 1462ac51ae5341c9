//! Courses and roles that were renamed or deleted after orders were sold with them.

use std::collections::BTreeSet;

use shop_core::orders::state::LineState::{self, Cancelled, Fulfilled, Incomplete, Placed, Rejected, Suspended};
use shop_core::platform::{Enrol, Platform, RoleId};
use shop_harness::World;

use crate::fixtures::on_both::On;
use crate::fixtures::shop::*;
use crate::moodle::world::MoodleWorld;

/// Of two courses, with the support course.
fn order() -> Sale {
    sale("A", &["anne", "bob"]).line("OTHER", 5, &["anne"])
}

/// What was said of the order and its lines, but for what is said every time.
fn said(outcome: &shop_host::host::Outcome) -> Vec<&str> {
    let lines = outcome.lines.iter().flat_map(|line| &line.messages);
    let all = outcome.messages.iter().chain(lines).map(|message| message.key.as_str());
    all.filter(|key| {
        ["renamed", "gone", "without", "unknown", "barred", "not-allowed"].iter().any(|of| key.contains(of))
    })
    .collect()
}

/// Fulfils an order; the state that it comes to, and what is said.
async fn comes(world: &World, order: &Sale) -> (LineState, Vec<String>) {
    let outcome = world.fulfil(&order.json()).await.unwrap_or_else(|error| panic!("{error}"));
    (outcome.state, said(&outcome).into_iter().map(str::to_owned).collect())
}

fn keys(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

async fn left(world: &World) -> Vec<String> {
    let lines = lines(&world.census().await).into_iter();
    lines.filter(|line| !line.starts_with("account") && !line.starts_with("invitation")).collect()
}

const COURSE: &str = "[[course]]\nshort_name = \"SPOC\"\ntitle = \"New\"\nstart = \"2026-06-01T00:00:00Z\"\n";

#[tokio::test]
async fn a_line_goes_on_with_the_course_that_it_was_sold_with_whatever_that_is_called_by_now() {
    for another_has_the_name in [false, true] {
        for state in ["placed", "paid"] {
            let world = shop().await;
            comes_to(&world, &order().state(state), if state == "paid" { Fulfilled } else { Placed }).await;
            world.by_hand().rename_course("SPOC", "SPOC-2027").unwrap();
            if another_has_the_name {
                seed(&world, COURSE).await;
            }
            let (paid, renamed) = (order(), keys(&["course-renamed"]));
            assert_eq!(comes(&world, &paid).await, (Fulfilled, renamed.clone()), "{state}");
            is_in_place(&world, &paid, state).await;
            let more = order().seats(&["anne", "-", "carl"]);
            assert_eq!(comes(&world, &more).await, (Fulfilled, renamed.clone()), "people change seats");
            assert_eq!(comes(&world, &more.clone().state("suspended")).await.0, Suspended);
            assert_eq!(comes(&world, &more).await, (Fulfilled, renamed), "resumed");
            let there = left(&world).await;
            for line in ["enrolment SPOC-2027 carl student 2026-12-01..2027-01-05", "member SPOC-2027 A carl"] {
                assert!(there.iter().any(|is| is == line), "{line}: {there:#?}");
            }
            assert!(!there.iter().any(|line| line.contains(" SPOC ") || line.contains("2027 bob")), "{there:#?}");

            // The name is that of the other course for who buys now.
            let new = comes(&world, &sale("B", &["zoe"])).await;
            let expected = match another_has_the_name {
                true => (Fulfilled, vec![]),
                false => (Rejected, keys(&["course-unknown"])),
            };
            assert_eq!(new, expected);
            comes_to(&world, &more.state("cancelled"), Cancelled).await;
            assert!(!left(&world).await.iter().any(|line| line.contains("SPOC-2027")));
        }
    }
}

#[tokio::test]
async fn a_course_that_was_deleted_takes_away_only_what_depended_on_it() {
    let before = shop().await;
    comes_to(&before, &order(), Fulfilled).await;
    before.by_hand().delete_course("SPOC").unwrap();
    for (told, now, expected) in [
        ("the same again", order(), (Fulfilled, keys(&["course-gone"]))),
        ("a seat is released", order().seats(&["anne"]), (Fulfilled, keys(&["course-gone"]))),
        (
            "a seat of the other line is taken",
            order().in_line(2, "seats", sale("", &["carl"]).seats_of_line(1)),
            (Fulfilled, keys(&["course-gone"])),
        ),
        (
            "a seat there is taken anew",
            order().seats(&["anne", "bob", "carl"]),
            (Rejected, keys(&["seat-without", "course-gone"])),
        ),
        ("suspended", order().state("suspended"), (Suspended, vec![])),
        ("cancelled", order().state("cancelled"), (Cancelled, vec![])),
        ("the line ends", order().in_line(1, "quantity", 0).seats(&[]), (Fulfilled, vec![])),
    ] {
        let world = before.copy().await;
        let was = left(&world).await;
        assert_eq!(comes(&world, &now).await, expected, "{told}");
        if expected.0 == Rejected {
            assert_eq!(left(&world).await, was, "{told}");
        } else {
            is_in_place(&world, &now, told).await;
        }
        if expected.0 == Suspended {
            comes_to(&world, &order(), Fulfilled).await;
        }
        comes_to(&world, &order().state("cancelled"), Cancelled).await;
        assert_eq!(left(&world).await, [""; 0], "{told}");
    }
}

/// Nobody hands the order over: what is gone is told once, and what depended on it is no failed step.
#[tokio::test]
async fn what_is_gone_is_told_when_an_order_is_verified_or_repaired() {
    type Delete = fn(&World);
    let cases: [(&str, Delete, &str); 3] = [
        ("the course", |it| it.by_hand().delete_course("SPOC").unwrap(), "course-gone-since"),
        ("the support course", |it| it.by_hand().delete_course("SUPPORT").unwrap(), "course-gone-since"),
        ("a role", |it| it.by_hand().delete_role("teacher").unwrap(), "role-gone-since"),
    ];
    let id = shop_core::words::order::OrderId::try_from("A".to_owned()).unwrap();
    for (told, delete, key) in cases {
        let world = shop().await;
        comes_to(&world, &order(), Fulfilled).await;
        delete(&world);
        let was = left(&world).await;
        let verified = world.host.verify(&id).await.unwrap();
        assert_eq!((said(&verified), steps(&verified)), (vec![key], vec![]), "{told}");
        let repaired = world.host.repair(&id, "vera", &|_, _| ()).await.unwrap();
        assert_eq!((repaired.state, said(&repaired), steps(&repaired)), (Fulfilled, vec![key], vec![]), "{told}");
        assert_eq!(left(&world).await, was, "{told}");
        // Once the order has come again, nothing of it is claimed any more, and nothing told.
        comes_to(&world, &order(), Fulfilled).await;
        assert_eq!(said(&world.host.verify(&id).await.unwrap()), [""; 0], "{told}");
        comes_to(&world, &order().state("cancelled"), Cancelled).await;
        assert_eq!(left(&world).await, [""; 0], "{told}");
    }
}

#[tokio::test]
async fn a_support_course_that_is_gone_is_left_out() {
    for state in ["placed", "paid"] {
        let world = shop().await;
        comes_to(&world, &order().state(state), if state == "paid" { Fulfilled } else { Placed }).await;
        world.by_hand().delete_course("SUPPORT").unwrap();
        let more = order().seats(&["anne", "carl"]);
        assert_eq!(
            comes(&world, &more).await,
            (Fulfilled, keys(&["course-gone", "course-gone"])),
            "{state}: both lines"
        );
        is_in_place(&world, &more, state).await;
        // Who is in charge would have been in the support course: that is no reason to refuse a seat in the other.
        let learns_too = more.seats(&["anne", "claire"]);
        assert_eq!(comes(&world, &learns_too).await.0, Fulfilled, "{state}");
        comes_to(&world, &learns_too.state("cancelled"), Cancelled).await;
        assert_eq!(left(&world).await, [""; 0]);
    }
}

/// Nothing is sold that is not there.
#[tokio::test]
async fn what_was_only_placed_cannot_be_paid_once_its_course_is_gone() {
    let world = shop().await;
    comes_to(&world, &order().state("placed"), Placed).await;
    world.by_hand().delete_course("SPOC").unwrap();
    assert_eq!(comes(&world, &order()).await, (Rejected, keys(&["course-unknown"])));
    comes_to(&world, &order().state("cancelled"), Cancelled).await;
}

#[tokio::test]
async fn a_line_goes_on_with_its_roles_and_without_those_that_are_gone() {
    let world = shop().await;
    comes_to(&world, &order(), Fulfilled).await;
    world.by_hand().rename_role("student", "participant").unwrap();
    world.by_hand().rename_role("teacher", "student").unwrap();
    let renamed = keys(&["role-renamed"; 6]);
    assert_eq!(comes(&world, &order()).await, (Fulfilled, renamed.clone()), "three parameters of two lines");
    is_in_place(&world, &order(), "renamed").await;
    let more = order().seats(&["anne", "carl"]);
    assert_eq!(comes(&world, &more).await, (Fulfilled, renamed));
    let carl = "enrolment SPOC carl participant 2026-12-01..2027-01-05".to_owned();
    assert!(left(&world).await.contains(&carl));

    // What was the teacher's role.
    world.by_hand().delete_role("student").unwrap();
    let gone = keys(&["role-gone", "role-gone", "role-renamed", "role-gone", "role-gone", "role-renamed"]);
    assert_eq!(comes(&world, &more).await, (Fulfilled, gone));
    is_in_place(&world, &more, "gone").await;
    assert!(left(&world).await.contains(&carl));
    let another = order().seats(&["anne", "dan"]);
    assert_eq!(comes(&world, &another).await.0, Rejected, "nobody could be in charge of him");
    comes_to(&world, &order().seats(&["anne"]), Fulfilled).await;
    comes_to(&world, &order().seats(&["anne"]).state("cancelled"), Cancelled).await;
    assert_eq!(left(&world).await, [""; 0]);
}

/// The shop narrows the list of roles that handlers may assign: who was sold one keeps it, and nobody gets it anew.
#[tokio::test]
async fn a_role_that_is_not_allowed_any_more_stays_with_those_who_have_it() {
    let narrowed = catalogue("roles = [\"student\"]");
    let set = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<BTreeSet<_>>();
    let (barred, refused) = (set(&["role-barred"]), set(&["role-not-allowed", "role-barred"]));
    for (told, now, expected) in [
        ("again", order(), (Fulfilled, barred.clone())),
        ("a seat is released", order().seats(&["anne"]), (Fulfilled, barred.clone())),
        ("somebody comes", order().seats(&["anne", "carl"]), (Rejected, refused.clone())),
        ("somebody else is in charge", order().by("zoe").with("revision", 1), (Rejected, refused.clone())),
        ("somebody who sits there is in charge", order().by("anne").with("revision", 1), (Rejected, refused.clone())),
        ("somebody who sits there is a tutor now", order().seats(&["tutor anne", "bob"]), (Rejected, refused.clone())),
        ("suspended", order().state("suspended"), (Suspended, set(&[]))),
        ("cancelled", order().state("cancelled"), (Cancelled, set(&[]))),
    ] {
        let world = shop().await;
        comes_to(&world, &order(), Fulfilled).await;
        let was = left(&world).await;
        let world = world.reopen(&narrowed).await;
        let (state, said) = comes(&world, &now).await;
        let said: BTreeSet<String> = said.into_iter().collect();
        assert_eq!((state, &said), (expected.0, &expected.1), "{told}");
        if state == Rejected {
            assert_eq!(left(&world).await, was, "{told}");
        }
        if state == Suspended {
            comes_to(&world, &order(), Fulfilled).await;
            assert_eq!(left(&world).await, was, "{told}");
        }
        comes_to(&world, &order().state("cancelled").with("revision", 2), Cancelled).await;
        assert_eq!(left(&world).await, [""; 0], "{told}");
    }
    let world = shop().await;
    comes_to(&world, &order(), Fulfilled).await;
    world.by_hand().change_address(&email("bob"), &email("bobby")).unwrap();
    let world = world.reopen(&narrowed).await;
    comes_to(&world, &order().seats(&["anne", "bobby"]), Fulfilled).await;
    let world = shop().await.reopen(&narrowed).await;
    assert_eq!(comes(&world, &order()).await.0, Rejected, "a new order");
}

/// Platforms want a role with each enrolment: one that is left without any stays as it is until it ends.
#[tokio::test]
async fn an_enrolment_without_a_role_is_left_alone() {
    let world = shop().await;
    comes_to(&world, &order(), Fulfilled).await;
    world.by_hand().delete_role("student").unwrap();
    let longer = order().in_line(1, "parameters", "endtime=2027-06-30");
    for (told, message) in [("longer", longer.clone()), ("again", longer.clone())] {
        let outcome = world.fulfil(&message.json()).await.unwrap();
        assert_eq!((outcome.state, reasons(&outcome)), (Fulfilled, vec![]), "{told}: {:#?}", steps(&outcome));
        let is_told = outcome.messages.iter().any(|message| message.key == "enrolments-without-role");
        assert!(is_told, "{told}: {:#?}", outcome.messages);
        assert!(left(&world).await.contains(&"enrolment SPOC anne  2026-12-01..2027-01-05".to_owned()), "{told}");
    }
    comes_to(&world, &longer.clone().seats(&["bob"]), Fulfilled).await;
    assert!(!left(&world).await.iter().any(|line| line.contains("SPOC anne")), "released");
    comes_to(&world, &longer.state("cancelled"), Cancelled).await;
    assert_eq!(left(&world).await, [""; 0]);
}

/// Who should be let in no longer, and cannot be kept out for want of a role, is not told as suspended or gone.
#[tokio::test]
async fn who_cannot_be_kept_out_without_a_role_is_told_until_somebody_acts() {
    for state in ["suspended", "cancelled"] {
        let world = shop().await;
        comes_to(&world, &order(), Fulfilled).await;
        world.by_hand().enter_course("SPOC", &email("anne")).unwrap();
        world.by_hand().delete_role("student").unwrap();
        let outcome = world.fulfil(&order().state(state).json()).await.unwrap();
        assert_eq!(outcome.state, Incomplete, "{state}: {:#?}", steps(&outcome));
        assert!(reasons(&outcome).iter().any(|reason| reason.contains("give the person one")), "{state}");
        let course = world.platform.find_courses(&["SPOC".to_owned()]).await.unwrap()[0].id;
        let anne = world.platform.find_accounts(&[email("anne")], &[]).await.unwrap()[0].id;
        let period =
            world.platform.participations(&[(course, anne)]).await.unwrap().remove(0).enrolment.unwrap().period;
        let given = Enrol { course, account: anne, role: RoleId(2), period, suspended: false };
        world.platform.enrol(&[given], &|_| ()).await.unwrap();
        world.fulfil(&order().state(state).json()).await.unwrap();
        assert!(
            left(&world).await.iter().any(|line| line.contains("enrolment SPOC anne") && line.contains("suspended")),
            "{state}"
        );
    }
}

/// Nobody can be enrolled without a role, and so not be in the group: an order passes to somebody else all the same.
#[tokio::test]
async fn who_is_put_in_charge_has_what_is_left() {
    let world = shop().await;
    let order = order().with("revision", 1);
    comes_to(&world, &order, Fulfilled).await;
    world.by_hand().delete_role("teacher").unwrap();
    let passed = order.by("zoe").with("revision", 2);
    let outcome = world.fulfil(&passed.json()).await.unwrap();
    assert_eq!((outcome.state, reasons(&outcome)), (Fulfilled, vec![]), "{:#?}", steps(&outcome));
    is_in_place(&world, &passed, "zoe").await;
    let of_zoe: Vec<String> = left(&world).await.into_iter().filter(|line| line.contains("zoe")).collect();
    let halves = ["anne", "bob"].map(|who| format!("attachment student {who} in zoe"));
    assert_eq!(of_zoe, [&halves[..], &["enrolment SUPPORT zoe student 2026-12-01..".to_owned()]].concat());
}

#[tokio::test]
async fn the_same_holds_on_a_moodle_and_a_hidden_course_is_not_taken_for_gone() {
    let world = MoodleWorld::new().await;
    let host = world.host().await;
    let fulfil = async |order: &Sale| fulfil_in(&host, order).await;
    assert_eq!(fulfil(&order()).await.unwrap().state, Fulfilled);
    world.double.site().courses.get_mut(&2).unwrap().short_name = "R&D 2027".to_owned();
    let more = order().seats(&["anne", "carl"]);
    for told in ["renamed", "again"] {
        let outcome = fulfil(&more).await.unwrap();
        assert_eq!((outcome.state, said(&outcome)), (Fulfilled, vec!["course-renamed"]), "{told}");
    }
    assert!(world.census().enrolments.iter().any(|it| it.course == "R&D 2027" && it.account.starts_with("carl")));

    let hide = |hidden| world.double.site().courses.get_mut(&2).unwrap().hidden = hidden;
    hide(true);
    world.double.site().capabilities.remove("moodle/course:viewhiddencourses");
    let error = fulfil(&more).await.err().expect("what is there cannot be seen").to_string();
    assert!(error.contains("moodle/course:viewhiddencourses"), "{error}");
    hide(false);
    world.double.site().delete_course(2);
    let outcome = fulfil(&order().seats(&["anne"])).await.unwrap();
    assert_eq!((outcome.state, said(&outcome)), (Fulfilled, vec!["course-gone"]), "{:?}", reasons(&outcome));
    let again = fulfil(&order().seats(&["anne"])).await.unwrap();
    assert!(again.report.unwrap().is_in_place());
    assert_eq!(fulfil(&more).await.unwrap().state, Rejected);
    assert_eq!(fulfil(&more.state("cancelled")).await.unwrap().state, Cancelled);
    let census = world.census();
    assert_eq!((census.enrolments, census.groups, census.attachments), (vec![], vec![], vec![]));
}

/// An order that is ended, or changed, where a course is gone, asks nothing there for the other orders of the same people.
#[tokio::test]
async fn in_a_course_that_was_deleted_nothing_is_asked_for_other_orders_either() {
    let (one, other) = (sale("A", &["anne", "bob"]), sale("B", &["anne", "carl"]));
    for before in On::both(None).await {
        let host = before.host(before.platform().await).await;
        for order in [&one, &other] {
            assert_eq!(fulfil_in(&host, order).await.unwrap().state, Fulfilled);
        }
        match &before {
            On::Embedded(world) => world.by_hand().delete_course("SPOC").unwrap(),
            On::Moodle(world) => world.double.site().delete_course(2),
        }
        for (told, now, state) in [
            ("cancelled", one.clone().state("cancelled"), Cancelled),
            ("suspended", one.clone().state("suspended"), Suspended),
            ("the same again", one.clone(), Fulfilled),
            ("a seat is released", one.clone().seats(&["bob"]), Fulfilled),
            ("the line ends", one.clone().in_line(1, "quantity", 0).seats(&[]), Fulfilled),
        ] {
            let world = before.copy().await;
            let host = world.host(world.platform().await).await;
            let outcome = fulfil_in(&host, &now).await.unwrap();
            assert_eq!((outcome.state, reasons(&outcome)), (state, vec![]), "{told}");
            let id = shop_core::words::order::OrderId::try_from("A".to_owned()).unwrap();
            assert_eq!(steps(&host.verify(&id).await.unwrap()), [""; 0], "{told}");
            // The other one has its own end.
            assert_eq!(fulfil_in(&host, &other.clone().state("cancelled")).await.unwrap().state, Cancelled, "{told}");
            assert_eq!(fulfil_in(&host, &now.state("cancelled")).await.unwrap().state, Cancelled, "{told}");
            let left = world.census().await;
            assert_eq!((left.enrolments, left.groups, left.attachments), (vec![], vec![], vec![]), "{told}");
        }
    }
}
