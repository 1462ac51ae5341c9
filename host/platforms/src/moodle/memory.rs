//! What the shop has asked of a Moodle and that Moodle does not tell: enrolments' dates, and roles in accounts. And where groups
//! are, which it tells only among all of a course.
//!
//! It is written down before the request is sent, as something that may be so, and again when the answer has come. So
//! whatever is interrupted, it is known what may be there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use include_dir::include_dir;
use serde::{Deserialize, Serialize};
use sqlx::migrate::Migrator;

use shop_core::platform::{AccountId, AccountRole, CourseId, GroupId, PlatformError, Problem, Reply};
use shop_core::words::period::Period;
use shop_folder::database::{self, Database, migrator};

static MIGRATIONS: LazyLock<Migrator> =
    LazyLock::new(|| migrator(&include_dir!("$CARGO_MANIFEST_DIR/src/moodle/migrations")));

/// The memory, in a file of its own, which can have those of several sites.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    database: Database,
    site: String,
}

/// An enrolment as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remembered {
    pub(super) course: CourseId,
    pub(super) account: AccountId,
    pub(super) period: Period,
    pub(super) suspended: bool,
    /// Whether Moodle has answered that it is so.
    pub(super) answered: bool,
}

/// The memory's file cannot be used; and why.
#[derive(Debug, thiserror::Error)]
#[error("cannot open what is remembered of Moodle (moodle.sqlite): {0}")]
pub struct MemoryError(String);

const EMPTY: &str = "its file is empty, which it never is: restore a backup into another folder";

const FIND_ENROLMENTS: &str = "
    SELECT json_object('course', course, 'account', account, 'period', json_object('start', starts, 'end', ends),
                       'suspended', json(iif(suspended, 'true', 'false')),
                       'answered', json(iif(answered, 'true', 'false')))
    FROM enrolments
    WHERE site = ?2 AND (course, account) IN (SELECT value->>0, value->>1 FROM json_each(?1))";

const KEEP_ENROLMENTS: &str = "
    INSERT INTO enrolments (site, course, account, starts, ends, suspended, answered)
    SELECT ?2, value->>'course', value->>'account', value->>'$.period.start', value->>'$.period.end',
           value->>'suspended', value->>'answered'
    FROM json_each(?1) WHERE true ORDER BY key
    ON CONFLICT DO UPDATE SET starts = excluded.starts, ends = excluded.ends, suspended = excluded.suspended,
                              answered = excluded.answered";

const DROP_ENROLMENTS: &str = "
    DELETE FROM enrolments
    WHERE site = ?2 AND (course, account) IN (SELECT value->>0, value->>1 FROM json_each(?1))";

/// Not what was asked for since.
const FORGET_ENROLMENTS: &str = "
    DELETE FROM enrolments
    WHERE site = ?2 AND answered AND EXISTS (SELECT 1 FROM json_each(?1)
        WHERE value->>'course' = course AND value->>'account' = account AND value->>'$.period.start' = starts
          AND value->>'$.period.end' IS ends AND value->>'suspended' = suspended)";

const FIND_ROLES: &str = "
    SELECT json_array(json_object('role', role, 'holder', holder, 'context', context),
                      json(iif(answered, 'true', 'false')))
    FROM account_roles
    WHERE site = ?2
      AND (role, holder, context) IN (SELECT value->>'role', value->>'holder', value->>'context' FROM json_each(?1))";

const KEEP_ROLES: &str = "
    INSERT INTO account_roles (site, role, holder, context, answered)
    SELECT ?2, value->>'$[0].role', value->>'$[0].holder', value->>'$[0].context', value->>1 FROM json_each(?1)
    WHERE true ORDER BY key
    ON CONFLICT DO UPDATE SET answered = excluded.answered";

const DROP_ROLES: &str = "
    DELETE FROM account_roles
    WHERE site = ?2
      AND (role, holder, context) IN (SELECT value->>'role', value->>'holder', value->>'context' FROM json_each(?1))";

const FIND_GROUPS: &str = "
    SELECT json_array(course, id_number, id)
    FROM groups
    WHERE site = ?2 AND (course, id_number) IN (SELECT value->>0, value->>1 FROM json_each(?1))";

const KEEP_GROUPS: &str = "
    INSERT INTO groups (site, course, id_number, id)
    SELECT ?2, value->>0, value->>1, value->>2 FROM json_each(?1) WHERE true ORDER BY key
    ON CONFLICT DO UPDATE SET id = excluded.id";

const DROP_GROUPS: &str = "DELETE FROM groups WHERE site = ?2 AND id IN (SELECT value FROM json_each(?1))";

const MOVE: [&str; 3] = [
    "UPDATE OR REPLACE enrolments SET site = ?2 WHERE site = ?1",
    "UPDATE OR REPLACE account_roles SET site = ?2 WHERE site = ?1",
    "UPDATE OR REPLACE groups SET site = ?2 WHERE site = ?1",
];

impl Memory {
    /// What is remembered of a site, by its address. The file is made if it is not there.
    pub(super) async fn open(path: &Path, site: String) -> Result<Self, MemoryError> {
        let opened = Database::open(path, &MIGRATIONS, database::PATIENCE).await;
        Ok(Memory { database: opened.map_err(|why| MemoryError(why.told(EMPTY)))?, site })
    }

    /// The site's address.
    pub(super) fn site(&self) -> &str {
        &self.site
    }

    /// Takes what is remembered of another address for this one's.
    pub(super) async fn was_at(&self, site: &str) -> Reply<()> {
        let mut tx = self.database.begin_write().await.map_err(failed)?;
        for sql in MOVE {
            sqlx::query(sql).bind(site).bind(&self.site).execute(&mut *tx).await.map_err(failed)?;
        }
        tx.commit().await.map_err(failed)
    }

    pub(super) async fn enrolments(
        &self,
        of: &[(CourseId, AccountId)],
    ) -> Reply<BTreeMap<(CourseId, AccountId), Remembered>> {
        let found: Vec<Remembered> = self.read(FIND_ENROLMENTS, of).await?;
        Ok(found.into_iter().map(|one| ((one.course, one.account), one)).collect())
    }

    pub(super) async fn keep_enrolments(&self, enrolments: &[Remembered]) -> Reply<()> {
        self.write(KEEP_ENROLMENTS, enrolments).await
    }

    pub(super) async fn drop_enrolments(&self, of: &[(CourseId, AccountId)]) -> Reply<()> {
        self.write(DROP_ENROLMENTS, of).await
    }

    /// Forgets what is still just as it was remembered.
    pub(super) async fn forget_enrolments(&self, of: &[Remembered]) -> Reply<()> {
        self.write(FORGET_ENROLMENTS, of).await
    }

    /// Each with whether Moodle has answered that it is assigned.
    pub(super) async fn account_roles(&self, among: &[AccountRole]) -> Reply<BTreeMap<AccountRole, bool>> {
        let found: Vec<(AccountRole, bool)> = self.read(FIND_ROLES, among).await?;
        Ok(found.into_iter().collect())
    }

    pub(super) async fn keep_account_roles(&self, roles: &[(AccountRole, bool)]) -> Reply<()> {
        self.write(KEEP_ROLES, roles).await
    }

    pub(super) async fn drop_account_roles(&self, roles: &BTreeSet<AccountRole>) -> Reply<()> {
        self.write(DROP_ROLES, roles).await
    }

    /// Which groups had these id numbers in these courses when they were last seen.
    pub(super) async fn groups(&self, of: &[(CourseId, &str)]) -> Reply<Vec<(CourseId, String, GroupId)>> {
        self.read(FIND_GROUPS, of).await
    }

    pub(super) async fn keep_groups(&self, groups: &[(CourseId, &str, GroupId)]) -> Reply<()> {
        self.write(KEEP_GROUPS, groups).await
    }

    pub(super) async fn drop_groups(&self, groups: &[GroupId]) -> Reply<()> {
        self.write(DROP_GROUPS, groups).await
    }

    async fn read<T: serde::de::DeserializeOwned>(&self, sql: &'static str, asked: impl Serialize) -> Reply<Vec<T>> {
        let rows = sqlx::query_scalar(sql).bind(json(asked)?).bind(&self.site).fetch_all(self.database.readers()).await;
        let rows: Vec<String> = rows.map_err(failed)?;
        rows.iter().map(|row| serde_json::from_str(row).map_err(failed)).collect()
    }

    async fn write(&self, sql: &'static str, what: impl Serialize) -> Reply<()> {
        // Between these two events it is decided whether this is known after a crash.
        tracing::trace!("remembers");
        sqlx::query(sql).bind(json(what)?).bind(&self.site).execute(self.database.writer()).await.map_err(failed)?;
        self.database.flush().await.map_err(failed)?;
        tracing::trace!("remembered");
        Ok(())
    }
}

fn json(value: impl Serialize) -> Reply<String> {
    serde_json::to_string(&value).map_err(failed)
}

/// Without it, nothing may be asked of Moodle that could not be taken back.
fn failed(error: impl std::fmt::Display) -> PlatformError {
    let told = format!("what is remembered of Moodle cannot be read or written: {error}");
    PlatformError::Unavailable(Problem::new("memory", told))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As of every database: nothing else passes for it, and it never goes on in a file that is gone.
    #[tokio::test]
    async fn a_file_that_is_empty_or_gone_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("moodle.sqlite");
        let open = || Memory::open(&path, "https://moodle.example".to_owned());
        std::fs::write(&path, "").unwrap();
        let told = open().await.unwrap_err().to_string();
        assert!(told.contains("its file is empty") && told.contains("restore a backup"), "{told}");
        std::fs::remove_file(&path).unwrap();
        let memory = open().await.unwrap();
        std::fs::remove_file(&path).unwrap();
        memory.drop_enrolments(&[(CourseId(1), AccountId(1))]).await.unwrap_err();
        assert!(!path.exists());
    }
}
