//! What Moodle does not like about a request, and what that means.

use super::requirements;
use shop_core::platform::{CourseId, ElementField, GroupId, OwnWords, Problem, RoleId};

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
    /// What was found out beyond that.
    pub(super) cause: Option<Cause>,
}

/// What is wrong where Moodle's code does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The course is not there any more.
    NoCourse(CourseId),
    /// The group is not there any more.
    NoGroup(GroupId),
    /// The role cannot be assigned in accounts.
    NotInAccounts(RoleId),
    /// The role cannot be assigned in the course.
    NotInCourse(RoleId),
}

/// Codes that hold for the course or the role, and so for all elements with the same ones.
const SHARED: &[&str] =
    &["nopermissions", "requireloginerror", "errorcoursecontextnotvalid", "wsusercannotassign", "wsnoinstance"];

const IN_COURSES: &str = "let the role of the shop's account assign this role (\"Allow role assignments\"), and let this role be \
                          assigned in courses";

impl Fault {
    /// The same, now that it is known what is wrong.
    pub(super) fn because(self, cause: Cause) -> Fault {
        Fault { cause: Some(cause), ..self }
    }

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

    /// Whether it may be that there is no such course: the shop's account cannot enter it, or there is no record of it.
    pub(super) fn may_lack_course(&self) -> bool {
        self.code == "errorcoursecontextnotvalid" || self.is_no_record()
    }

    /// Whether it was found out that the course is gone.
    pub(super) fn is_no_course(&self) -> bool {
        matches!(self.cause, Some(Cause::NoCourse(_)))
    }

    /// Whether it says that something with this id is not there.
    pub(super) fn is_no_record(&self) -> bool {
        matches!(self.code.as_str(), "invalidrecord" | "invalidrecordunknown")
    }

    /// Whether the role cannot be given to anybody there.
    pub(super) fn is_not_assignable(&self) -> bool {
        self.code == "wsusercannotassign"
    }

    /// Which capabilities may be what is missing.
    fn permissions(&self) -> Vec<String> {
        let lacking: &[&str] = match self.code.as_str() {
            "nopermissions" => requirements::own(&self.function),
            "requireloginerror" | "errorcoursecontextnotvalid" if self.cause.is_none() => {
                &["moodle/course:view", "moodle/course:viewhiddencourses"]
            }
            "wsusercannotassign" => &["moodle/role:assign"],
            _ => &[],
        };
        lacking.iter().map(|name| (*name).to_owned()).collect()
    }

    /// Which field it is about, where that is known.
    fn field(&self) -> Option<ElementField> {
        if let Some(cause) = self.cause {
            return Some(cause.field());
        }
        // Of these functions, all other ids are known to be right by the time that they say so.
        let is_about_people = matches!(
            self.function.as_str(),
            "enrol_manual_enrol_users" | "enrol_manual_unenrol_users" | "core_role_assign_roles"
        );
        Some(match self.code.as_str() {
            "invaliduser" | "userdeleted" | "usernotconfirmed" | "guestsarenotallowed" => ElementField::Account,
            "codingerror" | "invalidrecordunknown" if is_about_people => ElementField::Account,
            "wsusercannotassign" => ElementField::Role,
            "wsnoinstance" | "requireloginerror" | "errorcoursecontextnotvalid" => ElementField::Course,
            "idnumbertaken" => ElementField::IdNumber,
            _ => return None,
        })
    }

    /// What would help, where that is known.
    fn remedy(&self) -> Option<String> {
        if let Some(cause) = self.cause {
            return cause.remedy().map(str::to_owned);
        }
        let remedy = match self.code.as_str() {
            "nopermissions" => {
                let needed = self.permissions().join(", ");
                return (!needed.is_empty()).then(|| format!("the role of the shop's account needs {needed}"));
            }
            "requireloginerror" | "errorcoursecontextnotvalid" => {
                "the role of the shop's account needs moodle/course:view, and moodle/course:viewhiddencourses if the course \
                 is hidden"
            }
            "wsusercannotassign" => {
                return Some(format!("the role of the shop's account needs moodle/role:assign; {IN_COURSES}"));
            }
            "wsnoinstance" => "switch manual enrolment on in the course",
            "userdeleted" => "the account was deleted",
            "errorreportview" => "add the shop's account to the audience of the report",
            "usernotconfirmed" => {
                "the account's holder has not confirmed it: let an administrator confirm it (Users, Browse list of users), or its \
                 holder follow the link in the mail"
            }
            "guestsarenotallowed" => "the account is the guest's, and nobody's own: use the person's own address",
            "invalidrecord" | "invalidrecordunknown" => "what it is about is gone, or Moodle only still lists it",
            _ => return None,
        };
        Some(remedy.to_owned())
    }
}

impl Cause {
    fn code(self) -> &'static str {
        match self {
            Cause::NoCourse(_) => "unknown-course",
            Cause::NoGroup(_) => "unknown-group",
            Cause::NotInAccounts(_) | Cause::NotInCourse(_) => "role-not-assignable",
        }
    }

    fn field(self) -> ElementField {
        match self {
            Cause::NoCourse(_) => ElementField::Course,
            Cause::NoGroup(_) => ElementField::Group,
            Cause::NotInAccounts(_) | Cause::NotInCourse(_) => ElementField::Role,
        }
    }

    fn remedy(self) -> Option<&'static str> {
        match self {
            Cause::NoCourse(_) | Cause::NoGroup(_) => None,
            Cause::NotInAccounts(_) => Some(
                "tick \"User\" among the context types where it may be assigned, and let the role of the shop's account \
                 assign it",
            ),
            Cause::NotInCourse(_) => Some(IN_COURSES),
        }
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Cause::NoCourse(id) => write!(f, "the course with the id {} is not there any more", id.0),
            Cause::NoGroup(id) => write!(f, "the group with the id {} is not there any more", id.0),
            Cause::NotInAccounts(id) => write!(f, "the role with the id {} cannot be assigned in accounts", id.0),
            Cause::NotInCourse(id) => write!(f, "the role with the id {} cannot be assigned in the course", id.0),
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.cause {
            Some(cause) => write!(f, "{}: {cause} [{}]", self.function, self.code)?,
            None => write!(f, "{}: {} [{}]", self.function, self.message, self.code)?,
        }
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
        let code = fault.cause.map_or_else(|| fault.code.clone(), |cause| cause.code().to_owned());
        let said = OwnWords { function: fault.function, code: Some(fault.code), permissions, debug: fault.debug };
        Problem { field, ..Problem::new(&code, reason).as_said(said) }
    }
}

/// What is wrong with the answer of a function; `permissions` are those for want of one of which it leaves something out.
pub(super) fn told(function: &str, code: &str, reason: String, permissions: &[&str]) -> Problem {
    let permissions = permissions.iter().map(|name| (*name).to_owned()).collect();
    Problem::new(code, reason).as_said(OwnWords { function: function.to_owned(), permissions, ..OwnWords::default() })
}
