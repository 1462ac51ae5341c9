//! The site as it was installed.

use std::collections::{BTreeMap, BTreeSet};

use super::{Expiry, Site, User};
use crate::calls::FUNCTIONS;
use crate::release::Release;

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
            functions: FUNCTIONS.iter().map(|(name, ..)| (*name).to_owned()).collect(),
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
}
