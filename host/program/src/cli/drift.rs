//! What the learning platform has otherwise than the orders claim, on the command line.

use owo_colors::OwoColorize;
use shop_core::orders::recorded::Recorded;
use shop_core::words::order::OrderId;
use shop_core::words::text::printable;
use shop_host::host::{Host, Outcome};

use super::arguments::How;
use super::words::Voice;
use super::{Cli, Failure, exit_status, json, out, progress, render};

/// The status of a command that found a difference.
const DRIFT: u8 = 9;
/// The status of one that found none, on a platform that does not tell everything.
const UNTOLD: u8 = 10;

/// What was found out about an order.
struct Found {
    order: OrderId,
    recorded: Option<Recorded>,
    outcome: Result<Outcome, Failure>,
}

/// What the platform has of that which an order claims.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Has {
    All,
    /// As far as it tells.
    AllThatIsTold,
    Otherwise,
}

pub(super) async fn verify(cli: &Cli, ids: &[String]) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogue()?).await?;
    let mut all = Vec::new();
    for order in orders(&host, ids).await? {
        let outcome = host.verify(&order).await.map_err(Failure::from);
        all.push(Found { recorded: host.journal().order(&order).await?, order, outcome });
    }
    tell(cli, &host, &all, true).await
}

pub(super) async fn repair(cli: &Cli, ids: &[String], restate: bool, how: &How) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogue()?).await?;
    let (by, progress) = (&*how.by.who, progress());
    let mut all = Vec::new();
    for order in orders(&host, ids).await? {
        let outcome = match (how.preview, restate) {
            (true, false) => host.verify(&order).await,
            (true, true) => host.preview_restatement(&order).await,
            (false, false) => host.repair(&order, by, &progress).await,
            (false, true) => host.restate(&order, by, &progress).await,
        };
        let outcome = outcome.map_err(Failure::from);
        all.push(Found { recorded: host.journal().order(&order).await?, order, outcome });
    }
    tell(cli, &host, &all, how.preview).await
}

/// Those that are named; or else all that were accepted.
async fn orders(host: &Host, ids: &[String]) -> Result<Vec<OrderId>, Failure> {
    match ids {
        [] => Ok(host.journal().accepted_orders().await?),
        ids => ids.iter().map(|id| Cli::order_id(id)).collect(),
    }
}

/// Tells of each order. The status is the worst that there was.
async fn tell(cli: &Cli, host: &Host, all: &[Found], preview: bool) -> Result<u8, Failure> {
    let shop_language = &host.catalogue().shop.language;
    let voice_of = |found: &Found| -> String {
        let language = found.outcome.as_ref().map_or(shop_language, |outcome| &outcome.language);
        cli.language(language).to_owned()
    };
    match cli.json {
        true => {
            let one = |found: &Found| match &found.outcome {
                Ok(outcome) => {
                    let mut value = json::outcome(outcome, Voice { language: &voice_of(found), preview });
                    value["as_recorded"] = match has(outcome) {
                        Has::All => true.into(),
                        Has::AllThatIsTold => serde_json::Value::Null,
                        Has::Otherwise => false.into(),
                    };
                    value
                }
                Err(error) => json::failure_of(&found.order, &error.worded("en"), error.exit_status(), error.problem()),
            };
            json::print(&all.iter().map(one).collect());
        }
        false if all.is_empty() => {
            let word =
                if host.journal().order_ids().await?.is_empty() { "orders-none" } else { "orders-none-accepted" };
            out::line(Voice::of_what_is(cli.language(shop_language)).word(word));
        }
        false => all.iter().for_each(|found| line(found, Voice { language: &voice_of(found), preview })),
    }
    let status = |found: &Found| match &found.outcome {
        Ok(outcome) => match exit_status(outcome.state) {
            _ if preview && has(outcome) == Has::Otherwise => DRIFT,
            0 if untold(outcome) => UNTOLD,
            status => status,
        },
        Err(error) => error.exit_status(),
    };
    // That something cannot be told is better than any fault.
    Ok(all.iter().map(status).max_by_key(|status| (*status != 0, *status != UNTOLD, *status)).unwrap_or(0))
}

/// What is told of an order as a whole if something that it claims cannot be there any more.
const LOST: [&str; 3] = ["account-deleted-since", "course-gone-since", "role-gone-since"];

/// What else is told of an order as a whole, accounts that moved for instance, is dealt with, or is what the platform does not tell.
fn has(outcome: &Outcome) -> Has {
    let lost = outcome.messages.iter().any(|message| LOST.contains(&&*message.key));
    let in_place = !lost && outcome.report.as_ref().is_some_and(|report| report.is_in_place());
    match (in_place, untold(outcome)) {
        (false, _) => Has::Otherwise,
        (true, true) => Has::AllThatIsTold,
        (true, false) => Has::All,
    }
}

fn untold(outcome: &Outcome) -> bool {
    outcome.report.as_ref().is_some_and(|report| report.untold().next().is_some())
}

fn line(found: &Found, voice: Voice) {
    let order = [("order", found.order.to_string().into())];
    match (&found.outcome, &found.recorded) {
        (Ok(outcome), _) if has(outcome) != Has::Otherwise => {
            match untold(outcome) {
                true => out::line(voice.say("order-as-far-as-told", &order)),
                false => out::line(voice.say("order-as-recorded", &order).green()),
            }
            render::messages(&outcome.messages, None, voice);
        }
        (Ok(outcome), Some(recorded)) => render::outcome(Some(&recorded.order), outcome, voice),
        (Ok(_), None) => {}
        (Err(error), _) => out::line(printable(&format!("{}: {}", found.order, error.worded("en"))).yellow()),
    }
}
