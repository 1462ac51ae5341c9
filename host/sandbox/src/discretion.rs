//! What everybody may read names nobody of the order.

use aho_corasick::AhoCorasick;

use shop_core::lines::line::LineOrder;
use shop_core::words::message::{Audience, Message, Value};
use shop_core::words::name;

/// Keeps public messages that a person of the order can be recognised by, from everybody but the operator.
pub(super) fn keep(messages: &mut [Message], line: &LineOrder) {
    let is_concerned = |message: &&mut Message| message.audience == Audience::Public && !message.arguments.is_empty();
    let mut concerned = messages.iter_mut().filter(is_concerned).peekable();
    if concerned.peek().is_none() {
        return;
    }
    let marks = line.people().flat_map(|person| {
        let (first, last) = (&person.first_name, &person.last_name);
        [person.email.to_string(), name::full(first, last), name::full(last, first)].map(|mark| mark.to_lowercase())
    });
    // A single letter would be found in every text.
    let people = AhoCorasick::new(marks.filter(|mark| mark.chars().nth(1).is_some()));
    for message in concerned {
        // First and last name can be arguments of their own.
        let texts: Vec<&str> = message.arguments.iter().filter_map(|(_, value)| text(value)).collect();
        if people.as_ref().is_ok_and(|people| !people.is_match(&texts.join(" ").to_lowercase())) {
            continue;
        }
        message.audience = Audience::Operator;
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Number(_) | Value::Time(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::lines::line::Stage;
    use shop_core::lines::participant::Participant;
    use shop_core::words::message::{Level, Subject};
    use shop_core::words::order::OrderId;
    use shop_core::words::period::Timestamp;

    /// Who may read a public message with these arguments about the order of a person.
    fn audience((email, first, last): (&str, &str, &str), arguments: &[&str]) -> Audience {
        let operator = Participant {
            email: email.parse().unwrap(),
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            language: None,
            extra: Default::default(),
        };
        let line = LineOrder {
            order: OrderId::offered(),
            line: 1,
            stage: Stage::Paid,
            time: Timestamp::new(0).unwrap(),
            product: String::new(),
            parameters: String::new(),
            operator: Some(operator),
            seats: Vec::new(),
        };
        let said = Message::host(Level::Notice, Audience::Public, Subject::Order, "said");
        let mut said = [arguments.iter().fold(said, |said, argument| said.with("it", *argument))];
        keep(&mut said, &line);
        said[0].audience
    }

    #[test]
    fn what_everybody_may_read_names_nobody() {
        let (claire, prince) = (("claire@example.org", "Claire", "Martin"), ("prince@example.org", "-", "Prince"));
        for (person, arguments) in [
            (claire, &["for CLAIRE@example.org"][..]),
            (claire, &["claire martin!"]),
            (claire, &["Martin Claire"]),
            (claire, &["Claire", "Martin"]),
            (prince, &["the seat of Prince"]),
        ] {
            assert_eq!(audience(person, arguments), Audience::Operator, "{arguments:?}");
        }
        for (person, arguments) in [
            (claire, &[][..]),
            (claire, &["Moodle in five weeks"]),
            (claire, &["in Saint-Martin, with Claire"]),
            (prince, &["-"]),
        ] {
            assert_eq!(audience(person, arguments), Audience::Public, "{arguments:?}");
        }
    }
}
