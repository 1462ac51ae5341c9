//! What is wrong with all elements of a request at once, where Moodle's code does not tell.

use super::batch::Shared;
use super::error::{CallError, Fault, UNKNOWN_COURSE, UNKNOWN_GROUP};
use super::{MoodlePlatform, courses, groups, roles};
use crate::platform::{CourseId, GroupId, RoleId};

/// What the elements of a request have in common that may be what the site does not like.
#[derive(Clone, Copy, Debug)]
pub(super) enum Suspect {
    /// Their course: it may be gone.
    Course,
    /// Their group: it may be gone.
    Group,
    /// Their role: perhaps it cannot be assigned in accounts.
    AccountRole,
}

impl Suspect {
    /// What is wrong with what they have in common, if that is why they came to nothing.
    pub(super) async fn whole(
        self,
        moodle: &MoodlePlatform,
        fault: &Fault,
        (place, role): Shared,
    ) -> Result<Option<Fault>, CallError> {
        let gone = |code: &str, what: &str| {
            let message = format!("the {what} with the id {place} is not there any more");
            Some(Fault { code: code.to_owned(), message, ..fault.clone() })
        };
        Ok(match self {
            Suspect::Course if fault.is_unclear() && courses::is_gone(moodle, CourseId(place)).await? => {
                gone(UNKNOWN_COURSE, "course")
            }
            Suspect::Group if fault.is_no_record() && groups::is_gone(moodle, GroupId(place)).await? => {
                gone(UNKNOWN_GROUP, "group")
            }
            Suspect::AccountRole if fault.is_unclear() => roles::probe(moodle, RoleId(role)).await?,
            _ => None,
        })
    }
}
