//! How often something is written on a server: whoever hands over an order waits for each.

use shop_folder::file;

use super::server::{Database, Server};
use crate::fixtures::shop::*;

/// The number that the server gives to the next transaction that writes; asking takes one.
async fn next(database: &Database) -> i64 {
    let sql = "SELECT pg_current_xact_id()::text::bigint";
    sqlx::query_scalar(sql).fetch_one(&mut database.direct().await).await.unwrap()
}

/// The place in the line, and the message.
#[tokio::test]
async fn an_order_is_accepted_in_two_transactions() {
    // Others' transactions would be counted, too.
    let Some(server) = Server::start().await else { return };
    let database = server.database().await;
    let world = shop_with_journal(&database.settings()).await;
    for order in [sale("A", &["anne", "bob"]), sale("A", &["anne", "carl"]), sale("B", &["anne"])] {
        let said = file::parse_order(&order.json()).unwrap();
        let before = next(&database).await;
        let accepted = world.host.accept(&said).await.unwrap();
        assert_eq!(next(&database).await - before - 1, 2, "{}", order.json());
        accepted.fulfil(&|_, _| ()).await.unwrap();
    }
}
