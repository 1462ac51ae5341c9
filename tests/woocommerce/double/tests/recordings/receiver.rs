//! Somebody who gets deliveries, and answers as a test says.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(given, _)| *given == name)
            .map(|(_, value)| value)
    }

    /// The topic, or that it is a ping.
    pub(crate) fn topic(&self) -> &str {
        self.header("X-WC-Webhook-Topic").unwrap_or("ping")
    }
}

#[derive(Debug, Default)]
struct State {
    /// The status of each answer; 0: none is given.
    answer: u16,
    received: Vec<Received>,
}

/// The receiver; it ends with this.
#[derive(Debug)]
pub(crate) struct Receiver {
    state: Arc<Mutex<State>>,
    pub(crate) url: String,
    server: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Receiver {
    pub(crate) async fn start(answer: u16) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { answer, received: Vec::new() }));
        let shared = state.clone();
        let server = tokio::spawn(async move {
            let mut unanswered = Vec::new();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let received = read(&mut stream).await;
                let answer = {
                    let mut state = shared.lock().unwrap();
                    state.received.push(received);
                    state.answer
                };
                if answer == 0 {
                    unanswered.push(stream);
                    continue;
                }
                let text = format!("HTTP/1.1 {answer} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                _ = stream.write_all(text.as_bytes()).await;
            }
        });
        Receiver { state, url, server }
    }

    /// From now on, this is the status of each answer; 0: none is given.
    pub(crate) fn answers(&self, status: u16) {
        self.state.lock().unwrap().answer = status;
    }

    /// What came since the last time that this was asked.
    pub(crate) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.state.lock().unwrap().received)
    }
}

async fn read(stream: &mut tokio::net::TcpStream) -> Received {
    let mut all = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&all);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).map_or(0, |n| n.parse().unwrap());
            if body.len() >= length {
                return Received { head: head.to_owned(), body: body.as_bytes().to_vec() };
            }
        }
        let mut more = [0; 4096];
        let count = stream.read(&mut more).await.unwrap();
        assert!(count > 0, "a whole request");
        all.extend(&more[..count]);
    }
}
