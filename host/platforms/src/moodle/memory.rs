//! What the shop has asked of a Moodle and that Moodle does not tell: enrolments' dates, and roles in accounts. And where groups
//! are, which it tells only among all of a course.
//!
//! It is written down before the request is sent, as something that may be so, and again when the answer has come. So
//! whatever is interrupted, it is known what may be there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use include_dir::include_dir;
use serde::Serialize;
use sqlx::migrate::Migrator;

use shop_core::platform::{AccountId, AccountRole, CourseId, GroupId, PlatformError, Problem, Reply, RoleId};
use shop_core::words::period::{Period, Timestamp};
use shop_store::database::{self, Database, migrator};
use shop_store::{Row, Store, StoreError, query};

static MIGRATIONS: LazyLock<Migrator> =
    LazyLock::new(|| migrator(&include_dir!("$CARGO_MANIFEST_DIR/src/moodle/migrations")));

/// The memory, which can have those of several sites.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    store: Store,
    site: String,
}

/// An enrolment as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[error("what is remembered of Moodle (moodle.sqlite): {0}")]
pub struct MemoryError(String);

const EMPTY: &str = "its file is empty, which it never is: restore a backup into another folder";

const FIND_ENROLMENTS: &str = "
    SELECT course, account, starts, ends, suspended, answered FROM moodle_enrolments
    WHERE site = $2 AND (course, account) IN
        (SELECT CAST(value ->> 0 AS BIGINT), CAST(value ->> 1 AS BIGINT) FROM json_each($1))";

const KEEP_ENROLMENTS: &str = "
    INSERT INTO moodle_enrolments (site, course, account, starts, ends, suspended, answered)
    SELECT $2, CAST(value ->> 0 AS BIGINT), CAST(value ->> 1 AS BIGINT), value ->> 2, value ->> 3,
           CAST(value ->> 4 AS BOOLEAN), CAST(value ->> 5 AS BOOLEAN)
    FROM json_each($1) WHERE TRUE
    ON CONFLICT (site, course, account) DO UPDATE SET
        starts = excluded.starts, ends = excluded.ends, suspended = excluded.suspended, answered = excluded.answered";

const DROP_ENROLMENTS: &str = "
    DELETE FROM moodle_enrolments
    WHERE site = $2 AND (course, account) IN
        (SELECT CAST(value ->> 0 AS BIGINT), CAST(value ->> 1 AS BIGINT) FROM json_each($1))";

/// Not what was asked for since.
const FORGET_ENROLMENTS: &str = "
    DELETE FROM moodle_enrolments
    WHERE site = $2 AND answered AND EXISTS (SELECT 1 FROM json_each($1)
        WHERE CAST(value ->> 0 AS BIGINT) = course AND CAST(value ->> 1 AS BIGINT) = account AND value ->> 2 = starts
          AND value ->> 3 IS NOT DISTINCT FROM ends AND CAST(value ->> 4 AS BOOLEAN) = suspended)";

const FIND_ROLES: &str = "
    SELECT role, holder, context, answered FROM moodle_account_roles
    WHERE site = $2 AND (role, holder, context) IN
        (SELECT CAST(value ->> 0 AS BIGINT), CAST(value ->> 1 AS BIGINT), CAST(value ->> 2 AS BIGINT) FROM json_each($1))";

const KEEP_ROLES: &str = "
    INSERT INTO moodle_account_roles (site, role, holder, context, answered)
    SELECT $2, CAST(value ->> 0 AS BIGINT), CAST(value ->> 1 AS BIGINT), CAST(value ->> 2 AS BIGINT),
           CAST(value ->> 3 AS BOOLEAN)
    FROM json_each($1) WHERE TRUE
    ON CONFLICT (site, role, holder, context) DO UPDATE SET answered = excluded.answered";

const DROP_ROLES: &str = "
    DELETE FROM moodle_account_roles
    WHERE site = $2 AND (role, holder, context) IN
        (SELECT CAST(value ->> 0 AS BIGINT), CAST(value ->> 1 AS BIGINT), CAST(value ->> 2 AS BIGINT) FROM json_each($1))";

const FIND_GROUPS: &str = "
    SELECT course, id_number, id FROM moodle_groups
    WHERE site = $2 AND (course, id_number) IN (SELECT CAST(value ->> 0 AS BIGINT), value ->> 1 FROM json_each($1))";

const KEEP_GROUPS: &str = "
    INSERT INTO moodle_groups (site, course, id_number, id)
    SELECT $2, CAST(value ->> 0 AS BIGINT), value ->> 1, CAST(value ->> 2 AS BIGINT) FROM json_each($1) WHERE TRUE
    ON CONFLICT (site, course, id_number) DO UPDATE SET id = excluded.id";

const DROP_GROUPS: &str = "
    DELETE FROM moodle_groups WHERE site = $2 AND id IN (SELECT CAST(atom AS BIGINT) FROM json_each($1))";

/// What was remembered of the new address comes after what was of the old one.
const MOVE: [&str; 6] = [
    "DELETE FROM moodle_enrolments WHERE site = $2 AND (course, account) IN
        (SELECT course, account FROM moodle_enrolments WHERE site = $1)",
    "UPDATE moodle_enrolments SET site = $2 WHERE site = $1",
    "DELETE FROM moodle_account_roles WHERE site = $2 AND (role, holder, context) IN
        (SELECT role, holder, context FROM moodle_account_roles WHERE site = $1)",
    "UPDATE moodle_account_roles SET site = $2 WHERE site = $1",
    "DELETE FROM moodle_groups WHERE site = $2 AND (course, id_number) IN
        (SELECT course, id_number FROM moodle_groups WHERE site = $1)",
    "UPDATE moodle_groups SET site = $2 WHERE site = $1",
];

impl Memory {
    /// What is remembered of a site, by its address, in a file of its own. The file is made if it is not there.
    pub(super) async fn open(path: &Path, site: String) -> Result<Self, MemoryError> {
        Ok(Memory::within(Store::Sqlite(open(path).await?), site))
    }

    /// The same in a database that has the tables for it already.
    pub(super) fn within(store: Store, site: String) -> Self {
        Memory { store, site }
    }

    /// The site's address.
    pub(super) fn site(&self) -> &str {
        &self.site
    }

    /// Takes what is remembered of another address for this one's.
    pub(super) async fn was_at(&self, site: &str) -> Reply<()> {
        if site == self.site {
            return Ok(());
        }
        let mut tx = self.store.begin_write().await.map_err(failed)?;
        for sql in MOVE {
            query(sql).bind(site).bind(&self.site).execute(&mut tx).await.map_err(failed)?;
        }
        tx.commit("memory-moved").await.map_err(failed)
    }

    pub(super) async fn enrolments(
        &self,
        of: &[(CourseId, AccountId)],
    ) -> Reply<BTreeMap<(CourseId, AccountId), Remembered>> {
        let rows = self.find(FIND_ENROLMENTS, of).await?;
        let found = rows.iter().map(remembered).collect::<Reply<Vec<_>>>()?;
        Ok(found.into_iter().map(|one| ((one.course, one.account), one)).collect())
    }

    pub(super) async fn keep_enrolments(&self, enrolments: &[Remembered]) -> Reply<()> {
        // Of one that is given twice, the last counts.
        let last: BTreeMap<_, _> = enrolments.iter().map(|one| ((one.course, one.account), one)).collect();
        self.write(KEEP_ENROLMENTS, last.into_values().map(row).collect::<Vec<_>>()).await
    }

    pub(super) async fn drop_enrolments(&self, of: &[(CourseId, AccountId)]) -> Reply<()> {
        self.write(DROP_ENROLMENTS, of).await
    }

    /// Forgets what is still just as it was remembered.
    pub(super) async fn forget_enrolments(&self, of: &[Remembered]) -> Reply<()> {
        self.write(FORGET_ENROLMENTS, of.iter().map(row).collect::<Vec<_>>()).await
    }

    /// Each with whether Moodle has answered that it is assigned.
    pub(super) async fn account_roles(&self, among: &[AccountRole]) -> Reply<BTreeMap<AccountRole, bool>> {
        let read = |row: &Row| {
            let [role, holder, context] = [row.get("role")?, row.get("holder")?, row.get("context")?];
            let role = AccountRole { role: RoleId(role), holder: AccountId(holder), context: AccountId(context) };
            Ok((role, row.get("answered")?))
        };
        let rows = self.find(FIND_ROLES, among.iter().map(ids).collect::<Vec<_>>()).await?;
        rows.iter().map(read).collect::<Result<_, StoreError>>().map_err(failed)
    }

    pub(super) async fn keep_account_roles(&self, roles: &[(AccountRole, bool)]) -> Reply<()> {
        let last: BTreeMap<AccountRole, bool> = roles.iter().copied().collect();
        let rows: Vec<_> = last.iter().map(|(it, answered)| (it.role, it.holder, it.context, answered)).collect();
        self.write(KEEP_ROLES, rows).await
    }

    pub(super) async fn drop_account_roles(&self, roles: &BTreeSet<AccountRole>) -> Reply<()> {
        self.write(DROP_ROLES, roles.iter().map(ids).collect::<Vec<_>>()).await
    }

    /// Which groups had these id numbers in these courses when they were last seen.
    pub(super) async fn groups(&self, of: &[(CourseId, &str)]) -> Reply<Vec<(CourseId, String, GroupId)>> {
        let read = |row: &Row| Ok((CourseId(row.get("course")?), row.get("id_number")?, GroupId(row.get("id")?)));
        let rows = self.find(FIND_GROUPS, of).await?;
        rows.iter().map(read).collect::<Result<_, StoreError>>().map_err(failed)
    }

    pub(super) async fn keep_groups(&self, groups: &[(CourseId, &str, GroupId)]) -> Reply<()> {
        let last: BTreeMap<_, _> = groups.iter().map(|(course, number, id)| ((course, number), id)).collect();
        let rows: Vec<_> = last.iter().map(|((course, number), id)| (course, number, id)).collect();
        self.write(KEEP_GROUPS, rows).await
    }

    pub(super) async fn drop_groups(&self, groups: &[GroupId]) -> Reply<()> {
        self.write(DROP_GROUPS, groups.iter().map(|group| group.0.to_string()).collect::<Vec<_>>()).await
    }

    async fn find(&self, sql: &'static str, asked: impl Serialize) -> Reply<Vec<Row>> {
        query(sql).bind(json(asked)?).bind(&self.site).rows(&self.store).await.map_err(failed)
    }

    async fn write(&self, sql: &'static str, what: impl Serialize) -> Reply<()> {
        // Between these two events it is decided whether this is known after a crash.
        tracing::trace!("remembers");
        query(sql).bind(json(what)?).bind(&self.site).execute(&self.store).await.map_err(failed)?;
        tracing::trace!("remembered");
        Ok(())
    }
}

async fn open(path: &Path) -> Result<Database, MemoryError> {
    let opened = Database::open(path, &MIGRATIONS, database::PATIENCE).await;
    opened.map_err(|why| MemoryError(why.told(EMPTY)))
}

/// Brings what is remembered in a file to the form that this version needs; the file is made if it is not there.
pub async fn make_memory(path: &Path) -> Result<(), MemoryError> {
    open(path).await?.close().await;
    Ok(())
}

fn row(it: &Remembered) -> (CourseId, AccountId, Timestamp, Option<Timestamp>, bool, bool) {
    (it.course, it.account, it.period.start, it.period.end, it.suspended, it.answered)
}

fn ids(it: &AccountRole) -> (RoleId, AccountId, AccountId) {
    (it.role, it.holder, it.context)
}

fn remembered(row: &Row) -> Reply<Remembered> {
    let time = |text: String| Timestamp::try_from(text).map_err(failed);
    let (start, end): (String, Option<String>) = (row.get("starts").map_err(failed)?, row.get("ends").map_err(failed)?);
    Ok(Remembered {
        course: CourseId(row.get("course").map_err(failed)?),
        account: AccountId(row.get("account").map_err(failed)?),
        period: Period { start: time(start)?, end: end.map(time).transpose()? },
        suspended: row.get("suspended").map_err(failed)?,
        answered: row.get("answered").map_err(failed)?,
    })
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

    #[tokio::test]
    async fn what_is_remembered_moves_with_the_site_and_stays_where_it_has_not_moved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("moodle.sqlite");
        let open = |site: &str| Memory::open(&path, site.to_owned());
        let [old, new] = [open("https://old.example").await.unwrap(), open("https://new.example").await.unwrap()];
        let groups = [(CourseId(1), "A"), (CourseId(1), "B")];
        old.keep_groups(&[(CourseId(1), "A", GroupId(7)), (CourseId(1), "B", GroupId(8))]).await.unwrap();
        new.keep_groups(&[(CourseId(1), "A", GroupId(9))]).await.unwrap();
        old.was_at("https://old.example").await.unwrap();
        assert_eq!(old.groups(&groups).await.unwrap().len(), 2);
        new.was_at("https://old.example").await.unwrap();
        assert_eq!(old.groups(&groups).await.unwrap(), []);
        let mut found = new.groups(&groups).await.unwrap();
        found.sort();
        assert_eq!(found, [(CourseId(1), "A".to_owned(), GroupId(7)), (CourseId(1), "B".to_owned(), GroupId(8))]);
    }

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
