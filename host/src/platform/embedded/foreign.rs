//! What people and administrators do on the platform without the shop: for tests and demonstrations.

use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;

use crate::email::Email;
use crate::platform::{PlatformError, Problem, Reply};

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
