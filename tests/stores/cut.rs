//! The way to the server is cut, and what was committed at that moment is not known; the server itself goes down in the midst.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use rustix::process::{Pid, Signal, kill_process};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled};
use shop_harness::World;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use super::server::{Database, SOCKET, Server, server};
use crate::fixtures::shop::*;

/// What the way is cut at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// A commit that the server never hears of.
    Before,
    /// A commit that the server has done, and whose answer is lost.
    After,
}

/// A way to a server that is cut when a test says so.
struct Way {
    folder: tempfile::TempDir,
    cuts: Arc<Cuts>,
}

#[derive(Default)]
struct Cuts {
    /// How, and at which of the commits that are still to come.
    next: Mutex<Option<(Cut, usize)>>,
    /// How often it was cut.
    done: AtomicUsize,
}

impl Cuts {
    fn at_commit(&self) -> Option<Cut> {
        let mut next = self.next.lock().unwrap();
        let (cut, nth) = next.take()?;
        if nth > 1 {
            *next = Some((cut, nth - 1));
            return None;
        }
        self.done.fetch_add(1, SeqCst);
        Some(cut)
    }
}

impl Way {
    fn to(server: &Path) -> Way {
        let (folder, cuts) = (tempfile::tempdir().unwrap(), Arc::<Cuts>::default());
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let (there, of_way) = (server.join(SOCKET), cuts.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(connection(client, there.clone(), of_way.clone()));
            }
        });
        Way { folder, cuts }
    }

    fn settings(&self, database: &Database) -> String {
        database.settings_by(self.folder.path())
    }

    /// Cuts it at one of the next commits.
    fn is_cut(&self, cut: Cut, nth: usize) {
        *self.cuts.next.lock().unwrap() = Some((cut, nth));
        self.cuts.done.store(0, SeqCst);
    }

    /// Whether that has come; if not, it does not come any more.
    fn was_cut(&self) -> bool {
        self.cuts.next.lock().unwrap().take();
        self.cuts.done.load(SeqCst) > 0
    }
}

/// Passes on what is said in one connection, until it is cut.
async fn connection(client: UnixStream, there: PathBuf, cuts: Arc<Cuts>) {
    let Ok(server) = UnixStream::connect(there).await else { return };
    let ((mut asked, mut told), (mut answers, mut asks)) = (client.into_split(), server.into_split());
    let mut cut = None;
    let (mut question, mut answer) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = asked.read(&mut question) => {
                let Some(said) = some(&question, read) else { return };
                if said.windows(7).any(|part| part == b"COMMIT\0") {
                    cut = cuts.at_commit();
                }
                if cut == Some(Cut::Before) || asks.write_all(said).await.is_err() {
                    return;
                }
            }
            read = answers.read(&mut answer) => {
                let Some(said) = some(&answer, read) else { return };
                if cut == Some(Cut::After) || told.write_all(said).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn some(buffer: &[u8], read: std::io::Result<usize>) -> Option<&[u8]> {
    read.ok().filter(|bytes| *bytes > 0).map(|bytes| &buffer[..bytes])
}

/// Whoever has lost the way gives nothing back: a minute later, all is free.
async fn a_minute_later(database: &Database) {
    sqlx::query("UPDATE tickets SET until = 0").execute(&mut database.direct().await).await.unwrap();
}

/// What is unfinished is gone on with, and the shop hands over again whatever it was not answered.
async fn goes_on(world: &World, order: &Sale, told: &str) {
    for resumed in world.host.resume(&|_, _| ()).await.unwrap() {
        resumed.outcome.unwrap_or_else(|error| panic!("{told}: {error}"));
    }
    let outcome = fulfil_in(&world.host, order).await.unwrap_or_else(|error| panic!("{told}: {error}"));
    assert!([Fulfilled, Cancelled].contains(&outcome.state), "{told}: {:?}", outcome.state);
    is_in_place(world, order, told).await;
    world.host.journal().check_audit(None).await.unwrap().unwrap_or_else(|broken| panic!("{told}: {broken}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_commit_the_way_is_cut_at_orders_end_as_if_it_had_not_been() {
    let Some(server) = server().await else { return };
    let (database, straight) = (server.database().await, shop().await);
    let way = Way::to(server.folder());
    let world = shop_with_journal(&way.settings(&database)).await;
    for cut in [Cut::Before, Cut::After] {
        let mut cuts = 0;
        for nth in 1.. {
            let person = |name: &str| format!("{name}{nth}-{cut:?}").to_lowercase();
            let (anne, bob, tess) = (person("anne"), person("bob"), person("tutor tess"));
            let order = sale(&format!("{cut:?}{nth}"), &[&anne, &bob, &tess]);
            let cancelled = order.clone().state("cancelled");
            let mut was_cut = false;
            for order in [&order, &cancelled] {
                let told = format!("cut {cut:?} commit {nth} of {}", order.json());
                way.is_cut(cut, nth);
                _ = fulfil_in(&world.host, order).await;
                was_cut |= way.was_cut();
                a_minute_later(&database).await;
                goes_on(&world, order, &told).await;
                comes_to(&straight, order, if order.json().contains("cancelled") { Cancelled } else { Fulfilled })
                    .await;
                assert_eq!(difference(&straight.census().await, &world.census().await), [""; 0], "{told}");
            }
            if !was_cut {
                break;
            }
            cuts += 1;
        }
        assert!(cuts > 5, "an order takes some commits: {cuts}");
    }
}

/// Kills a process of the server, which has that stop all others, and begin again with what its log has.
async fn goes_down(server: &Server, database: &Database) {
    let any = "SELECT max(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
    let pid: Option<i32> = sqlx::query_scalar(any).fetch_one(&mut database.direct().await).await.unwrap();
    let pid = pid.and_then(Pid::from_raw).expect("the shop is connected");
    kill_process(pid, Signal::KILL).unwrap();
    server.is_ready().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_down_again_and_again_loses_and_doubles_nothing() {
    let Some(server) = Server::start().await else { return };
    let (database, straight) = (server.database().await, shop().await);
    let world = shop_with_journal(&database.settings()).await;
    for round in 0..6_u64 {
        let order = |nth: usize| sale(&format!("{round}-{nth}"), &[&format!("p{round}x{nth}"), "tutor tess"]);
        let orders: Vec<Sale> = (0..6).map(order).collect();
        let fulfilled = join_all(orders.iter().map(|order| fulfil_in(&world.host, order)));
        let crash = async {
            tokio::time::sleep(std::time::Duration::from_millis(20 + 60 * round)).await;
            goes_down(&server, &database).await;
        };
        tokio::join!(fulfilled, crash);
        a_minute_later(&database).await;
        for order in &orders {
            goes_on(&world, order, &format!("round {round}")).await;
            comes_to(&straight, order, Fulfilled).await;
        }
        assert_eq!(difference(&straight.census().await, &world.census().await), [""; 0], "round {round}");
    }
}
