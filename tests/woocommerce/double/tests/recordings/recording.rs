//! What was recorded of a real shop: WooCommerce 10.5.2.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// What all recorded webhooks signed with.
pub(crate) const SECRET: &str = "test-webhook-secret-Gutenberg-1455";

/// A step of the recorded shop.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) name: String,
    /// All of it.
    pub(crate) file: Value,
    /// What was asked of the REST API.
    pub(crate) asked: Vec<Asked>,
    pub(crate) delivered: Vec<Delivered>,
}

/// A request, and the answer.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// With the query.
    pub(crate) path: String,
    pub(crate) is_https: bool,
    pub(crate) authorization: Option<String>,
    pub(crate) sent: String,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What a receiver got.
#[derive(Clone, Debug)]
pub(crate) struct Delivered {
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Delivered {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn pairs(value: &Value) -> Vec<(String, String)> {
    value.as_array().into_iter().flatten().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

fn asked(exchange: &Value) -> Option<Asked> {
    let (request, response) = (&exchange["request"], &exchange["response"]);
    let url = request["url"].as_str()?;
    let path = url.split_once("shop.example.org")?.1;
    let ours = path.starts_with("/wp-json/wc/v3/");
    ours.then(|| Asked {
        method: text(&request["method"]),
        path: path.to_owned(),
        is_https: url.starts_with("https"),
        authorization: request["headers"]["Authorization"].as_str().map(str::to_owned),
        sent: text(&request["body"]),
        status: response["status"].as_u64().unwrap() as u16,
        headers: pairs(&response["headers"]),
        body: text(&response["body"]),
    })
}

fn delivered(delivery: &Value) -> Delivered {
    let request = &delivery["request"];
    Delivered { path: text(&request["path"]), headers: pairs(&request["headers"]), body: text(&request["body"]) }
}

/// The recording whose name begins so.
pub(crate) fn recording(name: &str) -> Recording {
    let path = paths().into_iter().find(|path| named(path).starts_with(name));
    read(&path.unwrap_or_else(|| panic!("no recording {name}")))
}

/// All of them, in the sequence in which they were made.
pub(crate) fn recordings() -> Vec<Recording> {
    paths().iter().map(|path| read(path)).collect()
}

fn paths() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../recordings");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort_by_key(|path| named(path));
    paths
}

fn named(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn read(path: &Path) -> Recording {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let list = |name: &str| file[name].as_array().cloned().unwrap_or_default();
    Recording {
        name: named(path),
        asked: list("requests").iter().filter_map(asked).collect(),
        delivered: list("deliveries").iter().map(delivered).collect(),
        file,
    }
}
