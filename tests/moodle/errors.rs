//! From each recorded error to the message that a person reads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use shop_core::platform::{
    AccountId, AccountRole, CourseId, Enrol, GroupId, NewAccount, Platform, PlatformError, Problem, Reply, RoleId,
};
use shop_platforms::moodle::{MoodlePlatform, MoodleSettings, TokenSource};
use tokio::task::JoinHandle;

use crate::moodle::recordings::{RELEASES, Recording, recordings};
use crate::moodle::world::TOKEN;

/// A server that gives one recorded answer to whoever calls its function, and tells everybody else of nothing but the
/// guest.
struct Answering {
    url: String,
    server: JoinHandle<()>,
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Answering {
    async fn start(recording: Recording) -> Answering {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(Arc::new((recording, AtomicUsize::new(0))));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Answering { url, server }
    }
}

/// What a site on which nothing else is wrong answers to those who look for what it was.
const NOBODY: &str =
    r#"{"exception": "dml_missing_record_exception", "errorcode": "invaliduser", "message": "Invalid user"}"#;

async fn answer(State(state): State<Arc<(Recording, AtomicUsize)>>, body: Bytes) -> Response {
    let (recording, calls) = &*state;
    let form: BTreeMap<String, String> = serde_urlencoded::from_bytes(&body).unwrap();
    let is_asked = recording.function == form["wsfunction"];
    let is_page = recording.response["_raw"].is_string();
    let looks_again = is_asked && calls.fetch_add(1, Relaxed) > 0;
    if looks_again && (form["wsfunction"].starts_with("enrol_manual") || form["wsfunction"].starts_with("core_role")) {
        return NOBODY.into_response();
    }
    if !is_asked && !is_page {
        let site = r#"{"sitename": "", "release": "4.5", "username": "", "userid": 3, "functions": []}"#;
        let guest = r#"[{"id": 1, "email": "root@localhost"}]"#;
        let answer = match form["wsfunction"].as_str() {
            "core_webservice_get_site_info" => site,
            "core_user_get_users_by_field" if form["field"] == "id" && form["values[0]"] == "1" => guest,
            "core_group_get_group_members" => r#"[{"groupid": 1, "userids": []}]"#,
            function if function.starts_with("enrol_manual") || function.starts_with("core_role") => NOBODY,
            _ => "[]",
        };
        return answer.into_response();
    }
    let text = recording.response["_raw"].as_str().map_or_else(|| recording.response.to_string(), str::to_owned);
    let mut response = (StatusCode::from_u16(recording.status).unwrap(), text).into_response();
    for (name, value) in &recording.headers {
        let name = axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

/// Who asks for something with this function, and what is told.
async fn told(platform: &MoodlePlatform, function: &str) -> Option<String> {
    let (course, account, role) = (CourseId(2), AccountId(65), RoleId(5));
    let period =
        shop_core::words::period::Period { start: "2026-01-01T00:00:00Z".to_owned().try_into().unwrap(), end: None };
    let (holder, context) = (account, AccountId(70));
    let in_account = [AccountRole { role, holder, context }];
    let new = NewAccount {
        email: "anne@example.org".parse().unwrap(),
        first_name: "Anne".to_owned(),
        last_name: "Test".to_owned(),
        language: None,
    };
    Some(match function {
        "core_user_get_users_by_field" => {
            read(platform.find_accounts(&["anne@example.org".parse().unwrap()], &[]).await)
        }
        "core_user_create_users" => changed(platform.create_accounts(&[new], &|_| ()).await),
        "core_course_get_courses_by_field" => read(platform.find_courses(&["SPOC".to_owned()]).await),
        "core_group_get_course_groups" => read(platform.groups(&[(course, "A")]).await),
        "core_group_create_groups" => changed(platform.create_groups(&[(course, "A".to_owned())], "A").await),
        "core_group_add_group_members" => changed(platform.add_members(&[(GroupId(1), account)], &|_| ()).await),
        "core_group_delete_group_members" => changed(platform.remove_members(&[(GroupId(1), account)], &|_| ()).await),
        "core_enrol_get_enrolled_users" => read(platform.participations(&[(course, account)]).await),
        "enrol_manual_enrol_users" => {
            changed(platform.enrol(&[Enrol { course, account, role, period, suspended: false }], &|_| ()).await)
        }
        "enrol_manual_unenrol_users" => changed(platform.unenrol(&[(course, account)], &|_| ()).await),
        "core_role_assign_roles" => changed(platform.assign_account_roles(&in_account, &|_| ()).await),
        "core_role_unassign_roles" => changed(platform.unassign_account_roles(&in_account, &|_| ()).await),
        "core_webservice_get_site_info" => read(platform.check(&[]).await),
        _ => return None,
    })
}

fn read<T>(reply: Reply<T>) -> String {
    reply.map_or_else(|error| whole(&error), |_| "done".to_owned())
}

fn changed<T>(replies: Reply<Vec<Result<T, Problem>>>) -> String {
    match replies.as_deref() {
        Err(error) => whole(error),
        Ok([Err(problem)]) => format!("problem {}", details(problem)),
        Ok(_) => "done".to_owned(),
    }
}

fn whole(error: &PlatformError) -> String {
    let (kind, problem) = match error {
        PlatformError::Unavailable(problem) => ("unavailable", problem),
        PlatformError::Lost(problem) => ("lost", problem),
        PlatformError::Refused(problem) => ("refused", problem),
        PlatformError::Unreadable(problem) => ("unreadable", problem),
    };
    format!("{kind} {}", details(problem))
}

/// What programs read of a problem, and what people do.
fn details(problem: &Problem) -> String {
    let field = problem.field.map(|field| format!(" in {field:?}")).unwrap_or_default();
    let permissions = problem.said.iter().flat_map(|said| &said.permissions).map(String::as_str);
    let lacking = permissions.collect::<Vec<_>>().join(", ");
    let lacking = if lacking.is_empty() { lacking } else { format!(" without {lacking}") };
    format!("[{}{field}{lacking}] {problem}", problem.code)
}

/// Every recorded error of a function that the shop calls, with what it tells; by the recording's name, and by release where
/// they differ.
async fn messages() -> String {
    let mut by_name: BTreeMap<String, BTreeMap<&str, String>> = BTreeMap::new();
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, TOKEN).unwrap();
    for (release, version) in RELEASES {
        for recording in recordings(release) {
            let is_error = ["exception", "_raw"].iter().any(|field| recording.response.get(field).is_some());
            if !is_error {
                continue;
            }
            let (name, function) = (recording.name.clone(), recording.function.clone());
            let server = Answering::start(recording).await;
            let settings = MoodleSettings {
                token: TokenSource::File(token.clone()),
                pause_seconds: 0,
                ..MoodleSettings::new(&server.url)
            };
            let memory = folder.path().join(format!("{version}-{name}.sqlite"));
            let platform = MoodlePlatform::open(settings, &memory).await.unwrap();
            if let Some(told) = told(&platform, &function).await {
                by_name.entry(name).or_default().insert(version, told);
            }
        }
    }
    let mut text = String::new();
    for (name, told) in by_name {
        let first = told.values().next().unwrap().clone();
        match told.values().all(|other| *other == first) {
            true => text += &format!("{name}\n    {first}\n"),
            false => {
                text += &format!("{name}\n");
                told.iter().for_each(|(version, message)| text += &format!("    {version} {message}\n"));
            }
        }
    }
    text
}

#[tokio::test]
async fn every_recorded_error_is_told_to_people() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/moodle/messages.txt");
    let found = messages().await;
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    if found != expected {
        let aside = format!("{path}.new");
        std::fs::write(&aside, &found).unwrap();
        let first = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
        panic!("the messages differ: see {aside}; first {first:?}");
    }
    assert!(found.matches('\n').count() > 150, "there are many");
    assert!(!found.contains(TOKEN));
}
