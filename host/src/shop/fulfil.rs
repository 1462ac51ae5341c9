//! Fulfilling orders: attempts, tries after the platform did not answer, and going on with what is unfinished.

use super::{Outcome, Progress, Shop, ShopError, Versions};
use crate::author::Author;
use crate::conflict::{self, Conflict};
use crate::journal::{Deferred, Recorded, Unfinished};
use crate::order::{Order, OrderId};
use crate::period::Timestamp;
use crate::platform::PlatformError;
use crate::state::{LineState, Reason};

/// What an order is to be: one try at it.
pub(super) struct Attempt<'a> {
    /// As it is to be.
    pub(super) order: &'a Order,
    /// Who made it so.
    pub(super) author: &'a Author,
    /// How often in a row it was tried in vain before.
    pub(super) tries: u32,
}

impl<'a> Attempt<'a> {
    fn again(left: &'a Unfinished) -> Self {
        Attempt { order: &left.order, author: &left.author, tries: left.tries }
    }
}

impl Shop {
    /// What fulfilling an order would do. Changes nothing.
    pub async fn preview(&self, order: &Order) -> Result<Outcome, ShopError> {
        let _turn = self.take_turn().await?;
        let (order, author, recorded) = self.admit(order).await?;
        let mut prepared = self.prepare(&order, recorded.as_ref(), Versions::Bought).await?;
        prepared.tell_of_replaced(&author, recorded.as_ref());
        Ok(prepared.preview())
    }

    /// Fulfils an order as it stands now: sets up, changes, suspends, resumes or takes away its session. Doing it again
    /// changes nothing more. From here on the order is recorded: whatever interrupts this, [`Self::resume`] goes on
    /// where it was.
    pub async fn fulfil(&self, order: &Order, progress: &Progress) -> Result<Outcome, ShopError> {
        let first = self.first_attempt(order, progress).await;
        self.persist(&order.id, first, progress).await
    }

    async fn first_attempt(&self, order: &Order, progress: &Progress) -> Result<Outcome, ShopError> {
        let _turn = self.take_turn().await?;
        let (order, author, recorded) = self.admit(order).await?;
        self.journal.receive(&order, &author, self.platform.identity()).await?;
        self.attempt(&Attempt { order: &order, author: &author, tries: 0 }, recorded.as_ref(), progress).await
    }

    /// Tries an order that waits for the platform some times more, with pauses in which others have their turn.
    pub(super) async fn persist(
        &self,
        id: &OrderId,
        first: Result<Outcome, ShopError>,
        progress: &Progress,
    ) -> Result<Outcome, ShopError> {
        let mut last = first;
        for tries in 1..=self.retries.times {
            if !waits(&last) {
                break;
            }
            tokio::time::sleep(self.retries.pause(tries)).await;
            // If it is no longer unfinished, somebody else has gone on with it.
            match self.resume_order(id, progress).await {
                Ok(Some(next)) => last = Ok(next),
                Ok(None) => break,
                Err(error) => last = Err(error),
            }
        }
        last
    }

    /// Goes on with all orders whose time has come: those that were interrupted, and those that waited for the platform.
    /// Each gets one try.
    pub async fn resume(&self, progress: &Progress) -> Result<Vec<Resumed>, ShopError> {
        let now = Timestamp::now();
        // No pause is so long: the clock was wrong when it was noted, or was set back since.
        let horizon = now.after(self.retries.longest * 3);
        let mut resumed = Vec::new();
        let due = |left: &Unfinished| left.next_try <= now || left.next_try > horizon;
        for left in self.journal.all_unfinished().await?.into_iter().filter(due) {
            let order = left.order.id;
            match self.resume_order(&order, progress).await {
                Ok(None) => {}
                Ok(Some(outcome)) => resumed.push(Resumed { order, outcome: Ok(outcome) }),
                Err(error) => resumed.push(Resumed { order, outcome: Err(error) }),
            }
        }
        Ok(resumed)
    }

    async fn resume_order(&self, id: &OrderId, progress: &Progress) -> Result<Option<Outcome>, ShopError> {
        let _turn = self.take_turn().await?;
        let Some(left) = self.journal.unfinished(id).await? else { return Ok(None) };
        let recorded = self.journal.order(id).await?;
        self.attempt(&Attempt::again(&left), recorded.as_ref(), progress).await.map(Some)
    }

    /// Makes one try at an order that is noted as unfinished.
    pub(super) async fn attempt(
        &self,
        attempt: &Attempt<'_>,
        recorded: Option<&Recorded>,
        progress: &Progress,
    ) -> Result<Outcome, ShopError> {
        let result = match self.prepare(attempt.order, recorded, Versions::Bought).await {
            Ok(mut prepared) => {
                prepared.tell_of_replaced(attempt.author, recorded);
                self.carry_out(prepared, attempt, progress).await
            }
            Err(error) => Err(error),
        };
        match result {
            Err(ShopError::Platform(error)) => self.record_unread(attempt, error).await,
            Err(error) => {
                // If it is the journal that fails, it has no note of this either: then the order is due at once.
                _ = self.journal.defer(&attempt.order.id, &self.deferred(attempt, &error.to_string())).await;
                Err(error)
            }
            result => result,
        }
    }

    /// What an order that is handed over comes to, and what is recorded of it; unless it contradicts that. A message of the
    /// shop that has come before asks for nothing new: what the staff has changed since stays.
    async fn admit(&self, order: &Order) -> Result<(Order, Author, Option<Recorded>), ShopError> {
        let conflicts = |conflict| ShopError::Conflict { order: order.id.clone(), conflict };
        if let Some(other) = self.journal.namesake(&order.id).await? {
            return Err(conflicts(Conflict::Namesake(other)));
        }
        let recorded = self.journal.order(&order.id).await?;
        let left = self.journal.unfinished(&order.id).await?;
        if let Some(Unfinished { order: wanted, author: Author::Shop, .. }) = &left {
            conflict::supersedes(order, wanted).map_err(conflicts)?;
        }
        let Some(of) = recorded.as_ref().filter(|recorded| recorded.accepted) else {
            return Ok((order.clone(), Author::Shop, recorded));
        };
        conflict::check(order, of).map_err(conflicts)?;
        let wanted = match left {
            Some(Unfinished { order: wanted, author: author @ Author::Staff(_), .. }) => (wanted, author),
            // Another message of the shop waits: this one takes its place.
            Some(_) => return Ok((order.clone(), Author::Shop, recorded)),
            None => match of.changed.clone() {
                Some(changed) => (changed.order, Author::Staff(changed.by)),
                // Somebody may have been erased from it.
                None => (of.handed.clone(), Author::Shop),
            },
        };
        match of.is_handed(order) {
            true => Ok((wanted.0, wanted.1, recorded)),
            false => Ok((order.clone(), Author::Shop, recorded)),
        }
    }

    /// The platform could not even be looked at. What an earlier attempt has put in place stays so. If it refuses, trying
    /// again is of no use before somebody has put that right.
    async fn record_unread(&self, attempt: &Attempt<'_>, error: PlatformError) -> Result<Outcome, ShopError> {
        let (state, until) = match error {
            PlatformError::Unavailable(_) => (LineState::Waiting, Some(self.deferred(attempt, &error.to_string()))),
            PlatformError::Refused(_) => (LineState::Incomplete, None),
        };
        let reason = Reason { stopped: Some(error.to_string()), ..Reason::default() };
        let lines = attempt.order.lines.iter();
        let attempts: Vec<_> = lines.map(|line| (line.line, state, reason.clone())).collect();
        self.journal.fail(attempt.order, &attempts, attempt.author, &[], until.as_ref()).await?;
        let until = until.ok_or(error)?;
        Ok(Outcome {
            order: attempt.order.id.clone(),
            language: self.language(attempt.order),
            messages: Vec::new(),
            lines: Vec::new(),
            state,
            report: None,
            until: Some(until),
        })
    }

    /// When an order is tried again that could not be worked at.
    pub(super) fn deferred(&self, attempt: &Attempt<'_>, reason: &str) -> Deferred {
        let tries = attempt.tries.saturating_add(1);
        Deferred { tries, next_try: self.retries.next(tries), reason: reason.to_owned() }
    }
}

/// What came of going on with an order.
pub struct Resumed {
    /// Which order.
    pub order: OrderId,
    /// What came of it.
    pub outcome: Result<Outcome, ShopError>,
}

fn waits(last: &Result<Outcome, ShopError>) -> bool {
    last.as_ref().is_ok_and(|outcome| outcome.until.is_some())
}
