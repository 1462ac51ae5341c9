//! What the shop needs of a Moodle: functions of its web services, and the capabilities that they need.

use super::settings::MoodleSettings;

/// A step of the shop's work, and what it needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Requirement {
    /// The function, as it is added to the service.
    pub(super) function: &'static str,
    /// The capabilities, as they are given to the role of the shop's account. The first is the function's own; another would
    /// not let it into the course.
    pub(super) capabilities: &'static [&'static str],
}

macro_rules! requirements {
    ($($function:ident: $($capability:literal),*;)*) => {
        /// Everything, in the sequence in which it is used.
        pub(super) const ALL: &[Requirement] =
            &[$(Requirement { function: stringify!($function), capabilities: &[$($capability),*] }),*];
    };
}

requirements! {
    core_webservice_get_site_info: "webservice/rest:use";
    core_user_get_users_by_field: "moodle/user:viewdetails", "moodle/site:viewuseridentity";
    core_user_create_users: "moodle/user:create";
    core_course_get_courses_by_field: "moodle/course:view";
    core_group_get_course_groups: "moodle/course:managegroups", "moodle/course:view";
    core_group_get_groups: "moodle/course:managegroups", "moodle/course:view";
    core_group_get_group_members: "moodle/course:managegroups", "moodle/course:view";
    core_group_create_groups: "moodle/course:managegroups", "moodle/course:view";
    core_group_add_group_members: "moodle/course:managegroups", "moodle/course:view";
    core_group_delete_group_members: "moodle/course:managegroups", "moodle/course:view";
    core_group_delete_groups: "moodle/course:managegroups", "moodle/course:view";
    core_enrol_get_enrolled_users: "moodle/course:viewparticipants", "moodle/course:view", "moodle/site:accessallgroups";
    enrol_manual_enrol_users: "enrol/manual:enrol", "moodle/course:view", "moodle/role:assign";
    enrol_manual_unenrol_users: "enrol/manual:unenrol", "moodle/course:view";
    core_role_assign_roles: "moodle/role:assign";
    core_role_unassign_roles: "moodle/role:assign";
}

/// Needed only where a report tells of enrolments.
pub(super) const REPORTS: &[Requirement] =
    &[Requirement { function: REPORT, capabilities: &[] }, Requirement { function: DATES, capabilities: &[] }];
pub(super) const REPORT: &str = "core_reportbuilder_retrieve_report";
pub(super) const DATES: &str = "core_get_user_dates";

/// What is needed with these settings.
pub(super) fn of(settings: &MoodleSettings) -> impl Iterator<Item = &'static Requirement> {
    let reports = if settings.has_reports() { REPORTS } else { &[] };
    ALL.iter().chain(reports)
}

/// The capability without which a function says that there is no permission.
pub(super) fn own(function: &str) -> &'static [&'static str] {
    let requirement = ALL.iter().find(|requirement| requirement.function == function);
    requirement.and_then(|requirement| requirement.capabilities.get(..1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_names_everything_that_is_needed() {
        let manual = include_str!("../../../../docs/moodle.md");
        for Requirement { function, capabilities } in ALL {
            assert!(manual.contains(&format!("    {function}\n")), "{function}");
            assert!(capabilities.iter().all(|one| manual.contains(&format!("| `{one}` |"))), "{capabilities:?}");
        }
        for Requirement { function, .. } in REPORTS {
            assert!(manual.contains(&format!("    {function} ")), "{function}");
        }
    }
}
