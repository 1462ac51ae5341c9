//! Fulfilling orders: attempts, tries after the platform did not answer, and going on with what is unfinished.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::Duration;

use super::heard::Meant;
use super::{Host, HostError, Outcome, Progress, Versions};
use shop_core::orders::admit::Admitted;
use shop_core::orders::amendment::ByStaff;
use shop_core::orders::recorded::Recorded;
use shop_core::orders::said::{Ending, Said};
use shop_core::orders::set_aside;
use shop_core::orders::state::{LineState, Reason};
use shop_core::orders::waiting::{Deferred, Unfinished};
use shop_core::platform::PlatformError;
use shop_core::words::author::{Acting, Author, HOST, SHOP};
use shop_core::words::order::{Order, OrderId};
use shop_core::words::period::Timestamp;
use shop_journal::{Basis, Clock, Due, News, Received, When};

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
    /// What the staff has changed, which this may take back.
    pub(super) replaces: Option<ByStaff<'a>>,
    /// Whether it was tried before.
    pub(super) again: bool,
}

impl<'a> Attempt<'a> {
    pub(super) fn first(order: &'a Order, by: Acting<'a>, basis: Basis) -> Self {
        Attempt { order, by, basis, tries: 1, replaces: None, again: false }
    }

    fn again(left: &'a Unfinished, who: &'a str, recorded: Option<&'a Recorded>) -> Self {
        let by = Acting { who, author: &left.author };
        let changed = recorded.and_then(|recorded| recorded.changed.as_ref());
        // What the shop had handed over before this is no longer known.
        let by_staff = changed.map(|changed| ByStaff { changed: &changed.order, by: &changed.by, handed: None });
        let replaces = by_staff.filter(|_| left.author == Author::Shop);
        Attempt { order: &left.order, by, basis: Basis::Waiting(left.seq), tries: left.tries, replaces, again: true }
    }
}

impl Host {
    /// What fulfilling an order would do. Changes nothing.
    pub async fn preview(&self, said: &Said) -> Result<Outcome, HostError> {
        let _turn = self.take_turn().await?;
        let heard = self.heard(said).await?;
        let (order, _) = match &heard.meant {
            Meant::Order(order, author) => (order, author),
            Meant::End(ending) => return Ok(self.nothing_to_end(ending)),
        };
        let mut prepared = self.prepare(order, heard.recorded.as_ref(), Versions::Bought).await?;
        prepared.tell_of_replaced(heard.by_staff());
        Ok(prepared.preview())
    }

    /// Does what a message says: sets up, changes, suspends, resumes or takes away an order's session. Doing it again
    /// changes nothing more. From here on the order is recorded: whatever interrupts this, [`Self::resume`] goes on
    /// where it was.
    pub async fn fulfil(&self, said: &Said, progress: &Progress) -> Result<Outcome, HostError> {
        self.persist(said.id(), SHOP, progress, Box::pin(self.first_attempt(said, progress))).await
    }

    async fn first_attempt(&self, said: &Said, progress: &Progress) -> Result<Outcome, HostError> {
        let _turn = self.take_turn().await?;
        let heard = self.heard(said).await;
        if let Err(HostError::Conflict { .. }) = heard {
            self.journal.hear_in_vain(said.id(), said.revision()).await?;
        }
        let heard = heard?;
        let recorded = heard.recorded.as_ref();
        if heard.admitted == Admitted::Waits
            && let Some(left) = self.journal.dispatch(said.id(), When::Now).await?
        {
            return self.attempt(&Attempt::again(&left, SHOP, recorded), recorded, progress).await;
        }
        let (order, author) = match &heard.meant {
            Meant::Order(order, author) => (order, author),
            Meant::End(ending) => return self.end_unheard(ending, heard.admitted).await,
        };
        if heard.admitted == Admitted::Again && recorded.is_some_and(|recorded| !recorded.accepted) {
            // It was ended before it began, and stays so.
            return Ok(self.prepare(order, recorded, Versions::Bought).await?.preview());
        }
        let news = (heard.admitted == Admitted::News).then(|| News::of(said, order));
        let seq = self.journal.receive(&Received { order, author, news, bought: &heard.bought }).await?;
        let by = Acting { who: SHOP, author };
        let attempt = Attempt { replaces: heard.by_staff(), ..Attempt::first(order, by, Basis::Waiting(seq)) };
        self.attempt(&attempt, recorded, progress).await
    }

    async fn end_unheard(&self, ending: &Ending, admitted: Admitted) -> Result<Outcome, HostError> {
        if admitted == Admitted::News {
            self.journal.end_unheard(ending, Acting { who: SHOP, author: &Author::Shop }).await?;
        }
        Ok(self.nothing_to_end(ending))
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
    /// Each gets one try.
    pub async fn resume(&self, progress: &Progress) -> Result<Vec<Resumed>, HostError> {
        let now = Timestamp::now();
        let clock = Clock { now, horizon: now.after(self.retries.longest_of_all() * 3) };
        let (mut resumed, mut tried, mut last) = (Vec::new(), BTreeSet::new(), None);
        loop {
            let page = self.journal.due(clock, last.as_ref()).await?;
            let Some(end) = page.last().cloned() else { return Ok(resumed) };
            last = Some(end);
            for Due { order, .. } in page {
                if !tried.insert(order.clone()) {
                    continue;
                }
                match self.resume_order(&order, When::Due(clock), HOST, progress).await {
                    Ok(None) => {}
                    Ok(Some(outcome)) => resumed.push(Resumed { order, outcome: Ok(outcome) }),
                    Err(error) => resumed.push(Resumed { order, outcome: Err(error) }),
                }
            }
        }
    }

    /// Tries an order at once that waits or is blocked, whenever its time would come.
    pub async fn retry(&self, id: &OrderId, by: &str, progress: &Progress) -> Result<Outcome, HostError> {
        let author = Author::staff(by)?;
        let first = Box::pin(async {
            match self.resume_once(id, When::Now, author.name(), progress).await? {
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
        self.guarded(id, Box::pin(self.resume_once(id, when, who, progress))).await
    }

    async fn resume_once(
        &self,
        id: &OrderId,
        when: When,
        who: &str,
        progress: &Progress,
    ) -> Result<Option<Outcome>, HostError> {
        let _turn = self.take_turn().await?;
        let Some(left) = self.journal.dispatch(id, when).await? else { return Ok(None) };
        let recorded = self.journal.order(id).await?;
        let attempt = Attempt::again(&left, who, recorded.as_ref());
        if matches!(when, When::Due(_))
            && let Some(times) = set_aside::after(&left)
        {
            return Err(self.set_aside(&attempt, times).await?);
        }
        self.attempt(&attempt, recorded.as_ref(), progress).await.map(Some)
    }

    /// Makes one try at an order that is noted as unfinished.
    pub(super) async fn attempt(
        &self,
        attempt: &Attempt<'_>,
        recorded: Option<&Recorded>,
        progress: &Progress,
    ) -> Result<Outcome, HostError> {
        let result = match self.prepare(attempt.order, recorded, Versions::Bought).await {
            Ok(mut prepared) => {
                prepared.tell_of_replaced(attempt.replaces);
                self.carry_out(prepared, attempt, progress).await
            }
            Err(error) => Err(error),
        };
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
        if let Err(second) = self.journal.defer(seq, &self.deferred(attempt, &error.to_string())).await {
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
        self.journal.fail(attempt.order, attempt.basis, &attempts, attempt.by, &[], Some(&until)).await?;
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

/// What came of going on with an order.
pub struct Resumed {
    /// Which order.
    pub order: OrderId,
    /// What came of it.
    pub outcome: Result<Outcome, HostError>,
}
