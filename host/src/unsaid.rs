//! What a message about an order does not say stays as it is: absent is not empty.

use crate::order::{Line, Order, Seat};

/// The order that a message means. `before` is what it was to be until then, by whomever: a line that says nothing of its
/// seats has those of before, and a line that ends has none. A message that ends the order, for a while or for good, says no more
/// than that.
pub fn complete(message: Order, before: Option<&Order>) -> Order {
    if let Some(before) = before.filter(|_| message.state.ends()) {
        return Order { revision: message.revision, state: message.state, ..before.clone() };
    }
    let lines = message.lines.into_iter().map(|line| {
        let known = before.into_iter().flat_map(|before| &before.lines).find(|known| known.line == line.line);
        let seats = match (line.quantity, line.seats) {
            (0, _) => None,
            (_, Some(seats)) => Some(seats),
            (quantity, None) => known.and_then(|known| stay(known, quantity)),
        };
        Line { seats, ..line }
    });
    Order { lines: lines.collect(), ..message }
}

/// The seats of a line, of which so many are paid for now: of those that are too many, vacant ones go, the last first. Those
/// that are taken stay in any case: it is not for us to say who leaves.
fn stay(known: &Line, quantity: u32) -> Option<Vec<Seat>> {
    let mut seats = known.seats.clone()?;
    while seats.len() > quantity as usize {
        let Some(vacant) = seats.iter().rposition(|seat| seat.occupant.is_none()) else { break };
        seats.remove(vacant);
    }
    Some(seats)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::order::OrderState;

    /// An order of lines, each with its quantity and its seats: `anne -` are a taken one and a vacant one, and `?` says nothing.
    fn order(lines: &[(u32, u32, &str)]) -> Order {
        let seat = |name: &str| match name {
            "-" => json!({"role": "tutor"}),
            name => json!({"role": "learner", "occupant": {"email": name, "first_name": name, "last_name": "T"}}),
        };
        let seats = |people: &str| match people {
            "?" => Value::Null,
            people => people.split_whitespace().map(seat).collect(),
        };
        let lines = lines.iter().map(|(line, quantity, people)| {
            json!({"line": line, "product": "P", "quantity": quantity, "seats": seats(people)})
        });
        let claire = json!({"email": "claire", "first_name": "C", "last_name": "T"});
        let order = json!({"id": "A", "state": "paid", "time": "2026-12-01T00:00:00Z", "operator": claire,
            "lines": lines.collect::<Vec<_>>()});
        serde_json::from_value(order).unwrap()
    }

    #[test]
    fn seats_of_which_nothing_is_said_stay_as_they_are() {
        for (told, before, message, expected) in [
            ("nothing is said", "anne bob", (2, "?"), "anne bob"),
            ("one more", "anne bob", (3, "?"), "anne bob"),
            ("an empty list is said", "anne bob", (2, ""), ""),
            ("another list is said", "anne bob", (2, "carl"), "carl"),
            ("fewer: vacant ones go, the last first", "- anne - bob -", (3, "?"), "- anne bob"),
            ("fewer than are taken: nobody goes", "anne - bob", (1, "?"), "anne bob"),
            ("the line ends", "anne", (0, "?"), "?"),
            ("the line ends, whoever is listed", "anne", (0, "anne"), "?"),
            ("nothing was said before, either", "?", (2, "?"), "?"),
        ] {
            let before = order(&[(1, 5, before), (2, 5, "zoe")]);
            let found = complete(order(&[(1, message.0, message.1)]), Some(&before));
            assert_eq!(found, order(&[(1, message.0, expected)]), "{told}");
        }
        let new = order(&[(3, 2, "?")]);
        assert_eq!(complete(new.clone(), Some(&order(&[(1, 1, "anne")]))), new, "a new line");
        assert_eq!(complete(new.clone(), None), new, "a new order");
    }

    #[test]
    fn what_ends_an_order_says_no_more_than_that() {
        let (before, says) = (order(&[(1, 3, "anne -")]), order(&[(1, 0, "bob"), (2, 9, "carl")]));
        for state in [OrderState::Suspended, OrderState::Cancelled] {
            let ends = Order { state, revision: 7, ..says.clone() };
            assert_eq!(complete(ends, Some(&before)), Order { state, revision: 7, ..before.clone() });
        }
    }

    #[test]
    fn completed_once_more_it_is_the_same() {
        let before = order(&[(1, 3, "anne -")]);
        let once = complete(order(&[(1, 4, "?"), (2, 0, "bob")]), Some(&before));
        assert_eq!(complete(once.clone(), Some(&once)), once);
    }
}
