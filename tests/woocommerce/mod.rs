//! WooCommerce: what a shop sells there is set up here, whatever is sent, lost, doubled or late on the way. The shop is a
//! [double](woocommerce_double), which is held against a recorded one.

mod hostile;
mod life;
mod lost;
mod storm;

use std::path::Path;
use std::time::{Duration, Instant};

use shop_connections::Connection;
use shop_connections::settings::ConnectionSettings;
use shop_core::words::order::Seat;
use shop_harness::{Given, World};
use tokio::net::TcpListener;
use woocommerce_double::shop::{CONSUMER_KEY, CONSUMER_SECRET, Shop};
use woocommerce_double::{Delivered, WooDouble};

use crate::fixtures::shop::{PLATFORM, chosen, host_through, id};
use crate::service::Service;

const CATALOGUE: &str = r#"
    [shop]
    attach_existing = "always"

    [[product]]
    reference = "SPOCM1"
    title = "A course"
    price = "10.00 EUR"
    handler = "setup-one-course-session"
    parameters = "coursename=SPOC&supervisor=teacher&duration=35"
    max_seats = 30

    [[product]]
    reference = "SPOCM2"
    title = "A course with tutors"
    price = "10.00 EUR"
    handler = "setup-one-course-session"
    parameters = "coursename=OTHER&supervisor=teacher&duration=35"
    max_seats = 30
    [product.skus]
    SPOCM2-L = "learner"
    SPOCM2-T = "tutor"
"#;

/// Letters and digits: others do not survive WooCommerce's pages.
pub(crate) const SECRET: &str = "5ecre7OfTheWebhooks";

/// In what is waited for in a test something happens that takes a moment.
const PATIENCE: Duration = Duration::from_secs(60);

/// A WooCommerce, and the host that it sells for.
pub(crate) struct Connected {
    pub(crate) world: World,
    pub(crate) shop: WooDouble,
    pub(crate) service: Service,
    pub(crate) connection: Connection,
}

/// What is not sent is not found for an hour.
pub(crate) async fn connected() -> Connected {
    connected_with("", |connection| connection).await
}

/// What is not sent is found at once.
pub(crate) async fn connected_and_looking() -> Connected {
    connected_with("", |connection| Connection { look: Duration::from_millis(500), ..connection }).await
}

/// With these settings of the WooCommerce beside those that there must be, and these of the connection.
pub(crate) async fn connected_with(settings: &str, and: impl FnOnce(Connection) -> Connection) -> Connected {
    let given = Given::catalogue(CATALOGUE).platform(PLATFORM).handler(shop_harness::setup_one_course_session());
    let world = chosen(given).await.open().await;
    let shop = WooDouble::start(Shop::new()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let deliveries = format!("http://{}/connections/web", listener.local_addr().unwrap());
    let connection = and(connection(world.folder(), &shop, &deliveries, settings));
    let service = serves(&world, &connection, listener).await;
    for topic in ["order.updated", "order.deleted", "order.restored"] {
        shop.shop().add_webhook(topic, &deliveries, SECRET);
    }
    Connected { world, shop, service, connection }
}

/// The connection of a WooCommerce, by a file of settings as there would be.
pub(crate) fn connection(folder: &Path, shop: &WooDouble, deliveries: &str, settings: &str) -> Connection {
    std::fs::write(folder.join("keys"), format!("{CONSUMER_KEY}\n{CONSUMER_SECRET}\n")).unwrap();
    std::fs::write(folder.join("secret"), SECRET).unwrap();
    let url = shop.url();
    let text = format!(
        "begins = \"2026-01-01T00:00:00Z\"\n[woocommerce]\nurl = \"{url}\"\nkeys = {{ file = \"keys\" }}\n\
         secret = {{ file = \"secret\" }}\ndeliveries = \"{deliveries}\"\n{settings}\n"
    );
    let settings: ConnectionSettings = shop_folder::file::parse_toml(&text).unwrap_or_else(|fault| panic!("{fault}"));
    let connection = settings.connect("web".parse().unwrap(), folder).unwrap_or_else(|error| panic!("{error}"));
    Connection { look: Duration::from_secs(3_600), ..connection }
}

/// A service of this shop's host, on this port.
pub(crate) async fn serves(world: &World, connection: &Connection, listener: TcpListener) -> Service {
    let host = host_through(world, world.platform.clone()).await;
    Service::on(listener, host, vec![connection.clone()])
}

impl Connected {
    /// The queue of the shop runs; all that it sends arrives.
    pub(crate) async fn delivers(&self) -> Vec<Delivered> {
        let sent = self.shop.deliver().await;
        for Delivered { delivery, status } in &sent {
            assert_eq!(*status, Some(200), "{}", delivery.topic);
        }
        sent
    }

    /// How an order stands in the end, once it does as is expected.
    pub(crate) async fn comes_to(&self, order: &str, expected: &str, told: &str) {
        until(expected, told, async || stands(&self.world, order).await).await;
    }
}

/// Waits until something is as is expected.
pub(crate) async fn until(expected: &str, told: &str, found: impl AsyncFn() -> String) {
    let began = Instant::now();
    loop {
        let found = found().await;
        if found == expected {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{told}: expected\n{expected}, found\n{found}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// How an order stands: `paid by claire: 1 fulfilled x3 anne, bob`, with tutors in parentheses.
pub(crate) async fn stands(world: &World, order: &str) -> String {
    let Some(recorded) = world.host.journal().order(&id(order)).await.unwrap() else { return "nothing".to_owned() };
    let latest = recorded.latest();
    let name = |seat: &Seat| {
        let person = seat.occupant.as_ref()?;
        let name = person.email.split('@').next().unwrap_or_default().to_lowercase();
        Some(if seat.role == "tutor" { format!("({name})") } else { name })
    };
    let line = |(number, line): (&u32, &shop_core::orders::recorded::RecordedLine)| {
        let bought = latest.lines.iter().find(|bought| bought.line == *number);
        let people: Vec<String> = bought.into_iter().flat_map(|line| line.listed()).filter_map(name).collect();
        format!("{number} {} x{} {}", line.state, line.seats.len(), people.join(", ")).trim_end().to_owned()
    };
    let lines: Vec<String> = recorded.lines.iter().map(line).collect();
    let operator = latest.operator.email.split('@').next().unwrap_or_default();
    format!("{} by {operator}: {}", latest.state.as_str(), lines.join("; "))
}
