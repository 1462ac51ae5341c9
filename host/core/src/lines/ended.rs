//! A line that ends before its order does: its quantity is 0. That takes no handler, and nothing is claimed for it any more.

use crate::lines::check;
use crate::orders::recorded::RecordedLine;
use crate::words::message::{Audience, Level, Message, Subject};
use crate::words::order::{Line, Order};

/// What is told of a line that ends, or has ended before; none, if it does not end. Where no other line has seats, nobody else
/// says what is wrong with the operator: with an error among these, the order is rejected.
pub fn tell(order: &Order, line: &Line, before: Option<&RecordedLine>) -> Option<Vec<Message>> {
    if !line.ends() {
        return None;
    }
    let is_empty = order.lines.iter().all(Line::ends);
    let mut messages = if is_empty { check::faults_of_operator(order) } else { Vec::new() };
    messages.push(match before {
        Some(before) if before.bargain.is_some() || before.ended => of_line(Level::Notice, "line-ended"),
        _ => of_line(Level::Warning, "line-never-bought"),
    });
    Some(messages)
}

/// What is told of a line that was bought again after it had ended: that is at the conditions of now. `anew`: whether it ended by a
/// message that nobody has come to carry out.
pub fn tell_bought_again(before: Option<&RecordedLine>, anew: bool) -> Option<Message> {
    before
        .filter(|before| before.ended || anew && before.bargain.is_some())
        .map(|_| of_line(Level::Warning, "line-bought-again"))
}

fn of_line(level: Level, key: &str) -> Message {
    Message::host(level, Audience::Operator, Subject::Order, key)
}
