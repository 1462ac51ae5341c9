//! How a Moodle's database finds addresses: a PostgreSQL only as they are spelled.

use moodle_double::site::{Site, User};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Incomplete};
use shop_core::sessions::attachment::Unattachable;
use shop_core::words::email::Spelled;
use shop_core::words::order::OrderId;
use shop_host::host::HostError;

use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site, user};

const SPELLED: &str = "Anne@Example.org";

/// Anne has an account whose address is stored with capitals.
async fn world(minds_case: bool) -> MoodleWorld {
    let mut site = Site { minds_case, ..site() };
    site.users.insert(10, User { email: SPELLED.to_owned(), ..user("anne") });
    MoodleWorld::with(site).await
}

#[tokio::test]
async fn an_account_is_found_by_its_address_as_the_order_spells_it() {
    let order = sale("A", &["anne", "bob"]);
    for (minds_case, typed, found) in [
        (false, "anne@example.org", true),
        (false, SPELLED, true),
        (true, SPELLED, true),
        (true, " Anne@Example.org\t", true),
        (true, "anne@example.org", false),
        (true, "ANNE@example.org", false),
    ] {
        let told = format!("minds case: {minds_case}, {typed:?}");
        let world = world(minds_case).await;
        let outcome = fulfil_in(&*world.host().await, &order.clone().first_typed(typed)).await.unwrap();
        assert_eq!(outcome.state, if found { Fulfilled } else { Incomplete }, "{told}: {:?}", reasons(&outcome));
        assert_eq!(world.double.site().enrolments.contains_key(&(2, 10)), found, "{told}");
        let accounts = world.double.site().users.values().filter(|user| user.first_name == "anne").count();
        assert_eq!(accounts, 1, "{told}: no second one");
        if !found {
            let reason = "has it in capitals, which not every database finds: have it written in small letters there";
            assert!(reasons(&outcome).iter().any(|said| said.contains(reason)), "{told}: {:?}", reasons(&outcome));
        }
    }
}

/// From the first order on, the shop knows the account by its id, however others spell the address.
#[tokio::test]
async fn an_account_that_was_found_once_is_found_by_any_spelling() {
    let world = world(true).await;
    let host = world.host().await;
    let first = sale("A", &["anne", "bob"]).first_typed(SPELLED);
    let second = sale("B", &["anne", "carl"]).by("zoe");
    for order in [&first, &second] {
        let outcome = fulfil_in(&host, order).await.unwrap();
        assert_eq!(outcome.state, Fulfilled, "{:?}", reasons(&outcome));
    }
    let id = OrderId::try_from("A".to_owned()).unwrap();
    assert!(host.verify(&id).await.unwrap().report.unwrap().is_in_place());
    for order in [first, second] {
        assert_eq!(fulfil_in(&host, &order.state("cancelled")).await.unwrap().state, Cancelled);
    }
    let site = world.double.site();
    assert!(site.enrolments.is_empty() && site.groups.is_empty() && site.user_roles.is_empty());
}

/// Addresses are asked for once, in whichever way they are spelled.
#[tokio::test]
async fn other_spellings_take_no_request_of_their_own() {
    let order = sale("A", &["anne", "bob"]);
    let mut requests = Vec::new();
    for typed in ["anne@example.org", SPELLED] {
        let world = world(false).await;
        world.double.take_requests();
        assert_eq!(fulfil_in(&*world.host().await, &order.clone().first_typed(typed)).await.unwrap().state, Fulfilled);
        requests.push(world.double.take_requests().len());
    }
    assert_eq!(requests[0], requests[1]);
}

/// Whoever agrees may be in no order yet, and the shop may call its operator by another address of the same account.
#[tokio::test]
async fn whom_the_staff_and_the_shop_mean_is_found_by_the_address_as_they_spell_it() {
    let spelled = |typed: &str| typed.parse::<Spelled>().unwrap();
    for (typed, found) in [(SPELLED, true), ("anne@example.org", false)] {
        let world = world(true).await;
        world.double.site().users.insert(11, user("claire"));
        let host = world.host().await;
        let agreed = host.consent(spelled(typed), spelled("claire@example.org"), true, "vera", &|_, _| ()).await;
        match agreed {
            Ok(agreed) => assert!(found && agreed.news && agreed.orders.is_empty(), "{typed}"),
            Err(HostError::Unattachable(Unattachable::NoAccount(_))) => assert!(!found, "{typed}"),
            Err(error) => panic!("{typed}: {error}"),
        }
    }
    let world = world(true).await;
    world.double.site().users.insert(11, user("claire"));
    let host = world.host().await;
    let order = sale("A", &["bob"]);
    assert_eq!(fulfil_in(&host, &order).await.unwrap().state, Fulfilled);
    for (has, says) in [("Clara@Example.org", "Clara@Example.org"), ("claire@example.org", "claire@example.org")] {
        world.double.site().users.get_mut(&11).unwrap().email = has.to_owned();
        let mut operator = person("claire");
        operator["email"] = says.into();
        let said = order.clone().with("operator", operator).seats(&["bob", "carl"]);
        let outcome = fulfil_in(&host, &said).await.unwrap_or_else(|error| panic!("{says}: {error}"));
        assert_eq!(outcome.state, Fulfilled, "{says}: {:?}", reasons(&outcome));
        assert!(!world.double.site().users.values().any(|user| user.first_name == "claire" && user.invited), "{says}");
    }
}
