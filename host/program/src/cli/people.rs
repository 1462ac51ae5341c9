//! Who agrees to whose charge over the own account, on the command line.

use shop_core::words::email::Spelled;
use shop_host::host::{Consented, Resumed};
use shop_host::view::{self, Consent};

use super::{Cli, Failure, failure, json, out, progress, render};

pub(super) async fn consent(
    cli: &Cli,
    person: &Spelled,
    operator: &Spelled,
    agrees: bool,
    by: &str,
) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogues()?).await?;
    let Consented { news, orders } = host.consent(person.clone(), operator.clone(), agrees, by, &progress()).await?;
    let voice = cli.staff_voice(&host);
    let status = orders.iter().map(|of| failure::of_order(&of.outcome)).max().unwrap_or(0);
    if cli.json {
        let told = |of: &Resumed| {
            json::came(&of.order, &of.outcome, |outcome| view::Outcome::of(outcome, cli.voice(outcome, false)))
        };
        let (person, operator) = (person.email.clone(), operator.email.clone());
        json::print(&Consent { person, operator, agrees, news, orders: orders.iter().map(told).collect() });
    } else {
        let people = [("person", person.email.as_str().into()), ("operator", operator.email.as_str().into())];
        out::line(voice.say(if agrees { "consent-given" } else { "consent-withdrawn" }, &people));
        if !news {
            out::line(voice.word("consent-known"));
        }
        if orders.is_empty() {
            out::line(voice.say("consent-no-orders", &people));
        }
        orders.iter().for_each(|of| tell(cli, of));
    }
    Ok(status)
}

fn tell(cli: &Cli, of: &Resumed) {
    match &of.outcome {
        Ok(outcome) => cli.tell(outcome, false),
        Err(error) => render::failed(&failure::view(error).at(&of.order)),
    }
}
