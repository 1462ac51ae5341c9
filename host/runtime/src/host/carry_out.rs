//! Doing what is to be done about an order: the plan is journalled, applied, and what came of it recorded with a receipt.

use super::compare::Change;
use super::fulfil::Attempt;
use super::lease::Lease;
use super::lines::AskedLine;
use super::prepare::Prepared;
use super::{Host, HostError, Outcome, Progress, goal};
use crate::apply::{self, Applied};
use shop_core::calls::recording::Written;
use shop_core::orders::state::{LineState, Reason};
use shop_core::orders::waiting::Deferred;
use shop_core::platform::PlatformError;
use shop_core::sessions::plan::Done;
use shop_core::sessions::receipt::Report;
use shop_core::words::author::Author;
use shop_core::words::order::OrderState;
use shop_core::words::period::Timestamp;
use shop_journal::{AcceptedLine, Begun, Ended, Intent};

impl Host {
    /// Does what is to be done about an order, and records it.
    pub(super) async fn carry_out(
        &self,
        mut prepared: Prepared<'_>,
        attempt: &Attempt<'_>,
        progress: &Progress,
    ) -> Result<Outcome, HostError> {
        let calls = prepared.calls();
        let Some(change) = prepared.change.take() else { return self.come_to_nothing(prepared, attempt, &calls).await };
        if let Some(until) = self.held(&prepared.order.id, &change, attempt.lease).await? {
            return Err(HostError::Held { until });
        }
        // What the shop hands over itself, as the staff has made it before, is the shop's from now on.
        let adopts = *attempt.by.author == Author::Shop && prepared.amended;
        if change.plan.steps.is_empty() && prepared.unchanged && !adopts {
            return self.leave_as_it_is(prepared, attempt, &change).await;
        }
        let begun = self.begin(&prepared, &change, attempt, &calls).await?;
        self.apply(prepared, change, attempt, begun, progress).await
    }

    /// Records that nothing is to be done, because a line came to nothing or there is nothing to end.
    async fn come_to_nothing(
        &self,
        prepared: Prepared<'_>,
        attempt: &Attempt<'_>,
        calls: &[(u32, Written)],
    ) -> Result<Outcome, HostError> {
        let state = prepared.failed().unwrap_or(goal(prepared.order.state));
        let Attempt { by, basis, lease: Lease { journal, .. }, .. } = *attempt;
        match (&prepared.lines, basis.message()) {
            // Of an order that was never accepted, there is nothing to end; but it is not to begin any more.
            (None, Some(seq)) => journal.end_unbegun(prepared.order, state, seq, by).await?,
            _ => journal.fail(prepared.order, basis, &attempts(&prepared), by, calls, None).await?,
        }
        tracing::info!(order = %prepared.order.id, %state, "an order came to nothing");
        Ok(prepared.outcome(state, None, None))
    }

    /// All is in place, and was decided so before.
    async fn leave_as_it_is(
        &self,
        prepared: Prepared<'_>,
        attempt: &Attempt<'_>,
        change: &Change,
    ) -> Result<Outcome, HostError> {
        let report = Report::new(&prepared.order.id, &change.plan, &change.standing, &[], change.names.clone());
        let state = goal(prepared.order.state);
        if let Some(seq) = attempt.basis.message() {
            attempt.lease.journal.settle(seq).await?;
        }
        Ok(prepared.outcome(state, Some(report), None))
    }

    /// Writes down what is decided, before anything of it is done.
    async fn begin(
        &self,
        prepared: &Prepared<'_>,
        change: &Change,
        attempt: &Attempt<'_>,
        calls: &[(u32, Written)],
    ) -> Result<Begun, HostError> {
        let reasons: Vec<Reason> = prepared.lines.iter().flatten().map(|line| line.outcome.reason()).collect();
        let intent = Intent {
            order: &prepared.stands,
            wanted: prepared.order,
            by: attempt.by,
            basis: attempt.basis,
            hand_over: prepared.hand_over.as_ref(),
            lines: prepared.lines.as_ref().map(|lines| lines.iter().zip(&reasons).map(accepted).collect()),
            cancelled: prepared.order.state == OrderState::Cancelled,
            moved: change.accounts.moved(),
            named: change.accounts.named(),
            accounts: change.accounts(),
            own: change.own(),
            platform: self.platform.identity(),
            plan: &change.plan,
            names: &change.looked_up,
            calls,
            again: attempt.tries > 1 && prepared.decided,
        };
        Ok(attempt.lease.journal.begin(&intent).await?)
    }

    /// Does what was begun, and writes down what came of it.
    async fn apply(
        &self,
        prepared: Prepared<'_>,
        change: Change,
        attempt: &Attempt<'_>,
        begun: Begun,
        progress: &Progress,
    ) -> Result<Outcome, HostError> {
        let Change { grounds, plan, standing, names, of_leavers, .. } = change;
        let applied = apply::apply(
            grounds,
            plan,
            standing,
            &prepared.order.id,
            &*self.platform,
            &attempt.lease.journal,
            progress,
        );
        let Applied { plan, standing, steps, unavailable } = applied.await?;
        let report = Report::new(&prepared.order.id, &plan, &standing, &steps, names);
        let state = match &unavailable {
            Some(_) => LineState::Waiting,
            None if steps.iter().all(|step| matches!(step, Done::Yes | Done::Found | Done::Withheld(_))) => {
                goal(prepared.order.state)
            }
            None => LineState::Incomplete,
        };
        let lost = matches!(unavailable, Some(PlatformError::Lost(_))).then(|| self.platform.settles_after());
        let until = match (state, &unavailable) {
            (_, Some(error)) => {
                let deferred = self.deferred(attempt, &error.problem().reason);
                // Before, nothing could be asked about the same people.
                let settled = lost.map(|settles| Timestamp::now().after(settles));
                Some(Deferred { next_try: deferred.next_try.max(settled), ..deferred })
            }
            (LineState::Incomplete, None) => Some(self.blocked(attempt, REFUSED)),
            (_, None) => None,
        };
        let ended = Ended {
            state,
            by: attempt.by,
            until: until.as_ref(),
            lost,
            receipt: &report,
            made: plan.made(&steps),
            not_made: plan.not_made(&steps),
            kept: plan.kept.iter().collect(),
            left: of_leavers.difference(&plan.kept).collect(),
        };
        attempt.lease.journal.finish(&prepared.order.id, begun, &ended).await?;
        tracing::info!(order = %prepared.order.id, %state, steps = steps.len(), "an order was carried out");
        Ok(prepared.outcome(state, Some(report), until))
    }
}

/// Why an order is incomplete. Which steps, and why, is in its receipt.
const REFUSED: &str = "the learning platform would not do some steps: the receipt has them";

/// How each line's attempt ended when the order came to nothing. A line that was fine waits for the others.
fn attempts(prepared: &Prepared) -> Vec<(u32, LineState, Reason)> {
    let lines = prepared.lines.iter().flatten().map(|line| &line.outcome);
    lines.map(|line| (line.line, line.failed.unwrap_or(LineState::Rejected), line.reason())).collect()
}

fn accepted<'a>((line, reason): (&'a AskedLine, &'a Reason)) -> AcceptedLine<'a> {
    AcceptedLine {
        line: line.outcome.line,
        bargain: line.outcome.bargain.as_ref(),
        seats: &line.outcome.seats,
        claims: line.session.claims().iter().collect(),
        reason,
    }
}
