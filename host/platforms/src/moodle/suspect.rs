//! What is wrong with all elements of a request at once, where Moodle's code does not tell.

use super::batch::Shared;
use super::error::CallError;
use super::fault::{Cause, Fault};
use super::{MoodlePlatform, courses, enrolments, groups, roles};
use shop_core::platform::{CourseId, GroupId, RoleId};

/// What the elements of a request have in common that may be what the site does not like.
#[derive(Clone, Copy, Debug)]
pub(super) enum Suspect {
    /// Their course: it may be gone.
    Course,
    /// Their course, or their role in it: perhaps it cannot be assigned there.
    CourseRole,
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
        let (course, group, role) = (CourseId(place), GroupId(place), RoleId(role));
        let cause = match self {
            Suspect::Course if fault.is_unclear() && courses::is_gone(moodle, course).await? => Cause::NoCourse(course),
            Suspect::CourseRole if fault.is_unclear() => match enrolments::probe(moodle, course, role).await? {
                Some(fault) if fault.is_unclear() => Cause::NoCourse(course),
                Some(fault) if fault.is_not_assignable() => Cause::NotInCourse(role),
                _ => return Ok(None),
            },
            Suspect::Group if fault.is_no_record() && groups::is_gone(moodle, group).await? => Cause::NoGroup(group),
            Suspect::AccountRole if fault.is_unclear() => match roles::probe(moodle, role).await? {
                Some(fault) if fault.is_unclear() => Cause::NotInAccounts(role),
                other => return Ok(other),
            },
            _ => return Ok(None),
        };
        Ok(Some(fault.clone().because(cause)))
    }
}
