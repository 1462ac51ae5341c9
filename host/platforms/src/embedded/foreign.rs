//! What people and administrators do on the platform without the shop: for tests and demonstrations.

use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;

use shop_core::platform::{PlatformError, Problem, Reply};
use shop_core::words::email::Email;

use super::EmbeddedPlatform;
use super::unavailable::unavailable;

impl EmbeddedPlatform {
    /// The enrolled holder of this address enters the course: from now on there may be work that must not be lost.
    pub async fn enter_course(&self, course: &str, email: &Email) -> Reply<()> {
        let query = sqlx::query(
            "UPDATE enrolments SET entered = 1
             WHERE course = (SELECT id FROM courses WHERE short_name = ?1)
               AND account IN (SELECT id FROM accounts WHERE email = ?2)",
        );
        let done =
            query.bind(course).bind(email.as_str()).execute(self.database.writer()).await.map_err(unavailable)?;
        match done.rows_affected() {
            0 => Err(unknown(format!("nobody with the address {email} is enrolled in a course {course:?}"))),
            _ => Ok(()),
        }
    }

    /// An administrator ends somebody's enrolment, and with it roles and memberships in the course.
    pub async fn unenrol_by_hand(&self, course: &str, email: &Email) -> Reply<()> {
        let query = sqlx::query(
            "DELETE FROM enrolments
             WHERE course = (SELECT id FROM courses WHERE short_name = ?2)
               AND account IN (SELECT id FROM accounts WHERE email = ?1)",
        );
        self.meddle(email, query.bind(email.as_str()).bind(course)).await
    }

    /// The holder of an account, or an administrator, gives it another address.
    pub async fn change_address(&self, email: &Email, to: &Email) -> Reply<()> {
        let query = sqlx::query("UPDATE accounts SET email = ?2 WHERE email = ?1");
        self.meddle(email, query.bind(email.as_str()).bind(to.as_str())).await
    }

    /// Deletes the account with this address so that the platform remembers it, or restores it.
    pub async fn set_deleted(&self, email: &Email, deleted: bool) -> Reply<()> {
        let query = sqlx::query("UPDATE accounts SET state = iif(?2, 'deleted', 'active') WHERE email = ?1");
        self.meddle(email, query.bind(email.as_str()).bind(deleted)).await
    }

    /// Suspends the account with this address (all of them, where several share it), or lets it be used again.
    pub async fn set_suspended(&self, email: &Email, suspended: bool) -> Reply<()> {
        let query = sqlx::query(
            "UPDATE accounts SET state = iif(?2, 'suspended', 'active') WHERE email = ?1 AND state <> 'deleted'",
        );
        self.meddle(email, query.bind(email.as_str()).bind(suspended)).await
    }

    /// An administrator gives a course another short name.
    pub async fn rename_course(&self, short_name: &str, to: &str) -> Reply<()> {
        self.administer(&["UPDATE courses SET short_name = ?2 WHERE short_name = ?1"], short_name, to).await
    }

    /// An administrator deletes a course with all that is in it.
    pub async fn delete_course(&self, short_name: &str) -> Reply<()> {
        const THIS: [&str; 3] = [
            "DELETE FROM enrolments WHERE course = (SELECT id FROM courses WHERE short_name = ?1)",
            "DELETE FROM course_groups WHERE course = (SELECT id FROM courses WHERE short_name = ?1)",
            "DELETE FROM courses WHERE short_name = ?1",
        ];
        self.administer(&THIS, short_name, "").await
    }

    /// An administrator gives a role another short name.
    pub async fn rename_role(&self, short_name: &str, to: &str) -> Reply<()> {
        self.administer(&["UPDATE roles SET short_name = ?2 WHERE short_name = ?1"], short_name, to).await
    }

    /// An administrator deletes a role: nobody has it any longer.
    pub async fn delete_role(&self, short_name: &str) -> Reply<()> {
        const THIS: [&str; 3] = [
            "DELETE FROM course_roles WHERE role = (SELECT id FROM roles WHERE short_name = ?1)",
            "DELETE FROM account_roles WHERE role = (SELECT id FROM roles WHERE short_name = ?1)",
            "DELETE FROM roles WHERE short_name = ?1",
        ];
        self.administer(&THIS, short_name, "").await
    }

    /// Does it all, or nothing; the last of these must find something.
    async fn administer(&self, all: &[&'static str], short_name: &str, to: &str) -> Reply<()> {
        let mut change = self.begin().await?.0;
        let mut found = 0;
        for sql in all {
            let done = sqlx::query(*sql).bind(short_name).bind(to).execute(&mut *change).await.map_err(unavailable)?;
            found = done.rows_affected();
        }
        change.commit().await.map_err(unavailable)?;
        match found {
            0 => Err(unknown(format!("there is no {short_name:?}"))),
            _ => Ok(()),
        }
    }

    async fn meddle(&self, email: &Email, query: Query<'_, Sqlite, SqliteArguments>) -> Reply<()> {
        let done = query.execute(self.database.writer()).await.map_err(unavailable)?;
        match done.rows_affected() {
            0 => Err(unknown(format!("no account has the address {email}"))),
            _ => Ok(()),
        }
    }
}

fn unknown(reason: String) -> PlatformError {
    PlatformError::Refused(Problem::new("unknown", reason))
}
