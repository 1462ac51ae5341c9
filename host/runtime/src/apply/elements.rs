//! What steps put into the platform's requests. A step that cannot be put is a problem of its own.

use super::Run;
use super::phases::Phase;
use super::request::{Asks, Request};
use shop_core::platform::{
    AccountId, AccountRole, CourseId, ElementField, Enrol, GroupId, NewAccount, Problem, Refusal, RoleId,
};
use shop_core::sessions::accounts::AccountOf;
use shop_core::sessions::plan::{Change, Done, Step};
use shop_core::sessions::session::Fact;
use shop_core::words::email::Email;
use shop_core::words::order::OrderId;

/// The elements that a step comes to.
type Put<'r, T> = fn(&Run<'r>, &Step) -> Result<Vec<T>, Problem>;

impl<'r> Run<'r> {
    /// What is to be asked for the steps of a phase. A step that cannot be put is settled at once.
    pub(super) fn request(&mut self, phase: Phase) -> Request {
        match phase {
            Phase::FirstEnrolments | Phase::Enrolments => self.put(phase, Run::enrols, Asks::Enrol),
            Phase::Accounts => self.put(phase, Run::new_account, Asks::CreateAccounts),
            Phase::Groups => self.put(phase, Run::new_group, Asks::CreateGroups),
            Phase::Members => self.put(phase, Run::new_member, Asks::AddMembers),
            Phase::AccountRoles => self.put(phase, Run::new_account_role, Asks::AssignAccountRoles),
            Phase::DropEnrolments => self.put(phase, Run::enrolment, Asks::Unenrol),
            Phase::DropCourseRoles => self.put(phase, Run::course_role, Asks::UnassignCourseRoles),
            Phase::DropMembers => self.put(phase, Run::member, Asks::RemoveMembers),
            Phase::DropAccountRoles => self.put(phase, Run::account_role, Asks::UnassignAccountRoles),
            Phase::DropGroups => self.put(phase, Run::dropped_group, Asks::DeleteGroups),
        }
    }

    fn put<T>(&mut self, phase: Phase, put: Put<'r, T>, asks: fn(Vec<T>) -> Asks) -> Request {
        let of_phase = self.unsettled().filter(|(_, step)| phase.has(step, &self.standing));
        let put: Vec<_> = of_phase.map(|(place, step)| (place, put(self, step))).collect();
        let (mut places, mut elements) = (Vec::new(), Vec::new());
        for (place, of_step) in put {
            match of_step {
                Ok(of_step) => {
                    places.extend(of_step.iter().map(|_| place));
                    elements.extend(of_step);
                }
                Err(problem) => {
                    self.done.insert(place, Done::No(problem));
                }
            }
        }
        Request { places, asks: asks(elements) }
    }

    fn new_account(&self, step: &Step) -> Result<Vec<NewAccount>, Problem> {
        match &step.change {
            Change::CreateAccount(account) => Ok(vec![account.clone()]),
            _ => Err(misplaced(&step.fact)),
        }
    }

    fn new_group(&self, step: &Step) -> Result<Vec<(CourseId, String)>, Problem> {
        match (&step.fact, &step.change) {
            (Fact::Group(course, _), Change::CreateGroup(name)) => Ok(vec![(*course, name.clone())]),
            _ => Err(misplaced(&step.fact)),
        }
    }

    fn account(&self, email: &Email) -> Result<AccountId, Problem> {
        let problem = |code: &str, reason: String| Problem::new(code, reason).in_field(ElementField::Account);
        match self.standing.account_of(email) {
            Some(AccountOf::One(id)) => Ok(id),
            Some(AccountOf::Several) => {
                Err(problem("account-ambiguous", format!("several accounts have the address {email}")))
            }
            // Making it was a step, too.
            None => {
                Err(problem("account-missing", format!("there is no account with the address {email}")).following())
            }
        }
    }

    fn group(&self, course: CourseId, order: &OrderId) -> Result<GroupId, Problem> {
        let problem = || Problem::new("group-missing", "the group of the order could not be made");
        self.standing.group(course, order).ok_or_else(|| problem().in_field(ElementField::Group).following())
    }

    fn enrols(&self, step: &Step) -> Result<Vec<Enrol>, Problem> {
        let (Fact::Enrolment(course, email), Change::Enrol { roles, period, suspended, .. }) =
            (&step.fact, &step.change)
        else {
            return Err(misplaced(&step.fact));
        };
        if roles.is_empty() {
            let told = "the platform wants a role with each change of an enrolment, and there is none left that the shop gives: \
                give the person one in the course there, or end the enrolment there";
            return Err(Problem::new("role-missing", told));
        }
        let account = self.account(email)?;
        let enrol = |role: &_| Enrol { course: *course, account, role: *role, period: *period, suspended: *suspended };
        Ok(roles.iter().map(enrol).collect())
    }

    fn new_member(&self, step: &Step) -> Result<Vec<(GroupId, AccountId)>, Problem> {
        match &step.fact {
            // The platform would look for those whose enrolment has just failed one by one.
            Fact::Member(course, _, email) if self.outside.contains(&(*course, email.clone())) => {
                Err(Problem::from(Refusal::NotEnrolled).following())
            }
            _ => self.member(step),
        }
    }

    fn member(&self, step: &Step) -> Result<Vec<(GroupId, AccountId)>, Problem> {
        match &step.fact {
            Fact::Member(course, order, email) => Ok(vec![(self.group(*course, order)?, self.account(email)?)]),
            other => Err(misplaced(other)),
        }
    }

    fn account_role(&self, step: &Step) -> Result<Vec<AccountRole>, Problem> {
        match &step.fact {
            Fact::AccountRole { role, holder, context } => {
                Ok(vec![AccountRole { role: *role, holder: self.account(holder)?, context: self.account(context)? }])
            }
            other => Err(misplaced(other)),
        }
    }

    /// Who cannot be enrolled is not attached either.
    fn new_account_role(&self, step: &Step) -> Result<Vec<AccountRole>, Problem> {
        match step.fact.people().into_iter().find(|email| self.barred.contains(*email)) {
            Some(email) => {
                let told = format!("nobody is attached whom the platform would not enrol, as {email}");
                Err(Problem::new("account-barred", told).in_field(ElementField::Account).following())
            }
            None => self.account_role(step),
        }
    }

    fn course_role(&self, step: &Step) -> Result<Vec<(CourseId, AccountId, RoleId)>, Problem> {
        match &step.fact {
            Fact::CourseRole(course, email, role) => Ok(vec![(*course, self.account(email)?, *role)]),
            other => Err(misplaced(other)),
        }
    }

    fn enrolment(&self, step: &Step) -> Result<Vec<(CourseId, AccountId)>, Problem> {
        match &step.fact {
            Fact::Enrolment(course, email) => Ok(vec![(*course, self.account(email)?)]),
            other => Err(misplaced(other)),
        }
    }

    fn dropped_group(&self, step: &Step) -> Result<Vec<GroupId>, Problem> {
        match &step.fact {
            Fact::Group(course, order) => Ok(vec![self.group(*course, order)?]),
            other => Err(misplaced(other)),
        }
    }
}

fn misplaced(fact: &Fact) -> Problem {
    Problem::new("misplaced", format!("a step does not fit its fact {fact:?}: please report this"))
}
