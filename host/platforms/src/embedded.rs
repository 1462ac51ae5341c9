//! The embedded learning platform: small, but real. It keeps accounts, courses, groups, enrolments and roles in an SQLite
//! file of its own, and refuses what a Moodle refuses, so that a shop can be tried out and tested without one.
//!
//! Each request is one transaction and a fixed number of statements, however many elements it has. An element that is
//! refused does not hinder the others.

mod accounts;
mod census;
mod change;
mod courses;
mod enrolments;
mod look_ups;
mod seed;
#[cfg(test)]
mod tests;
mod unavailable;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use async_trait::async_trait;
use include_dir::include_dir;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::migrate::Migrator;

use shop_core::platform::{
    Account, AccountId, AccountRole, AssignedRole, Course, CourseId, Enrol, Ensured, Group, GroupId, Known, NewAccount,
    OnSettled, Participation, Platform, Replies, Reply, Role, RoleId,
};
use shop_core::words::email::Email;
use shop_store::database::{self, Database, PATIENCE, Unopened, describe, migrator};

pub use census::{AccountEntry, AttachmentEntry, Census, EnrolmentEntry, GroupEntry, InvitationEntry};
pub use seed::{AccountSeed, CourseSeed, EnrolmentSeed, RoleSeed, Seed, SeedError};

use change::{Change, json};
use unavailable::{damaged, unavailable};

/// The embedded learning platform. Clones share the file.
#[derive(Clone, Debug)]
pub struct EmbeddedPlatform {
    database: Database,
    identity: String,
}

static MIGRATIONS: LazyLock<Migrator> =
    LazyLock::new(|| migrator(&include_dir!("$CARGO_MANIFEST_DIR/src/embedded/migrations")));

/// The platform's file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is none.
    #[error("{}: no learning platform is here", path.display())]
    #[expect(missing_docs)]
    Missing { path: PathBuf },
    /// Something has left nothing of it.
    #[error("{}: this learning platform's file is empty, which none ever is: restore a backup into another folder", path.display())]
    #[expect(missing_docs)]
    Empty { path: PathBuf },
    /// It cannot be opened or made, or is no database.
    #[error("cannot open the embedded learning platform at {}: {reason}", path.display())]
    #[expect(missing_docs)]
    Database { path: PathBuf, reason: String },
    /// It cannot be brought to the form that this version needs, or comes from a newer version.
    #[error("cannot use the embedded learning platform at {}: {reason}", path.display())]
    #[expect(missing_docs)]
    Migration { path: PathBuf, reason: String },
}

impl EmbeddedPlatform {
    /// Opens the platform in this file, which must be there: a platform that got lost must not pass for one that has
    /// nothing.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        match path.as_ref() {
            path if path.exists() => Self::open_patiently(path, PATIENCE).await,
            path => Err(OpenError::Missing { path: path.to_owned() }),
        }
    }

    /// Opens the platform in this file, which is made if it is not there.
    pub async fn open_or_make(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_patiently(path.as_ref(), PATIENCE).await
    }

    async fn open_patiently(path: &Path, patience: Duration) -> Result<Self, OpenError> {
        let path = || path.to_owned();
        let database = Database::open(&path(), &MIGRATIONS, patience).await.map_err(|why| match why {
            Unopened::Empty => OpenError::Empty { path: path() },
            Unopened::Migration(error) => {
                OpenError::Migration { path: path(), reason: database::why_not(&error, database::describe) }
            }
            Unopened::Failed(error) => OpenError::Database { path: path(), reason: describe(&error) },
        })?;
        let identity = sqlx::query_scalar("SELECT name FROM identity").fetch_one(database.readers()).await;
        let identity = identity.map_err(|error| OpenError::Database { path: path(), reason: describe(&error) })?;
        Ok(EmbeddedPlatform { database, identity })
    }

    /// Waits until everything is written and closes the file.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// A statement over what is asked that answers with JSON objects.
    async fn read<Q, T>(&self, sql: &'static str, asked: &Q) -> Reply<Vec<T>>
    where
        Q: Serialize + ?Sized,
        T: DeserializeOwned,
    {
        let rows = sqlx::query_scalar(sql).bind(json(asked)?).fetch_all(self.database.readers()).await;
        let rows: Vec<String> = rows.map_err(unavailable)?;
        rows.iter().map(|row| serde_json::from_str(row).map_err(damaged)).collect()
    }

    async fn begin(&self) -> Reply<Change> {
        self.database.begin_write().await.map(Change).map_err(unavailable)
    }
}

#[async_trait]
impl Platform for EmbeddedPlatform {
    fn identity(&self) -> &str {
        &self.identity
    }

    /// Each request is a transaction: what was not committed when nobody waits any more never is.
    fn settles_after(&self) -> Duration {
        Duration::ZERO
    }

    /// Nothing here is remembered by the identity.
    async fn had_identity(&self, _: &str) -> Reply<()> {
        Ok(())
    }

    /// Addresses are compared without case here.
    async fn find_accounts(&self, emails: &[Email], _: &[String]) -> Reply<Vec<Account>> {
        self.read(accounts::FIND, emails).await
    }

    async fn accounts(&self, ids: &[AccountId]) -> Reply<Vec<Account>> {
        self.read(accounts::BY_ID, ids).await
    }

    async fn find_courses(&self, short_names: &[String]) -> Reply<Vec<Course>> {
        self.read(courses::FIND, short_names).await
    }

    async fn find_roles(&self, short_names: &[String], _: &[CourseId]) -> Reply<Vec<Role>> {
        self.read(accounts::FIND_ROLES, short_names).await
    }

    async fn courses(&self, known: &[Course]) -> Reply<Vec<Course>> {
        self.read(courses::BY_ID, &known.iter().map(|course| course.id).collect::<Vec<_>>()).await
    }

    async fn roles(&self, known: &[Role]) -> Reply<Vec<Role>> {
        self.read(accounts::ROLES_BY_ID, &known.iter().map(|role| role.id).collect::<Vec<_>>()).await
    }

    async fn see_participants(&self, _: &[CourseId]) -> Reply<()> {
        Ok(())
    }

    async fn participations(&self, of: &[(CourseId, AccountId)]) -> Reply<Vec<Participation>> {
        self.read(enrolments::FIND, of).await
    }

    async fn groups(&self, of: &[(CourseId, &str)]) -> Reply<Vec<Group>> {
        self.read(courses::FIND_GROUPS, of).await
    }

    async fn account_roles(&self, among: &[AccountRole]) -> Reply<Vec<AssignedRole>> {
        let assigned: Vec<AccountRole> = self.read(accounts::ASSIGNED, among).await?;
        Ok(assigned.into_iter().map(|role| AssignedRole { role, known: Known::Seen }).collect())
    }

    async fn create_accounts(&self, accounts: &[NewAccount], _: OnSettled<'_>) -> Replies<Ensured> {
        accounts::create(self, accounts).await
    }

    async fn enrol(&self, enrolments: &[Enrol], _: OnSettled<'_>) -> Replies {
        enrolments::ENROL.run(self.begin().await?, enrolments).await
    }

    async fn unassign_course_roles(&self, roles: &[(CourseId, AccountId, RoleId)], _: OnSettled<'_>) -> Replies {
        enrolments::UNASSIGN_ROLES.run(self.begin().await?, roles).await
    }

    async fn unenrol(&self, enrolments: &[(CourseId, AccountId)], _: OnSettled<'_>) -> Replies {
        enrolments::UNENROL.run(self.begin().await?, enrolments).await
    }

    async fn create_groups(&self, groups: &[(CourseId, String)], id_number: &str) -> Replies<GroupId> {
        courses::create_groups(self, groups, id_number).await
    }

    async fn delete_groups(&self, groups: &[GroupId]) -> Replies {
        courses::DELETE_GROUPS.run(self.begin().await?, groups).await
    }

    async fn add_members(&self, members: &[(GroupId, AccountId)], _: OnSettled<'_>) -> Replies {
        courses::ADD_MEMBERS.run(self.begin().await?, members).await
    }

    async fn remove_members(&self, members: &[(GroupId, AccountId)], _: OnSettled<'_>) -> Replies {
        courses::REMOVE_MEMBERS.run(self.begin().await?, members).await
    }

    async fn assign_account_roles(&self, roles: &[AccountRole], _: OnSettled<'_>) -> Replies {
        accounts::ASSIGN.run(self.begin().await?, roles).await
    }

    async fn unassign_account_roles(&self, roles: &[AccountRole], _: OnSettled<'_>) -> Replies {
        accounts::UNASSIGN.run(self.begin().await?, roles).await
    }
}
