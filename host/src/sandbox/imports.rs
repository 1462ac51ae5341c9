//! The contract's imports: each translates to and from [`Declarations`], and counts.

use wasmtime::{ResourceLimiter, Result};

use super::contract::shop::product_handler::{
    account_creation, courses, delegation, enrolment, grouping, types as wit, user_lookup,
};
use super::limits::{Exceeded, Limits, Spent};
use super::translate;
use crate::grants::{Declarations, Refusal};

/// What belongs to one call.
pub(super) struct CallState {
    pub(super) declarations: Declarations,
    pub(super) limits: Limits,
    pub(super) spent: Spent,
    describing: bool,
}

impl CallState {
    pub(super) fn new(declarations: Declarations, limits: Limits) -> Self {
        CallState { declarations, limits, spent: Spent::default(), describing: false }
    }

    /// For `describe`, which may call no import.
    pub(super) fn describing(limits: Limits) -> Self {
        CallState { describing: true, ..Self::new(Declarations::none(), limits) }
    }

    /// Every import begins with this.
    fn called_with(&mut self, elements: usize) -> Result<&mut Declarations> {
        if self.describing {
            return Err(Refusal::Describing.into());
        }
        self.spent.host_calls += 1;
        self.spent.facts += elements as u64;
        if self.spent.host_calls > self.limits.host_calls {
            return Err(Exceeded::HostCalls { allowed: self.limits.host_calls }.into());
        }
        if self.spent.facts > self.limits.facts {
            return Err(Exceeded::Facts { allowed: self.limits.facts }.into());
        }
        Ok(&mut self.declarations)
    }
}

fn ids(accounts: &[wit::Account]) -> Vec<u32> {
    accounts.iter().map(|account| account.id).collect()
}

impl wit::Host for CallState {}

impl user_lookup::Host for CallState {
    fn find(&mut self, emails: Vec<String>) -> Result<Vec<Option<user_lookup::AccountInfo>>> {
        let declarations = self.called_with(emails.len())?;
        let find = |email: &String| Ok(declarations.find(email)?.map(|(id, seen)| translate::account_info(id, seen)));
        emails.iter().map(find).collect()
    }
}

impl account_creation::Host for CallState {
    fn ensure(&mut self, emails: Vec<String>) -> Result<Vec<wit::Account>> {
        let declarations = self.called_with(emails.len())?;
        emails.iter().map(|email| Ok(wit::Account { id: declarations.ensure(email)? })).collect()
    }
}

impl courses::Host for CallState {
    fn find_course(&mut self, short_name: String) -> Result<Option<courses::CourseInfo>> {
        let found = self.called_with(1)?.find_course(&short_name)?;
        Ok(found.map(|(id, course)| translate::course_info(id, course)))
    }

    fn find_role(&mut self, short_name: String) -> Result<Option<courses::RoleInfo>> {
        let found = self.called_with(1)?.find_role(&short_name)?;
        Ok(found.map(|(id, role)| translate::role_info(id, role)))
    }
}

impl grouping::Host for CallState {
    fn ensure(&mut self, course: wit::Course, name: String) -> Result<wit::Group> {
        self.limits.check_text(&name)?;
        Ok(wit::Group { id: self.called_with(1)?.ensure_group(course.id, &name)? })
    }

    fn add(&mut self, group: wit::Group, accounts: Vec<wit::Account>) -> Result<()> {
        Ok(self.called_with(accounts.len())?.add_members(group.id, &ids(&accounts))?)
    }
}

impl enrolment::Host for CallState {
    fn enrol(
        &mut self,
        course: wit::Course,
        role: wit::Role,
        accounts: Vec<wit::Account>,
        period: wit::Period,
    ) -> Result<()> {
        let declarations = self.called_with(accounts.len())?;
        Ok(declarations.enrol(course.id, role.id, &ids(&accounts), period.start, period.end)?)
    }
}

impl delegation::Host for CallState {
    fn attach(&mut self, supervisor: wit::Role, participant: wit::Role, accounts: Vec<wit::Account>) -> Result<()> {
        Ok(self.called_with(accounts.len())?.attach(supervisor.id, participant.id, &ids(&accounts))?)
    }
}

impl ResourceLimiter for CallState {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        if desired > self.limits.memory {
            return Err(Exceeded::Memory { used: desired, allowed: self.limits.memory }.into());
        }
        self.spent.memory = self.spent.memory.max(desired);
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        if desired > self.limits.table {
            return Err(Exceeded::Table { used: desired, allowed: self.limits.table }.into());
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        10
    }

    fn memories(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        10
    }
}
