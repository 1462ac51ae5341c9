//! What is told of an order, one reading after the other, as if the host did all of it at once.

use super::*;
use crate::purchase::Item;
use shop_core::words::order::Person;

const CATALOGUE: &str = r#"
    [[product]]
    reference = "SPOCM1"
    title = "One"
    price = "10.00 EUR"
    handler = "h"
    max_seats = 30

    [[product]]
    reference = "SPOCM2"
    title = "Two"
    price = "10.00 EUR"
    handler = "h"
    max_seats = 30
    [product.skus]
    SPOCM2-L = "learner"
    SPOCM2-T = "tutor"
"#;

fn at(minute: u32) -> Timestamp {
    Timestamp::try_from(format!("2026-12-01T10:{minute:02}:00Z")).unwrap()
}

fn person(name: &str) -> Person {
    Person {
        email: format!("{name}@example.org"),
        first_name: name.to_owned(),
        last_name: "T".to_owned(),
        language: None,
        extra: BTreeMap::new(),
    }
}

/// `4 SPOCM1 anne bob`: the line 4 sells two seats of it or as many as it says behind a colon, and names these.
fn item(id: u32, quantity: u32, sku: &str, people: &[&str]) -> Item {
    let sku = (!sku.is_empty()).then(|| sku.to_owned());
    Item { id: id.to_string(), sku, quantity, participants: people.iter().map(|name| person(name)).collect() }
}

fn purchase(stage: Stage, items: &[Item]) -> Purchase {
    let paid = matches!(stage, Stage::Paid | Stage::Held).then(|| at(1));
    Purchase { stage, paid, changed: at(30), language: None, buyer: person("claire"), items: items.to_vec() }
}

/// A web shop's order, and the host that hears of it.
struct Life {
    known: Known,
    had: Option<Had>,
    catalogue: Catalogue,
    now: Timestamp,
}

impl Life {
    fn new() -> Life {
        Life { known: Known::default(), had: None, catalogue: toml::from_str(CATALOGUE).unwrap(), now: at(40) }
    }

    /// Reads it, and hears what is told.
    fn reads(&mut self, reading: &Reading) -> String {
        self.reads_and(reading, true)
    }

    /// The same; what is told may get lost before it is known that it was heard.
    fn reads_and(&mut self, reading: &Reading, is_known: bool) -> String {
        let is_before = self
            .had
            .as_ref()
            .and_then(|had| had.stands.as_ref())
            .is_some_and(|had| self.known.moves && had.id != self.known.id("16").unwrap());
        let context = Context {
            key: "16",
            known: self.known.clone(),
            had: self.had.as_ref(),
            is_before,
            catalogue: &self.catalogue,
            begins: at(0),
            gone_seconds: 60,
            now: self.now,
        };
        match context.tell(reading).unwrap() {
            Told::Nothing => "nothing".to_owned(),
            Told::Same(known) => {
                let told = format!("the same {:?}", known.notes);
                self.known = known;
                told
            }
            Told::Gone(known) => {
                self.known = known;
                "gone?".to_owned()
            }
            Told::News(news) => {
                self.known = if is_known { news.after } else { news.before };
                let told = said(&news.said);
                self.hear(news.said);
                told
            }
        }
    }

    /// As the host completes it: what is left unsaid stays.
    fn hear(&mut self, said: Said) {
        let Said::Stands(mut order) = said else { return };
        let before = self.had.take().and_then(|had| had.stands).filter(|before| before.id == order.id);
        for line in &mut order.lines {
            let known = before.as_ref().and_then(|before| before.lines.iter().find(|known| known.line == line.line));
            line.seats = line.seats.take().or_else(|| known.and_then(|known| known.seats.clone()));
        }
        self.had = Some(Had { stands: Some(order), fate: Fate::Counts });
    }

    /// Somebody is named in the first line by the operator, or leaves it.
    fn names(&mut self, people: &[&str]) {
        let order = self.had.as_mut().unwrap().stands.as_mut().unwrap();
        let occupant =
            |name: &&str| Seat { id: None, role: "learner".into(), until: None, occupant: Some(person(name)) };
        order.lines[0].seats = Some(people.iter().map(occupant).collect());
    }
}

/// `16 r1 paid 10:01: 1 SPOCM1 x2 [anne, tutor -]`
fn said(said: &Said) -> String {
    let head = format!("{} r{} {}", said.id(), said.revision(), said.state().as_str());
    let Some(order) = said.order() else { return head };
    let name = |seat: &Seat| match &seat.occupant {
        Some(person) if seat.role == "learner" => person.first_name.clone(),
        occupant => format!("{} {}", seat.role, occupant.as_ref().map_or("-", |person| &person.first_name)),
    };
    let seats = |line: &Line| match &line.seats {
        None => String::new(),
        Some(seats) => format!(" [{}]", seats.iter().map(name).collect::<Vec<_>>().join(", ")),
    };
    let line = |line: &Line| format!("{} {} x{}{}", line.line, line.product, line.quantity, seats(line));
    let lines: Vec<String> = order.lines.iter().map(line).collect();
    format!("{head} {}: {}", &order.time.to_the_minute()[11..], lines.join("; "))
}

fn there(stage: Stage, items: &[Item]) -> Reading {
    Reading::There(Box::new(purchase(stage, items)))
}

#[test]
fn what_matters_is_told_once_and_nothing_else() {
    let one = |quantity| [item(4, quantity, "SPOCM1", &[])];
    let mut life = Life::new();
    for (reading, told) in [
        (there(Stage::Draft, &one(2)), "nothing"),
        (there(Stage::Placed, &one(2)), "16 r1 placed 10:30: 1 SPOCM1 x2"),
        (there(Stage::Placed, &one(2)), "the same {}"),
        (there(Stage::Paid, &one(2)), "16 r2 paid 10:01: 1 SPOCM1 x2"),
        (there(Stage::Paid, &one(5)), "16 r3 paid 10:01: 1 SPOCM1 x5"),
        // The product was renamed, or is gone; it is what it was.
        (there(Stage::Paid, &[item(4, 5, "OTHER", &[])]), "the same {}"),
        (there(Stage::Paid, &[item(4, 5, "", &[])]), "the same {}"),
        (there(Stage::Unknown("packed".into()), &one(5)), "the same {StateUnknown(\"packed\")}"),
        (there(Stage::Held, &one(5)), "16 r4 suspended"),
        (there(Stage::Held, &one(4)), "the same {}"),
        // Goods of other kinds are nothing to us.
        (there(Stage::Paid, &[item(4, 4, "SPOCM1", &[]), item(5, 1, "BOOK1", &[])]), "16 r5 paid 10:01: 1 SPOCM1 x4"),
        // Bought later than the rest.
        (
            there(Stage::Paid, &[item(4, 4, "SPOCM1", &[]), item(6, 1, "SPOCM2-L", &[])]),
            "16 r6 paid 10:30: 1 SPOCM1 x4; 2 SPOCM2 x1",
        ),
        (there(Stage::Paid, &[item(6, 1, "SPOCM2-L", &[])]), "16 r7 paid 10:01: 1 SPOCM1 x0; 2 SPOCM2 x1"),
        (there(Stage::Ended, &[item(6, 1, "SPOCM2-L", &[])]), "16 r8 cancelled"),
        (Reading::Gone, "the same {}"),
    ] {
        assert_eq!(life.reads(&reading), told, "{reading:?}");
    }
}

#[test]
fn what_is_nothing_of_ours_is_not_told() {
    for reading in [
        there(Stage::Paid, &[item(4, 1, "BOOK1", &[])]),
        there(Stage::Paid, &[item(4, 1, "", &[])]),
        // Its seats are sold by other names.
        there(Stage::Paid, &[item(4, 1, "SPOCM2", &[])]),
        there(Stage::Paid, &[item(4, 0, "SPOCM1", &[])]),
        there(Stage::Ended, &[item(4, 1, "SPOCM1", &[])]),
        there(Stage::Held, &[item(4, 1, "SPOCM1", &[])]),
        Reading::Gone,
    ] {
        assert_eq!(Life::new().reads(&reading), "nothing", "{reading:?}");
    }
    let mut before = purchase(Stage::Paid, &[item(4, 1, "SPOCM1", &[])]);
    before.paid = Some(Timestamp::EARLIEST);
    assert_eq!(Life::new().reads(&Reading::There(Box::new(before))), "the same {PaidBefore}");
}

#[test]
fn seats_are_told_only_where_the_web_shop_says_something_new_of_them() {
    let typed = |quantity, people: &[&str]| there(Stage::Paid, &[item(4, quantity, "SPOCM1", people)]);
    let mut life = Life::new();
    assert_eq!(life.reads(&typed(3, &["anne", "anne", "bob"])), "16 r1 paid 10:01: 1 SPOCM1 x3 [anne, bob]");
    assert_eq!(life.known.notes, BTreeSet::from([Note::Unseated(1)]));
    // The operator takes bob out, and names zoe.
    life.names(&["anne", "zoe"]);
    assert_eq!(life.reads(&typed(4, &["anne", "bob"])), "16 r2 paid 10:01: 1 SPOCM1 x4");
    // A seat is paid back, and that is taken back: it is for people to say who leaves, and nobody returns.
    assert_eq!(life.reads(&typed(1, &["anne", "bob"])), "16 r3 paid 10:01: 1 SPOCM1 x1");
    assert_eq!(life.reads(&typed(4, &["anne", "bob"])), "16 r4 paid 10:01: 1 SPOCM1 x4");
    // The merchant corrects anne's address.
    assert_eq!(life.reads(&typed(4, &["anna", "bob"])), "16 r5 paid 10:01: 1 SPOCM1 x4 [zoe, anna]");
    assert_eq!(life.reads(&typed(4, &["anna", "bob"])), "the same {}");
    // For whom there is no seat, none is taken away.
    life.names(&["zoe", "yan", "anna", "mia"]);
    assert_eq!(life.reads(&typed(4, &["anna", "bob", "eve"])), "16 r6 paid 10:01: 1 SPOCM1 x4 [zoe, yan, anna, mia]");
    assert_eq!(life.known.notes, BTreeSet::from([Note::Unseated(1)]));
}

#[test]
fn what_came_to_nothing_is_compared_with_what_counted() {
    let typed = |quantity, people: &[&str]| there(Stage::Paid, &[item(4, quantity, "SPOCM1", people)]);
    let mut life = Life::new();
    assert_eq!(life.reads(&typed(3, &["anne", "bob"])), "16 r1 paid 10:01: 1 SPOCM1 x3 [anne, bob]");
    life.names(&["anne"]);
    let stands = life.had.as_ref().unwrap().stands.clone();
    // Too many; and then anne's address is corrected in another message that is rejected.
    for (reading, told) in [
        (typed(40, &["anne", "bob"]), "16 r2 paid 10:01: 1 SPOCM1 x40"),
        (typed(40, &["anna", "bob"]), "16 r3 paid 10:01: 1 SPOCM1 x40 [anna]"),
    ] {
        assert_eq!(life.reads(&reading), told);
        life.had = Some(Had { stands: stands.clone(), fate: Fate::Nothing });
    }
    // Not at every echo.
    assert_eq!(life.reads(&typed(40, &["anna", "bob"])), "the same {}");
    life.now = at(55);
    assert_eq!(life.reads(&typed(40, &["anna", "bob"])), "16 r4 paid 10:01: 1 SPOCM1 x40 [anna]");
    life.had = Some(Had { stands, fate: Fate::Nothing });
    assert_eq!(life.reads(&typed(4, &["anna", "bob"])), "16 r5 paid 10:01: 1 SPOCM1 x4 [anna]");
}

#[test]
fn what_the_staff_has_decided_since_stays_so_and_what_it_has_put_right_is_made() {
    let typed = |quantity| there(Stage::Paid, &[item(4, quantity, "SPOCM1", &["anne", "bob"])]);
    for (decided, told) in [(OrderState::Paid, "16 r3 paid 10:01: 1 SPOCM1 x1"), (OrderState::Suspended, "the same {}")]
    {
        let mut life = Life::new();
        assert_eq!(life.reads(&typed(2)), "16 r1 paid 10:01: 1 SPOCM1 x2 [anne, bob]");
        let mut stands = life.had.as_ref().unwrap().stands.clone().unwrap();
        // More people sit there than are paid for: that came to nothing.
        assert_eq!(life.reads(&typed(1)), "16 r2 paid 10:01: 1 SPOCM1 x1");
        stands.state = decided;
        life.had = Some(Had { stands: Some(stands), fate: Fate::Outdone });
        life.now = at(55);
        assert_eq!(life.reads(&typed(1)), told);
    }
}

#[test]
fn learners_and_tutors_seats_of_a_product_are_one_session() {
    let items = |tutors| {
        [item(4, 2, "SPOCM2-L", &["anne"]), item(5, tutors, "SPOCM2-T", &[]), item(6, 1, "SPOCM2-L", &["bob"])]
    };
    let mut life = Life::new();
    let first = life.reads(&there(Stage::Paid, &items(1)));
    assert_eq!(first, "16 r1 paid 10:01: 1 SPOCM2 x4 [anne, bob, tutor -]");
    let more = life.reads(&there(Stage::Paid, &items(2)));
    assert_eq!(more, "16 r2 paid 10:01: 1 SPOCM2 x5 [anne, bob, tutor -, tutor -]");
}

#[test]
fn what_is_bought_again_is_bought_then() {
    let mut life = Life::new();
    let [one, two] = [item(4, 1, "SPOCM1", &[]), item(5, 1, "SPOCM2-L", &[])];
    for (items, told) in [
        (vec![one.clone(), two.clone()], "16 r1 paid 10:01: 1 SPOCM1 x1; 2 SPOCM2 x1"),
        (vec![two.clone()], "16 r2 paid 10:01: 1 SPOCM1 x0; 2 SPOCM2 x1"),
        (vec![two, one], "16 r3 paid 10:30: 1 SPOCM1 x1; 2 SPOCM2 x1"),
    ] {
        assert_eq!(life.reads(&there(Stage::Paid, &items)), told);
    }
}

#[test]
fn what_cannot_be_seen_for_a_while_is_not_gone() {
    let paid = there(Stage::Paid, &[item(4, 2, "SPOCM1", &[])]);
    let mut life = Life::new();
    assert_eq!(life.reads(&paid), "16 r1 paid 10:01: 1 SPOCM1 x2");
    assert_eq!(life.reads(&Reading::Gone), "gone?");
    assert_eq!(life.known.notes, BTreeSet::from([Note::Gone]));
    assert_eq!(life.reads(&paid), "the same {}");
    life.now = at(50);
    assert_eq!(life.reads(&Reading::Gone), "gone?");
    life.now = at(51);
    assert_eq!(life.reads(&Reading::Gone), "16 r2 cancelled");
    assert_eq!(life.reads(&Reading::Gone), "the same {}");
}

#[test]
fn an_order_that_comes_back_is_another_with_whoever_sat_in_it() {
    let paid = there(Stage::Paid, &[item(4, 2, "SPOCM1", &["bob"])]);
    let ended = there(Stage::Ended, &[]);
    let mut life = Life::new();
    assert_eq!(life.reads(&paid), "16 r1 paid 10:01: 1 SPOCM1 x2 [bob]");
    life.names(&["anne"]);
    assert_eq!(life.reads(&ended), "16 r2 cancelled");
    assert_eq!(life.reads(&paid), "16-2 r3 paid 10:01: 1 SPOCM1 x2 [anne]");
    assert_eq!(life.reads(&paid), "the same {}");
    assert_eq!(life.reads(&ended), "16-2 r4 cancelled");
    assert_eq!(life.reads(&paid), "16-3 r5 paid 10:01: 1 SPOCM1 x2 [anne]");
}

#[test]
fn what_may_not_have_been_heard_is_told_again() {
    let typed = |people: &[&str]| there(Stage::Paid, &[item(4, 2, "SPOCM1", people)]);
    let ended = there(Stage::Ended, &[]);
    let mut life = Life::new();
    assert_eq!(life.reads_and(&typed(&["anne"]), false), "16 r1 paid 10:01: 1 SPOCM1 x2 [anne]");
    assert_eq!(life.reads_and(&typed(&["anne"]), false), "16 r2 paid 10:01: 1 SPOCM1 x2 [anne]");
    assert_eq!(life.reads(&typed(&["anne"])), "16 r3 paid 10:01: 1 SPOCM1 x2 [anne]");
    assert_eq!(life.reads(&typed(&["anne"])), "the same {}");
    // An end that may not have been heard is told again, too, and so is another life, with its end.
    assert_eq!(life.reads_and(&ended, false), "16 r4 cancelled");
    assert_eq!(life.reads(&ended), "16 r5 cancelled");
    assert_eq!(life.reads_and(&typed(&["anne"]), false), "16-2 r6 paid 10:01: 1 SPOCM1 x2 [anne]");
    assert_eq!(life.reads_and(&typed(&["anne"]), false), "16-2 r7 paid 10:01: 1 SPOCM1 x2 [anne]");
    assert_eq!(life.reads(&ended), "16-2 r8 cancelled");
}
