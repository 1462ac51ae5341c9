//! Both databases have the same tables.

use std::collections::BTreeMap;

use shop_folder::MOODLE_MEMORY;
use shop_platforms::moodle::make_memory;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Row};

use super::differential::tables;
use super::server::server;
use crate::fixtures::shop::*;

/// Of SQLite's migrations and of PostgreSQL's, neither has forgotten something.
#[tokio::test]
async fn both_databases_have_the_same_columns() {
    let Some(server) = server().await else { return };
    let database = server.database().await;
    let [here, there] = [shop().await, shop_with_journal(&database.settings()).await];
    let memory = here.data().join(MOODLE_MEMORY);
    make_memory(&memory).await.unwrap();
    let memory = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&memory)).await.unwrap();
    let mut expected = BTreeMap::new();
    for mut file in [direct(&here).await, memory] {
        for table in tables(&mut file).await {
            let sql = format!("SELECT name, \"notnull\" OR pk > 0, type FROM pragma_table_info('{table}')");
            for row in sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut file).await.unwrap() {
                let (column, required, holds): (String, bool, String) = (row.get(0), row.get(1), row.get(2));
                expected.insert((table.clone(), column), (required, holds == "TEXT"));
            }
        }
    }
    let sql = "SELECT table_name::text, column_name::text, is_nullable = 'NO', data_type = 'text'
        FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name <> 'rowid' AND table_name NOT LIKE '\\_sqlx%'";
    let rows = sqlx::query(sql).fetch_all(&mut database.direct().await).await.unwrap();
    let found: BTreeMap<(String, String), (bool, bool)> =
        rows.iter().map(|row| ((row.get(0), row.get(1)), (row.get(2), row.get(3)))).collect();
    assert_eq!(found, expected);
    drop(there);
}
