//! Calls of a Moodle's web services.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode, Url};
use serde::de::{DeserializeOwned, IgnoredAny};
use tokio::sync::Semaphore;

use super::error::{CallError, Exception, is_at_rest};
use super::fault;
use super::markup::{between, plain};
use super::request_size::{LEAST, Most};
use super::rest::{Asks, Rests};
use super::settings::{MoodleSettings, UrlError};
use super::token::Token;
use shop_core::platform::Problem;
use shop_folder::file;
use shop_web::{BodyError, TlsError, body, shown};

/// What a function is told, in the sequence in which it is sent: where PHP cuts, it cuts the end.
pub(super) type Parameters = Vec<(String, String)>;

/// What a function answers that changes something and has nothing to tell. Anything else is not Moodle's answer: something in
/// between has answered, and nobody knows whether the request came through.
pub(super) type Nothing = ();

/// Any list, of which nothing is kept but its length.
pub(super) type Listed = Vec<IgnoredAny>;

/// Beside its parameters, a request has the token, the function and the format.
pub(super) const ENVELOPE: usize = 3;

/// No answer is larger that the shop has a use for.
const MAX_ANSWER: usize = 32 << 20;

/// Nor has any as many values: each takes more memory than its few bytes in the answer.
const MAX_VALUES: usize = 2 << 20;

/// A way to a Moodle's web services.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    endpoint: Url,
    token: Token,
    turns: Semaphore,
    rests: Rests,
    most: Mutex<Most>,
}

/// No way to a Moodle can be set up.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Its address cannot be used.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// This machine cannot make secure connections.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl Client {
    pub(super) fn new(settings: &MoodleSettings, token: Token) -> Result<Self, ClientError> {
        let endpoint = settings.endpoint()?;
        Ok(Client {
            http: shop_web::client(&endpoint, settings.timeout())?,
            endpoint,
            token,
            turns: Semaphore::new(settings.parallel.get()),
            rests: Rests::new(settings.pause()),
            most: Mutex::default(),
        })
    }

    /// How many of so many variables one request may have.
    pub(super) fn fitting(&self, variables: usize) -> usize {
        self.most().fitting(variables)
    }

    fn most(&self) -> MutexGuard<'_, Most> {
        self.most.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        function: &str,
        parameters: &Parameters,
    ) -> Result<T, CallError> {
        let Ok(_turn) = self.turns.acquire().await else {
            return Err(CallError::Unavailable(Problem::new("ending", "this program is ending")));
        };
        // Not before: what waited for its turn need not knock either.
        let began = self.rests.begin(Instant::now()).map_err(CallError::Unavailable)?;
        let variables = parameters.len() + ENVELOPE;
        tracing::debug!(function, variables, "a request to Moodle");
        let (answer, asks) = self.exchange(function, self.form(function, parameters)?, variables).await;
        match &answer {
            Ok(_) | Err(CallError::Fault(_)) => self.most().answered(variables),
            Err(CallError::TooLarge(_)) => self.most().shrink(variables),
            Err(CallError::Unavailable(_) | CallError::Lost(_) | CallError::Refused(_)) => {}
        }
        match &answer {
            Err(CallError::Unavailable(problem) | CallError::Lost(problem)) => {
                tracing::warn!(function, reason = problem.reason, "Moodle is not available");
                let asks = if is_at_rest(problem) { asks.or_rest() } else { asks };
                self.rests.failed(began, asks, problem, Instant::now());
            }
            _ => self.rests.answered(),
        }
        answer
    }

    /// Sends a form. What comes back, and whether the server wants to be left in peace.
    async fn exchange<T: DeserializeOwned>(
        &self,
        function: &str,
        form: String,
        variables: usize,
    ) -> (Result<T, CallError>, Asks) {
        let sent = self.http.post(self.endpoint.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = match sent.body(form).send().await {
            Ok(response) => response,
            Err(error) => return (Err(self.lost(function, error, variables)), Asks::Nothing),
        };
        let (status, asks) = (response.status(), asks(&response));
        let answer = match status {
            StatusCode::OK => match body(response, MAX_ANSWER).await {
                Ok(body) => understand(function, &self.token.redact(body)),
                Err(BodyError::Lost(error)) => Err(self.lost(function, error, variables)),
                Err(BodyError::TooLarge) => {
                    Err(unreadable(function, &format!("its answer has more than {} MiB", MAX_ANSWER >> 20)))
                }
            },
            _ => Err(refused(function, status, &self.goes_on(&response))),
        };
        (answer, asks)
    }

    /// Where a site sends requests on to.
    fn goes_on(&self, response: &Response) -> String {
        let to = response.headers().get(LOCATION).map(|to| self.token.redact(to.as_bytes().to_vec()));
        to.and_then(|to| String::from_utf8(to).ok()).unwrap_or_else(|| "elsewhere".to_owned())
    }

    fn form(&self, function: &str, parameters: &Parameters) -> Result<String, CallError> {
        let envelope = [("wstoken", self.token.secret()), ("wsfunction", function), ("moodlewsrestformat", "json")];
        let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let form: Vec<_> = envelope.into_iter().chain(pairs).collect();
        serde_urlencoded::to_string(form).map_err(|error| CallError::Refused(Problem::new("form", error.to_string())))
    }

    fn lost(&self, function: &str, error: reqwest::Error, variables: usize) -> CallError {
        // It may still come to its end there; the next one shall be shorter. That a small one took too long, or that the
        // site was not even reached, has nothing to do with how large it was.
        let (is_timeout, was_sent) = (error.is_timeout(), !error.is_connect());
        if is_timeout && was_sent && variables > 2 * LEAST {
            self.most().shrink(variables);
        }
        let code = if is_timeout { "timeout" } else { "connection" };
        let host = self.endpoint.host_str().unwrap_or_default();
        let problem = Problem::new(code, format!("{host}: {}", shop_web::why(error)));
        if was_sent { unanswered(function, problem) } else { CallError::Unavailable(problem) }
    }
}

/// An answer that cannot be read. A request that only reads is of no use like that; of one that changes something, nobody
/// knows what became.
fn unreadable(function: &str, reason: &str) -> CallError {
    let problem = fault::told(function, "unreadable", format!("{function}: {reason}"), &[]);
    if only_reads(function) { CallError::Refused(problem) } else { CallError::Lost(problem) }
}

/// Of a request that was sent, no answer of Moodle's came.
fn unanswered(function: &str, problem: Problem) -> CallError {
    if only_reads(function) { CallError::Unavailable(problem) } else { CallError::Lost(problem) }
}

fn only_reads(function: &str) -> bool {
    function.contains("_get_") || function.contains("_retrieve_")
}

/// Reads an answer as what is needed of it, and keeps nothing else: a tree of all its values could be a hundred times as
/// large. Errors, too, come with status 200.
fn understand<T: DeserializeOwned>(function: &str, body: &[u8]) -> Result<T, CallError> {
    if serde_json::from_slice::<IgnoredAny>(body).is_err() {
        return Err(page(function, &String::from_utf8_lossy(body)));
    }
    if file::values(body) > MAX_VALUES {
        return Err(unreadable(function, &format!("its answer has more than {MAX_VALUES} values")));
    }
    if body.trim_ascii_start().starts_with(b"{") {
        let unclear = |error| unreadable(function, &format!("its exception cannot be read: {}", told(error)));
        if let Some(exception) = Exception::among(body).map_err(unclear)? {
            return Err(exception.error(function));
        }
    }
    serde_json::from_slice(body).map_err(|error| {
        unreadable(function, &format!("its answer is not what Moodle 4.2 to 5 answers: {}", told(error)))
    })
}

/// What is wrong with an answer, which can be as long as it is.
fn told(error: serde_json::Error) -> String {
    plain(&error.to_string())
}

/// A page, in which nothing is that was asked for.
fn page(function: &str, page: &str) -> CallError {
    if let Some(exception) = Exception::of_page(page) {
        return exception.error(function);
    }
    // The rest of the page may be about people.
    let title = between(page, "<title>", "</title>").map(plain).unwrap_or_default();
    let told = "it answered with a page instead of data; if it is not in maintenance, check the url in moodle.toml";
    unanswered(function, fault::told(function, "page", format!("{function}: {told}: {title:?}"), &[]))
}

/// What another status than 200 means.
fn refused(function: &str, status: StatusCode, goes_on: &str) -> CallError {
    let told = format!("HTTP status {status}");
    let problem = |reason| fault::told(function, &format!("http-{}", status.as_u16()), reason, &[]);
    match status.as_u16() {
        300..=399 => CallError::Refused(problem(format!(
            "{told}: it sends requests on to {}, where the token is not sent: put the site's own address into moodle.toml",
            plain(&shown(goes_on))
        ))),
        403 => CallError::Refused(problem(format!(
            "{told}: switch on web services, and the REST protocol among them (site administration, server, web services)"
        ))),
        404 => CallError::Refused(problem(format!("{told}: no Moodle answers there: check the url in moodle.toml"))),
        413 | 414 => CallError::TooLarge(problem(told)),
        // It was turned away at the door.
        429 | 503 => CallError::Unavailable(problem(told)),
        500..=599 => unanswered(function, problem(told)),
        _ => CallError::Refused(problem(told)),
    }
}

/// Whether a server wants to be left in peace. Without a word of how long, 503 is what one says that has just broken down, too.
fn asks(response: &Response) -> Asks {
    let after = response.headers().get(RETRY_AFTER);
    let length = || Some(Duration::from_secs(after?.to_str().ok()?.parse().ok()?));
    match response.status() {
        StatusCode::TOO_MANY_REQUESTS => Asks::Rest(length()),
        StatusCode::SERVICE_UNAVAILABLE if after.is_some() => Asks::Rest(length()),
        _ => Asks::Nothing,
    }
}
