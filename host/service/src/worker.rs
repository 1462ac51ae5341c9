//! Goes on with what waits, as `shop-host work` does.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use shop_host::host::HostError;
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::Service;

/// Orders can come to wait through other processes too: so often is looked, whether or not anything was heard here.
const LOOK: Duration = Duration::from_secs(2);

/// So often is deleted what was kept long enough.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Works until the service ends. What is being done then is gone on with the next time. On a thread of its own, since the compiler does
/// not see that what it awaits may pass from thread to thread.
pub(crate) fn start(service: Service) -> JoinHandle<()> {
    let runtime = Handle::current();
    spawn_blocking(move || {
        runtime.block_on(async {
            let mut ends = service.ends.clone();
            tokio::select! {
                () = work(&service) => {}
                _ = ends.wait_for(|ends| *ends) => {}
            }
        });
    })
}

/// What fails now may succeed the next time: it is told in the log, and no order waits for it.
async fn work(service: &Service) {
    let (mut pruned, mut told) = (None, None);
    loop {
        // A panic ends a round, and not the work.
        let failed = match AssertUnwindSafe(round(service, &mut pruned)).catch_unwind().await {
            Ok(done) => done.err().map(|error| format!("{}: {error}", error.code())),
            Err(_) => Some("this program failed".to_owned()),
        };
        // What is still as it was is not told again.
        if let Some(why) = failed.as_ref().filter(|_| failed != told) {
            tracing::error!(why, "what waits cannot be gone on with");
        }
        told = failed;
        _ = tokio::time::timeout(LOOK, service.heard.notified()).await;
    }
}

async fn round(service: &Service, pruned: &mut Option<Instant>) -> Result<(), HostError> {
    let host = &service.host;
    for of in host.resume(&|_, _| ()).await? {
        if let Err(error) = of.outcome {
            tracing::warn!(order = %of.order, code = error.code(), %error, "an order could not be gone on with");
        }
    }
    if pruned.is_none_or(|time| time.elapsed() >= DAY) {
        *pruned = Some(Instant::now());
        host.prune().await?;
        host.compact().await;
    }
    Ok(())
}
