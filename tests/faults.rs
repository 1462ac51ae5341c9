//! A platform at which something goes wrong.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use shop_host::email::Email;
use shop_host::platform::*;
use shop_host::state::LineState;
use tokio::sync::Notify;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The nth request fails, and nothing of it was done.
    Before(usize),
    /// The nth request fails, though all of it was done: the answer is lost.
    After(usize),
    /// The nth request is refused as a whole, and nothing of it was done.
    Forbids(usize),
    /// The nth request never ends: whoever waits for it can only be killed.
    Hangs(usize),
    /// The first element of each request by this method is refused.
    Refuses(&'static str),
}

/// Passes everything on, but for one fault.
pub(crate) struct Faulty {
    inner: Arc<dyn Platform>,
    fault: Mutex<Option<Fault>>,
    requests: AtomicUsize,
    /// Told when a request hangs.
    pub(crate) hangs: Notify,
}

impl Faulty {
    pub(crate) fn new(inner: Arc<dyn Platform>, fault: Fault) -> Self {
        Faulty { inner, fault: Mutex::new(Some(fault)), requests: AtomicUsize::new(0), hangs: Notify::new() }
    }

    /// Puts it right.
    pub(crate) fn mend(&self) {
        *self.fault.lock().unwrap() = None;
    }

    /// How an order is left that it struck.
    pub(crate) fn leaves(&self) -> LineState {
        match self.fault() {
            Some(Fault::Forbids(_) | Fault::Refuses(_)) => LineState::Incomplete,
            _ => LineState::Waiting,
        }
    }

    /// Whether there were as many requests as the fault waits for.
    pub(crate) fn struck(&self, nth: usize) -> bool {
        self.requests.load(SeqCst) >= nth
    }

    fn fault(&self) -> Option<Fault> {
        *self.fault.lock().unwrap()
    }

    async fn around<T>(&self, request: impl Future<Output = Reply<T>>) -> Reply<T> {
        let this = self.requests.fetch_add(1, SeqCst) + 1;
        let unavailable = || Err(PlatformError::Unavailable("down for maintenance".to_owned()));
        match self.fault() {
            Some(Fault::Before(nth)) if nth == this => unavailable(),
            Some(Fault::Forbids(nth)) if nth == this => Err(PlatformError::Refused("not allowed".to_owned())),
            Some(Fault::Hangs(nth)) if nth == this => self.hang().await,
            Some(Fault::After(nth)) if nth == this => request.await.and_then(|_| unavailable()),
            _ => request.await,
        }
    }

    async fn hang<T>(&self) -> T {
        self.hangs.notify_one();
        pending().await
    }

    /// How many elements of a request are refused, from the first on.
    fn refused(&self, method: &'static str, elements: usize) -> usize {
        if self.fault() == Some(Fault::Refuses(method)) { elements.min(1) } else { 0 }
    }
}

fn refusals<T>(refused: usize, replies: Vec<Result<T, Rejection>>) -> Vec<Result<T, Rejection>> {
    let rejection = || Rejection { code: "refused".to_owned(), reason: "the platform does not like it".to_owned() };
    (0..refused).map(|_| Err(rejection())).chain(replies).collect()
}

macro_rules! pass_on {
    (reads { $($read:ident($($asked:ident: $question:ty),*) -> $answer:ty;)* }
     changes { $($change:ident($elements:ident: $element:ty $(, $more:ident: $also:ty)?) -> $done:ty;)* }) => {
        #[async_trait]
        impl Platform for Faulty {
            $(async fn $read(&self, $($asked: $question),*) -> Reply<$answer> {
                self.around(self.inner.$read($($asked),*)).await
            })*
            $(async fn $change(&self, $elements: &[$element] $(, $more: $also)?) -> Replies<$done> {
                let refused = self.refused(stringify!($change), $elements.len());
                let replies = self.around(self.inner.$change(&$elements[refused..] $(, $more)?)).await?;
                Ok(refusals(refused, replies))
            })*
        }
    };
}

pass_on! {
reads {
    find_accounts(emails: &[Email]) -> Vec<Account>;
    accounts(ids: &[AccountId]) -> Vec<Account>;
    find_courses(short_names: &[String]) -> Vec<Course>;
    find_roles(short_names: &[String]) -> Vec<Role>;
    enrolments(of: &[(CourseId, AccountId)]) -> Vec<Enrolment>;
    groups(courses: &[CourseId], id_number: &str) -> Vec<Group>;
    account_roles(among: &[AccountRole]) -> Vec<AssignedRole>;
}
changes {
    create_accounts(elements: NewAccount) -> Ensured;
    enrol(elements: Enrol) -> ();
    unassign_course_roles(elements: (CourseId, AccountId, RoleId)) -> ();
    unenrol(elements: (CourseId, AccountId)) -> ();
    create_groups(elements: (CourseId, String), id_number: &str) -> GroupId;
    delete_groups(elements: GroupId) -> ();
    add_members(elements: (GroupId, AccountId)) -> ();
    remove_members(elements: (GroupId, AccountId)) -> ();
    assign_account_roles(elements: AccountRole) -> ();
    unassign_account_roles(elements: AccountRole) -> ();
}
}
