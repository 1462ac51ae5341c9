//! Fulfilling orders, on the command line.

use std::path::PathBuf;

use futures_util::future::join_all;
use shop_host::file;
use shop_host::order::Order;
use shop_host::shop::{Outcome, ShopError};

use super::{Cli, Failure, exit_status, failure, json, out, progress};

/// Fulfils them side by side, and tells of each in the sequence in which they were named. The status is the worst of theirs.
/// A file that is not what it should be stops the command before anything is done.
pub(super) async fn run(cli: &Cli, files: &[PathBuf]) -> Result<u8, Failure> {
    let orders = files.iter().map(|path| file::read_order(path)).collect::<Result<Vec<Order>, _>>()?;
    let shop = cli.shop(cli.catalogue()?).await?;
    let progress = progress();
    let mut outcomes = join_all(orders.iter().map(|order| shop.fulfil(order, &progress))).await;
    if let ([order], 1) = (&orders[..], outcomes.len()) {
        let outcome = outcomes.remove(0)?;
        cli.tell(order, &outcome, false);
        return Ok(exit_status(outcome.state));
    }
    Ok(tell(cli, &orders, &outcomes))
}

fn tell(cli: &Cli, orders: &[Order], outcomes: &[Result<Outcome, ShopError>]) -> u8 {
    let all = orders.iter().zip(outcomes);
    if cli.json {
        let one = |(order, outcome): (&Order, &Result<Outcome, ShopError>)| match outcome {
            Ok(outcome) => json::outcome(outcome, cli.voice(outcome, false)),
            Err(error) => {
                let problem = failure::problem_of_shop(error);
                json::failure_of(&order.id, &error.to_string(), failure::of_shop(error), problem)
            }
        };
        json::print(&all.map(one).collect());
    } else {
        for (order, outcome) in all {
            match outcome {
                Ok(outcome) => cli.tell(order, outcome, false),
                Err(error) => out::failure(&format!("{}: {error}", order.id)),
            }
        }
    }
    outcomes.iter().map(failure::of_order).max().unwrap_or(0)
}
