//! Enrolments and roles of the Moodle double.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::fault::{Fault, Faulty};
use crate::form::{Kind, Parameter, check};
use crate::site::{Enrolled, Manual, Release, Site, User};

type Parameters = BTreeMap<String, Parameter>;

const ENROL: &[(&str, Kind, bool)] = &[(
    "enrolments",
    Kind::List(&Kind::Record(&[
        ("roleid", Kind::Whole, true),
        ("userid", Kind::Whole, true),
        ("courseid", Kind::Whole, true),
        ("timestart", Kind::Whole, false),
        ("timeend", Kind::Whole, false),
        ("suspend", Kind::Whole, false),
    ])),
    true,
)];

const UNENROL: &[(&str, Kind, bool)] = &[(
    "enrolments",
    Kind::List(&Kind::Record(&[
        ("userid", Kind::Whole, true),
        ("courseid", Kind::Whole, true),
        ("roleid", Kind::Whole, false),
    ])),
    true,
)];

fn enter(site: &Site, course: i64, capability: &str, what: &str) -> Faulty<()> {
    let course = site.courses.get(&course).ok_or(Fault::INVALID)?;
    if !site.sees(course) {
        return Err(Fault::new("require_login_exception", "requireloginerror", "Course or activity not accessible."));
    }
    match site.may(capability) {
        true => Ok(()),
        false => Err(Fault::capability(what)),
    }
}

fn has_instance(site: &Site, course: i64, off_counts: bool) -> Faulty<()> {
    let manual = site.courses.get(&course).map_or(Manual::None, |course| course.manual);
    if manual == Manual::On || (off_counts && manual == Manual::Off) {
        return Ok(());
    }
    let id = if site.release == Release::V4_2 { "{$a->courseid}".to_owned() } else { course.to_string() };
    let told = format!("Manual enrolment plugin instance doesn't exist or is disabled for the course (id = {id})");
    Err(Fault::moodle("wsnoinstance", told))
}

pub(crate) fn enrol(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, ENROL)?;
    for element in parameters["enrolments"].list() {
        let [role, user, course] = ["roleid", "userid", "courseid"].map(|field| element.number_of(field));
        enter(site, course, "enrol/manual:enrol", "Enrol users")?;
        let may = site.may("moodle/role:assign");
        if !may || !site.roles.get(&role).is_some_and(|role| role.in_course && role.assignable) {
            let told = format!(
                "You don't have the permission to assign this role ({role}) to this user ({user}) in this course ({course})."
            );
            return Err(Fault::moodle("wsusercannotassign", told));
        }
        has_instance(site, course, false)?;
        match (site.users.get(&user), site.release) {
            (Some(found), Release::V4_2) if !found.deleted => {}
            (Some(found), _) if !found.deleted => require_active(found)?,
            (_, Release::V4_2) => return Err(Fault::coding("User ID does not exist or is deleted!")),
            (Some(_), _) => return Err(Fault::moodle("userdeleted", "error/userdeleted")),
            (None, release) => return Err(Fault::missing(release, "user")),
        }
        let last_access = site.enrolments.get(&(course, user)).map_or(0, |before| before.last_access);
        // Everything is stated: what is left out is no limit, and not suspended.
        let enrolled = Enrolled {
            start: element.number_of("timestart"),
            end: element.number_of("timeend"),
            suspended: element.number_of("suspend") != 0,
            last_access,
        };
        site.enrolments.insert((course, user), enrolled);
        site.course_roles.insert((course, user, role));
    }
    Ok(Value::Null)
}

/// By the source of 4.5 and 5.1; older releases do not look.
fn require_active(user: &User) -> Faulty<()> {
    match (user.unconfirmed, user.username == "guest") {
        (true, _) => Err(Fault::moodle("usernotconfirmed", "error/usernotconfirmed")),
        (_, true) => Err(Fault::moodle("guestsarenotallowed", "The guest user is not allowed to do this")),
        _ => Ok(()),
    }
}

pub(crate) fn unenrol(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, UNENROL)?;
    for element in parameters["enrolments"].list() {
        let [user, course] = ["userid", "courseid"].map(|field| element.number_of(field));
        enter(site, course, "enrol/manual:unenrol", "Unenrol users from the course")?;
        has_instance(site, course, true)?;
        if site.user(user).is_none() {
            let old = site.release == Release::V4_2;
            return Err(if old { Fault::INVALID } else { Fault::missing(site.release, "user") });
        }
        site.unenrol(course, user);
    }
    Ok(Value::Null)
}

const LIST: &[(&str, Kind, bool)] = &[
    ("courseid", Kind::Whole, true),
    ("options", Kind::List(&Kind::Record(&[("name", Kind::Text, true), ("value", Kind::Text, true)])), false),
];

pub(crate) fn list(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, LIST)?;
    let course: i64 = parameters["courseid"].text().parse().unwrap_or(0);
    // By Moodle's source: the course is read before its context is looked at.
    if !site.courses.contains_key(&course) {
        return Err(Fault::missing(site.release, "course"));
    }
    site.enter(course)?;
    let options: BTreeMap<&str, &str> = parameters
        .get("options")
        .map(Parameter::list)
        .unwrap_or_default()
        .into_iter()
        .map(|option| (option.text_of("name"), option.text_of("value")))
        .collect();
    if !site.may("moodle/course:viewparticipants") && !site.may("moodle/course:enrolreview") {
        return Err(Fault::capability("View participants"));
    }
    let is_set = |name: &str| options.get(name) == Some(&"1");
    if (is_set("onlyactive") || is_set("onlysuspended")) && !site.may("moodle/course:enrolreview") {
        return Err(Fault::capability("Review course enrolments"));
    }
    let fields: Option<Vec<&str>> = options.get("userfields").map(|fields| fields.split(',').collect());
    let group: Option<i64> = options.get("groupid").and_then(|id| id.parse().ok()).filter(|id| *id != 0);
    let is_member = |id: i64, user: i64| site.groups.get(&id).is_some_and(|group| group.members.contains(&user));
    let sees_all_groups = site.may("moodle/site:accessallgroups");
    // By Moodle's source, whether there is such a group or not.
    if group.is_some_and(|id| !is_member(id, site.caller)) && !sees_all_groups {
        return Err(Fault::capability("Access all groups"));
    }
    if !site.may("moodle/user:viewdetails") || site.unlisted.contains(&course) {
        return Ok(json!([]));
    }
    let separate = site.courses.get(&course).is_some_and(|course| course.group_mode == 1);
    let own_groups = || site.groups.iter().filter(|(_, it)| it.course == course && it.members.contains(&site.caller));
    // Without a word, only those of its own groups; it has none, mostly.
    let is_told = |user: i64| !separate || sees_all_groups || own_groups().any(|(_, it)| it.members.contains(&user));
    let in_group = |user: i64| group.map_or_else(|| is_told(user), |id| is_member(id, user));
    let fits = |enrolled: &Enrolled| {
        let started = enrolled.start <= site.now && (enrolled.end == 0 || enrolled.end > site.now);
        let active = started && !enrolled.suspended;
        !(is_set("onlyactive") && !active || is_set("onlysuspended") && active)
    };
    // Whoever is there in two ways is listed once.
    let everybody: BTreeMap<(i64, i64), Enrolled> =
        site.self_enrolled.iter().chain(&site.enrolments).map(|(place, it)| (*place, *it)).collect();
    let of_course = everybody.iter().filter(|((of, _), _)| *of == course);
    let mut chosen: Vec<_> = of_course
        .filter(|((_, user), enrolled)| in_group(*user) && fits(enrolled) && site.user(*user).is_some())
        .collect();
    if options.get("sortdirection") == Some(&"DESC") {
        chosen.reverse();
    }
    let from = options.get("limitfrom").and_then(|n| n.parse().ok()).unwrap_or(0);
    let most = options.get("limitnumber").and_then(|n| n.parse().ok()).filter(|n| *n > 0).unwrap_or(usize::MAX);
    Ok(chosen
        .into_iter()
        .skip(from)
        .take(most)
        .map(|((_, user), it)| participant(site, course, *user, it, fields.as_deref()))
        .collect())
}

fn participant(site: &Site, course: i64, user: i64, enrolled: &Enrolled, fields: Option<&[&str]>) -> Value {
    let account = &site.users[&user];
    let mut all = Map::new();
    let mut add = |name: &str, value: Value| {
        if name == "id" || fields.is_none_or(|fields| fields.contains(&name)) {
            all.insert(name.to_owned(), value);
        }
    };
    add("id", user.into());
    if site.release > Release::V4_2 {
        add("firstname", account.first_name.as_str().into());
        add("lastname", account.last_name.as_str().into());
    }
    add("fullname", format!("{} {}", account.first_name, account.last_name).into());
    if site.may("moodle/site:viewuseridentity") && site.email_shown {
        add("email", account.email.as_str().into());
    }
    if site.first_access_shown {
        add("firstaccess", account.first_access.into());
    }
    if site.last_access_shown {
        add("lastaccess", 0.into());
        add("lastcourseaccess", enrolled.last_access.into());
    }
    let held = site.course_roles.iter().filter(|(of, who, _)| (*of, *who) == (course, user));
    let role = |(_, _, id): &(i64, i64, i64)| {
        let short_name = site.roles.get(id).map_or("", |role| role.short_name.as_str());
        json!({ "roleid": id, "name": "", "shortname": short_name, "sortorder": 0 })
    };
    add("roles", held.map(role).collect());
    let mut groups =
        site.groups.iter().filter(|(_, group)| group.course == course && group.members.contains(&user)).peekable();
    if groups.peek().is_some() {
        let group = |(id, group): (&i64, &crate::site::Group)| json!({ "id": id, "name": group.name, "description": "", "descriptionformat": 1 });
        add("groups", groups.map(group).collect());
    }
    all.into()
}

macro_rules! assignments {
    ($list:literal) => {
        &[(
            $list,
            Kind::List(&Kind::Record(&[
                ("roleid", Kind::Whole, true),
                ("userid", Kind::Whole, true),
                ("contextid", Kind::Whole, false),
                ("contextlevel", Kind::Text, false),
                ("instanceid", Kind::Whole, false),
            ])),
            true,
        )]
    };
}

const ASSIGN: &[(&str, Kind, bool)] = assignments!("assignments");
const UNASSIGN: &[(&str, Kind, bool)] = assignments!("unassignments");

/// In which context a role is assigned.
enum Context {
    User(i64),
    Course(i64),
}

/// Contexts have ids of their own; the double's are those of the accounts, with this added.
pub(crate) const USER_CONTEXTS: i64 = 1_000_000;

fn context(site: &Site, element: &Parameter) -> Faulty<Context> {
    let instance = element.number_of("instanceid");
    match (element.text_of("contextlevel"), element.number_of("contextid")) {
        // The context of a deleted account is still there.
        ("user", 0) if site.users.contains_key(&instance) => Ok(Context::User(instance)),
        ("course", 0) if site.courses.contains_key(&instance) => Ok(Context::Course(instance)),
        ("", id) if id > USER_CONTEXTS => Ok(Context::User(id - USER_CONTEXTS)),
        _ => Err(Fault::INVALID),
    }
}

fn assignable(site: &Site, element: &Parameter) -> Faulty<(i64, i64, Context)> {
    let context = context(site, element)?;
    if !site.may("moodle/role:assign") {
        return Err(Fault::capability("Assign roles to users"));
    }
    let role = element.number_of("roleid");
    let fits = site.roles.get(&role).is_some_and(|role| {
        role.assignable && if let Context::User(_) = context { role.in_user } else { role.in_course }
    });
    match fits {
        true => Ok((role, element.number_of("userid"), context)),
        false => Err(Fault::INVALID.because(format!("Can not assign roleid={role}"))),
    }
}

pub(crate) fn assign(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, ASSIGN)?;
    for element in parameters["assignments"].list() {
        let (role, user, context) = assignable(site, element)?;
        if site.user(user).is_none() {
            return Err(Fault::coding("User ID does not exist or is deleted!"));
        }
        match context {
            Context::User(of) => site.user_roles.insert((role, user, of)),
            Context::Course(of) => site.course_roles.insert((of, user, role)),
        };
    }
    Ok(Value::Null)
}

pub(crate) fn unassign(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, UNASSIGN)?;
    for element in parameters["unassignments"].list() {
        let (role, user, context) = assignable(site, element)?;
        match context {
            Context::User(of) => site.user_roles.remove(&(role, user, of)),
            Context::Course(of) => site.course_roles.remove(&(of, user, role)),
        };
    }
    Ok(Value::Null)
}
