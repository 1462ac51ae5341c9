//! What the shop's staff changes, by the order's or the seat's id; and drift.

use serde_json::json;
use shop_core::lines::line::SeatRole;
use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Suspended};
use shop_core::words::order::Person;
use shop_core::words::period::Timestamp;
use shop_core::words::seat::SeatId;
use shop_harness::World;
use shop_host::host::{HostError, Outcome};

use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;

fn seat(number: u32, change: SeatAmendment) -> Amendment {
    Amendment::Seat(SeatId::derive("A", 1, number), change)
}

fn person(name: &str) -> Person {
    serde_json::from_value(json!({"email": format!("{name}@example.org"), "first_name": name, "last_name": "Test"}))
        .unwrap()
}

fn until(time: &str) -> Timestamp {
    Timestamp::try_from(time.to_owned()).unwrap()
}

/// Previewed, an amendment changes nothing; done, it does what the preview said. Returns what differs on the platform.
async fn amend(world: &World, amendment: &Amendment) -> Result<Vec<String>, HostError> {
    let before = world.census().await;
    let preview: Outcome = world.host.preview_amendment(&id("A"), amendment).await?;
    assert_eq!(world.census().await, before, "a preview");
    let outcome = world.host.amend(&id("A"), amendment, "vera", &|_, _| ()).await?;
    assert_eq!((preview.state, steps(&preview)), (outcome.state, steps(&outcome)));
    Ok(difference(&before, &world.census().await))
}

#[tokio::test]
async fn the_life_of_a_seat() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne", "-", "bob"]), Fulfilled).await;
    for (told, amendment, expected) in [
        (
            "a vacant seat is assigned, and moves nobody",
            seat(2, SeatAmendment::Assign(person("carl"), SeatRole::Learner)),
            "+ account carl (carl Test)
             + attachment student carl in claire
             + attachment teacher claire in carl
             + enrolment SPOC carl student 2026-12-01..2027-01-05
             + invitation carl
             + member SPOC A carl",
        ),
        (
            "a seat is extended: only its occupant has more time",
            seat(2, SeatAmendment::Extend(until("2027-03-31T00:00:00Z"))),
            "- enrolment SPOC carl student 2026-12-01..2027-01-05
             + enrolment SPOC carl student 2026-12-01..2027-03-31",
        ),
        (
            "an earlier time than the line's end shortens nothing",
            seat(3, SeatAmendment::Extend(until("2026-12-05T00:00:00Z"))),
            "",
        ),
        (
            "a seat is reassigned",
            seat(1, SeatAmendment::Reassign(person("dora"))),
            "- attachment student anne in claire
             - attachment teacher claire in anne
             - enrolment SPOC anne student 2026-12-01..2027-01-05
             - member SPOC A anne
             + account dora (dora Test)
             + attachment student dora in claire
             + attachment teacher claire in dora
             + enrolment SPOC dora student 2026-12-01..2027-01-05
             + invitation dora
             + member SPOC A dora",
        ),
        (
            "a seat is released",
            seat(3, SeatAmendment::Release),
            "- attachment student bob in claire
             - attachment teacher claire in bob
             - enrolment SPOC bob student 2026-12-01..2027-01-05
             - member SPOC A bob",
        ),
        (
            "a tutor takes it",
            seat(3, SeatAmendment::Assign(person("tess"), SeatRole::Tutor)),
            "+ account tess (tess Test)
             + attachment student tess in claire
             + attachment teacher claire in tess
             + enrolment SPOC tess teacher 2026-12-01..2027-01-05
             + invitation tess
             + member SPOC A tess",
        ),
    ] {
        assert_lines(told, &amend(&world, &amendment).await.unwrap(), expected);
    }
    let before = world.census().await;
    for amendment in [Amendment::Suspend, Amendment::Resume] {
        assert_ne!(amend(&world, &amendment).await.unwrap(), [""; 0]);
    }
    assert_eq!(difference(&before, &world.census().await), [""; 0], "suspended and resumed");
    amend(&world, &Amendment::Cancel).await.unwrap();
    let left = lines(&world.census().await);
    assert!(left.iter().all(|line| line.starts_with("account") || line.starts_with("invitation")), "{left:#?}");
}

#[tokio::test]
async fn what_cannot_be_amended_is_told_and_changes_nothing() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let assign = |number| seat(number, SeatAmendment::Assign(person("bob"), SeatRole::Learner));
    let cases = [
        (None, assign(1), "anne@example.org sits in the seat"),
        (None, assign(6), "it has no seat"),
        (None, seat(2, SeatAmendment::Release), "nobody sits in the seat"),
        (None, seat(2, SeatAmendment::Extend(until("2027-03-31T00:00:00Z"))), "nobody sits in the seat"),
        (Some(Amendment::Suspend), seat(1, SeatAmendment::Release), "it is suspended: resume it first"),
        (Some(Amendment::Cancel), Amendment::Resume, "it is cancelled: that is final"),
        (None, assign(2), "it is cancelled: that is final"),
    ];
    for (first, amendment, expected) in cases {
        if let Some(first) = first {
            amend(&world, &first).await.unwrap();
        }
        let error = amend(&world, &amendment).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let nobody = world.host.amend(&id("B"), &Amendment::Cancel, "vera", &|_, _| ()).await.err().unwrap();
    assert!(matches!(nobody, HostError::UnknownOrder(_)), "{nobody}");
}

/// The seat is as it was bought, and the wrong person has nothing.
#[tokio::test]
async fn a_mistyped_address_is_put_right_at_no_cost() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["ane", "bob"]), Fulfilled).await;
    amend(&world, &seat(1, SeatAmendment::Reassign(person("anne")))).await.unwrap();
    let straight = shop().await;
    comes_to(&straight, &sale("A", &["anne", "bob"]), Fulfilled).await;
    let left = difference(&straight.census().await, &world.census().await);
    assert_eq!(left, ["+ account ane (ane Test)", "+ invitation ane"], "accounts are never deleted");
    let order = world.host.journal().order(&id("A")).await.unwrap().unwrap();
    let taken = order.lines[&1].seats.iter().filter(|seat| seat.occupant.is_some()).count();
    assert_eq!(taken, 2);
}

/// Webhooks are delivered more than once, and late.
#[tokio::test]
async fn the_shops_last_message_come_again_undoes_no_amendment_and_a_new_one_does() {
    for revision in [0, 7] {
        let world = shop().await;
        let message = sale("A", &["anne", "bob"]).with("revision", revision);
        comes_to(&world, &message, Fulfilled).await;
        amend(&world, &seat(1, SeatAmendment::Reassign(person("carl")))).await.unwrap();
        is_in_place(&world, &message, "the same message").await;
        amend(&world, &Amendment::Suspend).await.unwrap();
        comes_to(&world, &message, Suspended).await;
        amend(&world, &Amendment::Resume).await.unwrap();
        assert!(lines(&world.census().await).contains("enrolment SPOC carl student 2026-12-01..2027-01-05"));
        let next = sale("A", &["anne", "dora"]).with("revision", if revision == 0 { 0 } else { 8 });
        comes_to(&world, &next, Fulfilled).await;
        assert!(!lines(&world.census().await).iter().any(|line| line.contains("enrolment SPOC carl")));
        amend(&world, &Amendment::Cancel).await.unwrap();
        comes_to(&world, &next, Cancelled).await;
    }
}

#[tokio::test]
async fn the_shop_adopts_what_the_staff_has_done_and_is_told_of_what_it_undoes() {
    let world = shop().await;
    let paid = sale("A", &["anne", "bob"]);
    comes_to(&world, &paid, Fulfilled).await;
    amend(&world, &Amendment::Suspend).await.unwrap();
    comes_to(&world, &paid.clone().state("suspended"), Suspended).await;
    comes_to(&world, &paid, Fulfilled).await;
    amend(&world, &seat(1, SeatAmendment::Reassign(person("carl")))).await.unwrap();
    let undone = world.fulfil(&sale("A", &["anne", "dora"]).json()).await.unwrap();
    let told: Vec<_> = undone.messages.iter().map(|message| message.key.as_str()).collect();
    assert_eq!(told, ["changes-replaced"]);
}

#[tokio::test]
async fn an_extension_is_of_one_person_and_never_shortened() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["ane"]), Fulfilled).await;
    let extend = |time| seat(1, SeatAmendment::Extend(until(time)));
    amend(&world, &extend("2027-08-31T00:00:00Z")).await.unwrap();
    let earlier = amend(&world, &extend("2027-08-30T00:00:00Z")).await.unwrap_err();
    assert!(earlier.to_string().contains("extended until 2027-08-31"), "{earlier}");
    let mut anne = person("anne");
    anne.first_name = "ane".to_owned();
    amend(&world, &seat(1, SeatAmendment::Reassign(anne))).await.unwrap();
    assert!(lines(&world.census().await).contains("enrolment SPOC anne student 2026-12-01..2027-08-31"), "an address");
    amend(&world, &seat(1, SeatAmendment::Reassign(person("bob")))).await.unwrap();
    assert!(lines(&world.census().await).contains("enrolment SPOC bob student 2026-12-01..2027-01-05"), "a person");
}

/// Whatever is wrong with the platform, the customer who cancels is not told to come back later.
#[tokio::test]
async fn an_order_can_be_ended_while_a_change_waits() {
    for accepted in [true, false] {
        let world = shop().await;
        if accepted {
            comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
        }
        let down = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
        fulfil_in(&down, &sale("A", &["bob"])).await.unwrap();
        drop(down);
        world.host.amend(&id("A"), &Amendment::Cancel, "vera", &|_, _| ()).await.unwrap();
        assert_eq!(world.host.resume(&|_, _| ()).await.unwrap().len(), 0);
        let left = lines(&world.census().await);
        assert!(left.iter().all(|line| line.starts_with("account") || line.starts_with("invitation")), "{left:#?}");
    }
}

/// Nobody can do anything for an account that was deleted.
#[tokio::test]
async fn a_deleted_account_is_told_and_not_repaired() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne", "bob"]), Fulfilled).await;
    world.by_hand().set_deleted(&email("anne"), true).unwrap();
    world.by_hand().unenrol("SPOC", &email("anne")).unwrap();
    let found = world.host.verify(&id("A")).await.unwrap();
    assert_eq!(found.messages[0].key, "account-deleted-since");
    assert_eq!(steps(&found), [""; 0]);
    let repaired = world.host.repair(&id("A"), "vera", &|_, _| ()).await.unwrap();
    assert_eq!(repaired.state, Fulfilled);
}

/// What an administrator changed by hand is shown, and put back.
#[tokio::test]
async fn drift_is_shown_and_repaired_without_asking_a_handler() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne", "bob", "tutor tess"]), Fulfilled).await;
    comes_to(&world, &sale("B", &["bob"]).of("OTHER"), Fulfilled).await;
    let sound = world.census().await;
    world.by_hand().unenrol("SPOC", &email("anne")).unwrap();
    let broken = world.census().await;
    let found = world.host.verify(&id("A")).await.unwrap();
    assert_lines("shown", &steps(&found), "made enrolment SPOC anne\nmade member SPOC A anne");
    assert_eq!(world.census().await, broken, "nothing is changed");
    let other = world.host.verify(&id("B")).await.unwrap();
    assert!(other.report.unwrap().is_in_place());
    let repaired = world.host.repair(&id("A"), "vera", &|_, _| ()).await.unwrap();
    assert_eq!((repaired.state, steps(&repaired)), (Fulfilled, steps(&found)));
    assert_eq!(difference(&sound, &world.census().await), [""; 0]);
    assert!(world.host.verify(&id("A")).await.unwrap().report.unwrap().is_in_place());
}
