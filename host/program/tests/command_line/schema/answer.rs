//! The schemas of answers, against which every answer of these tests is held.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::Value;

/// The commands that answer, those of more words first.
pub(crate) static COMMANDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let told = said(&["schema", "answer", "nothing"]).1;
    let (_, commands) = told.trim_end().split_once("was expected: ").unwrap();
    let mut commands: Vec<String> = commands.split(", ").map(str::to_owned).collect();
    commands.sort_by_key(|command| std::cmp::Reverse(command.split(' ').count()));
    commands
});

static SCHEMAS: Mutex<BTreeMap<String, Arc<Value>>> = Mutex::new(BTreeMap::new());

/// What the program says, on its output and about it.
fn said(words: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_shop-host")).args(words).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn schema_of(command: &str) -> Arc<Value> {
    let mut schemas = SCHEMAS.lock().unwrap();
    let schema = schemas.entry(command.to_owned()).or_insert_with(|| {
        let words: Vec<&str> = ["schema", "answer"].into_iter().chain(command.split(' ')).collect();
        Arc::new(serde_json::from_str(&said(&words).0).unwrap())
    });
    schema.clone()
}

/// The command among the words that were typed.
pub(crate) fn command(typed: &str) -> Option<&'static str> {
    let typed: Vec<&str> = typed.split_whitespace().filter(|word| *word != "--json").collect();
    let is_typed = |command: &&String| {
        let command: Vec<&str> = command.split(' ').collect();
        typed.windows(command.len()).any(|words| words == command)
    };
    if typed.contains(&"schema") { None } else { COMMANDS.iter().find(is_typed).map(String::as_str) }
}

/// What speaks against an answer to the words that were typed: its schema contradicts it, or leaves something unsaid.
pub(crate) fn fault(typed: &str, answer: &Value) -> Option<String> {
    let schema = schema_of(command(typed)?);
    super::fault(&schema, answer)
        .or_else(|| super::unnamed(&schema, answer).map(|at| format!("{at}: the schema does not name it")))
}
