//! The way to the server on a network that others are on, too.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use shop_core::orders::state::LineState::Fulfilled;
use shop_journal::Journal;

use super::server::Server;
use crate::fixtures::shop::*;

/// Encrypted, and only with the server whose certificate is known.
#[tokio::test]
async fn what_is_said_to_a_server_is_encrypted_and_said_to_nobody_else() {
    let made = || generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (CertifiedKey { cert, signing_key }, stranger) = (made(), made());
    let Some(server) = Server::start_encrypted(&cert.pem(), &signing_key.serialize_pem()).await else { return };
    let database = server.database().await;
    let folder = tempfile::tempdir().unwrap();
    let [known, unknown] = ["known.crt", "unknown.crt"].map(|name| folder.path().join(name));
    std::fs::write(&known, cert.pem()).unwrap();
    std::fs::write(&unknown, stranger.cert.pem()).unwrap();
    let settings = |certificate: &std::path::Path| {
        let verified = format!("sslmode=verify-full&sslrootcert={}", certificate.display());
        format!("server = \"{}\"\n", database.address_on_network(&verified))
    };

    std::fs::write(folder.path().join("journal.toml"), settings(&unknown)).unwrap();
    let told = Journal::open(folder.path()).await.err().expect("it is refused").to_string();
    assert!(
        told.contains("cannot be encrypted as was asked for") && told.contains("invalid peer certificate"),
        "{told}"
    );

    let world = shop_with_journal(&settings(&known)).await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let sql =
        "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'shop-host'";
    let all: Option<bool> = sqlx::query_scalar(sql).fetch_one(&mut database.direct().await).await.unwrap();
    assert_eq!(all, Some(true));
}
