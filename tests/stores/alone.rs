//! Whoever is alone with the whole shop: nobody works at an order, and nothing is heard of one.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use shop_core::orders::said::Said;
use shop_core::orders::state::LineState::{Cancelled, Fulfilled};
use shop_folder::{Sign, file};
use shop_harness::World;
use shop_journal::{Journal, JournalError, Key, Ticket, Wants};
use tokio::time::{sleep, timeout};

use super::server::{Database, server};
use crate::fixtures::held::comes;
use crate::fixtures::shop::*;

/// A shop, and another host of it.
struct Shop {
    world: World,
    /// If the journal is on a server.
    database: Option<Database>,
    journal: Journal,
    other: Sign,
}

impl Shop {
    async fn of(world: World, database: Option<Database>) -> Shop {
        let journal = Journal::open(&world.data()).await.unwrap();
        let other = Sign::give(&world.data().join("hosts")).unwrap();
        Shop { world, database, journal, other }
    }

    /// The other host draws a ticket.
    async fn draws(&self, wants: &Wants) -> Ticket {
        let name = match self.database {
            Some(_) => format!("elsewhere/{}", self.other.name()),
            None => self.other.name().to_owned(),
        };
        self.journal.draw(&name, wants).await.unwrap()
    }

    async fn is_alone(&self) -> Ticket {
        let ticket = self.draws(&Wants::All).await;
        assert!(self.journal.be_alone(ticket).await.unwrap());
        ticket
    }

    /// No ticket was renewed in time.
    async fn all_are_too_late(&self) {
        let sql = "UPDATE tickets SET until = 0";
        match &self.database {
            Some(database) => _ = sqlx::query(sql).execute(&mut database.direct().await).await.unwrap(),
            None => _ = sqlx::query(sql).execute(&mut direct(&self.world).await).await.unwrap(),
        }
    }
}

/// In a file, and where there is one, on a server.
async fn shops() -> Vec<Shop> {
    let mut shops = vec![Shop::of(shop().await, None).await];
    if let Some(server) = server().await {
        let database = server.database().await;
        shops.push(Shop::of(shop_with_journal(&database.settings()).await, Some(database)).await);
    }
    shops
}

fn said(order: &Sale) -> Said {
    file::parse_order(&order.json()).unwrap()
}

#[tokio::test]
async fn while_somebody_is_alone_nothing_is_heard_of_any_order_and_none_is_worked_at() {
    for shop in shops().await {
        let Shop { world, journal, .. } = &shop;
        let (ticket, said) = (shop.is_alone().await, said(&sale("A", &["anne"])));
        let late = timeout(Duration::from_millis(150), world.host.accept(&said)).await;
        assert!(late.is_err(), "it waits");
        let host = Arc::new(host_through(world, world.platform.clone()).await);
        let order = comes(&host, sale("B", &["bob"]));
        sleep(Duration::from_millis(150)).await;
        assert!(!order.is_finished());
        assert_eq!(world.host.journal().order_ids().await.unwrap(), []);
        let refused = journal.passing().hear_in_vain(said.id(), 1).await;
        assert!(matches!(refused, Err(JournalError::Alone)), "{refused:?}");
        journal.give_back(ticket).await.unwrap();
        assert_eq!(order.await.unwrap().unwrap().state, Fulfilled);
    }
}

/// Later tickets wait for it from when it is drawn; it waits for earlier ones, and what is heard does not wait for that.
#[tokio::test]
async fn whoever_wants_to_be_alone_has_a_place_in_the_line_like_all_others() {
    for shop in shops().await {
        let Shop { world, journal, .. } = &shop;
        let keys = |name: &str| Wants::These(BTreeSet::from([Key::Person(email(name))]));
        let earlier = shop.draws(&keys("anne")).await;
        let alone = shop.draws(&Wants::All).await;
        let later = shop.draws(&keys("bob")).await;
        let ahead = async |ticket| {
            let ahead = journal.ahead_of(ticket).await.unwrap().unwrap();
            ahead.into_iter().map(|ahead| ahead.ticket).collect::<Vec<_>>()
        };
        assert_eq!(
            [ahead(earlier).await, ahead(alone).await, ahead(later).await],
            [vec![], vec![earlier], vec![alone]]
        );
        assert!(!journal.be_alone(alone).await.unwrap());
        let said = said(&sale("A", &["anne"]));
        let _accepted = world.host.accept(&said).await.unwrap();
        journal.give_back(earlier).await.unwrap();
        // The place of what was accepted comes later.
        assert!(journal.be_alone(alone).await.unwrap());
    }
}

/// Others go on when its time is over, and it writes nothing more.
#[tokio::test]
async fn whoever_was_alone_and_paused_for_too_long_writes_nothing_more() {
    for shop in shops().await {
        let Shop { world, journal, .. } = &shop;
        for (order, state) in
            [(sale("OLD", &["olga"]), Fulfilled), (sale("OLD", &["olga"]).state("cancelled"), Cancelled)]
        {
            comes_to(world, &order, state).await;
        }
        let paused = journal.with_ticket(shop.is_alone().await);
        shop.all_are_too_late().await;
        comes_to(world, &sale("A", &["anne"]), Fulfilled).await;
        let late = paused.erase([vec![email("olga").into()]], "vera").await.err().unwrap();
        assert!(matches!(late, JournalError::RanOut), "{late}");
    }
}

/// Else a message would bring back whoever was erased while it was being understood.
#[tokio::test]
async fn what_was_understood_before_an_erasure_is_understood_anew() {
    for Shop { world, .. } in shops().await {
        comes_to(&world, &sale("OLD", &["olga"]), Fulfilled).await;
        comes_to(&world, &sale("OLD", &["olga"]).state("cancelled"), Cancelled).await;
        let id = "OLD".to_owned().try_into().unwrap();
        let before = world.host.journal().known(&id).await.unwrap();
        world.host.erase(email("olga"), "vera").await.unwrap();
        let after = world.host.journal().known(&id).await.unwrap();
        assert_ne!(before.as_of, after.as_of);
    }
}

/// A program that is told to end gives back what it has: hosts elsewhere wait for nothing.
#[tokio::test]
async fn whoever_leaves_gives_back_all_places() {
    for Shop { world, journal, .. } in shops().await {
        let said = said(&sale("A", &["anne"]));
        let accepted = world.host.accept(&said).await.unwrap();
        let keys = BTreeSet::from([Key::Order("A".to_owned().try_into().unwrap())]);
        assert_eq!(journal.at(&keys).await.unwrap().len(), 1);
        world.host.leave().await.unwrap();
        assert_eq!(journal.at(&keys).await.unwrap(), []);
        drop(accepted);
    }
}
