//! The file: kept, shared, locked, full, gone.

use sqlx::sqlite::SqliteConnectOptions;

use super::*;

#[tokio::test]
async fn the_file_keeps_everything() {
    let site = Site::new().await;
    site.enrol("anne@example.org").await;
    let before = site.census().await;
    site.platform.close().await;
    let reopened = EmbeddedPlatform::open(site.file()).await.unwrap();
    assert_eq!(reopened.census().await.unwrap(), before);
}

#[tokio::test]
async fn two_who_share_the_file_make_an_account_once() {
    let site = Site::new().await;
    let other = EmbeddedPlatform::open(site.file()).await.unwrap();
    let batch: Vec<_> = (0..50).map(|i| new_account(&format!("p{i}@example.org"), "A", "Person")).collect();
    let (one, two) =
        tokio::join!(site.platform.create_accounts(&batch, &|_| ()), other.create_accounts(&batch, &|_| ()));
    let made = |replies: Replies<Ensured>| replies.unwrap().into_iter().filter(|r| r.as_ref().unwrap().created).count();
    assert_eq!(made(one) + made(two), 50);
}

#[tokio::test]
async fn a_locked_file_is_told_and_nothing_is_done() {
    let site = Site::new().await;
    let before = site.census().await;
    let other = EmbeddedPlatform::open_patiently(&site.file(), Duration::from_millis(50)).await.unwrap();
    let enrolment = site.enrolment_of("anne@example.org", "student", "OPEN").await;
    let lock = site.platform.begin().await.unwrap();
    let error = other.enrol(&[enrolment], &|_| ()).await.unwrap_err();
    assert!(matches!(&error, PlatformError::Unavailable(problem) if problem.reason.contains("locked")), "{error}");
    assert_eq!(other.find_accounts(&[email("anne@example.org")], &[]).await.unwrap().len(), 1, "reading goes on");
    drop(lock);
    site.is_as(&before, "locked").await;
    assert_eq!(other.enrol(&[enrolment], &|_| ()).await.unwrap(), [Ok(())]);
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_done() {
    let site = Site::new().await;
    let before = site.census().await;
    let full = SqliteConnectOptions::new().filename(site.file()).pragma("max_page_count", "1");
    let database = Database::connect(&site.file(), full).await.unwrap();
    let full = EmbeddedPlatform { database, ..site.platform.clone() };
    let people: Vec<_> = (0..5_000).map(|i| new_account(&format!("p{i}@example.org"), "A", "Person")).collect();
    // Again and again: whoever cannot write is able to as soon as there is space.
    for _ in 0..6 {
        let error = full.create_accounts(&people, &|_| ()).await.unwrap_err();
        assert!(
            matches!(&error, PlatformError::Unavailable(problem) if problem.reason.contains("disk is full")),
            "{error}"
        );
    }
    site.is_as(&before, "full").await;
}

#[tokio::test]
async fn a_file_that_is_gone_is_told() {
    let site = Site::new().await;
    let enrolment = site.enrolment_of("anne@example.org", "student", "OPEN").await;
    std::fs::remove_file(site.file()).unwrap();
    let error = site.platform.enrol(&[enrolment], &|_| ()).await.unwrap_err();
    assert!(
        matches!(&error, PlatformError::Unavailable(problem) if problem.reason.contains("cannot be opened")),
        "{error}"
    );
    let error = EmbeddedPlatform::open(site.file()).await.unwrap_err();
    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    assert!(!site.file().exists(), "no empty platform takes its place");
    std::fs::write(site.file(), "").unwrap();
    for opened in [EmbeddedPlatform::open(site.file()).await, EmbeddedPlatform::open_or_make(site.file()).await] {
        assert!(matches!(opened.unwrap_err(), OpenError::Empty { .. }), "nor does an empty file pass for one");
    }
}

#[tokio::test]
async fn files_that_are_no_platform() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "no database at all, but long enough to be read as the start of one".repeat(20)).unwrap();
    for (path, words) in [
        (text, "its file is not a database"),
        (folder.path().join("missing").join("platform.sqlite"), "its database cannot be opened"),
        (folder.path().to_owned(), "its database cannot be opened"),
    ] {
        let error = EmbeddedPlatform::open_or_make(&path).await.unwrap_err().to_string();
        assert!(error.contains(words) && error.contains(&path.display().to_string()), "{error}");
    }
}
