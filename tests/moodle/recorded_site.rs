//! The sites on which the exchanges were recorded: before the first one, and what an administrator did before each.

use std::collections::{BTreeMap, BTreeSet};

use moodle_double::site::{Course, Enrolled, Group, Manual, Outage, Release, Role, Site, User};

use crate::moodle::recordings::Recording;

/// The accounts that a release's answers tell of, but for those that its requests made.
fn users(all: &[Recording]) -> BTreeMap<i64, User> {
    let made: BTreeSet<i64> = all
        .iter()
        .filter(|recording| recording.function == "core_user_create_users")
        .flat_map(|recording| recording.response.as_array().into_iter().flatten())
        .filter_map(|created| created["id"].as_i64())
        .collect();
    let mut users: BTreeMap<i64, User> = BTreeMap::new();
    for recording in all.iter().filter(|recording| recording.status == 200) {
        for seen in recording.response.as_array().into_iter().flatten() {
            let (Some(id), Some(name)) = (seen["id"].as_i64(), seen["fullname"].as_str()) else { continue };
            if made.contains(&id) || !(seen["email"].is_string() || seen["roles"].is_array()) {
                continue;
            }
            let (first_name, last_name) = name.split_once(' ').unwrap_or((name, ""));
            let user = users.entry(id).or_default();
            user.first_name = first_name.to_owned();
            user.last_name = last_name.to_owned();
            user.username = last_name.trim_start_matches("Nom ").to_owned();
            let take = |field: &mut String, name: &str| {
                if let Some(text) = seen[name].as_str() {
                    *field = text.to_owned();
                }
            };
            take(&mut user.email, "email");
            take(&mut user.city, "city");
            take(&mut user.username, "username");
            user.suspended |= seen["suspended"] == true;
        }
    }
    users
}

/// The site as it was before the first request.
pub(crate) fn site(release: Release, all: &[Recording]) -> Site {
    let mut site = Site::new(release, "TOKEN");
    site.users.extend(users(all));
    let own = if release == Release::V4_2 { (16, 17) } else { (9, 10) };
    for (id, short_name, in_course, in_user, assignable) in [
        (1, "manager", true, true, false),
        (4, "teacher", true, false, true),
        (5, "student", true, false, true),
        (own.0, "supervisor", false, true, true),
        (own.1, "customer", true, true, true),
    ] {
        site.roles.insert(id, Role { short_name: short_name.to_owned(), in_course, in_user, assignable });
    }
    for (id, short_name, full_name, id_number, manual) in [
        (2, "SPOCM1", "SPOC M1", "", Manual::On),
        (3, "SUPPORT", "Customer support", "C-SUPPORT", Manual::On),
        (4, "NOMANUAL", "No manual enrolment", "", Manual::None),
    ] {
        let [short_name, full_name, id_number] = [short_name, full_name, id_number].map(str::to_owned);
        let start = 1_767_225_600;
        site.courses
            .insert(id, Course { short_name, full_name, id_number, start, group_mode: 1, manual, ..Course::default() });
    }
    let report = all.iter().find(|recording| recording.name.starts_with("e-enrol-39")).unwrap();
    site.report = Some(Site::recorded_report(release, request(report, "reportid")));
    for name in ["anna.martin", "grp.a", "grp.b"] {
        let id = by_name(&site, name);
        site.enrolments.insert((2, id), Enrolled::default());
        site.course_roles.insert((2, id, 5));
    }
    site
}

fn by_name(site: &Site, username: &str) -> i64 {
    let found = site.users.iter().find(|(_, user)| user.username == username);
    *found.unwrap_or_else(|| panic!("{:?} has {username}", site.release)).0
}

pub(crate) fn request(recording: &Recording, name: &str) -> i64 {
    let found = recording.form.iter().find(|(field, _)| field == name);
    found.unwrap_or_else(|| panic!("{} has {name}", recording.name)).1.parse().unwrap()
}

/// What an administrator did before a request was recorded: for that one alone, or from then on.
pub(crate) fn prepare(site: &mut Site, recording: &Recording) {
    let usual = Site::new(site.release, "TOKEN");
    site.capabilities.clone_from(&usual.capabilities);
    site.functions.clone_from(&usual.functions);
    site.tokens.clone_from(&usual.tokens);
    (site.outage, site.debugging, site.email_shown, site.same_emails_allowed) = (None, false, true, false);
    (site.caller, site.caller_suspended, site.caller_must_change_password) = (usual.caller, false, false);
    site.courses.values_mut().for_each(|course| course.hidden = false);
    site.max_input_vars = 5000;
    // Ids are those that the recorded site gave.
    if let (Some(id), true) = (recording.response[0]["id"].as_i64(), recording.function.contains("_create_")) {
        match recording.function.as_str() {
            "core_user_create_users" => site.next_user = id,
            _ => site.next_group = id,
        }
    }
    let has_user = |site: &mut Site, field: &str| {
        let id = request(recording, field);
        site.users.entry(id).or_default();
        id
    };
    let step = recording.name.split('-').take(3).collect::<Vec<_>>().join("-");
    let grant = |site: &mut Site, capability: &str| _ = site.capabilities.insert(capability.to_owned());
    let deny = |site: &mut Site, capability: &str| _ = site.capabilities.remove(capability);
    let minimal = |site: &mut Site| site.capabilities.retain(|capability| capability == "webservice/rest:use");
    match step.as_str() {
        "a-lookup-16" | "a-lookup-17" => grant(site, "moodle/user:viewalldetails"),
        "a-lookup-25" => deny(site, "moodle/user:viewdetails"),
        "a-lookup-27" | "a-lookup-28" | "a-lookup-31" => deny(site, "moodle/site:viewuseridentity"),
        "a-lookup-30" => site.email_shown = false,
        "b-create-users" => site.same_emails_allowed = recording.name.ends_with("-same-emails-allowed"),
        "c-courses-08" => minimal(site),
        "c-courses-09" => site.courses.get_mut(&3).unwrap().hidden = true,
        "c-courses-10" => {
            minimal(site);
            site.courses.get_mut(&3).unwrap().hidden = true;
        }
        "c-courses-11" | "c-courses-12" => {
            deny(site, "moodle/course:viewhiddencourses");
            site.courses.get_mut(&3).unwrap().hidden = true;
        }
        "d-groups-30" => _ = has_user(site, "members[0][userid]"),
        "d-groups-41" => _ = has_user(site, "members[0][userid]"),
        "d-groups-31" => {
            has_user(site, "members[1][userid]");
            let id = request(recording, "members[0][groupid]");
            site.groups.get_mut(&id).unwrap().members.clear();
        }
        "d-groups-36" => {
            let (id, a) = (request(recording, "groupids[0]"), by_name(site, "grp.a"));
            site.groups.get_mut(&id).unwrap().members.insert(a);
        }
        "e-enrol-21" => {
            let id = has_user(site, "enrolments[0][userid]");
            site.users.get_mut(&id).unwrap().suspended = true;
        }
        "e-enrol-22" => {
            let id = request(recording, "enrolments[0][userid]");
            site.users.insert(id, User { deleted: true, ..User::default() });
        }
        "e-enrol-25" => site.courses.get_mut(&3).unwrap().manual = Manual::Off,
        "e-enrol-26" => {
            site.courses.get_mut(&3).unwrap().manual = Manual::On;
            let a = by_name(site, "enr.a");
            site.course_roles.remove(&(2, a, 4));
        }
        "e-enrol-28" | "e-enrol-29" => grant(site, "moodle/course:enrolreview"),
        "e-enrol-30" | "e-enrol-31" => {
            grant(site, "moodle/course:enrolreview");
            let a = by_name(site, "enr.a");
            site.enrolments.get_mut(&(2, a)).unwrap().suspended = true;
        }
        "e-enrol-39" => {
            // What the steps before left was put right by a request that was not recorded.
            let a = by_name(site, "enr.a");
            let year = Enrolled { start: 1_767_225_600, end: 1_798_761_600, ..Enrolled::default() };
            site.enrolments.insert((2, a), year);
        }
        "e-enrol-47" => {
            let members = BTreeSet::from([by_name(site, "enr.a"), by_name(site, "enr.b")]);
            let id = 179 + i64::from(site.release != Release::V4_5) * 1000;
            site.groups.insert(id, Group { course: 2, name: "E".to_owned(), members, ..Group::default() });
        }
        "e-enrol-48" => {
            // It was made for the step before.
            let id = request(recording, "groupids[0]");
            let of_before = site.groups.iter().find(|(_, group)| group.name == "E").map(|(id, _)| *id).unwrap();
            let group = site.groups.remove(&of_before).unwrap();
            site.groups.insert(id, group);
        }
        "e-enrol-55" => minimal(site),
        "d-groups-51" | "d-groups-52" | "f-roles-23" => minimal(site),
        "f-roles-04" => site.roles.get_mut(&5).unwrap().in_user = true,
        "f-roles-16" => {
            let id = request(recording, "assignments[0][instanceid]");
            site.users.insert(id, User { deleted: true, ..User::default() });
        }
        "h-errors-03" | "h-errors-05" => {
            site.tokens.clear();
            site.closed_tokens.insert("TOKEN".to_owned());
        }
        "h-errors-04" => site.tokens.clear(),
        "h-errors-10" => deny(site, "moodle/user:create"),
        "h-errors-23" => site.outage = Some(Outage::WrongHost),
        "h-errors-24" => site.debugging = true,
        "h-errors-25" => {
            site.debugging = true;
            deny(site, "moodle/user:create");
        }
        "h-errors-26" => site.outage = Some(Outage::Maintenance),
        "h-errors-27" => site.caller = 2,
        "h-errors-28" => site.outage = Some(Outage::MaintenanceByCommand),
        "h-errors-31" => site.outage = Some(Outage::Upgrade),
        "h-errors-32" | "h-errors-33" => site.outage = Some(Outage::NoRest),
        "h-errors-34" => site.caller_suspended = true,
        "h-errors-35" | "h-errors-36" => site.functions.clear(),
        "h-errors-37" => deny(site, "webservice/rest:use"),
        "h-errors-38" => site.caller_must_change_password = true,
        "h-errors-39" => site.outage = Some(Outage::Database),
        _ => {}
    }
    if recording.name.starts_with("i-limits") {
        site.max_input_vars = if recording.name.contains("vars-1000-") { 1000 } else { 5000 };
        site.enrolments.retain(|(course, _), _| *course != 3);
        site.users.extend((0..1100).map(|number| {
            let username = format!("lim{number:04}");
            let user = User {
                email: format!("{username}@learner.example"),
                first_name: "Prénom".to_owned(),
                last_name: format!("Nom {username}"),
                username,
                ..User::default()
            };
            (2715 + number, user)
        }));
    }
}
