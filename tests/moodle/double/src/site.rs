//! What the Moodle double has.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::{Fault, Faulty};
use crate::text::collated;

mod administration;
mod course;
mod installation;
mod report;
mod user;

pub use crate::release::Release;
pub use administration::Expiry;
pub use course::{Course, Group, Manual};
pub use report::{MethodColumn, Report};
pub use user::{Enrolled, Role, User};

/// Why the whole site does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// Set on the site.
    Maintenance,
    /// Set on the command line.
    MaintenanceByCommand,
    /// It is being upgraded.
    Upgrade,
    /// Its database is not reached.
    Database,
    /// Web services are switched off.
    NoRest,
    /// It has another address.
    WrongHost,
}

/// All that there is. A request is done on a copy, which takes its place if nothing fails.
#[derive(Clone, Debug)]
pub struct Site {
    /// As which release it answers.
    pub release: Release,
    /// By id.
    pub users: BTreeMap<i64, User>,
    /// By id.
    pub courses: BTreeMap<i64, Course>,
    /// By id.
    pub roles: BTreeMap<i64, Role>,
    /// By id.
    pub groups: BTreeMap<i64, Group>,
    /// Groups of requests that failed, which are still listed.
    pub ghosts: BTreeMap<i64, Group>,
    /// Manual ones, by course and account.
    pub enrolments: BTreeMap<(i64, i64), Enrolled>,
    /// Self-enrolments, by course and account.
    pub self_enrolled: BTreeMap<(i64, i64), Enrolled>,
    /// Course, holder, role.
    pub course_roles: BTreeSet<(i64, i64, i64)>,
    /// Role, holder, context.
    pub user_roles: BTreeSet<(i64, i64, i64)>,
    /// The shop's account.
    pub caller: i64,
    /// What it may.
    pub capabilities: BTreeSet<String>,
    /// Courses in which it does not see accounts, by an exception to its role.
    pub unlisted: BTreeSet<i64>,
    /// What its service has.
    pub functions: BTreeSet<String>,
    /// Tokens that are let in.
    pub tokens: BTreeSet<String>,
    /// Tokens that Moodle knows and does not let in.
    pub closed_tokens: BTreeSet<String>,
    /// Whether the shop's account is suspended.
    pub caller_suspended: bool,
    /// Whether it must set another password.
    pub caller_must_change_password: bool,
    /// Whether the site has a policy that it has not agreed to.
    pub policy_not_agreed: bool,
    /// Whether the site shows addresses.
    pub email_shown: bool,
    /// Whether the site tells when somebody was last there, and last in a course.
    pub last_access_shown: bool,
    /// Whether the site tells when somebody was first there.
    pub first_access_shown: bool,
    /// Whether its database minds case and accents, as a PostgreSQL does.
    pub minds_case: bool,
    /// What becomes of manual enrolments that are over, when its scheduled tasks run.
    pub expiry: Expiry,
    /// Whether several accounts may share an address.
    pub same_emails_allowed: bool,
    /// Whether errors say why.
    pub debugging: bool,
    /// The language packs.
    pub languages: BTreeSet<String>,
    /// PHP's.
    pub max_input_vars: usize,
    /// Why it does not work.
    pub outage: Option<Outage>,
    /// Its time, in seconds since 1970.
    pub now: i64,
    /// The id of the next account.
    pub next_user: i64,
    /// The id of the next group.
    pub next_group: i64,
    /// The custom report on participants, if an administrator has made one.
    pub report: Option<Report>,
    /// Others.
    pub more_reports: Vec<Report>,
    /// The most rows of a page of a report, whatever is asked for.
    pub report_limit: Option<usize>,
    /// Whether the language of the shop's account is French.
    pub caller_in_french: bool,
    /// By how many seconds the zone of the shop's account is ahead of UTC.
    pub caller_offset: i32,
    /// The same of the zone that the site forces upon everybody, if it does.
    pub forced_offset: Option<i32>,
}

impl Site {
    /// A text as the database compares it.
    pub(crate) fn compared(&self, text: &str) -> String {
        if self.minds_case { text.to_owned() } else { collated(text) }
    }

    /// Whether somebody is enrolled in a course, in whichever way.
    pub(crate) fn is_in(&self, course: i64, user: i64) -> bool {
        self.enrolments.contains_key(&(course, user)) || self.self_enrolled.contains_key(&(course, user))
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
