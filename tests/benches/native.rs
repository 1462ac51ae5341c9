//! The handler's logic on the host's own declarations, without a sandbox between them.

use std::cell::RefCell;
use std::sync::Arc;

use setup_one_course_session::Imports;
use setup_one_course_session::bindings::shop::product_handler::courses::{CourseInfo, GroupMode, RoleInfo};
use setup_one_course_session::bindings::shop::product_handler::types as wit;
use setup_one_course_session::bindings::shop::product_handler::user_lookup::{AccountInfo, Origin as Came};
use shop_core::calls::grants::{Declarations, Declared};
use shop_core::calls::snapshot::{Origin, Snapshot};
use shop_core::lines::line::{CheckedSeat, LineOrder, SeatRole};
use shop_core::lines::participant::Participant;

/// A line as the handler's own code has it.
pub(crate) fn order(line: &LineOrder) -> wit::Order {
    let person = |person: &Participant| wit::Person {
        email: person.email.to_string(),
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        language: person.language.clone(),
        extra: Vec::new(),
    };
    let seat = |seat: &CheckedSeat| wit::Seat {
        id: seat.id.to_string(),
        role: if seat.role == SeatRole::Tutor { wit::SeatRole::Tutor } else { wit::SeatRole::Learner },
        occupant: seat.occupant.as_ref().map(person),
    };
    wit::Order {
        id: line.order.to_string(),
        line: line.line,
        stage: wit::Stage::Paid,
        time: line.time.seconds().unsigned_abs(),
        product: line.product.clone(),
        parameters: line.parameters.clone(),
        operator: line.operator.as_ref().map(person),
        quantity: line.seats.len() as u32,
        seats: line.seats.iter().map(seat).collect(),
    }
}

/// The imports without a sandbox: what the host does for them is the same.
pub(crate) struct Native(RefCell<Declarations>);

impl Native {
    /// For one call.
    pub(crate) fn new(line: &LineOrder, snapshot: Arc<Snapshot>) -> Self {
        Native(RefCell::new(Declarations::new(line, snapshot)))
    }

    /// What was declared.
    pub(crate) fn finish(self) -> Declared {
        self.0.into_inner().finish().expect("granted")
    }
}

fn ids(accounts: &[wit::Account]) -> Vec<u32> {
    accounts.iter().map(|account| account.id).collect()
}

impl Imports for Native {
    fn find_accounts(&self, emails: &[String]) -> Vec<Option<AccountInfo>> {
        let mut declarations = self.0.borrow_mut();
        let mut find = |email: &String| {
            let (id, origin) = declarations.find(email).expect("granted")?;
            let origin = if origin == Origin::Made { Came::Made } else { Came::Found };
            Some(AccountInfo { account: wit::Account { id }, origin })
        };
        emails.iter().map(&mut find).collect()
    }

    fn find_course(&self, short_name: &str) -> Option<CourseInfo> {
        let mut declarations = self.0.borrow_mut();
        let (id, course) = declarations.find_course(short_name).expect("granted")?;
        Some(CourseInfo {
            course: wit::Course { id },
            title: course.title.clone(),
            start: course.start.seconds().unsigned_abs(),
            manual_enrolment: course.manual_enrolment,
            group_mode: GroupMode::Separate,
        })
    }

    fn find_role(&self, short_name: &str) -> Option<RoleInfo> {
        let mut declarations = self.0.borrow_mut();
        let (id, role) = declarations.find_role(short_name).expect("granted")?;
        Some(RoleInfo { role: wit::Role { id }, in_course: role.in_course, in_account: role.in_account })
    }

    fn ensure_accounts(&mut self, emails: &[String]) -> Vec<wit::Account> {
        let declarations = self.0.get_mut();
        emails.iter().map(|email| wit::Account { id: declarations.ensure(email).expect("granted") }).collect()
    }

    fn ensure_group(&mut self, course: wit::Course, name: &str) -> wit::Group {
        wit::Group { id: self.0.get_mut().ensure_group(course.id, name).expect("granted") }
    }

    fn add_members(&mut self, group: wit::Group, accounts: &[wit::Account]) {
        self.0.get_mut().add_members(group.id, &ids(accounts)).expect("granted");
    }

    fn enrol(&mut self, course: wit::Course, role: wit::Role, accounts: &[wit::Account], period: wit::Period) {
        let declared = self.0.get_mut().enrol(course.id, role.id, &ids(accounts), period.start, period.end);
        declared.expect("granted");
    }

    fn attach(&mut self, supervisor: wit::Role, participant: wit::Role, accounts: &[wit::Account]) {
        self.0.get_mut().attach(supervisor.id, participant.id, &ids(accounts)).expect("granted");
    }
}
