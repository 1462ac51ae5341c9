//! A platform that somebody stands in the way of.

use std::any::Any;
use std::ops::Range;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

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

    /// What is read instead of the platform.
    fn reads(&self) -> Option<Arc<dyn Platform>> {
        None
    }
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
    /// That so many elements are done, which did not get through; if it is a request that is answered no more than that.
    Pretence(usize),
    /// Nothing: it is lost.
    Lost,
    /// Nothing, and the request has not even arrived: it will after so many others, or when it is too late for that.
    Late(usize),
}

impl Passage {
    /// Undisturbed.
    pub(crate) fn free(elements: usize) -> Self {
        let (slow, late) = (Duration::ZERO, Duration::ZERO);
        Passage { elements: 0..elements, times: 1, answer: Answer::Whole, slow, late }
    }

    fn read<T>(&self, answer: T) -> Reply<T> {
        match self.answer {
            Answer::Whole | Answer::Refusal | Answer::Pretence(_) => Ok(answer),
            Answer::Lost | Answer::Late(_) => Err(down()),
        }
    }

    fn changed<T: 'static>(&self, replies: Vec<Result<T, Problem>>) -> Replies<T> {
        if let Answer::Pretence(elements) = self.answer {
            return Ok((0..elements).filter_map(|_| done()).map(Ok).collect());
        }
        let refused = if matches!(self.answer, Answer::Refusal) { self.elements.start } else { 0 };
        let problem = || Problem::new("refused", "the platform does not like it");
        let replies = (0..refused).map(|_| Err(problem())).chain(replies).collect();
        self.read(replies).map_err(|_| lost())
    }
}

/// That something is done; none, if the answer has more to tell.
fn done<T: 'static>() -> Option<T> {
    (Box::new(()) as Box<dyn Any>).downcast().ok().map(|done| *done)
}

/// It cannot work now.
pub(crate) fn down() -> PlatformError {
    PlatformError::Unavailable(Problem::new("down", "down for maintenance"))
}

/// The answer is lost; whether it was done is not told.
pub(crate) fn lost() -> PlatformError {
    PlatformError::Lost(Problem::new("lost", "no answer came"))
}

/// Requests that were given up and are still on their way to a platform, by whichever way they were sent.
pub(crate) struct Post {
    /// None is on its way for longer.
    settles: Duration,
    /// So long has passed: none is on its way any more.
    passed: AtomicBool,
    /// Nobody is told of it.
    denied: bool,
    late: Mutex<Vec<Late>>,
}

struct Late {
    /// So many other requests come before it.
    after: usize,
    at_the_latest: Instant,
    request: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Post {
    pub(crate) fn new(settles: Duration) -> Arc<Post> {
        Arc::new(Post { settles, passed: AtomicBool::new(false), denied: false, late: Mutex::default() })
    }

    /// The platform denies that there is such a thing.
    pub(crate) fn denied(settles: Duration) -> Arc<Post> {
        Arc::new(Post { settles, passed: AtomicBool::new(false), denied: true, late: Mutex::default() })
    }

    fn settles(&self) -> Duration {
        if self.passed.load(SeqCst) { Duration::ZERO } else { self.settles }
    }

    /// Whether so much time has passed that none is on its way for longer than until the next one comes.
    pub(crate) fn settle(&self, passed: bool) {
        self.passed.store(passed, SeqCst);
        self.late.lock().unwrap().iter_mut().filter(|_| passed).for_each(|late| late.after = 0);
    }

    /// All that is on its way arrives.
    pub(crate) async fn empty(&self) {
        self.settle(true);
        self.arrives().await;
        self.settle(false);
    }

    fn send(&self, after: usize, request: impl Future<Output = ()> + Send + 'static) {
        let late = Late { after, at_the_latest: Instant::now() + self.settles(), request: Box::pin(request) };
        self.late.lock().unwrap().push(late);
    }

    /// Another request comes: what it does not overtake arrives.
    async fn arrives(&self) {
        let arriving: Vec<Late> = {
            let mut late = self.late.lock().unwrap();
            late.iter_mut().for_each(|late| late.after = late.after.saturating_sub(1));
            late.extract_if(.., |late| late.after == 0 || late.at_the_latest <= Instant::now()).collect()
        };
        for late in arriving {
            late.request.await;
        }
    }
}

/// A platform, as it looks to whoever reaches it only so.
pub(crate) struct Disturbed<D> {
    inner: Arc<dyn Platform>,
    pub(crate) by: D,
    pub(crate) post: Arc<Post>,
}

impl<D: Disturbs> Disturbed<D> {
    /// No request arrives after it was given up, but those that the platform takes late itself.
    pub(crate) fn platform(inner: Arc<dyn Platform>, by: D) -> Arc<Self> {
        let post = Post::new(inner.settles_after());
        Disturbed::by_post(inner, by, post)
    }

    /// Requests that were given up can arrive late.
    pub(crate) fn by_post(inner: Arc<dyn Platform>, by: D, post: Arc<Post>) -> Arc<Self> {
        Arc::new(Disturbed { inner, by, post })
    }

    async fn changes<E: Clone, T: Send + 'static>(
        &self,
        method: &'static str,
        elements: &[E],
        ask: impl Fn(Arc<dyn Platform>, Vec<E>) -> Asked<T> + Send,
    ) -> Replies<T> {
        self.post.arrives().await;
        let passage = self.by.passage(method, elements.len()).await?;
        let ask = || ask(self.inner.clone(), elements[passage.elements.clone()].to_vec());
        if let Answer::Late(after) = passage.answer {
            let request = ask();
            self.post.send(after, async { drop(request.await) });
            return Err(lost());
        }
        sleep(passage.slow).await;
        for _ in 1..passage.times {
            ask().await?;
        }
        let replies = ask().await?;
        sleep(passage.late).await;
        passage.changed(replies)
    }
}

type Asked<T> = Pin<Box<dyn Future<Output = Replies<T>> + Send>>;

macro_rules! pass_on {
    (reads { $($read:ident($($asked:ident: $question:ty),*) -> $answer:ty;)* }
     changes { $($change:ident($element:ty) -> $done:ty;)* }) => {
        #[async_trait]
        impl<D: Disturbs> Platform for Disturbed<D> {
            fn identity(&self) -> &str {
                self.inner.identity()
            }

            fn settles_after(&self) -> Duration {
                if self.post.denied { Duration::ZERO } else { self.post.settles() }
            }

            $(async fn $read(&self, $($asked: $question),*) -> Reply<$answer> {
                self.post.arrives().await;
                let passage = self.by.passage(stringify!($read), 0).await?;
                sleep(passage.slow).await;
                let inner = self.by.reads().unwrap_or_else(|| self.inner.clone());
                for _ in 1..passage.times {
                    inner.$read($($asked),*).await?;
                }
                let answer = inner.$read($($asked),*).await?;
                sleep(passage.late).await;
                passage.read(answer)
            })*
            $(async fn $change(&self, elements: &[$element], _: OnSettled<'_>) -> Replies<$done> {
                let ask = |inner: Arc<dyn Platform>, elements: Vec<$element>| -> Asked<$done> {
                    Box::pin(async move { inner.$change(&elements, &|_| ()).await })
                };
                self.changes(stringify!($change), elements, ask).await
            })*

            async fn create_groups(&self, groups: &[(CourseId, String)], id_number: &str) -> Replies<GroupId> {
                let ask = |inner: Arc<dyn Platform>, groups: Vec<(CourseId, String)>| -> Asked<GroupId> {
                    let id_number = id_number.to_owned();
                    Box::pin(async move { inner.create_groups(&groups, &id_number).await })
                };
                self.changes("create_groups", groups, ask).await
            }

            async fn delete_groups(&self, groups: &[GroupId]) -> Replies {
                let ask = |inner: Arc<dyn Platform>, groups: Vec<GroupId>| -> Asked<()> {
                    Box::pin(async move { inner.delete_groups(&groups).await })
                };
                self.changes("delete_groups", groups, ask).await
            }
        }
    };
}

pass_on! {
reads {
    had_identity(former: &str) -> ();
    find_accounts(emails: &[Email]) -> Vec<Account>;
    accounts(ids: &[AccountId]) -> Vec<Account>;
    find_courses(short_names: &[String]) -> Vec<Course>;
    find_roles(short_names: &[String], courses: &[CourseId]) -> Vec<Role>;
    courses(known: &[Course]) -> Vec<Course>;
    roles(known: &[Role]) -> Vec<Role>;
    participations(of: &[(CourseId, AccountId)]) -> Vec<Participation>;
    groups(of: &[(CourseId, &str)]) -> Vec<Group>;
    account_roles(among: &[AccountRole]) -> Vec<AssignedRole>;
}
changes {
    create_accounts(NewAccount) -> Ensured;
    enrol(Enrol) -> ();
    unassign_course_roles((CourseId, AccountId, RoleId)) -> ();
    unenrol((CourseId, AccountId)) -> ();
    add_members((GroupId, AccountId)) -> ();
    remove_members((GroupId, AccountId)) -> ();
    assign_account_roles(AccountRole) -> ();
    unassign_account_roles(AccountRole) -> ();
}
}
