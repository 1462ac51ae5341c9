//! Output for programs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use shop_core::orders::recorded::Recorded;
use shop_core::orders::said::Ending;
use shop_core::orders::state::LineState;
use shop_core::orders::waiting::Unfinished;
use shop_core::platform::Problem;
use shop_core::sessions::receipt::Report;
use shop_core::words::message::Message;
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;
use shop_core::words::text::is_unprintable;
use shop_host::host::{LineOutcome, Outcome, ProductCheck, Resumed};
use shop_journal::{Blocked, HandedOver, Held};
use shop_platforms::moodle::SiteCheck;
use shop_sandbox::Handler;

use super::failure::problem_of_shop;
use super::out;
use super::words::Voice;

/// Handlers by line.
pub(super) type Handlers = BTreeMap<u32, Arc<Handler>>;

/// Invisible characters are escaped, so that not even a terminal that shows the JSON obeys them.
pub(super) fn print(value: &Value) {
    let mut text = String::new();
    for c in format!("{value:#}").chars() {
        match c {
            // JSON itself has no others than these between its values, and none within.
            '\n' => text.push(c),
            c if is_unprintable(c) => text += &format!("\\u{:04x}", u32::from(c)),
            c => text.push(c),
        }
    }
    out::line(text);
}

pub(super) fn failure(text: &str, status: u8, problem: Option<&Problem>) -> Value {
    let mut value = json!({ "error": text, "status": status });
    if let Some(problem) = problem {
        value["problem"] = json!(problem);
    }
    value
}

/// What ended the work at one of several orders.
pub(super) fn failure_of(order: &OrderId, text: &str, status: u8, problem: Option<&Problem>) -> Value {
    let mut value = failure(text, status, problem);
    value["order"] = json!(order);
    value
}

/// The same of one that is kept, and tried again.
pub(super) fn kept(left: &Unfinished, text: &str, status: u8, problem: Option<&Problem>) -> Value {
    let mut value = failure_of(&left.order.id, text, status, problem);
    value["state"] = json!(if left.blocked { LineState::Blocked } else { LineState::Waiting });
    value["next_try"] = json!(left.next_try);
    value
}

fn messages(messages: &[Message], handler: Option<&Handler>, voice: Voice) -> Vec<Value> {
    let message = |message: &Message| {
        let mut value = json!(message);
        value["text"] = voice.message(message, handler).into();
        value
    };
    messages.iter().map(message).collect()
}

pub(super) fn checks(checks: &[ProductCheck], voice: Voice) -> Value {
    let check = |check: &ProductCheck| {
        json!({
            "product": check.product,
            "handler": check.handler.as_ref().map(|handler| json!({
                "name": handler.manifest.name,
                "version": handler.manifest.version,
                "digest": handler.digest,
            })),
            "grants": { "courses": check.courses, "roles": check.roles },
            "rejected": check.rejected,
            "messages": messages(&check.messages, check.handler.as_deref(), voice),
            "stopped": check.stopped,
        })
    };
    checks.iter().map(check).collect()
}

pub(super) fn site(check: &SiteCheck, voice: Voice) -> Value {
    let mut value = json!(check);
    value["green"] = check.is_green().into();
    value["messages"] = messages(&check.messages, None, voice).into();
    value
}

pub(super) fn outcome(outcome: &Outcome, voice: Voice) -> Value {
    json!({
        "order": outcome.order,
        "state": outcome.state,
        "messages": messages(&outcome.messages, None, voice),
        "lines": outcome.lines.iter().map(|found| line(found, voice)).collect::<Vec<_>>(),
        "report": outcome.report,
        "unavailable": outcome.until.as_ref().filter(|until| !until.blocked).map(|until| &until.reason),
        "blocked": outcome.until.as_ref().filter(|until| until.blocked).map(|until| &until.reason),
        "next_try": outcome.until.as_ref().and_then(|until| until.next_try),
    })
}

fn line(line: &LineOutcome, voice: Voice) -> Value {
    json!({
        "line": line.line,
        "product": line.product,
        "quantity": line.quantity,
        "bargain": line.bargain,
        "total": line.total(),
        "seats": line.seats,
        "messages": messages(&line.messages, line.handler.as_deref(), voice),
        "failed": line.failed,
        "stopped": line.stopped,
        "budget": line.budget,
    })
}

pub(super) fn orders(orders: &[Recorded], endings: &[Ending]) -> Value {
    orders.iter().map(order).chain(endings.iter().map(ending)).collect()
}

/// An order of which nothing is known but its end.
pub(super) fn ending(ending: &Ending) -> Value {
    json!({ "order": ending, "accepted": false, "lines": [] })
}

fn order(recorded: &Recorded) -> Value {
    let lines = recorded.lines.iter().map(|(number, line)| {
        json!({
            "line": number,
            "bargain": line.bargain,
            "state": line.state,
            "in_place": line.in_place,
            "unavailable": line.reason.stopped,
            "budget": line.reason.budget,
            "seats": line.seats,
        })
    });
    json!({ "order": recorded.order, "accepted": recorded.accepted, "lines": lines.collect::<Vec<_>>() })
}

pub(super) fn recorded(
    recorded: &Recorded,
    receipt: Option<&(Timestamp, Report)>,
    left: Option<&Unfinished>,
    hand_overs: &[HandedOver],
    held: &[Held],
    handlers: &Handlers,
    voice: Voice,
) -> Value {
    let mut value = order(recorded);
    for (place, (number, line)) in recorded.lines.iter().enumerate() {
        let handler = handlers.get(number).map(AsRef::as_ref);
        value["lines"][place]["messages"] = messages(&line.reason.messages, handler, voice).into();
    }
    value["next_try"] = json!(left.and_then(|left| left.next_try));
    value["blocked"] = json!(left.filter(|left| left.blocked).and_then(|left| left.reason.as_ref()));
    value["hand_overs"] = json!(hand_overs);
    value["held"] = json!(held);
    value["receipt"] = json!(receipt.map(|(time, report)| json!({ "time": time, "report": report })));
    value
}

/// What came of one of several orders.
pub(super) fn came(of: &Resumed, voice: Voice) -> Value {
    match &of.outcome {
        Ok(came) => outcome(came, voice),
        Err(error) => failure_of(
            &of.order,
            &super::failure::told(error),
            super::failure::of_order(&of.outcome),
            problem_of_shop(error),
        ),
    }
}

pub(super) fn resumed(resumed: &[&Resumed], left: Option<Timestamp>, blocked: &[Blocked], voice: Voice) -> Value {
    json!({ "resumed": resumed.iter().map(|of| came(of, voice)).collect::<Vec<_>>(), "next_try": left, "blocked": blocked })
}
