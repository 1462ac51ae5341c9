//! A host with a few courses, roles and accounts, which notes down in words what is declared to it. It panics at
//! whatever would stop the call in a real host.

use std::cell::RefCell;

use chrono::DateTime;

use crate::bindings::shop::product_handler::types::{Person, Seat};
use crate::contract::*;
use crate::imports::Imports;

/// 2026-01-01T00:00Z: when all orders are placed.
pub(crate) const NOW: Timestamp = 1_767_225_600;

const COURSES: [(&str, &str, bool, GroupMode); 8] = [
    ("SPOCM1", "2025-09-01", true, GroupMode::Separate),
    ("LATE", "2026-03-01", true, GroupMode::Separate),
    ("CLOSED", "2025-09-01", false, GroupMode::Separate),
    ("LATECLOSED", "2026-03-01", false, GroupMode::None),
    ("VISIBLE", "2025-09-01", true, GroupMode::Visible),
    ("NOGROUPS", "2025-09-01", true, GroupMode::None),
    ("HELP", "2025-09-01", true, GroupMode::None),
    ("LATEHELP", "2026-02-01", true, GroupMode::None),
];

/// With: may be assigned in courses, in accounts.
const ROLES: [(&str, bool, bool); 5] = [
    ("student", true, true),
    ("teacher", true, true),
    ("mentor", true, true),
    ("courseonly", true, false),
    ("accountonly", false, true),
];

#[derive(Default)]
pub(crate) struct Fake {
    stage: Option<Stage>,
    /// Granted addresses; the operator's first.
    people: Vec<String>,
    found: Vec<String>,
    made: Vec<String>,
    ensured: Vec<String>,
    enrolled: Vec<(Course, Account)>,
    members: Vec<(Course, Account)>,
    declared: Vec<String>,
    lookups: RefCell<Vec<String>>,
}

impl Fake {
    /// A host that serves this order. All accounts are new.
    pub(crate) fn serving(order: &Order) -> Self {
        let occupants = order.seats.iter().filter_map(|seat| seat.occupant.as_ref());
        let people = order.operator.iter().chain(occupants);
        Fake {
            stage: Some(order.stage),
            people: people.map(|person| person.email.clone()).collect(),
            ..Fake::default()
        }
    }

    /// These accounts were there before.
    pub(crate) fn found(mut self, emails: &[&str]) -> Self {
        self.found = emails.iter().map(|email| email.to_string()).collect();
        self
    }

    /// These accounts were made by an earlier fulfilment.
    pub(crate) fn made(mut self, emails: &[&str]) -> Self {
        self.made = emails.iter().map(|email| email.to_string()).collect();
        self
    }

    /// Everything declared, a line for each call.
    pub(crate) fn declared(&self) -> &[String] {
        for (course, member) in &self.members {
            assert!(self.enrolled.contains(&(*course, *member)), "a member who is not enrolled");
        }
        &self.declared
    }

    /// The names of courses and roles that were asked for.
    pub(crate) fn lookups(&self) -> Vec<String> {
        self.lookups.borrow().clone()
    }

    fn emails(&self, accounts: &[Account]) -> String {
        let emails: Vec<_> = accounts.iter().map(|account| self.ensured[account.id as usize].as_str()).collect();
        emails.join(" ")
    }

    fn declare(&mut self, line: String) {
        assert!(self.stage == Some(Stage::Paid) || line.starts_with("accounts"), "not granted: {line}");
        self.declared.push(line);
    }
}

impl Imports for Fake {
    fn find_accounts(&self, emails: &[String]) -> Vec<Option<AccountInfo>> {
        assert!(emails.iter().all(|email| self.people.contains(email)), "not granted");
        let info = |email: &String| {
            let origin = if self.found.contains(email) {
                Origin::Found
            } else if self.made.contains(email) {
                Origin::Made
            } else {
                return None;
            };
            Some(AccountInfo { account: Account { id: u32::MAX }, origin })
        };
        emails.iter().map(info).collect()
    }

    fn find_course(&self, short_name: &str) -> Option<CourseInfo> {
        assert!(short_name.len() <= 1024, "a text that is too long");
        self.lookups.borrow_mut().push(short_name.to_owned());
        let index = COURSES.iter().position(|course| course.0 == short_name)?;
        let (name, start, manual_enrolment, group_mode) = COURSES[index];
        Some(CourseInfo {
            course: Course { id: index as u32 },
            title: format!("The course {name}"),
            start: at(&format!("{start}T00:00:00Z")),
            manual_enrolment,
            group_mode,
        })
    }

    fn find_role(&self, short_name: &str) -> Option<RoleInfo> {
        assert!(short_name.len() <= 1024, "a text that is too long");
        self.lookups.borrow_mut().push(short_name.to_owned());
        let index = ROLES.iter().position(|role| role.0 == short_name)?;
        let (_, in_course, in_account) = ROLES[index];
        Some(RoleInfo { role: Role { id: index as u32 }, in_course, in_account })
    }

    fn ensure_accounts(&mut self, emails: &[String]) -> Vec<Account> {
        let granted = match self.stage {
            Some(Stage::Paid) => &self.people[..],
            Some(Stage::Placed) => &self.people[..1],
            _ => &[],
        };
        assert!(emails.iter().all(|email| granted.contains(email)), "not granted");
        self.declare(format!("accounts {}", emails.join(" ")));
        let first = self.ensured.len();
        self.ensured.extend_from_slice(emails);
        (first..self.ensured.len()).map(|id| Account { id: id as u32 }).collect()
    }

    fn ensure_group(&mut self, course: Course, name: &str) -> Group {
        assert!((1..=200).contains(&name.chars().count()), "the length of the group's name");
        assert!(!name.contains(char::is_control), "control characters");
        self.declare(format!("group {name:?} in {}", COURSES[course.id as usize].0));
        Group { id: course.id }
    }

    fn add_members(&mut self, group: Group, accounts: &[Account]) {
        let course = Course { id: group.id };
        self.members.extend(accounts.iter().map(|account| (course, *account)));
        self.declare(format!("members {}", self.emails(accounts)));
    }

    fn enrol(&mut self, course: Course, role: Role, accounts: &[Account], period: Period) {
        let (name, _, manual_enrolment, _) = COURSES[course.id as usize];
        let (role, in_course, _) = ROLES[role.id as usize];
        assert!(manual_enrolment && in_course, "cannot be enrolled");
        assert!(period.end.is_none_or(|end| end > period.start), "an end not after the start");
        self.enrolled.extend(accounts.iter().map(|account| (course, *account)));
        let end = period.end.map(moment).unwrap_or_default();
        let people = self.emails(accounts);
        self.declare(format!("{role} in {name} {}..{end}: {people}", moment(period.start)));
    }

    fn attach(&mut self, supervisor: Role, participant: Role, accounts: &[Account]) {
        let [supervisor, participant] = [supervisor, participant].map(|role| ROLES[role.id as usize]);
        assert!(supervisor.2 && participant.2, "cannot be attached");
        let people = self.emails(accounts);
        assert!(!people.split(' ').any(|email| email == self.people[0]), "the operator to himself");
        self.declare(format!("{} over {} {people}", supervisor.0, participant.0));
    }
}

/// The Unix seconds of a time in RFC 3339.
pub(crate) fn at(time: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(time).unwrap().timestamp() as Timestamp
}

/// `2026-01-01T00:00`, or the date alone at midnight.
pub(crate) fn moment(time: Timestamp) -> String {
    let Some(time) = i64::try_from(time).ok().and_then(|time| DateTime::from_timestamp(time, 0)) else {
        return time.to_string();
    };
    let text = time.format("%Y-%m-%dT%H:%M").to_string();
    text.strip_suffix("T00:00").unwrap_or(&text).to_owned()
}

/// A person whose address is the name.
pub(crate) fn person(name: &str) -> Person {
    Person {
        email: name.to_lowercase(),
        first_name: name.to_owned(),
        last_name: "Martin".to_owned(),
        language: None,
        extra: Vec::new(),
    }
}

/// Seats, written `learner:lea tutor:tom learner:`; the last one is vacant.
pub(crate) fn seats(text: &str) -> Vec<Seat> {
    let seat = |(index, word): (usize, &str)| {
        let (role, name) = word.split_once(':').unwrap();
        let role = if role == "tutor" { SeatRole::Tutor } else { SeatRole::Learner };
        let occupant = Some(name).filter(|name| !name.is_empty()).map(person);
        Seat { id: index.to_string(), role, occupant }
    };
    text.split_whitespace().enumerate().map(seat).collect()
}

/// An order of Olga's.
pub(crate) fn order(stage: Stage, parameters: &str, seated: &str) -> Order {
    let seats = seats(seated);
    Order {
        id: "2026-0142".to_owned(),
        line: 1,
        stage,
        time: NOW,
        product: "SPOCM1-SEAT".to_owned(),
        parameters: parameters.to_owned(),
        operator: (stage != Stage::Offered).then(|| person("Olga")),
        quantity: seats.len() as u32,
        seats,
    }
}

/// `error coursename course-unknown course=SPOC`; the subject of a message about the whole order is left out.
pub(crate) fn brief(message: &Message) -> String {
    let mut words = vec![format!("{:?}", message.level).replace("Level::", "").to_lowercase()];
    match &message.subject {
        Subject::Order => {}
        Subject::Parameter(name) => words.push(name.clone()),
        subject => panic!("{subject:?}"),
    }
    words.push(message.key.clone());
    for (name, value) in &message.arguments {
        words.push(match value {
            Value::Text(text) => format!("{name}={text}"),
            Value::Number(number) => format!("{name}={number}"),
            Value::Time(time) => format!("{name}={}", moment(*time)),
        });
    }
    words.join(" ")
}
