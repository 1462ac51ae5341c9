//! The same random work on a journal in either database: each deed comes to the same, and in the end the journals are the same,
//! row by row.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::state::LineState::Fulfilled;
use shop_core::words::email::{Email, Typed};
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;
use shop_core::words::seat::SeatId;
use shop_harness::World;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Row};

use super::server::{Database, server};
use crate::fixtures::shop::*;

const PEOPLE: &[&str] = &["anne", "bob", "carl", "dora", "emil", "fay", "gus"];
const OPERATORS: &[&str] = &["claire", "olga", "anne"];
const ORDERS: &[&str] = &["A", "B", "C", "D"];

/// Something that is done to a shop.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    HandOver(Sale),
    Amend(OrderId, Amendment),
    Consent(Email, Email, bool),
    ChangeAddress(Email, Email),
    Verify(OrderId),
    Erase(Typed),
    Prune,
    Resume,
    CheckAudit,
}

impl Deed {
    pub(super) fn any(random: &mut Rng) -> Deed {
        let mut one_of = |all: &[&'static str]| all[random.usize(..all.len())];
        let (order, operator, one, other) = (one_of(ORDERS), one_of(OPERATORS), one_of(PEOPLE), one_of(PEOPLE));
        let id = || OrderId::try_from(order.to_owned()).unwrap();
        let person = || shop_core::words::order::Person {
            email: format!("{other}@example.org"),
            first_name: other.to_owned(),
            last_name: "Test".to_owned(),
            language: None,
            extra: BTreeMap::new(),
        };
        match random.u8(..20) {
            0..=9 => Deed::HandOver(any_sale(random, order, operator)),
            10 => Deed::Amend(id(), Amendment::Suspend),
            11 => Deed::Amend(id(), Amendment::Resume),
            12 => Deed::Amend(id(), [Amendment::Cancel, Amendment::HandOver(person())][random.usize(..2)].clone()),
            13 | 14 => {
                let until = Timestamp::new(1_830_000_000).unwrap();
                let change = match random.u8(..3) {
                    0 => SeatAmendment::Release,
                    1 => SeatAmendment::Reassign(person()),
                    _ => SeatAmendment::Extend(until),
                };
                Deed::Amend(id(), Amendment::Seat(SeatId::derive(order, 1, random.u32(1..4)), change))
            }
            15 => Deed::Consent(email(one), email(operator), random.bool()),
            16 => Deed::ChangeAddress(email(one), email(&format!("{one}{}", random.u8(..2)))),
            17 => Deed::Verify(id()),
            18 => match random.u8(..3) {
                0 => Deed::Erase(Typed::from(&email(one))),
                1 => Deed::Erase("Anne at X".parse().unwrap()),
                _ => Deed::Prune,
            },
            _ => [Deed::Resume, Deed::CheckAudit][random.usize(..2)].clone(),
        }
    }

    /// What came of it, in words.
    pub(super) async fn done(&self, world: &World) -> String {
        let quiet = &|_, _| ();
        match self {
            Deed::HandOver(sale) => match fulfil_in(&world.host, sale).await {
                Ok(outcome) => format!("{:?} {:?}", outcome.state, steps(&outcome)),
                Err(error) => error.to_string(),
            },
            Deed::Amend(id, amendment) => match world.host.amend(id, amendment, "vera", quiet).await {
                Ok(outcome) => format!("{:?} {:?}", outcome.state, steps(&outcome)),
                Err(error) => error.to_string(),
            },
            Deed::Consent(person, operator, agrees) => {
                match world.host.consent(person.clone(), operator.clone(), *agrees, "vera", quiet).await {
                    Ok(consented) => consented.orders.len().to_string(),
                    Err(error) => error.to_string(),
                }
            }
            Deed::ChangeAddress(from, to) => format!("{:?}", world.by_hand().change_address(from, to).is_ok()),
            Deed::Verify(id) => match world.host.verify(id).await {
                Ok(outcome) => format!("{:?}", steps(&outcome)),
                Err(error) => error.to_string(),
            },
            Deed::Erase(who) => match world.host.erase(who.clone(), "vera").await {
                Ok(erased) => format!("{erased:?}"),
                Err(error) => error.to_string(),
            },
            Deed::Prune => format!("{:?}", world.host.prune().await.map_err(|error| error.to_string())),
            Deed::Resume => world.host.resume(quiet).await.map_or_else(|e| e.to_string(), |all| all.len().to_string()),
            Deed::CheckAudit => {
                let head = world.host.journal().check_audit(None).await.unwrap();
                head.map_or_else(|broken| format!("{broken:?}"), |head| head.entries.to_string())
            }
        }
    }
}

fn any_sale(random: &mut Rng, order: &str, operator: &str) -> Sale {
    let mut people: Vec<&str> = (0..random.usize(..4)).map(|_| PEOPLE[random.usize(..PEOPLE.len())]).collect();
    people.push(["-", "tutor tess"][random.usize(..2)]);
    let state = ["placed", "paid", "paid", "paid", "suspended", "cancelled"][random.usize(..6)];
    let sale = sale(order, &people).state(state).by(operator).of(["SPOC", "LONG", "OTHER"][random.usize(..3)]);
    let sale = match random.u8(..8) {
        0 => sale.line("OPEN", 2, &["hugo"]),
        1 => sale.silent(1),
        // What PostgreSQL's texts and trees cannot have.
        2 => sale.first_typed("Anne at X\0"),
        3 => sale.first_typed(&long()),
        4 => sale.in_line(1, "quantity", 0),
        _ => sale,
    };
    match random.bool() {
        true => sale.with("revision", random.u32(..9)),
        false => sale,
    }
}

/// Text that no compression makes short.
fn long() -> String {
    let mut random = Rng::with_seed(7);
    (0..4000).map(|_| random.alphanumeric()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_work_comes_to_the_same_in_both_databases() {
    let Some(server) = server().await else { return };
    for seed in 1..=variable("SHOP_CASES", 3) {
        let database = server.database().await;
        let worlds = [shop().await, shop_with_journal(&database.settings()).await];
        let mut random = Rng::with_seed(seed);
        for step in 0..40 {
            let deed = Deed::any(&mut random);
            let (here, there) = (deed.done(&worlds[0]).await, deed.done(&worlds[1]).await);
            assert_eq!(here, there, "seed {seed}, step {step}: {deed:?}");
        }
        let [here, there] = &worlds;
        assert_eq!(here.census().await, there.census().await, "seed {seed}");
        let (here, there) = (all_of_sqlite(here).await, all_of_postgres(here, &database).await);
        for (table, rows) in &here {
            assert_eq!(there.get(table), Some(rows), "seed {seed}: {table}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_erased_stands_nowhere_in_the_database() {
    let Some(server) = server().await else { return };
    let database = server.database().await;
    let (of_sqlite, world) = (shop().await, shop_with_journal(&database.settings()).await);
    comes_to(&world, &sale("A", &["quirin", "bob"]), Fulfilled).await;
    comes_to(&world, &sale("A", &["-", "bob"]), Fulfilled).await;
    let erased = world.host.erase(&email("quirin"), "vera").await.unwrap();
    assert!(erased.rewritten > 0 && erased.recordings > 0, "{erased:?}");
    assert!(world.host.compact().await, "the server does so itself");
    let all = all_of_postgres(&of_sqlite, &database).await;
    let has = |name: &str| all.values().flatten().flatten().any(|cell| cell.contains(name));
    assert!(!has("quirin") && has("bob"), "{all:#?}");
}

/// The tables of the journal.
pub(super) async fn tables(journal: &mut SqliteConnection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '*sq*l*_*' ORDER BY name";
    sqlx::query_scalar(sql).fetch_all(journal).await.unwrap()
}

/// What the clock or the database itself chooses.
const CHOSEN: &[(&str, &[&str])] = &[
    ("audit", &["at", "chain"]),
    ("events", &["at", "id"]),
    ("handlers", &["installed"]),
    ("handler_events", &["at", "id"]),
    ("orders", &["ended"]),
    ("platform", &["identity"]),
    ("plans", &["id", "opened", "closed", "outdated"]),
    ("quarantine", &["until"]),
    ("recordings", &["id", "at"]),
    ("unfinished", &["seq", "next_try"]),
    ("chores", &["name"]),
    ("erasures", &["id"]),
];

type Contents = BTreeMap<String, BTreeSet<Vec<String>>>;

async fn columns(world: &World) -> BTreeMap<String, Vec<String>> {
    let mut journal = direct(world).await;
    let mut all = BTreeMap::new();
    // Those stand beside the file.
    let tables = tables(&mut journal).await.into_iter().filter(|table| table != "components");
    for table in tables {
        let sql = format!("SELECT name FROM pragma_table_info('{table}') ORDER BY name");
        let mut columns: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut journal).await.unwrap();
        let chosen = CHOSEN.iter().find(|(of, _)| *of == table).map_or(&[][..], |(_, chosen)| chosen);
        columns.retain(|column| !chosen.contains(&column.as_str()));
        all.insert(table, columns);
    }
    all.retain(|_, columns| !columns.is_empty());
    all
}

fn select(table: &str, columns: &[String]) -> AssertSqlSafe<String> {
    let texts: Vec<String> = columns.iter().map(|column| format!("CAST(\"{column}\" AS TEXT)")).collect();
    AssertSqlSafe(format!("SELECT {} FROM {table}", texts.join(", ")))
}

pub(super) async fn all_of_sqlite(world: &World) -> Contents {
    let mut journal = direct(world).await;
    let mut all = Contents::new();
    for (table, columns) in columns(world).await {
        let rows = sqlx::query(select(&table, &columns)).fetch_all(&mut journal).await.unwrap();
        let cells = |row: &sqlx::sqlite::SqliteRow| (0..columns.len()).map(|n| row.get(n)).map(told).collect();
        all.insert(table, rows.iter().map(cells).collect());
    }
    in_common(all)
}

pub(super) async fn all_of_postgres(world: &World, database: &Database) -> Contents {
    let mut journal = database.direct().await;
    let mut all = Contents::new();
    for (table, columns) in columns(world).await {
        let rows = sqlx::query(select(&table, &columns)).fetch_all(&mut journal).await.unwrap();
        let cells = |row: &sqlx::postgres::PgRow| (0..columns.len()).map(|n| row.get(n)).map(told).collect();
        all.insert(table, rows.iter().map(cells).collect());
    }
    in_common(all)
}

/// A cell as it is told in both: one has numbers for what is so or is not, and only one can have the character 0.
fn told(cell: Option<String>) -> String {
    match cell.as_deref() {
        None => "null".to_owned(),
        Some("true") => "1".to_owned(),
        Some("false") => "0".to_owned(),
        Some(text) => text.replace("\\u0000", "\\ufffd").replace('\0', "\u{fffd}"),
    }
}

/// With the same pseudonyms: they are random.
fn in_common(contents: Contents) -> Contents {
    let mut known = BTreeMap::new();
    let mut rename = |text: &str| -> String {
        let mut parts = text.split("person-");
        let mut told = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_at(part.len().min(16));
            let next = known.len();
            told += &format!("person-{}{rest}", known.entry(name.to_owned()).or_insert(next));
        }
        told
    };
    let mut renamed = Contents::new();
    // By the audit log first: its entries come in the same sequence in both.
    let mut tables: Vec<_> = contents.into_iter().collect();
    tables.sort_by_key(|(table, _)| table != "audit");
    for (table, rows) in tables {
        let mut rows: Vec<Vec<String>> = rows.into_iter().collect();
        if table == "audit" {
            // Columns stand in the sequence of the alphabet: action, details, id.
            rows.sort_by_key(|row| row[2].parse::<i64>().unwrap());
        }
        let rows = rows.into_iter().map(|row| row.iter().map(|cell| rename(cell)).collect());
        renamed.insert(table, rows.collect());
    }
    renamed
}
