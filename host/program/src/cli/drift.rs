//! What the learning platform has otherwise than the orders claim, on the command line.

use owo_colors::OwoColorize;
use shop_core::words::order::OrderId;
use shop_host::host::{Host, HostError, Outcome};
use shop_host::view::{Came, Drift, Voice};

use super::arguments::How;
use super::{Cli, Failure, exit_status, json, out, progress, render};

/// The status of a command that found a difference.
const DRIFT: u8 = 9;
/// The status of one that found none, on a platform that does not tell everything.
const UNTOLD: u8 = 10;

/// What was found out about an order.
type Found = (OrderId, Result<Outcome, HostError>);

pub(super) async fn verify(cli: &Cli, ids: &[String]) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogues()?).await?;
    let mut all = Vec::new();
    for order in orders(cli, &host, ids).await? {
        let outcome = host.verify(&order).await;
        all.push((order, outcome));
    }
    tell(cli, &host, &all, true).await
}

pub(super) async fn repair(cli: &Cli, ids: &[String], restate: bool, how: &How) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogues()?).await?;
    let (by, progress) = (&*how.by.who, progress());
    let mut all = Vec::new();
    for order in orders(cli, &host, ids).await? {
        let outcome = match (how.preview, restate) {
            (true, false) => host.verify(&order).await,
            (true, true) => host.preview_restatement(&order).await,
            (false, false) => host.repair(&order, by, &progress).await,
            (false, true) => host.restate(&order, by, &progress).await,
        };
        all.push((order, outcome));
    }
    tell(cli, &host, &all, how.preview).await
}

/// Those that are named; or else all that were accepted.
async fn orders(cli: &Cli, host: &Host, ids: &[String]) -> Result<Vec<OrderId>, Failure> {
    match ids {
        [] => {
            let (scope, mut all) = (cli.scope(), host.journal().accepted_orders().await?);
            all.retain(|id| scope.has(id));
            Ok(all)
        }
        ids => ids.iter().map(|id| cli.order_id(id)).collect(),
    }
}

/// Tells of each order. The status is the worst that there was.
async fn tell(cli: &Cli, host: &Host, all: &[Found], preview: bool) -> Result<u8, Failure> {
    let drift = |(order, outcome): &Found| {
        json::came(order, outcome, |outcome| Drift::of(outcome, cli.voice(outcome, preview)))
    };
    let told: Vec<Came<Drift>> = all.iter().map(drift).collect();
    match cli.json {
        true => json::print(&told),
        false if told.is_empty() => {
            let (scope, all) = (cli.scope(), host.journal().order_ids().await?);
            let word = if all.iter().any(|id| scope.has(id)) { "orders-none-accepted" } else { "orders-none" };
            out::line(cli.staff_voice(host).word(word));
        }
        false => all.iter().zip(&told).for_each(|((_, outcome), came)| match (came, outcome) {
            (Came::Done(drift), Ok(outcome)) => line(drift, cli.voice(outcome, preview)),
            (Came::Failed(failure), _) => render::failed(failure),
            (Came::Done(_), Err(_)) => {}
        }),
    }
    let status = |came: &Came<Drift>| match came {
        Came::Done(drift) => match exit_status(drift.outcome.state) {
            _ if preview && drift.is_otherwise() => DRIFT,
            0 if drift.is_untold() => UNTOLD,
            status => status,
        },
        Came::Failed(failure) => failure.status,
    };
    // That something cannot be told is better than any fault.
    Ok(told.iter().map(status).max_by_key(|status| (*status != 0, *status != UNTOLD, *status)).unwrap_or(0))
}

fn line(drift: &Drift, voice: Voice) {
    let order = [("order", drift.outcome.order.to_string().into())];
    match drift.as_recorded {
        Some(false) if drift.is_lost() => out::line(voice.say("order-lost", &order).yellow()),
        Some(false) => return render::outcome(&drift.outcome, voice),
        Some(true) => out::line(voice.say("order-as-recorded", &order).green()),
        None => out::line(voice.say("order-as-far-as-told", &order)),
    }
    render::messages(&drift.outcome.messages, voice);
}
