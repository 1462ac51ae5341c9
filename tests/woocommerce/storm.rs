//! A thousand deliveries: doubled, stale, in any sequence, while the host ends and begins again.

use futures_util::StreamExt;
use futures_util::stream;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use tokio::net::TcpListener;
use woocommerce_double::Delivery;
use woocommerce_double::shop::NewOrder;

use super::{Connected, connected, serves};
use crate::fixtures::shop::variable;
use crate::service::client;

const ORDERS: usize = 40;

/// What the shop says of an order in the end.
fn expected(woo: &Connected, order: u64) -> String {
    let shop = woo.shop.shop();
    let order = &shop.orders[&order];
    let quantity = order.lines[0].quantity;
    match order.shown_status() {
        "pending" => format!("placed by camille: 1 placed x{quantity}"),
        "processing" => format!("paid by camille: 1 fulfilled x{quantity}"),
        other => panic!("{other}"),
    }
}

/// Sends one; whoever does not answer has not heard it.
async fn send(delivery: &Delivery) {
    let mut request = client().request(Method::POST, &delivery.url);
    for (name, value) in &delivery.headers {
        request = request.header(name, value);
    }
    _ = request.body(delivery.body.clone()).send().await;
}

#[tokio::test]
async fn however_deliveries_come_the_end_is_what_the_shop_says_in_the_end() {
    let mut random = StdRng::seed_from_u64(variable("SHOP_SEED", 1));
    let mut woo = connected().await;
    let camille = NewOrder::by("Camille", "Martin", "camille@example.org");
    let orders: Vec<u64> = (0..ORDERS).map(|_| woo.shop.shop().place(&camille.clone().line("SPOCM1", 1))).collect();
    let mut sent = woo.shop.queued();
    for _ in 0..8 {
        for order in &orders {
            let mut shop = woo.shop.shop();
            shop.pass(1);
            let line = shop.orders[order].lines[0].id;
            match random.random_range(0..3) {
                0 => shop.pay(*order),
                _ => shop.change_quantity(*order, line, random.random_range(1..4)),
            }
        }
        sent.extend(woo.shop.queued());
    }
    let doubled: Vec<Delivery> = sent.iter().flat_map(|one| [one.clone(), one.clone(), one.clone()]).collect();
    let mut all = doubled;
    assert!(all.len() >= 1_000, "{}", all.len());
    all.shuffle(&mut random);
    let part = all.len() / 5;
    for part in all.chunks(part) {
        stream::iter(part).for_each_concurrent(32, async |one| send(one).await).await;
        // It ends with much still to be read, and begins again on the same port.
        let address = woo.service.address();
        let Connected { world, shop, service, connection } = woo;
        service.ends().await;
        let listener = TcpListener::bind(address).await.unwrap();
        let service = serves(&world, &connection, listener).await;
        woo = Connected { world, shop, service, connection };
    }
    for order in orders {
        woo.comes_to(&order.to_string(), &expected(&woo, order), "in the end").await;
    }
    woo.service.ends().await;
}
