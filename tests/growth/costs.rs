//! What an order costs and leaves behind depends on the order, not on what else is recorded or how much was sent along.

use shop_core::orders::state::LineState::Fulfilled;
use shop_core::platform::names::Names;
use shop_core::words::order::OrderId;

use crate::fixtures::shop::*;

/// Names of courses and roles, as the receipts of a shop that has sold much would have them.
#[tokio::test]
async fn a_receipt_names_what_it_is_about_and_nothing_else() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]).of("OTHER"), Fulfilled).await;
    comes_to(&world, &sale("B", &["anne"]), Fulfilled).await;
    let id = OrderId::try_from("B".to_owned()).unwrap();
    let (_, receipt) = world.host.journal().last_receipt(&id).await.unwrap().unwrap();
    let Names { courses, roles } = receipt.names;
    assert_eq!(courses.into_values().collect::<Vec<_>>(), ["SPOC", "SUPPORT"]);
    assert_eq!(roles.into_values().collect::<Vec<_>>(), ["student", "teacher"]);
}

/// An order that has acted on the account by its old address is told of it each time; the ledger follows it once.
#[tokio::test]
async fn an_address_that_was_changed_is_followed_once() {
    let world = shop().await;
    let order = sale("A", &["anne"]);
    comes_to(&world, &order, Fulfilled).await;
    world.by_hand().change_address(&email("anne"), &email("annette")).unwrap();
    comes_to(&world, &order.seats(&["anne", "bob"]), Fulfilled).await;
    let journal = world.host.journal();
    let account = journal.acted_on(&[&email("annette")].into(), &[]).await.unwrap()[0].1;
    for (people, accounts) in
        [(vec!["anne", "annette"], vec![]), (vec![], vec![account]), (vec!["anne"], vec![account])]
    {
        let people: Vec<_> = people.into_iter().map(email).collect();
        let known = journal.acted_on(&people.iter().collect(), &accounts).await.unwrap();
        assert_eq!(known, [(email("annette"), account)], "there is nothing to follow any more");
    }
}

/// Kept in the same transactions, whatever happens to an order.
#[tokio::test]
async fn the_index_of_people_has_just_those_whom_claims_and_provenance_are_about() {
    let world = shop().await;
    for (orders, state) in crate::durability::crashes::life() {
        for order in orders {
            comes_to(&world, &order, state).await;
            world.by_hand().change_address(&email("carl"), &email("carlo")).ok();
            let mut journal = direct(&world).await;
            let missing = "SELECT DISTINCT atom FROM (SELECT fact FROM claims UNION SELECT fact FROM provenance) AS facts,
                    json_tree(facts.fact) WHERE atom LIKE '%@%' AND (atom, fact) NOT IN (SELECT email, fact FROM facts_people)";
            let missing: Vec<String> = sqlx::query_scalar(missing).fetch_all(&mut journal).await.unwrap();
            assert_eq!(missing, [""; 0], "after {} came to {state}", order.id());
            let beyond = "SELECT email FROM facts_people WHERE fact NOT IN (SELECT fact FROM claims)
                    AND fact NOT IN (SELECT fact FROM provenance)";
            let beyond: Vec<String> = sqlx::query_scalar(beyond).fetch_all(&mut journal).await.unwrap();
            assert_eq!(beyond, [""; 0], "after {} came to {state}", order.id());
        }
    }
}

/// Else a message of some megabytes would make as many findings, which are recorded and shown.
#[tokio::test]
async fn what_is_unknown_without_end_is_told_in_part_and_counted() {
    let world = shop().await;
    let parameters: Vec<String> =
        (0..300).map(|n| format!("unknown-{n}=x")).chain((0..200).map(|_| "a=x".into())).collect();
    let mut operator = person("claire");
    operator["extra"] = (0..70).map(|n| (format!("field-{n}"), "x".into())).collect::<serde_json::Map<_, _>>().into();
    let mut order = sale("A", &["anne", "bob"]).in_line(1, "parameters", parameters.join("&"));
    let mut seats = order.clone().seats_of_line(1);
    for seat in seats.as_array_mut().unwrap() {
        seat["occupant"]["extra"] = operator["extra"].clone();
    }
    order = order.in_line(1, "seats", seats).with("operator", operator);
    let outcome = world.fulfil(&order.json()).await.unwrap();
    assert_eq!(outcome.state, Fulfilled);
    let messages = &outcome.lines[0].messages;
    let told = |key: &str| messages.iter().filter(|message| message.key == key).count();
    assert_eq!((told("parameter-unknown"), told("parameter-repeated")), (100, 100));
    assert_eq!(told("field-unknown"), 100);
    for (key, count) in [("parameters-more", "300"), ("fields-more", "110")] {
        let more: Vec<_> = messages.iter().filter(|message| message.key == key).collect();
        assert!(more.len() == 1 && more[0].worded("en", None).contains(count), "{more:?}");
    }
}
