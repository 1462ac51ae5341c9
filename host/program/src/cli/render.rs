//! Output for people: what came of an order, what is said of a product.

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, Color, Table};
use owo_colors::OwoColorize;
use shop_core::calls::budget::Budget;
use shop_core::orders::state::LineState;
use shop_core::words::message::Level;
use shop_core::words::text::printable;
use shop_host::view::outcome::Line;
use shop_host::view::{Failure, Message, Outcome, Product, Voice};

use super::out::{self, title};
use super::report::report;
use super::{exit_status, failure, tables};

/// A product of the catalogue, checked.
pub(super) fn check(check: &Product, voice: Voice) {
    let product = ("product", check.product.as_str().into());
    match &check.handler {
        None => title(&printable(&check.product)),
        Some(handler) => {
            let version = handler.version.to_string();
            let of = [("handler", handler.name.as_str().into()), ("version", version.into()), product.clone()];
            title(&voice.say("heading-product", &of));
            let (courses, roles) = (check.grants.courses.join(", "), check.grants.roles.join(", "));
            let grants = [("courses", courses.into()), ("roles", roles.into())];
            out::line(format!("  {}", voice.say("heading-grants", &grants)));
        }
    }
    messages(&check.messages, voice);
    let verdict = match check.rejected {
        true => voice.say("check-failed", &[product]).yellow().to_string(),
        false => voice.say("check-passed", &[product]).green().to_string(),
    };
    out::line(format!("  {verdict}"));
}

/// What is said, each with its level, for whom it is, and what it is about.
pub(super) fn messages(messages: &[Message], voice: Voice) {
    let mut table = tables::fitted(Table::new());
    table.load_style(NOTHING);
    for told in messages {
        let colour = match told.message.level {
            Level::Error => Color::Red,
            Level::Warning => Color::Yellow,
            Level::Notice => Color::Cyan,
        };
        let level = Cell::new(voice.level(told.message.level)).fg(colour);
        let audience = Cell::new(voice.audience(told.message.audience)).fg(Color::DarkGrey);
        table.add_row([level, audience, Cell::new(told.told(failure::hint_of(&told.message), voice))]);
    }
    if let Some(column) = table.column_mut(0) {
        column.set_padding((2, 1));
    }
    out::table(&table);
}

/// What a handler's call took.
pub(super) fn budget(budget: Option<Budget>, voice: Voice) {
    if let Some(budget) = budget {
        out::line(format!("  {}", voice.budget(budget)).dimmed());
    }
}

/// What came, or would come, of an order.
pub(super) fn outcome(outcome: &Outcome, voice: Voice) {
    title(&voice.tell("heading", &[("order", outcome.order.to_string().into())]));
    messages(&outcome.messages, voice);
    outcome.lines.iter().for_each(|of| line(of, voice));
    if let Some(sheet) = outcome.sheet(voice) {
        report(&sheet, voice);
    }
    if let Some(reason) = outcome.waits_for() {
        out::line(printable(reason).yellow());
    }
    if let Some(time) = outcome.next_try {
        out::line(voice.next_try(time));
    }
    let state = coloured(outcome.state, voice.state(outcome.state, None));
    out::line(voice.tell("state", &[("order", outcome.order.to_string().into())]) + " " + &state);
}

/// What ended the work at one of several orders.
pub(super) fn failed(failure: &Failure) {
    let order = failure.order.iter().map(|order| format!("{order}: ")).collect::<String>();
    out::line(printable(&format!("{order}{}", failure.error)).yellow());
}

/// Green if all is well.
fn coloured(state: LineState, text: String) -> String {
    if exit_status(state) == 0 { text.green().to_string() } else { text.yellow().to_string() }
}

fn line(line: &Line, voice: Voice) {
    out::line(line.title(voice));
    if let Some(purchase) = line.purchase(voice) {
        out::line(format!("  {purchase}"));
    }
    messages(&line.messages, voice);
    budget(line.budget, voice);
}
