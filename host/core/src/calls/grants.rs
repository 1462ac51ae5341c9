//! What a call may ask and declare: only what its order grants.

mod ungranted;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use ungranted::{Noun, Ungranted};

use crate::calls::snapshot::{Origin, Snapshot};
use crate::lines::line::{LineOrder, Stage};
use crate::platform::{Course, CourseId, Role};
use crate::sessions::session::Session;
use crate::words::email::Email;
use crate::words::order::OrderId;
use crate::words::period::{Period, Timestamp};
use crate::words::text::{self, is_unprintable};

/// Ids that mean something within one call only: counted up as they are handed out.
struct Handed<K> {
    noun: Noun,
    values: Vec<K>,
    ids: HashMap<K, u32>,
}

impl<K: Clone + Eq + Hash> Handed<K> {
    fn new(noun: Noun) -> Self {
        Handed { noun, values: Vec::new(), ids: HashMap::new() }
    }

    fn out(&mut self, value: K) -> u32 {
        let next = self.values.len() as u32;
        let id = *self.ids.entry(value.clone()).or_insert(next);
        if id == next {
            self.values.push(value);
        }
        id
    }

    fn get(&self, id: u32) -> Result<&K, Ungranted> {
        self.values.get(id as usize).ok_or(Ungranted::Id { noun: self.noun, id })
    }
}

/// What a call has been granted, and what it has declared so far.
pub struct Declarations {
    order: OrderId,
    stage: Stage,
    operator: Option<Email>,
    /// Everybody whom the order names.
    people: HashSet<Email>,
    snapshot: Arc<Snapshot>,
    accounts: Handed<Email>,
    courses: Handed<String>,
    roles: Handed<String>,
    groups: Handed<u32>,
    session: Session,
    members: Vec<(CourseId, Email)>,
    protected: BTreeSet<Email>,
}

/// What was declared, and whom the host left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Declared {
    /// What must be true.
    pub session: Session,
    /// Accounts that were not attached since they are protected; the operator's own, if nobody was.
    pub protected: Vec<Email>,
}

impl Declarations {
    /// What a line's order grants, with nothing declared yet.
    pub fn new(line: &LineOrder, snapshot: Arc<Snapshot>) -> Self {
        Declarations {
            order: line.order.clone(),
            stage: line.stage,
            operator: line.operator.as_ref().map(|operator| operator.email.clone()),
            people: line.people().map(|person| person.email.clone()).collect(),
            snapshot,
            ..Self::none()
        }
    }

    /// Where there is no order, nothing is granted.
    pub fn none() -> Self {
        Declarations {
            order: OrderId::offered(),
            stage: Stage::Offered,
            operator: None,
            people: HashSet::new(),
            snapshot: Arc::default(),
            accounts: Handed::new(Noun::Account),
            courses: Handed::new(Noun::Course),
            roles: Handed::new(Noun::Role),
            groups: Handed::new(Noun::Group),
            session: Session::default(),
            members: Vec::new(),
            protected: BTreeSet::new(),
        }
    }

    fn person(&self, email: &str) -> Result<Email, Ungranted> {
        self.people.get(email).cloned().ok_or_else(|| Ungranted::Email(text::excerpt(email)))
    }

    fn paid(&self, noun: Noun) -> Result<(), Ungranted> {
        match self.stage {
            Stage::Paid => Ok(()),
            stage => Err(Ungranted::Stage { noun, stage }),
        }
    }

    /// The existing account with an address.
    pub fn find(&mut self, email: &str) -> Result<Option<(u32, Origin)>, Ungranted> {
        let email = self.person(email)?;
        Ok(self.snapshot.accounts.get(&email).map(|origin| (self.accounts.out(email), *origin)))
    }

    /// Declares an account.
    pub fn ensure(&mut self, email: &str) -> Result<u32, Ungranted> {
        let email = self.person(email)?;
        if self.stage != Stage::Placed || self.operator.as_ref() != Some(&email) {
            self.paid(Noun::Account)?;
        }
        self.session.account(&email);
        Ok(self.accounts.out(email))
    }

    /// A course that a parameter names.
    pub fn find_course(&mut self, name: &str) -> Result<Option<(u32, &Course)>, Ungranted> {
        match self.snapshot.courses.get(name) {
            None => Err(Ungranted::Course(text::excerpt(name))),
            Some(None) => Ok(None),
            Some(Some(course)) => Ok(Some((self.courses.out(name.to_owned()), course))),
        }
    }

    /// A role that a parameter names.
    pub fn find_role(&mut self, name: &str) -> Result<Option<(u32, &Role)>, Ungranted> {
        match self.snapshot.roles.get(name) {
            None => Err(Ungranted::Role(text::excerpt(name))),
            Some(None) => Ok(None),
            Some(Some(role)) => Ok(Some((self.roles.out(name.to_owned()), role))),
        }
    }

    fn course(&self, id: u32) -> Result<&Course, Ungranted> {
        let course = self.snapshot.courses.get(self.courses.get(id)?);
        course.and_then(Option::as_ref).ok_or(Ungranted::Id { noun: Noun::Course, id })
    }

    fn role(&self, id: u32) -> Result<&Role, Ungranted> {
        let role = self.snapshot.roles.get(self.roles.get(id)?);
        role.and_then(Option::as_ref).ok_or(Ungranted::Id { noun: Noun::Role, id })
    }

    /// Declares the order's group in a course.
    pub fn ensure_group(&mut self, course: u32, name: &str) -> Result<u32, Ungranted> {
        self.paid(Noun::Group)?;
        let id = self.course(course)?.id;
        let unfit = |c| is_unprintable(c) || matches!(c, '<' | '>');
        let fits = (1..=200).contains(&name.chars().count()) && !name.chars().any(unfit);
        if !fits || name.chars().all(text::is_blank) {
            return Err(Ungranted::GroupName(text::excerpt(name)));
        }
        self.session.group(id, &self.order, name);
        Ok(self.groups.out(course))
    }

    /// Declares members of the order's group.
    pub fn add_members(&mut self, group: u32, accounts: &[u32]) -> Result<(), Ungranted> {
        let course = self.course(*self.groups.get(group)?)?.id;
        for account in accounts {
            let email = self.accounts.get(*account)?.clone();
            self.session.member(course, &self.order, &email);
            self.members.push((course, email));
        }
        Ok(())
    }

    /// Declares enrolments.
    pub fn enrol(
        &mut self,
        course: u32,
        role: u32,
        accounts: &[u32],
        start: u64,
        end: Option<u64>,
    ) -> Result<(), Ungranted> {
        self.paid(Noun::Enrolment)?;
        let course = self.course(course)?;
        if !course.manual_enrolment {
            return Err(Ungranted::NoEnrolment(course.short_name.clone()));
        }
        let course = course.id;
        let role = self.role(role)?;
        if !role.in_course {
            return Err(Ungranted::RoleContext { role: role.short_name.clone(), context: Noun::Course });
        }
        let role = role.id;
        let period = period(start, end)?;
        for account in accounts {
            let email = self.accounts.get(*account)?;
            self.session.account(email);
            self.session.enrol(course, email, role, period);
        }
        Ok(())
    }

    /// Declares attachments to the operator.
    pub fn attach(&mut self, supervisor: u32, participant: u32, accounts: &[u32]) -> Result<(), Ungranted> {
        self.paid(Noun::Attachment)?;
        for role in [self.role(supervisor)?, self.role(participant)?] {
            if !role.in_account {
                return Err(Ungranted::RoleContext { role: role.short_name.clone(), context: Noun::Account });
            }
        }
        let (supervisor, participant) = (self.role(supervisor)?.id, self.role(participant)?.id);
        let Some(operator) = self.operator.clone() else {
            return Ok(());
        };
        for account in accounts {
            let email = self.accounts.get(*account)?.clone();
            if email == operator {
                return Err(Ungranted::Self_);
            }
            match [&operator, &email].into_iter().find(|email| self.snapshot.protected.contains(*email)) {
                Some(protected) => {
                    self.protected.insert(protected.clone());
                }
                None => {
                    self.session.account(&email);
                    self.session.account(&operator);
                    self.session.attach(supervisor, participant, &operator, &email);
                }
            }
        }
        Ok(())
    }

    /// What was declared, once the call has ended.
    pub fn finish(self) -> Result<Declared, Ungranted> {
        for (course, email) in &self.members {
            if !self.session.has(&crate::sessions::session::Fact::Enrolment(*course, email.clone())) {
                return Err(Ungranted::MemberNotEnrolled(email.clone()));
            }
        }
        Ok(Declared { session: self.session, protected: self.protected.into_iter().collect() })
    }
}

fn period(start: u64, end: Option<u64>) -> Result<Period, Ungranted> {
    let refused = || Ungranted::Period { start, end };
    let instant = |seconds: u64| Timestamp::new(seconds.into()).map_err(|_| refused());
    let period = Period { start: instant(start)?, end: end.map(instant).transpose()? };
    if period.end.is_some_and(|end| end <= period.start) { Err(refused()) } else { Ok(period) }
}
