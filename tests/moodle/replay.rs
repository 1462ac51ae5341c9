//! The double answers as the recorded Moodles did: every recording of a function that it offers is made again.

use std::collections::{BTreeMap, BTreeSet};

use moodle_double::MoodleDouble;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::moodle::recorded_site::{prepare, request, site};
use crate::moodle::recordings::{RELEASES, Recording, recordings};

/// What the shop does not read and the double does not have.
const LEFT_OUT: &[&str] = &[
    "profileimageurl",
    "profileimageurlsmall",
    "userpictureurl",
    "preferences",
    "enrolledcourses",
    "courseimage",
    "category",
    "categoryid",
    "categoryname",
    "sortorder",
    "summary",
    "summaryformat",
    "summaryfiles",
    "overviewfiles",
    "showactivitydates",
    "showcompletionconditions",
    "contacts",
    "format",
    "showgrades",
    "newsitems",
    "enddate",
    "maxbytes",
    "showreports",
    "groupmodeforce",
    "defaultgroupingid",
    "enablecompletion",
    "completionnotify",
    "marker",
    "filters",
    "courseformatoptions",
    "calendartype",
    "timecreated",
    "timemodified",
    "requested",
    "cacherev",
    "legacyfiles",
    "functions",
    "version",
    "release",
];

/// Recordings that are not about one request and one answer, or about what no request of the shop's can be like.
fn is_left_out(recording: &Recording) -> bool {
    // Races of several requests, and a report of another kind than the shop's.
    recording.name.starts_with("j-")
        || recording.name.starts_with("f-roles-25")
        // Its request was not recorded.
        || recording.name.ends_with("-multipart-body")
}

/// The contexts of accounts have ids of their own; only one request names one.
fn context((name, value): (String, String), learner: i64) -> (String, String) {
    match name.ends_with("[contextid]") {
        true => (name, (1_000_000 + learner).to_string()),
        false => (name, value),
    }
}

/// The recorded pages of reports have other people's rows, too.
fn whole_report((name, value): (String, String)) -> (String, String) {
    let value = if name == "perpage" { "1000".to_owned() } else { value };
    (name, value)
}

async fn ask(double: &MoodleDouble, recording: &Recording, learner: i64) -> (u16, Vec<(String, String)>, String) {
    let encoded = |pairs: Vec<(String, String)>| serde_urlencoded::to_string(pairs).unwrap();
    let form: Vec<_> = recording.form.iter().cloned().map(|pair| whole_report(context(pair, learner))).collect();
    let (mut path, mut kind, mut body) =
        (format!("/webservice/rest/server.php?{}", encoded(recording.query.clone())), "", String::new());
    match (&recording.raw, recording.method.as_str()) {
        (_, "GET") => path += &format!("&{}", encoded(form)),
        (Some(raw), _) => {
            kind = if raw.starts_with('{') { "application/json" } else { "multipart/form-data; boundary=x" };
            body.clone_from(raw);
        }
        (None, _) => {
            kind = "application/x-www-form-urlencoded";
            body = encoded(form);
        }
    }
    let length = body.len();
    let head = format!(
        "{} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n",
        recording.method
    );
    let mut stream = tokio::net::TcpStream::connect(double.url().trim_start_matches("http://")).await.unwrap();
    stream.write_all((head + &body).as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let headers = head.lines().filter_map(|line| line.split_once(": "));
    (status, headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(), body.to_owned())
}

/// An answer, as far as it is compared.
fn bare(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
            kept.map(|(name, value)| (name.clone(), bare(value))).collect()
        }
        Value::Array(values) => values.iter().map(bare).collect(),
        Value::String(text) => json!(text.replace('\r', "")),
        other => other.clone(),
    }
}

/// Keeps of an answer the fields that a shortened recording has.
fn cut(answer: &mut Value, recorded: &Value) {
    match (answer, recorded) {
        (Value::Object(fields), Value::Object(kept)) => {
            fields.retain(|name, _| kept.contains_key(name));
            fields.iter_mut().for_each(|(name, value)| cut(value, &kept[name]));
        }
        (Value::Array(values), Value::Array(kept)) => values.iter_mut().zip(kept).for_each(|(a, b)| cut(a, b)),
        _ => {}
    }
}

/// The answer of the double and the recorded one, made comparable.
fn compared(recording: &Recording, answer: Value) -> (Value, Value) {
    let (mut answer, mut recorded) = (bare(&answer), bare(&recording.response));
    if let Some(fields) = recorded.as_object_mut()
        && fields.remove("_trimmed").is_some()
    {
        cut(&mut answer, &recorded);
    }
    if recording.function == "core_webservice_get_site_info" {
        cut(&mut answer, &recorded);
        let kept = answer.clone();
        cut(&mut recorded, &kept);
    }
    if recording.function == "core_enrol_get_enrolled_users" {
        // Those who take no part were left out of the recordings.
        let ids: BTreeSet<_> = recorded.as_array().unwrap().iter().map(|one| one["id"].as_i64()).collect();
        let part = answer.as_array().unwrap().iter().filter(|one| ids.contains(&one["id"].as_i64()));
        answer = part.cloned().collect();
        // With a choice of fields, a name comes along or not, for no reason that is recorded.
        let few = recording.form.iter().any(|(_, value)| value == "userfields");
        for one in [&mut answer, &mut recorded].into_iter().flat_map(|list| list.as_array_mut().unwrap()) {
            one.as_object_mut().unwrap().retain(|name, _| !few || name != "fullname");
        }
    }
    if recording.function == "core_reportbuilder_retrieve_report" {
        return (json!([]), missing_rows(&answer["data"], &recorded["data"]));
    }
    if let Some(more) = recorded.as_array().and_then(|list| list.last()?.as_str()?.strip_prefix("... ")) {
        let more: usize = more.split(' ').next().unwrap().parse().unwrap();
        let first = recorded[0].clone();
        let list = answer.as_array().unwrap();
        return (json!([list[0], list.len()]), json!([first, more + 1]));
    }
    (answer, recorded)
}

/// The rows of a recorded report about people whom the double has in the course, too, that the double's report has not got, as
/// far as both have the same columns. The recorded site had more people and methods than its recordings show; a start that was
/// none shows when the enrolment was made, which differs.
fn missing_rows(found: &Value, recorded: &Value) -> Value {
    let rows = |data: &Value| -> Vec<BTreeMap<String, String>> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let headers: Vec<String> = data["headers"].as_array().unwrap().iter().map(text).collect();
        let row = |row: &Value| {
            let cells = row["columns"].as_array().unwrap().iter().map(text);
            headers.iter().cloned().zip(cells).collect::<BTreeMap<_, _>>()
        };
        data["rows"].as_array().unwrap().iter().map(row).collect()
    };
    let (found, mut recorded) = (rows(found), rows(recorded));
    let place = |row: &BTreeMap<String, String>| (row["Course short name"].clone(), row["Email address"].clone());
    let places: BTreeSet<_> = found.iter().map(place).collect();
    recorded.retain(|row| !row["Email address"].is_empty() && places.contains(&place(row)));
    assert!(!recorded.is_empty(), "a report tells of people");
    let same = |heading: &str, one: &BTreeMap<_, String>, other: &BTreeMap<_, String>| {
        let of_creation = heading == "Time started" && one[heading].contains("November 2026");
        of_creation || one.get(heading) == other.get(heading)
    };
    let headings = ["Course short name", "Email address", "Username", "Method", "Time started", "Time ended", "Status"];
    let is_missing = |row: &&BTreeMap<String, String>| {
        !found.iter().any(|other| headings.iter().all(|heading| same(heading, row, other)))
    };
    recorded.iter().filter(is_missing).map(|row| json!(row)).collect()
}

#[tokio::test]
async fn the_double_answers_as_recorded_moodles_do() {
    let (mut replayed, mut differing) = (0, Vec::new());
    for (release, _) in RELEASES {
        let all = recordings(release);
        let double = MoodleDouble::start(site(release, &all)).await;
        let attached = all.iter().find(|recording| recording.name.starts_with("f-roles-01")).unwrap();
        let learner = request(attached, "assignments[0][instanceid]");
        for recording in all.iter().filter(|recording| !is_left_out(recording)) {
            let is_error = recording.response.get("exception").or(recording.response.get("_raw")).is_some();
            let is_refused = recording.name.starts_with("h-errors") && is_error;
            if !moodle_double::offers(&recording.function) && !is_refused {
                continue;
            }
            prepare(&mut double.site(), recording);
            let (status, headers, text) = ask(&double, recording, learner).await;
            replayed += 1;
            let told = format!("{release:?} {}", recording.name);
            let differs = |what: &str, found: &dyn std::fmt::Debug, expected: &dyn std::fmt::Debug| {
                format!("{told}: {what}:\n  found    {found:?}\n  recorded {expected:?}")
            };
            if status != recording.status {
                differing.push(differs("status", &status, &recording.status));
            }
            for (name, value) in recording.headers.iter().filter(|(name, _)| name != "content-type") {
                let found = headers.iter().find(|(found, _)| found == name).map(|(_, value)| value);
                if found != Some(value) {
                    differing.push(differs(name, &found, value));
                }
            }
            match recording.response["_raw"].as_str() {
                // Of what is no JSON, the shop knows no more than that.
                Some(raw) => {
                    let kind = |text: &str| text.trim_start().chars().take(5).collect::<String>();
                    let (found, expected) = (kind(&text), kind(raw));
                    if found != expected || serde_json::from_str::<Value>(&text).is_ok() {
                        differing.push(differs("body", &found, &expected));
                    }
                }
                None => {
                    let answer = serde_json::from_str(&text).unwrap_or_else(|_| json!({ "no JSON": text }));
                    let (found, expected) = compared(recording, answer);
                    if found != expected {
                        differing.push(differs("answer", &found.to_string(), &expected.to_string()));
                    }
                }
            }
            if let Some(enrolled) = enrolled(recording) {
                let site = double.site();
                let there = site.enrolments.iter().filter(|((course, _), _)| *course == 3);
                let for_ever = there.clone().filter(|(_, it)| it.end == 0).count();
                let found = (there.count(), for_ever);
                if found != enrolled {
                    differing.push(differs("enrolled, for ever", &found, &enrolled));
                }
            }
        }
    }
    assert!(replayed > 650, "{replayed}");
    assert!(differing.is_empty(), "{} of {replayed} differ:\n{}", differing.len(), differing.join("\n"));
}

/// How many the database had in the course after a request that was cut, and how many of them without an end: by the notes.
fn enrolled(recording: &Recording) -> Option<(usize, usize)> {
    let step = recording.name.strip_prefix("i-limits-")?.split('-').next()?;
    Some(match step {
        "01" => (199, 0),
        "02" => (200, 1),
        "03" => (200, 0),
        "04" => (0, 0),
        "05" => (200, 0),
        "06" => (0, 0),
        "07" => (200, 1),
        "09" => (0, 0),
        "10" => (999, 0),
        "11" => (1000, 1),
        "12" => (1000, 0),
        "13" => (0, 0),
        "14" => (1000, 0),
        _ => return None,
    })
}
