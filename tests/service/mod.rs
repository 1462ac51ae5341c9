//! The HTTP API, by a client on a real connection.

pub(crate) mod amendments;
pub(crate) mod conditions;
pub(crate) mod hostile;
pub(crate) mod orders;
pub(crate) mod seats;

use std::net::SocketAddr;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;
use shop_connections::Connection;
use shop_core::words::permission::Permission;
use shop_core::words::shop::ShopName;
use shop_harness::World;
use shop_host::host::Host;
use shop_journal::NewToken;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::fixtures::shop::{Sale, host_through};

/// A service that runs.
pub(crate) struct Service {
    address: SocketAddr,
    client: reqwest::Client,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

/// What is asked for.
pub(crate) struct Ask<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) body: Value,
    pub(crate) if_match: Option<&'a str>,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(method: &'a str, path: &'a str) -> Self {
        Ask { method, path, body: Value::Null, if_match: None }
    }

    pub(crate) fn with(self, body: Value) -> Self {
        Ask { body, ..self }
    }

    pub(crate) fn if_match(self, tags: &'a str) -> Self {
        Ask { if_match: Some(tags), ..self }
    }
}

/// An answer, read.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

/// A token that permits everything for the orders of the shop without a name.
pub(crate) async fn token(world: &World) -> String {
    token_of(world, None, &Permission::ALL).await
}

pub(crate) async fn token_of(world: &World, shop: Option<&str>, permissions: &[Permission]) -> String {
    let shop: Option<ShopName> = shop.map(|shop| shop.parse().unwrap());
    let permissions = permissions.iter().copied().collect();
    let new = NewToken { name: "test", shop: shop.as_ref(), permissions: &permissions, expires: None };
    world.host.tokens().make(new, "vera").await.unwrap().1.reveal().to_owned()
}

/// A client, which is never asked to encrypt, and wants to know how all the same.
pub(crate) fn client() -> reqwest::Client {
    // Another test may have done so.
    _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// Of this shop's host.
pub(crate) async fn service(world: &World) -> Service {
    Service::of(host_through(world, world.platform.clone()).await).await
}

impl Service {
    pub(crate) async fn of(host: Host) -> Service {
        Service::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), host, Vec::new())
    }

    /// The same on this port, with web shops that are connected.
    pub(crate) fn on(listener: TcpListener, host: Host, connections: Vec<Connection>) -> Service {
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let ended = tokio::spawn(shop_service::serve(host, connections, listener, async { _ = stopped.await }));
        Service { address, client: client(), stop, ended }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address)).bearer_auth(token)
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        Answer::of(self.request(Method::GET, path, token).send().await.unwrap()).await
    }

    /// Hands an order over, and waits for what comes of it.
    pub(crate) async fn put(&self, order: &Sale, token: &str) -> Answer {
        Answer::of(self.says(order, token).header("prefer", "wait=30").send().await.unwrap()).await
    }

    /// Asks for something by a body, which may be none, and waits for what comes of it.
    pub(crate) async fn asks(&self, what: &Ask<'_>, token: &str) -> Answer {
        let method = Method::from_bytes(what.method.as_bytes()).unwrap();
        let mut request = self.request(method, what.path, token).header("prefer", "wait=30");
        if let Some(tags) = what.if_match {
            request = request.header("if-match", tags);
        }
        if !what.body.is_null() {
            request = request.header("content-type", "application/json").body(what.body.to_string());
        }
        Answer::of(request.send().await.unwrap()).await
    }

    pub(crate) fn says(&self, order: &Sale, token: &str) -> RequestBuilder {
        let request = self.request(Method::PUT, &format!("/v1/orders/{}", order.id()), token);
        request.header("content-type", "application/json").body(order.json())
    }

    /// Tells it to stop; it ends well.
    pub(crate) async fn ends(self) {
        _ = self.stop.send(());
        self.ended.await.unwrap();
    }
}

impl Answer {
    pub(crate) async fn of(response: Response) -> Answer {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap();
        Answer { status, headers, body: serde_json::from_slice(&body).unwrap_or(Value::Null) }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// It is a problem of this kind.
    pub(crate) fn is_problem(&self, status: u16, code: &str, told: &str) {
        let Answer { body, .. } = self;
        assert_eq!((self.status, body["code"].as_str()), (status, Some(code)), "{told}: {body}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{told}");
        assert_eq!(body["status"], status, "{told}");
        assert_eq!(body["type"], format!("urn:shop-host:problem:{code}"), "{told}");
        assert!(body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{told}: {body}");
    }
}
