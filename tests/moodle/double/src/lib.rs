//! A Moodle double: a small HTTP server that answers as recorded Moodles do, with their quirks.
//!
//! Batches are atomic, but for the groups that stay listed; what is left out of an enrolment is erased; past `max_input_vars`
//! the rest of a request is not read; errors come with HTTP 200. It is held against the recordings in `moodle::replay`.

mod courses;
mod enrolments;
mod fault;
mod form;
pub mod pace;
mod reports;
pub mod site;
mod users;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::fault::{Fault, Faulty};
use crate::form::{Parameter, nest, variables};
use crate::pace::{Pace, Work};
use crate::site::{Outage, Release, Site};

/// A function's work: on a copy of the site.
type Function = fn(&mut Site, &BTreeMap<String, Parameter>) -> Faulty;

/// What the double offers.
pub(crate) const FUNCTIONS: &[(&str, Function)] = &[
    ("core_webservice_get_site_info", site_info),
    ("core_user_get_users_by_field", users::find),
    ("core_user_create_users", users::create),
    ("core_course_get_courses_by_field", courses::find),
    ("core_group_get_course_groups", courses::groups),
    ("core_group_get_groups", courses::by_id),
    ("core_group_get_group_members", courses::members),
    ("core_group_create_groups", courses::create),
    ("core_group_delete_groups", courses::delete),
    ("core_group_add_group_members", courses::add_members),
    ("core_group_delete_group_members", courses::remove_members),
    ("core_enrol_get_enrolled_users", enrolments::list),
    ("enrol_manual_enrol_users", enrolments::enrol),
    ("enrol_manual_unenrol_users", enrolments::unenrol),
    ("core_role_assign_roles", enrolments::assign),
    ("core_role_unassign_roles", enrolments::unassign),
    ("core_reportbuilder_retrieve_report", reports::retrieve),
    ("core_get_user_dates", reports::dates),
];

/// Whether the double offers a function.
pub fn offers(function: &str) -> bool {
    FUNCTIONS.iter().any(|(name, _)| *name == function)
}

/// For how long a request that was given up can be on its way.
pub const LATE: Duration = Duration::from_millis(10);

/// What goes wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The nth request does not arrive.
    Request(usize),
    /// The nth request is done, but its answer is lost.
    Answer(usize),
    /// The connection of the nth request breaks, and the request is done after others that come later, at the latest after
    /// [`LATE`].
    Late(usize),
    /// PHP is ended in the midst of the nth request: its work is saved, the mails that it would send afterwards never leave.
    /// Before 4.5, mails left first.
    Mails(usize),
    /// The nth request is done, and never answered: whoever waits for that can only be killed.
    Silence(usize),
    /// The nth request is done, but something in between answers in its place.
    Garbled(usize),
    /// The nth request does not arrive, and something in between answers in its place.
    Blocked(usize),
    /// The nth request does not arrive, and a server before Moodle says so.
    BadGateway(usize),
    /// From the nth on, requests are refused by a server before Moodle.
    Forbidden(usize),
    /// Requests with more than so many bytes are refused by a server before Moodle.
    Larger(usize),
}

/// What others do to the site just before the nth request is carried out.
pub type Meanwhile = fn(usize, &mut Site);

/// A request that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The function that it called.
    pub function: String,
    /// How many variables its form had.
    pub variables: usize,
    /// What the site has to do for it.
    pub work: Work,
}

#[derive(Debug)]
struct Shared {
    site: Mutex<Site>,
    requests: Mutex<Vec<Request>>,
    loss: Mutex<Option<Loss>>,
    late: Mutex<Vec<Late>>,
    meanwhile: Mutex<Option<Meanwhile>>,
    pace: Mutex<Pace>,
    instead: Mutex<Option<(String, Vec<u8>)>>,
    silent: Notify,
    under_way: AtomicUsize,
    most_at_once: AtomicUsize,
    rows: AtomicUsize,
}

/// A request that was given up.
#[derive(Debug)]
struct Late {
    /// So many others come before it.
    after: usize,
    at_the_latest: Instant,
    given: Vec<(String, String)>,
}

impl Shared {
    /// Another request comes: what it does not overtake is done.
    fn arrives(&self) {
        let mut late = lock(&self.late);
        late.iter_mut().for_each(|late| late.after = late.after.saturating_sub(1));
        for late in late.extract_if(.., |late| late.after == 0 || late.at_the_latest <= Instant::now()) {
            answer(&mut lock(&self.site), late.given, &self.rows);
        }
    }
}

/// The server; it ends with this.
#[derive(Debug)]
pub struct MoodleDouble {
    shared: Arc<Shared>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Drop for MoodleDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MoodleDouble {
    /// Starts it.
    ///
    /// # Panics
    ///
    /// If this machine has no port for it.
    pub async fn start(site: Site) -> MoodleDouble {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("the port");
        let shared = Arc::new(Shared {
            site: Mutex::new(site),
            requests: Mutex::default(),
            loss: Mutex::default(),
            late: Mutex::default(),
            meanwhile: Mutex::default(),
            pace: Mutex::default(),
            instead: Mutex::default(),
            silent: Notify::new(),
            under_way: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
            rows: AtomicUsize::new(0),
        });
        let router = Router::new().fallback(serve).with_state(shared.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("the server") });
        MoodleDouble { shared, address, server }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it has, to look at and to change it behind the shop's back.
    pub fn site(&self) -> MutexGuard<'_, Site> {
        lock(&self.shared.site)
    }

    /// From now on, this goes wrong; none: nothing.
    pub fn lose(&self, loss: Option<Loss>) {
        lock(&self.shared.requests).clear();
        *lock(&self.shared.loss) = loss;
    }

    /// From now on, others do this between requests; none: nothing.
    pub fn meanwhile(&self, others: Option<Meanwhile>) {
        lock(&self.shared.requests).clear();
        *lock(&self.shared.meanwhile) = others;
    }

    /// From now on, its work takes time.
    pub fn takes(&self, pace: Pace) {
        *lock(&self.shared.pace) = pace;
    }

    /// From now on, this is what a function answers, whatever it does; none: each answers for itself.
    pub fn answers(&self, instead: Option<(String, Vec<u8>)>) {
        *lock(&self.shared.instead) = instead;
    }

    /// Waits until a request was done that is not answered.
    pub async fn silent(&self) {
        self.shared.silent.notified().await;
    }

    /// How many requests were under way at once, at most.
    pub fn most_at_once(&self) -> usize {
        self.shared.most_at_once.load(SeqCst)
    }

    /// How many people, or rows of reports, were answered since the last time that this was asked.
    pub fn take_rows(&self) -> usize {
        self.shared.rows.swap(0, SeqCst)
    }

    /// The requests since the last time that this was asked.
    pub fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut *lock(&self.shared.requests))
    }
}

async fn serve(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form"));
    let body = if method == Method::POST && form { String::from_utf8_lossy(&body).into_owned() } else { String::new() };
    let most = lock(&shared.site).max_input_vars;
    let mut given = variables(&query.unwrap_or_default(), most);
    let sent = serde_urlencoded::from_str::<Vec<(String, String)>>(&body).map_or(0, |pairs| pairs.len());
    given.extend(variables(&body, most));
    let function =
        given.iter().find(|(name, _)| name == "wsfunction").map(|(_, name)| name.clone()).unwrap_or_default();
    let work = Work::of(&function, &given);
    let nth = {
        let mut requests = lock(&shared.requests);
        requests.push(Request { function: function.clone(), variables: sent, work });
        requests.len()
    };
    shared.arrives();
    if let Some(elsewhere) = elsewhere(uri.path()) {
        return elsewhere;
    }
    let loss = *lock(&shared.loss);
    match loss {
        Some(Loss::Late(this)) if this == nth => {
            let (after, at_the_latest) = (this % 5 + 1, Instant::now() + LATE);
            lock(&shared.late).push(Late { after, at_the_latest, given });
            return lost();
        }
        Some(Loss::Request(this)) if this == nth => return lost(),
        Some(Loss::Blocked(this)) if this == nth => return r#"{"blocked":true}"#.into_response(),
        Some(Loss::BadGateway(this)) if this == nth => return StatusCode::BAD_GATEWAY.into_response(),
        Some(Loss::Forbidden(this)) if this <= nth => return StatusCode::FORBIDDEN.into_response(),
        Some(Loss::Larger(bytes)) if body.len() > bytes => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        _ => {}
    }
    let under_way = shared.under_way.fetch_add(1, SeqCst) + 1;
    shared.most_at_once.fetch_max(under_way, SeqCst);
    // Others may come in meanwhile.
    tokio::task::yield_now().await;
    let takes = lock(&shared.pace).of(work);
    if !takes.is_zero() {
        tokio::time::sleep(takes).await;
    }
    if let Some(others) = *lock(&shared.meanwhile) {
        others(nth, &mut lock(&shared.site));
    }
    let answer = {
        let mut site = lock(&shared.site);
        let first_new = site.next_user;
        let answer = answer(&mut site, given, &shared.rows);
        if loss == Some(Loss::Mails(nth)) && site.release >= Release::V4_5 {
            site.users.range_mut(first_new..).for_each(|(_, user)| user.invited = false);
        }
        answer
    };
    shared.under_way.fetch_sub(1, SeqCst);
    if let Some((_, instead)) = lock(&shared.instead).as_ref().filter(|(of, _)| *of == function) {
        return ([("content-type", "application/json")], instead.clone()).into_response();
    }
    match loss {
        Some(Loss::Answer(this) | Loss::Mails(this)) if this == nth => lost(),
        Some(Loss::Garbled(this)) if this == nth => r#"{"blocked":true}"#.into_response(),
        Some(Loss::Silence(this)) if this == nth => {
            shared.silent.notify_one();
            std::future::pending().await
        }
        _ => answer,
    }
}

/// What is at another address than that of the web services: what stands behind a page's address is the page's to read, and it
/// reads nothing of it.
fn elsewhere(path: &str) -> Option<Response> {
    match path {
        "/webservice/rest/server.php" => None,
        of_page if of_page.contains(".php/") => {
            Some(page(StatusCode::OK, &[], "<html><head><title>Log in to the site</title></head></html>"))
        }
        _ => Some(StatusCode::NOT_FOUND.into_response()),
    }
}

/// The connection breaks before there is an answer.
fn lost() -> Response {
    let broken = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("lost")) });
    Body::from_stream(broken).into_response()
}

fn page(status: StatusCode, more: &[(&str, &str)], text: &str) -> Response {
    let mut response = (status, text.to_owned()).into_response();
    for (name, value) in std::iter::once(&("content-type", "text/html; charset=utf-8")).chain(more) {
        let name = axum::http::HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        response.headers_mut().insert(name, value.parse().expect("a header's value"));
    }
    response
}

fn answer(site: &mut Site, given: Vec<(String, String)>, rows: &AtomicUsize) -> Response {
    match site.outage {
        Some(Outage::MaintenanceByCommand) => {
            let text = "<!DOCTYPE html><html><body>Site under maintenance</body></html>";
            return page(StatusCode::SERVICE_UNAVAILABLE, &[("retry-after", "300")], text);
        }
        Some(Outage::NoRest) => return page(StatusCode::FORBIDDEN, &[], ""),
        Some(Outage::WrongHost) => {
            let old = site.release == Release::V4_2;
            let to = if old { "https://moodle.example" } else { "https://moodle.example/webservice/rest/server.php" };
            let to = [("location", to)];
            return page(
                StatusCode::SEE_OTHER,
                &to,
                "<!DOCTYPE html><html><head><title>Redirect</title></head></html>",
            );
        }
        _ => {}
    }
    let mut parameters = nest(given);
    let mut take = |name: &str| parameters.remove(name).map(|p| p.text().to_owned()).unwrap_or_default();
    let [token, function, format] = ["wstoken", "wsfunction", "moodlewsrestformat"].map(&mut take);
    ["moodlewssettingfilter", "moodlewssettingraw", "moodlewssettingfileurl"]
        .into_iter()
        .for_each(|name| _ = take(name));
    let answer = match call(site, &token, &function, &parameters) {
        Ok(value) => value,
        Err(fault) => fault.answer(site),
    };
    let listed = answer.as_array().or_else(|| answer["data"]["rows"].as_array());
    rows.fetch_add(listed.map_or(0, Vec::len), SeqCst);
    if format == "json" {
        return ([("content-type", "application/json")], answer.to_string()).into_response();
    }
    // Its XML is not for the shop to read.
    ([("content-type", "application/xml; charset=utf-8")], xml(&answer)).into_response()
}

fn xml(answer: &Value) -> String {
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n";
    match answer.get("exception") {
        Some(_) => format!(
            "{declaration}<EXCEPTION class=\"{}\">\n<ERRORCODE>{}</ERRORCODE>\n<MESSAGE>{}</MESSAGE>\n</EXCEPTION>\n",
            text("exception"),
            text("errorcode"),
            text("message")
        ),
        None => format!("{declaration}<RESPONSE>\n</RESPONSE>\n"),
    }
}

fn call(site: &mut Site, token: &str, function: &str, parameters: &BTreeMap<String, Parameter>) -> Faulty {
    admit(site, token)?;
    if function.is_empty() {
        return Err(Fault::INVALID);
    }
    let Some((_, work)) = FUNCTIONS.iter().find(|(name, _)| *name == function) else {
        let known = ["core_course_create_courses", "tool_mobile_get_config"];
        return Err(match known.contains(&function) {
            true => Fault::access(),
            false => Fault::missing(site.release, "external_functions"),
        });
    };
    if !site.functions.contains(function) || !site.may("webservice/rest:use") {
        return Err(Fault::access());
    }
    let mut after = site.clone();
    match work(&mut after, parameters) {
        Ok(value) => {
            *site = after;
            Ok(value)
        }
        Err(fault) => {
            // All is rolled back, but not what is in the cache of a course's groups.
            let ghosts = after.groups.into_iter().filter(|(id, _)| !site.groups.contains_key(id));
            site.next_group = after.next_group;
            site.next_user = after.next_user;
            site.ghosts.extend(ghosts.collect::<Vec<_>>());
            Err(fault)
        }
    }
}

/// What is looked at before the function is.
fn admit(site: &mut Site, token: &str) -> Faulty<()> {
    let told = "<p>Error: Database connection failed</p>\r\n<p>It is possible that the database is overloaded or otherwise \
                not running properly.</p>\r\n<p>The site administrator should also check that the database details have been \
                correctly specified in config.php</p>";
    match site.outage {
        Some(Outage::Database) => {
            return Err(Fault::new("dml_connection_exception", "dbconnectionfailed", told));
        }
        Some(Outage::Upgrade) => {
            return Err(Fault::moodle("upgraderunning", "Site is being upgraded, please retry later."));
        }
        _ => {}
    }
    if site.closed_tokens.contains(token) {
        // An expired token is taken away by the first request that comes with it.
        site.closed_tokens.remove(token);
        return Err(Fault::access());
    }
    if !site.tokens.contains(token) {
        return Err(Fault::moodle("invalidtoken", "Invalid token - token not found"));
    }
    if site.outage == Some(Outage::Maintenance) {
        let told = "The site is undergoing maintenance and is currently not available";
        return Err(Fault::moodle("sitemaintenance", told));
    }
    let caller = site.users.get(&site.caller).map_or("", |user| user.username.as_str());
    if site.caller_suspended {
        let told = format!("Refused web service access for suspended username: {caller}");
        return Err(Fault::moodle("wsaccessusersuspended", told));
    }
    if site.caller_must_change_password {
        return Err(Fault::moodle("forcepasswordchangenotice", "error/forcepasswordchangenotice"));
    }
    if site.policy_not_agreed {
        let told = "Site policy not agreed: <a href=\"https://moodle.example/user/policy.php\">Click here to open the site \
                    policy.</a>";
        return Err(Fault::moodle("sitepolicynotagreed", told));
    }
    Ok(())
}

fn site_info(site: &mut Site, parameters: &BTreeMap<String, Parameter>) -> Faulty {
    crate::form::check(parameters, &[])?;
    let caller = &site.users[&site.caller];
    let (release, version) = match site.release {
        Release::V4_2 => ("4.2.3 (Build: 20231009)", "2023042403"),
        Release::V4_5 => ("4.5.6 (Build: 20250811)", "2024100706"),
        Release::V5_1 => ("5.1+ (Build: 20251017)", "2025100600.01"),
    };
    let functions = site.functions.iter().map(|name| json!({ "name": name, "version": version }));
    Ok(json!({
        "sitename": "WS lab",
        "username": caller.username,
        "firstname": caller.first_name,
        "lastname": caller.last_name,
        "fullname": format!("{} {}", caller.first_name, caller.last_name),
        "lang": "en",
        "userid": site.caller,
        "siteurl": "https://moodle.example",
        "functions": functions.collect::<Value>(),
        "release": release,
        "version": version,
        "userissiteadmin": site.caller == 2,
    }))
}
