//! Fulfilling orders, on the command line.

use std::path::PathBuf;

use futures_util::future::join_all;
use shop_core::orders::said::Said;
use shop_folder::file;
use shop_host::host::{Host, HostError, Outcome};
use shop_host::view::{self, Came};

use super::{Cli, Failure, exit_status, failure, json, out, progress};

/// Fulfils them side by side, and tells of each in the sequence in which they were named. The status is the worst of theirs.
/// A file that is not what it should be stops the command before anything is done.
pub(super) async fn run(cli: &Cli, files: &[PathBuf]) -> Result<u8, Failure> {
    let orders = files.iter().map(|path| file::read_order(path)).collect::<Result<Vec<Said>, _>>()?;
    let host = cli.host(cli.catalogue()?).await?;
    let progress = progress();
    let outcomes = join_all(orders.iter().map(|order| host.fulfil(order, &progress))).await;
    let is_one = orders.len() == 1;
    let mut all = Vec::new();
    for (order, outcome) in orders.iter().zip(outcomes) {
        all.push(match outcome {
            Ok(outcome) => Came::Done(outcome),
            Err(error) => match kept(&host, order, &error).await? {
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

/// What ended the work at an order that is kept all the same, since it waits, and when it is tried again.
async fn kept(host: &Host, order: &Said, error: &HostError) -> Result<Option<view::Failure>, Failure> {
    let waits = match error {
        HostError::Platform(_) => host.journal().unfinished(order.id()).await?,
        _ => None,
    };
    Ok(waits.map(|left| failure::view(error).kept(&left)))
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
            let next_try = failure.kept.as_ref().and_then(|kept| kept.next_try);
            if let Some(time) = next_try.filter(|_| !cli.json) {
                out::line(cli.staff_voice(host).next_try(time));
            }
            let of = failure.order.iter().filter(|_| !is_one).map(|order| format!("{order}: ")).collect::<String>();
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
