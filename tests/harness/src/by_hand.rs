//! What people and administrators do on the learning platform without the shop.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ToSql, params};
use shop_core::words::email::Email;

/// Whoever administers the embedded learning platform, or learns there, changes it: in its file, as nobody does by whom a
/// shop could know of it. Where there is nothing of that to change, that is an error.
pub struct ByHand {
    file: PathBuf,
}

type Done = Result<(), String>;

impl ByHand {
    pub(crate) fn on(file: &Path) -> Self {
        ByHand { file: file.to_owned() }
    }

    /// The enrolled holder of this address enters the course: from now on there may be work that must not be lost.
    pub fn enter_course(&self, course: &str, email: &Email) -> Done {
        let sql = "UPDATE enrolments SET entered = 1
            WHERE course = (SELECT id FROM courses WHERE short_name = ?1)
                AND account IN (SELECT id FROM accounts WHERE email = ?2)";
        self.change(&[sql], params![course, email.as_str()])
    }

    /// An administrator ends somebody's enrolment, and with it roles and memberships in the course.
    pub fn unenrol(&self, course: &str, email: &Email) -> Done {
        let sql = "DELETE FROM enrolments
            WHERE course = (SELECT id FROM courses WHERE short_name = ?1)
                AND account IN (SELECT id FROM accounts WHERE email = ?2)";
        self.change(&[sql], params![course, email.as_str()])
    }

    /// The holder of an account, or an administrator, gives it another address.
    pub fn change_address(&self, email: &Email, to: &Email) -> Done {
        let sql = "UPDATE accounts SET email = ?2 WHERE email = ?1";
        self.change(&[sql], params![email.as_str(), to.as_str()])
    }

    /// Deletes the account with this address so that the platform remembers it, or restores it.
    pub fn set_deleted(&self, email: &Email, deleted: bool) -> Done {
        let sql = "UPDATE accounts SET state = iif(?2, 'deleted', 'active') WHERE email = ?1";
        self.change(&[sql], params![email.as_str(), deleted])
    }

    /// Suspends the account with this address (all of them, where several share it), or lets it be used again.
    pub fn set_suspended(&self, email: &Email, suspended: bool) -> Done {
        let sql = "UPDATE accounts SET state = iif(?2, 'suspended', 'active') WHERE email = ?1 AND state <> 'deleted'";
        self.change(&[sql], params![email.as_str(), suspended])
    }

    /// An administrator gives a course another short name.
    pub fn rename_course(&self, short_name: &str, to: &str) -> Done {
        let sql = "UPDATE courses SET short_name = ?2 WHERE short_name = ?1";
        self.change(&[sql], params![short_name, to])
    }

    /// An administrator deletes a course with all that is in it.
    pub fn delete_course(&self, short_name: &str) -> Done {
        let all = [
            "DELETE FROM enrolments WHERE course = (SELECT id FROM courses WHERE short_name = ?1)",
            "DELETE FROM course_groups WHERE course = (SELECT id FROM courses WHERE short_name = ?1)",
            "DELETE FROM courses WHERE short_name = ?1",
        ];
        self.change(&all, params![short_name])
    }

    /// An administrator gives a role another short name.
    pub fn rename_role(&self, short_name: &str, to: &str) -> Done {
        let sql = "UPDATE roles SET short_name = ?2 WHERE short_name = ?1";
        self.change(&[sql], params![short_name, to])
    }

    /// An administrator deletes a role: nobody has it any longer.
    pub fn delete_role(&self, short_name: &str) -> Done {
        let all = [
            "DELETE FROM course_roles WHERE role = (SELECT id FROM roles WHERE short_name = ?1)",
            "DELETE FROM account_roles WHERE role = (SELECT id FROM roles WHERE short_name = ?1)",
            "DELETE FROM roles WHERE short_name = ?1",
        ];
        self.change(&all, params![short_name])
    }

    /// Does it all, or nothing: the last of these statements must find something.
    fn change(&self, all: &[&str], values: &[&dyn ToSql]) -> Done {
        let done = || {
            let mut database = Connection::open(&self.file)?;
            database.busy_timeout(Duration::from_secs(10))?;
            database.pragma_update(None, "foreign_keys", true)?;
            let transaction = database.transaction()?;
            let mut found = 0;
            for sql in all {
                found = transaction.execute(sql, values)?;
            }
            match found {
                0 => Err(rusqlite::Error::QueryReturnedNoRows),
                _ => transaction.commit(),
            }
        };
        done().map_err(|error: rusqlite::Error| format!("{}: {error}", self.file.display()))
    }
}
