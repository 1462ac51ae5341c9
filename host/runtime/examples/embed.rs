//! A shop's own program that embeds the host: `cargo run -p shop-host --example embed -- HANDLER.wasm FOLDER`.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use shop_host::embedded::EmbeddedPlatform;
use shop_host::file::{parse_order, parse_toml};
use shop_host::{Allocation, Catalogue, Host, Outcome};

/// Sells a seat in the folder: from nothing to the session.
async fn sell(handler: &Path, folder: &Path) -> Result<Outcome, Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    // Any platform will do that is a `shop_host::Platform`.
    let platform = EmbeddedPlatform::open_or_make(folder.join("platform.sqlite")).await?;
    platform.seed(&parse_toml(PLATFORM)?).await?;
    let catalogue: Catalogue = parse_toml(CATALOGUE)?;
    let host = Host::open(folder, catalogue, Arc::new(platform), Allocation::OnDemand).await?;
    let installed = host.handlers().install(handler, "embed").await?.handler;
    host.handlers().activate(installed.digest, "embed").await?;
    // The order's id is what it is recognised by: fulfilled again, it is found done.
    Ok(host.fulfil(&parse_order(ORDER)?, &|done, all| eprintln!("step {done} of {all}")).await?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [handler, folder] = &arguments[..] else { return Err("expected HANDLER.wasm FOLDER".into()) };
    let outcome = sell(handler.as_ref(), folder.as_ref()).await?;
    println!("order {} is {}", outcome.order, outcome.state);
    Ok(())
}

const PLATFORM: &str = r#"
    role = [
        { short_name = "student", in_course = true, in_account = true },
        { short_name = "teacher", in_course = true, in_account = true },
    ]
    course = [{ short_name = "FIRST-AID", title = "First aid", start = "2026-01-01T00:00:00Z" }]
"#;

const CATALOGUE: &str = r#"
    [[product]]
    reference = "FIRST-AID"
    title = "First aid"
    price = "90.00 EUR"
    handler = "setup-one-course-session"
    parameters = "coursename=FIRST-AID&supervisor=teacher"
    max_seats = 10
"#;

const ORDER: &str = r#"{
    "id": "2026-0001", "state": "paid", "time": "2026-11-20T10:00:00Z",
    "operator": { "email": "olga@example.org", "first_name": "Olga", "last_name": "Moreau" },
    "lines": [{
        "line": 1, "product": "FIRST-AID", "quantity": 1,
        "seats": [{
            "role": "learner",
            "occupant": { "email": "anne@example.org", "first_name": "Anne", "last_name": "Petit" }
        }]
    }]
}"#;

#[cfg(test)]
mod tests {
    use shop_host::LineState;

    use super::*;

    #[tokio::test]
    async fn it_sells_a_seat_and_finds_that_done_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let handler = folder.path().join("handler.wasm");
        std::fs::write(&handler, shop_harness::setup_one_course_session()).unwrap();
        for is_there in [false, true] {
            let outcome = sell(&handler, &folder.path().join("data")).await.unwrap();
            assert_eq!(outcome.state, LineState::Fulfilled);
            assert_eq!(outcome.report.unwrap().is_in_place(), is_there);
        }
    }

    /// An embedder has no other crate of ours, and no database or sandbox of its own for it.
    #[test]
    fn it_needs_one_crate_of_the_hosts() {
        let (program, _) = include_str!("embed.rs").split_once("#[cfg(test)]").unwrap();
        let used: Vec<&str> = program.lines().filter_map(|line| line.strip_prefix("use ")).collect();
        assert!(used.iter().all(|path| path.starts_with("std::") || path.starts_with("shop_host::")), "{used:?}");
        let named = program.matches("shop_").count();
        assert_eq!(named, program.matches("shop_host::").count(), "another crate is named");
    }
}
