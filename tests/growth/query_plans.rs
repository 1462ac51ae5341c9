//! How the journal answers what an order, an erasure and the daily prune ask it: by an index, whatever else is recorded. A
//! program of its own, since it listens to all statements in it.

mod old_shop;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::words::email::Email;
use shop_core::words::order::OrderId;
use shop_core::words::seat::SeatId;
use shop_harness::World;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, Row};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use old_shop::{fill, order, shop};

/// The statements that databases were asked.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<BTreeSet<String>>>);

impl Statements {
    fn take(&self) -> BTreeSet<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl<S: Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let mut statement = Statement::default();
            event.record(&mut statement);
            self.0.lock().unwrap().insert(statement.0);
        }
    }
}

/// A short statement is only in the summary, and of a long one only the beginning.
#[derive(Default)]
struct Statement(String);

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" if self.0.is_empty() => value.clone_into(&mut self.0),
            "db.statement" if !value.is_empty() => value.trim().clone_into(&mut self.0),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

/// What is read whole because it stays small, ends at the first row, is what waits, or was found by the statement itself.
const READ_WHOLE: [&str; 10] = [
    "SCAN audit",
    "SCAN platform",
    "SCAN erasures",
    "SCAN unfinished",
    "SCAN quarantine",
    "SCAN tickets",
    "SCAN clock",
    "SCAN named",
    "SCAN leavers",
    "SCAN CONSTANT",
];

/// How a statement reads whole tables, if it does; none, if the database knows no such statement.
async fn scans(database: &mut SqliteConnection, statement: &str) -> Option<Vec<String>> {
    let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
    let plan = sqlx::query(sql).fetch_all(database).await.ok()?;
    let steps = plan.iter().map(|step| step.get::<String, _>("detail"));
    // A list that was handed over is read whole.
    let scans = steps.filter(|step| step.starts_with("SCAN ") && !step.contains("VIRTUAL TABLE"));
    Some(scans.filter(|step| !READ_WHOLE.iter().any(|read| step.starts_with(read))).collect())
}

async fn database(world: &World, name: &str) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(world.data().join(name));
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// All that happens to an order in its life, and to a person.
async fn life(world: &World) {
    let sold = order("A", "claire", &["anne", "bob"]);
    world.preview(&sold.to_string()).await.unwrap();
    world.fulfil(&sold.to_string()).await.unwrap();
    world.by_hand().change_address(&email("anne"), &email("annette")).unwrap();
    for state in ["suspended", "paid"] {
        let mut changed = sold.clone();
        changed["state"] = state.into();
        world.fulfil(&changed.to_string()).await.unwrap();
    }
    let id = OrderId::try_from("A".to_owned()).unwrap();
    world.host.verify(&id).await.unwrap();
    for agrees in [false, true] {
        let consented = world.host.consent(email("bob"), email("claire"), agrees, "vera", &|_, _| ()).await.unwrap();
        assert_eq!(consented.orders.len(), 1, "A");
    }
    for amendment in [Amendment::Seat(SeatId::derive("A", 1, 1), SeatAmendment::Release), Amendment::Cancel] {
        world.host.amend(&id, &amendment, "vera", &|_, _| ()).await.unwrap();
    }
    world.fulfil(&order("B", "claire", &["bob", "bob"]).to_string()).await.unwrap();
    world.host.resume(&|_, _| ()).await.unwrap();
    world.host.erase(&email("annette"), "vera").await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let pruned = world.host.prune().await.unwrap();
    assert!(pruned.records > 0 && pruned.people > 0, "{pruned:?}");
    assert!(world.host.compact().await);
}

fn email(name: &str) -> Email {
    format!("{name}@example.org").parse().unwrap()
}

#[tokio::test]
async fn nobody_is_looked_for_by_reading_all_that_is_recorded() {
    let statements = Statements::default();
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(statements.clone())).unwrap();
    let world = shop().await;
    fill(&world, 10, 1, 2).await;
    statements.take();
    life(&world).await;
    let heard = statements.take();
    let (mut journal, mut platform) =
        (database(&world, "journal.sqlite").await, database(&world, "platform.sqlite").await);
    let (mut of_the_journal, mut found) = (0, Vec::new());
    for statement in heard.iter().filter(|statement| !is_about_files(statement)) {
        match scans(&mut journal, statement).await {
            Some(scans) => {
                of_the_journal += 1;
                found.extend(scans.into_iter().map(|scan| format!("{scan}: {statement}")));
            }
            None => assert!(scans(&mut platform, statement).await.is_some(), "of neither database: {statement}"),
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
    assert!(of_the_journal > 50, "{of_the_journal} statements were heard");
}

/// Whether a statement is about transactions, or the file as such.
fn is_about_files(statement: &str) -> bool {
    ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "VACUUM"]
        .iter()
        .any(|word| statement.starts_with(word))
}
