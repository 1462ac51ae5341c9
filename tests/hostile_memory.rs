//! What hostile handlers leave behind in the host's memory: nothing. A program of its own, since the memory is that of
//! all tests in it.

use serde_json::json;
use shop_tests::guests::Guest;
use shop_tests::{Given, World, resident_bytes};

/// Far more than allocators and caches need to settle, and far less than any guest tries to take.
const SLACK: u64 = 64 << 20;

const CATALOGUE: &str = r#"
    [[product]]
    reference = "GUEST"
    title = "Hostile"
    price = "10.00 EUR"
    handler = "hostile"
    parameters = "coursename=SPOCM1"
    max_seats = 30
"#;

const PLATFORM: &str = r#"
    [[role]]
    short_name = "student"
    in_course = true
    in_account = true

    [[course]]
    short_name = "SPOCM1"
    title = "The hostile handlers' course"
    start = "2026-06-01T00:00:00Z"
"#;

async fn call_everyone(world: &World) {
    let claire = json!({"email": "claire@example.org", "first_name": "Claire", "last_name": "Martin"});
    let line = json!({"line": 1, "product": "GUEST", "quantity": 5, "seats": []});
    let order = json!({
        "id": "A", "state": "paid", "time": "2026-12-01T00:00:00Z", "operator": claire, "lines": [line],
    });
    for guest in Guest::ALL {
        if let Ok(handler) = world.install(&guest.bytes()).await {
            world.shop.registry().activate(handler.digest, "test").await.unwrap();
            world.preview(&order.to_string()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn the_memory_returns_to_where_it_was() {
    let world = Given::catalogue(CATALOGUE).platform(PLATFORM).open().await;
    call_everyone(&world).await;
    let Some(before) = resident_bytes() else {
        return eprintln!("skipped: this system does not tell how much memory a process has");
    };
    call_everyone(&world).await;
    call_everyone(&world).await;
    let after = resident_bytes().unwrap_or(before);
    assert!(after <= before + SLACK, "{before} bytes before, {after} after");
}
