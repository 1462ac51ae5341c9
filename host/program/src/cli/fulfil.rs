//! Fulfilling orders, on the command line.

use std::path::PathBuf;

use futures_util::future::join_all;
use shop_core::orders::said::Said;
use shop_folder::file;
use shop_host::host::{Host, HostError, Outcome};
use shop_host::view;

use super::{Cli, Failure, exit_status, failure, json, out, progress};

/// Fulfils them side by side, and tells of each in the sequence in which they were named. The status is the worst of theirs.
/// A file that is not what it should be stops the command before anything is done.
pub(super) async fn run(cli: &Cli, files: &[PathBuf]) -> Result<u8, Failure> {
    let orders = files.iter().map(|path| file::read_order(path)).collect::<Result<Vec<Said>, _>>()?;
    let host = cli.host(cli.catalogue()?).await?;
    let progress = progress();
    let mut outcomes = join_all(orders.iter().map(|order| host.fulfil(order, &progress))).await;
    if let ([order], 1) = (&orders[..], outcomes.len()) {
        let outcome = match outcomes.remove(0) {
            Ok(outcome) => outcome,
            Err(error) => return kept(cli, &host, order, error).await,
        };
        cli.tell_of(&host, order, &outcome, false).await?;
        return Ok(exit_status(outcome.state));
    }
    tell(cli, &host, &orders, &outcomes).await
}

/// What ended the work at an order that is kept all the same, since it waits, and when it is tried again.
async fn kept(cli: &Cli, host: &Host, order: &Said, error: HostError) -> Result<u8, Failure> {
    let waits = match &error {
        HostError::Platform(_) => host.journal().unfinished(order.id()).await?,
        _ => None,
    };
    let Some(left) = waits else { return Err(error.into()) };
    let failure = failure::view(&error).kept(&left);
    match (cli.json, left.next_try) {
        (true, _) => json::print(&failure),
        (false, Some(time)) => out::line(cli.staff_voice(host).next_try(time)),
        (false, None) => {}
    }
    out::failure(&failure.error);
    Ok(failure.status)
}

async fn tell(cli: &Cli, host: &Host, orders: &[Said], outcomes: &[Result<Outcome, HostError>]) -> Result<u8, Failure> {
    let all = orders.iter().zip(outcomes);
    if cli.json {
        let told = |outcome: &Outcome| view::Outcome::of(outcome, None, cli.voice(outcome, false));
        json::print(&all.map(|(order, outcome)| json::came(order.id(), outcome, told)).collect::<Vec<_>>());
    } else {
        for (order, outcome) in all {
            match outcome {
                Ok(outcome) => cli.tell_of(host, order, outcome, false).await?,
                Err(error) => out::failure(&format!("{}: {}", order.id(), failure::told(error))),
            }
        }
    }
    Ok(outcomes.iter().map(failure::of_order).max().unwrap_or(0))
}
