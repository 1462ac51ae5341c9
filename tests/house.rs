//! The rules of the house: a crate uses those above it, no files of a crate import each other in a loop, and none is longer than
//! somebody reads at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use toml::Table;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Each uses only those that stand before it.
const FLOORS: &[&str] = &[
    "shop-core",
    "shop-folder",
    "shop-store",
    "shop-web",
    "shop-sandbox",
    "shop-build",
    "shop-platforms",
    "shop-journal",
    "shop-host",
    "shop-connections",
    "shop-service",
    "shop-program",
];

/// What the words and the rules have nothing to do with, by how its crates' names begin.
const NOT_IN_CORE: &[&str] = &["tokio", "sqlx", "libsqlite3", "wasmtime", "wasmparser", "reqwest", "clap"];

/// Of a file of code; texts and data may be longer.
const MOST_LINES: usize = 400;

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A path as somebody looks for it.
fn named(path: &Path) -> String {
    path.strip_prefix(ROOT).unwrap_or(path).display().to_string()
}

/// All files below a folder that are called so, or whose names end so; what is made by building is left out.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let is_ours = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with('.') && name != "target"
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true if is_ours(&path) => found.extend(files(&path, end)),
            false if path.to_string_lossy().ends_with(end) => found.push(path),
            _ => {}
        }
    }
    found.sort();
    found
}

/// The manifests of all crates, with their folders.
fn crates() -> Vec<(PathBuf, Table)> {
    let manifests = files(Path::new(ROOT), "/Cargo.toml").into_iter();
    let crates = manifests.map(|path| (path.parent().unwrap().to_owned(), read(&path).parse::<Table>().unwrap()));
    crates.filter(|(_, manifest)| manifest.contains_key("package")).collect()
}

#[test]
fn a_crate_uses_those_above_it() {
    let floor = |name: &str| FLOORS.iter().position(|of| *of == name);
    let mut seen = 0;
    for (folder, manifest) in crates() {
        let name = manifest["package"]["name"].as_str().unwrap();
        let Some(own) = floor(name) else {
            assert!(!folder.starts_with(Path::new(ROOT).join("host")), "{name} has no floor: write down which");
            continue;
        };
        let used = manifest.get("dependencies").and_then(|it| it.as_table()).into_iter().flat_map(Table::keys);
        let below: Vec<&String> = used.filter(|used| floor(used).is_some_and(|floor| floor >= own)).collect();
        assert!(below.is_empty(), "{name} uses {below:?}");
        seen += 1;
    }
    assert_eq!(seen, FLOORS.len(), "each floor is a crate");
}

#[test]
fn words_and_rules_need_no_database_network_or_clockwork() {
    let lock: Table = read(&Path::new(ROOT).join("Cargo.lock")).parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in packages {
        let used = package.get("dependencies").and_then(|it| it.as_array()).into_iter().flatten();
        // Where there are several versions, the name comes first.
        let used = used.filter_map(|name| name.as_str()?.split(' ').next());
        uses.entry(package["name"].as_str().unwrap()).or_default().extend(used);
    }
    let all = reached(&uses, "shop-core");
    assert!(all.contains("serde"), "or this shows nothing: {all:?}");
    let foreign: Vec<_> = all.iter().filter(|name| NOT_IN_CORE.iter().any(|of| name.starts_with(of))).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}

/// Everything to which something leads, directly or not.
fn reached<T: Ord + Copy>(leads: &BTreeMap<T, BTreeSet<T>>, from: T) -> BTreeSet<T> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(one) = open.pop() {
        open.extend(leads.get(&one).into_iter().flatten().filter(|next| reached.insert(**next)));
    }
    reached
}

#[test]
fn no_file_is_longer_than_somebody_reads_at_once() {
    let files = files(Path::new(ROOT), ".rs");
    let long = files.iter().filter(|path| read(path).lines().count() > MOST_LINES);
    let long: Vec<String> = long.map(|path| named(path)).collect();
    assert!(long.is_empty(), "longer than {MOST_LINES} lines, cut them: {long:#?}");
}

/// A file of a crate.
struct Module {
    file: PathBuf,
    /// The modules that lead to it.
    path: Vec<String>,
    /// What of the crate it names.
    names: Vec<Vec<String>>,
}

/// The files that a crate's first file leads to.
fn modules(file: PathBuf, path: Vec<String>) -> Vec<Module> {
    let text = read(&file);
    let code = without_texts(text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default());
    let tokens = tokens(&code);
    let folder = match file.file_stem().unwrap().to_str() {
        Some("mod" | "lib" | "main") => file.parent().unwrap().to_owned(),
        _ if path.is_empty() => file.parent().unwrap().to_owned(),
        _ => file.with_extension(""),
    };
    let mut all = Vec::new();
    for declared in tokens.windows(3).filter(|three| three[0] == "mod" && three[2] == ";") {
        let places = [folder.join(format!("{}.rs", declared[1])), folder.join(declared[1]).join("mod.rs")];
        let child = [path.as_slice(), &[declared[1].to_owned()]].concat();
        if let Some(file) = places.into_iter().find(|place| place.exists()) {
            all.extend(modules(file, child));
        }
    }
    all.push(Module { names: named_in(&tokens, &path), file, path });
    all
}

/// Code without comments and what stands between quotation marks.
fn without_texts(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(place) = rest.find(['"', '\'', '/']) {
        code.push_str(&rest[..place]);
        rest = &rest[place..];
        let skipped = match rest.as_bytes() {
            [b'/', b'/', ..] => rest.find('\n').unwrap_or(rest.len()),
            [b'"', ..] if code.ends_with("r#") => rest.find("\"#").map_or(rest.len(), |end| end + 2),
            [b'"', ..] => closed(rest, '"'),
            // A character, and not a lifetime.
            [b'\'', b'\\', ..] => closed(rest, '\''),
            [b'\'', ..] if rest.chars().nth(2) == Some('\'') => closed(rest, '\''),
            _ => {
                code.push_str(&rest[..1]);
                1
            }
        };
        rest = &rest[skipped..];
    }
    code + rest
}

/// Where something ends that a mark opens and closes.
fn closed(text: &str, mark: char) -> usize {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == mark && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(place, _)| place + 1)
}

/// Words, double colons and single signs.
fn tokens(code: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            ':' if rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    tokens
}

/// The paths that are named in a file, from the crate's first file on.
fn named_in(tokens: &[&str], own: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at + 1 < tokens.len() {
        let start = match (tokens[at], tokens[at + 1]) {
            ("crate", "::") => Some(Vec::new()),
            ("self", "::") => Some(own.to_vec()),
            ("super", "::") => Some(own[..own.len().saturating_sub(1)].to_vec()),
            _ => None,
        };
        at += 1;
        if let Some(start) = start {
            at += 1;
            branches(tokens, &mut at, start, &mut found);
        }
    }
    found
}

/// What a path leads to, from a place in it on, with all that stands between braces.
fn branches(tokens: &[&str], at: &mut usize, mut path: Vec<String>, found: &mut Vec<Vec<String>>) {
    while let Some(token) = tokens.get(*at) {
        *at += 1;
        match *token {
            "{" => {
                while tokens.get(*at).is_some_and(|token| *token != "}") {
                    branches(tokens, at, path.clone(), found);
                    *at += usize::from(tokens.get(*at) == Some(&","));
                }
                *at += 1;
                return;
            }
            "super" => _ = path.pop(),
            "self" => {}
            word => path.push(word.to_owned()),
        }
        match tokens.get(*at) {
            Some(&"::") => *at += 1,
            Some(&"as") => {
                *at += 2;
                break;
            }
            _ => break,
        }
    }
    found.push(path);
}

/// The files that import each other in a loop; what one has of those below it, and they of it, is its own affair.
fn in_loops(modules: &[Module]) -> BTreeSet<String> {
    let by_path: BTreeMap<&[String], usize> =
        modules.iter().enumerate().map(|(number, module)| (module.path.as_slice(), number)).collect();
    let target = |name: &[String]| (0..=name.len()).rev().find_map(|length| by_path.get(&name[..length]).copied());
    let is_family =
        |one: &Module, other: &Module| one.path.starts_with(&other.path) || other.path.starts_with(&one.path);
    let imports = |module: &Module| -> BTreeSet<usize> {
        let imported = module.names.iter().filter_map(|name| target(name));
        imported.filter(|number| !is_family(module, &modules[*number])).collect()
    };
    let leads: BTreeMap<usize, BTreeSet<usize>> = modules.iter().map(imports).enumerate().collect();
    let looped = leads.keys().filter(|number| reached(&leads, **number).contains(number));
    looped.map(|number| named(&modules[*number].file)).collect()
}

#[test]
fn no_files_of_a_crate_import_each_other_in_a_loop() {
    let mut found = BTreeSet::new();
    let mut seen = 0;
    for (folder, manifest) in crates() {
        let tests = manifest.get("test").and_then(|it| it.as_array()).into_iter().flatten();
        let tests = tests.filter_map(|test| test.get("path")?.as_str()).map(|path| folder.join(path));
        let others = files(&folder.join("tests"), "/main.rs");
        let first = ["src/lib.rs", "src/main.rs"].map(|file| folder.join(file)).into_iter().chain(tests).chain(others);
        for file in first.filter(|file| file.exists()) {
            let modules = modules(file, Vec::new());
            seen += modules.len();
            found.extend(in_loops(&modules));
        }
    }
    assert!(seen > 300, "all files are looked at: {seen}");
    assert!(found.is_empty(), "in a loop, untie them: {found:#?}");
}

#[test]
fn a_loop_is_noticed_however_it_is_written() {
    let own = ["orders".to_owned(), "state".to_owned()];
    for (code, names) in [
        ("use super::{admit, conflict::Conflict as C};", &["orders::admit", "orders::conflict::Conflict"][..]),
        (
            "use crate::words::{email::{Email, Typed}, text};",
            &["words::email::Email", "words::email::Typed", "words::text"],
        ),
        ("fn a() { super::super::lines::check(b'\\'', '\"', \"super::no\") } // super::no", &["lines::check"]),
        ("let it = crate::words::text::<T>(r#\"super::\"no\"#);", &["words::text::<"]),
        ("pub(in super::super) fn a<'a>(self) { self.b() }", &[""]),
    ] {
        let code = without_texts(code);
        let found: Vec<String> = named_in(&tokens(&code), &own).iter().map(|path| path.join("::")).collect();
        assert_eq!(found, names, "{code}");
    }
    let module = |path: &str, names: &[&str]| Module {
        file: PathBuf::from(path),
        path: path.split('/').map(str::to_owned).collect(),
        names: names.iter().map(|name| name.split('/').map(str::to_owned).collect()).collect(),
    };
    let modules = [
        module("a", &["b/Thing", "c"]),
        module("b", &["c"]),
        module("c", &["d/e/Thing"]),
        module("d", &["d/e"]),
        module("d/e", &["d/Thing", "b"]),
    ];
    assert_eq!(in_loops(&modules).into_iter().collect::<Vec<_>>(), ["b", "c", "d/e"]);
}
