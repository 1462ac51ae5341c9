//! Calls of the web services' functions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::fault::{Fault, Faulty};
use crate::form::{self, Parameter};
use crate::release::Release;
use crate::site::{Outage, Site};
use crate::{courses, enrolments, reports, users};

/// A function's work: on a copy of the site.
type Function = fn(&mut Site, &BTreeMap<String, Parameter>) -> Faulty;

/// What the double offers.
pub(crate) const FUNCTIONS: &[(&str, Function)] = &[
    ("core_webservice_get_site_info", site_info),
    ("core_user_get_users_by_field", users::find),
    ("core_user_create_users", users::create),
    ("core_course_get_courses_by_field", courses::find),
    ("core_group_get_course_groups", courses::groups),
    ("core_group_get_groups", courses::by_id),
    ("core_group_get_group_members", courses::members),
    ("core_group_create_groups", courses::create),
    ("core_group_delete_groups", courses::delete),
    ("core_group_add_group_members", courses::add_members),
    ("core_group_delete_group_members", courses::remove_members),
    ("core_enrol_get_enrolled_users", enrolments::list),
    ("enrol_manual_enrol_users", enrolments::enrol),
    ("enrol_manual_unenrol_users", enrolments::unenrol),
    ("core_role_assign_roles", enrolments::assign),
    ("core_role_unassign_roles", enrolments::unassign),
    ("core_reportbuilder_retrieve_report", reports::retrieve),
    ("core_get_user_dates", reports::dates),
];

/// Does what a function does, wholly or not at all.
pub(crate) fn call(site: &mut Site, token: &str, function: &str, parameters: &BTreeMap<String, Parameter>) -> Faulty {
    admit(site, token)?;
    if function.is_empty() {
        return Err(Fault::INVALID);
    }
    let Some((_, work)) = FUNCTIONS.iter().find(|(name, _)| *name == function) else {
        let known = ["core_course_create_courses", "tool_mobile_get_config"];
        return Err(match known.contains(&function) {
            true => Fault::access(),
            false => Fault::missing(site.release, "external_functions"),
        });
    };
    if !site.functions.contains(function) || !site.may("webservice/rest:use") {
        return Err(Fault::access());
    }
    let mut after = site.clone();
    match work(&mut after, parameters) {
        Ok(value) => {
            *site = after;
            Ok(value)
        }
        Err(fault) => {
            // All is rolled back, but not what is in the cache of a course's groups.
            let ghosts = after.groups.into_iter().filter(|(id, _)| !site.groups.contains_key(id));
            site.next_group = after.next_group;
            site.next_user = after.next_user;
            site.ghosts.extend(ghosts.collect::<Vec<_>>());
            Err(fault)
        }
    }
}

/// What is looked at before the function is.
fn admit(site: &mut Site, token: &str) -> Faulty<()> {
    let told = "<p>Error: Database connection failed</p>\r\n<p>It is possible that the database is overloaded or otherwise \
                not running properly.</p>\r\n<p>The site administrator should also check that the database details have been \
                correctly specified in config.php</p>";
    match site.outage {
        Some(Outage::Database) => {
            return Err(Fault::new("dml_connection_exception", "dbconnectionfailed", told));
        }
        Some(Outage::Upgrade) => {
            return Err(Fault::moodle("upgraderunning", "Site is being upgraded, please retry later."));
        }
        _ => {}
    }
    if site.closed_tokens.contains(token) {
        // An expired token is taken away by the first request that comes with it.
        site.closed_tokens.remove(token);
        return Err(Fault::access());
    }
    if !site.tokens.contains(token) {
        return Err(Fault::moodle("invalidtoken", "Invalid token - token not found"));
    }
    if site.outage == Some(Outage::Maintenance) {
        let told = "The site is undergoing maintenance and is currently not available";
        return Err(Fault::moodle("sitemaintenance", told));
    }
    let caller = site.users.get(&site.caller).map_or("", |user| user.username.as_str());
    if site.caller_suspended {
        let told = format!("Refused web service access for suspended username: {caller}");
        return Err(Fault::moodle("wsaccessusersuspended", told));
    }
    if site.caller_must_change_password {
        return Err(Fault::moodle("forcepasswordchangenotice", "error/forcepasswordchangenotice"));
    }
    if site.policy_not_agreed {
        let told = "Site policy not agreed: <a href=\"https://moodle.example/user/policy.php\">Click here to open the site \
                    policy.</a>";
        return Err(Fault::moodle("sitepolicynotagreed", told));
    }
    Ok(())
}

fn site_info(site: &mut Site, parameters: &BTreeMap<String, Parameter>) -> Faulty {
    form::check(parameters, &[])?;
    let caller = &site.users[&site.caller];
    let (release, version) = match site.release {
        Release::V4_2 => ("4.2.3 (Build: 20231009)", "2023042403"),
        Release::V4_5 => ("4.5.6 (Build: 20250811)", "2024100706"),
        Release::V5_1 => ("5.1+ (Build: 20251017)", "2025100600.01"),
    };
    let functions = site.functions.iter().map(|name| json!({ "name": name, "version": version }));
    Ok(json!({
        "sitename": "WS lab",
        "username": caller.username,
        "firstname": caller.first_name,
        "lastname": caller.last_name,
        "fullname": format!("{} {}", caller.first_name, caller.last_name),
        "lang": "en",
        "userid": site.caller,
        "siteurl": "https://moodle.example",
        "functions": functions.collect::<Value>(),
        "release": release,
        "version": version,
        "userissiteadmin": site.caller == 2,
    }))
}
