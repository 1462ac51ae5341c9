//! What the Moodle double has.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::{Fault, Faulty};

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
pub struct User {
    /// Unique, in small letters.
    pub username: String,
    /// As it was written.
    pub email: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The city; empty: none.
    pub city: String,
    /// The language pack; empty: the site's.
    pub lang: String,
    /// Whether it is suspended.
    pub suspended: bool,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Whether its holder has not confirmed it yet.
    pub unconfirmed: bool,
    /// Whether Moodle has mailed an invitation.
    pub invited: bool,
    /// When its holder first logged in, in seconds since 1970; 0: never.
    pub first_access: i64,
}

/// What the site does with manual enrolments that are over: `expiredaction`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expiry {
    /// Nothing.
    #[default]
    Keep,
    /// They are suspended.
    Suspend,
    /// They are suspended, and their only role in the course is taken away.
    SuspendWithoutRoles,
    /// They are ended, with roles and memberships.
    Unenrol,
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
pub struct Course {
    /// What others name it by.
    pub short_name: String,
    /// What people know it by.
    pub full_name: String,
    /// Its id number; empty: none.
    pub id_number: String,
    /// When it starts, in seconds since 1970.
    pub start: i64,
    /// 0: none, 1: separate, 2: visible.
    pub group_mode: u8,
    /// Whether learners do not see it.
    pub hidden: bool,
    /// Manual enrolment in it.
    pub manual: Manual,
}

/// A role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// What others name it by.
    pub short_name: String,
    /// Whether it may be assigned in courses.
    pub in_course: bool,
    /// Whether it may be assigned in accounts.
    pub in_user: bool,
    /// Whether the shop's account may assign it.
    pub assignable: bool,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Its course.
    pub course: i64,
    /// Unique in the course, whatever its case.
    pub name: String,
    /// Its id number; empty: none.
    pub id_number: String,
    /// Its members.
    pub members: BTreeSet<i64>,
    /// Who sees it.
    pub visibility: i64,
    /// What Moodle answers when it has just been made is not what it answers later.
    pub key: bool,
}

/// A manual enrolment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enrolled {
    /// From when, in seconds since 1970; 0: from ever.
    pub start: i64,
    /// Until when; 0: for ever.
    pub end: i64,
    /// Whether it is suspended.
    pub suspended: bool,
    /// When the person was last in the course; 0: never.
    pub last_access: i64,
}

/// How a custom report on participants tells the methods of enrolments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodColumn {
    /// Not at all.
    None,
    /// By the name that the method has in the course: up to 5.0.
    Name,
    /// By the name of the plugin: in later releases, and beside the other one in some before.
    Plugin,
}

/// A custom report on participants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: i64,
    /// How it tells the methods.
    pub method: MethodColumn,
    /// What it calls the manual one.
    pub manual: &'static str,
    /// The courses that it is limited to; none: it has all.
    pub courses: Option<&'static [i64]>,
    /// Whether it is sorted by course, address and start. Else each page comes from a sequence of its own.
    pub sorted: bool,
    /// A column that is left out.
    pub without: Option<&'static str>,
    /// Whether the shop's account is in its audience.
    pub shown: bool,
}

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

/// A name as Moodle answers it in most places: escaped for pages, where it is not escaped already.
pub(crate) fn for_pages(name: &str) -> String {
    let mut parts = name.split('&');
    let mut escaped = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let entity = part.split_once(';').map_or("", |(entity, _)| entity);
        let is_entity =
            (1..=8).contains(&entity.len()) && entity.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#');
        escaped += if is_entity { "&" } else { "&amp;" };
        escaped += part;
    }
    escaped
}

/// As a collation that ignores case and accents has it.
fn collated(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).flat_map(char::to_lowercase).collect()
}

/// The account of everybody who does not log in.
const GUEST: i64 = 1;

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
    /// A site with nobody but the guest, its administrator and the shop's account, and no course.
    pub fn new(release: Release, token: &str) -> Site {
        let user = |username: &str, first_name: &str, last_name: &str| User {
            username: username.to_owned(),
            email: format!("{username}@moodle.example"),
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            lang: "en".to_owned(),
            ..User::default()
        };
        // No login is needed to be it, and no administrator can delete it.
        let guest = User { email: "root@localhost".to_owned(), ..user("guest", "Guest user", " ") };
        let admin = user("admin", "Admin", "User");
        let caller = user("ws-provision", "Provisioning", "Service");
        Site {
            release,
            users: BTreeMap::from([(GUEST, guest), (2, admin), (3, caller)]),
            courses: BTreeMap::new(),
            roles: BTreeMap::new(),
            groups: BTreeMap::new(),
            ghosts: BTreeMap::new(),
            enrolments: BTreeMap::new(),
            self_enrolled: BTreeMap::new(),
            course_roles: BTreeSet::new(),
            user_roles: BTreeSet::new(),
            caller: 3,
            capabilities: CAPABILITIES.iter().map(|name| (*name).to_owned()).collect(),
            unlisted: BTreeSet::new(),
            functions: crate::FUNCTIONS.iter().map(|(name, ..)| (*name).to_owned()).collect(),
            tokens: BTreeSet::from([token.to_owned()]),
            closed_tokens: BTreeSet::new(),
            caller_suspended: false,
            caller_must_change_password: false,
            policy_not_agreed: false,
            email_shown: true,
            last_access_shown: true,
            first_access_shown: true,
            minds_case: false,
            expiry: Expiry::default(),
            same_emails_allowed: false,
            debugging: false,
            languages: BTreeSet::from(["en".to_owned()]),
            max_input_vars: 1000,
            outage: None,
            now: 1_795_485_869,
            next_user: 100,
            next_group: 1,
            report: None,
            more_reports: Vec::new(),
            report_limit: None,
            caller_offset: 0,
            caller_in_french: false,
            forced_offset: None,
        }
    }

    /// A custom report, with the columns that were recorded of the release.
    pub fn recorded_report(release: Release, id: i64) -> Report {
        let method = if release < Release::V5_1 { MethodColumn::Name } else { MethodColumn::None };
        Report { id, method, manual: "Manual enrolments", courses: None, sorted: false, without: None, shown: true }
    }

    /// An administrator deletes an account: it goes out of its courses and groups, its roles end, and its row stays, with other
    /// words for its user name and its address.
    ///
    /// # Panics
    ///
    /// If there is no such account.
    pub fn delete_user(&mut self, id: i64) {
        let user = self.users.get_mut(&id).expect("an account");
        user.username = format!("{}.{}", user.email, self.now);
        // Moodle takes the MD5 sum of the user name.
        user.email = format!("{id:032x}");
        user.deleted = true;
        self.enrolments.retain(|(_, who), _| *who != id);
        self.self_enrolled.retain(|(_, who), _| *who != id);
        self.course_roles.retain(|(_, who, _)| *who != id);
        self.user_roles.retain(|(_, holder, context)| ![holder, context].contains(&&id));
        self.groups.values_mut().for_each(|group| _ = group.members.remove(&id));
    }

    /// An administrator deletes a course, with all that is in it.
    pub fn delete_course(&mut self, course: i64) {
        self.courses.remove(&course);
        self.enrolments.retain(|(of, _), _| *of != course);
        self.self_enrolled.retain(|(of, _), _| *of != course);
        self.course_roles.retain(|(of, ..)| *of != course);
        self.groups.retain(|_, group| group.course != course);
        self.ghosts.retain(|_, group| group.course != course);
    }

    /// Ends a manual enrolment. Whoever stays in another way keeps the roles and the memberships.
    pub fn unenrol(&mut self, course: i64, user: i64) {
        if self.enrolments.remove(&(course, user)).is_none() || self.is_in(course, user) {
            return;
        }
        self.course_roles.retain(|(of, who, _)| (*of, *who) != (course, user));
        self.groups
            .values_mut()
            .filter(|group| group.course == course)
            .for_each(|group| _ = group.members.remove(&user));
    }

    /// Its scheduled tasks run. By Moodle's source (`enrol_plugin::process_expirations`), every ten minutes.
    pub fn run_tasks(&mut self) {
        let is_over = |enrolled: &Enrolled| enrolled.end != 0 && enrolled.end < self.now;
        let over: Vec<(i64, i64)> =
            self.enrolments.iter().filter(|(_, enrolled)| is_over(enrolled)).map(|(place, _)| *place).collect();
        for (course, user) in over {
            match self.expiry {
                Expiry::Keep => {}
                Expiry::Unenrol => self.unenrol(course, user),
                // Once each: whoever is suspended is not looked at again.
                Expiry::Suspend | Expiry::SuspendWithoutRoles => {
                    let Some(enrolled) = self.enrolments.get_mut(&(course, user)).filter(|it| !it.suspended) else {
                        continue;
                    };
                    enrolled.suspended = true;
                    let is_theirs = |(of, who, _): &(i64, i64, i64)| (*of, *who) == (course, user);
                    let roles = self.course_roles.iter().filter(|role| is_theirs(role)).count();
                    if self.expiry == Expiry::SuspendWithoutRoles && roles == 1 {
                        self.course_roles.retain(|role| !is_theirs(role));
                    }
                }
            }
        }
    }

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
