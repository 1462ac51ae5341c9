//! How a delivery is sent: one attempt, and nothing is followed.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::deliveries::Delivery;

/// Sends it; gives the status of the answer, if there is one in time.
pub(crate) async fn post(delivery: &Delivery, patience: Duration) -> Option<u16> {
    timeout(patience, exchange(delivery)).await.ok()?.ok()?
}

async fn exchange(delivery: &Delivery) -> std::io::Result<Option<u16>> {
    // There is no TLS here: nobody is reached at another address.
    let Some(rest) = delivery.url.strip_prefix("http://") else { return Ok(None) };
    let (host, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let mut head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n");
    for (name, value) in &delivery.headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("Content-Length: {}\r\n\r\n", delivery.body.len());
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&delivery.body).await?;
    let mut status = String::new();
    BufReader::new(stream).read_line(&mut status).await?;
    Ok(status.split(' ').nth(1).and_then(|status| status.parse().ok()))
}
