//! The audit log: who did what, without a word about the people of orders, and whole.

use serde_json::Value;
use shop_core::audit::Broken;
use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::state::LineState::Fulfilled;
use shop_core::words::seat::SeatId;
use shop_harness::World;

use crate::fixtures::shop::*;
use crate::people::privacy::amend;

pub(super) async fn entries(world: &World, order: &str) -> Vec<(String, String, Value)> {
    let entries = world.host.journal().audit(Some(&id(order))).await.unwrap();
    entries.into_iter().map(|entry| (entry.who, entry.action, entry.details)).collect()
}

#[tokio::test]
async fn the_audit_log_tells_who_did_what_without_naming_the_people_of_orders() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["quirin"]), Fulfilled).await;
    amend(&world, Amendment::Seat(SeatId::derive("A", 1, 1), SeatAmendment::Release)).await;
    let log = entries(&world, "A").await;
    let told: Vec<_> = log.iter().map(|(who, action, _)| format!("{who} {action}")).collect();
    assert_eq!(told, ["shop decided", "shop carried-out", "vera decided", "vera carried-out"]);
    let seat = |at: usize| &log[at].2["seats"][0];
    assert_eq!(seat(0)["seat"], SeatId::derive("A", 1, 1).as_str());
    assert_eq!((&seat(0)["from"], &seat(0)["to"]), (&Value::Null, &seat(2)["from"]), "the same pseudonym");
    assert_eq!(log[1].2["facts"]["made"], 10);
    let names = world.host.journal().pseudonyms().await.unwrap();
    assert_eq!(names[seat(2)["from"].as_str().unwrap()], "quirin@example.org");
    let all = world.host.journal().audit(None).await.unwrap();
    assert!(!serde_json::to_string(&all).unwrap().contains('@'));
}

#[tokio::test]
async fn a_log_that_was_tampered_with_is_noticed() {
    let head = |world: &World| {
        let journal = world.host.journal().clone();
        async move { journal.check_audit(None).await.unwrap().unwrap() }
    };
    let open = "DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_shortened;";
    for (tampered, expected) in [
        ("UPDATE audit SET who = 'nobody' WHERE id = 2", Broken::Changed(2)),
        ("UPDATE audit SET at = at + 1 WHERE id = 3", Broken::Changed(3)),
        ("UPDATE audit SET details = '{}' WHERE id = 3", Broken::Changed(3)),
        ("DELETE FROM audit WHERE id = 1", Broken::Missing { expected: 1, found: 2 }),
        ("DELETE FROM audit WHERE id = 3", Broken::Missing { expected: 3, found: 4 }),
        ("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)", Broken::Unknown(String::new())),
    ] {
        let world = shop().await;
        comes_to(&world, &sale("A", &["quirin"]), Fulfilled).await;
        comes_to(&world, &sale("A", &["bob"]), Fulfilled).await;
        let noted = head(&world).await;
        let mut database = direct(&world).await;
        assert!(sqlx::raw_sql(tampered).execute(&mut database).await.is_err(), "the database itself refuses it");
        sqlx::raw_sql(open).execute(&mut database).await.unwrap();
        sqlx::raw_sql(tampered).execute(&mut database).await.unwrap();
        let found = world.host.journal().check_audit(Some(&noted.chain)).await.unwrap().unwrap_err();
        let expected = if let Broken::Unknown(_) = expected { Broken::Unknown(noted.chain) } else { expected };
        assert_eq!(found, expected, "{tampered}");
    }
}
