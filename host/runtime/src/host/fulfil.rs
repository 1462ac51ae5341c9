//! Fulfilling orders: attempts, tries after the platform did not answer, and going on with what is unfinished.

use std::collections::BTreeSet;
use std::future::ready;
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;

use super::heard::Meant;
use super::lease::{Lease, Place};
use super::{Host, HostError, Outcome, Progress, Versions, goal};
use shop_core::orders::amendment::ByStaff;
use shop_core::orders::recorded::{Changed, Recorded};
use shop_core::orders::said::Said;
use shop_core::orders::set_aside;
use shop_core::orders::state::{LineState, Reason};
use shop_core::orders::waiting::{Deferred, Unfinished};
use shop_core::platform::PlatformError;
use shop_core::words::author::{Acting, Author, HOST};
use shop_core::words::order::{Order, OrderId};
use shop_core::words::period::Timestamp;
use shop_journal::{Basis, Clock, Due, Key, Known, When};

/// So many orders are worked at at once, by [`Host::resume`] and by whoever has many to hand over.
pub const AT_ONCE: usize = 16;

/// What an order is to be: one try at it.
pub(super) struct Attempt<'a> {
    /// As it is to be.
    pub(super) order: &'a Order,
    /// Who sets to work at it, and who made it so.
    pub(super) by: Acting<'a>,
    /// What that is based on.
    pub(super) basis: Basis,
    /// How often in a row it was tried, this time counted.
    pub(super) tries: u32,
    /// The right to it.
    pub(super) lease: &'a Lease,
}

/// What waits to be done about an order, to be tried by somebody if a condition holds.
pub(super) struct Work<'a> {
    pub(super) order: &'a OrderId,
    pub(super) when: When,
    pub(super) who: &'a str,
    /// What it may take back.
    pub(super) by_staff: Option<Box<ByStaff>>,
    pub(super) progress: &'a Progress,
}

/// What came of a try.
pub(super) enum Tried {
    Done(Box<Outcome>),
    /// It takes the right to work at all of these: nothing was done.
    Lacks(BTreeSet<Key>),
}

impl<'a> Attempt<'a> {
    fn at(left: &'a Unfinished, who: &'a str, lease: &'a Lease) -> Self {
        let (by, basis) = (Acting { who, author: &left.author }, Basis::Waiting(left.seq));
        Attempt { order: &left.order, by, basis, tries: left.tries, lease }
    }
}

impl Host {
    /// What fulfilling an order would do. Changes nothing.
    pub async fn preview(&self, said: &Said) -> Result<Outcome, HostError> {
        self.check_platform().await?;
        let heard = self.heard(said).await?;
        let (order, _) = match &heard.meant {
            Meant::Order(order, author) => (order, author),
            Meant::End(ending) => return Ok(self.nothing_to_end(ending)),
        };
        let mut prepared = self.prepare(order, heard.recorded.as_ref(), Versions::Bought).await?;
        prepared.tell_of_replaced(heard.by_staff().as_ref());
        Ok(prepared.preview())
    }

    /// Does what a message says: sets up, changes, suspends, resumes or takes away an order's session. Doing it again
    /// changes nothing more. From here on the order is recorded: whatever interrupts this, [`Self::resume`] goes on
    /// where it was.
    pub async fn fulfil(&self, said: &Said, progress: &Progress) -> Result<Outcome, HostError> {
        self.accept(said).await?.fulfil(progress).await
    }

    /// What has come of an order that somebody else has gone on with.
    pub(super) async fn came_of(&self, id: &OrderId) -> Result<Outcome, HostError> {
        let Known { recorded, waits, .. } = self.journal.known(id).await?;
        let recorded = recorded.ok_or_else(|| HostError::UnknownOrder(id.clone()))?;
        self.journal.lasts().await?;
        let (until, stands) = (waits.as_ref().map(Deferred::from), recorded.stands(waits.as_ref()));
        let stands = stands.unwrap_or(recorded.latest());
        let state = match &until {
            Some(until) if until.blocked => LineState::Blocked,
            Some(_) => LineState::Waiting,
            None => recorded.failed().unwrap_or(goal(stands.state)),
        };
        Ok(Outcome {
            order: id.clone(),
            language: self.language(stands),
            stands: Some(stands.clone()),
            messages: Vec::new(),
            lines: Vec::new(),
            state,
            report: self.journal.last_receipt(id).await?.map(|(_, report)| report),
            until,
        })
    }

    /// Makes a first try at an order, and if it waits for the platform then, some more, with pauses in which others have their
    /// turn. A panic ends that try and nothing else.
    pub(super) async fn persist(
        &self,
        id: &OrderId,
        who: &str,
        progress: &Progress,
        first: Pin<Box<impl Future<Output = Result<Outcome, HostError>>>>,
    ) -> Result<Outcome, HostError> {
        let mut last = self.guarded(id, first).await;
        for tries in 1..=self.retries.times {
            // What waits for longer than the next pause waits for `resume`.
            let soon = Timestamp::now().after(self.retries.pause(tries + 1) + Duration::from_secs(1));
            let left_after = last.as_ref().ok().and_then(|outcome| outcome.waits_after(soon));
            let Some(left_after) = left_after else { break };
            tokio::time::sleep(self.retries.pause(tries)).await;
            // If it is no longer as it was left, somebody else has gone on with it.
            match self.resume_order(id, When::LeftAfter(left_after), who, progress).await {
                Ok(Some(next)) => last = Ok(next),
                Ok(None) => break,
                Err(error) => last = Err(error),
            }
        }
        last
    }

    /// Goes on with all orders whose time has come: those that were interrupted, and those that waited for the platform.
    /// Each gets one try. An erasure that was interrupted is ended before.
    pub async fn resume(&self, progress: &Progress) -> Result<Vec<Resumed>, HostError> {
        self.pass().await?;
        self.handlers.get_ready().await?;
        let now = Timestamp::now();
        let clock = Clock { now, horizon: now.after(self.retries.longest_of_all() * 3) };
        let (mut resumed, mut tried, mut last) = (Vec::new(), BTreeSet::new(), None);
        loop {
            let page = self.journal.due(clock, last.as_ref()).await?;
            let Some(end) = page.last().cloned() else { return Ok(resumed) };
            last = Some(end);
            let due = page.into_iter().filter(|due| tried.insert(due.order.clone()));
            // What was tried when the program went down may be why: nobody else is to go down with it.
            let (suspects, others): (Vec<Due>, Vec<Due>) = due.partition(|due| due.lost > 0);
            resumed.extend(self.resume_all(others, AT_ONCE, clock, progress).await);
            resumed.extend(self.resume_all(suspects, 1, clock, progress).await);
        }
    }

    /// So many at once; in the sequence in which they are due.
    async fn resume_all(&self, due: Vec<Due>, at_once: usize, clock: Clock, progress: &Progress) -> Vec<Resumed> {
        let lined_up = stream::iter(due.into_iter().enumerate())
            .then(async |(nth, Due { order, .. })| (nth, self.line_up_for_due(&order).await.transpose(), order));
        let tries = lined_up.map(|(nth, place, order)| async move {
            let outcome = self.resume_from(place?, &order, clock, progress).await.transpose()?;
            Some((nth, Resumed { order, outcome }))
        });
        let came = tries.buffer_unordered(at_once).filter_map(ready);
        let mut came: Vec<(usize, Resumed)> = came.collect().await;
        came.sort_by_key(|(nth, _)| *nth);
        came.into_iter().map(|(_, resumed)| resumed).collect()
    }

    async fn resume_from(
        &self,
        place: Result<Place, HostError>,
        order: &OrderId,
        clock: Clock,
        progress: &Progress,
    ) -> Result<Option<Outcome>, HostError> {
        let place = place?;
        let work = Work { order, when: When::Due(clock), who: HOST, by_staff: None, progress };
        self.guarded(order, Box::pin(async move { self.work_from(place, &work).await })).await
    }

    /// Tries an order at once that waits or is blocked, whenever its time would come.
    pub async fn retry(&self, id: &OrderId, by: &str, progress: &Progress) -> Result<Outcome, HostError> {
        let author = Author::staff(by)?;
        let first = Box::pin(async {
            let work = Work { order: id, when: When::Now, who: author.name(), by_staff: None, progress };
            match self.work_at(&work).await? {
                Some(outcome) => Ok(outcome),
                None if self.journal.is_heard_of(id).await? => Err(HostError::NothingWaits(id.clone())),
                None => Err(HostError::UnknownOrder(id.clone())),
            }
        });
        self.persist(id, author.name(), progress, first).await
    }

    async fn resume_order(
        &self,
        id: &OrderId,
        when: When,
        who: &str,
        progress: &Progress,
    ) -> Result<Option<Outcome>, HostError> {
        let work = Work { order: id, when, who, by_staff: None, progress };
        self.guarded(id, Box::pin(async move { self.work_at(&work).await })).await
    }

    /// Tries it; none: the condition does not hold, or somebody else has gone on with it.
    pub(super) async fn work_at(&self, work: &Work<'_>) -> Result<Option<Outcome>, HostError> {
        self.work_from(self.line_up(work.order).await?, work).await
    }

    /// The same, from a place in the line.
    pub(super) async fn work_from(&self, place: Place, work: &Work<'_>) -> Result<Option<Outcome>, HostError> {
        let (mut place, mut dispatched) = (place, None);
        loop {
            let lease = self.lease(place).await?;
            let tried = lease.during(self.work_with(&lease, work, &mut dispatched)).await;
            lease.end().await;
            match tried? {
                None => return Ok(None),
                Some(Tried::Done(outcome)) => return Ok(Some(*outcome)),
                Some(Tried::Lacks(more)) => place = self.leases.line_up(more).await?,
            }
        }
    }

    /// Takes the place behind all who work at an order and its people, or wait to.
    pub(super) async fn line_up(&self, order: &OrderId) -> Result<Place, HostError> {
        self.leases.line_up(self.keys(order).await?).await
    }

    /// The same for what is only due; none if somebody is at it: the rest would wait for that.
    async fn line_up_for_due(&self, order: &OrderId) -> Result<Option<Place>, HostError> {
        let keys = self.keys(order).await?;
        Ok(match self.leases.is_at_work(order, &keys).await? {
            true => None,
            false => Some(self.leases.line_up(keys).await?),
        })
    }

    /// `dispatched` is what a try was begun at that lacked the right to it.
    async fn work_with(
        &self,
        lease: &Lease,
        work: &Work<'_>,
        dispatched: &mut Option<Unfinished>,
    ) -> Result<Option<Tried>, HostError> {
        let left = match dispatched.take() {
            None => lease.journal.dispatch(work.order, work.when).await?,
            Some(before) => {
                let left = self.journal.unfinished(work.order).await?;
                left.filter(|left| (left.seq, left.tries) == (before.seq, before.tries))
            }
        };
        let Some(left) = left else { return Ok(None) };
        let recorded = self.journal.order(work.order).await?;
        let attempt = Attempt::at(&left, work.who, lease);
        if matches!(work.when, When::Due(_))
            && let Some(times) = set_aside::after(&left)
        {
            return Err(self.set_aside(&attempt, times).await?);
        }
        let since = match (work.when, &left.author) {
            (When::Received(_), _) | (_, Author::Staff(_)) => None,
            _ => recorded.as_ref().and_then(changed_since),
        };
        let by_staff = work.by_staff.as_deref().or(since.as_ref());
        let tried = self.attempt(&attempt, recorded.as_ref(), by_staff, work.progress).await?;
        *dispatched = Some(left);
        Ok(Some(tried))
    }

    /// Makes one try at an order that is noted as unfinished. `by_staff` is what it may take back.
    async fn attempt(
        &self,
        attempt: &Attempt<'_>,
        recorded: Option<&Recorded>,
        by_staff: Option<&ByStaff>,
        progress: &Progress,
    ) -> Result<Tried, HostError> {
        let result = match self.prepare(attempt.order, recorded, Versions::Bought).await {
            Ok(prepared) if let Some(more) = prepared.lacks(attempt.lease) => return Ok(Tried::Lacks(more)),
            Ok(mut prepared) => {
                prepared.tell_of_replaced(by_staff);
                self.carry_out(prepared, attempt, progress).await
            }
            Err(error) => Err(error),
        };
        Ok(Tried::Done(self.note(attempt, result).await?.into()))
    }

    /// Notes what kept an order from being worked at.
    async fn note(&self, attempt: &Attempt<'_>, result: Result<Outcome, HostError>) -> Result<Outcome, HostError> {
        match result {
            Err(HostError::Platform(error)) => self.record_unread(attempt, error).await,
            // That says nothing of the order.
            Err(HostError::Unable(unable)) => {
                let until = self.deferred(attempt, &unable.to_string());
                self.record_undone(attempt, LineState::Waiting, until).await
            }
            Err(error @ HostError::Held { until }) => {
                let reason = error.to_string();
                let until = Deferred { tries: attempt.tries, next_try: Some(until), blocked: false, reason };
                self.record_undone(attempt, LineState::Waiting, until).await
            }
            // Somebody must put the catalogue there.
            Err(error @ HostError::UnknownShop(_)) => {
                let until = self.blocked(attempt, &error.to_string());
                self.record_undone(attempt, LineState::Blocked, until).await?;
                Err(error)
            }
            Err(error) => {
                self.note_failed(attempt, &error).await;
                Err(error)
            }
            result => result,
        }
    }

    /// If it is the journal that fails, it has no note of this either: then the order is due at once.
    async fn note_failed(&self, attempt: &Attempt<'_>, error: &HostError) {
        let Some(seq) = attempt.basis.message() else { return };
        if let Err(second) = attempt.lease.journal.defer(seq, &self.deferred(attempt, &error.to_string())).await {
            tracing::warn!(order = %attempt.order.id, %error, %second, "an attempt failed, which could not be noted");
        }
    }

    /// The platform could not even be looked at. If it refuses, somebody must put that right, and the order is tried again
    /// slowly until then.
    async fn record_unread(&self, attempt: &Attempt<'_>, error: PlatformError) -> Result<Outcome, HostError> {
        let reason = error.to_string();
        match error {
            PlatformError::Refused(_) | PlatformError::Unreadable(_) => {
                self.record_undone(attempt, LineState::Blocked, self.blocked(attempt, &reason)).await?;
                Err(error.into())
            }
            PlatformError::Unavailable(_) | PlatformError::Lost(_) => {
                self.record_undone(attempt, LineState::Waiting, self.deferred(attempt, &reason)).await
            }
        }
    }

    /// Nothing could be done about an order, for a reason that says nothing of it. What an earlier attempt has put in place
    /// stays so.
    async fn record_undone(
        &self,
        attempt: &Attempt<'_>,
        state: LineState,
        until: Deferred,
    ) -> Result<Outcome, HostError> {
        let reason = Reason { stopped: Some(until.reason.clone()), ..Reason::default() };
        let lines = attempt.order.lines.iter();
        let attempts: Vec<_> = lines.map(|line| (line.line, state, reason.clone())).collect();
        let journal = &attempt.lease.journal;
        journal.fail(attempt.order, attempt.basis, &attempts, attempt.by, &[], Some(&until)).await?;
        Ok(Outcome {
            order: attempt.order.id.clone(),
            stands: Some(attempt.order.clone()),
            language: self.language(attempt.order),
            messages: Vec::new(),
            lines: Vec::new(),
            state: LineState::Waiting,
            report: None,
            until: Some(until),
        })
    }

    /// When an order is tried again that could not be worked at.
    pub(super) fn deferred(&self, attempt: &Attempt<'_>, reason: &str) -> Deferred {
        let (tries, next_try) = (attempt.tries, Some(self.retries.next(attempt.tries)));
        Deferred { tries, next_try, blocked: false, reason: reason.to_owned() }
    }

    /// When an order is tried again for which somebody must act.
    pub(super) fn blocked(&self, attempt: &Attempt<'_>, reason: &str) -> Deferred {
        let (tries, next_try) = (attempt.tries, Some(self.retries.next_of_blocked()));
        Deferred { tries, next_try, blocked: true, reason: reason.to_owned() }
    }
}

/// What the staff has changed of an order since. What the shop had handed over before that is no longer known.
fn changed_since(recorded: &Recorded) -> Option<ByStaff> {
    let Changed { order, by } = recorded.changed.clone()?;
    Some(ByStaff { changed: order, by, handed: None })
}

/// What came of going on with an order.
pub struct Resumed {
    /// Which order.
    pub order: OrderId,
    /// What came of it.
    pub outcome: Result<Outcome, HostError>,
}
