//! What the REST API answers, beside what belongs to the life of an order.

use serde_json::{Value, json};
use woocommerce_double::WooDouble;
use woocommerce_double::shop::{Key, NewOrder, Order, Permission, Shop, Status, Storage};

use crate::receiver::Receiver;
use crate::recording::{Asked, recording};
use crate::replay::{ask, compare, set_clock, shop};

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Asks, and compares status, body and the headers about pages.
async fn ask_and_compare(double: &WooDouble, asked: &Asked) {
    let (status, headers, body) = ask(double, asked).await;
    let told = format!("{} {}", asked.method, asked.path);
    assert_eq!(status, asked.status, "{told}");
    compare(&told, &body, &asked.body);
    for name in ["X-WP-Total", "X-WP-TotalPages"] {
        assert_eq!(header(&headers, name), header(&asked.headers, name), "{told}: {name}");
    }
    let is_next =
        |headers: &[(String, String)]| header(headers, "Link").is_some_and(|link| link.contains("rel=\"next\""));
    assert_eq!(is_next(&headers), is_next(&asked.headers), "{told}: Link");
}

/// A shop with the orders of a recorded list, the newest first.
fn with_orders(newest_first: &Value) -> Shop {
    let mut shop = shop();
    for (place, listed) in newest_first.as_array().unwrap().iter().enumerate() {
        let status = listed["status"].as_str().unwrap();
        set_clock(&mut shop, &listed["date_modified_gmt"]);
        let modified = shop.now;
        set_clock(&mut shop, &json!("2026-11-26T04:00:00"));
        shop.pass(-(place as i64));
        let order = Order {
            id: listed["id"].as_u64().unwrap(),
            status: Status::named(status),
            trashed: status == "trash",
            created: shop.now,
            modified,
            ..Order::default()
        };
        shop.orders.insert(order.id, order);
    }
    shop
}

#[tokio::test]
async fn lists_of_orders_are_those_that_were_recorded() {
    let recording = recording("k-02");
    let by_change = parsed(&recording.asked[1].body);
    let mut newest_first = by_change.as_array().unwrap().clone();
    newest_first.sort_by_key(|order| std::cmp::Reverse(order["id"].as_u64()));
    let double = WooDouble::start(with_orders(&newest_first.into())).await;
    assert!(recording.asked.len() > 10);
    for asked in &recording.asked {
        ask_and_compare(&double, asked).await;
    }
}

#[tokio::test]
async fn orders_in_the_trash_are_only_in_lists_of_the_trash() {
    let recording = recording("k-08");
    let any = recording.asked.iter().find(|asked| asked.path.contains("status=any&")).unwrap();
    let mut all = parsed(&any.body);
    all.as_array_mut().unwrap().push(parsed(&recording.asked[1].body)[0].clone());
    let double = WooDouble::start(with_orders(&all)).await;
    for asked in &recording.asked {
        ask_and_compare(&double, asked).await;
    }
}

#[tokio::test]
async fn keys_open_what_they_did_in_the_recorded_shop() {
    let mut shop = shop();
    for (name, may) in [("ro1", Permission::Read), ("wo1", Permission::Write)] {
        let [key, secret] = ["ck", "cs"].map(|kind| format!("{kind}_{name:0>40}"));
        shop.keys.push(Key { key, secret, may });
    }
    while shop.webhooks.len() < 11 {
        shop.add_webhook("order.updated", "http://127.0.0.1:1/", "");
    }
    shop.next_id = 21;
    let id = shop.place(&NewOrder::by("Camille", "Martin", "camille.martin@example.org").line("SPOCM1", 3));
    shop.complete(id);
    let double = WooDouble::start(shop).await;
    // The double takes plain HTTP for HTTPS.
    for asked in recording("k-06").asked.iter().filter(|asked| asked.is_https) {
        let is_list = asked.path.ends_with("/webhooks") && asked.status == 200;
        match is_list {
            true => {
                let (status, headers, body) = ask(&double, asked).await;
                let fields = |body: &str| parsed(body)[0].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
                assert_eq!((status, fields(&body)), (200, fields(&asked.body)));
                assert_eq!(header(&headers, "X-WP-Total"), header(&asked.headers, "X-WP-Total"));
                assert_eq!(header(&headers, "Link"), header(&asked.headers, "Link"));
            }
            false => ask_and_compare(&double, asked).await,
        }
    }
}

#[tokio::test]
async fn webhooks_are_made_pinged_and_changed_as_recorded() {
    let receiver = Receiver::start(200).await;
    let double = WooDouble::start(Shop::new()).await;
    let (made, changed) = (recording("b-webhook-create"), recording("b-webhook-update"));
    let here = |text: &str| text.replace("http://127.0.0.1:9099", &receiver.url);
    // On the wire, slashes are escaped.
    let answered_here = |text: &str| text.replace("http:\\/\\/127.0.0.1:9099", &receiver.url.replace('/', "\\/"));
    double.shop().next_webhook = 3;
    for asked in made.asked.iter().chain(&changed.asked) {
        let told = parsed(&asked.body);
        let date =
            if told["date_modified_gmt"].is_null() { &told["date_created_gmt"] } else { &told["date_modified_gmt"] };
        set_clock(&mut double.shop(), date);
        let asked = Asked { sent: here(&asked.sent), body: answered_here(&asked.body), ..asked.clone() };
        ask_and_compare(&double, &asked).await;
    }
    let pings = receiver.take();
    assert_eq!(pings.len(), made.delivered.len(), "only those that were made are pinged");
    for (ping, recorded) in pings.iter().zip(&made.delivered) {
        assert_eq!(ping.body, recorded.body.as_bytes());
        for (name, value) in recorded.headers.iter().filter(|(name, _)| name != "Host") {
            assert_eq!(ping.header(name), Some(value.as_str()), "{name}");
        }
        assert_eq!(ping.header("X-WC-Webhook-Signature"), None);
    }
}

#[tokio::test]
async fn the_sku_of_a_line_is_that_of_the_product_as_long_as_there_is_one() {
    let mut shop = shop();
    shop.next_id = 52;
    let product = shop.add_product("ATELIER1", "Atelier test", 2000);
    shop.next_line = 69;
    let order = shop.place(&NewOrder::by("Camille", "Martin", "camille.martin@example.org").line("ATELIER1", 2));
    shop.forget_waiting();
    let double = WooDouble::start(shop).await;
    let asked = &recording("k-01").asked[0];
    let asked = Asked { path: format!("/wp-json/wc/v3/orders/{order}"), ..asked.clone() };
    let changes: [fn(&mut Shop, u64); 3] =
        [|_, _| (), |shop, product| shop.change_sku(product, "ATELIER2"), |shop, product| shop.delete_product(product)];
    for (change, row) in changes.into_iter().zip(recording("m-03").file["rows"].as_array().unwrap()) {
        change(&mut double.shop(), product);
        let topics: Vec<_> = double.queued().into_iter().map(|delivery| delivery.topic).collect();
        assert!(!topics.iter().any(|topic| topic.starts_with("order.")), "{row}: {topics:?}");
        let (_, _, body) = ask(&double, &asked).await;
        let line = &parsed(&body)["line_items"][0];
        for (name, value) in row["line"].as_object().unwrap() {
            assert_eq!(&line[name], value, "{row}: {name}");
        }
    }
}

#[tokio::test]
async fn a_product_is_found_by_its_sku_and_told_when_that_changes() {
    let mut shop = shop();
    shop.next_id = 52;
    let product = shop.add_product("ATELIER1", "Atelier renomm\u{e9}", 2000);
    let recorded = recording("m-01");
    let body = parsed(&recorded.delivered[0].body);
    set_clock(&mut shop, &body["date_modified_gmt"]);
    shop.change_sku(product, "ATELIER2");
    let double = WooDouble::start(shop).await;
    let asked = &recording("k-01").asked[0];
    let asked = Asked { path: "/wp-json/wc/v3/products?sku=ATELIER2".to_owned(), ..asked.clone() };
    let found = parsed(&ask(&double, &asked).await.2);
    let queued = double.queued();
    assert_eq!(queued.iter().map(|one| one.topic.as_str()).collect::<Vec<_>>(), ["product.updated"]);
    for one in [&found[0], &parsed(std::str::from_utf8(&queued[0].body).unwrap())] {
        for (name, value) in one.as_object().unwrap() {
            assert_eq!(value, &body[name], "{name}");
        }
    }
}

/// A change of a recorded row, done to order 48 with its only line 62.
fn change(shop: &mut Shop, row: &Value) {
    let name = row["change"].as_str().unwrap();
    match name {
        "as placed" => {}
        "quantity 5 to 7 with totals (REST)" => shop.change_quantity(48, 62, 7),
        "quantity 7 to 6, totals not given (REST)" => shop.change_quantity(48, 62, 6),
        "item meta only (REST)" | "order meta only (REST)" => shop.write_meta(48, "_key", "value".into()),
        "line added (REST)" => _ = shop.add_line(48, "BOOK1", 1),
        "line removed (REST)" => {
            let line = shop.orders[&48].lines[1].id;
            shop.remove_line(48, line);
        }
        "billing e-mail (REST)" => shop.correct_email(48, "other@example.org"),
        "customer note (REST)" => shop.write_customer_note(48, "x"),
        "status (REST)" => shop.pay_by_hand(48),
        "quantity to 8 in the admin items box" => shop.change_quantity(48, 62, 8),
        "refund of a seat (REST)" => _ = shop.refund_seats(48, 62, 1, ""),
        "refund deleted (REST)" => {
            let refund = shop.orders[&48].refunds[0].id;
            shop.delete_refund(48, refund);
        }
        "note" => _ = shop.add_note(48, "Called the buyer.", false),
        "trashed" => shop.trash(48),
        _ if name.starts_with("item meta written by a plugin") => shop.write_line_meta(48, 62, "_key", "value".into()),
        _ => panic!("a change that the double does not know: {name}"),
    }
}

#[test]
fn the_date_of_change_moves_and_stays_as_in_both_kinds_of_storage() {
    for (name, storage) in [("i-25", Storage::Hpos), ("i-24", Storage::Cpt)] {
        let mut shop = shop();
        shop.storage = storage;
        (shop.next_id, shop.next_line) = (48, 61);
        shop.place(&NewOrder::by("Camille", "Martin", "camille.martin@example.org").line("SPOCM1", 5).by_transfer());
        let mut before = Value::Null;
        for row in recording(name).file["rows"].as_array().unwrap() {
            let last = shop.orders[&48].modified;
            shop.pass(3);
            change(&mut shop, row);
            let order = &shop.orders[&48];
            let date = row["date_modified_gmt"].clone();
            assert_eq!(order.modified != last, !before.is_null() && date != before, "{name} {row}");
            assert_eq!(order.shown_status(), row["status"], "{name} {row}");
            let quantities: Vec<_> = order.lines.iter().map(|line| line.quantity).collect();
            assert_eq!(json!(quantities), row["quantities"], "{name} {row}");
            before = date;
        }
    }
}
