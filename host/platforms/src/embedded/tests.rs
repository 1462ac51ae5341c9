//! What the embedded platform does, and what it refuses.

mod files;
mod refuses;
mod repeats;
mod seeds;
mod works;

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use shop_core::platform::{AccountState, ElementField, Enrolment, GroupMode, Known, PlatformError, Problem};
use shop_core::words::period::{Period, Timestamp};

fn parse(text: &str) -> Result<Seed, shop_folder::file::Fault> {
    shop_folder::file::parse_toml(text)
}

/// The platform that all cases start from.
const SEED: &str = r#"
    [[role]]
    short_name = "student"
    in_course = true
    in_account = true
    [[role]]
    short_name = "teacher"
    in_course = true
    [[role]]
    short_name = "supervisor"
    in_account = true

    [[course]]
    short_name = "OPEN"
    title = "A course"
    start = "2027-01-11T09:00:00+01:00"
    [[course]]
    short_name = "OTHER"
    title = "Another course"
    start = "2027-01-11T09:00:00+01:00"
    [[course]]
    short_name = "SHUT"
    title = "A course with other enrolment methods"
    start = "2027-01-11T09:00:00+01:00"
    manual_enrolment = false

    [[account]]
    email = "Anne@Example.org"
    first_name = "Anne"
    last_name = "Active"
    language = "fr"
    [[account]]
    email = "bob@example.org"
    first_name = "Bob"
    last_name = "Active"
    administrator = true
    [[account]]
    email = "sue@example.org"
    first_name = "Sue"
    last_name = "Suspended"
    suspended = true
    [[account]]
    email = "dan@example.org"
    first_name = "Dan"
    last_name = "Deleted"
    deleted = true
    [[account]]
    email = "shared@example.org"
    first_name = "Sam"
    last_name = "Shared"
    [[account]]
    email = "shared@example.org"
    first_name = "Sara"
    last_name = "Shared"
    [[account]]
    email = "back@example.org"
    first_name = "Bea"
    last_name = "Before"
    deleted = true
    [[account]]
    email = "back@example.org"
    first_name = "Bea"
    last_name = "Back"

    [[enrolment]]
    course = "OPEN"
    email = "bob@example.org"
    role = "teacher"
    end = "2027-06-30T00:00:00Z"
    entered = true
"#;

/// A seeded platform in a folder of its own, and short ways to speak about it.
struct Site {
    platform: EmbeddedPlatform,
    folder: TempDir,
}

impl Site {
    async fn new() -> Site {
        let folder = tempfile::tempdir().unwrap();
        let platform = EmbeddedPlatform::open_or_make(folder.path().join("platform.sqlite")).await.unwrap();
        platform.seed(&parse(SEED).unwrap()).await.unwrap();
        Site { platform, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("platform.sqlite")
    }

    /// An administrator changes something in the platform's own tables.
    async fn administer(&self, sql: &str) {
        let statement = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()));
        let done = statement.execute(self.platform.database.writer()).await.unwrap();
        assert_ne!(done.rows_affected(), 0, "{sql}");
    }

    /// The id of the first account with this address; no address has the id 999.
    async fn account(&self, address: &str) -> AccountId {
        let found = self.platform.find_accounts(&[email(address)], &[]).await.unwrap();
        found.first().map_or(AccountId(999), |account| account.id)
    }

    async fn course(&self, short_name: &str) -> CourseId {
        let found = self.platform.find_courses(&[short_name.to_owned()]).await.unwrap();
        found.first().map_or(CourseId(999), |course| course.id)
    }

    async fn role(&self, short_name: &str) -> RoleId {
        let found = self.platform.find_roles(&[short_name.to_owned()], &[]).await.unwrap();
        found.first().map_or(RoleId(999), |role| role.id)
    }

    async fn enrolment_of(&self, address: &str, role: &str, course: &str) -> Enrol {
        Enrol {
            course: self.course(course).await,
            account: self.account(address).await,
            role: self.role(role).await,
            period: period(10, Some(20)),
            suspended: false,
        }
    }

    async fn crossed(&self, role: &str, holder: &str, context: &str) -> AccountRole {
        AccountRole {
            role: self.role(role).await,
            holder: self.account(holder).await,
            context: self.account(context).await,
        }
    }

    /// Enrols as student in the course OPEN.
    async fn enrol(&self, address: &str) -> AccountId {
        let enrolment = self.enrolment_of(address, "student", "OPEN").await;
        assert_eq!(self.platform.enrol(&[enrolment], &|_| ()).await.unwrap(), [Ok(())]);
        enrolment.account
    }

    async fn group(&self, id_number: &str, name: &str) -> GroupId {
        let group = (self.course("OPEN").await, name.to_owned());
        self.platform.create_groups(&[group], id_number).await.unwrap().remove(0).unwrap()
    }

    async fn census(&self) -> Census {
        self.platform.census().await.unwrap()
    }

    /// Asserts that nothing differs from an earlier census.
    async fn is_as(&self, before: &Census, case: &str) {
        assert_eq!(&self.census().await, before, "{case}");
    }
}

fn email(address: &str) -> Email {
    address.parse().unwrap()
}

fn new_account(address: &str, first_name: &str, last_name: &str) -> NewAccount {
    let (first_name, last_name) = (first_name.to_owned(), last_name.to_owned());
    NewAccount { email: email(address), first_name, last_name, language: Some("fr".to_owned()) }
}

fn time(seconds: i128) -> Timestamp {
    Timestamp::new(seconds).unwrap()
}

fn period(start: i128, end: Option<i128>) -> Period {
    Period { start: time(start), end: end.map(time) }
}

/// The codes of the problems, or "ok".
fn codes<T>(replies: &[Result<T, Problem>]) -> Vec<&str> {
    replies.iter().map(|reply| reply.as_ref().map_or_else(|problem| problem.code.as_str(), |_| "ok")).collect()
}
