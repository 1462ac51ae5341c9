//! Whose power over whose account ends, or never begins: when orders pass on, and when addresses change.

use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::recorded::RecordedSeat;
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Placed};
use shop_core::words::order::Person;
use shop_host::host::{Host, HostError};

use crate::fixtures::on_both::{Moved, On};
use crate::fixtures::shop::*;
use crate::people::consent::{CONSENT, attached, is_settled, said, waits_for};

async fn hand_over(host: &Host, order: &str, to: &str) -> Vec<String> {
    let to: Person = serde_json::from_value(person(to)).unwrap();
    let outcome = host.amend(&id(order), &Amendment::HandOver(to), "vera", &|_, _| ()).await.unwrap();
    outcome.messages.into_iter().map(|message| message.key).collect()
}

/// Whoever takes an order over is in charge of the people in it, and not of whoever was in charge of it before: that would be
/// power over all whom those administer.
#[tokio::test]
async fn nobody_gets_the_account_of_whoever_was_in_charge_of_the_order_before() {
    let revision = |order: Sale, number: u32| order.with("revision", number);
    for on in On::both(None).await {
        on.sells(&catalogue(CONSENT));
        let host = on.host(on.platform().await).await;
        let first = sale("A", &["anne", "claire"]);
        let passes = |order: Sale, seats: &[&str]| order.by("zoe").seats(seats);
        for (told, order, state, attaches, waits) in [
            ("seated in the own order", revision(first.clone(), 1), Fulfilled, &["anne to claire"][..], &[][..]),
            ("a customer", sale("B", &["dora"]), Fulfilled, &["anne to claire", "dora to claire"], &[]),
            (
                "the order passes on",
                revision(first.clone().by("zoe"), 2),
                Fulfilled,
                &["anne to zoe", "dora to claire"],
                &["claire"],
            ),
            (
                "in another order",
                sale("C", &["claire"]).by("zoe"),
                Fulfilled,
                &["anne to zoe", "dora to claire"],
                &["claire"],
            ),
            (
                "of whoever learnt in it",
                revision(passes(first.clone(), &["emil"]).by("anne"), 3),
                Fulfilled,
                &["dora to claire", "emil to anne"],
                &[],
            ),
            (
                "and was in charge then",
                revision(passes(first.clone(), &["anne", "emil"]), 4),
                Fulfilled,
                &["dora to claire", "emil to zoe"],
                &["anne"],
            ),
            (
                "by a message that is paid",
                revision(sale("R", &[]).by("vic").state("placed"), 1),
                Placed,
                &["dora to claire", "emil to zoe"],
                &[],
            ),
            (
                "to another customer",
                revision(sale("R", &["vic"]).by("zoe"), 2),
                Fulfilled,
                &["dora to claire", "emil to zoe"],
                &["vic"],
            ),
        ] {
            let previewed = preview_in(&host, &order).await;
            let outcome = fulfil_in(&host, &order).await.unwrap();
            assert_eq!(outcome.state, state, "{told}");
            assert_eq!(attached(&on.census().await), attaches, "{told}");
            assert_eq!([waits_for(&previewed), waits_for(&outcome)], [waits, waits], "{told}");
            is_settled(&host, &order, told).await;
        }
        // They can agree to it, as everybody can.
        assert!(said(&host, "claire", "zoe", true).await.unwrap().news);
        assert!(attached(&on.census().await).contains(&"claire to zoe".to_owned()));
    }
}

/// That is no consent: nobody has said anything, and it is told by whom and for which order it was kept.
#[tokio::test]
async fn a_former_operator_keeps_what_other_orders_claimed_then_and_gets_nothing_new() {
    for settings in [CONSENT, "attach_existing = \"never\""] {
        for on in On::both(None).await {
            on.sells(&catalogue(settings));
            let host = on.host(on.platform().await).await;
            let kept = sale("B", &["anne"]);
            fulfil_in(&host, &sale("A", &["anne", "dora"])).await.unwrap();
            fulfil_in(&host, &kept).await.unwrap();
            let told = hand_over(&host, "A", "zoe").await;
            assert!(told.contains(&"operator-keeps-charge".to_owned()), "{settings}: {told:?}");
            let now = ["anne to claire", "anne to zoe", "dora to zoe"];
            assert_eq!(attached(&on.census().await), now, "{settings}");
            is_settled(&host, &kept, settings).await;
            let journal = host.journal();
            let log = journal.audit(Some(&id("A"))).await.unwrap();
            let keeps: Vec<_> = log.iter().filter_map(|entry| entry.details["keeps"].as_array()).flatten().collect();
            let names = journal.pseudonyms().await.unwrap();
            let keeps: Vec<_> =
                keeps.iter().map(|it| (it["order"].as_str(), &*names[it["person"].as_str().unwrap()])).collect();
            assert_eq!(keeps, [(Some("B"), "anne@example.org")], "{settings}");

            // What is new waits: another order, and another person of the order that has passed on.
            fulfil_in(&host, &sale("C", &["anne", "dora"])).await.unwrap();
            assert_eq!(attached(&on.census().await), now, "{settings}: another order");
            fulfil_in(&host, &kept.clone().seats(&["anne", "dora"])).await.unwrap();
            assert_eq!(attached(&on.census().await), now, "{settings}: another person");
            // So does what was given up.
            for (seats, attaches) in [(&["dora"][..], &now[1..]), (&["anne", "dora"], &now[1..])] {
                fulfil_in(&host, &kept.clone().seats(seats)).await.unwrap();
                assert_eq!(attached(&on.census().await), attaches, "{settings}: {seats:?}");
            }
            if settings == CONSENT {
                assert!(said(&host, "anne", "claire", true).await.unwrap().news, "that was never noted");
                assert_eq!(attached(&on.census().await), now);
            }
        }
    }
}

/// What a Moodle does not tell of who is attached to whom, nobody makes up.
#[tokio::test]
async fn nobody_is_said_to_stay_in_charge_of_whom_they_never_were() {
    for on in On::both(None).await {
        on.sells(&catalogue(CONSENT));
        let host = on.host(on.platform().await).await;
        for order in [sale("A", &["anne"]).by("paul"), sale("B", &["anne"])] {
            fulfil_in(&host, &order).await.unwrap();
        }
        let before = attached(&on.census().await);
        assert_eq!(before, ["anne to paul"]);
        assert_eq!(hand_over(&host, "B", "zoe").await, ["attachments-await-consent", "order-handed-over"]);
        assert_eq!(attached(&on.census().await), before);
    }
}

/// What addresses Claire, Anne and Bob come to have, by which changes, once an order of hers for both is fulfilled.
const CHANGES: &[([&str; 3], &[Moved])] = &[
    (["clara", "annie", "bob"], &[("claire", "clara"), ("anne", "annie")]),
    (["clara", "annie", "robert"], &[("claire", "clara"), ("anne", "annie"), ("bob", "robert")]),
    (["clara", "claire", "bob"], &[("claire", "clara"), ("anne", "claire")]),
    (["anne", "claire", "bob"], &[("claire", "third"), ("anne", "claire"), ("third", "anne")]),
];

/// A firm that has another domain: whatever ends a power ends it, whosever addresses have changed meanwhile.
#[tokio::test]
async fn what_attaches_two_people_is_taken_away_though_both_have_other_addresses() {
    for ([claire, anne, bob], changes) in CHANGES {
        for before in On::both(None).await {
            before.sells(&catalogue("attach_existing = \"always\""));
            let first = sale("A", &["anne", "bob"]);
            fulfil_in(&*before.host(before.platform().await).await, &first).await.unwrap();
            assert_eq!(attached(&before.census().await), ["anne to claire", "bob to claire"]);
            before.change_addresses(changes);
            // What the embedded platform calls them stays.
            let called = match before {
                On::Embedded(_) => ["claire", "anne", "bob"],
                On::Moodle(_) => [claire, anne, bob].map(|name| *name),
            };
            let of_bob = format!("{} to {}", called[2], called[0]);
            for (end, mut left) in [
                ("cancelled", vec![]),
                ("cancelled after a repair", vec![]),
                ("passed on", vec![format!("{} to zoe", called[1]), format!("{} to zoe", called[2])]),
                ("released", vec![of_bob.clone()]),
                // An address that was hers means both: the one who has it, and Claire.
                ("protected", if *anne == "claire" { vec![] } else { vec![of_bob.clone()] }),
                ("detached", vec![of_bob]),
            ] {
                let (on, told) = (before.copy().await, format!("{changes:?}: {end}"));
                if end == "protected" {
                    on.sells(&catalogue(&format!(
                        "attach_existing = \"always\"\nprotected = [\"{anne}@example.org\"]"
                    )));
                }
                let host = on.host(on.platform().await).await;
                match end {
                    "passed on" => _ = hand_over(&host, "A", "zoe").await,
                    "released" => release(&host, "anne").await,
                    "detached" => {
                        let consented = said(&host, anne, claire, false).await.unwrap();
                        assert_eq!(consented.orders.len(), 1, "{told}: the order is concerned");
                    }
                    "protected" | "cancelled after a repair" => {
                        host.repair(&id("A"), "vera", &|_, _| ()).await.unwrap();
                    }
                    _ => {}
                }
                if end.starts_with("cancelled") {
                    let ended = fulfil_in(&host, &first.clone().state("cancelled")).await.unwrap();
                    assert_eq!(ended.state, Cancelled, "{told}");
                }
                left.sort();
                assert_eq!(attached(&on.census().await), left, "{told}");
            }
        }
    }
}

async fn release(host: &Host, who: &str) {
    let recorded = host.journal().order(&id("A")).await.unwrap().unwrap();
    let sits = |seat: &&RecordedSeat| seat.occupant.as_deref() == Some(email(who).as_str());
    let seat = recorded.lines[&1].seats.iter().find(sits).unwrap().id.clone();
    host.amend(&id("A"), &Amendment::Seat(seat, SeatAmendment::Release), "vera", &|_, _| ()).await.unwrap();
}

/// Whom the staff names by the address that the platform has now is whoever is recorded by another.
#[tokio::test]
async fn somebody_is_erased_by_an_address_that_no_order_has_seen() {
    for on in On::both(None).await {
        on.sells(&catalogue(CONSENT));
        let host = on.host(on.platform().await).await;
        let order = sale("A", &["anne"]);
        fulfil_in(&host, &order).await.unwrap();
        on.change_address("anne", "annie");
        let needed = host.erase(&email("annie"), "vera").await.unwrap_err();
        assert!(matches!(needed, HostError::InUse { .. }), "{needed}");
        fulfil_in(&host, &order.seats(&[])).await.unwrap();
        host.erase(&email("annie"), "vera").await.unwrap();
        let recorded = host.journal().order(&id("A")).await.unwrap();
        assert!(!format!("{recorded:?}").contains("ann"), "{recorded:?}");
    }
}
