//! What is recorded, on the command line.

use owo_colors::OwoColorize;
use shop_core::orders::recorded::RecordedSeat;
use shop_core::orders::said::Ending;
use shop_core::words::order::OrderId;
use shop_core::words::text::printable;
use shop_host::host::{Versions, goal};
use shop_host::recorded::{Found, Which, page};
use shop_host::view::order::{BriefLine, Ended, Line, Listed, Row, Shown};
use shop_host::view::{Order, People, Voice};

use super::arguments::{By, Listing};
use super::failure::Told;
use super::report::report;
use super::{Cli, Failure, exit_status, json, out, progress, render, tables};

/// All orders, or those with a line in a state. Those of which nothing is known but their end come when the others are through.
pub(super) async fn list(cli: &Cli, which: &Listing) -> Result<u8, Failure> {
    let (journal, state) = (cli.records().await?, which.state);
    let after = which.after.as_deref().map(|id| cli.order_id(id)).transpose()?;
    let most = which.most.map_or(usize::MAX, |most| most as usize);
    let which = Which { scope: cli.scope(), state, after, most };
    let page = page(&journal, &which).await?.ok_or_else(|| unknown(cli, which.after.as_ref()))?;
    let mut endings = if page.next.is_none() { journal.endings().await? } else { Vec::new() };
    endings.retain(|ending| which.scope.has(&ending.id) && state.is_none_or(|state| state == goal(ending.end.into())));
    let language = cli.shop_language();
    let voice = Voice::of_what_is(cli.language(&language));
    let listed = Listed::all(&page.orders, &endings);
    match (cli.json, listed.is_empty()) {
        (true, _) => json::print(&listed),
        (false, true) => out::line(voice.word(if state.is_some() { "orders-none-so" } else { "orders-none" })),
        (false, false) => lines(listed.iter().flat_map(|order| order.rows(voice)), voice),
    }
    Ok(0)
}

pub(super) async fn show(cli: &Cli, id: &str) -> Result<u8, Failure> {
    let (shop, id) = (cli.handlers().await?, cli.order_id(id)?);
    let (recorded, beside) = match shop.find_order(&id).await?.ok_or_else(|| unknown(cli, Some(&id)))? {
        Found::Recorded(found) => *found,
        Found::Ended(ending) => {
            show_ending(cli, &ending);
            return Ok(0);
        }
    };
    let language = recorded.order.reads().ok().flatten().unwrap_or_else(|| cli.language_at(&id));
    let voice = Voice::of_what_is(cli.language(&language));
    let order = Order::of(&recorded, beside, voice);
    match cli.json {
        true => json::print(&Shown::Recorded(Box::new(order))),
        false => tell(&order, voice),
    }
    Ok(0)
}

/// No order is recorded by this id.
fn unknown(cli: &Cli, id: Option<&OrderId>) -> Failure {
    let id = id.map(ToString::to_string).unwrap_or_default();
    let arguments = [("order", id.into()), ("folder", cli.data.display().to_string().into())];
    Failure::Misused(Told::new("no-order", arguments))
}

/// Nothing else is known of it.
fn show_ending(cli: &Cli, ending: &Ending) {
    let language = cli.language_at(&ending.id);
    let voice = Voice::of_what_is(cli.language(&language));
    match cli.json {
        true => json::print(&Shown::Ended(Ended::from(ending))),
        false => {
            lines([Ended::from(ending).row(voice)], voice);
            out::line(voice.word("nothing-to-end"));
        }
    }
}

pub(super) async fn retry(cli: &Cli, id: &str, by: &By) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogues()?).await?;
    let id = cli.order_id(id)?;
    let outcome = host.retry(&id, &by.who, &progress()).await?;
    cli.tell(&outcome, false);
    Ok(exit_status(outcome.state))
}

pub(super) async fn upgrade(cli: &Cli, id: &str, to: Option<&str>, apply: bool, by: &By) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogues()?).await?;
    let id = cli.order_id(id)?;
    let to = match to {
        Some(handler) => Versions::This(host.handlers().find(handler).await?.digest),
        None => Versions::Active,
    };
    let outcome = match apply {
        true => host.upgrade(&id, to, &by.who, &progress()).await?,
        false => host.preview_upgrade(&id, to).await?,
    };
    cli.tell(&outcome, !apply);
    Ok(exit_status(outcome.state))
}

fn lines(rows: impl IntoIterator<Item = Row>, voice: Voice) {
    let columns = ["order", "operator", "line", "product", "taken", "state"];
    let row = |row: Row| {
        let ordered = row.ordered.as_ref();
        vec![
            tables::text(row.order.as_str()),
            tables::text(row.operator.as_ref().map(tables::person).unwrap_or_default()),
            tables::number(ordered.map(|of| of.line.to_string()).unwrap_or_default()),
            tables::text(ordered.map(|of| &*of.product).unwrap_or_default()),
            tables::number(ordered.map(|of| format!("{} / {}", of.taken, of.quantity)).unwrap_or_default()),
            tables::text(row.state),
        ]
    };
    out::table(&tables::table(voice, &columns, rows.into_iter().map(row)));
}

fn tell(order: &Order, voice: Voice) {
    let people = order.people();
    lines(order.rows(voice), voice);
    for Line { line, messages } in &order.lines {
        out::title(&order.title(line, voice));
        render::messages(messages, voice);
        if let Some(reason) = &line.unavailable {
            out::line(format!("  {}", printable(reason).yellow()));
        }
        render::budget(line.budget, voice);
        out::line("");
        seats(line, &people, voice);
    }
    if let (Some(receipt), Some(sheet)) = (&order.receipt, order.sheet(voice)) {
        let (id, time) = (order.order.id.to_string(), receipt.time.to_the_minute());
        out::title(&voice.say("receipt-stored", &[("order", id.into()), ("time", time.into())]));
        report(&sheet, voice);
    }
    order.hand_overs.iter().for_each(|it| out::line(voice.handed_over(it)));
    order.held.iter().for_each(|it| out::line(printable(&voice.held(it)).yellow()));
    if let Some(reason) = &order.blocked {
        out::line(printable(reason).yellow());
    }
    if let Some(time) = order.next_try {
        out::line(voice.next_try(time));
    }
    if order.set_aside {
        out::line(voice.say("set-aside", &[("order", order.order.id.to_string().into())]));
    }
}

/// The seats of a line: who sits there, as what.
fn seats(line: &BriefLine, people: &People, voice: Voice) {
    let row = |seat: &RecordedSeat| {
        let person = seat.occupant.as_deref().map(|email| tables::person(&people.person(email, voice)));
        vec![
            tables::text(seat.id.to_string()),
            tables::text(voice.role(seat.role)),
            tables::text(person.unwrap_or_else(|| voice.word("seat-vacant"))),
        ]
    };
    out::table(&tables::table(voice, &["seat", "roles", "person"], line.seats.iter().map(row)));
}
