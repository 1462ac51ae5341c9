//! A platform that counts what it is asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use shop_core::platform::*;
use shop_core::words::email::Email;

/// Passes every request on, and counts them by method.
pub struct Counting {
    inner: Arc<dyn Platform>,
    requests: Mutex<BTreeMap<&'static str, usize>>,
}

impl Counting {
    /// Counts what `inner` is asked.
    pub fn new(inner: Arc<dyn Platform>) -> Self {
        Counting { inner, requests: Mutex::default() }
    }

    /// The requests since the last time that this was asked, by method.
    pub fn take(&self) -> BTreeMap<&'static str, usize> {
        std::mem::take(&mut *self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn count(&self, method: &'static str) -> &dyn Platform {
        *self.requests.lock().unwrap_or_else(PoisonError::into_inner).entry(method).or_default() += 1;
        &*self.inner
    }
}

macro_rules! pass_on {
    ($($method:ident($($argument:ident: $type:ty),*) -> $reply:ty;)*) => {
        #[async_trait]
        impl Platform for Counting {
            fn identity(&self) -> &str {
                self.inner.identity()
            }

            fn settles_after(&self) -> Duration {
                self.inner.settles_after()
            }

            $(async fn $method(&self, $($argument: $type),*) -> $reply {
                self.count(stringify!($method)).$method($($argument),*).await
            })*
        }
    };
}

pass_on! {
    had_identity(former: &str) -> Reply<()>;
    find_accounts(emails: &[Email], spelled: &[String]) -> Reply<Vec<Account>>;
    accounts(ids: &[AccountId]) -> Reply<Vec<Account>>;
    find_courses(short_names: &[String]) -> Reply<Vec<Course>>;
    find_roles(short_names: &[String], courses: &[CourseId]) -> Reply<Vec<Role>>;
    courses(known: &[Course]) -> Reply<Vec<Course>>;
    roles(known: &[Role]) -> Reply<Vec<Role>>;
    see_participants(courses: &[CourseId]) -> Reply<()>;
    participations(of: &[(CourseId, AccountId)]) -> Reply<Vec<Participation>>;
    groups(of: &[(CourseId, &str)]) -> Reply<Vec<Group>>;
    account_roles(among: &[AccountRole]) -> Reply<Vec<AssignedRole>>;
    create_accounts(accounts: &[NewAccount], on_settled: OnSettled<'_>) -> Replies<Ensured>;
    enrol(enrolments: &[Enrol], on_settled: OnSettled<'_>) -> Replies;
    unassign_course_roles(roles: &[(CourseId, AccountId, RoleId)], on_settled: OnSettled<'_>) -> Replies;
    unenrol(enrolments: &[(CourseId, AccountId)], on_settled: OnSettled<'_>) -> Replies;
    create_groups(groups: &[(CourseId, String)], id_number: &str) -> Replies<GroupId>;
    delete_groups(groups: &[GroupId]) -> Replies;
    add_members(members: &[(GroupId, AccountId)], on_settled: OnSettled<'_>) -> Replies;
    remove_members(members: &[(GroupId, AccountId)], on_settled: OnSettled<'_>) -> Replies;
    assign_account_roles(roles: &[AccountRole], on_settled: OnSettled<'_>) -> Replies;
    unassign_account_roles(roles: &[AccountRole], on_settled: OnSettled<'_>) -> Replies;
}
