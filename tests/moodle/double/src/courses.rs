//! Courses and groups of the Moodle double.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::fault::{Fault, Faulty};
use crate::form::{Kind, Parameter, check};
use crate::site::{Course, Group, Manual, Release, Site};
use crate::text::for_pages;

type Parameters = BTreeMap<String, Parameter>;

const FIND: &[(&str, Kind, bool)] = &[("field", Kind::Text, false), ("value", Kind::Text, false)];

pub(crate) fn find(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, FIND)?;
    let [field, value] = ["field", "value"].map(|name| parameters.get(name).map_or("", Parameter::text));
    let has = |(id, course): &(&i64, &Course)| match field {
        "shortname" => site.compared(&course.short_name) == site.compared(value),
        "idnumber" => course.id_number == value,
        "id" => id.to_string() == value,
        "ids" => value.split(',').any(|value| id.to_string() == value),
        _ => false,
    };
    if !matches!(field, "shortname" | "idnumber" | "id" | "ids") {
        return Err(Fault::INVALID);
    }
    let seen = |(_, course): &(&i64, &Course)| !course.hidden || site.sees(course);
    let courses: Value =
        site.courses.iter().filter(has).filter(seen).map(|(id, course)| shown(site, *id, course)).collect();
    Ok(json!({ "courses": courses, "warnings": [] }))
}

fn shown(site: &Site, id: i64, course: &Course) -> Value {
    let methods: &[&str] = if course.manual == Manual::On { &["manual"] } else { &[] };
    let mut shown = json!({
        "id": id,
        "fullname": for_pages(&course.full_name),
        "displayname": for_pages(&course.full_name),
        "shortname": for_pages(&course.short_name),
        "enrollmentmethods": methods,
    });
    if site.may("moodle/course:view") {
        shown["startdate"] = course.start.into();
        shown["groupmode"] = course.group_mode.into();
        shown["lang"] = "".into();
        shown["theme"] = "".into();
        shown["visible"] = u8::from(!course.hidden).into();
    }
    shown
}

const OF_COURSE: &[(&str, Kind, bool)] = &[("courseid", Kind::Whole, true)];
const GROUPS: &[(&str, Kind, bool)] = &[("groupids", Kind::List(&Kind::Whole), true)];
const MEMBERS: &[(&str, Kind, bool)] =
    &[("members", Kind::List(&Kind::Record(&[("groupid", Kind::Whole, true), ("userid", Kind::Whole, true)])), true)];
const CREATE: &[(&str, Kind, bool)] = &[(
    "groups",
    Kind::List(&Kind::Record(&[
        ("courseid", Kind::Whole, true),
        ("name", Kind::Plain, true),
        ("description", Kind::Text, true),
        ("descriptionformat", Kind::Whole, false),
        ("idnumber", Kind::Text, false),
        ("enrolmentkey", Kind::Text, false),
        ("visibility", Kind::Whole, false),
        ("participation", Kind::Flag, false),
    ])),
    true,
)];

fn enter(site: &Site, course: i64) -> Faulty<()> {
    site.enter(course)?;
    match site.may("moodle/course:managegroups") {
        true => Ok(()),
        false => Err(Fault::capability("Manage groups")),
    }
}

/// As Moodle answers it just after it was made, or later.
fn group(id: i64, group: &Group, new: bool) -> Value {
    let key = if new || group.key { json!("") } else { Value::Null };
    json!({
        "id": id,
        "courseid": group.course,
        "name": for_pages(&group.name),
        "description": "",
        "descriptionformat": 1,
        "enrolmentkey": key,
        "idnumber": group.id_number,
        "visibility": group.visibility,
        "participation": true,
    })
}

/// From a cache, in which groups can be that are none.
pub(crate) fn groups(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, OF_COURSE)?;
    let course = parameters["courseid"].text().parse().unwrap_or(0);
    enter(site, course)?;
    let mut listed: Vec<_> =
        site.groups.iter().chain(&site.ghosts).filter(|(_, group)| group.course == course).collect();
    listed.sort_by_key(|(_, group)| site.compared(&group.name));
    Ok(listed.into_iter().map(|(id, it)| group(*id, it, false)).collect())
}

fn real(site: &Site, id: &Parameter) -> Faulty<(i64, Group)> {
    let id = id.text().parse().unwrap_or(0);
    let group = site.groups.get(&id).cloned().ok_or_else(|| Fault::missing(site.release, "groups"))?;
    enter(site, group.course)?;
    Ok((id, group))
}

pub(crate) fn by_id(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, GROUPS)?;
    let one = |id| {
        let (id, it) = real(site, id)?;
        let mut shown = group(id, &it, false);
        if site.release > Release::V4_2 {
            shown["customfields"] = json!([]);
        }
        Ok(shown)
    };
    parameters["groupids"].list().into_iter().map(one).collect()
}

pub(crate) fn members(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, GROUPS)?;
    let one = |id| {
        let (id, it) = real(site, id)?;
        Ok(json!({ "groupid": id, "userids": it.members }))
    };
    parameters["groupids"].list().into_iter().map(one).collect()
}

pub(crate) fn create(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, CREATE)?;
    let made = parameters["groups"].list().into_iter().map(|new| create_one(site, new)).collect::<Faulty>()?;
    site.ghosts.retain(|_, ghost| !parameters["groups"].list().iter().any(|g| g.number_of("courseid") == ghost.course));
    Ok(made)
}

fn create_one(site: &mut Site, new: &Parameter) -> Faulty {
    let (course, name, id_number) = (new.number_of("courseid"), new.text_of("name"), new.text_of("idnumber"));
    if name.trim().is_empty() {
        return Err(Fault::INVALID.because("Invalid group name"));
    }
    // The name is looked up in the database, the id number in the cache.
    let in_course = site.groups.values().filter(|group| group.course == course);
    if in_course.clone().any(|group| site.compared(&group.name) == site.compared(name)) {
        return Err(Fault::INVALID.because("Group with the same name already exists in the course"));
    }
    enter(site, course)?;
    let ghosts = site.ghosts.values().filter(|group| group.course == course);
    if !id_number.is_empty() && in_course.chain(ghosts).any(|group| group.id_number == id_number) {
        return Err(Fault::moodle("idnumbertaken", "This ID number is already in use"));
    }
    if name.chars().count() > 254 || id_number.chars().count() > 100 {
        return Err(Fault::too_long());
    }
    let id = site.next_group;
    site.next_group += 1;
    let made = Group {
        course,
        name: name.to_owned(),
        id_number: id_number.to_owned(),
        visibility: new.number_of("visibility"),
        ..Group::default()
    };
    let shown = group(id, &made, true);
    site.groups.insert(id, made);
    Ok(shown)
}

pub(crate) fn delete(site: &mut Site, parameters: &Parameters) -> Faulty {
    check(parameters, GROUPS)?;
    for id in parameters["groupids"].list() {
        if let Some(group) = site.groups.get(&id.text().parse().unwrap_or(0)).cloned() {
            enter(site, group.course)?;
            site.groups.retain(|other, _| other.to_string() != id.text());
            site.ghosts.retain(|_, ghost| ghost.course != group.course);
        }
    }
    Ok(Value::Null)
}

fn change_members(site: &mut Site, parameters: &Parameters, add: bool) -> Faulty {
    check(parameters, MEMBERS)?;
    for member in parameters["members"].list() {
        let user = member.number_of("userid");
        let Some(id) = member.field("groupid") else { continue };
        let (id, it) = real(site, id)?;
        if site.user(user).is_none() {
            return Err(Fault::missing(site.release, "user"));
        }
        if add && !site.is_in(it.course, user) {
            return Err(Fault::INVALID.because("Only enrolled users may be members of groups"));
        }
        if let Some(group) = site.groups.get_mut(&id) {
            let _ = if add { group.members.insert(user) } else { group.members.remove(&user) };
        }
        site.ghosts.retain(|_, ghost| ghost.course != it.course);
    }
    Ok(Value::Null)
}

pub(crate) fn add_members(site: &mut Site, parameters: &Parameters) -> Faulty {
    change_members(site, parameters, true)
}

pub(crate) fn remove_members(site: &mut Site, parameters: &Parameters) -> Faulty {
    change_members(site, parameters, false)
}
