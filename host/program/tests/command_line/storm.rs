//! A thousand deliveries of a web shop, doubled, stale and in any sequence, while the program is killed five times.

use std::time::{Duration, Instant};

use woocommerce_double::WooDouble;
use woocommerce_double::shop::{NewOrder, Shop};

use crate::connect::{files, folder, run};
use crate::serves::Serving;
use crate::shop::Folder;

const ORDERS: usize = 40;

/// What an order has come to: its line's state, and how many seats it has.
fn came_to(folder: &Folder, order: &str) -> (String, usize) {
    let ran = folder.run(&format!("--json orders show {order}"));
    if ran.status != 0 {
        return ("unknown".to_owned(), 0);
    }
    let line = &ran.json()["lines"][0];
    (line["state"].as_str().unwrap().to_owned(), line["seats"].as_array().unwrap().len())
}

#[tokio::test(flavor = "multi_thread")]
async fn however_often_the_program_killed_the_end_is_what_the_web_shop_says() {
    let double = WooDouble::start(Shop::new()).await;
    let folder = folder();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let begins = "--begins 2020-01-01T00:00:00Z";
    let words = format!("connect woocommerce {} --deliveries http://{port} --keys keys {begins}", double.url());
    run(&folder, &words).has(0, &[], &[]);
    assert!(files(&folder).contains_key("web.toml"));

    let buyer = NewOrder::by("Claire", "Martin", "claire.martin@martin-sa.example");
    let orders: Vec<u64> = (0..ORDERS).map(|_| double.shop().place(&buyer.clone().line("SPOCM1", 1))).collect();
    let mut sent = double.queued();
    for round in 0..9 {
        for (nth, order) in orders.iter().enumerate() {
            let mut shop = double.shop();
            shop.pass(1);
            let line = shop.orders[order].lines[0].id;
            match round {
                4 => shop.pay(*order),
                _ => shop.change_quantity(*order, line, 1 + (nth as i64 * 7 + round * 3) % 4),
            }
        }
        sent.extend(double.queued());
    }
    let all: Vec<_> = sent.iter().cycle().take(sent.len() * 3).collect();
    assert!(all.len() >= 1_000, "{}", all.len());
    // In another sequence, in which each comes once: their number and a prime have nothing in common.
    let mixed: Vec<_> = (0..all.len()).map(|nth| all[nth * 7_919 % all.len()]).collect();
    let mut heard = 0;
    for part in mixed.chunks(mixed.len().div_ceil(5)) {
        let serving = Serving::at(&folder, &port.to_string());
        for delivery in part {
            heard += usize::from(double.send(delivery).await == Some(200));
        }
        serving.killed();
    }
    assert_eq!(heard, mixed.len(), "what was answered was written down");

    let serving = Serving::at(&folder, &port.to_string());
    let since = Instant::now();
    for order in orders {
        let expected = ("fulfilled".to_owned(), double.shop().orders[&order].lines[0].quantity as usize);
        let mut found = came_to(&folder, &order.to_string());
        while found != expected {
            assert!(since.elapsed() < Duration::from_secs(240), "{order}: expected {expected:?}, found {found:?}");
            std::thread::sleep(Duration::from_millis(500));
            found = came_to(&folder, &order.to_string());
        }
    }
    serving.ends("-TERM");
    folder.run("orders verify").has(0, &[], &[]);
}
