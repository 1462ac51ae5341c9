//! The contract's imports: each translates to and from [`Declarations`], and counts.

use wasmtime::{Error, ResourceLimiter, Result};

use super::contract::shop::product_handler::{
    account_creation, courses, delegation, enrolment, grouping, types as wit, user_lookup,
};
use super::fault::first_lines;
use super::translate;
use super::unable::Unable;
use shop_core::calls::budget::{Budget, Use};
use shop_core::calls::grants::{Declarations, Ungranted};
use shop_core::calls::limits::{Limit, Limits};

/// What belongs to one call.
pub(super) struct CallState {
    pub(super) declarations: Declarations,
    pub(super) limits: Limits,
    pub(super) budget: Budget,
    table: Use,
    describing: bool,
}

impl CallState {
    pub(super) fn new(declarations: Declarations, limits: Limits) -> Self {
        let (budget, table) = (Budget::of(&limits), Use { used: 0, allowed: limits.table });
        CallState { declarations, limits, budget, table, describing: false }
    }

    /// For `describe`, which may call no import.
    pub(super) fn describing(limits: Limits) -> Self {
        CallState { describing: true, ..Self::new(Declarations::none(), limits) }
    }

    /// Every import begins with this: so many list elements were handed over, in so many bytes.
    fn called_with(&mut self, elements: usize, bytes: usize) -> Result<&mut Declarations> {
        if self.describing {
            return Err(Ungranted::Describing.into());
        }
        self.budget.host_calls.charge(Limit::HostCalls, 1)?;
        self.budget.facts.charge(Limit::Facts, elements as u64)?;
        self.budget.bytes.charge(Limit::Bytes, bytes as u64)?;
        Ok(&mut self.declarations)
    }

    fn called_with_texts(&mut self, texts: &[String]) -> Result<&mut Declarations> {
        texts.iter().try_for_each(|text| self.check_text(text))?;
        let bytes = size_of_val(texts) + texts.iter().map(String::len).sum::<usize>();
        self.called_with(texts.len(), bytes)
    }

    fn called_with_text(&mut self, text: &str) -> Result<&mut Declarations> {
        self.check_text(text)?;
        self.called_with(1, text.len())
    }

    fn called_with_accounts(&mut self, accounts: &[wit::Account]) -> Result<&mut Declarations> {
        self.called_with(accounts.len(), size_of_val(accounts))
    }
}

fn ids(accounts: &[wit::Account]) -> Vec<u32> {
    accounts.iter().map(|account| account.id).collect()
}

impl wit::Host for CallState {}

impl user_lookup::Host for CallState {
    fn find(&mut self, emails: Vec<String>) -> Result<Vec<Option<user_lookup::AccountInfo>>> {
        let declarations = self.called_with_texts(&emails)?;
        let find =
            |email: &String| Ok(declarations.find(email)?.map(|(id, origin)| translate::account_info(id, origin)));
        emails.iter().map(find).collect()
    }
}

impl account_creation::Host for CallState {
    fn ensure(&mut self, emails: Vec<String>) -> Result<Vec<wit::Account>> {
        let declarations = self.called_with_texts(&emails)?;
        emails.iter().map(|email| Ok(wit::Account { id: declarations.ensure(email)? })).collect()
    }
}

impl courses::Host for CallState {
    fn find_course(&mut self, short_name: String) -> Result<Option<courses::CourseInfo>> {
        let found = self.called_with_text(&short_name)?.find_course(&short_name)?;
        Ok(found.map(|(id, course)| translate::course_info(id, course)))
    }

    fn find_role(&mut self, short_name: String) -> Result<Option<courses::RoleInfo>> {
        let found = self.called_with_text(&short_name)?.find_role(&short_name)?;
        Ok(found.map(|(id, role)| translate::role_info(id, role)))
    }
}

impl grouping::Host for CallState {
    fn ensure(&mut self, course: wit::Course, name: String) -> Result<wit::Group> {
        Ok(wit::Group { id: self.called_with_text(&name)?.ensure_group(course.id, &name)? })
    }

    fn add(&mut self, group: wit::Group, accounts: Vec<wit::Account>) -> Result<()> {
        Ok(self.called_with_accounts(&accounts)?.add_members(group.id, &ids(&accounts))?)
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
        let declarations = self.called_with_accounts(&accounts)?;
        Ok(declarations.enrol(course.id, role.id, &ids(&accounts), period.start, period.end)?)
    }
}

impl delegation::Host for CallState {
    fn attach(&mut self, supervisor: wit::Role, participant: wit::Role, accounts: Vec<wit::Account>) -> Result<()> {
        Ok(self.called_with_accounts(&accounts)?.attach(supervisor.id, participant.id, &ids(&accounts))?)
    }
}

/// Counts what an instance grows by. Growing beyond what the module itself declares fails, and uses nothing; unless that
/// is beyond the limit anyway, which is all that a pool keeps room for.
fn grow(counted: &mut Use, limit: Limit, current: usize, desired: usize, own: Option<usize>) -> Result<bool> {
    if own.is_some_and(|own| desired > own && own as u64 <= counted.allowed) {
        return Ok(false);
    }
    counted.charge(limit, desired.saturating_sub(current) as u64)?;
    Ok(true)
}

impl ResourceLimiter for CallState {
    fn memory_growing(&mut self, current: usize, desired: usize, own: Option<usize>) -> Result<bool> {
        grow(&mut self.budget.memory, Limit::Memory, current, desired, own)
    }

    /// It may grow, so it is this machine that has no memory. The guest must not find out.
    fn memory_grow_failed(&mut self, error: Error) -> Result<()> {
        Err(Unable::Room(first_lines(&error)).into())
    }

    fn table_growing(&mut self, current: usize, desired: usize, own: Option<usize>) -> Result<bool> {
        grow(&mut self.table, Limit::Table, current, desired, own)
    }

    fn instances(&self) -> usize {
        self.limits.instances as usize
    }

    fn memories(&self) -> usize {
        self.limits.memories as usize
    }

    fn tables(&self) -> usize {
        self.limits.tables as usize
    }
}
