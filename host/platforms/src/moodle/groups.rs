//! Groups: found by their id numbers in the list of a course's groups. Such a list can be long, so it is remembered where a group was,
//! and looked there first.
//!
//! When a request for several groups fails, Moodle can go on listing one of them that does not exist. So each is made by a
//! request of its own, and what is found in a list is confirmed by reading its members, which come from the database.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::client::{Nothing, Parameters};
use super::error::CallError;
use super::fault::{Cause, Fault};
use super::markup::unescaped;
use super::{MoodlePlatform, courses, fault, probe};
use shop_core::platform::{AccountId, CourseId, ElementField, Group, GroupId, Problem, Refusal, Replies, Reply};

#[derive(Clone, Debug, Deserialize)]
struct Entry {
    id: i64,
    courseid: i64,
    name: String,
    #[serde(default)]
    idnumber: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Members {
    groupid: i64,
    userids: Vec<i64>,
}

const MEMBERS: &str = "core_group_get_group_members";

const SOME_GROUPS: usize = 5;

fn parameters<const N: usize>(pairs: [(&str, String); N]) -> Parameters {
    pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// The groups with these id numbers in these courses. One that had its own, and has another by now, is meant all the same,
/// unless that was given to another group.
pub(super) async fn find(moodle: &MoodlePlatform, of: &[(CourseId, &str)]) -> Reply<Vec<Group>> {
    let (mut groups, renumbered): (Vec<Group>, Vec<Group>) =
        remembered(moodle, of).await?.into_iter().partition(|group| !group.renumbered);
    let mut unknown: BTreeMap<CourseId, Vec<&str>> = BTreeMap::new();
    let is_known = |place: &(CourseId, &str)| groups.iter().any(|group| (group.course, &*group.id_number) == *place);
    of.iter()
        .filter(|place| !is_known(place))
        .for_each(|(course, number)| unknown.entry(*course).or_default().push(number));
    let requests = unknown.into_iter().map(async |(course, id_numbers)| {
        let mut groups = Vec::new();
        let entries = entries(moodle, course).await?;
        let found = id_numbers.into_iter().filter_map(|number| entries.iter().find(|entry| entry.has(number)));
        for entry in found {
            groups.extend(confirmed(moodle, entry.clone()).await?);
        }
        Ok(groups)
    });
    let found: Vec<Result<Vec<Group>, CallError>> = futures_util::future::join_all(requests).await;
    let found: Vec<Group> = found.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    keep(moodle, found.iter().map(|group| (group.course, &*group.id_number, group.id))).await?;
    groups.extend(found);
    let is_replaced =
        |one: &Group| groups.iter().any(|group| (group.course, &group.id_number) == (one.course, &one.id_number));
    let renumbered: Vec<Group> = renumbered.into_iter().filter(|one| !is_replaced(one)).collect();
    groups.extend(renumbered);
    Ok(groups)
}

/// Those of them that are where they were, whatever their id numbers are by now.
async fn remembered(moodle: &MoodlePlatform, of: &[(CourseId, &str)]) -> Reply<Vec<Group>> {
    let known = moodle.memory.groups(of).await?;
    let requests = known.iter().map(async |(course, id_number, id)| {
        let Some(entry) = there(moodle, *id).await?.filter(|entry| entry.courseid == course.0) else { return Ok(None) };
        let renumbered = !entry.has(id_number);
        let group = confirmed(moodle, entry).await?;
        Ok(group.map(|group| Group { id_number: id_number.clone(), renumbered, ..group }))
    });
    let found: Vec<Result<Option<Group>, CallError>> = futures_util::future::join_all(requests).await;
    Ok(found.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// A group as the database has it; none: there is no such group.
async fn there(moodle: &MoodlePlatform, group: GroupId) -> Result<Option<Entry>, CallError> {
    let asked = parameters([("groupids[0]", group.0.to_string())]);
    match moodle.client.call::<Vec<Entry>>("core_group_get_groups", &asked).await {
        Ok(entries) => Ok(entries.into_iter().find(|entry| entry.id == group.0)),
        Err(CallError::Fault(fault)) if fault.is_no_record() => Ok(None),
        Err(error) => Err(error),
    }
}

async fn keep(moodle: &MoodlePlatform, groups: impl Iterator<Item = (CourseId, &str, GroupId)>) -> Reply<()> {
    let groups: Vec<_> = groups.collect();
    if groups.is_empty() { Ok(()) } else { moodle.memory.keep_groups(&groups).await }
}

impl Entry {
    fn has(&self, id_number: &str) -> bool {
        self.idnumber.as_deref() == Some(id_number)
    }
}

/// The oldest first: should two requests at once have made two, all use the same one.
async fn entries(moodle: &MoodlePlatform, course: CourseId) -> Result<Vec<Entry>, CallError> {
    let mut entries: Vec<Entry> = courses::within(moodle, course, "core_group_get_course_groups", &[]).await?;
    entries.retain(|entry| entry.courseid == course.0);
    entries.sort_by_key(|entry| entry.id);
    Ok(entries)
}

/// The group with its members; none: it is only still in a list.
async fn confirmed(moodle: &MoodlePlatform, entry: Entry) -> Result<Option<Group>, CallError> {
    let id = GroupId(entry.id);
    let group = |members| Group {
        id,
        course: CourseId(entry.courseid),
        id_number: entry.idnumber.clone().unwrap_or_default(),
        name: unescaped(&entry.name),
        members,
        renumbered: false,
    };
    Ok(members(moodle, id).await?.map(group))
}

/// The members of a group, from the database; none: there is no such group.
async fn members(moodle: &MoodlePlatform, group: GroupId) -> Result<Option<Vec<AccountId>>, CallError> {
    let asked = parameters([("groupids[0]", group.0.to_string())]);
    match moodle.client.call::<Vec<Members>>(MEMBERS, &asked).await {
        Ok(told) => match told.into_iter().find(|told| told.groupid == group.0) {
            Some(told) => Ok(Some(told.userids.into_iter().map(AccountId).collect())),
            // That is not that it has none.
            None => Err(CallError::Refused(not_of(group))),
        },
        Err(CallError::Fault(fault)) if fault.is_no_record() => Ok(None),
        Err(error) => Err(error),
    }
}

fn not_of(group: GroupId) -> Problem {
    let told = format!("{MEMBERS}: expected the members of the group with the id {}, found none of that id", group.0);
    fault::told(MEMBERS, "no-answer", told, &[])
}

/// Whether a group is gone.
pub(super) async fn is_gone(moodle: &MoodlePlatform, group: GroupId) -> Result<bool, CallError> {
    Ok(members(moodle, group).await?.is_none())
}

/// Members of the last groups that a course got.
pub(super) async fn last_members(moodle: &MoodlePlatform, course: CourseId) -> Reply<BTreeSet<AccountId>> {
    let mut all = BTreeSet::new();
    // A few are enough to see whether there are any.
    for entry in entries(moodle, course).await?.into_iter().rev().take(SOME_GROUPS) {
        all.extend(confirmed(moodle, entry).await?.into_iter().flat_map(|group| group.members));
    }
    Ok(all)
}

/// Makes sure of groups, a request for each.
pub(super) async fn create(
    moodle: &MoodlePlatform,
    groups: &[(CourseId, String)],
    id_number: &str,
) -> Replies<GroupId> {
    let mut replies = Vec::new();
    for (course, name) in groups {
        let reply = ensure(moodle, *course, name.trim(), id_number).await?;
        keep(moodle, reply.iter().map(|id| (*course, id_number, *id))).await?;
        replies.push(reply);
    }
    Ok(replies)
}

async fn ensure(
    moodle: &MoodlePlatform,
    course: CourseId,
    name: &str,
    id_number: &str,
) -> Reply<Result<GroupId, Problem>> {
    // Moodle would not say what is wrong.
    if let Some(refusal) = Refusal::of_id_number(id_number).or_else(|| Refusal::of_group_name(name)) {
        return Ok(Err(refusal.into()));
    }
    let asked = parameters([
        ("groups[0][courseid]", course.0.to_string()),
        ("groups[0][name]", name.to_owned()),
        ("groups[0][idnumber]", id_number.to_owned()),
        ("groups[0][description]", String::new()),
    ]);
    // Asking to make it is how to find out whether it is there: Moodle refuses a second one.
    match moodle.client.call::<Vec<Entry>>("core_group_create_groups", &asked).await {
        Ok(made) => {
            let made = made.iter().find(|entry| entry.courseid == course.0 && entry.has(id_number));
            Ok(made.map(|entry| GroupId(entry.id)).ok_or_else(|| lacking(name)))
        }
        Err(CallError::Fault(fault)) => not_made(moodle, course, name, id_number, fault).await,
        Err(error) => Err(error.into()),
    }
}

/// Why a group was not made: it is there, or its name is another's.
async fn not_made(
    moodle: &MoodlePlatform,
    course: CourseId,
    name: &str,
    id_number: &str,
    fault: Fault,
) -> Reply<Result<GroupId, Problem>> {
    if fault.may_lack_course() && probe::is_course_gone(moodle, course).await? {
        return Ok(Err(fault.because(Cause::NoCourse(course)).into()));
    }
    if fault.is_shared() {
        return Ok(Err(fault.into()));
    }
    let entries = entries(moodle, course).await?;
    let named = entries.iter().any(|entry| unescaped(&entry.name).to_lowercase() == name.to_lowercase());
    let Some(entry) = entries.into_iter().find(|entry| entry.has(id_number)) else {
        let mut problem = Problem::from(fault);
        if named {
            problem.reason += &format!(
                ": another group of the course is called {name:?}; if it is this order's own, of which somebody has changed the \
                 id number, write {id_number} back there (participants, groups, edit group settings), else let it be called \
                 otherwise"
            );
        }
        return Ok(Err(problem));
    };
    match confirmed(moodle, entry).await? {
        Some(group) => Ok(Ok(group.id)),
        None => {
            let mut problem = Problem::from(fault);
            problem.reason += ": Moodle still lists a group that it does not have; any change of the course's groups \
                                 clears its list, such as making one by hand and deleting it";
            Ok(Err(problem))
        }
    }
}

fn lacking(name: &str) -> Problem {
    Problem::new("no-answer", format!("Moodle did not say which group {name:?} is")).in_field(ElementField::Group)
}

/// Deletes groups; Moodle does not mind those that are gone.
pub(super) async fn delete(moodle: &MoodlePlatform, groups: &[GroupId]) -> Replies {
    let mut replies = Vec::new();
    for group in groups {
        let asked = parameters([("groupids[0]", group.0.to_string())]);
        replies.push(match moodle.client.call::<Nothing>("core_group_delete_groups", &asked).await {
            Ok(()) => Ok(()),
            Err(CallError::Fault(fault)) if fault.is_no_record() => Ok(()),
            Err(CallError::Fault(fault)) => Err(fault.into()),
            Err(error) => return Err(error.into()),
        });
    }
    let gone = groups.iter().zip(&replies).filter(|(_, reply)| reply.is_ok()).map(|(group, _)| *group);
    moodle.memory.drop_groups(&gone.collect::<Vec<_>>()).await?;
    Ok(replies)
}
