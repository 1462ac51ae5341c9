//! What hostile handlers leave behind in the host's memory: nothing; and how little an answer of a Moodle's takes, whatever
//! is in it. A program of its own, since the memory is that of all tests in it: they take turns.

use axum::Router;
use axum::body::Bytes;
use hostile_guests::Guest;
use serde_json::json;
use shop_core::platform::Platform;
use shop_harness::{Given, World, forget_peak, peak_bytes, resident_bytes};
use shop_platforms::moodle::{MoodlePlatform, MoodleSettings, TokenSource};

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
            world.host.handlers().activate(handler.digest, "test").await.unwrap();
            world.preview(&order.to_string()).await.unwrap();
        }
    }
}

static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test]
async fn the_memory_returns_to_where_it_was() {
    let _turn = TURN.lock().await;
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

/// What is recorded, previewed or told of it is not more than the order itself, in which most of it is.
#[tokio::test]
async fn an_order_takes_little_memory_whatever_is_in_it() {
    let _turn = TURN.lock().await;
    let world = Given::catalogue(CATALOGUE).platform(PLATFORM).open().await;
    world.serve(&Guest::Nothing.bytes()).await;
    let person = json!({"email": "claire@example.org", "first_name": "Claire", "last_name": "Martin", "extra": {}});
    let line = json!({"line": 1, "product": "GUEST", "quantity": 5, "parameters": "", "seats": []});
    let order = json!({
        "id": "A", "state": "paid", "time": "2026-12-01T00:00:00Z", "operator": person, "lines": [line],
    });
    let (order, person) = (order.to_string(), person.to_string());
    let fields = |n: usize| (0..n).map(|n| format!("\"{n}\":\"\"")).collect::<Vec<_>>().join(",");
    let loaded = person.replace("{}", &format!("{{{}}}", fields(1_000)));
    let seats = |seat: &str, number: usize| format!("\"seats\":[{}]", vec![seat; number].join(","));
    let parameters = |text: String| format!("\"parameters\":\"{text}\"");
    for (what, from, to) in [
        ("fields of one person", "\"extra\":{}", format!("\"extra\":{{{}}}", fields(200_000))),
        ("fields of many", "\"seats\":[]", seats(&format!("{{\"role\":\"learner\",\"occupant\":{loaded}}}"), 490)),
        ("vacant seats", "\"seats\":[]", seats("{\"role\":\"learner\"}", 240_000)),
        ("seats of no role", "\"seats\":[]", seats("{\"role\":\"\"}", 240_000)),
        ("people without a name", "\"seats\":[]", seats("{\"role\":\"x\",\"occupant\":{\"email\":\"\"}}", 100_000)),
        ("more values than there may be", "\"seats\":[]", seats("{\"role\":\"\"}", 4_000_000)),
        ("parameters", "\"parameters\":\"\"", parameters((0..200_000).map(|n| format!("{n}=&")).collect())),
        ("a long parameter", "\"parameters\":\"\"", parameters("x".repeat(60 << 20))),
        ("a long name", "\"Martin\"", format!("\"{}\"", "x".repeat(60 << 20))),
    ] {
        let text = order.replace(from, &to);
        assert_ne!(text, order, "{what}");
        let (Some(before), true) = (resident_bytes(), forget_peak()) else {
            return eprintln!("skipped: this system does not tell how much memory a process had");
        };
        if let Ok(said) = shop_folder::file::parse_order(&text) {
            let outcome = world.host.preview(&said).await.unwrap();
            assert!(!shop_harness::findings(&outcome).is_empty(), "{what}");
        }
        let peak = peak_bytes().unwrap_or_default();
        println!("{what}: {} MiB", peak.saturating_sub(before) >> 20);
        assert!(peak <= before + (512 << 20), "{what}: {before} bytes before, {peak} at most");
    }
}

/// A list of as many of these as an answer may hold.
fn full_of(element: &str) -> Bytes {
    let elements = vec![element; (32 << 20) / (element.len() + 1) - 1];
    format!("[{}]", elements.join(",")).into()
}

/// Most of it is the answer itself, once here and once there. A tree of its values would take gigabytes.
#[tokio::test]
async fn an_answer_takes_little_memory_whatever_is_in_it() {
    let _turn = TURN.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "0123456789abcdef0123456789abcdef").unwrap();
    for (element, told) in [
        ("0", "values"),
        ("[]", "values"),
        ("\"\"", "values"),
        ("{\"\":0}", "values"),
        ("{\"id\":1}", "values"),
        ("{\"id\":1,\"email\":\"\",\"firstname\":\"\",\"lastname\":\"\"}", "values"),
        ("{\"id\":1,\"picture\":\"https://moodle.example/pluginfile.php/1/user\"}", "nobody"),
        ("\"a text that is no account, and is told in part\"", "is not what Moodle"),
    ] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answer = full_of(element);
        let router = Router::new().fallback(move || std::future::ready(answer.clone()));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let settings = MoodleSettings { token: TokenSource::File(token.clone()), ..MoodleSettings::new(&url) };
        let platform = MoodlePlatform::open(settings, &folder.path().join("memory.sqlite")).await.unwrap();
        let (Some(before), true) = (resident_bytes(), forget_peak()) else {
            return eprintln!("skipped: this system does not tell how much memory a process had");
        };
        let found = platform.find_accounts(&["anne@example.org".parse().unwrap()], &[]).await;
        let peak = peak_bytes().unwrap_or_default();
        let found = found.map_or_else(|error| error.to_string(), |found| format!("{:?} nobody", found.first()));
        assert!(found.contains(told), "{element}: {found}");
        assert!(peak <= before + (256 << 20), "{element}: {before} bytes before, {peak} at most");
        server.abort();
        // What is remembered of one site is not another's.
        std::fs::remove_file(folder.path().join("memory.sqlite")).unwrap();
    }
}
