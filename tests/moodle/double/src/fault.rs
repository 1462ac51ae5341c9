//! How the Moodle double says no.

use serde_json::{Value, json};

use crate::release::Release;

/// Moodle's exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    class: &'static str,
    code: String,
    message: String,
    debug: Option<String>,
}

/// What a function comes to.
pub(crate) type Faulty<T = Value> = Result<T, Fault>;

impl Fault {
    /// Nearly everything that is wrong with a request.
    pub(crate) const INVALID: Fault =
        Fault { class: "invalid_parameter_exception", code: String::new(), message: String::new(), debug: None };

    pub(crate) fn new(class: &'static str, code: &str, message: impl Into<String>) -> Fault {
        Fault { class, code: code.to_owned(), message: message.into(), debug: None }
    }

    /// The same, for those who debug.
    pub(crate) fn because(self, debug: impl Into<String>) -> Fault {
        Fault { debug: Some(debug.into()), ..self }
    }

    pub(crate) fn moodle(code: &str, message: impl Into<String>) -> Fault {
        Fault::new("moodle_exception", code, message)
    }

    pub(crate) fn coding(problem: &str) -> Fault {
        let message = format!("Coding error detected, it must be fixed by a programmer: {problem}");
        Fault::new("coding_exception", "codingerror", message)
    }

    pub(crate) fn too_long() -> Fault {
        Fault::new("dml_write_exception", "dmlwriteexception", "Error writing to database")
    }

    pub(crate) fn access() -> Fault {
        Fault::new("webservice_access_exception", "accessexception", "Access control exception")
    }

    pub(crate) fn capability(what: &str) -> Fault {
        let message = format!("Sorry, but you do not currently have permissions to do that ({what}).");
        Fault::new("required_capability_exception", "nopermissions", message)
    }

    /// No such row; what this is called differs.
    pub(crate) fn missing(release: Release, table: &str) -> Fault {
        match (release, table) {
            (Release::V5_1, _) => Fault::new(
                "dml_missing_record_exception",
                "invalidrecordunknown",
                "Can't find data record in database.",
            ),
            (_, "user") => Fault::new("dml_missing_record_exception", "invaliduser", "Invalid user"),
            _ => Fault::new(
                "dml_missing_record_exception",
                "invalidrecord",
                format!("Can't find data record in database table {table}."),
            ),
        }
    }

    pub(crate) fn answer(&self, release: Release, debugging: bool) -> Value {
        let core = ["moodle_exception", "invalid_parameter_exception", "coding_exception", "require_login_exception"];
        let moved = core.contains(&self.class) || self.class == "required_capability_exception";
        let class = match moved && release > Release::V4_2 {
            true => format!("core\\exception\\{}", self.class),
            false => self.class.to_owned(),
        };
        let (code, message) = match self.code.as_str() {
            "" => ("invalidparameter", "Invalid parameter value detected"),
            code => (code, self.message.as_str()),
        };
        let mut answer = json!({ "exception": class, "errorcode": code, "message": message });
        if let (true, Some(debug)) = (debugging, &self.debug) {
            answer["debuginfo"] = debug.as_str().into();
        }
        answer
    }
}
