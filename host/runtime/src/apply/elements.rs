//! What steps put into the platform's requests. A step that cannot be put is a problem of its own.

use super::Run;
use crate::accounts::AccountOf;
use crate::email::Email;
use crate::order::OrderId;
use crate::plan::{Change, Step};
use crate::platform::{AccountId, AccountRole, CourseId, Enrol, Field, GroupId, Problem, Refusal, RoleId};
use crate::session::Fact;

impl Run<'_> {
    fn account(&self, email: &Email) -> Result<AccountId, Problem> {
        let missing = |code: &str, reason: String| Err(Problem::new(code, reason).in_field(Field::Account));
        match self.standing.account_of(email) {
            Some(AccountOf::One(id)) => Ok(id),
            Some(AccountOf::Several) => {
                missing("account-ambiguous", format!("several accounts have the address {email}"))
            }
            None => missing("account-missing", format!("there is no account with the address {email}")),
        }
    }

    fn group(&self, course: CourseId, order: &OrderId) -> Result<GroupId, Problem> {
        let problem = || Problem::new("group-missing", "the group of the order could not be made");
        self.standing.group(course, order).ok_or_else(|| problem().in_field(Field::Group))
    }

    pub(super) fn enrols(&self, step: &Step) -> Result<Vec<Enrol>, Problem> {
        let (Fact::Enrolment(course, email), Change::Enrol { roles, period, suspended, .. }) =
            (&step.fact, &step.change)
        else {
            return Err(misplaced(&step.fact));
        };
        if roles.is_empty() {
            let told = "the platform wants a role with each enrolment, and there is none that the shop gives";
            return Err(Problem::new("role-missing", told));
        }
        let account = self.account(email)?;
        let enrol = |role: &_| Enrol { course: *course, account, role: *role, period: *period, suspended: *suspended };
        Ok(roles.iter().map(enrol).collect())
    }

    pub(super) fn new_member(&self, step: &Step) -> Result<Vec<(GroupId, AccountId)>, Problem> {
        match &step.fact {
            // The platform would look for those whose enrolment has just failed one by one.
            Fact::Member(course, _, email) if self.outside.contains(&(*course, email.clone())) => {
                Err(Refusal::NotEnrolled.into())
            }
            _ => self.member(step),
        }
    }

    pub(super) fn member(&self, step: &Step) -> Result<Vec<(GroupId, AccountId)>, Problem> {
        match &step.fact {
            Fact::Member(course, order, email) => Ok(vec![(self.group(*course, order)?, self.account(email)?)]),
            other => Err(misplaced(other)),
        }
    }

    pub(super) fn account_role(&self, step: &Step) -> Result<Vec<AccountRole>, Problem> {
        match &step.fact {
            Fact::AccountRole { role, holder, context } => {
                Ok(vec![AccountRole { role: *role, holder: self.account(holder)?, context: self.account(context)? }])
            }
            other => Err(misplaced(other)),
        }
    }

    /// Who cannot be enrolled is not attached either.
    pub(super) fn new_account_role(&self, step: &Step) -> Result<Vec<AccountRole>, Problem> {
        match step.fact.people().into_iter().find(|email| self.barred.contains(*email)) {
            Some(email) => {
                let told = format!("nobody is attached whom the platform would not enrol, as {email}");
                Err(Problem::new("account-barred", told).in_field(Field::Account))
            }
            None => self.account_role(step),
        }
    }

    pub(super) fn course_role(&self, step: &Step) -> Result<Vec<(CourseId, AccountId, RoleId)>, Problem> {
        match &step.fact {
            Fact::CourseRole(course, email, role) => Ok(vec![(*course, self.account(email)?, *role)]),
            other => Err(misplaced(other)),
        }
    }

    pub(super) fn enrolment(&self, step: &Step) -> Result<Vec<(CourseId, AccountId)>, Problem> {
        match &step.fact {
            Fact::Enrolment(course, email) => Ok(vec![(*course, self.account(email)?)]),
            other => Err(misplaced(other)),
        }
    }

    pub(super) fn dropped_group(&self, step: &Step) -> Result<Vec<GroupId>, Problem> {
        match &step.fact {
            Fact::Group(course, order) => Ok(vec![self.group(*course, order)?]),
            other => Err(misplaced(other)),
        }
    }
}

pub(super) fn misplaced(fact: &Fact) -> Problem {
    Problem::new("misplaced", format!("a step does not fit its fact {fact:?}: please report this"))
}
