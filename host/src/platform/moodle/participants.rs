//! Who is in a course, page by page: a course can have more people than one answer could hold.
//!
//! Accounts with the highest ids come first. An order is mostly about people who have come lately, so that of a large course the
//! first page is often enough: nobody is listed below the lowest id that is asked for.
//!
//! While pages are read, people come and go, and those below them move. So each page begins with the account that the page before
//! ended with: if it is still there, or one above it is, nobody below it was passed over. Else all is read again.

use serde::Deserialize;

use super::MoodlePlatform;
use super::courses::{self, HeldRole};
use super::error::CallError;
use super::fault;
use crate::platform::{AccountId, CourseId};

const LIST: &str = "core_enrol_get_enrolled_users";

/// Moodle looks up several things of each.
const PAGE: usize = 1000;

/// How often a list is read that changes meanwhile.
const TRIES: usize = 3;

/// Below all ids that accounts have.
pub(super) const EVERYBODY: AccountId = AccountId(0);

/// Somebody who is enrolled, in whichever way.
#[derive(Debug, Deserialize)]
pub(super) struct Participant {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) roles: Vec<HeldRole>,
    /// Not told where the site hides it.
    #[serde(default)]
    pub(super) lastcourseaccess: Option<i64>,
}

/// The participants of a course whose accounts have this id or a higher one, and perhaps some with lower ones.
pub(super) async fn down_to(
    moodle: &MoodlePlatform,
    course: CourseId,
    lowest: AccountId,
) -> Result<Vec<Participant>, CallError> {
    for _ in 0..TRIES {
        if let Some(all) = undisturbed(moodle, course, lowest).await? {
            return Ok(all);
        }
    }
    let told = format!("{LIST}: people left the course each time that its list was read: it is tried again later");
    Err(CallError::Unavailable(fault::told(LIST, "list-moves", told, &[])))
}

/// The same; none: somebody left meanwhile, and somebody else may have been passed over.
async fn undisturbed(
    moodle: &MoodlePlatform,
    course: CourseId,
    lowest: AccountId,
) -> Result<Option<Vec<Participant>>, CallError> {
    let mut all: Vec<Participant> = Vec::new();
    let mut from = 0;
    loop {
        let page = page(moodle, course, from, PAGE).await?;
        let is_last = page.len() < PAGE;
        let read = all.last().map(|last| last.id);
        let is_new = |id: i64| read.is_none_or(|read| id < read);
        if read.is_some() && page.first().is_none_or(|first| is_new(first.id)) {
            return Ok(None);
        }
        if (read.is_some() || !is_last) && !page.is_sorted_by(|one, next| one.id > next.id) {
            let told = format!("{LIST}: expected participants by their ids, the highest first, found another sequence");
            return Err(CallError::Refused(fault::told(LIST, "list-unsorted", told, &[])));
        }
        all.extend(page.into_iter().filter(|participant| is_new(participant.id)));
        if is_last || all.last().is_some_and(|last| last.id <= lowest.0) {
            return Ok(Some(all));
        }
        from += PAGE - 1;
    }
}

/// Those who have come last: so many at most.
pub(super) async fn newest(
    moodle: &MoodlePlatform,
    course: CourseId,
    most: usize,
) -> Result<Vec<Participant>, CallError> {
    page(moodle, course, 0, most).await
}

async fn page(
    moodle: &MoodlePlatform,
    course: CourseId,
    from: usize,
    most: usize,
) -> Result<Vec<Participant>, CallError> {
    let (from, most) = (from.to_string(), most.to_string());
    let options = [
        ("options[0][name]", "userfields"),
        ("options[0][value]", "id,roles,lastcourseaccess"),
        ("options[1][name]", "sortby"),
        ("options[1][value]", "id"),
        ("options[2][name]", "sortdirection"),
        ("options[2][value]", "DESC"),
        ("options[3][name]", "limitfrom"),
        ("options[3][value]", &from),
        ("options[4][name]", "limitnumber"),
        ("options[4][value]", &most),
    ];
    courses::within(moodle, course, LIST, &options).await
}
