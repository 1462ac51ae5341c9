//! The lives of orders, step by step, in the order in which they were recorded.

use serde_json::{Map, Value, json};
use woocommerce_double::WooDouble;
use woocommerce_double::shop::{NewOrder, Shop, Via, WebhookStatus};

use crate::recording::{Asked as Exchange, Recording, recording};
use crate::replay::{ask, compare, compare_deliveries, date, set_clock, shop};

/// How a step is done again.
enum Step {
    /// By what happens in the shop.
    Done(fn(&mut Shop, &Recording)),
    /// By the recorded requests.
    Asked,
    /// By the recorded requests, after something else in the shop.
    AskedOnce(fn(&mut Shop, &Recording)),
    /// By the recorded requests, at a time that nothing in them tells.
    AskedAt(&'static str),
}

use Step::{Asked, AskedAt, AskedOnce, Done};

fn by_camille() -> NewOrder {
    NewOrder::by("Camille", "Martin", "camille.martin@example.org").company("Exemple Formation SARL")
}

fn camille(seats: i64) -> NewOrder {
    by_camille().line("SPOCM1", seats)
}

/// A product with the recorded id.
fn add_product(shop: &mut Shop, recording: &Recording, sku: &str, name: &str, cents: i64) -> u64 {
    shop.next_id = recorded_order(recording)["line_items"][0]["product_id"].as_u64().unwrap();
    shop.add_product(sku, name, cents)
}

fn with_note() -> NewOrder {
    camille(5).note("Merci de pr\u{e9}voir des sessions le matin.")
}

/// The first recorded body of an order in a step.
fn recorded_order(recording: &Recording) -> Value {
    let bodies = recording.delivered.iter().map(|one| &one.body).chain(recording.asked.iter().map(|one| &one.body));
    let parsed = bodies.filter_map(|body| serde_json::from_str::<Value>(body).ok());
    parsed.into_iter().find(|body| body["line_items"].is_array()).expect("an order")
}

/// The double counts on from where the recorded shop was, as later requests speak of orders and lines by their ids.
fn count_as_recorded(shop: &mut Shop, order: &Value) {
    let first = |list: &Value| list[0]["id"].as_u64().unwrap();
    shop.next_id = order["id"].as_u64().unwrap();
    shop.next_line = first(&order["line_items"]).min(first(&order["tax_lines"]));
}

/// An order is placed as the recorded one.
fn place(shop: &mut Shop, recording: &Recording, new: &NewOrder) -> u64 {
    count_as_recorded(shop, &recorded_order(recording));
    shop.place(new)
}

/// The same, before the recorded step.
fn place_before(shop: &mut Shop, recording: &Recording, new: &NewOrder) -> u64 {
    let now = shop.now;
    set_clock(shop, &recorded_order(recording)["date_created_gmt"]);
    let id = place(shop, recording, new);
    shop.forget_waiting();
    shop.now = now;
    id
}

fn set_actions(shop: &mut Shop, status: WebhookStatus) {
    let of_actions = shop.webhooks.values().filter(|webhook| webhook.topic.starts_with("action."));
    let ids: Vec<u64> = of_actions.map(|webhook| webhook.id).collect();
    ids.into_iter().for_each(|id| shop.set_webhook_status(id, status));
}

/// What was typed on the page of the product, as a plugin keeps it.
fn typed(order: NewOrder, seats: i64, fields: &[(&str, &str)]) -> NewOrder {
    let whole: Map<String, Value> = fields.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    order.line_with("SPOCM1", seats, fields).with("_fields_raw", whole.into())
}

fn with_participants() -> NewOrder {
    let order = NewOrder::by("Camille", "Martin", "camille.martin@example.org").via(Via::Classic);
    let two = [
        ("Participant 1: first name", "Alix"),
        ("Participant 1: last name", "Durand"),
        ("Participant 1: e-mail", "alix.durand@example.org"),
        ("Participant 2: first name", "Nour"),
        ("Participant 2: last name", "Petit"),
        ("Participant 2: e-mail", "NOUR.Petit@example.org"),
        ("Remarque", "\u{ab} Niveau d\u{e9}butant \u{bb}\nmerci"),
    ];
    let one = [
        ("Participant 1: first name", "Sacha"),
        ("Participant 1: last name", "Leroy"),
        ("Participant 1: e-mail", "sacha.leroy@example.org"),
    ];
    typed(typed(order, 2, &two), 1, &one)
}

const STEPS: &[(&str, Step)] = &[
    (
        "a-01",
        Done(|shop, recording| {
            count_as_recorded(shop, &recorded_order(recording));
            shop.open_checkout(&with_note());
        }),
    ),
    ("a-02", Done(|shop, _| shop.place_opened(16, &with_note()))),
    ("a-03", Done(|shop, _| shop.pay(16))),
    ("a-04", Asked),
    ("a-05", Asked),
    ("a-06", Asked),
    ("a-07", Asked),
    ("a-08", Asked),
    ("a-09", Done(|shop, _| shop.restore(16))),
    ("a-10", AskedAt("2026-11-26T04:37:41")),
    ("a-11", Asked),
    (
        "c-01",
        Done(|shop, recording| {
            let new = NewOrder::by("Dominique", "Petit", "dominique.petit@example.org").company("Exemple Conseil SAS");
            place(shop, recording, &new.line("SPOCM2-L", 5).line("SPOCM2-T", 1).line("BOOK1", 1).by_transfer());
        }),
    ),
    ("c-02", Asked),
    ("c-03", Asked),
    ("c-04", Asked),
    ("c-05", Asked),
    ("c-06", Asked),
    ("c-07", Asked),
    ("c-08", Asked),
    ("c-09", Asked),
    ("d-01", Done(|shop, recording| _ = place(shop, recording, &camille(3)))),
    ("d-02", Done(|shop, _| shop.fail(21))),
    (
        "d-03",
        Done(|shop, _| {
            shop.next_note = 12;
            shop.pay(21);
        }),
    ),
    ("d-04", Asked),
    ("d-05", Asked),
    ("d-06", Asked),
    ("d-07", Asked),
    ("d-08", Asked),
    ("e-01", AskedOnce(|shop, recording| count_as_recorded(shop, &recorded_order(recording)))),
    (
        "f-01",
        Done(|shop, recording| {
            let now = shop.now;
            set_clock(shop, &recorded_order(recording)["date_created_gmt"]);
            let id = place(shop, recording, &camille(5));
            shop.pass(2);
            shop.pay(id);
            shop.pass(1);
            shop.complete(id);
            shop.now = now;
            shop.cancel(id);
        }),
    ),
    (
        "f-04",
        Done(|shop, recording| {
            // The webhooks of actions were paused in this part of the recordings.
            set_actions(shop, WebhookStatus::Paused);
            let id = place(shop, recording, &camille(1));
            shop.delete(id);
            set_actions(shop, WebhookStatus::Active);
        }),
    ),
    (
        "h-02",
        Done(|shop, recording| {
            let id = place_before(shop, recording, &camille(5).line("SPOCM2-T", 1).by_transfer());
            shop.change_quantity(id, 34, 8);
        }),
    ),
    ("h-03", Done(|shop, _| shop.remove_line(32, 35))),
    ("h-04", Done(|shop, _| shop.change_quantity(32, 34, 8))),
    ("h-05", Done(|shop, _| shop.pay_by_hand(32))),
    ("h-06", Done(|shop, _| _ = shop.refund_seats(32, 34, 2, "two less"))),
    ("h-07", Done(|shop, _| shop.delete_refund(32, 33))),
    ("k-01", AskedOnce(|shop, _| shop.write_meta(22, "_touch", "after".into()))),
    (
        "k-03",
        AskedOnce(|shop, recording| {
            set_clock(shop, &serde_json::from_str::<Value>(&recording.asked[3].body).unwrap()["date_created_gmt"]);
            (shop.next_id, shop.next_line) = (29, 28);
            let id = shop.place(&by_camille().line("SPOCM2-L", 5).line("SPOCM2-T", 1));
            shop.pay(id);
            set_clock(shop, &date(recording));
        }),
    ),
    ("k-04", AskedOnce(|shop, _| shop.next_note = 23)),
    ("k-05", Asked),
    ("j-01", Done(|shop, recording| _ = place(shop, recording, &with_participants()))),
    ("j-02", Done(|shop, _| shop.pay(51))),
    (
        "p-03",
        Done(|shop, recording| {
            let name = recorded_order(recording)["line_items"][0]["name"].as_str().unwrap().to_owned();
            let product = add_product(shop, recording, "DOC1", &name, 500);
            shop.products.get_mut(&product).unwrap().downloadable = true;
            let id = place_before(shop, recording, &by_camille().line("DOC1", 1));
            shop.pay(id);
        }),
    ),
    (
        "p-04",
        Done(|shop, recording| {
            let name = recorded_order(recording)["line_items"][0]["name"].as_str().unwrap().to_owned();
            add_product(shop, recording, "FREE1", &name, 0);
            place(shop, recording, &by_camille().line("FREE1", 2));
        }),
    ),
];

#[tokio::test]
async fn orders_live_as_they_did_in_the_recorded_shop() {
    let double = WooDouble::start(shop()).await;
    for (name, step) in STEPS {
        let recording = recording(name);
        set_clock(&mut double.shop(), &date(&recording));
        match step {
            Done(step) => step(&mut double.shop(), &recording),
            Asked => ask_all(&double, &recording).await,
            AskedOnce(before) => {
                before(&mut double.shop(), &recording);
                ask_all(&double, &recording).await;
            }
            AskedAt(date) => {
                set_clock(&mut double.shop(), &json!(date));
                ask_all(&double, &recording).await;
            }
        }
        // The queue did not run in the recordings of the API.
        if name.starts_with("k-") {
            double.shop().forget_waiting();
        }
        compare_deliveries(&recording.name, &double.queued(), &recording.delivered);
    }
}

async fn ask_all(double: &WooDouble, recording: &Recording) {
    assert!(!recording.asked.is_empty(), "{}: nothing was asked", recording.name);
    // The shop's own notes are no part of the double, and it has no batches.
    let is_left_out = |asked: &&Exchange| asked.path.contains("notes?type=any") || asked.path.ends_with("/batch");
    for asked in recording.asked.iter().filter(|asked| !is_left_out(asked)) {
        let (status, _, body) = ask(double, asked).await;
        let told = format!("{} {} {}", recording.name, asked.method, asked.path);
        assert_eq!(status, asked.status, "{told}");
        compare(&told, &body, &asked.body);
    }
}
