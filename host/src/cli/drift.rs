//! What the learning platform has otherwise than the orders claim, on the command line.

use owo_colors::OwoColorize;
use shop_host::journal::Recorded;
use shop_host::order::OrderId;
use shop_host::shop::{Outcome, Shop};
use shop_host::text::printable;

use super::arguments::How;
use super::words::Voice;
use super::{Cli, Failure, exit_status, json, out, progress, render};

/// The status of a command that found a difference.
const DRIFT: u8 = 9;

/// What was found out about an order.
struct Found {
    order: OrderId,
    recorded: Option<Recorded>,
    outcome: Result<Outcome, Failure>,
}

pub(super) async fn verify(cli: &Cli, ids: &[String]) -> Result<u8, Failure> {
    let shop = cli.shop(cli.catalogue()?).await?;
    let mut all = Vec::new();
    for order in orders(&shop, ids).await? {
        let outcome = shop.verify(&order).await.map_err(Failure::from);
        all.push(Found { recorded: shop.journal().order(&order).await?, order, outcome });
    }
    tell(cli, &shop, &all, true).await
}

pub(super) async fn repair(cli: &Cli, ids: &[String], how: &How) -> Result<u8, Failure> {
    if how.preview {
        return verify(cli, ids).await;
    }
    let shop = cli.shop(cli.catalogue()?).await?;
    let mut all = Vec::new();
    for order in orders(&shop, ids).await? {
        let outcome = shop.repair(&order, &how.by.who, &progress()).await.map_err(Failure::from);
        all.push(Found { recorded: shop.journal().order(&order).await?, order, outcome });
    }
    tell(cli, &shop, &all, false).await
}

/// Those that are named; or else all that were accepted.
async fn orders(shop: &Shop, ids: &[String]) -> Result<Vec<OrderId>, Failure> {
    match ids {
        [] => Ok(shop.journal().accepted_orders().await?),
        ids => ids.iter().map(|id| Cli::order_id(id)).collect(),
    }
}

/// Tells of each order. The status is the worst that there was.
async fn tell(cli: &Cli, shop: &Shop, all: &[Found], preview: bool) -> Result<u8, Failure> {
    let shop_language = &shop.catalogue().shop.language;
    let voice_of = |found: &Found| -> String {
        let language = found.outcome.as_ref().map_or(shop_language, |outcome| &outcome.language);
        cli.language(language).to_owned()
    };
    match cli.json {
        true => {
            let one = |found: &Found| match &found.outcome {
                Ok(outcome) => {
                    let mut value = json::outcome(outcome, Voice { language: &voice_of(found), preview });
                    value["as_recorded"] = is_as_recorded(outcome).into();
                    value
                }
                Err(error) => json::failure_of(&found.order, &error.to_string(), error.exit_status(), error.problem()),
            };
            json::print(&all.iter().map(one).collect());
        }
        false if all.is_empty() => {
            let word =
                if shop.journal().order_ids().await?.is_empty() { "orders-none" } else { "orders-none-accepted" };
            out::line(Voice::of_what_is(cli.language(shop_language)).word(word));
        }
        false => all.iter().for_each(|found| line(found, Voice { language: &voice_of(found), preview })),
    }
    let status = |found: &Found| match &found.outcome {
        Ok(outcome) if preview && !is_as_recorded(outcome) => DRIFT,
        Ok(outcome) => exit_status(outcome.state),
        Err(error) => error.exit_status(),
    };
    Ok(all.iter().map(status).max().unwrap_or(0))
}

/// What is told of an order as a whole if something that it claims cannot be there any more.
const LOST: [&str; 3] = ["account-deleted-since", "course-gone-since", "role-gone-since"];

/// What else is told of an order as a whole, accounts that moved for instance, is dealt with.
fn is_as_recorded(outcome: &Outcome) -> bool {
    let lost = outcome.messages.iter().any(|message| LOST.contains(&&*message.key));
    !lost && outcome.report.as_ref().is_some_and(|report| report.is_in_place())
}

fn line(found: &Found, voice: Voice) {
    let order = [("order", found.order.to_string().into())];
    match (&found.outcome, &found.recorded) {
        (Ok(outcome), _) if is_as_recorded(outcome) => {
            out::line(voice.say("order-as-recorded", &order).green());
            render::messages(&outcome.messages, None, voice);
        }
        (Ok(outcome), Some(recorded)) => render::outcome(Some(&recorded.order), outcome, voice),
        (Ok(_), None) => {}
        (Err(error), _) => out::line(printable(&format!("{}: {error}", found.order)).yellow()),
    }
}
