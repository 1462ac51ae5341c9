//! What the handler asks of the host and declares to it, as a trait, so that a test can stand in for the host.

use crate::bindings::shop::product_handler::{account_creation, courses, delegation, enrolment, grouping, user_lookup};
use crate::contract::{Account, AccountInfo, Course, CourseInfo, Group, Period, Role, RoleInfo};

/// The contract's imports; `wit/imports.wit` says what each does, and what stops the call.
pub trait Imports {
    /// The accounts with these addresses, in their order; none where there is no account.
    fn find_accounts(&self, emails: &[String]) -> Vec<Option<AccountInfo>>;
    /// The course with this short name.
    fn find_course(&self, short_name: &str) -> Option<CourseInfo>;
    /// The role with this short name.
    fn find_role(&self, short_name: &str) -> Option<RoleInfo>;
    /// Declares an account for each of these addresses, and returns them in their order.
    fn ensure_accounts(&mut self, emails: &[String]) -> Vec<Account>;
    /// Declares the order's group in this course.
    fn ensure_group(&mut self, course: Course, name: &str) -> Group;
    /// Declares members of the group.
    fn add_members(&mut self, group: Group, accounts: &[Account]);
    /// Declares enrolments.
    fn enrol(&mut self, course: Course, role: Role, accounts: &[Account], period: Period);
    /// Declares that these accounts are attached to the operator's.
    fn attach(&mut self, supervisor: Role, participant: Role, accounts: &[Account]);
}

/// The host that runs the component.
pub(crate) struct Host;

impl Imports for Host {
    fn find_accounts(&self, emails: &[String]) -> Vec<Option<AccountInfo>> {
        user_lookup::find(emails)
    }

    fn find_course(&self, short_name: &str) -> Option<CourseInfo> {
        courses::find_course(short_name)
    }

    fn find_role(&self, short_name: &str) -> Option<RoleInfo> {
        courses::find_role(short_name)
    }

    fn ensure_accounts(&mut self, emails: &[String]) -> Vec<Account> {
        account_creation::ensure(emails)
    }

    fn ensure_group(&mut self, course: Course, name: &str) -> Group {
        grouping::ensure(course, name)
    }

    fn add_members(&mut self, group: Group, accounts: &[Account]) {
        grouping::add(group, accounts);
    }

    fn enrol(&mut self, course: Course, role: Role, accounts: &[Account], period: Period) {
        enrolment::enrol(course, role, accounts, period);
    }

    fn attach(&mut self, supervisor: Role, participant: Role, accounts: &[Account]) {
        delegation::attach(supervisor, participant, accounts);
    }
}
