//! Who agrees to whose charge over the own account, on the command line.

use owo_colors::OwoColorize;
use shop_core::words::email::Spelled;
use shop_core::words::text::printable;
use shop_host::host::{Consented, Host, Resumed};

use super::words::Voice;
use super::{Cli, Failure, failure, json, out, progress, render};

pub(super) async fn consent(
    cli: &Cli,
    person: &Spelled,
    operator: &Spelled,
    agrees: bool,
    by: &str,
) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogue()?).await?;
    let Consented { news, orders } = host.consent(person.clone(), operator.clone(), agrees, by, &progress()).await?;
    let language = cli.language(&host.catalogue().shop.language).to_owned();
    let voice = Voice::of_what_is(&language);
    if cli.json {
        json::print(&serde_json::json!({
            "person": person.email,
            "operator": operator.email,
            "agrees": agrees,
            "news": news,
            "orders": orders.iter().map(|of| json::came(of, voice)).collect::<Vec<_>>(),
        }));
    } else {
        let people = [("person", person.email.as_str().into()), ("operator", operator.email.as_str().into())];
        out::line(voice.say(if agrees { "consent-given" } else { "consent-withdrawn" }, &people));
        if !news {
            out::line(voice.word("consent-known"));
        }
        if orders.is_empty() {
            out::line(voice.say("consent-no-orders", &people));
        }
        for of in &orders {
            tell(cli, &host, of).await?;
        }
    }
    Ok(orders.iter().map(|of| failure::of_order(&of.outcome)).max().unwrap_or(0))
}

async fn tell(cli: &Cli, host: &Host, of: &Resumed) -> Result<(), Failure> {
    match (&of.outcome, host.journal().order(&of.order).await?) {
        (Ok(outcome), Some(recorded)) => render::outcome(Some(&recorded.order), outcome, cli.voice(outcome, false)),
        (Ok(_), None) => {}
        (Err(error), _) => out::line(printable(&format!("{}: {}", of.order, failure::told(error))).yellow()),
    }
    Ok(())
}
