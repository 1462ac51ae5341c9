//! What the papers name is there: each file, and each test in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The papers, with what they say.
fn papers() -> Vec<(PathBuf, String)> {
    let root = Path::new(ROOT);
    let files = [root, &root.join("docs"), &root.join("fuzz")]
        .map(|folder| fs::read_dir(folder).unwrap())
        .into_iter()
        .flatten();
    let papers = files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|it| it == "md"));
    papers.map(|path| (path.clone(), fs::read_to_string(&path).unwrap())).collect()
}

/// What stands between pairs of these in a text.
fn between<'a>(text: &'a str, open: &str, close: char) -> impl Iterator<Item = &'a str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, found) = rest.split_once(open)?;
        let (found, after) = found.split_once(close)?;
        rest = after;
        Some(found)
    })
}

/// Whether this can only be the name of a test, or its beginning.
fn is_test(text: &str) -> bool {
    text.matches('_').count() > 2
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_…".contains(c))
}

/// What of a paragraph or a row of a table is not there. A file that is named without a folder, or a test without a file, is
/// that of the last one that was named.
fn missing(paragraph: &str) -> Vec<String> {
    let mut missing = Vec::new();
    let mut file = PathBuf::new();
    let mut text = String::new();
    for named in between(paragraph, "`", '`') {
        let (path, test) = match named.split_once(": ") {
            Some((path, test)) => (path, Some(test)),
            None if is_test(named) => ("", Some(named)),
            None => (named, None),
        };
        if path.ends_with(".rs") {
            file = if path.contains('/') { PathBuf::from(path) } else { file.with_file_name(path) };
            text = fs::read_to_string(Path::new(ROOT).join(&file)).unwrap_or_default();
            if text.is_empty() {
                missing.push(format!("no file {}", file.display()));
            }
        }
        let Some(test) = test.filter(|test| is_test(test) && !text.is_empty()) else { continue };
        let function = match test.strip_suffix('…') {
            Some(beginning) => format!("fn {beginning}"),
            None => format!("fn {test}("),
        };
        if !text.contains(&function) {
            missing.push(format!("no test {test} in {}", file.display()));
        }
    }
    missing
}

#[test]
fn each_test_that_a_paper_names_is_there() {
    for (paper, text) in papers() {
        let lines = |paragraph: &str| match paragraph.starts_with('|') {
            true => paragraph.lines().map(String::from).collect(),
            false => vec![paragraph.to_owned()],
        };
        let missing: Vec<String> = text.split("\n\n").flat_map(lines).flat_map(|text| missing(&text)).collect();
        assert!(missing.is_empty(), "{}: {missing:#?}", paper.display());
    }
}

#[test]
fn each_file_that_a_paper_leads_to_is_there() {
    for (paper, text) in papers() {
        let folder = paper.parent().unwrap();
        let is_ours = |target: &&str| !target.contains("://") && !target.starts_with('#');
        let lost = between(&text, "](", ')').filter(is_ours);
        let lost = lost.filter(|target| !folder.join(target.split('#').next().unwrap_or_default()).exists());
        assert_eq!(lost.collect::<Vec<_>>(), [""; 0], "{}", paper.display());
    }
}

/// Its table has a line for each program; several may share one.
#[test]
fn the_fuzzers_paper_tells_of_each_target() {
    let folder = Path::new(ROOT).join("fuzz");
    let paper = fs::read_to_string(folder.join("README.md")).unwrap();
    let rows = paper.lines().filter_map(|line| line.strip_prefix("| `")).map(|row| row.split_once(" |").unwrap().0);
    let told: BTreeSet<String> =
        rows.flat_map(|targets| targets.split(", ").map(|name| name.replace('`', ""))).collect();
    let programs = fs::read_dir(folder.join("fuzz_targets")).unwrap().map(|file| file.unwrap().path());
    let programs = programs.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned());
    assert_eq!(told, programs.collect());
}

#[test]
fn what_is_not_there_is_noticed() {
    let row =
        "| a promise | `tests/papers.rs: what_is_not_there_is_noticed`, `what_is_nowhere_to_be_found`, `nowhere.rs` |";
    assert_eq!(missing(row), ["no test what_is_nowhere_to_be_found in tests/papers.rs", "no file tests/nowhere.rs"]);
}
