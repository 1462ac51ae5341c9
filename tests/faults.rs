//! A platform at which one thing goes wrong.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use shop_host::platform::{Platform, PlatformError, Problem, Reply};
use shop_host::state::LineState;
use tokio::sync::Notify;

use crate::disturbed::{Answer, Disturbed, Disturbs, Passage, Post, down};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The nth request fails, and nothing of it was done.
    Before(usize),
    /// The nth request fails, though all of it was done: the answer is lost.
    After(usize),
    /// The nth request that is to change something is given up, and arrives after others have.
    Late(usize),
    /// Each request by this method is given up, and arrives after others have.
    Loses(&'static str),
    /// The nth request is refused as a whole, and nothing of it was done.
    Forbids(usize),
    /// Every request fails, and nothing of it was done.
    Down,
    /// The nth request never ends: whoever waits for it can only be killed.
    Hangs(usize),
    /// The nth request meets a fault of this program: it panics.
    Panics(usize),
    /// The first element of each request by this method is refused.
    Refuses(&'static str),
    /// The first element of each request by this method is dropped, and the answer tells of the others only.
    Drops(&'static str),
}

/// Passes everything on, but for one fault.
pub(crate) type Faulty = Disturbed<OneFault>;

/// The fault, and how many requests there were.
pub(crate) struct OneFault {
    fault: Mutex<Option<Fault>>,
    requests: AtomicUsize,
    /// How many of them were to change something.
    changes: AtomicUsize,
    /// By which method something was to be changed last.
    last_change: Mutex<Option<&'static str>>,
    /// Told when a request hangs.
    pub(crate) hangs: Notify,
}

#[async_trait]
impl Disturbs for OneFault {
    async fn passage(&self, method: &'static str, elements: usize) -> Reply<Passage> {
        let this = self.requests.fetch_add(1, SeqCst) + 1;
        let free = Passage::free(elements);
        let change = self.changes.fetch_add(usize::from(elements > 0), SeqCst) + 1;
        if elements > 0 {
            *self.last_change.lock().unwrap() = Some(method);
        }
        match self.fault() {
            Some(Fault::Down) => Err(down()),
            Some(Fault::Before(nth)) if nth == this => Err(down()),
            Some(Fault::Forbids(nth)) if nth == this => {
                Err(PlatformError::Refused(Problem::new("not-allowed", "not allowed")))
            }
            Some(Fault::Hangs(nth)) if nth == this => self.hang().await,
            Some(Fault::Panics(nth)) if nth == this => panic!("request {nth} is one too many"),
            Some(Fault::After(nth)) if nth == this => Ok(Passage { answer: Answer::Lost, ..free }),
            // While what is newer is under way.
            Some(Fault::Late(nth)) if elements > 0 && nth == change => {
                Ok(Passage { answer: Answer::Late(nth * 5 % 17 + 8), ..free })
            }
            Some(Fault::Loses(lost)) if lost == method => Ok(Passage { answer: Answer::Late(3), ..free }),
            Some(Fault::Refuses(refused)) if refused == method => {
                Ok(Passage { elements: elements.min(1)..elements, answer: Answer::Refusal, ..free })
            }
            Some(Fault::Drops(dropped)) if dropped == method => {
                Ok(Passage { elements: elements.min(1)..elements, ..free })
            }
            _ => Ok(free),
        }
    }
}

impl OneFault {
    pub(crate) fn new(fault: impl Into<Option<Fault>>) -> OneFault {
        let (fault, requests, changes) = (Mutex::new(fault.into()), AtomicUsize::new(0), AtomicUsize::new(0));
        OneFault { fault, requests, changes, last_change: Mutex::default(), hangs: Notify::new() }
    }

    /// By which method something was to be changed last.
    pub(crate) fn last_change(&self) -> Option<&'static str> {
        *self.last_change.lock().unwrap()
    }

    fn fault(&self) -> Option<Fault> {
        *self.fault.lock().unwrap()
    }

    async fn hang<T>(&self) -> T {
        self.hangs.notify_one();
        pending().await
    }

    /// What goes wrong from now on; requests are counted anew.
    pub(crate) fn becomes(&self, fault: Option<Fault>) {
        *self.fault.lock().unwrap() = fault;
        self.requests.store(0, SeqCst);
        self.changes.store(0, SeqCst);
    }

    /// How an order can be left that it struck.
    pub(crate) fn leaves(&self) -> &'static [LineState] {
        match self.fault() {
            Some(Fault::Forbids(_) | Fault::Refuses(_)) => &[LineState::Blocked, LineState::Incomplete],
            _ => &[LineState::Waiting],
        }
    }

    /// Whether there were as many requests as the fault waits for, if there is one.
    pub(crate) fn struck(&self) -> bool {
        let requests = self.requests.load(SeqCst);
        match self.fault() {
            Some(
                Fault::Before(nth) | Fault::After(nth) | Fault::Forbids(nth) | Fault::Hangs(nth) | Fault::Panics(nth),
            ) => requests >= nth,
            Some(Fault::Late(nth)) => self.changes.load(SeqCst) >= nth,
            Some(Fault::Refuses(_) | Fault::Drops(_) | Fault::Loses(_) | Fault::Down) => requests > 0,
            None => false,
        }
    }
}

/// A platform with a fault, or none yet.
pub(crate) fn faulty(inner: Arc<dyn Platform>, fault: impl Into<Option<Fault>>) -> Arc<Faulty> {
    Disturbed::platform(inner, OneFault::new(fault))
}

/// The same, with requests that can arrive late.
pub(crate) fn faulty_by_post(
    inner: Arc<dyn Platform>,
    fault: impl Into<Option<Fault>>,
    post: &Arc<Post>,
) -> Arc<Faulty> {
    Disturbed::by_post(inner, OneFault::new(fault), post.clone())
}
