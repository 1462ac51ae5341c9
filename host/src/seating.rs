//! Who sits where: which seat of a line each entry of an order's list of seats is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::email::Email;
use crate::message::{Message, Subject};
use crate::order::{Line, OrderId, Seat};
use crate::seat::SeatId;

/// A seat with the entry of the order's list that describes it; none: it is vacant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<'a> {
    /// The seat's number in the line, from 1, from which its id is derived.
    pub number: u32,
    /// Its id.
    pub id: SeatId,
    /// What the order says of it.
    pub entry: Option<&'a Seat>,
}

/// Finds the seat of each entry, and adds the vacant ones up to the quantity.
///
/// An entry that names its seat has it. Else a person who has a seat keeps it (`taken`: folded addresses by seat number, as
/// recorded), wherever he now stands in the list; so a list that closed up its gaps moves nobody. Everybody else
/// takes the seat with his own place in the list if it is free, or the first free one.
pub fn place<'a>(
    order: &OrderId,
    line: &'a Line,
    quantity: u32,
    taken: &BTreeMap<u32, String>,
) -> (Vec<Placed<'a>>, Vec<Message>) {
    let mut messages = Vec::new();
    let named: Vec<&Seat> = line.seats.iter().take(quantity as usize).collect();
    let last = taken.keys().next_back().copied().unwrap_or(0).max(quantity);
    let mut numbers: Vec<Option<u32>> = vec![None; named.len()];
    let mut used = BTreeSet::new();

    let by_id: HashMap<SeatId, u32> = match named.iter().any(|seat| seat.id.is_some()) {
        true => (1..=last).map(|number| (SeatId::derive(order.as_str(), line.line, number), number)).collect(),
        false => HashMap::new(),
    };
    for (number, seat) in numbers.iter_mut().zip(&named) {
        let Some(id) = &seat.id else { continue };
        match by_id.get(id) {
            None => messages.push(Message::error(Subject::Seat(id.clone(), "id".to_owned()), "seat-unknown")),
            Some(known) if used.insert(*known) => *number = Some(*known),
            Some(_) => messages.push(Message::error(Subject::Seat(id.clone(), "id".to_owned()), "seat-twice")),
        }
    }

    let by_person: HashMap<&str, u32> = taken.iter().map(|(number, person)| (person.as_str(), *number)).collect();
    for (number, seat) in numbers.iter_mut().zip(&named).filter(|(number, _)| number.is_none()) {
        let person = seat.occupant.as_ref().map(|occupant| Email::folded(&occupant.email));
        let kept = person.and_then(|person| by_person.get(person.as_str()).copied());
        *number = kept.filter(|kept| used.insert(*kept));
    }

    let mut free = 1..;
    for (place, number) in (1..).zip(&mut numbers).filter(|(_, number)| number.is_none()) {
        let own = Some(place).filter(|place| used.insert(*place));
        *number = own.or_else(|| free.by_ref().find(|candidate| used.insert(*candidate)));
    }

    let mut seats: BTreeMap<u32, Option<&Seat>> =
        numbers.iter().flatten().zip(&named).map(|(number, seat)| (*number, Some(*seat))).collect();
    let vacant = (quantity as usize).saturating_sub(seats.len());
    for number in (1..).filter(|number| !used.contains(number)).take(vacant) {
        seats.insert(number, None);
    }
    let placed = |(number, entry)| Placed { number, id: SeatId::derive(order.as_str(), line.line, number), entry };
    (seats.into_iter().map(placed).collect(), messages)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(people: &[&str]) -> Line {
        let seats = people.iter().map(|person| match person.strip_prefix('#') {
            Some(number) => serde_json::json!({"role": "learner", "id": SeatId::derive("O", 1, number.parse().unwrap())}),
            None if person.is_empty() => serde_json::json!({"role": "learner"}),
            None => serde_json::json!({"role": "learner", "occupant": {"email": person, "first_name": "A", "last_name": "B"}}),
        });
        let line = serde_json::json!({"line": 1, "product": "P", "quantity": 4, "seats": seats.collect::<Vec<_>>()});
        serde_json::from_value(line).unwrap()
    }

    /// The occupants by seat number, `-` for a vacant seat.
    fn places(people: &[&str], quantity: u32, taken: &[(u32, &str)]) -> Vec<(u32, String)> {
        let order = OrderId::try_from("O".to_owned()).unwrap();
        let taken = taken.iter().map(|(number, person)| (*number, (*person).to_owned())).collect();
        let line = line(people);
        let (placed, _) = place(&order, &line, quantity, &taken);
        let name = |p: &Placed| p.entry.and_then(|s| s.occupant.clone()).map_or("-".to_owned(), |o| o.email);
        placed.iter().map(|p| (p.number, name(p))).collect()
    }

    #[test]
    fn everybody_keeps_his_seat() {
        let taken = [(1, "a@x"), (2, "b@x"), (3, "c@x")];
        for (told, people, quantity, expected) in [
            ("unchanged", vec!["a@x", "b@x", "c@x"], 4, "1 a@x, 2 b@x, 3 c@x, 4 -"),
            ("in another order, with capitals", vec!["C@X", "a@x", "b@x"], 4, "1 a@x, 2 b@x, 3 C@X, 4 -"),
            ("the list closed up its gap", vec!["b@x", "c@x"], 4, "1 -, 2 b@x, 3 c@x, 4 -"),
            ("a replacement sits where its predecessor sat", vec!["a@x", "n@x", "c@x"], 4, "1 a@x, 2 n@x, 3 c@x, 4 -"),
            ("a late one", vec!["a@x", "b@x", "c@x", "n@x"], 4, "1 a@x, 2 b@x, 3 c@x, 4 n@x"),
            ("fewer seats: the vacant ones go first", vec!["c@x"], 1, "3 c@x"),
            ("vacated by name", vec!["#2", "a@x", "c@x"], 3, "1 a@x, 2 -, 3 c@x"),
            ("no seats", vec![], 0, ""),
        ] {
            let seats = places(&people, quantity, &taken);
            let text: Vec<_> = seats.iter().map(|(number, person)| format!("{number} {person}")).collect();
            assert_eq!(text.join(", "), expected, "{told}");
        }
    }

    #[test]
    fn a_seat_that_the_line_has_not_or_that_is_named_twice_is_told() {
        let order = OrderId::try_from("O".to_owned()).unwrap();
        for people in [["#9", "a@x"], ["#1", "#1"]] {
            let line = line(&people);
            let (placed, messages) = place(&order, &line, 4, &BTreeMap::new());
            assert_eq!(messages.len(), 1);
            assert_eq!(placed.len(), 4);
        }
    }
}
