//! A PostgreSQL server.

use std::fmt;
use std::io::ErrorKind;
use std::str::FromStr;
use std::time::Duration;

use super::database::{APPLIED, QUEUE, is_current, migrator, why_not};
use include_dir::Dir;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

/// The oldest release that does.
const OLDEST: i64 = 14;

/// Who writes holds this lock, until the transaction ends.
const WRITING: i64 = 0x7368_6f70_0001;

/// Who brings a database to its form.
const MIGRATING: i64 = 0x7368_6f70_0002;

/// As long as the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where a database is, and by whom it is used. Its password is never told.
pub struct Server(PgConnectOptions);

/// What was given for the address of a database is none.
#[derive(Debug, thiserror::Error)]
#[error("expected an address such as postgres://user@host:5432/database, {0}")]
pub struct InvalidServer(&'static str);

impl FromStr for Server {
    type Err = InvalidServer;

    fn from_str(address: &str) -> Result<Self, InvalidServer> {
        if !["postgres://", "postgresql://"].iter().any(|scheme| address.starts_with(scheme)) {
            return Err(InvalidServer("found another one"));
        }
        let options = address.parse::<PgConnectOptions>();
        // What is wrong can be told of, and never the address: a password may stand in it.
        let options = options.map_err(|_| InvalidServer("found one that cannot be read"))?;
        Ok(Server(options.application_name("shop-host")))
    }
}

/// Whether an address has a password in it: what it is read as does not tell.
pub fn has_password(address: &str) -> bool {
    let authority = address.split(['/', '?']).nth(2).unwrap_or_default();
    let user = authority.rsplit_once('@').map(|(user, _)| user);
    user.is_some_and(|user| user.contains(':')) || address.contains("password=")
}

impl Server {
    /// The same with a password.
    pub fn with_password(self, password: &str) -> Server {
        Server(self.0.password(password))
    }
}

/// Without the password.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Server(options) = self;
        let user = options.get_username();
        let database = options.get_database().unwrap_or(user);
        match options.get_socket() {
            Some(socket) => write!(f, "postgres://{user}@{}/{database}", socket.display()),
            None => write!(f, "postgres://{user}@{}:{}/{database}", options.get_host(), options.get_port()),
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Connections to a database. In this program, who writes waits in a queue; and for those of other programs, at a lock.
#[derive(Clone, Debug)]
pub struct Connections {
    readers: PgPool,
    writer: PgPool,
}

/// Why a database cannot be used.
pub enum Unusable {
    /// The server cannot be reached, or fails.
    Failed(sqlx::Error),
    /// It cannot be brought to the form that this version needs.
    Migration(sqlx::migrate::MigrateError),
    /// The server is of a release that is too old.
    TooOld(String),
}

impl From<sqlx::Error> for Unusable {
    fn from(error: sqlx::Error) -> Self {
        Unusable::Failed(error)
    }
}

impl Connections {
    /// Connections to a database that nothing else is in, once it has the form that this version needs: these bring it there.
    pub async fn open(server: &Server, migrations: &Migrator) -> Result<Self, Unusable> {
        let pool = |most| PgPoolOptions::new().max_connections(most);
        let readers = pool(4).acquire_timeout(PATIENCE).connect_with(server.0.clone()).await?;
        let writer = pool(1).acquire_timeout(QUEUE).connect_lazy_with(server.0.clone());
        let connections = Connections { readers, writer };
        let release: String = sqlx::query_scalar("SHOW server_version").fetch_one(&connections.readers).await?;
        let major = release.split(['.', ' ', 'b', 'r']).next().and_then(|major| major.parse::<i64>().ok());
        if major.is_some_and(|major| major < OLDEST) {
            return Err(Unusable::TooOld(release));
        }
        if is_ready(&connections.readers, migrations).await? {
            return Ok(connections);
        }
        let mut alone = connections.writer.begin().await?;
        lock(&mut alone, MIGRATING).await?;
        migrations.run(&mut *alone).await.map_err(Unusable::Migration)?;
        alone.commit().await?;
        Ok(connections)
    }

    /// What a single statement is read with.
    pub(super) fn readers(&self) -> &PgPool {
        &self.readers
    }

    /// What a single statement is written with.
    pub(super) fn writer(&self) -> &PgPool {
        &self.writer
    }

    /// What is read in it is of one moment.
    pub(super) async fn begin_read(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        self.readers.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    /// A transaction that nobody else writes beside. The lock is taken before anything is read: what was judged is still so
    /// when it is written.
    pub async fn begin_write(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        let mut tx = self.writer.begin().await?;
        lock(&mut tx, WRITING).await?;
        Ok(tx)
    }

    pub(super) async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

/// What brings a database on a server to its form, as [`migrator`] does for one in a file.
pub fn server_migrator(folder: &Dir<'static>) -> Migrator {
    let mut migrations = migrator(folder);
    // That would be a lock of the session, and a pooler may stand between.
    migrations.set_locking(false);
    migrations
}

/// Whether nothing is to be done to a database: then nobody waits for that.
async fn is_ready(readers: &PgPool, migrations: &Migrator) -> Result<bool, Unusable> {
    let mut reader = readers.acquire().await?;
    let sql = "SELECT to_regclass($1) IS NOT NULL";
    Ok(sqlx::query_scalar::<_, bool>(sql).bind(APPLIED).fetch_one(&mut *reader).await?
        && is_current(migrations, &mut *reader).await.map_err(Unusable::Migration)?)
}

/// Waits for a lock that goes with the transaction.
async fn lock(tx: &mut PgConnection, lock: i64) -> sqlx::Result<()> {
    let sql = "SELECT set_config('lock_timeout', $1, TRUE), pg_advisory_xact_lock($2)";
    sqlx::query(sql).bind(PATIENCE.as_millis().to_string()).bind(lock).execute(tx).await?;
    Ok(())
}

impl Unusable {
    /// In words.
    pub fn told(&self) -> String {
        match self {
            Unusable::Failed(error) => describe(error),
            Unusable::TooOld(release) => {
                format!("this takes PostgreSQL {OLDEST} or later, and the server is {release}: use a newer one")
            }
            Unusable::Migration(error) => why_not(error, describe),
        }
    }
}

const NOT_ENCRYPTED: &str = "the connection cannot be encrypted as was asked for: does the server know how (`ssl = on`), and is its \
    certificate one that `sslrootcert` or this machine knows?";

/// What a failure of a database means for whoever has to do something about it, and the server's own words.
pub(super) fn describe(error: &sqlx::Error) -> String {
    let (meaning, said) = match error {
        sqlx::Error::Database(told) => (meaning(told.code().as_deref().unwrap_or_default()), told.message().to_owned()),
        sqlx::Error::Tls(error) => (NOT_ENCRYPTED, error.to_string()),
        // So it is told that a certificate is not the one.
        sqlx::Error::Io(error) if error.kind() == ErrorKind::InvalidData => (NOT_ENCRYPTED, error.to_string()),
        sqlx::Error::Io(error) => {
            ("the database cannot be reached: is the server running, and its address right?", error.to_string())
        }
        sqlx::Error::PoolTimedOut => ("the database did not answer in time: try again later", error.to_string()),
        error => ("the database failed", error.to_string()),
    };
    format!("{meaning} (PostgreSQL: {said})")
}

/// By the classes and codes of PostgreSQL's errors.
fn meaning(code: &str) -> &'static str {
    match code {
        "28P01" | "28000" => "the database refuses the user or the password",
        "3D000" => "there is no such database: make it with `createdb`",
        "3F000" | "42501" => "the database's user lacks a right: the database must be its own",
        "53100" => "the server's disk is full: make room there",
        "53300" => "the server has no connection left: try again later, or allow it more",
        "55P03" | "40001" | "40P01" => "the database is locked by someone else, and stayed so: try again later",
        "25006" => "the database can only be read: use the server that is written to",
        "57P01" | "57P02" | "57P03" => "the server is starting or stopping: try again later",
        "XX001" | "XX002" => "the database is damaged: restore a backup",
        _ => "the database failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_told_without_its_password() {
        for (address, told) in [
            ("postgres://anna:secret@db.example:5433/shop", "postgres://anna@db.example:5433/shop"),
            ("postgresql://anna@db.example/shop?password=secret", "postgres://anna@db.example:5432/shop"),
        ] {
            let server = address.parse::<Server>().unwrap().with_password("secret");
            assert_eq!(server.to_string(), told);
            assert_eq!(format!("{server:?}"), told);
        }
        for address in ["journal.sqlite", "mysql://anna:secret@db/shop", "postgres://anna:secret@db:port/shop"] {
            let error = address.parse::<Server>().unwrap_err().to_string();
            assert!(error.contains("postgres://user@host") && !error.contains("secret"), "{error}");
        }
    }
}
