//! A PostgreSQL server of the tests' own: in a folder of its own, reached by a socket in it, with nothing to prepare. It goes
//! when the tests end, however they do.

use std::fs::Permissions;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::OnceCell;
use tokio::time::sleep;

/// Its port, which tells what its socket is called.
const PORT: u16 = 5432;

/// What its socket is called.
pub(super) const SOCKET: &str = ".s.PGSQL.5432";

/// Whom the server runs as where the tests are root's, whom PostgreSQL refuses: `nobody`.
const NOBODY: u32 = 65_534;

/// Runs the server until the tests' end of a pipe is closed: then they have ended. Takes its folder away.
const UNTIL_WE_END: &str = r#""$@" & server=$!; read -r _; kill -QUIT $server; wait $server; rm -rf "$0""#;

/// The server of these tests.
pub(crate) struct Server {
    folder: PathBuf,
    port: u16,
    /// Held, since the server ends with it; none, if it is that of the tests that have run these.
    _running: Option<Child>,
}

/// A database of a test's own.
pub(crate) struct Database {
    folder: PathBuf,
    port: u16,
    name: String,
}

/// The environment variable with the folder of a server that all journals of these tests are in.
const CHOSEN: &str = "SHOP_TESTS_JOURNALS";

/// A database for the journal of a shop in these tests; none, if it is a file.
pub(crate) async fn chosen() -> Option<Database> {
    let folder = PathBuf::from(std::env::var_os(CHOSEN)?);
    Some(Server { folder, port: PORT, _running: None }.database().await)
}

/// The server, which all tests share; none, and that is told, if none is installed.
pub(crate) async fn server() -> Option<&'static Server> {
    static SERVER: OnceCell<Option<Server>> = OnceCell::const_new();
    SERVER.get_or_init(Server::start).await.as_ref()
}

impl Server {
    /// One of a test's own, which may do to it what would disturb others.
    pub(super) async fn start() -> Option<Server> {
        Server::start_with(&[]).await
    }

    /// One that is reached by the network of this machine, too, encrypted with this certificate and key.
    pub(super) async fn start_encrypted(certificate: &str, key: &str) -> Option<Server> {
        Server::start_with(&[("server.crt", certificate), ("server.key", key)]).await
    }

    async fn start_with(files: &[(&str, &str)]) -> Option<Server> {
        let Some(programs) = installed() else {
            // Past what the test runner keeps to itself.
            let told = "left out: the tests in tests/stores, which take a PostgreSQL server (Debian: apt-get install postgresql)";
            writeln!(std::io::stderr(), "{told}").expect("telling so");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("postgres-").tempdir().expect("a temporary folder").keep();
        if is_root() {
            chown(&folder, Some(NOBODY), Some(NOBODY)).expect("giving the folder away");
        }
        let data = folder.join("data");
        let made = as_nobody(&mut Command::new(programs.join("initdb")))
            .args(["--auth=trust", "--username=shop", "--encoding=UTF8", "--no-sync", "--pgdata"])
            .arg(&data)
            .current_dir(&folder)
            .output()
            .expect("running initdb");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        for (name, text) in files {
            let path = data.join(name);
            std::fs::write(&path, text).expect("a file for the server");
            std::fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("its permissions");
            if is_root() {
                chown(&path, Some(NOBODY), Some(NOBODY)).expect("giving it away");
            }
        }
        // Somebody could take it before the server does.
        let free = || TcpListener::bind("localhost:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let (port, network) = match files {
            [] => (PORT, "listen_addresses=".to_owned()),
            _ => (free(), "listen_addresses=localhost".to_owned()),
        };
        let encrypted = format!("ssl={}", if files.is_empty() { "off" } else { "on" });
        let log = std::fs::File::create(folder.join("log")).expect("a log");
        let running = as_nobody(Command::new("sh").args(["-c", UNTIL_WE_END]).arg(&folder))
            .arg(programs.join("postgres"))
            .args([
                "-c",
                &network,
                "-c",
                &encrypted,
                "-p",
                &port.to_string(),
                "-c",
                "fsync=off",
                "-c",
                "max_connections=300",
                "-k",
            ])
            .arg(&folder)
            .arg("-D")
            .arg(&data)
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("running sh");
        let server = Server { folder, port, _running: Some(running) };
        server.is_ready().await;
        Some(server)
    }

    /// Has tests that another program runs use this server for all that they record.
    pub(super) fn serves(&self, tests: &mut Command) {
        tests.env(CHOSEN, &self.folder);
    }

    /// The folder with its socket.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits until it answers.
    pub(super) async fn is_ready(&self) {
        for _ in 0..600 {
            if PgConnection::connect_with(&options(&self.folder, self.port, "postgres")).await.is_ok() {
                return;
            }
            sleep(Duration::from_millis(100)).await;
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        panic!("the server does not answer: {log}");
    }

    /// A new database, with nothing in it.
    pub(crate) async fn database(&self) -> Database {
        let name = format!("shop_{:016x}", fastrand::u64(..));
        let mut server =
            PgConnection::connect_with(&options(&self.folder, self.port, "postgres")).await.expect("the server");
        let sql = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::query(sql).execute(&mut server).await.expect("a new database");
        Database { folder: self.folder.clone(), port: self.port, name }
    }
}

impl Database {
    /// What names it in the folder of a shop's data.
    pub(crate) fn settings(&self) -> String {
        format!("server = \"{}\"\n", self.address())
    }

    /// The same by another way to the server: a folder with its socket.
    pub(super) fn settings_by(&self, way: &Path) -> String {
        format!("server = \"{}\"\n", self.address_by(way))
    }

    /// Its address.
    pub(crate) fn address(&self) -> String {
        self.address_by(&self.folder)
    }

    /// Its address on the network of this machine, with this in the end.
    pub(super) fn address_on_network(&self, parameters: &str) -> String {
        format!("postgres://shop@localhost:{}/{}?{parameters}", self.port, self.name)
    }

    fn address_by(&self, way: &Path) -> String {
        format!("postgres://shop@localhost/{}?host={}", self.name, way.display())
    }

    /// A connection behind the shop's back.
    pub(crate) async fn direct(&self) -> PgConnection {
        PgConnection::connect_with(&options(&self.folder, self.port, &self.name)).await.expect("the database")
    }
}

fn options(folder: &Path, port: u16, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass().socket(folder).port(port).username("shop").database(database)
}

/// The folder of the server's programs: the newest of Debian's, or what the path leads to.
fn installed() -> Option<PathBuf> {
    let has_all = |folder: &PathBuf| ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file());
    let mut of_debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|release| Some(release.ok()?.path().join("bin")))
        .filter(has_all)
        .collect();
    of_debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    of_debian.pop().or_else(|| std::env::split_paths(&path).find(has_all))
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn as_nobody(command: &mut Command) -> &mut Command {
    match is_root() {
        true => command.uid(NOBODY).gid(NOBODY),
        false => command,
    }
}
