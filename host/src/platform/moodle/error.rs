//! How Moodle says no, and what that means.
//!
//! Moodle answers errors with HTTP 200 and an exception as JSON. What decides is its `errorcode`; `message` is in the site's
//! language, and `debuginfo` only comes when the site debugs. A code can be missing, or be HTML.

use serde::Deserialize;

use super::markup::{between, plain};
use super::requirements;
use crate::platform::{Field, PlatformError, Problem, Said};

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CallError {
    /// The site cannot work now.
    Unavailable(Problem),
    /// The site takes no such requests from this token at all.
    Refused(Problem),
    /// The request is too large for the site; a smaller one may pass.
    TooLarge(Problem),
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
            return CallError::Unavailable(Problem::new(&code, format!("{message} [{code}]")));
        }
        let debug = self.debuginfo.map(|debug| plain(&debug)).filter(|debug| !debug.is_empty());
        let fault = Fault { function: function.to_owned(), code, message, debug };
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

/// Moodle has no word of its own for this.
pub(super) const UNKNOWN_COURSE: &str = "unknown-course";
/// Nor for this.
pub(super) const UNKNOWN_GROUP: &str = "unknown-group";

impl Fault {
    /// Whether it may be about anything that the request says.
    pub(super) fn is_unclear(&self) -> bool {
        self.code == "invalidparameter"
    }

    /// Whether it holds for every element of the same course and role.
    pub(super) fn is_shared(&self) -> bool {
        SHARED.contains(&self.code.as_str())
    }

    /// Whether it says that an account is none, or no longer.
    pub(super) fn is_no_account(&self) -> bool {
        matches!(self.code.as_str(), "invaliduser" | "userdeleted")
    }

    /// Whether the shop's account cannot enter the course: it has no right to, or there is none.
    pub(super) fn is_no_context(&self) -> bool {
        self.code == "errorcoursecontextnotvalid"
    }

    /// Whether it was found out that the course is gone.
    pub(super) fn is_no_course(&self) -> bool {
        self.code == UNKNOWN_COURSE
    }

    /// Whether it says that something with this id is not there.
    pub(super) fn is_no_record(&self) -> bool {
        matches!(self.code.as_str(), "invalidrecord" | "invalidrecordunknown" | UNKNOWN_GROUP)
    }

    /// Which capabilities the function takes, if one of them is what is missing.
    fn permissions(&self) -> Vec<String> {
        let of_function = requirements::capabilities(&self.function);
        let lacking: &[&str] = match self.code.as_str() {
            "nopermissions" | "requireloginerror" => of_function,
            "errorcoursecontextnotvalid" => &["moodle/course:view", "moodle/course:viewhiddencourses"],
            _ => &[],
        };
        lacking.iter().map(|name| (*name).to_owned()).collect()
    }

    /// Which field it is about, where the code tells.
    fn field(&self) -> Option<Field> {
        Some(match self.code.as_str() {
            "invaliduser" | "userdeleted" => Field::Account,
            "wsusercannotassign" => Field::Role,
            "wsnoinstance" | "requireloginerror" | "errorcoursecontextnotvalid" | UNKNOWN_COURSE => Field::Course,
            UNKNOWN_GROUP => Field::Group,
            "idnumbertaken" => Field::IdNumber,
            _ => return None,
        })
    }

    /// What would help, where that is known.
    fn remedy(&self) -> Option<String> {
        let capabilities = || {
            let needed = self.permissions().join(", ");
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

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let (reason, field, permissions) = (fault.to_string(), fault.field(), fault.permissions());
        let said = Said { function: fault.function, permissions, debug: fault.debug };
        Problem { code: fault.code, reason, field, said: Some(Box::new(said)) }
    }
}

/// Of a request that cannot be divided.
impl From<CallError> for PlatformError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Unavailable(problem) => PlatformError::Unavailable(problem),
            CallError::Refused(problem) | CallError::TooLarge(problem) => PlatformError::Refused(problem),
            CallError::Fault(fault) => PlatformError::Refused(fault.into()),
        }
    }
}

/// Moodle's password policy answers with a page's markup where the code should be.
fn is_code(code: &str) -> bool {
    !code.is_empty() && code.len() <= 100 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"_/:-.".contains(&b))
}
