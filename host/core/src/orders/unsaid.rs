//! What a message about an order does not say stays as it is: absent is not empty.

use std::collections::{HashMap, HashSet};

use crate::sessions::accounts::Renamed;
use crate::words::email::{Email, Spelled};
use crate::words::name;
use crate::words::order::{Line, Order, Seat, Until};
use crate::words::seat::SeatId;

/// What an order was to be, by whomever, before a message about it came.
#[derive(Clone, Copy)]
pub struct Previous<'a> {
    /// The order.
    pub order: &'a Order,
    /// Who is in charge by the message.
    pub in_charge: InCharge,
    /// Whom the message names by another address; of [`strangers`], those who are none.
    pub renamed: &'a Renamed,
}

/// Who is in charge by a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InCharge {
    /// Whoever was before: it names whom the shop has named all along, and the staff has handed the order over since.
    AsBefore,
    /// Whom it names.
    AsSaid,
}

/// Those of whom their addresses do not tell who is who.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strangers {
    /// They had a time beside their line's.
    pub known: Vec<Spelled>,
    /// They are named in that line, in which they were not.
    pub named: Vec<Spelled>,
}

/// Those who have a time, and may go by another address by now. None: nobody can.
pub fn strangers(message: &Order, before: &Order) -> Option<Strangers> {
    let lines = message.lines.iter().filter(|line| !line.ends()).filter_map(|line| Some((line, known(before, line)?)));
    let (mut all, mut new) = (Vec::new(), Vec::new());
    for (line, known) in lines.filter(|(line, _)| line.seats.is_some()) {
        let sat = known.listed().iter().filter_map(|seat| Some(Email::folded(&seat.occupant.as_ref()?.email)));
        let sat: HashSet<String> = sat.collect();
        let spelled = |seat: &Seat| seat.occupant.as_ref()?.email.parse::<Spelled>().ok();
        let named = line.listed().iter().filter_map(spelled).filter(|named| !sat.contains(named.email.as_str()));
        let named: Vec<Spelled> = named.collect();
        if !named.is_empty() {
            all.extend(extended(known).filter_map(spelled));
        }
        new.extend(named);
    }
    (!all.is_empty()).then_some(Strangers { known: all, named: new })
}

fn extended(line: &Line) -> impl Iterator<Item = &Seat> {
    line.listed().iter().filter(|seat| seat.extended().is_some())
}

/// The same line, as it was; one that had ended was another.
fn known<'a>(before: &'a Order, line: &Line) -> Option<&'a Line> {
    before.lines.iter().find(|known| known.line == line.line && !known.ends())
}

/// The order that a message means. What it says nothing of is as before: who is in charge, if it names whom the shop has named
/// all along, which is no news; and in each line the seats, what was agreed, and who has a time beside that. A line that ends, or is bought
/// again, has nothing of before.
pub fn complete(message: Order, before: Option<Previous<'_>>) -> Order {
    let nobody = Renamed::new();
    let renamed = before.map_or(&nobody, |before| before.renamed);
    let lines = message.lines.into_iter().map(|line| match line.ends() {
        true => Line { seats: None, ..line },
        false => bought(before.and_then(|before| known(before.order, &line)), line, renamed),
    });
    let lines = lines.collect();
    let operator = match before {
        Some(Previous { order, in_charge: InCharge::AsBefore, .. }) => order.operator.clone(),
        Some(Previous { in_charge: InCharge::AsSaid, .. }) | None => message.operator,
    };
    Order { lines, operator, ..message }
}

/// A line that was bought and was to end, by what was to be done before a message came that says nothing of it any more: it ends all
/// the same.
pub fn end(order: Order, before: &Order, is_bought: impl Fn(u32) -> bool) -> Order {
    let is_said = |line: &Line| order.lines.iter().any(|said| said.line == line.line);
    let ends = before.lines.iter().filter(|line| line.ends() && !is_said(line) && is_bought(line.line));
    let lines = order.lines.iter().chain(ends).cloned().collect();
    Order { lines, ..order }
}

/// A line of which some seats are paid.
fn bought(known: Option<&Line>, line: Line, renamed: &Renamed) -> Line {
    let seats = match line.seats {
        Some(seats) => Some(keep_times(known, seats, renamed)),
        None => known.and_then(|known| stay(known, line.quantity)),
    };
    let agreed = line.parameters.or_else(|| known?.parameters.clone());
    Line { seats, parameters: agreed.filter(|agreed| !agreed.is_empty()), ..line }
}

/// Whoever had a time in the line keeps it, unless another is said. That is whoever has the same account, by another address; or the
/// same address, unless that is somebody else's by now; or the same name in the same seat: then the address was mistyped.
fn keep_times(known: Option<&Line>, seats: Vec<Seat>, renamed: &Renamed) -> Vec<Seat> {
    let extended = || known.into_iter().flat_map(extended);
    let by_address: HashMap<String, &Seat> =
        extended().filter_map(|seat| Some((Email::folded(&seat.occupant.as_ref()?.email), seat))).collect();
    let by_seat: HashMap<&SeatId, &Seat> = extended().filter_map(|seat| Some((seat.id.as_ref()?, seat))).collect();
    let formerly: HashSet<&str> = renamed.values().map(Email::as_str).collect();
    let had = |seat: &Seat| {
        let person = seat.occupant.as_ref()?;
        let is_called =
            |had: &&&Seat| had.occupant.as_ref().is_some_and(|of| name::is_same(&of.name(), &person.name()));
        let in_seat = || by_seat.get(seat.id.as_ref()?).filter(is_called);
        let address = Email::folded(&person.email);
        match renamed.get(address.as_str()) {
            Some(known) => by_address.get(known.as_str())?.until,
            None if formerly.contains(address.as_str()) => None,
            None => by_address.get(&address).or_else(in_seat)?.until,
        }
    };
    let keep = |seat: Seat| {
        let until = match seat.until {
            Some(Until::None) => None,
            Some(time) => Some(time),
            None => had(&seat),
        };
        Seat { until, ..seat }
    };
    seats.into_iter().map(keep).collect()
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

    static NOBODY: Renamed = Renamed::new();

    fn as_before(order: &Order) -> Previous<'_> {
        Previous { order, in_charge: InCharge::AsSaid, renamed: &NOBODY }
    }

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
            let found = complete(order(&[(1, message.0, message.1)]), Some(as_before(&before)));
            assert_eq!(found, order(&[(1, message.0, expected)]), "{told}");
        }
        let new = order(&[(3, 2, "?")]);
        assert_eq!(complete(new.clone(), Some(as_before(&order(&[(1, 1, "anne")])))), new, "a new line");
        assert_eq!(complete(new.clone(), None), new, "a new order");
    }

    /// What was agreed in the line, then what a message says of it; `?` says nothing.
    #[test]
    fn what_was_agreed_stays_unless_something_else_is_said() {
        let line = |quantity: u32, agreed: &str| {
            let mut order = order(&[(1, quantity, "?")]);
            order.lines[0].parameters = (agreed != "?").then(|| agreed.to_owned());
            order
        };
        for (told, before, message, expected) in [
            ("nothing is said", line(2, "a=1"), line(3, "?"), "a=1"),
            ("something else is said", line(2, "a=1"), line(2, "b=2"), "b=2"),
            ("an empty text takes it back", line(2, "a=1"), line(2, ""), "?"),
            ("nothing was agreed", line(2, "?"), line(2, "?"), "?"),
            ("the line is bought again", line(0, "a=1"), line(2, "?"), "?"),
        ] {
            let quantity = message.lines[0].quantity;
            assert_eq!(complete(message, Some(as_before(&before))), line(quantity, expected), "{told}");
        }
        assert_eq!(complete(line(1, ""), None), line(1, "?"), "a new order");
    }

    /// Each seat is its number, who sits there, and until which day: `?` says nothing of it.
    #[test]
    fn whoever_has_a_time_keeps_it_unless_another_is_said() {
        let day = |day: &str| Until::try_from(format!("2027-03-{day}T00:00:00Z")).unwrap();
        let line = |seats: &[&str]| {
            let mut order = order(&[(1, 5, &"x ".repeat(seats.len()))]);
            for (seat, text) in order.lines[0].seats.iter_mut().flatten().zip(seats) {
                let [number, who, until] = text.split(' ').collect::<Vec<_>>()[..] else { panic!("{text}") };
                seat.id = number.parse().ok().map(|number| SeatId::derive("A", 1, number));
                let (email, name) = who.split_once('/').unwrap_or((who, who));
                let person = json!({"email": email, "first_name": name, "last_name": "T"});
                seat.occupant = (who != "-").then(|| serde_json::from_value(person).unwrap());
                seat.until = match until {
                    "?" => None,
                    "none" => Some(Until::None),
                    time => Some(day(time)),
                };
            }
            order
        };
        for (told, before, message, expected) in [
            ("nothing is said", ["1 anne 31", "2 bob ?"], ["- bob ?", "- ANNE ?"], ["- bob ?", "- ANNE 31"]),
            ("another time", ["1 anne 31", "2 bob 31"], ["- anne 15", "- bob ?"], ["- anne 15", "- bob 31"]),
            ("none", ["1 anne 31", "2 bob 31"], ["- anne none", "- bob none"], ["- anne ?", "- bob ?"]),
            ("somebody else", ["1 anne 31", "2 - ?"], ["1 carl ?", "2 - ?"], ["1 carl ?", "2 - ?"]),
            ("vacated", ["1 anne 31", "2 bob ?"], ["1 - ?", "2 anne ?"], ["1 - ?", "2 anne 31"]),
            ("a mistyped address", ["1 an/anne 31", "2 - ?"], ["1 anne/Anne ?", "2 - ?"], ["1 anne/Anne 31", "2 - ?"]),
            ("of another seat", ["1 an/anne 31", "2 - ?"], ["1 - ?", "2 anne/anne ?"], ["1 - ?", "2 anne/anne ?"]),
        ] {
            let found = complete(line(&message), Some(as_before(&line(&before))));
            assert_eq!(found, line(&expected), "{told}");
        }
    }

    #[test]
    fn whom_the_shop_has_named_all_along_is_no_news() {
        let by = |who: &str| {
            let mut order = order(&[(1, 1, "?")]);
            order.operator.email = who.to_owned();
            order
        };
        let before = by("zoe");
        for (in_charge, expected) in [(InCharge::AsBefore, "zoe"), (InCharge::AsSaid, "claire")] {
            let found = complete(by("claire"), Some(Previous { in_charge, ..as_before(&before) }));
            assert_eq!(found, by(expected), "{in_charge:?}");
        }
    }

    #[test]
    fn completed_once_more_it_is_the_same() {
        let before = order(&[(1, 3, "anne -")]);
        let once = complete(order(&[(1, 4, "?"), (2, 0, "bob")]), Some(as_before(&before)));
        assert_eq!(complete(once.clone(), Some(as_before(&once))), once);
    }
}
