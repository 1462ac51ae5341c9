//! What three hosts of one shop do beside what one does: each a process of its own with a folder of its own, the journal on a PostgreSQL
//! server of this machine, and a Moodle that takes 100 ms for each request.
//!
//! `cargo bench --bench hosts` ends with status 1 if three do not do what they are to.

mod order;
#[path = "../stores/server.rs"]
#[allow(dead_code, unreachable_pub)]
mod server;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use moodle_double::MoodleDouble;
use moodle_double::pace::Pace;
use moodle_double::site::{Course, Release, Role, Site};
use server::{Database, Server};
use shop_core::orders::state::LineState;
use shop_folder::file;
use shop_host::host::Host;
use shop_journal::Journal;
use shop_platforms::moodle::{MoodlePlatform, MoodleSettings, TokenSource};
use shop_sandbox::Allocation;
use tokio::sync::Semaphore;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

const CATALOGUE: &str = r#"
    [[product]]
    reference = "SPOC"
    title = "SPOC"
    price = "10.00 EUR"
    handler = "setup-one-course-session"
    parameters = "coursename=SPOC&supervisor=teacher&duration=35"
    max_seats = 100
"#;

/// So many orders each host has in flight.
const AT_ONCE: usize = 8;

/// So many orders there are to fulfil, whoever does.
const ORDERS: usize = 96;

/// So many hosts are to do so many times what one does.
const HOSTS: (usize, f64) = (3, 2.7);

/// With this argument, this program is a host.
const IS_HOST: &str = "host";

fn site() -> Site {
    let mut site = Site::new(Release::V4_5, TOKEN);
    for (id, short_name) in [(5, "student"), (9, "teacher")] {
        let short_name = short_name.to_owned();
        site.roles.insert(id, Role { short_name, in_course: true, in_user: true, assignable: true });
    }
    let (short_name, full_name) = ("SPOC".to_owned(), "SPOC".to_owned());
    site.courses.insert(2, Course { short_name, full_name, start: 0, group_mode: 1, ..Course::default() });
    site
}

/// A host of the shop in a folder.
async fn host(folder: &Path, moodle: &str) -> Host {
    let settings = MoodleSettings {
        token: TokenSource::File(folder.join("token")),
        roles: [("student".to_owned(), 5), ("teacher".to_owned(), 9)].into(),
        parallel: AT_ONCE.try_into().expect("some"),
        ..MoodleSettings::new(moodle)
    };
    let memory = Journal::server(folder).await.expect("the server").expect("its settings");
    let platform = MoodlePlatform::shared(settings, memory).expect("the platform");
    let catalogue = file::read_catalogue(&folder.join("catalogue.toml")).expect("the catalogue");
    Host::open(folder, catalogue, Arc::new(platform), Allocation::OnDemand).await.expect("a host")
}

/// Fulfils orders of five seats, all new, by these names.
async fn fulfil(host: &Host, names: impl Iterator<Item = String>) {
    let room = Semaphore::new(AT_ONCE);
    let orders = names.map(|id| {
        let learners: Vec<String> = (0..5).map(|number| format!("{number}.{id}")).collect();
        file::parse_order(&order::order(&id, "SPOC", &learners)).expect("an order")
    });
    let each = orders.map(async |order| {
        let _place = room.acquire().await;
        let outcome = host.fulfil(&order, &|_, _| ()).await.expect("an outcome");
        assert_eq!(outcome.state, LineState::Fulfilled);
    });
    join_all(each).await;
}

/// A host as a process: it opens, says so, and fulfils the orders that it is told.
async fn be_host(folder: &Path, moodle: &str) {
    let host = host(folder, moodle).await;
    fulfil(&host, [format!("warm-{}", std::process::id())].into_iter()).await;
    println!("open");
    for line in std::io::stdin().lines() {
        let line = line.expect("what to do");
        fulfil(&host, line.split(' ').map(str::to_owned)).await;
        println!("done");
    }
}

struct Process {
    asked: ChildStdin,
    told: BufReader<std::process::ChildStdout>,
    _process: Child,
}

impl Process {
    fn open(folder: &Path, moodle: &str) -> Process {
        let mut process = Command::new(std::env::current_exe().expect("this program"))
            .arg(IS_HOST)
            .arg(folder)
            .arg(moodle)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a host");
        let (asked, told) = (process.stdin.take().expect("piped"), process.stdout.take().expect("piped"));
        let mut host = Process { asked, told: BufReader::new(told), _process: process };
        assert_eq!(host.says(), "open");
        host
    }

    fn says(&mut self) -> String {
        let mut line = String::new();
        self.told.read_line(&mut line).expect("an answer");
        line.trim_end().to_owned()
    }
}

fn folder(database: &Database) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let files =
        [("journal.toml", database.settings()), ("token", TOKEN.to_owned()), ("catalogue.toml", CATALOGUE.to_owned())];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

/// How long so many hosts take for all orders.
async fn took(server: &Server, hosts: usize) -> Duration {
    let (database, double) = (server.database().await, MoodleDouble::start(site()).await);
    let folders: Vec<_> = (0..hosts).map(|_| folder(&database)).collect();
    let component = folders[0].path().join("handler.wasm");
    std::fs::write(&component, shop_harness::setup_one_course_session()).expect("the handler");
    let first = host(folders[0].path(), &double.url()).await;
    let handler = first.handlers().install(&component, "bench").await.expect("installed").handler;
    first.handlers().activate(handler.digest, "bench").await.expect("activated");
    let tick = Duration::from_millis(100);
    double.takes(Pace { reading: tick, change: tick, ..Pace::default() });
    let url = double.url();
    // The Moodle is in this process.
    tokio::task::spawn_blocking(move || {
        let mut processes: Vec<Process> = folders.iter().map(|folder| Process::open(folder.path(), &url)).collect();
        let began = Instant::now();
        for (nth, process) in processes.iter_mut().enumerate() {
            let names: Vec<String> = (nth..ORDERS).step_by(hosts).map(|number| format!("order-{number}")).collect();
            writeln!(process.asked, "{}", names.join(" ")).expect("a host that listens");
        }
        processes.iter_mut().for_each(|process| assert_eq!(process.says(), "done"));
        began.elapsed()
    })
    .await
    .expect("the hosts")
}

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [is_host, folder, moodle] = &arguments[..]
        && is_host == IS_HOST
    {
        be_host(Path::new(folder), moodle).await;
        return ExitCode::SUCCESS;
    }
    let Some(server) = server::server().await else { return ExitCode::SUCCESS };
    let (hosts, least) = HOSTS;
    println!(
        "## {ORDERS} orders of five seats, {AT_ONCE} in flight per host, a Moodle that takes 100 ms for each request"
    );
    println!("| hosts | time | orders an hour | times one |\n| ---: | ---: | ---: | ---: |");
    let one = took(server, 1).await;
    let three = took(server, hosts).await;
    let times = one.as_secs_f64() / three.as_secs_f64();
    for (hosts, took, times) in [(1, one, 1.0), (hosts, three, times)] {
        println!("| {hosts} | {took:.2?} | {:.0} | {times:.2} |", ORDERS as f64 * 3600.0 / took.as_secs_f64());
    }
    match times >= least {
        true => ExitCode::SUCCESS,
        false => {
            eprintln!("expected at least {least} times what one host does, found {times:.2}");
            ExitCode::FAILURE
        }
    }
}
