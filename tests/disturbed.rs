//! A platform that somebody stands in the way of.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use shop_host::email::Email;
use shop_host::platform::*;
use tokio::time::sleep;

/// Decides what becomes of each request.
#[async_trait]
pub(crate) trait Disturbs: Send + Sync {
    /// What becomes of a request of so many elements; one that only reads has none. If this fails, that is the answer, and
    /// nothing gets through.
    async fn passage(&self, method: &'static str, elements: usize) -> Reply<Passage>;
}

/// How a request gets through.
pub(crate) struct Passage {
    /// Which of its elements do.
    pub(crate) elements: Range<usize>,
    /// How many times it is made.
    pub(crate) times: usize,
    /// What comes back.
    pub(crate) answer: Answer,
    /// How long it takes to get there.
    pub(crate) slow: Duration,
    /// How long the answer takes.
    pub(crate) late: Duration,
}

/// What comes back of a request.
pub(crate) enum Answer {
    /// What the platform answers.
    Whole,
    /// The same, but the first elements, which did not get through, are refused.
    Refusal,
    /// Nothing: it is lost.
    Lost,
}

impl Passage {
    /// Undisturbed.
    pub(crate) fn free(elements: usize) -> Self {
        let (slow, late) = (Duration::ZERO, Duration::ZERO);
        Passage { elements: 0..elements, times: 1, answer: Answer::Whole, slow, late }
    }

    fn read<T>(&self, answer: T) -> Reply<T> {
        match self.answer {
            Answer::Whole | Answer::Refusal => Ok(answer),
            Answer::Lost => Err(down()),
        }
    }

    fn changed<T>(&self, replies: Vec<Result<T, Problem>>) -> Replies<T> {
        let refused = if matches!(self.answer, Answer::Refusal) { self.elements.start } else { 0 };
        let problem = || Problem::new("refused", "the platform does not like it");
        self.read((0..refused).map(|_| Err(problem())).chain(replies).collect())
    }
}

/// It cannot work now.
pub(crate) fn down() -> PlatformError {
    PlatformError::Unavailable(Problem::new("down", "down for maintenance"))
}

/// A platform, as it looks to whoever reaches it only so.
pub(crate) struct Disturbed<D> {
    inner: Arc<dyn Platform>,
    pub(crate) by: D,
}

impl<D: Disturbs> Disturbed<D> {
    pub(crate) fn platform(inner: Arc<dyn Platform>, by: D) -> Arc<Self> {
        Arc::new(Disturbed { inner, by })
    }
}

macro_rules! pass_on {
    (reads { $($read:ident($($asked:ident: $question:ty),*) -> $answer:ty;)* }
     changes { $($change:ident($elements:ident: $element:ty $(, $more:ident: $also:ty)?) -> $done:ty;)* }) => {
        #[async_trait]
        impl<D: Disturbs> Platform for Disturbed<D> {
            fn identity(&self) -> &str {
                self.inner.identity()
            }

            $(async fn $read(&self, $($asked: $question),*) -> Reply<$answer> {
                let passage = self.by.passage(stringify!($read), 0).await?;
                sleep(passage.slow).await;
                for _ in 1..passage.times {
                    self.inner.$read($($asked),*).await?;
                }
                let answer = self.inner.$read($($asked),*).await?;
                sleep(passage.late).await;
                passage.read(answer)
            })*
            $(async fn $change(&self, $elements: &[$element] $(, $more: $also)?) -> Replies<$done> {
                let passage = self.by.passage(stringify!($change), $elements.len()).await?;
                sleep(passage.slow).await;
                let $elements = &$elements[passage.elements.clone()];
                for _ in 1..passage.times {
                    self.inner.$change($elements $(, $more)?).await?;
                }
                let replies = self.inner.$change($elements $(, $more)?).await?;
                sleep(passage.late).await;
                passage.changed(replies)
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
    courses(known: &[Course]) -> Vec<Course>;
    roles(known: &[Role]) -> Vec<Role>;
    participations(of: &[(CourseId, AccountId)]) -> Vec<Participation>;
    groups(of: &[(CourseId, &str)]) -> Vec<Group>;
    account_roles(among: &[AccountRole]) -> Vec<AssignedRole>;
}
changes {
    create_accounts(elements: NewAccount, on_settled: OnSettled<'_>) -> Ensured;
    enrol(elements: Enrol, on_settled: OnSettled<'_>) -> ();
    unassign_course_roles(elements: (CourseId, AccountId, RoleId), on_settled: OnSettled<'_>) -> ();
    unenrol(elements: (CourseId, AccountId), on_settled: OnSettled<'_>) -> ();
    create_groups(elements: (CourseId, String), id_number: &str) -> GroupId;
    delete_groups(elements: GroupId) -> ();
    add_members(elements: (GroupId, AccountId), on_settled: OnSettled<'_>) -> ();
    remove_members(elements: (GroupId, AccountId), on_settled: OnSettled<'_>) -> ();
    assign_account_roles(elements: AccountRole, on_settled: OnSettled<'_>) -> ();
    unassign_account_roles(elements: AccountRole, on_settled: OnSettled<'_>) -> ();
}
}
