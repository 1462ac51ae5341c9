//! Who sits where: which seat of a line each entry of an order's list of seats is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::orders::recorded::RecordedSeat;
use crate::words::email::Email;
use crate::words::message::{Message, Subject};
use crate::words::order::{Line, OrderId, Seat};
use crate::words::seat::SeatId;

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

/// Finds the seat of each entry, and adds the vacant ones up to the quantity. `recorded` are the seats that the line has,
/// with the folded addresses of those who sit there.
///
/// An entry that names its seat has it. Else a person who has a seat keeps it, wherever in the list that person stands now; so a
/// list that closed up its gaps moves nobody. Everybody else takes the seat with the same place in the line if it is free,
/// or the first free one. Where seats are added, the lowest free numbers are; where some go, vacant ones go, the last first.
pub fn place<'a>(
    order: &OrderId,
    line: &'a Line,
    quantity: u32,
    recorded: &[RecordedSeat],
) -> (Vec<Placed<'a>>, Vec<Message>) {
    let named: Vec<&Seat> = line.listed().iter().take(quantity as usize).collect();
    let seats = numbers(quantity, recorded);
    let id = |number| SeatId::derive(order.as_str(), line.line, number);
    let mut taken: Vec<Option<u32>> = vec![None; named.len()];
    let mut used = BTreeSet::new();

    let messages = match named.iter().any(|seat| seat.id.is_some()) {
        true => take_by_id(&named, &seats.iter().map(|number| (id(*number), *number)).collect(), &mut taken, &mut used),
        false => Vec::new(),
    };
    let occupants = recorded.iter().filter_map(|seat| Some((seat.occupant.as_deref()?, seat.number)));
    let by_person: HashMap<&str, u32> = occupants.collect();
    for (number, seat) in taken.iter_mut().zip(&named).filter(|(number, _)| number.is_none()) {
        let person = seat.occupant.as_ref().map(|occupant| Email::folded(&occupant.email));
        let kept = person.and_then(|person| by_person.get(person.as_str()).copied());
        *number = kept.filter(|kept| used.insert(*kept));
    }
    let mut free = seats.iter().copied();
    for (own, number) in seats.iter().zip(&mut taken).filter(|(_, number)| number.is_none()) {
        let own = Some(*own).filter(|own| used.insert(*own));
        *number = own.or_else(|| free.by_ref().find(|candidate| used.insert(*candidate)));
    }

    let mut entries: BTreeMap<u32, Option<&Seat>> =
        taken.iter().flatten().zip(&named).map(|(number, seat)| (*number, Some(*seat))).collect();
    let vacant = (quantity as usize).saturating_sub(entries.len());
    entries.extend(seats.iter().filter(|number| !used.contains(number)).take(vacant).map(|number| (*number, None)));
    let placed = |(number, entry)| Placed { number, id: id(number), entry };
    (entries.into_iter().map(placed).collect(), messages)
}

/// The numbers of the seats that the line has, or will have.
fn numbers(quantity: u32, recorded: &[RecordedSeat]) -> BTreeSet<u32> {
    let has: BTreeSet<u32> = recorded.iter().map(|seat| seat.number).collect();
    let added = (quantity as usize).saturating_sub(has.len());
    let new: Vec<u32> = (1..).filter(|number| !has.contains(number)).take(added).collect();
    has.into_iter().chain(new).collect()
}

/// Gives the entries that name a seat that one, and tells of those that the line has not, or that are named twice.
fn take_by_id(
    named: &[&Seat],
    by_id: &HashMap<SeatId, u32>,
    taken: &mut [Option<u32>],
    used: &mut BTreeSet<u32>,
) -> Vec<Message> {
    let mut messages = Vec::new();
    for (number, seat) in taken.iter_mut().zip(named) {
        let Some(id) = &seat.id else { continue };
        let subject = || Subject::Seat(id.clone(), "id".to_owned());
        match by_id.get(id) {
            None => messages.push(Message::error(subject(), "seat-unknown")),
            Some(known) if used.insert(*known) => *number = Some(*known),
            Some(_) => messages.push(Message::error(subject(), "seat-twice")),
        }
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::line::SeatRole;

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
    fn places(people: &[&str], quantity: u32, recorded: &[(u32, &str)]) -> String {
        let order = OrderId::try_from("O".to_owned()).unwrap();
        let seat = |(number, person): &(u32, &str)| RecordedSeat {
            number: *number,
            id: SeatId::derive("O", 1, *number),
            role: SeatRole::Learner,
            occupant: Some((*person).to_owned()).filter(|person| person != "-"),
        };
        let line = line(people);
        let (placed, messages) = place(&order, &line, quantity, &recorded.iter().map(seat).collect::<Vec<_>>());
        assert_eq!(messages, []);
        let name = |p: &Placed| p.entry.and_then(|s| s.occupant.clone()).map_or("-".to_owned(), |o| o.email);
        placed.iter().map(|p| format!("{} {}", p.number, name(p))).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn everybody_keeps_their_seat() {
        let three = &[(1, "a@x"), (2, "b@x"), (3, "c@x")][..];
        let (third, vacant) = (&[(3, "c@x")][..], &[(2, "-"), (3, "-")][..]);
        for (told, people, quantity, recorded, expected) in [
            ("unchanged", vec!["a@x", "b@x", "c@x"], 4, three, "1 a@x, 2 b@x, 3 c@x, 4 -"),
            ("in another order, with capitals", vec!["C@X", "a@x", "b@x"], 4, three, "1 a@x, 2 b@x, 3 C@X, 4 -"),
            ("the list closed up its gap", vec!["b@x", "c@x"], 4, three, "1 -, 2 b@x, 3 c@x, 4 -"),
            (
                "a replacement sits where its predecessor sat",
                vec!["a@x", "n@x", "c@x"],
                4,
                three,
                "1 a@x, 2 n@x, 3 c@x, 4 -",
            ),
            ("a late one", vec!["a@x", "b@x", "c@x", "n@x"], 4, three, "1 a@x, 2 b@x, 3 c@x, 4 n@x"),
            ("fewer seats: the vacant ones go first", vec!["c@x"], 1, three, "3 c@x"),
            ("vacated by name", vec!["#2", "a@x", "c@x"], 3, three, "1 a@x, 2 -, 3 c@x"),
            ("no seats", vec![], 0, three, ""),
            ("who comes into a reduced line has its seat", vec!["d@x"], 1, third, "3 d@x"),
            ("who leaves it leaves it there", vec![], 1, third, "3 -"),
            ("it is named, though nobody sits there", vec!["#3"], 1, &[(3, "-")][..], "3 -"),
            ("seats are added again", vec!["c@x", "n@x"], 2, third, "1 n@x, 3 c@x"),
            ("of vacant seats the last go", vec![], 1, vacant, "2 -"),
        ] {
            assert_eq!(places(&people, quantity, recorded), expected, "{told}");
        }
    }

    #[test]
    fn a_seat_that_the_line_has_not_or_that_is_named_twice_is_told() {
        let order = OrderId::try_from("O".to_owned()).unwrap();
        for people in [["#9", "a@x"], ["#1", "#1"]] {
            let line = line(&people);
            let (placed, messages) = place(&order, &line, 4, &[]);
            assert_eq!(messages.len(), 1);
            assert_eq!(placed.len(), 4);
        }
    }
}
