//! What the Moodle double has, and how it says no.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// A release of Moodle, as far as its answers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// 4.2.3
    V4_2,
    /// 4.5.6
    V4_5,
    /// 5.1
    V5_1,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct User {
    pub username: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub city: String,
    pub lang: String,
    pub suspended: bool,
    pub deleted: bool,
    /// Whether Moodle has mailed an invitation.
    pub invited: bool,
}

/// Manual enrolment in a course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manual {
    /// On.
    #[default]
    On,
    /// Switched off.
    Off,
    /// The course has none.
    None,
}

/// A course.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Course {
    pub short_name: String,
    pub full_name: String,
    pub id_number: String,
    pub start: i64,
    pub group_mode: u8,
    pub hidden: bool,
    pub manual: Manual,
}

/// A role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Role {
    pub short_name: String,
    pub in_course: bool,
    pub in_user: bool,
    /// Whether the shop's account may assign it.
    pub assignable: bool,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Group {
    pub course: i64,
    pub name: String,
    pub id_number: String,
    pub members: BTreeSet<i64>,
    pub visibility: i64,
    /// What Moodle answers when it has just been made is not what it answers later.
    pub key: bool,
}

/// A manual enrolment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Enrolled {
    pub start: i64,
    pub end: i64,
    pub suspended: bool,
    pub last_access: i64,
}

/// Why the whole site does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Outage {
    Maintenance,
    MaintenanceByCommand,
    Upgrade,
    Database,
    NoRest,
    WrongHost,
}

/// All that there is. A request is done on a copy, which takes its place if nothing fails.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Site {
    pub release: Release,
    pub users: BTreeMap<i64, User>,
    pub courses: BTreeMap<i64, Course>,
    pub roles: BTreeMap<i64, Role>,
    pub groups: BTreeMap<i64, Group>,
    /// Groups of requests that failed, which are still listed.
    pub ghosts: BTreeMap<i64, Group>,
    pub enrolments: BTreeMap<(i64, i64), Enrolled>,
    pub course_roles: BTreeSet<(i64, i64, i64)>,
    /// Role, holder, context.
    pub user_roles: BTreeSet<(i64, i64, i64)>,
    /// The shop's account.
    pub caller: i64,
    pub capabilities: BTreeSet<String>,
    pub functions: BTreeSet<String>,
    pub tokens: BTreeSet<String>,
    /// Tokens that Moodle knows and does not let in.
    pub closed_tokens: BTreeSet<String>,
    pub caller_suspended: bool,
    pub caller_must_change_password: bool,
    pub email_shown: bool,
    pub same_emails_allowed: bool,
    pub debugging: bool,
    pub languages: BTreeSet<String>,
    pub max_input_vars: usize,
    pub outage: Option<Outage>,
    pub now: i64,
    pub next_user: i64,
    pub next_group: i64,
    /// The id of the custom report on participants, if an administrator has made one.
    pub report: Option<i64>,
}

/// Moodle's exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
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

    pub(crate) fn answer(&self, site: &Site) -> Value {
        let core = ["moodle_exception", "invalid_parameter_exception", "coding_exception", "require_login_exception"];
        let moved = core.contains(&self.class) || self.class == "required_capability_exception";
        let class = match moved && site.release > Release::V4_2 {
            true => format!("core\\exception\\{}", self.class),
            false => self.class.to_owned(),
        };
        let (code, message) = match self.code.as_str() {
            "" => ("invalidparameter", "Invalid parameter value detected"),
            code => (code, self.message.as_str()),
        };
        let mut answer = json!({ "exception": class, "errorcode": code, "message": message });
        if let (true, Some(debug)) = (site.debugging, &self.debug) {
            answer["debuginfo"] = debug.as_str().into();
        }
        answer
    }
}

/// Least privilege, as the recordings found it.
const CAPABILITIES: &[&str] = &[
    "webservice/rest:use",
    "moodle/user:viewdetails",
    "moodle/site:viewuseridentity",
    "moodle/user:create",
    "moodle/course:view",
    "moodle/course:managegroups",
    "enrol/manual:enrol",
    "enrol/manual:unenrol",
    "moodle/role:assign",
    "moodle/course:viewparticipants",
    "moodle/site:accessallgroups",
    "moodle/course:viewhiddencourses",
];

impl Site {
    /// A site with nobody but its administrator and the shop's account, and no course.
    pub fn new(release: Release, token: &str) -> Site {
        let user = |username: &str, first_name: &str, last_name: &str| User {
            username: username.to_owned(),
            email: format!("{username}@moodle.example"),
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            lang: "en".to_owned(),
            ..User::default()
        };
        let admin = user("admin", "Admin", "User");
        let caller = user("ws-provision", "Provisioning", "Service");
        Site {
            release,
            users: BTreeMap::from([(2, admin), (3, caller)]),
            courses: BTreeMap::new(),
            roles: BTreeMap::new(),
            groups: BTreeMap::new(),
            ghosts: BTreeMap::new(),
            enrolments: BTreeMap::new(),
            course_roles: BTreeSet::new(),
            user_roles: BTreeSet::new(),
            caller: 3,
            capabilities: CAPABILITIES.iter().map(|name| (*name).to_owned()).collect(),
            functions: crate::moodle_double::FUNCTIONS.iter().map(|(name, ..)| (*name).to_owned()).collect(),
            tokens: BTreeSet::from([token.to_owned()]),
            closed_tokens: BTreeSet::new(),
            caller_suspended: false,
            caller_must_change_password: false,
            email_shown: true,
            same_emails_allowed: false,
            debugging: false,
            languages: BTreeSet::from(["en".to_owned()]),
            max_input_vars: 1000,
            outage: None,
            now: 1_795_485_869,
            next_user: 100,
            next_group: 1,
            report: None,
        }
    }

    pub(crate) fn may(&self, capability: &str) -> bool {
        self.capabilities.contains(capability)
    }

    /// An account that is there.
    pub(crate) fn user(&self, id: i64) -> Option<&User> {
        self.users.get(&id).filter(|user| !user.deleted)
    }

    /// Whether the shop's account may work in a course, for the functions that say so in this way.
    pub(crate) fn enter(&self, course: i64) -> Faulty<()> {
        let refuse = |reason: &str| {
            let told = format!(
                "You cannot execute functions in the course context (course id:{course}). The context error message was: \
                 {reason}"
            );
            Err(Fault::moodle("errorcoursecontextnotvalid", told))
        };
        match self.courses.get(&course) {
            None => refuse("Invalid parameter value detected"),
            Some(course) if !self.sees(course) => refuse("Course or activity not accessible."),
            Some(_) => Ok(()),
        }
    }

    pub(crate) fn sees(&self, course: &Course) -> bool {
        self.may("moodle/course:view") && (!course.hidden || self.may("moodle/course:viewhiddencourses"))
    }
}
