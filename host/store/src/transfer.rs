//! Rows on their way from a file to a server: as text, in the form of PostgreSQL's `COPY`, in which a row is the same on both sides.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, PgConnection, Row, SqliteConnection};

use shop_core::words::digest::Digest;

/// What is not copied: who works, what a database itself remembers, and what is in other files where the journal is one.
const NOT_COPIED: [&str; 4] = ["chores", "components", "tickets", "wanted"];

/// So many bytes are sent at once.
const PIECE: usize = 1 << 16;

/// A table of both databases.
#[derive(Debug)]
pub struct Table {
    name: String,
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    name: String,
    holds: String,
    /// Whether the database numbers the rows.
    is_numbered: bool,
}

/// How many rows a table has, and what they come to in whichever sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// How many.
    pub number: u64,
    sum: u128,
}

/// What tables have, by their names.
pub type Content = BTreeMap<String, Rows>;

impl Rows {
    fn add(&mut self, row: &[u8]) {
        let digest = Digest::of(row);
        let half = digest.as_bytes().iter().take(16).fold(0_u128, |half, byte| half << 8 | u128::from(*byte));
        self.number += 1;
        self.sum = self.sum.wrapping_add(half);
    }
}

/// The tables that are copied, those first that others refer to.
pub async fn tables(server: &mut PgConnection) -> sqlx::Result<Vec<Table>> {
    let sql = "SELECT table_name::text, column_name::text, data_type::text, is_identity = 'YES'
        FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_sqlx%'
            AND table_name <> ALL ($1)
        ORDER BY table_name <> 'orders', table_name, ordinal_position";
    let mut tables: Vec<Table> = Vec::new();
    for row in sqlx::query(sql).bind(NOT_COPIED.map(str::to_owned).to_vec()).fetch_all(server).await? {
        let (table, name, holds, is_numbered) = (row.get::<String, _>(0), row.get(1), row.get(2), row.get(3));
        let column = Column { name, holds, is_numbered };
        match tables.last_mut() {
            Some(last) if last.name == table => last.columns.push(column),
            _ => tables.push(Table { name: table, columns: vec![column] }),
        }
    }
    Ok(tables)
}

/// Whether a file has a table, or one that stands beside it: not every shop has a Moodle.
async fn is_in_file(file: &mut SqliteConnection, table: &str) -> sqlx::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM pragma_table_list WHERE name = $1)";
    sqlx::query_scalar(sql).bind(table).fetch_one(file).await
}

/// What a file has in these tables.
pub async fn content_of_file(file: &mut SqliteConnection, tables: &[Table]) -> sqlx::Result<Content> {
    let mut content = Content::new();
    for table in tables {
        let mut has = Rows::default();
        if !is_in_file(file, &table.name).await? {
            content.insert(table.name.clone(), has);
            continue;
        }
        let query = table.to_read_from_file();
        let mut rows = sqlx::query(AssertSqlSafe(query)).fetch(&mut *file);
        while let Some(row) = rows.try_next().await? {
            has.add(table.line(&row)?.as_bytes());
        }
        content.insert(table.name.clone(), has);
    }
    Ok(content)
}

/// What a server has in these tables.
pub async fn content_of_server(server: &mut PgConnection, tables: &[Table]) -> sqlx::Result<Content> {
    let mut content = Content::new();
    for table in tables {
        let (mut has, mut begun) = (Rows::default(), Vec::new());
        let statement = format!("COPY \"{}\" ({}) TO STDOUT", table.name, table.names());
        let mut pieces = server.copy_out_raw(&statement).await?;
        while let Some(piece) = pieces.try_next().await? {
            for part in piece.split_inclusive(|byte| *byte == b'\n') {
                begun.extend_from_slice(part);
                if part.ends_with(b"\n") {
                    has.add(&begun);
                    begun.clear();
                }
            }
        }
        content.insert(table.name.clone(), has);
    }
    Ok(content)
}

/// Takes everything out of these tables, also what is only ever added to.
pub async fn empty(server: &mut PgConnection, tables: &[Table]) -> sqlx::Result<()> {
    for Table { name, .. } in tables.iter().rev() {
        for sql in [
            format!("ALTER TABLE \"{name}\" DISABLE TRIGGER USER"),
            format!("DELETE FROM \"{name}\""),
            format!("ALTER TABLE \"{name}\" ENABLE TRIGGER USER"),
        ] {
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *server).await?;
        }
    }
    Ok(())
}

/// Copies everything in these tables, which are empty. What is numbered later gets numbers that the file has not given.
pub async fn copy(file: &mut SqliteConnection, server: &mut PgConnection, tables: &[Table]) -> sqlx::Result<()> {
    for table in tables {
        if !is_in_file(file, &table.name).await? {
            continue;
        }
        let statement = format!("COPY \"{}\" ({}) FROM STDIN", table.name, table.names());
        let mut into = server.copy_in_raw(&statement).await?;
        let query = table.to_read_from_file();
        let mut rows = sqlx::query(AssertSqlSafe(query)).fetch(&mut *file);
        let mut piece = String::new();
        while let Some(row) = rows.try_next().await? {
            piece += &table.line(&row)?;
            if piece.len() >= PIECE {
                into.send(std::mem::take(&mut piece).into_bytes()).await?;
            }
        }
        into.send(piece.into_bytes()).await?;
        into.finish().await?;
        drop(rows);
        for column in table.columns.iter().filter(|column| column.is_numbered) {
            let given = given(file, &table.name, &column.name).await?;
            let sql = "SELECT setval(pg_get_serial_sequence(quote_ident($1), $2), greatest($3, 1), $3 > 0)";
            sqlx::query(sql).bind(&table.name).bind(&column.name).bind(given).execute(&mut *server).await?;
        }
    }
    Ok(())
}

/// The highest number that a file has given to a row, also of one that is gone.
async fn given(file: &mut SqliteConnection, table: &str, column: &str) -> sqlx::Result<i64> {
    let sql = format!(
        "SELECT max(coalesce((SELECT max({column}) FROM \"{table}\"), 0),
            coalesce((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0))"
    );
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(file).await
}

impl Table {
    fn names(&self) -> String {
        self.columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
    }

    /// All columns as texts.
    fn to_read_from_file(&self) -> String {
        let text = |column: &Column| match (&*column.holds, &column.name) {
            ("boolean", name) => format!("CASE WHEN \"{name}\" THEN 't' WHEN NOT \"{name}\" THEN 'f' END"),
            (_, name) => format!("CAST(\"{name}\" AS TEXT)"),
        };
        let columns = self.columns.iter().map(text).collect::<Vec<_>>().join(", ");
        format!("SELECT {columns} FROM \"{}\"", self.name)
    }

    /// A row of the file as `COPY` writes it.
    fn line(&self, row: &sqlx::sqlite::SqliteRow) -> sqlx::Result<String> {
        let mut line = String::new();
        for place in 0..self.columns.len() {
            if place > 0 {
                line.push('\t');
            }
            match row.try_get::<Option<&str>, _>(place)? {
                None => line += "\\N",
                Some(text) => text.chars().for_each(|c| match c {
                    '\\' => line += "\\\\",
                    '\n' => line += "\\n",
                    '\r' => line += "\\r",
                    '\t' => line += "\\t",
                    '\u{8}' => line += "\\b",
                    '\u{b}' => line += "\\v",
                    '\u{c}' => line += "\\f",
                    // No text can have it there.
                    '\0' => line.push('\u{fffd}'),
                    c => line.push(c),
                }),
            }
        }
        line.push('\n');
        Ok(line)
    }
}
