//! Output for people: what came of an order, what is said of a product.

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, Color, Table};
use owo_colors::OwoColorize;
use shop_core::calls::budget::Budget;
use shop_core::orders::state::LineState;
use shop_core::orders::waiting::Unfinished;
use shop_core::words::message::{Level, Message};
use shop_core::words::order::Order;
use shop_core::words::period::Timestamp;
use shop_core::words::text::printable;
use shop_host::host::{LineOutcome, Outcome, ProductCheck};
use shop_sandbox::Handler;

use super::out::{self, title};
use super::report::{Roster, report};
use super::tables;
use super::words::Voice;
use super::{exit_status, failure};

/// A product of the catalogue, checked.
pub(super) fn check(check: &ProductCheck, voice: Voice) {
    let product = ("product", check.product.as_str().into());
    match &check.handler {
        None => title(&printable(&check.product)),
        Some(handler) => {
            let manifest = &handler.manifest;
            let version = manifest.version.to_string();
            let of = [("handler", manifest.name.as_str().into()), ("version", version.into()), product.clone()];
            title(&voice.say("heading-product", &of));
            let grants = [("courses", check.courses.join(", ").into()), ("roles", check.roles.join(", ").into())];
            out::line(format!("  {}", voice.say("heading-grants", &grants)));
        }
    }
    messages(&check.messages, check.handler.as_deref(), voice);
    let verdict = match check.rejected {
        true => voice.say("check-failed", &[product]).yellow().to_string(),
        false => voice.say("check-passed", &[product]).green().to_string(),
    };
    out::line(format!("  {verdict}"));
}

/// What is said, each with its level, for whom it is, and what it is about.
pub(super) fn messages(messages: &[Message], handler: Option<&Handler>, voice: Voice) {
    let mut table = tables::fitted(Table::new());
    table.load_style(NOTHING);
    for message in messages {
        let colour = match message.level {
            Level::Error => Color::Red,
            Level::Warning => Color::Yellow,
            Level::Notice => Color::Cyan,
        };
        let text = voice.message(message, handler);
        let text = match failure::hint_of(message) {
            Some(hint) => format!("{text}; {hint}"),
            None => text,
        };
        let text = match voice.subject(&message.subject) {
            Some(subject) => voice.say("message-about", &[("subject", subject.into()), ("text", text.into())]),
            None => text,
        };
        let level = Cell::new(voice.level(message.level)).fg(colour);
        table.add_row([level, Cell::new(voice.audience(message.audience)).fg(Color::DarkGrey), Cell::new(text)]);
    }
    if let Some(column) = table.column_mut(0) {
        column.set_padding((2, 1));
    }
    out::table(&table);
}

/// What a handler's call took of what it may take, in per cent.
pub(super) fn budget(budget: Option<Budget>, voice: Voice) {
    let Some(budget) = budget else { return };
    let arguments = [
        ("fuel", budget.fuel.percent().into()),
        ("memory", budget.memory.percent().into()),
        ("calls", budget.host_calls.percent().into()),
        ("facts", budget.facts.percent().into()),
        ("messages", budget.messages.percent().into()),
        ("bytes", budget.bytes.percent().into()),
        ("wording", budget.wording.percent().into()),
    ];
    out::line(format!("  {}", voice.say("heading-budget", &arguments)).dimmed());
}

/// What came, or would come, of an order.
pub(super) fn outcome(order: Option<&Order>, outcome: &Outcome, voice: Voice) {
    title(&voice.tell("heading", &[("order", outcome.order.to_string().into())]));
    messages(&outcome.messages, None, voice);
    for line in &outcome.lines {
        self::line(order, line, voice);
    }
    if let Some(found) = &outcome.report {
        report(found, &order.map(Roster::of).unwrap_or_default().with(&outcome.lines), voice);
    }
    if let Some(until) = &outcome.until {
        out::line(printable(&until.reason).yellow());
        if let Some(time) = until.next_try {
            next_try(time, voice);
        }
    }
    let state = coloured(outcome.state, voice.state(outcome.state, None));
    out::line(voice.tell("state", &[("order", outcome.order.to_string().into())]) + " " + &state);
}

/// Why something remains to be done about an order, if somebody must act, and when it is tried again.
pub(super) fn unfinished(left: &Unfinished, voice: Voice) {
    if let Some(reason) = left.reason.as_ref().filter(|_| left.blocked) {
        out::line(printable(reason).yellow());
    }
    match left.next_try {
        Some(time) => next_try(time, voice),
        None => out::line(voice.say("set-aside", &[("order", left.order.id.to_string().into())])),
    }
}

/// When something is tried again.
pub(super) fn next_try(time: Timestamp, voice: Voice) {
    out::line(voice.say("next-try", &[("time", time.to_the_second().into())]));
}

/// Green if all is well.
fn coloured(state: LineState, text: String) -> String {
    if exit_status(state) == 0 { text.green().to_string() } else { text.yellow().to_string() }
}

/// A line, with the product's title, if it is known.
pub(super) fn heading(line: u32, product: &str, title: &str, voice: Voice) -> String {
    let arguments = [("line", line.into()), ("product", product.into()), ("title", title.into())];
    voice.say(if title.is_empty() { "heading-line-unknown" } else { "heading-line" }, &arguments)
}

fn line(order: Option<&Order>, line: &LineOutcome, voice: Voice) {
    let title = line.bargain.as_ref().map_or("", |bargain| bargain.title.as_str());
    out::line(heading(line.line, &line.product, title, voice));
    let ordered = order.into_iter().flat_map(|order| &order.lines).find(|ordered| ordered.line == line.line);
    if let (Some(bargain), Some(ordered)) = (&line.bargain, ordered) {
        let taken = match &ordered.seats {
            Some(seats) => seats.iter().filter(|seat| seat.occupant.is_some()).count(),
            None => line.seats.iter().filter(|seat| seat.occupant.is_some()).count(),
        };
        let vacant = (ordered.quantity as usize).saturating_sub(taken);
        let total = line.total().map(|total| total.to_string());
        let arguments = [
            ("seats", ordered.quantity.into()),
            ("vacant", vacant.into()),
            ("price", bargain.price.to_string().into()),
            ("total", total.unwrap_or_else(|| "?".to_owned()).into()),
        ];
        out::line(format!("  {}", voice.say("heading-seats", &arguments)));
    }
    messages(&line.messages, line.handler.as_deref(), voice);
    budget(line.budget, voice);
}
