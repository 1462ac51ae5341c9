//! What the benches have in common: an order of any size.

use std::collections::BTreeMap;
use std::sync::Arc;

use shop_core::calls::snapshot::{Origin, Snapshot};
use shop_core::lines::line::{CheckedSeat, LineOrder, SeatRole, Stage};
use shop_core::lines::participant::Participant;
use shop_core::platform::{Course, CourseId, GroupMode as Mode, Role, RoleId};
use shop_core::words::email::Email;
use shop_core::words::order::OrderId;
use shop_core::words::seat::SeatId;

/// A paid line of so many seats, one of them a tutor's, all taken; every third person has an account.
pub(crate) fn case(seats: u32) -> (LineOrder, Arc<Snapshot>) {
    let order = "2026-0142";
    let start = "2026-12-01T00:00:00Z".to_owned().try_into().expect("a timestamp");
    let seat = |number| CheckedSeat {
        number,
        id: SeatId::derive(order, 1, number),
        role: if number == 2 { SeatRole::Tutor } else { SeatRole::Learner },
        until: None,
        occupant: Some(person(number)),
    };
    let line = LineOrder {
        order: OrderId::try_from(order.to_owned()).expect("an order id"),
        line: 1,
        stage: Stage::Paid,
        time: start,
        product: "SPOCM1".to_owned(),
        parameters: "coursename=SPOCM1&customersupport=SUPPORT&duration=35&supervisor=teacher".to_owned(),
        operator: Some(person(0)),
        seats: (1..=seats).map(seat).collect(),
    };
    let course = |id, name: &str| Course {
        id: CourseId(id),
        short_name: name.to_owned(),
        title: format!("The course {name}"),
        start,
        manual_enrolment: true,
        group_mode: Mode::Separate,
    };
    let role = |id, name: &str| Role { id: RoleId(id), short_name: name.to_owned(), in_course: true, in_account: true };
    let accounts = (0..=seats).step_by(3).map(|number| (person(number).email, Origin::Found));
    let named = |short_name: &str| short_name.to_owned();
    let snapshot = Snapshot {
        accounts: accounts.collect(),
        protected: Default::default(),
        courses: [(1, "SPOCM1"), (2, "SUPPORT")].map(|(id, name)| (named(name), Some(course(id, name)))).into(),
        roles: [(5, "student"), (3, "teacher")].map(|(id, name)| (named(name), Some(role(id, name)))).into(),
    };
    (line, Arc::new(snapshot))
}

fn person(number: u32) -> Participant {
    let email: Email = format!("person.{number}@example.org").parse().expect("an address");
    Participant {
        email,
        first_name: format!("First{number}"),
        last_name: format!("Last{number}"),
        language: Some("fr".to_owned()),
        extra: BTreeMap::new(),
    }
}
