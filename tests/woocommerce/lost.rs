//! What the shop never sent, or nobody heard.

use woocommerce_double::shop::{NewOrder, WebhookStatus};
use woocommerce_double::{Fault, When};

use shop_connections::Connection;
use tokio::net::TcpListener;
use woocommerce_double::WooDouble;
use woocommerce_double::shop::Shop;

use super::{Connected, connected, connected_and_looking, connected_with, connection, serves, until};
use crate::fixtures::shop::sale;

fn camille() -> NewOrder {
    NewOrder::by("Camille", "Martin", "camille@example.org")
}

#[tokio::test]
async fn what_was_never_sent_is_found() {
    let woo = connected_and_looking().await;
    let order = woo.shop.shop().place(&camille().line("SPOCM1", 2));
    woo.shop.shop().pay(order);
    woo.shop.shop().forget_waiting();
    let key = order.to_string();
    woo.comes_to(&key, "paid by camille: 1 fulfilled x2", "in the list of what changed").await;
    woo.shop.shop().pass(60);
    woo.shop.shop().trash(order);
    woo.shop.shop().forget_waiting();
    woo.comes_to(&key, "cancelled by camille: 1 cancelled x2", "in the trash, which is in no other list").await;
    woo.service.ends().await;
}

#[tokio::test]
async fn what_no_list_shows_is_found_when_all_that_holds_seats_is_read() {
    // Otherwise it would have to be gone for a day.
    let woo = connected_with("", |connection| Connection { gone_seconds: 0, ..connection }).await;
    let order = woo.shop.shop().place(&camille().line("SPOCM1", 3));
    woo.shop.shop().pay(order);
    let line = woo.shop.shop().orders[&order].lines[0].id;
    let refund = woo.shop.shop().refund_seats(order, line, 1, "");
    woo.delivers().await;
    let key = order.to_string();
    woo.comes_to(&key, "paid by camille: 1 fulfilled x2", "a seat was refunded").await;
    woo.shop.shop().delete_refund(order, refund);
    assert_eq!(woo.shop.shop().waiting(), 0, "nobody is told of that");
    woo.world.host.purchases().hint_all("web").await.unwrap();
    woo.comes_to(&key, "paid by camille: 1 fulfilled x3", "the refund is gone").await;
    woo.shop.shop().delete(order);
    woo.world.host.purchases().hint_all("web").await.unwrap();
    woo.comes_to(&key, "cancelled by camille: 1 cancelled x3", "deleted for good").await;
    woo.service.ends().await;
}

#[tokio::test]
async fn a_shop_that_is_away_or_answers_something_else_cancels_nothing() {
    let woo = connected().await;
    let order = woo.shop.shop().place(&camille().line("SPOCM1", 2));
    woo.shop.shop().pay(order);
    woo.delivers().await;
    let key = order.to_string();
    let paid = "paid by camille: 1 fulfilled x2";
    woo.comes_to(&key, paid, "paid").await;
    let path = format!("/wp-json/wc/v3/orders/{key}");
    let read = || woo.shop.requests().iter().filter(|request| request.path == path).count();
    let is_heard_of = async || woo.world.host.purchases().hint("web", std::slice::from_ref(&key)).await.unwrap();
    let faults = [404, 401, 500, 503].map(Fault::Status).into_iter().chain([Fault::Page, Fault::Lost]);
    for fault in faults {
        let before = read();
        woo.shop.fail(When::Always, fault);
        is_heard_of().await;
        until("true", "it was read", async || (read() > before).to_string()).await;
        woo.shop.mend();
        let left = async || woo.world.host.journal().hints("web").await.unwrap().to_string();
        until("0", "it is read once more", left).await;
        woo.comes_to(&key, paid, &format!("{fault:?}")).await;
    }
    // The shop says that it does not know the order, for a while.
    let kept = woo.shop.shop().orders.remove(&order).unwrap();
    is_heard_of().await;
    let note = async || {
        let known = woo.world.host.journal().purchase("web", &key).await.unwrap().unwrap().known;
        serde_json::from_str::<serde_json::Value>(&known).unwrap()["notes"].to_string()
    };
    until(r#"["gone"]"#, "the staff can see it", note).await;
    woo.comes_to(&key, paid, "not known for a while").await;
    woo.shop.shop().orders.insert(order, kept);
    woo.shop.shop().pass(60);
    woo.shop.shop().cancel(order);
    is_heard_of().await;
    woo.comes_to(&key, "cancelled by camille: 1 cancelled x2", "it is there again").await;
    woo.service.ends().await;
}

#[tokio::test]
async fn a_webhook_that_was_switched_off_is_on_again() {
    let woo = connected_and_looking().await;
    let webhook = *woo.shop.shop().webhooks.keys().next().unwrap();
    woo.shop.shop().set_webhook_status(webhook, WebhookStatus::Disabled);
    let status = async || woo.shop.shop().webhooks[&webhook].status.as_str().to_owned();
    until("active", "switched off", status).await;
    woo.service.ends().await;
}

#[tokio::test]
async fn what_is_not_this_shops_order_is_told_nothing_of() {
    let woo = connected_with("", |connection| Connection { gone_seconds: 0, ..connection }).await;
    let notes = async |key: &str| {
        let known = woo.world.host.journal().purchase("web", key).await.unwrap();
        let known: serde_json::Value = serde_json::from_str(&known.map(|it| it.known).unwrap_or("{}".into())).unwrap();
        known["notes"].to_string()
    };
    // The host has an order of this number from somewhere else.
    let order = woo.shop.shop().place(&camille().line("SPOCM1", 1));
    let key = order.to_string();
    let other = sale(&key, &["anne"]).by("claire").of("SPOCM1");
    woo.world.fulfil(&other.json()).await.unwrap();
    woo.shop.shop().pay(order);
    woo.delivers().await;
    until(r#"[{"contradicts":"order-told-elsewhere"}]"#, "told by others", async || notes(&key).await).await;
    woo.comes_to(&key, "paid by claire: 1 fulfilled x5 anne", "it stays").await;
    // Another shop has the connection's name: what it does not know of the orders of the one before says nothing.
    let order = woo.shop.shop().place(&camille().line("SPOCM1", 2));
    woo.shop.shop().pay(order);
    woo.delivers().await;
    let key = order.to_string();
    woo.comes_to(&key, "paid by camille: 1 fulfilled x2", "its own").await;
    let Connected { world, service, .. } = woo;
    let address = service.address();
    service.ends().await;
    let shop = WooDouble::start(Shop::new()).await;
    let connection = connection(world.folder(), &shop, &format!("http://{address}/connections/web"), "");
    let connection = Connection { gone_seconds: 0, ..connection };
    let service = serves(&world, &connection, TcpListener::bind(address).await.unwrap()).await;
    let woo = Connected { world, shop, service, connection };
    woo.world.host.purchases().hint_all("web").await.unwrap();
    let left = async || woo.world.host.journal().hints("web").await.unwrap().to_string();
    until("0", "it is looked at", left).await;
    woo.comes_to(&key, "paid by camille: 1 fulfilled x2", "of another shop").await;
    woo.service.ends().await;
}

#[tokio::test]
async fn what_was_paid_before_the_connection_began_is_left_alone() {
    let woo = connected().await;
    let old = {
        let mut shop = woo.shop.shop();
        let now = shop.now;
        shop.now = now - chrono::Duration::days(400);
        let old = shop.place(&camille().line("SPOCM1", 2));
        shop.pay(old);
        shop.now = now;
        shop.complete(old);
        old
    };
    woo.delivers().await;
    let new = woo.shop.shop().place(&camille().line("SPOCM1", 1));
    woo.shop.shop().pay(new);
    woo.delivers().await;
    woo.comes_to(&new.to_string(), "paid by camille: 1 fulfilled x1", "a new one").await;
    woo.comes_to(&old.to_string(), "nothing", "an old one").await;
    woo.service.ends().await;
}
