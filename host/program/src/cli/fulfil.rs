//! Fulfilling orders, on the command line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use futures_util::{StreamExt, stream};
use shop_core::orders::said::Said;
use shop_core::words::order::OrderId;
use shop_host::host::{AT_ONCE, Host, HostError, Outcome};
use shop_host::view::{self, Came};
use tokio::sync::Mutex;

use super::{Cli, Failure, exit_status, failure, json, out, progress};

/// Fulfils them side by side, and tells of each in the sequence in which they were named. The status is the worst of theirs.
/// A file that is not what it should be stops the command before anything is done.
pub(super) async fn run(cli: &Cli, files: &[PathBuf]) -> Result<u8, Failure> {
    let orders = files.iter().map(|path| cli.order(path)).collect::<Result<Vec<Said>, _>>()?;
    let host = cli.host(cli.catalogues()?).await?;
    let progress = progress();
    // What is said of one order is done in the sequence in which it is said.
    let turns: BTreeMap<&OrderId, Mutex<()>> = orders.iter().map(|order| (order.id(), Mutex::new(()))).collect();
    let taken_in = async |order| {
        let turn = turns[Said::id(order)].lock().await;
        (host.accept(order).await, turn)
    };
    // Whoever is named first comes first, where orders have a person in common. What more is said of an order waits for its turn, and lets
    // nobody else wait.
    let mut named = BTreeSet::new();
    let firsts: Vec<bool> = orders.iter().map(|order| named.insert(order.id())).collect();
    let accepted = stream::iter(orders.iter().zip(firsts)).then(async |(order, is_first)| match is_first {
        true => (order, Some(taken_in(order).await)),
        false => (order, None),
    });
    let done = accepted.map(async |(order, accepted)| {
        let (accepted, _turn) = match accepted {
            Some(accepted) => accepted,
            None => taken_in(order).await,
        };
        accepted?.fulfil(&progress).await
    });
    let outcomes: Vec<Result<Outcome, HostError>> = done.buffered(AT_ONCE).collect().await;
    let is_one = orders.len() == 1;
    let mut all = Vec::new();
    for (order, outcome) in orders.iter().zip(outcomes) {
        all.push(match outcome {
            Ok(outcome) => Came::Done(outcome),
            Err(error) => match kept(&host, order, &error).await {
                None if is_one => return Err(error.into()),
                None => Came::Failed(failure::view(&error).at(order.id())),
                Some(failure) => Came::Failed(failure),
            },
        });
    }
    match (cli.json, &all[..]) {
        (true, [one]) => json::print(&told(cli, one)),
        (true, all) => json::print(&all.iter().map(|came| told(cli, came)).collect::<Vec<_>>()),
        (false, _) => {}
    }
    all.iter().for_each(|came| tell(cli, &host, came, is_one));
    Ok(all.iter().map(status).max().unwrap_or(0))
}

/// What ended the work at an order, if what was handed over is kept all the same, since it waits, and when it is tried again.
async fn kept(host: &Host, order: &Said, error: &HostError) -> Option<view::Failure> {
    if matches!(error, HostError::Conflict { .. }) {
        return None;
    }
    let recorded = host.journal().order(order.id()).await.ok().flatten();
    recorded.filter(|recorded| recorded.is_handed(order))?;
    let waits = host.journal().unfinished(order.id()).await.ok().flatten();
    waits.map(|left| failure::view(error).kept(&left))
}

fn told(cli: &Cli, came: &Came<Outcome>) -> Came<view::Outcome> {
    match came {
        Came::Done(outcome) => Came::Done(view::Outcome::of(outcome, cli.voice(outcome, false))),
        Came::Failed(failure) => Came::Failed(failure.clone()),
    }
}

/// To people; programs are told of what failed on the standard error, too, where it is all that there is.
fn tell(cli: &Cli, host: &Host, came: &Came<Outcome>, is_one: bool) {
    match came {
        Came::Done(outcome) if !cli.json => cli.tell(outcome, false),
        Came::Failed(failure) if is_one || !cli.json => {
            let of = failure.order.iter().filter(|_| !is_one).map(|order| format!("{order}: ")).collect::<String>();
            let next_try = failure.kept.as_ref().and_then(|kept| kept.next_try);
            if let Some(time) = next_try.filter(|_| !cli.json) {
                out::line(format!("{of}{}", cli.staff_voice(host).next_try(time)));
            }
            out::failure(&(of + &failure.error));
        }
        Came::Done(_) | Came::Failed(_) => {}
    }
}

fn status(came: &Came<Outcome>) -> u8 {
    match came {
        Came::Done(outcome) => exit_status(outcome.state),
        Came::Failed(failure) => failure.status,
    }
}
