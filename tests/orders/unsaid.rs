//! What a message does not mention stays: seats, and what the staff has made of them.

use serde_json::{Value, json};
use shop_core::lines::line::SeatRole;
use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::state::LineState::{Fulfilled, Rejected, Suspended, Waiting};
use shop_core::words::order::{OrderId, Person, Seat};
use shop_core::words::period::Timestamp;
use shop_core::words::seat::SeatId;
use shop_harness::World;

use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;

fn id() -> OrderId {
    OrderId::try_from("A".to_owned()).unwrap()
}

fn person(name: &str) -> Person {
    serde_json::from_value(json!({"email": format!("{name}@example.org"), "first_name": name, "last_name": "Test"}))
        .unwrap()
}

async fn amend(world: &World, number: u32, change: SeatAmendment) {
    let amendment = Amendment::Seat(SeatId::derive("A", 1, number), change);
    world.host.amend(&id(), &amendment, "vera", &|_, _| ()).await.unwrap();
}

async fn assign(world: &World, number: u32, name: &str) {
    amend(world, number, SeatAmendment::Assign(person(name), SeatRole::Learner)).await;
}

/// An order of which nothing is said of who sits there.
fn silent(quantity: u32, revision: u32) -> Sale {
    sale("A", &[]).silent(1).in_line(1, "quantity", quantity).with("revision", revision)
}

/// Who sits in line 1, by the numbers of the seats; `-` for a vacant one.
async fn seats(world: &World) -> String {
    let recorded = world.host.journal().order(&id()).await.unwrap().unwrap();
    let seats = recorded.lines[&1].seats.iter().map(|seat| {
        let occupant = seat.occupant.as_deref().unwrap_or("-").replace("@example.org", "");
        format!("{} {occupant}", seat.number)
    });
    seats.collect::<Vec<_>>().join(", ")
}

/// The warnings and errors about an order, previewed and done.
async fn told(world: &World, order: &Sale) -> Vec<String> {
    let mut both = Vec::new();
    for outcome in [world.preview(&order.json()).await.unwrap(), world.fulfil(&order.json()).await.unwrap()] {
        let said = shop_harness::findings(&outcome);
        let keys =
            said.lines().filter(|line| !line.starts_with("notice")).filter_map(|line| line.split([' ', ':']).nth(2));
        both.push(keys.map(str::to_owned).collect::<Vec<_>>());
    }
    assert_eq!(both[0], both[1]);
    both.remove(0)
}

/// A shop that sells seats without names is told of nobody whom the staff has seated.
#[tokio::test]
async fn seats_that_a_message_does_not_mention_stay_as_they_are() {
    let world = shop().await;
    comes_to(&world, &silent(3, 1), Fulfilled).await;
    for (number, name) in [(1, "anne"), (2, "bob"), (3, "carl")] {
        assign(&world, number, name).await;
    }
    let until = Timestamp::try_from("2027-03-31T00:00:00Z".to_owned()).unwrap();
    amend(&world, 2, SeatAmendment::Extend(until)).await;
    let more = silent(4, 2);
    let before = world.census().await;
    assert_eq!(told(&world, &more).await, [""; 0]);
    assert_eq!(difference(&before, &world.census().await), [""; 0], "whoever sits there, and the time that was added");
    assert_eq!(seats(&world).await, "1 anne, 2 bob, 3 carl, 4 -");
    is_in_place(&world, &more, "once more").await;
    let as_null = silent(4, 3).in_line(1, "seats", Value::Null);
    assert_eq!(told(&world, &as_null).await, [""; 0]);
    assert_eq!(seats(&world).await, "1 anne, 2 bob, 3 carl, 4 -", "null says nothing, either");
    assert_eq!(told(&world, &silent(4, 4).in_line(1, "seats", json!([]))).await, ["places-lost"]);
    assert_eq!(seats(&world).await, "1 -, 2 -, 3 -, 4 -", "an empty list does");
}

/// When access ends: of the line, and of whoever has a time beside it.
#[tokio::test]
async fn what_was_agreed_and_who_has_more_time_stays_too() {
    let ends = async |world: &World| {
        let enrolled = |who: &str| {
            let who = who.to_owned();
            move |line: &String| line.starts_with(&format!("enrolment SPOC {who} student"))
        };
        let lines = lines(&world.census().await);
        ["anne", "bob"]
            .map(|who| lines.iter().find(|line| enrolled(who)(line)).unwrap().rsplit("..").next().unwrap().to_owned())
    };
    let world = shop().await;
    let line = |parameters: Value, until: Value| {
        let order = sale("A", &["anne", "bob"]).in_line(1, "parameters", parameters);
        let mut seats = order.clone().seats_of_line(1);
        seats[0]["until"] = until;
        order.in_line(1, "seats", seats)
    };
    let (agreed, time) = (json!("endtime=2027-08-31"), json!("2027-12-31T00:00:00Z"));
    for (parameters, until, expected) in [
        (agreed, time, ["2027-12-31", "2027-09-01"]),
        (Value::Null, Value::Null, ["2027-12-31", "2027-09-01"]),
        (json!("duration=70"), Value::Null, ["2027-12-31", "2027-02-09"]),
        (Value::Null, json!("2027-06-30T00:00:00Z"), ["2027-06-30", "2027-02-09"]),
        (Value::Null, json!("none"), ["2027-02-09", "2027-02-09"]),
        (json!(""), Value::Null, ["2027-01-05", "2027-01-05"]),
    ] {
        comes_to(&world, &line(parameters.clone(), until.clone()), Fulfilled).await;
        assert_eq!(ends(&world).await, expected, "{parameters}, {until}");
        is_in_place(&world, &line(parameters, until), "once more").await;
    }
}

/// Whom the shop names by the address that the account has now, in another place of the list and by another name, loses nothing.
/// While the platform is away, it is told by what it said before.
#[tokio::test]
async fn whoever_is_named_by_another_address_of_the_same_account_keeps_place_and_time() {
    for is_away in [false, true] {
        let world = shop().await;
        let order = sale("A", &["anne", "bob"]).with("revision", 1);
        comes_to(&world, &order, Fulfilled).await;
        let until = Timestamp::try_from("2027-03-31T00:00:00Z".to_owned()).unwrap();
        amend(&world, 1, SeatAmendment::Extend(until)).await;
        world.by_hand().change_address(&email("anne"), &email("annie")).unwrap();
        let renamed = sale("A", &["bob", "annie"]).with("revision", 4);
        if is_away {
            comes_to(&world, &sale("A", &["anne", "bob", "carl"]).with("revision", 2), Fulfilled).await;
            comes_to(&world, &order.with("revision", 3), Fulfilled).await;
            let down = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
            assert_eq!(fulfil_in(&down, &renamed).await.unwrap().state, Waiting);
        }
        let moved: &[&str] = if is_away { &[] } else { &["account-moved"] };
        assert_eq!(told(&world, &renamed).await, moved, "away: {is_away}");
        let ends = "enrolment SPOC anne student 2026-12-01..2027-03-31".to_owned();
        let there = lines(&world.census().await);
        assert!(there.contains(&ends), "away: {is_away}: {there:#?}");
        is_in_place(&world, &renamed, "once more").await;
        assert_eq!(told(&world, &sale("A", &["bob", "carl"]).with("revision", 5)).await[0], "places-lost");
        let ends = "enrolment SPOC carl student 2026-12-01..2027-01-05".to_owned();
        assert!(lines(&world.census().await).contains(&ends), "away: {is_away}: somebody else has no such time");
    }
}

/// Until when whoever is named so in line 1 has access at least, by what is to be.
async fn until(world: &World, name: &str) -> Option<Timestamp> {
    let journal = world.host.journal();
    let recorded = journal.order(&id()).await.unwrap().unwrap();
    let order = journal.unfinished(&id()).await.unwrap().map_or(recorded.latest().clone(), |left| left.order);
    let sits = |seat: &&Seat| seat.occupant.as_ref().is_some_and(|who| who.email == format!("{name}@example.org"));
    let seat = order.lines[0].listed().iter().find(sits).unwrap_or_else(|| panic!("{name} sits nowhere"));
    seat.extended()
}

/// An address goes with its account: whoever has it afterwards is somebody else, and has no time of another's.
#[tokio::test]
async fn whoever_gets_the_address_of_somebody_else_gets_no_time_with_it() {
    let time = Timestamp::try_from("2027-03-31T00:00:00Z".to_owned()).unwrap();
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne", "bob"]).with("revision", 1), Fulfilled).await;
    amend(&world, 1, SeatAmendment::Extend(time)).await;
    world.by_hand().change_address(&email("anne"), &email("annie")).unwrap();
    comes_to(&world, &sale("A", &["annie", "anne"]).with("revision", 2), Fulfilled).await;
    assert_eq!((until(&world, "annie").await, until(&world, "anne").await), (Some(time), None), "both are named");

    let world = shop().await;
    comes_to(&world, &sale("A", &["trainee", "bob"]).with("revision", 1), Fulfilled).await;
    world.by_hand().change_address(&email("trainee"), &email("alice")).unwrap();
    comes_to(&world, &sale("A", &["alice", "carl"]).with("revision", 2), Fulfilled).await;
    amend(&world, 1, SeatAmendment::Extend(time)).await;
    let down = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
    let successor = sale("A", &["carl", "trainee"]).with("revision", 3);
    assert_eq!(fulfil_in(&down, &successor).await.unwrap().state, Waiting);
    assert_eq!(until(&world, "trainee").await, None, "while the platform is away");
}

#[tokio::test]
async fn whoever_the_staff_names_by_another_address_of_the_same_account_keeps_the_time() {
    let time = Timestamp::try_from("2027-03-31T00:00:00Z".to_owned()).unwrap();
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne", "bob"]), Fulfilled).await;
    amend(&world, 1, SeatAmendment::Extend(time)).await;
    world.by_hand().change_address(&email("anne"), &email("dupont")).unwrap();
    amend(&world, 1, SeatAmendment::Reassign(person("dupont"))).await;
    assert_eq!(until(&world, "dupont").await, Some(time));
    amend(&world, 1, SeatAmendment::Reassign(person("carl"))).await;
    assert_eq!(until(&world, "carl").await, None);
}

#[tokio::test]
async fn the_same_message_is_known_again_whatever_it_leaves_unsaid() {
    let world = shop().await;
    comes_to(&world, &silent(3, 0), Fulfilled).await;
    let more = silent(4, 0);
    comes_to(&world, &more, Fulfilled).await;
    assign(&world, 1, "anne").await;
    is_in_place(&world, &more, "the staff has seated somebody since").await;
    world.host.amend(&id(), &Amendment::Suspend, "vera", &|_, _| ()).await.unwrap();
    comes_to(&world, &more, Suspended).await;
    assert_eq!(seats(&world).await, "1 anne, 2 -, 3 -, 4 -");
}

#[tokio::test]
async fn fewer_seats_than_are_taken_are_told_and_nobody_goes() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["-", "anne", "-", "bob"]), Fulfilled).await;
    assert_eq!(told(&world, &silent(1, 0)).await[0], "seats-too-many");
    assert_eq!(lines_of(&world, "A").await, "1 rejected/fulfilled");
    let text = shop_harness::findings(&world.preview(&silent(1, 0).json()).await.unwrap());
    assert!(text.contains("1 seat is paid for, but the order lists 2, 2 of them taken. List those who stay"), "{text}");
    comes_to(&world, &silent(2, 0), Fulfilled).await;
    assert_eq!(seats(&world).await, "2 anne, 4 bob");
}

#[tokio::test]
async fn what_was_said_last_is_what_stays_also_while_it_waits() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let down = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
    assert_eq!(fulfil_in(&down, &sale("A", &["anne", "bob"])).await.unwrap().state, Waiting);
    assert_eq!(fulfil_in(&down, &silent(6, 0)).await.unwrap().state, Waiting);
    drop(down);
    comes_to(&world, &silent(6, 0), Fulfilled).await;
    assert_eq!(seats(&world).await, "1 anne, 2 bob, 3 -, 4 -, 5 -, 6 -");
}

#[tokio::test]
async fn what_came_to_nothing_was_not_said() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne", "anne"]), Rejected).await;
    comes_to(&world, &silent(5, 0), Fulfilled).await;
    assert_eq!(seats(&world).await, "1 -, 2 -, 3 -, 4 -, 5 -");
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    comes_to(&world, &sale("A", &["bob", "bob"]), Rejected).await;
    comes_to(&world, &silent(5, 0), Fulfilled).await;
    assert_eq!(seats(&world).await, "1 anne, 2 -, 3 -, 4 -, 5 -");
}

#[tokio::test]
async fn a_suspension_that_says_nothing_of_seats_changes_none() {
    let world = shop().await;
    comes_to(&world, &silent(2, 1), Fulfilled).await;
    assign(&world, 2, "anne").await;
    let before = world.census().await;
    assert_eq!(told(&world, &silent(2, 2).state("suspended")).await, [""; 0]);
    assert_eq!(told(&world, &silent(2, 3)).await, [""; 0]);
    assert_eq!(difference(&before, &world.census().await), [""; 0]);
}

#[tokio::test]
async fn a_line_that_is_bought_again_has_none_of_its_seats() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    comes_to(&world, &silent(0, 0), Fulfilled).await;
    comes_to(&world, &silent(2, 0), Fulfilled).await;
    assert_eq!(seats(&world).await, "1 -, 2 -");
}

#[tokio::test]
async fn that_the_staffs_changes_are_replaced_is_told_where_they_are() {
    for (about, order, expected) in [
        ("nothing is said", silent(5, 0), &[][..]),
        ("one seat more", silent(6, 0), &[]),
        ("the shop adopts them", sale("A", &["anne", "carl"]), &[]),
        ("and adds somebody", sale("A", &["anne", "carl", "dora"]), &[]),
        ("somebody whom the shop had seated goes", sale("A", &["carl"]), &["places-lost"]),
        ("somebody whom the staff has seated goes", sale("A", &["anne"]), &["changes-replaced", "places-lost"]),
        (
            "somebody whom the staff has taken out comes back",
            sale("A", &["anne", "bob", "carl"]),
            &["changes-replaced"],
        ),
        ("the line ends", silent(0, 0), &["places-lost"]),
    ] {
        let world = shop().await;
        comes_to(&world, &sale("A", &["anne", "bob"]), Fulfilled).await;
        amend(&world, 2, SeatAmendment::Release).await;
        assign(&world, 2, "carl").await;
        assert_eq!(told(&world, &order).await, expected, "{about}");
    }
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    world.host.amend(&id(), &Amendment::Suspend, "vera", &|_, _| ()).await.unwrap();
    assert_eq!(told(&world, &silent(6, 0)).await, ["changes-replaced"], "that the order is suspended");
}

#[tokio::test]
async fn who_was_erased_is_not_brought_back() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne", "bob"]), Fulfilled).await;
    amend(&world, 1, SeatAmendment::Release).await;
    world.host.erase(&email("anne"), "vera").await.unwrap();
    comes_to(&world, &silent(6, 0), Fulfilled).await;
    assert_eq!(seats(&world).await, "1 -, 2 bob, 3 -, 4 -, 5 -, 6 -");
}
