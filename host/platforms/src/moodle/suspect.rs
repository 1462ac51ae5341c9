//! What is wrong with all elements of a request at once, where Moodle's code does not tell.

use super::error::CallError;
use super::fault::{Cause, Fault};
use super::{MoodlePlatform, groups, probe};
use shop_core::platform::{CourseId, GroupId, RoleId};

/// The ids of a course or group, and of a role; 0: none.
pub(super) type Shared = (i64, i64);

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
            Suspect::Course if fault.is_unclear() && probe::is_course_gone(moodle, course).await? => {
                Cause::NoCourse(course)
            }
            Suspect::CourseRole if fault.is_unclear() => match probe::in_course(moodle, course, role).await? {
                Some(fault) if fault.is_unclear() => Cause::NoCourse(course),
                Some(fault) if fault.is_not_assignable() => Cause::NotInCourse(role),
                _ => return Ok(None),
            },
            Suspect::Group if fault.is_no_record() && groups::is_gone(moodle, group).await? => Cause::NoGroup(group),
            Suspect::AccountRole if fault.is_unclear() => match probe::in_account(moodle, role).await? {
                Some(fault) if fault.is_unclear() => Cause::NotInAccounts(role),
                other => return Ok(other),
            },
            _ => return Ok(None),
        };
        Ok(Some(fault.clone().because(cause)))
    }
}
