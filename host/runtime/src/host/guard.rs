//! What keeps an order that brings the program down, or an attempt that panics, from ending the work at others.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use futures_util::FutureExt;

use super::fulfil::Attempt;
use super::{Host, HostError};
use shop_core::orders::state::{LineState, Reason};
use shop_core::orders::waiting::Deferred;
use shop_core::words::order::OrderId;
use shop_journal::JournalError;

impl Host {
    /// A panic ends the attempt that it happens in, and nothing else. Attempts are large: they are not moved about on the stack.
    pub(super) async fn guarded<T>(
        &self,
        id: &OrderId,
        attempt: Pin<Box<impl Future<Output = Result<T, HostError>>>>,
    ) -> Result<T, HostError> {
        match AssertUnwindSafe(attempt).catch_unwind().await {
            Ok(ended) => ended,
            Err(panic) => {
                let reason = words(&*panic);
                tracing::error!(order = %id, reason, "an attempt panicked");
                if let Err(error) = self.journal.fell(id, |tries| self.retries.next(tries)).await {
                    tracing::warn!(order = %id, %error, "that could not be noted");
                }
                Err(HostError::Panicked { order: id.clone(), reason })
            }
        }
    }

    /// Sets an order aside that has brought the program down so often in a row.
    pub(super) async fn set_aside(&self, attempt: &Attempt<'_>, times: u32) -> Result<HostError, JournalError> {
        let error = HostError::SetAside { order: attempt.order.id.clone(), times };
        let reason = error.to_string();
        let of_line = Reason { stopped: Some(reason.clone()), ..Reason::default() };
        let lines = attempt.order.lines.iter();
        let attempts: Vec<_> = lines.map(|line| (line.line, LineState::Blocked, of_line.clone())).collect();
        let until = Deferred { tries: attempt.tries, next_try: None, blocked: true, reason };
        attempt.lease.journal.fail(attempt.order, attempt.basis, &attempts, attempt.by, &[], Some(&until)).await?;
        Ok(error)
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("it does not say why").to_owned()
}
