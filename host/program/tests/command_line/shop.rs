//! A shop in a folder, and the program run in it.

use std::fmt;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use hostile_guests::Guest;
use serde_json::Value;
use shop_folder as folder;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

use crate::schema::answer;

pub(crate) const CATALOGUE: &str = include_str!("../../demo/catalogue.toml");
pub(crate) const PLATFORM: &str = include_str!("../../demo/platform.toml");
pub(crate) const ORDER: &str = include_str!("../../demo/order.json");

/// A folder with a shop in it: the demo's, before its first order.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn empty() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    pub(crate) fn new() -> Folder {
        let folder = Folder::empty();
        folder.write("shop/catalogue.toml", CATALOGUE);
        folder.write("platform.toml", PLATFORM);
        folder.write("order.json", ORDER);
        folder.run("platform seed platform.toml").has(0, &["2 accounts"], &[]);
        folder.serve(shop_harness::setup_one_course_session());
        folder
    }

    /// Installs a component and lets it serve.
    pub(crate) fn serve(&self, component: impl AsRef<[u8]>) {
        self.write("handler.wasm", component);
        self.run("handlers install handler.wasm --activate").has(0, &["active"], &[]);
    }

    /// Sells with a hostile handler, which has other parameters.
    pub(crate) fn with(guest: Guest) -> Folder {
        let folder = Folder::new();
        folder.serve(guest.bytes());
        let hostile = CATALOGUE.replace("handler = \"setup-one-course-session\"", "handler = \"hostile\"");
        folder.write("shop/catalogue.toml", hostile.replace("&supervisor=teacher&duration=35", ""));
        folder
    }

    /// The same once more.
    pub(crate) fn copy(&self) -> Folder {
        let copy = tempfile::tempdir().unwrap();
        let copied = Command::new("cp").arg("-R").arg(self.path(".")).arg(copy.path()).status().unwrap();
        assert!(copied.success());
        Folder(copy)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.0.path().join(name);
        folder::make(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        // It may be a token.
        fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Changes one of the shop's databases behind its back.
    pub(crate) fn sql(&self, database: &str, statement: &'static str) {
        let options = SqliteConnectOptions::new().filename(self.path(&format!("shop/{database}.sqlite")));
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let mut database = SqliteConnection::connect_with(&options).await.unwrap();
            sqlx::raw_sql(statement).execute(&mut database).await.unwrap();
        });
    }

    /// Renames a file, if it is there.
    pub(crate) fn rename(&self, from: &str, to: &str) {
        let _ = fs::rename(self.0.path().join(from), self.0.path().join(to));
    }

    /// Removes a file, if it is there.
    pub(crate) fn remove(&self, name: &str) {
        let _ = fs::remove_file(self.0.path().join(name));
    }

    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shop-host"));
        command
            .current_dir(self.0.path())
            .env("SHOP_HOST_DATA", "shop")
            .env_remove("RUST_LOG")
            .env_remove("MOODLE_TOKEN");
        command.args(words.split_whitespace()).stdin(Stdio::null());
        command
    }

    /// The program where no file can get longer than so many KiB.
    pub(crate) fn command_within(&self, kib: u64, words: &str) -> Command {
        // The limit's unit is half a KiB. Ignored, the signal is an error of the write.
        self.command_limited(&format!("trap '' XFSZ; ulimit -f {}", 2 * kib), words)
    }

    /// The program with the limits that a shell sets.
    pub(crate) fn command_limited(&self, limit: &str, words: &str) -> Command {
        let command = self.command(words);
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!("{limit}; exec \"$@\""))
            .arg("sh")
            .arg(command.get_program())
            .args(command.get_args());
        shell.current_dir(self.0.path()).env("SHOP_HOST_DATA", "shop").env_remove("RUST_LOG").stdin(Stdio::null());
        shell
    }

    pub(crate) fn run(&self, words: &str) -> Ran {
        Ran::new(words, self.command(words).output().unwrap())
    }

    /// The same with one argument more, whatever characters are in it.
    pub(crate) fn run_with(&self, words: &str, last: &str) -> Ran {
        Ran::new(&format!("{words} {last}"), self.command(words).arg(last).output().unwrap())
    }
}

/// What came of a command.
pub(crate) struct Ran {
    words: String,
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Holds it against what is true of every command.
    #[track_caller]
    pub(crate) fn new(words: &str, output: Output) -> Ran {
        // French sets spaces that do not break before its colons; no test needs to tell them apart.
        let text = |bytes| String::from_utf8(bytes).unwrap().replace(['\u{a0}', '\u{202f}'], " ");
        let (out, err) = (text(output.stdout), text(output.stderr));
        let ran = Ran { words: words.to_owned(), status: output.status.code().unwrap_or(-1), out, err };
        for text in [&ran.out, &ran.err] {
            assert!(!text.contains("panicked"), "{ran:?}");
            let stray = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!text.contains(stray), "control characters: {ran:?}");
            // A text that is missing is told as its id.
            let ids = ["column-", "planned-", "done-", "heading-", "platform-", "verdict-", "{$"];
            assert!(!ids.iter().any(|id| text.contains(id)), "{ran:?}");
        }
        ran
    }

    /// Errors are expected where some are given, and none where none is.
    #[track_caller]
    pub(crate) fn has(self, status: i32, out: &[&str], err: &[&str]) -> Ran {
        assert_eq!(self.status, status, "{self:?}");
        assert!(out.iter().all(|part| self.out.contains(part)), "{out:?} in {self:?}");
        assert!(err.iter().all(|part| self.err.contains(part)), "{err:?} in {self:?}");
        assert_eq!(err.is_empty(), self.err.is_empty(), "{self:?}");
        self
    }

    /// All that it said.
    pub(crate) fn told(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let value = serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert_eq!(answer::fault(&self.words, &value), None, "{self:?}");
        value
    }
}

impl fmt::Debug for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]\n{}\nstandard error: {}", self.words, self.status, self.out, self.err)
    }
}
