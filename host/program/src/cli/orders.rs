//! What is recorded, on the command line.

use std::collections::BTreeSet;
use std::sync::Arc;

use comfy_table::Cell;
use owo_colors::OwoColorize;
use shop_core::lines::line::SeatRole;
use shop_core::orders::recorded::{Recorded, RecordedLine, RecordedSeat};
use shop_core::orders::said::Ending;
use shop_core::orders::state::LineState;
use shop_core::sessions::receipt::Report;
use shop_core::words::period::Timestamp;
use shop_core::words::text::printable;
use shop_host::handlers::Handlers;
use shop_host::host::{Versions, goal};
use shop_journal::{HandedOver, Held};

use super::arguments::By;
use super::failure::Told;
use super::report::{Roster, report};
use super::words::Voice;
use super::{Cli, Failure, exit_status, json, out, progress, render, tables};

/// An order's last receipt, and when it was made.
pub(super) type Receipt = Option<(Timestamp, Report)>;

/// All orders, or those with a line in a state; blocked is also one whose lines are incomplete, since somebody must act.
pub(super) async fn list(cli: &Cli, state: Option<LineState>) -> Result<u8, Failure> {
    let journal = cli.records().await?;
    let blocked: BTreeSet<_> = match state {
        Some(LineState::Blocked) => journal.blocked().await?.into_iter().map(|blocked| blocked.order).collect(),
        _ => BTreeSet::new(),
    };
    let listed = |order: &Recorded| match state {
        None => true,
        Some(state) => blocked.contains(&order.order.id) || order.lines.values().any(|line| line.state == state),
    };
    let mut orders = Vec::new();
    for id in journal.order_ids().await? {
        orders.extend(journal.order(&id).await?.filter(listed));
    }
    let mut endings = journal.endings().await?;
    endings.retain(|ending| state.is_none_or(|state| state == goal(ending.end.into())));
    let language = cli.shop_language();
    let voice = Voice::of_what_is(cli.language(&language));
    match (cli.json, orders.is_empty() && endings.is_empty()) {
        (true, _) => json::print(&json::orders(&orders, &endings)),
        (false, true) => out::line(voice.word(if state.is_some() { "orders-none-so" } else { "orders-none" })),
        (false, false) => lines(&orders, &endings, voice),
    }
    Ok(0)
}

pub(super) async fn show(cli: &Cli, id: &str) -> Result<u8, Failure> {
    let shop = cli.handlers().await?;
    let journal = shop.records();
    let id = Cli::order_id(id)?;
    let Some(recorded) = journal.order(&id).await? else {
        if let Some(ending) = journal.ending(&id).await? {
            show_ending(cli, &ending);
            return Ok(0);
        }
        let arguments = [("order", id.to_string().into()), ("folder", cli.data.display().to_string().into())];
        return Err(Failure::Misused(Told::new("no-order", arguments)));
    };
    let receipt = journal.last_receipt(&id).await?;
    let left = journal.unfinished(&id).await?;
    let hand_overs = journal.hand_overs(&id).await?;
    let held = journal.held_of(&id).await?;
    let language = recorded.order.reads().ok().flatten().unwrap_or_else(|| cli.shop_language());
    let voice = Voice::of_what_is(cli.language(&language));
    let handlers = handlers(&shop, &recorded).await;
    match cli.json {
        true => json::print(&json::recorded(
            &recorded,
            receipt.as_ref(),
            left.as_ref(),
            &hand_overs,
            &held,
            &handlers,
            voice,
        )),
        false => {
            tell(&recorded, &receipt, &handlers, voice);
            hand_overs.iter().for_each(|it| out::line(handed_over(it, voice)));
            held.iter().for_each(|it| out::line(printable(&self::held(it, voice)).yellow()));
            if let Some(left) = left {
                render::unfinished(&left, voice);
            }
        }
    }
    Ok(0)
}

/// Nothing else is known of it.
fn show_ending(cli: &Cli, ending: &Ending) {
    let language = cli.shop_language();
    let voice = Voice::of_what_is(cli.language(&language));
    match cli.json {
        true => json::print(&json::ending(ending)),
        false => {
            lines(&[], std::slice::from_ref(ending), voice);
            out::line(voice.word("nothing-to-end"));
        }
    }
}

pub(super) async fn retry(cli: &Cli, id: &str, by: &By) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogue()?).await?;
    let id = Cli::order_id(id)?;
    let waits = host.journal().unfinished(&id).await?;
    let outcome = host.retry(&id, &by.who, &progress()).await?;
    if let Some(left) = waits {
        cli.tell(Some(&left.order), &outcome, false);
    }
    Ok(exit_status(outcome.state))
}

pub(super) async fn upgrade(cli: &Cli, id: &str, to: Option<&str>, apply: bool, by: &By) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogue()?).await?;
    let id = Cli::order_id(id)?;
    let to = match to {
        Some(handler) => Versions::This(host.handlers().find(handler).await?.digest),
        None => Versions::Active,
    };
    let outcome = match apply {
        true => host.upgrade(&id, to, &by.who, &progress()).await?,
        false => host.preview_upgrade(&id, to).await?,
    };
    if let Some(recorded) = host.journal().order(&id).await? {
        cli.tell(Some(&recorded.order), &outcome, !apply);
    }
    Ok(exit_status(outcome.state))
}

/// The handlers that a recorded order was bought with, to word what they said.
async fn handlers(shop: &Handlers, recorded: &Recorded) -> json::Handlers {
    let mut handlers = json::Handlers::new();
    for (number, line) in &recorded.lines {
        let Some(bargain) = &line.bargain else { continue };
        if let Ok(handler) = shop.load(bargain.handler).await {
            handlers.insert(*number, handler);
        }
    }
    handlers
}

/// A row for each line; and one for each order of which nothing is known but its end.
fn lines(orders: &[Recorded], endings: &[Ending], voice: Voice) {
    let columns = ["order", "operator", "line", "product", "taken", "state"];
    let rows = orders.iter().flat_map(|of| rows(of, voice));
    let ends = endings.iter().map(|ending| {
        let (id, state) = (tables::text(ending.id.as_str()), voice.state(goal(ending.end.into()), None));
        let unknown = || tables::text("");
        vec![id, unknown(), unknown(), unknown(), unknown(), tables::text(state)]
    });
    out::table(&tables::table(voice, &columns, rows.chain(ends)));
}

/// Its lines; those, too, that have ended, and that nobody speaks of any more. One that was never bought is none.
fn rows(recorded: &Recorded, voice: Voice) -> Vec<Vec<Cell>> {
    let said = &recorded.order.lines;
    let ended = |number: &u32| !said.iter().any(|line| line.line == *number);
    let ended = recorded.lines.keys().copied().filter(ended).map(|number| (number, "", 0));
    let bought = said.iter().filter(|line| !line.ends() || recorded.lines.contains_key(&line.line));
    let lines = bought.map(|line| (line.line, line.product.as_str(), line.quantity)).chain(ended);
    lines.map(|(number, product, quantity)| row(recorded, number, product, quantity, voice)).collect()
}

fn row(recorded: &Recorded, number: u32, product: &str, quantity: u32, voice: Voice) -> Vec<Cell> {
    let known = recorded.lines.get(&number);
    let operator = &recorded.order.operator;
    vec![
        tables::text(recorded.order.id.as_str()),
        tables::text(tables::person(&operator.name(), &operator.email)),
        tables::number(number),
        tables::text(product),
        tables::number(format!("{} / {}", known.map_or(0, RecordedLine::taken), quantity)),
        tables::text(known.map(|known| voice.state(known.state, known.in_place)).unwrap_or_default()),
    ]
}

fn tell(recorded: &Recorded, receipt: &Receipt, handlers: &json::Handlers, voice: Voice) {
    let roster = Roster::of(&recorded.order);
    lines(std::slice::from_ref(recorded), &[], voice);
    for (number, line) in &recorded.lines {
        let ordered = recorded.order.lines.iter().find(|ordered| ordered.line == *number);
        let product = ordered.map_or("", |ordered| &ordered.product);
        let title = line.bargain.as_ref().map_or("", |bargain| &bargain.title);
        out::title(&render::heading(*number, product, title, voice));
        render::messages(&line.reason.messages, handlers.get(number).map(Arc::as_ref), voice);
        if let Some(reason) = &line.reason.stopped {
            out::line(format!("  {}", printable(reason).yellow()));
        }
        render::budget(line.reason.budget, voice);
        out::line("");
        seats(line, &roster, voice);
    }
    if let Some((time, found)) = receipt {
        let arguments = [("order", recorded.order.id.to_string().into()), ("time", time.to_the_minute().into())];
        out::title(&voice.say("receipt-stored", &arguments));
        report(found, &roster, voice);
    }
}

/// From whom to whom the order has passed.
fn handed_over(it: &HandedOver, voice: Voice) -> String {
    let arguments = [
        ("time", it.at.to_the_minute().into()),
        ("from", it.from.as_str().into()),
        ("to", it.to.as_str().into()),
        ("by", it.who.as_str().into()),
    ];
    voice.say("handed-over", &arguments)
}

/// For whom the order waits, and until when.
fn held(it: &Held, voice: Voice) -> String {
    let person = it.person.as_ref().map_or_else(|| voice.word("held-order"), ToString::to_string);
    let until = it.until.map(|until| until.to_the_second()).unwrap_or_default();
    let id = if it.until.is_some() { "held-until" } else { "held-under-way" };
    voice.say(id, &[("person", person.into()), ("until", until.into())])
}

/// The seats of a line: who sits there, as what.
fn seats(line: &RecordedLine, roster: &Roster, voice: Voice) {
    let row = |seat: &RecordedSeat| {
        let role = match seat.role {
            SeatRole::Learner => "role-learner",
            SeatRole::Tutor => "role-tutor",
        };
        let person = seat.occupant.as_deref().map(|email| roster.person(email, voice));
        vec![
            tables::text(seat.id.to_string()),
            tables::text(voice.word(role)),
            tables::text(person.unwrap_or_else(|| voice.word("seat-vacant"))),
        ]
    };
    out::table(&tables::table(voice, &["seat", "roles", "person"], line.seats.iter().map(row)));
}
