//! Output for programs.

use serde::Serialize;
use serde_json::Value;
use shop_core::words::order::OrderId;
use shop_core::words::text::is_unprintable;
use shop_host::host::{HostError, Outcome};
use shop_host::view::Came;

use super::{failure, out};

pub(super) fn print(value: &impl Serialize) {
    write(value, |value| format!("{value:#}"));
}

/// In one line.
pub(super) fn line(value: &impl Serialize) {
    write(value, Value::to_string);
}

/// Invisible characters are escaped, so that not even a terminal that shows the JSON obeys them.
fn write(value: &impl Serialize, as_text: impl Fn(&Value) -> String) {
    // As a value, its fields come in the sequence of the alphabet.
    let written = serde_json::to_value(value).map(|value| as_text(&value));
    let mut text = String::new();
    for c in written.unwrap_or_else(|error| out::fail(&format!("JSON: {error}"))).chars() {
        match c {
            // JSON itself has no others than these between its values, and none within.
            '\n' => text.push(c),
            c if is_unprintable(c) => text += &format!("\\u{:04x}", u32::from(c)),
            c => text.push(c),
        }
    }
    out::line(text);
}

/// What came of one of several orders.
pub(super) fn came<T>(order: &OrderId, came: &Result<Outcome, HostError>, tell: impl FnOnce(&Outcome) -> T) -> Came<T> {
    match came {
        Ok(outcome) => Came::Done(tell(outcome)),
        Err(error) => Came::Failed(failure::view(error).at(order)),
    }
}
