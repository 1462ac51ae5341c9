//! What has happened to orders, on the command line.

use std::time::Duration;

use serde_json::{Map, Value};
use shop_core::orders::event::Event;
use shop_host::view::Voice;
use shop_journal::JournalError;

use super::arguments::Events;
use super::ending::Ending;
use super::{Cli, Failure, json, out, tables};

/// Events come from other processes: so often is looked.
const LOOK: Duration = Duration::from_millis(500);

pub(super) async fn run(cli: &Cli, what: &Events) -> Result<u8, Failure> {
    let records = cli.records().await?;
    let order = what.order.as_deref().map(|id| cli.order_id(id)).transpose()?;
    let (scope, mut after) = (cli.scope(), what.after);
    if !what.follow {
        let mut all: Vec<Event> = Vec::new();
        loop {
            let some = records.events(after, order.as_ref()).await?;
            let Some(last) = some.last() else { break };
            after = last.number;
            all.extend(some.into_iter().filter(|event| scope.has(&event.order)));
        }
        tell(cli, &all);
        return Ok(0);
    }
    let mut ending = Ending::new()?;
    let following = async {
        let mut is_away = false;
        loop {
            let some = match records.events(after, order.as_ref()).await {
                // It may be back in a moment.
                Err(error @ JournalError::Database(_)) => {
                    if !std::mem::replace(&mut is_away, true) {
                        out::failure(&error.to_string());
                    }
                    Vec::new()
                }
                some => some?,
            };
            some.iter().filter(|event| scope.has(&event.order)).for_each(|event| line(cli, event));
            match some.last() {
                Some(last) => (after, is_away) = (last.number, false),
                None => tokio::time::sleep(LOOK).await,
            }
        }
    };
    tokio::select! {
        ended = following => ended,
        () = ending.comes() => Ok(0),
    }
}

fn tell(cli: &Cli, all: &[Event]) {
    let language = cli.shop_language();
    let voice = Voice::of_what_is(cli.language(&language));
    match (cli.json, all.is_empty()) {
        (true, _) => json::print(&all),
        (false, true) => out::line(voice.word("events-none")),
        (false, false) => {
            let columns = ["number", "when", "order", "what", "details"];
            out::table(&tables::table(
                voice,
                &columns,
                all.iter().map(|event| cells(event).map(tables::text).to_vec()),
            ));
        }
    }
}

/// As it happens: whoever reads along does not wait for a table's width.
fn line(cli: &Cli, event: &Event) {
    match cli.json {
        true => json::line(event),
        false => out::line(cells(event).join("  ").trim_end()),
    }
}

fn cells(event: &Event) -> [String; 5] {
    let mut what: Map<String, Value> = match serde_json::to_value(&event.what) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let kind = what.remove("event").and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
    let details = if what.is_empty() { String::new() } else { Value::from(what).to_string() };
    [event.number.to_string(), event.at.to_the_second(), event.order.to_string(), kind, details]
}
