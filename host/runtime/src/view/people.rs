//! What an order calls its people.

use std::collections::BTreeMap;

use shop_core::words::email::Email;
use shop_core::words::order::Order;

use super::Voice;
use crate::host::LineOutcome;

/// What an order calls its people, by folded address, and in which sequence it does.
#[derive(Clone, Debug, Default)]
pub struct People {
    operator: String,
    names: BTreeMap<String, (usize, String)>,
}

/// Somebody, as people know each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// First and last name, and that it is the operator; none: not known.
    pub name: Option<String>,
    /// The address.
    pub email: String,
}

impl People {
    /// Those whom an order names.
    pub fn of(order: &Order) -> People {
        let mut all = People { operator: Email::folded(&order.operator.email), names: BTreeMap::new() };
        for person in order.people() {
            all.add(&Email::folded(&person.email), person.name());
        }
        all
    }

    /// With those who sit in the lines although the order does not list them: they stay.
    pub fn with(mut self, lines: &[LineOutcome]) -> People {
        let seats = lines.iter().flat_map(|line| &line.seats);
        for person in seats.filter_map(|seat| seat.occupant.as_ref()) {
            self.add(person.email.as_str(), person.name());
        }
        self
    }

    fn add(&mut self, email: &str, name: String) {
        let rank = self.names.len();
        self.names.entry(email.to_owned()).or_insert((rank, name));
    }

    /// People as the order lists them; those who left it come last.
    pub(super) fn rank(&self, email: &str) -> usize {
        self.names.get(email).map_or(usize::MAX, |(rank, _)| *rank)
    }

    /// Whether this is who is in charge.
    pub(super) fn is_operator(&self, email: &str) -> bool {
        email == self.operator
    }

    /// Somebody by the address.
    pub fn person(&self, email: &str, voice: Voice) -> Person {
        let name = self.names.get(email).map(|(_, name)| match self.is_operator(email) {
            true => voice.say("person-operator", &[("name", name.as_str().into())]),
            false => name.clone(),
        });
        Person { name, email: email.to_owned() }
    }
}
