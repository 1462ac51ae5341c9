//! Exchanges recorded with real Moodles: 4.2.3, 4.5.6 and 5.1.

use std::path::{Path, PathBuf};

use moodle_double::site::Release;
use serde_json::Value;

/// One exchange.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    /// The file's name without its ending.
    pub(crate) name: String,
    pub(crate) function: String,
    pub(crate) method: String,
    /// In the query of the address.
    pub(crate) query: Vec<(String, String)>,
    /// In the body, unless that is `raw`.
    pub(crate) form: Vec<(String, String)>,
    pub(crate) raw: Option<String>,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) response: Value,
}

pub(crate) const RELEASES: [(Release, &str); 3] =
    [(Release::V4_2, "4.2.3"), (Release::V4_5, "4.5.6"), (Release::V5_1, "5.1")];

/// All recordings of a release, in the sequence in which they were made.
pub(crate) fn recordings(release: Release) -> Vec<Recording> {
    let (_, folder) = RELEASES.iter().find(|(it, _)| *it == release).unwrap();
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("moodle/recordings").join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut recordings: Vec<Recording> = files.map(|path| read(&path)).collect();
    recordings.sort_by(|a, b| a.name.cmp(&b.name));
    recordings
}

fn read(path: &Path) -> Recording {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let pair = |pair: &Value| (text(&pair[0]), text(&pair[1]));
    let mut pairs: Vec<(String, String)> = file["request"].as_array().unwrap().iter().map(pair).collect();
    complete(&mut pairs);
    let in_query = file["in_query"].as_u64().unwrap_or(0) as usize;
    let form = pairs.split_off(in_query.min(pairs.len()));
    let raw = file["raw_body"].as_str().filter(|body| body.starts_with('{') || body.starts_with("--"));
    let headers = file["headers"].as_object().unwrap().iter();
    Recording {
        name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
        function: text(&file["function"]),
        method: text(&file["method"]),
        query: pairs,
        form,
        raw: raw.map(str::to_owned),
        status: file["status"].as_u64().unwrap() as u16,
        headers: headers.map(|(name, value)| (name.clone(), text(value))).collect(),
        response: file["response"].clone(),
    }
}

/// Long requests were recorded with their beginning; the rest goes on like it.
fn complete(pairs: &mut Vec<(String, String)>) {
    let Some(left_out) = pairs.last().and_then(|(name, text)| {
        let number = text.strip_suffix(" more parameters left out")?;
        (name == "...").then(|| number.parse::<usize>().unwrap())
    }) else {
        return;
    };
    pairs.pop();
    let start = pairs.iter().position(|(name, _)| name.contains("[0]")).unwrap();
    let index = |name: &str| name.split(['[', ']']).nth(1).and_then(|n| n.parse::<i64>().ok()).unwrap();
    let first: Vec<(String, String)> =
        pairs[start..].iter().filter(|(name, _)| name.contains("[0]")).cloned().collect();
    for _ in 0..left_out {
        let (before, _) = pairs.last().unwrap();
        let number = index(before);
        let field = |name: &str| name.replace(&format!("[{}]", index(name)), "[*]");
        let place = first.iter().position(|(name, _)| field(name) == field(before)).unwrap();
        let next = &first[(place + 1) % first.len()];
        let number = if place + 1 == first.len() { number + 1 } else { number };
        let value = match (next.0.as_str(), next.1.parse::<i64>()) {
            (name, Ok(id)) if name.ends_with("[userid]") => (id + number).to_string(),
            (_, Err(_)) => next.1.replace("lim0000", &format!("lim{number:04}")),
            _ => next.1.clone(),
        };
        pairs.push((field(&next.0).replace("[*]", &format!("[{number}]")), value));
    }
}
