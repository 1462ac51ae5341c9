//! Who loses a place in a line: told before it counts, and in the receipt.

use std::collections::HashMap;

use crate::lines::occupants::Occupants;
use crate::words::email::Email;
use crate::words::message::{Audience, Level, Message, Subject};
use crate::words::order::{Order, Person};

/// What is to be said of those who sat in a line and sit there no longer, whatever it is that takes their places: the list,
/// the quantity, the end of the line, or the staff. `known` is the order as it was recorded, which calls them by name.
pub fn tell(occupants: &Occupants<'_>, known: &Order) -> Option<Message> {
    let gone = occupants.gone();
    if gone.is_empty() {
        return None;
    }
    let names: HashMap<String, &Person> = known.people().map(|person| (Email::folded(&person.email), person)).collect();
    let named = gone.iter().map(|email| match names.get(*email) {
        Some(person) => format!("{} <{email}>", person.name()),
        None => (*email).to_owned(),
    });
    let message = Message::host(Level::Warning, Audience::Operator, Subject::Order, "places-lost");
    Some(message.with("count", gone.len()).naming(named))
}
