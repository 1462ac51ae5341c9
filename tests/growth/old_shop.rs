//! A shop whose journal can be filled as if it had sold for years.

use serde_json::{Value, json};
use shop_harness::{Given, World};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Row};

const CATALOGUE: &str = r#"
    [shop]
    keep = { recordings = 0, people = 0 }

    [[product]]
    reference = "SPOC"
    title = "SPOC"
    price = "10.00 EUR"
    handler = "setup-one-course-session"
    parameters = "coursename=SPOC&supervisor=teacher&duration=35"
    max_seats = 100
"#;

const PLATFORM: &str = r#"
    role = [
        { short_name = "student", in_course = true, in_account = true },
        { short_name = "teacher", in_course = true, in_account = true },
    ]
    course = [{ short_name = "SPOC", title = "SPOC", start = "2026-01-01T00:00:00Z" }]
"#;

pub(crate) async fn shop() -> World {
    Given::catalogue(CATALOGUE).platform(PLATFORM).handler(shop_harness::setup_one_course_session()).open().await
}

/// The same shop, opened again.
#[allow(dead_code, reason = "the query plans need none")]
pub(crate) async fn reopened(world: World) -> World {
    world.reopen(CATALOGUE).await
}

/// A paid order of as many seats as there are learners. People are called by their address without its `@example.org`.
pub(crate) fn order(id: &str, operator: &str, learners: &[&str]) -> Value {
    let person = |name: &str| json!({"email": format!("{name}@example.org"), "first_name": "F", "last_name": "L"});
    let seats: Vec<_> = learners.iter().map(|name| json!({"role": "learner", "occupant": person(name)})).collect();
    json!({"id": id, "state": "paid", "time": "2026-12-01T00:00:00Z", "operator": person(operator),
        "lines": [{"line": 1, "product": "SPOC", "quantity": seats.len(), "seats": seats}]})
}

/// The journal's database, behind the shop's back.
pub(crate) async fn journal(world: &World) -> SqliteConnection {
    let file = world.data().join("journal.sqlite");
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await.expect("the journal")
}

/// Fills the journal with so many orders of so many learners each, in so many courses, each operator having bought ten: copies of
/// all that is recorded of one order which is fulfilled for that.
pub(crate) async fn fill(world: &World, orders: u32, learners: usize, courses: u32) {
    let learners: Vec<String> = (1..=learners).map(|number| format!("learner-{number}.template")).collect();
    let learners: Vec<&str> = learners.iter().map(String::as_str).collect();
    let template = order("template", "boss.template", &learners).to_string();
    world.fulfil(&template).await.expect("the template");
    let mut journal = journal(world).await;
    let course: i64 = sqlx::query_scalar("SELECT id FROM names WHERE kind = 'course'")
        .fetch_one(&mut journal)
        .await
        .expect("its course");
    let mut tx = journal.begin().await.expect("a transaction");
    for table in [
        "orders",
        "lines",
        "seats",
        "claims",
        "provenance",
        "accounts",
        "plans",
        "recordings",
        "facts_people",
        "orders_people",
        "order_accounts",
        "events",
    ] {
        let sql = copies(&mut tx, table, course, courses).await;
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(orders).execute(&mut *tx).await.expect(table);
    }
    let sql = "INSERT INTO names (kind, id, name)
        WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)
        SELECT 'course', 1000 + n, 'COURSE' || n FROM numbers";
    sqlx::query(sql).bind(courses).execute(&mut *tx).await.expect("the courses' names");
    tx.commit().await.expect("committing");
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut journal).await.expect("emptying the log");
}

/// A statement that copies the template's rows of a table: other orders, other people, other courses.
async fn copies(journal: &mut SqliteConnection, table: &str, course: i64, courses: u32) -> String {
    let sql = format!("SELECT name, type, pk FROM pragma_table_info('{table}')");
    let columns = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(journal).await.expect("columns");
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for column in columns {
        let (name, of, key): (String, String, i64) = (column.get(0), column.get(1), column.get(2));
        match (table, of.as_str(), name.as_str()) {
            // Counted by the database.
            ("plans" | "recordings", "INTEGER", "id") | ("events", _, "number") if key == 1 => continue,
            ("events", "TEXT", "id") => values.push("id || n".to_owned()),
            ("accounts" | "order_accounts", "INTEGER", "id") => values.push("id + 1000 * n".to_owned()),
            (_, "TEXT", _) => values.push(format!(
                "replace(replace(replace({name}, 'boss.template', printf('boss.%d', n / 10)),
                    'template', printf('order-%d', n)), '\":[{course},', printf('\":[%d,', 1000 + n % {courses}))"
            )),
            _ => values.push(name.clone()),
        }
        names.push(name);
    }
    format!(
        "INSERT OR IGNORE INTO {table} ({})
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
            SELECT {} FROM numbers, (SELECT * FROM {table})",
        names.join(", "),
        values.join(", ")
    )
}
