//! How Moodle says no, and what that means.
//!
//! Moodle answers errors with HTTP 200 and an exception as JSON. What decides is its `errorcode`; `message` is in the site's
//! language, and `debuginfo` only comes when the site debugs. A code can be missing, or be HTML.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::fault::Fault;
use super::markup::{between, plain};
use shop_core::platform::{PlatformError, Problem};

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CallError {
    /// The site cannot work now.
    Unavailable(Problem),
    /// The request was sent, to change something, and no answer of Moodle's came: it may have been done, or may yet be.
    Lost(Problem),
    /// The site takes no such requests from this token at all.
    Refused(Problem),
    /// The request is too large for the site; a smaller one may pass.
    TooLarge(Problem),
    /// Moodle would not do what this request says.
    Fault(Fault),
}

/// An exception, as it is answered.
#[derive(Debug, Deserialize)]
pub(super) struct Exception {
    exception: String,
    #[serde(default)]
    errorcode: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    debuginfo: Option<String>,
}

/// What an exception without a usable code is called.
const NO_CODE: &str = "exception";

/// The site cannot work now, and will later.
const UNAVAILABLE: &[&str] = &["sitemaintenance", "upgraderunning", "dbconnectionfailed"];

/// Whether it is the site that says so, whatever it was asked.
pub(super) fn is_at_rest(problem: &Problem) -> bool {
    UNAVAILABLE.contains(&problem.code.as_str())
}

/// The site takes no requests from this token, whatever they ask.
const REFUSED: &[(&str, &str)] = &[
    (
        "invalidtoken",
        "make a token for the shop's account, since Moodle deletes one that has expired, and put it where moodle.toml says",
    ),
    (
        "accessexception",
        "the token has expired or is not for this machine's address, its service is switched off, has not got this \
         function or not this account, or the account lacks webservice/rest:use",
    ),
    ("wsaccessusersuspended", "the shop's account is suspended: let it be active"),
    ("wsaccessuserdeleted", "the shop's account was deleted: make another, and a token for it"),
    ("wsaccessuserunconfirmed", "the shop's account is not confirmed: confirm it"),
    ("wsaccessuserexpired", "the password of the shop's account has expired: set another"),
    ("wsaccessusernologin", "the shop's account may not log in: change how it authenticates"),
    ("sitepolicynotagreed", "log in once as the shop's account, and agree to the site's policy"),
    ("forcepasswordchangenotice", "the shop's account must change its password: set one, without forcing a change"),
];

impl Exception {
    /// The exception that an object is; none, if it is none.
    pub(super) fn among(object: &[u8]) -> serde_json::Result<Option<Exception>> {
        #[derive(Deserialize)]
        struct Any {
            exception: Option<IgnoredAny>,
        }
        let Any { exception } = serde_json::from_slice(object)?;
        exception.map(|_| serde_json::from_slice(object)).transpose()
    }

    /// Where PHP has cut off a request so that not even its format is known, Moodle answers in XML.
    pub(super) fn of_page(page: &str) -> Option<Exception> {
        let text = |start, end| between(page, start, end).map(str::to_owned);
        Some(Exception {
            exception: text("<EXCEPTION class=\"", "\">")?,
            errorcode: text("<ERRORCODE>", "</ERRORCODE>"),
            message: text("<MESSAGE>", "</MESSAGE>"),
            debuginfo: text("<DEBUGINFO>", "</DEBUGINFO>"),
        })
    }

    pub(super) fn error(self, function: &str) -> CallError {
        let code = self.errorcode.filter(|code| is_code(code)).unwrap_or_else(|| NO_CODE.to_owned());
        let message = plain(&self.message.unwrap_or_else(|| self.exception.clone()));
        let debug = self.debuginfo.map(|debug| plain(&debug)).filter(|debug| !debug.is_empty());
        let fault = Fault { function: function.to_owned(), code, message, debug, cause: None };
        if UNAVAILABLE.contains(&fault.code.as_str()) {
            // It is not about what was asked.
            let reason = format!("{} [{}]", fault.message, fault.code);
            return CallError::Unavailable(Problem { reason, ..fault.into() });
        }
        match REFUSED.iter().find(|(code, _)| *code == fault.code) {
            Some((_, remedy)) => {
                let mut problem = Problem::from(fault);
                problem.reason += &format!(": {remedy}");
                CallError::Refused(problem)
            }
            None => CallError::Fault(fault),
        }
    }
}

/// Of a request that cannot be divided.
impl From<CallError> for PlatformError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Unavailable(problem) => PlatformError::Unavailable(problem),
            CallError::Lost(problem) => PlatformError::Lost(problem),
            CallError::Refused(problem) | CallError::TooLarge(problem) => PlatformError::Refused(problem),
            CallError::Fault(fault) => PlatformError::Refused(fault.into()),
        }
    }
}

/// Moodle's password policy answers with a page's markup where the code should be.
fn is_code(code: &str) -> bool {
    !code.is_empty() && code.len() <= 100 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"_/:-.".contains(&b))
}
