//! What is in the way of a journal on a server.

use shop_folder::JOURNAL;
use shop_journal::Journal;

use super::server::server;

#[tokio::test]
async fn what_is_in_the_way_of_a_journal_on_a_server_is_told_and_no_other_is_made() {
    let Some(server) = server().await else { return };
    let database = server.database().await;
    let folder = tempfile::tempdir().unwrap();
    for (settings, expected) in [
        (database.settings().replace("/shop_", "/no_"), "there is no such database"),
        ("server = \"postgres://shop@localhost/shop?host=/nowhere\"".to_owned(), "the database cannot be reached"),
        ("server = \"journal.sqlite\"".to_owned(), "expected an address such as postgres://"),
    ] {
        std::fs::write(folder.path().join("journal.toml"), &settings).unwrap();
        for opened in [Journal::open(folder.path()).await, Journal::open_or_read(folder.path()).await] {
            let told = opened.err().expect("it is refused").to_string();
            assert!(told.contains(expected), "{settings}: {told}");
        }
        assert!(!folder.path().join(JOURNAL).exists(), "{settings}");
    }
}
