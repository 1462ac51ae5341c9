//! The service as a process, with tokens that the command line makes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::shop::{CATALOGUE, Folder, ORDER};

/// A service that runs, where it listens.
pub(crate) struct Serving(Child, SocketAddr);

impl Serving {
    fn of(folder: &Folder) -> Serving {
        Serving::at(folder, "127.0.0.1:0")
    }

    pub(crate) fn at(folder: &Folder, place: &str) -> Serving {
        let mut command = folder.command(&format!("--json serve --listen {place}"));
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let address = told["listening"].as_str().unwrap().parse().unwrap();
        Serving(child, address)
    }

    pub(crate) fn killed(self) {
        let Serving(mut child, _) = self;
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// A request, with the status and the body of what is answered.
    fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, String) {
        self.ask_preferring("wait=60", method, path, token, body)
    }

    fn ask_preferring(&self, how: &str, method: &str, path: &str, token: &str, body: &str) -> (u16, String) {
        let mut connection = TcpStream::connect(self.1).unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: shop\r\nauthorization: Bearer {token}\r\nprefer: {how}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// By a signal, in time and well.
    pub(crate) fn ends(mut self, signal: &str) {
        let killed = std::process::Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let since = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                assert!(status.success(), "{signal}: {status}");
                return;
            }
            assert!(since.elapsed() < Duration::from_secs(60), "{signal}: it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn token(folder: &Folder, words: &str) -> String {
    let made = folder.run(&format!("--json {words} tokens make web --permit orders:read --permit orders:write")).json();
    made["secret"].as_str().unwrap().to_owned()
}

#[test]
fn a_shop_uses_the_service_with_the_token_that_was_made_for_it() {
    let folder = Folder::new();
    folder.write("shop/shops/nord.toml", CATALOGUE);
    let (first, nord) = (token(&folder, ""), token(&folder, "--shop nord"));
    let serving = Serving::of(&folder);
    for (token, id) in [(&first, "2026-0142"), (&nord, "nord::2026-0142")] {
        let (status, body) = serving.ask("PUT", "/v1/orders/2026-0142", token, ORDER);
        assert!(
            status == 200 && body.contains("\"fulfilled\"") && body.contains(&format!("\"{id}\"")),
            "{status} {body}"
        );
    }
    // Commands beside it see the same.
    folder.run("--shop nord orders list").has(0, &["nord::2026-0142"], &[]);

    folder.run("tokens list").has(0, &["web", "nord", "orders:read orders:write"], &[]);
    let told = folder.run("--shop nord tokens list").told();
    assert!(!told.contains(" 1 ") && !told.contains(&nord), "{told}");
    folder.run("--shop nord tokens revoke 1").has(2, &[], &["1"]);
    folder.run("tokens revoke 2").has(0, &["2"], &[]);
    assert_eq!(serving.ask("GET", "/v1/orders", &nord, "").0, 401);
    assert_eq!(serving.ask("GET", "/v1/orders", &first, "").0, 200);
    folder.run("audit list").has(0, &["token-made", "token-revoked"], &[]);
    serving.ends("-TERM");
    Serving::of(&folder).ends("-INT");
}

/// What was answered is done, though the program is killed at that moment, each time.
#[test]
fn what_was_accepted_survives_a_kill() {
    let folder = Folder::new();
    let token = token(&folder, "");
    let ids: Vec<String> = (0..5).map(|number| format!("K-{number}")).collect();
    for id in &ids {
        let serving = Serving::of(&folder);
        let order = ORDER.replace("2026-0142", id);
        let (status, body) =
            serving.ask_preferring("respond-async", "PUT", &format!("/v1/orders/{id}"), &token, &order);
        assert_eq!(status, 202, "{body}");
        serving.killed();
    }
    let serving = Serving::of(&folder);
    let since = Instant::now();
    for id in &ids {
        while !serving.ask("GET", &format!("/v1/orders/{id}"), &token, "").1.contains("\"in_place\":\"fulfilled\"") {
            assert!(since.elapsed() < Duration::from_secs(200), "{id} is not fulfilled");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    serving.ends("-TERM");
    folder.run("orders verify").has(0, &[], &[]);
}

#[test]
fn what_is_in_the_way_of_the_service_is_told() {
    let folder = Folder::new();
    let serving = Serving::of(&folder);
    let taken = serving.1;
    folder.run(&format!("serve --listen {taken}")).has(1, &[], &[&taken.to_string()]);
    folder.run("serve --listen somewhere").has(2, &[], &["--listen"]);
    folder.run("--shop nord serve").has(2, &[], &["--shop nord"]);
    folder.run("tokens make web").has(2, &[], &["--permit"]);
    folder.run("tokens make web --permit orders:all").has(2, &[], &["orders:read, orders:write, seats:write"]);
    folder.run("tokens make web --permit orders:read --days 0").has(2, &[], &["--days"]);
    serving.ends("-TERM");
    Folder::empty().run("tokens make web --permit orders:read").has(1, &[], &["--data"]);
}
