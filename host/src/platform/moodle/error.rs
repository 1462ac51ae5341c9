//! How Moodle says no, and what that means.
//!
//! Moodle answers errors with HTTP 200 and an exception as JSON. What decides is its `errorcode`; `message` is in the site's
//! language, and `debuginfo` only comes when the site debugs. A code can be missing, or be HTML.

use serde::Deserialize;

use super::requirements;
use crate::platform::{PlatformError, Rejection};
use crate::text::printable;

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CallError {
    /// The site cannot work now.
    Unavailable(String),
    /// The site takes no such requests from this token at all.
    Refused(String),
    /// The request is too large for the site; a smaller one may pass.
    TooLarge(String),
    /// Moodle would not do what this request says.
    Fault(Fault),
}

/// Moodle's exception about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The function that was called.
    pub(super) function: String,
    /// Moodle's code, if it gave one that can be used.
    pub(super) code: String,
    /// Moodle's words.
    pub(super) message: String,
    /// What a debugging site adds.
    pub(super) debug: Option<String>,
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

/// The site takes no requests from this token, whatever they ask.
const REFUSED: &[(&str, &str)] = &[
    ("invalidtoken", "make a token for the shop's account, and put it where moodle.toml says"),
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
    ("forcepasswordchangenotice", "the shop's account must change its password: set one, without forcing a change"),
];

/// Codes that hold for the course or the role, and so for all elements with the same ones.
const SHARED: &[&str] =
    &["nopermissions", "requireloginerror", "errorcoursecontextnotvalid", "wsusercannotassign", "wsnoinstance"];

impl Exception {
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
        if UNAVAILABLE.contains(&code.as_str()) {
            return CallError::Unavailable(format!("{message} [{code}]"));
        }
        let debug = self.debuginfo.map(|debug| plain(&debug)).filter(|debug| !debug.is_empty());
        let fault = Fault { function: function.to_owned(), code, message, debug };
        match REFUSED.iter().find(|(code, _)| *code == fault.code) {
            Some((_, remedy)) => CallError::Refused(format!("{fault}: {remedy}")),
            None => CallError::Fault(fault),
        }
    }
}

impl Fault {
    /// Whether it holds for every element of the same course and role.
    pub(super) fn is_shared(&self) -> bool {
        SHARED.contains(&self.code.as_str())
    }

    /// Whether it says that an account is none, or no longer.
    pub(super) fn is_no_account(&self) -> bool {
        matches!(self.code.as_str(), "invaliduser" | "userdeleted")
    }

    /// Whether it says that something with this id is not there.
    pub(super) fn is_no_record(&self) -> bool {
        matches!(self.code.as_str(), "invalidrecord" | "invalidrecordunknown")
    }

    /// What would help, where that is known.
    fn remedy(&self) -> Option<String> {
        let capabilities = || {
            let needed = requirements::capabilities(&self.function).join(", ");
            (!needed.is_empty()).then(|| format!("the role of the shop's account needs {needed}"))
        };
        match self.code.as_str() {
            "nopermissions" | "requireloginerror" => capabilities(),
            "errorcoursecontextnotvalid" => {
                Some("the role of the shop's account needs moodle/course:view, and moodle/course:viewhiddencourses if the \
                      course is hidden"
                    .to_owned())
            }
            "wsusercannotassign" => Some(
                "let the role of the shop's account assign this role (\"Allow role assignments\"), and let this role be \
                 assigned in courses"
                    .to_owned(),
            ),
            "wsnoinstance" => Some("switch manual enrolment on in the course".to_owned()),
            "userdeleted" => Some("the account was deleted".to_owned()),
            "invalidrecord" | "invalidrecordunknown" => {
                Some("what it is about is gone, or Moodle only still lists it".to_owned())
            }
            _ => None,
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} [{}]", self.function, self.message, self.code)?;
        if let Some(debug) = &self.debug {
            write!(f, " ({debug})")?;
        }
        match self.remedy() {
            Some(remedy) => write!(f, ": {remedy}"),
            None => Ok(()),
        }
    }
}

impl From<Fault> for Rejection {
    fn from(fault: Fault) -> Self {
        Rejection { reason: fault.to_string(), code: fault.code }
    }
}

/// Of a request that cannot be divided.
impl From<CallError> for PlatformError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Unavailable(reason) => PlatformError::Unavailable(reason),
            CallError::Refused(reason) | CallError::TooLarge(reason) => PlatformError::Refused(reason),
            CallError::Fault(fault) => PlatformError::Refused(fault.to_string()),
        }
    }
}

/// Moodle's password policy answers with a page's markup where the code should be.
fn is_code(code: &str) -> bool {
    !code.is_empty() && code.len() <= 100 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"_/:-.".contains(&b))
}

/// What stands between two marks.
pub(super) fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(between, _)| between)
}

/// Text for people: without markup, on one line, and not longer than they read.
pub(super) fn plain(text: &str) -> String {
    const ENOUGH: usize = 300;
    let mut plain = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                plain.push(' ');
            }
            _ if inside => {}
            _ => plain.push(if c.is_whitespace() { ' ' } else { c }),
        }
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    printable(&words.join(" ").chars().take(ENOUGH).collect::<String>())
}
