//! The server, and what goes wrong on the way to it.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tokio::sync::Notify;

use crate::answers::{answer, page};
use crate::form::variables;
use crate::pace::{Pace, Work};
use crate::release::Release;
use crate::site::Site;
use crate::{LATE, Loss, Meanwhile, Request};

/// What the server and those who look at it share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) site: Mutex<Site>,
    pub(crate) requests: Mutex<Vec<Request>>,
    pub(crate) loss: Mutex<Option<Loss>>,
    late: Mutex<Vec<Late>>,
    pub(crate) meanwhile: Mutex<Option<Meanwhile>>,
    pub(crate) pace: Mutex<Pace>,
    pub(crate) instead: Mutex<Option<(String, Vec<u8>)>>,
    pub(crate) silent: Notify,
    under_way: AtomicUsize,
    pub(crate) most_at_once: AtomicUsize,
    pub(crate) rows: AtomicUsize,
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
    pub(crate) fn new(site: Site) -> Shared {
        Shared {
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
        }
    }

    /// Another request comes: what it does not overtake is done.
    fn arrives(&self) {
        let mut late = lock(&self.late);
        late.iter_mut().for_each(|late| late.after = late.after.saturating_sub(1));
        for late in late.extract_if(.., |late| late.after == 0 || late.at_the_latest <= Instant::now()) {
            answer(&mut lock(&self.site), late.given, &self.rows);
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) async fn serve(
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
    let makes_accounts = function == "core_user_create_users";
    let answer = {
        let mut site = lock(&shared.site);
        let first_new = site.next_user;
        let answer = answer(&mut site, given, &shared.rows);
        if loss == Some(Loss::Mails) && makes_accounts && site.release >= Release::V4_5 {
            site.users.range_mut(first_new..).for_each(|(_, user)| user.invited = false);
        }
        answer
    };
    shared.under_way.fetch_sub(1, SeqCst);
    if let Some((_, instead)) = lock(&shared.instead).as_ref().filter(|(of, _)| *of == function) {
        return ([("content-type", "application/json")], instead.clone()).into_response();
    }
    match loss {
        Some(Loss::Answer(this)) if this == nth => lost(),
        Some(Loss::Mails) if makes_accounts => lost(),
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
