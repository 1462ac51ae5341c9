//! Sessions: what must be true for a line of an order.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::platform::{CourseId, RoleId};
use crate::words::email::Email;
use crate::words::order::OrderId;
use crate::words::period::{Period, Timestamp};

/// One thing that can be true on the learning platform. Several lines, of several orders, can claim the same fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// There is an account with this address.
    Account(Email),
    /// The person is enrolled in the course.
    Enrolment(CourseId, Email),
    /// The person has the role in the course.
    CourseRole(CourseId, Email, RoleId),
    /// The course has the group of the order.
    Group(CourseId, OrderId),
    /// The person is a member of the group of the order in the course.
    Member(CourseId, OrderId, Email),
    /// A person has a role in another's account: one half of an attachment.
    AccountRole {
        /// Which role.
        role: RoleId,
        /// Who has it.
        holder: Email,
        /// In whose account.
        context: Email,
    },
}

impl Fact {
    /// The course that it is in.
    pub fn course(&self) -> Option<CourseId> {
        match self {
            Fact::Account(_) | Fact::AccountRole { .. } => None,
            Fact::Enrolment(course, _)
            | Fact::CourseRole(course, ..)
            | Fact::Group(course, _)
            | Fact::Member(course, ..) => Some(*course),
        }
    }

    /// The role that somebody has by it.
    pub fn role(&self) -> Option<RoleId> {
        match self {
            Fact::CourseRole(_, _, role) | Fact::AccountRole { role, .. } => Some(*role),
            Fact::Account(_) | Fact::Enrolment(..) | Fact::Group(..) | Fact::Member(..) => None,
        }
    }

    /// The order whose group it is about.
    pub fn of_group(&self) -> Option<&OrderId> {
        match self {
            Fact::Group(_, order) | Fact::Member(_, order, _) => Some(order),
            _ => None,
        }
    }

    /// The people whom it is about.
    pub fn people(&self) -> Vec<&Email> {
        match self {
            Fact::Account(email)
            | Fact::Enrolment(_, email)
            | Fact::CourseRole(_, email, _)
            | Fact::Member(_, _, email) => vec![email],
            Fact::Group(..) => vec![],
            Fact::AccountRole { holder, context, .. } => vec![holder, context],
        }
    }

    /// The same about people of other addresses.
    pub fn about(self, person: impl Fn(Email) -> Email) -> Fact {
        match self {
            Fact::Account(email) => Fact::Account(person(email)),
            Fact::Enrolment(course, email) => Fact::Enrolment(course, person(email)),
            Fact::CourseRole(course, email, role) => Fact::CourseRole(course, person(email), role),
            Fact::Group(course, order) => Fact::Group(course, order),
            Fact::Member(course, order, email) => Fact::Member(course, order, person(email)),
            Fact::AccountRole { role, holder, context } => {
                Fact::AccountRole { role, holder: person(holder), context: person(context) }
            }
        }
    }
}

/// In which way a claim wants its fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Terms {
    /// There is only one way.
    Plain,
    /// An enrolment, for this period.
    For(Period),
    /// A group, with this name if it must be made.
    Named(String),
}

/// What must be true for a line: the facts that it claims.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(into = "Vec<(Fact, Terms)>", from = "Vec<(Fact, Terms)>")]
pub struct Session {
    claims: BTreeMap<Fact, Terms>,
}

impl From<Vec<(Fact, Terms)>> for Session {
    fn from(claims: Vec<(Fact, Terms)>) -> Self {
        Session { claims: claims.into_iter().collect() }
    }
}

impl From<Session> for Vec<(Fact, Terms)> {
    fn from(session: Session) -> Self {
        session.claims.into_iter().collect()
    }
}

impl Session {
    /// Claims that there is an account with this address.
    pub fn account(&mut self, email: &Email) {
        self.claims.insert(Fact::Account(email.clone()), Terms::Plain);
    }

    /// Claims an enrolment with a role. Claimed for several periods, it is for their union.
    pub fn enrol(&mut self, course: CourseId, email: &Email, role: RoleId, period: Period) {
        let terms = self.claims.entry(Fact::Enrolment(course, email.clone())).or_insert(Terms::For(period));
        if let Terms::For(claimed) = terms {
            *claimed = claimed.union(period);
        }
        self.claims.insert(Fact::CourseRole(course, email.clone(), role), Terms::Plain);
    }

    /// Claims that the course has the group of the order. The first name stays.
    pub fn group(&mut self, course: CourseId, order: &OrderId, name: &str) {
        self.claims.entry(Fact::Group(course, order.clone())).or_insert_with(|| Terms::Named(name.to_owned()));
    }

    /// Claims a membership in the order's group.
    pub fn member(&mut self, course: CourseId, order: &OrderId, email: &Email) {
        self.claims.insert(Fact::Member(course, order.clone(), email.clone()), Terms::Plain);
    }

    /// Claims both halves of an attachment.
    pub fn attach(&mut self, supervisor: RoleId, participant: RoleId, operator: &Email, other: &Email) {
        for (role, holder, context) in [(supervisor, operator, other), (participant, other, operator)] {
            let fact = Fact::AccountRole { role, holder: holder.clone(), context: context.clone() };
            self.claims.insert(fact, Terms::Plain);
        }
    }

    /// Lengthens somebody's enrolments in the courses where that person is in the order's group.
    pub fn extend(&mut self, order: &OrderId, email: &Email, until: Timestamp) {
        let member = |course| Fact::Member(course, order.clone(), email.clone());
        let courses: Vec<CourseId> = self
            .claims
            .keys()
            .filter_map(|fact| match fact {
                Fact::Enrolment(course, who) if who == email && self.has(&member(*course)) => Some(*course),
                _ => None,
            })
            .collect();
        for course in courses {
            if let Some(Terms::For(period)) = self.claims.get_mut(&Fact::Enrolment(course, email.clone())) {
                period.end = period.end.map(|end| end.max(until));
            }
        }
    }

    /// The same about people of other addresses.
    pub fn about(self, person: impl Fn(Email) -> Email) -> Session {
        Session { claims: self.claims.into_iter().map(|(fact, terms)| (fact.about(&person), terms)).collect() }
    }

    /// All claims.
    pub fn claims(&self) -> &BTreeMap<Fact, Terms> {
        &self.claims
    }

    /// Whether it claims this.
    pub fn has(&self, fact: &Fact) -> bool {
        self.claims.contains_key(fact)
    }
}
